"""The themes: legible by measure, fitting to every terminal, exchanged while one reads."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from rich.color import Color, ColorSystem
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from tests.app.pictures import awaited
from tests.app.pty_session import Session
from tests.app.test_browse import reading
from tests.app.town import town

from rejoinder.app.settings import Settings
from rejoinder.app.themes import CONTRAST, DARK, INK, LIGHT, NONE, PAPER, THEMES, Colours, Palette, depth, palette
from rejoinder.app.widgets.card import Inks

TOWN = ["-m", "tests.app.open_town", "60"]


def luminance(colour: Color) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [part / 255 for part in colour.get_truecolor(DEFAULT_TERMINAL_THEME)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio of WCAG 2.2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT], ids=["truecolor", "256"])
@pytest.mark.parametrize("theme", ["ink", "paper", "contrast"])
def test_every_ink_stands_out_from_its_background(theme, system: ColorSystem) -> None:
    inks = Inks(palette(theme, "256" if system is ColorSystem.EIGHT_BIT else "truecolor"))
    for name in ("", "name", "dim", "accent", "strong", "hit", "warning"):
        style = inks[name]
        assert style.color and style.bgcolor
        least = 7 if theme == "contrast" or name in ("", "name") else 4.5
        assert contrast(style.color.downgrade(system), style.bgcolor.downgrade(system)) >= least, name


def test_high_contrast_stays_so_with_sixteen_colours() -> None:
    inks = Inks(palette("contrast", "16"))
    for name in ("", "name", "dim", "accent", "hit"):
        style = inks[name]
        assert style.color and style.bgcolor
        sixteen = [each.downgrade(ColorSystem.STANDARD) for each in (style.color, style.bgcolor)]
        assert contrast(*sixteen) >= 7, name


def test_no_meaning_is_told_by_colour_alone() -> None:
    """What differs in colour differs in weight, line or sign too; warnings begin with a sign or are sentences."""
    for each in (DARK, LIGHT, NONE, INK, PAPER, CONTRAST):
        inks = Inks(each)
        assert inks["hit"].underline and inks["hit"].bold
        assert inks["strong"].bold and not inks[""].bold and not inks["dim"].bold
        assert inks["name"].bold


@pytest.mark.parametrize(
    ("theme", "colours", "drawn"),
    [
        ("auto", "truecolor", DARK), ("light", "none", NONE), ("ink", "truecolor", INK), ("ink", "16", DARK),
        ("paper", "16", LIGHT), ("paper", "none", NONE), ("contrast", "16", CONTRAST), ("contrast", "none", NONE),
    ],
)  # fmt: skip
def test_a_theme_gives_way_where_the_terminal_has_too_few_colours(
    theme, colours: Colours, drawn: Palette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLORFGBG", raising=False)
    assert palette(theme, colours) is drawn


@pytest.mark.parametrize(
    ("said", "colours"),
    [
        ({"TERM": "linux"}, "16"),
        ({"TERM": "screen"}, "16"),
        ({"TERM": "xterm"}, "16"),
        ({"TERM": "screen-256color"}, "256"),
        ({"TERM": "tmux-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "256"),
    ],
)
def test_the_terminal_says_how_many_colours_it_has(said, colours: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert depth() == colours
    assert depth("16") == "16"


def codes(output: bytes) -> set[str]:
    """Every colour that was sent, as the beginning of its code: `38;2`, `38;5`, or a number of the sixteen."""
    found = set()
    for codes in re.findall(rb"\x1b\[([\d;]*)m", output):
        parts = codes.decode().split(";")
        while parts:
            first = parts.pop(0)
            if first in ("38", "48"):
                depth = parts.pop(0)
                found.add(f"{first};{depth}")
                del parts[: 3 if depth == "2" else 1]
            elif first.isdigit() and (30 <= int(first) <= 47 or 90 <= int(first) <= 107) and first not in ("39", "49"):
                found.add(first)
    return found


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "REJOINDER_THEME": "ink"}, {"38;2", "48;2"}),
        ({"TERM": "tmux-256color", "REJOINDER_THEME": "paper"}, {"38;5", "48;5"}),
        ({"TERM": "screen", "REJOINDER_THEME": "paper"}, {"34"}),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, {"36"}),
        ({"TERM": "linux", "REJOINDER_THEME": "contrast"}, {"97", "93", "40", "37"}),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "REJOINDER_THEME": "ink", "NO_COLOR": "1"}, set()),
        ({"TERM": "xterm-256color", "REJOINDER_THEME": "ink", "REJOINDER_COLOURS": "none"}, set()),
    ],
    ids=["truecolor", "256", "16", "own", "console", "NO_COLOR", "colours=none"],
)
def test_a_terminal_is_sent_no_colour_that_it_has_not(environment: dict[str, str], sent: set[str]) -> None:
    with Session(TOWN, **{"COLORTERM": "", "COLORFGBG": "", **environment}) as app:
        app.wait_for("60 / 60")
        app.press("k")
        got = codes(bytes(app.output))
        assert got <= sent and bool(got) == bool(sent), got
        if environment["TERM"] == "linux":
            assert app.text.isascii() or "┌" not in app.text
            assert ">" in app.text and "▌" not in app.text


def test_a_dumb_terminal_gets_words_and_exit_code_1(tmp_path) -> None:
    with Session(["-m", "rejoinder", "demo"], TERM="dumb") as app:
        assert app.leaves_within(20)
        app.read()
        assert app.code == 1
        assert "can't draw a screen (TERM=dumb)" in app.text
        assert b"\x1b[?1049h" not in app.output


@awaited
async def test_another_theme_reaches_every_cell_at_once() -> None:
    settings = Settings(ascii=False, theme="dark", colours="truecolor", chain="open")
    async with reading(town(60), (120, 30), settings) as reader:
        await reader.press("k", "t")
        for _ in range(2):
            for name, background in (("ink", INK), ("paper", PAPER), ("contrast", CONTRAST), ("dark", DARK)):
                await reader.command("next_theme")
                strips = reader.screen._compositor.render_strips()
                grounds = {
                    style.bgcolor.name if style and style.bgcolor else None
                    for strip in strips for _, style, _ in strip if _
                }  # fmt: skip
                wanted = background.background
                assert grounds <= ({wanted} if wanted else {None, "default"}), name
                assert f"Theme {name}" in reader.text


def test_every_theme_can_be_set() -> None:
    for theme in THEMES:
        assert Settings(theme=theme).theme == theme
    assert set(get_args(Colours)) == {"auto", "none", "16", "256", "truecolor"}
