"""The keys that move in lists and pages: in any of them, at any height, with and without a number."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from tests.app.pictures import Alone, awaited, lines
from tests.app.test_chooser import CHOICES
from tests.app.test_pages import ENTRY, LOOK

from rejoinder.app.chooser import ChooserApp, ChooserPage
from rejoinder.app.widgets.card import DARK
from rejoinder.app.widgets.help_page import HelpPage
from rejoinder.app.widgets.links_page import LinksPage
from rejoinder.app.widgets.list_page import ListPage
from rejoinder.app.widgets.motions import at_least_one
from rejoinder.app.widgets.page import Page
from rejoinder.app.widgets.sides_page import Cell, SidesPage
from rejoinder.app.widgets.tally_page import TallyPage
from rejoinder.archive.tally import Tallied
from rejoinder.contacts.sides import Sides
from rejoinder.records import Link

TITLE = "A title of several lines. " * 12
SIDES = {f"side {n}": (f"test:{n}",) for n in range(8)}


def links() -> ListPage:
    many = tuple(Link(f"https://example.org/{n}", TITLE) for n in range(30))
    post = msgspec.structs.replace(ENTRY.post, links=many, media=())
    return LinksPage(msgspec.structs.replace(ENTRY, post=post), LOOK, DARK)


def sides() -> ListPage:
    page = SidesPage(LOOK, DARK)
    page.take(Sides(SIDES))
    page.count([Cell(one, other, 1, 1, "") for one in SIDES for other in SIDES if one != other], {})
    return page


def tallies() -> ListPage:
    page = TallyPage(LOOK, DARK, "account", "all posts")
    page.take("account", [Tallied(f"mate{n}", 100 - n) for n in range(60)])
    return page


def archives() -> ListPage:
    return ChooserPage([msgspec.structs.replace(CHOICES[0], name=f"town {n}") for n in range(60)], LOOK, DARK)


def commands() -> ListPage:
    return HelpPage("timeline", LOOK, DARK)


EVERY = pytest.mark.parametrize("make", [links, sides, tallies, archives, commands])
Make = Callable[[], ListPage]


class Seen(msgspec.Struct):
    """What stood on the screen, before the first of some motions and after each; and all lines of the page."""

    screens: list[str]
    every: set[str]


async def looked_at(page: Page, keys: list[tuple[str, int | None]], height: int = 24) -> Seen:
    async with Alone(page).run_test(size=(80, height)) as pilot:
        screens = ["\n".join(lines(page))]
        every = {bare("".join(text for text, _ in line)) for line in page.lines}
        for name, count in keys:
            getattr(page, f"action_{name}")(count)
            await pilot.pause()
            screens.append("\n".join(lines(page)))
        return Seen(screens, every)


def bare(line: str) -> str:
    """A line without the cursor's bar and the margin."""
    return line.replace(LOOK.glyphs.bar, " ").strip()


@EVERY
@awaited
async def test_paging_down_shows_every_line_and_paging_up_leads_back(make: Make) -> None:
    page = make()
    seen = await looked_at(page, [("page_down", None)] * 40 + [("page_up", None)] * 40)
    assert seen.every <= {bare(line) for screen in seen.screens for line in screen.split("\n")[1:]}
    assert seen.screens[-1] == seen.screens[0]


@EVERY
@awaited
async def test_the_row_under_the_cursor_is_in_sight_after_every_motion(make: Make) -> None:
    page = make()
    keys = [
        ("half_page_down", 1),
        ("down", 2),
        ("page_up", None),
        ("last", None),
        ("up", 2),
        ("first", None),
        ("last", 7),
    ]
    seen = await looked_at(page, keys)
    assert all(page.look.glyphs.bar in screen for screen in seen.screens)
    assert len(set(seen.screens)) > 4


@EVERY
@awaited
async def test_a_number_before_first_and_last_goes_to_that_row(make: Make) -> None:
    page = make()
    seen = await looked_at(page, [("first", 4), ("first", None), ("down", 3), ("last", 4)])
    start, fourth, first, down, last = seen.screens
    assert fourth == down == last != first == start


@EVERY
@pytest.mark.parametrize("height", [1, 2, 3])
def test_in_the_smallest_window_down_is_down_and_up_is_up(make: Make, height: int) -> None:
    @awaited
    async def drive() -> None:
        page = make()
        async with Alone(page).run_test(size=(80, height)):
            places = []
            for name in ("first", "page_down", "half_page_down", "page_down", "half_page_up", "page_up"):
                getattr(page, f"action_{name}")()
                places.append(page.selected_line)
        assert all(one < other for one, other in pairwise(places[:4]))
        assert all(one > other for one, other in pairwise(places[3:]))

    drive()


@pytest.mark.parametrize(("step", "expected"), [(0.2, 1), (-0.2, -1), (10.6, 11), (-10.6, -11), (-3, -3)])
def test_no_step_is_none(step: float, expected: int) -> None:
    assert at_least_one(step) == expected


@awaited
async def test_a_number_is_heard_in_the_list_of_archives() -> None:
    many = [msgspec.structs.replace(CHOICES[0], path=Path(f"{n}.rejoinder"), name=f"town {n}") for n in range(20)]
    app = ChooserApp(many)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1", "2", "G", "3", "j", "enter")
    assert app.return_value == Path("14.rejoinder")
