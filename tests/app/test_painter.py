"""What a terminal shows is the same with the painter and without it, cell by cell, and costs far fewer bytes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.app.comparing import ComparingDriver, Walk, terminal_of_its_own, walk
from tests.app.emulator import Emulator, differences
from tests.app.memory_archive import MemoryArchive
from tests.app.pictures import awaited
from tests.app.town import town
from tests.scenes import archive_of

from rejoinder.app.app import RejoinderApp
from rejoinder.app.settings import Settings
from rejoinder.app.terminal import pens
from rejoinder.app.terminal.painter import Painter
from rejoinder.app.themes import Theme

WIDTH, HEIGHT = 24, 9
WORDS = st.text(st.sampled_from("ab ─▌漢字éあ שم🐈"), min_size=1, max_size=WIDTH)
PENS = st.sampled_from(["", "1", "2", "1;36", "31;44", "7", "38;5;200", "4;48;2;10;20;30"])
PLACES = st.tuples(st.integers(1, HEIGHT), st.integers(1, WIDTH))
DRAWN = st.tuples(PLACES, PENS, WORDS)


class Pair:
    """The same text on a terminal as it is, and on another through a painter."""

    def __init__(self) -> None:
        self.stock, self.painted = Emulator(WIDTH, HEIGHT), Emulator(WIDTH, HEIGHT)
        for terminal in (self.stock, self.painted):
            terminal.feed("\x1b[?7l")
        self.painter = Painter(WIDTH, HEIGHT)

    def take(self, data: str) -> str:
        self.stock.feed(data)
        return "".join(self.painter.take(data))

    def frame(self) -> str:
        text = self.painter.frame()
        self.painter.shows()
        self.painted.feed(text)
        return text


def drawn(place: tuple[int, int], pen: str, words: str) -> str:
    """A piece as Textual sends it; what does not fit it crops itself."""
    fitting = ""
    for letter in words:
        if cells_of(fitting + letter) > WIDTH - place[1] + 1:
            break
        fitting += letter
    return f"\x1b[{place[0]};{place[1]}H" + (f"\x1b[{pen}m{fitting}\x1b[0m" if pen else fitting)


def cells_of(text: str) -> int:
    from rejoinder.app.wrapping import cells

    return cells(text)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(DRAWN, min_size=1, max_size=12), min_size=1, max_size=5))
def test_any_text_looks_the_same(frames: list[list[tuple[tuple[int, int], str, str]]]) -> None:
    pair = Pair()
    for frame in frames:
        for piece in frame:
            pair.take(drawn(*piece))
        pair.frame()
        assert not differences(pair.stock, pair.painted)
        assert pair.painter.frame() == ""


@settings(max_examples=40, deadline=None)
@given(
    st.lists(WORDS, min_size=HEIGHT, max_size=30, unique=True), st.lists(st.integers(-8, 8), max_size=6), st.booleans()
)
def test_lines_that_move_look_the_same(lines: list[str], moves: list[int], beside: bool) -> None:
    """A window over lines, with a heading, a status line, and sometimes a pane at the side that stays."""
    pair, top = Pair(), 0
    for move in (0, *moves):
        top = max(0, min(len(lines) - HEIGHT, top + move))
        for y in range(HEIGHT):
            words = f"heading {top}" if y == 0 else "status" if y == HEIGHT - 1 else lines[top + y]
            pair.take(f"\x1b[{y + 1}H" + " " * WIDTH + drawn((y + 1, 1), "", words))
            if beside:
                pair.take(f"\x1b[{y + 1};15H│pane {y:4}")
        pair.frame()
        assert not differences(pair.stock, pair.painted)


@given(PENS, PENS)
def test_a_change_of_pen_makes_the_new_one_of_the_old(old: str, new: str) -> None:
    was, now = pens.after("", old), pens.after("", new)
    pen = was
    for part in pens.change(was, now).split("\x1b["):
        if part:
            pen = pens.after(pen, part.removesuffix("m"))
    assert pen == now


@pytest.mark.parametrize(
    ("size", "theme", "seed"), [((80, 24), "dark", 3), ((120, 35), "ink", 4), ((200, 60), "paper", 5)]
)
def test_the_app_looks_the_same_whatever_is_done(
    size: tuple[int, int], theme: Theme, seed: int, tmp_path: Path
) -> None:
    with terminal_of_its_own():
        done = asyncio.run(walk(archive_of("harbour", tmp_path), size, theme, 16, seed))
    assert done.frames > 12
    assert done.painted_bytes * 3 < done.stock_bytes


@awaited
async def test_a_key_is_one_frame() -> None:
    """Cursor, title and status line change together; the chain's pane is closed, for it follows after a pause."""
    app = RejoinderApp(MemoryArchive(town(300)), Settings(ascii=False, chain="closed"))
    app.driver_class = ComparingDriver
    async with app.run_test(headless=False, size=(120, 35)) as pilot:
        way = Walk(pilot, 1)
        way.driver.share = 1.0
        await way.settle()
        await asyncio.sleep(0.3)
        for key in ("k", "k", "ctrl+y", "pageup", "j", "ctrl+e", "pagedown"):
            before = way.driver.frames
            await way.press(key)
            await way.settle()
            await asyncio.sleep(0.12)
            assert way.driver.frames - before == 1, key


