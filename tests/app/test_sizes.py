"""Every screen fits every terminal from 60x16 to 300x100, in every theme and set of signs: each line is filled."""

from __future__ import annotations

import pytest
from tests.app.pictures import awaited
from tests.app.test_browse import reading
from tests.app.town import town

from rejoinder.app.settings import Settings
from rejoinder.app.wrapping import cells

SCREENS = (
    (),
    ("t",),
    ("t", "t"),
    ("enter",),
    ("question_mark",),
    ("colon",),
    ("o",),
    ("i",),
    ("D",),
    ("ampersand", "w"),
)
"""Strokes that lead to each screen from the timeline; Esc, as often as needed, leads back."""
LOOKS = (
    Settings(ascii=False, theme="ink", colours="truecolor", bidi="on"),
    Settings(ascii=True, theme="contrast", colours="16", bidi="off"),
    Settings(plain=True, colours="none", bidi="on"),
)


@pytest.mark.parametrize("settings", LOOKS, ids=["ink", "ascii", "plain"])
@pytest.mark.parametrize("size", [(60, 16), (80, 24), (300, 100)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_line_of_every_screen_is_as_wide_as_the_terminal(size: tuple[int, int], settings: Settings) -> None:
    @awaited
    async def play() -> None:
        async with reading(town(120), size, settings) as reader:
            for strokes in SCREENS:
                await reader.press(*strokes)
                lines = [strip.text for strip in reader.app.screen._compositor.render_strips()]
                assert len(lines) == size[1]
                for y, line in enumerate(lines):
                    assert cells(line) == size[0], f"{strokes} line {y}: {line!r}"
                    if settings.ascii:
                        assert not set(line) & set("─│┬├└▌┃●○↰…·"), f"{strokes}: {line!r}"
                await reader.press("escape", "escape", "escape")

    play()