def test_a_line_scrolled_costs_the_new_line_and_little_more() -> None:
    pair = Pair()
    lines = [f"{letter * 14} {letter}" for letter in "abcdefghijklmnopqrst"]
    for y in range(HEIGHT):
        pair.take(f"\x1b[{y + 1}H{lines[y]:<{WIDTH}}")
    pair.frame()
    for y in range(HEIGHT):
        pair.take(f"\x1b[{y + 1}H{lines[y + 1]:<{WIDTH}}")
    assert len(pair.frame()) < len(lines[0]) + 30


@pytest.mark.parametrize("grapheme", ["👩‍🚀", "🇩🇰", "❤️", "👍🏽", "क्षा"])
def test_after_a_grapheme_of_disputed_width_the_next_column_has_its_place_said(grapheme: str) -> None:
    pair = Pair()
    pair.take(f"\x1b[1Hab {grapheme} cd  ef")
    text = pair.frame()
    assert f"{grapheme} cd" in text
    assert text.split("cd")[1].startswith("\x1b[") and "ef" in text
    pair.take(f"\x1b[1Hab {grapheme} ce  ef")
    assert f"{grapheme} ce" in pair.frame(), "where it stands is the terminal's to say, so all of it is sent again"
    pair.take(f"\x1b[1HaB {grapheme} ce  ef")
    assert grapheme not in pair.frame()


def test_what_is_no_screen_content_goes_through_at_its_place() -> None:
    pair = Pair()
    clipboard, bell, mode = "\x1b]52;c;YWI=\a", "\a", "\x1b[?1004h"
    assert pair.take(f"one{clipboard}two{bell}\x1b[?2026h three{mode}\x1b[?2026l") == clipboard + bell + mode
    shown: list[str] = []
    painter = Painter(WIDTH, HEIGHT)
    for sequence in painter.take(f"\x1b[1Hone{clipboard}two"):
        shown += [painter.frame(), sequence]
        painter.shows()
    shown.append(painter.frame())
    assert "one" in shown[0] and "two" not in shown[0]
    assert shown[1] == clipboard
    assert "two" in shown[2]


def test_a_link_is_kept_and_ends() -> None:
    pair = Pair()
    pair.take("\x1b[1H\x1b]8;id=7;https://example.org/\x1b\\\x1b[4mhere\x1b[0m\x1b]8;;\x1b\\ and on")
    text = pair.frame()
    assert (
        text.index("\x1b]8;;https://example.org/")
        < text.index("here")
        < text.index("\x1b]8;;\x1b\\")
        < text.index("and")
    )


def test_the_unknown_is_erased_and_drawn_anew() -> None:
    pair = Pair()
    pair.take("\x1b[3Hthe post")
    pair.frame()
    pair.painted.feed("\x1b[5Ha broadcast message")
    pair.painter.forget()
    assert "the post" in pair.frame()
    assert not differences(pair.stock, pair.painted)


def test_big_frames_are_shown_in_one_piece_where_the_terminal_can() -> None:
    pair = Pair()
    pair.take("\x1b[?2026h\x1b[1Hsmall\x1b[?2026l")
    assert "\x1b[?2026h" not in pair.frame()
    pair.take("".join(f"\x1b[{y + 1}H\x1b[38;5;{y};1m" + "漢" * 12 + "\x1b[0m" for y in range(HEIGHT)))
    pair.take(
        "".join(
            f"\x1b[{y + 1};1H" + "".join(f"\x1b[38;2;{y};{x};0mx\x1b[0m" for x in range(WIDTH)) for y in range(HEIGHT)
        )
    )
    text = pair.frame()
    assert text.startswith("\x1b[?2026h") and text.endswith("\x1b[?2026l")
