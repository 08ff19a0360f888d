"""The contacts screen, on the bundled samples: found, sorted, filtered, opened at the answer, and reported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.scenes import archive_of, settle
from textual.pilot import Pilot

from rejoinder.app.app import RejoinderApp
from rejoinder.app.screens.browse import BrowseScreen
from rejoinder.app.screens.contacts import ContactsScreen
from rejoinder.app.settings import Settings
from rejoinder.app.widgets.sides_page import SidesPage
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.opening import open_archive
from rejoinder.contacts.sides import read


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@asynccontextmanager
async def contacts(folder: Path, sample: str, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Pilot[None]]:
    """The app on a sample, with the contacts opened."""
    archive = open_archive(archive_of(sample, folder))
    app = RejoinderApp(archive, Settings(ascii=False))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "C")
        yield pilot
    archive.close()


def played(test: Callable[[Path], Coroutine[None, None, None]]) -> Callable[[Path], None]:
    """A test that is a coroutine, run as any other."""

    def run(folder: Path) -> None:
        asyncio.run(test(folder))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    await pilot.pause(0.15)
    await settle(pilot)


def screen_of(pilot: Pilot[None]) -> ContactsScreen:
    assert isinstance(pilot.app.screen, ContactsScreen)
    return pilot.app.screen


def seen(pilot: Pilot[None]) -> str:
    """What list and pair show."""
    screen = screen_of(pilot)
    return "\n".join(
        "".join(segment.text for segment in widget.render_line(y))
        for widget in (screen.list, screen.page)
        for y in range(widget.size.height)
    )


@played
async def test_the_pair_that_waited_longest_comes_first_with_its_evidence(folder: Path) -> None:
    async with contacts(folder, "harbour") as pilot:
        text = seen(pilot)
        assert "157 of 578 pairs answered" in text
        first = next(line for line in text.splitlines() if "oldquay_union" in line)
        assert first.split()[1:] == ["oldquay_union", "harbourmaster", "231", "18", "2019-04-02", "m", "2021-02-11",
                                     "681", "d", "214", "6", "1"]  # fmt: skip
        assert "harbourmaster answers oldquay_union: 2021-02-11, after 214 unanswered in 681 d" in text
        assert "witnessed" in text and "nothing in 2020-08" in " ".join(text.split())
        assert "◆" in text and "♥" in text and "┄" in text


@played
async def test_enter_opens_the_timeline_of_the_two_at_the_answer_and_the_key_comes_back(folder: Path) -> None:
    async with contacts(folder, "harbour") as pilot:
        await press(pilot, "j", "enter")
        browse = pilot.app.screen
        assert isinstance(browse, BrowseScreen)
        entry = browse.looked_at()
        assert entry is not None and (entry.author.handle, entry.post.id) == ("skerry", "30828")
        await press(pilot, "C")
        assert screen_of(pilot).list.cursor == 1


@played
async def test_the_list_is_filtered_while_one_types(folder: Path) -> None:
    async with contacts(folder, "harbour") as pilot:
        await press(pilot, "slash", *"mira", "space", *"turns", "colon", "4")
        assert screen_of(pilot).list.total == 5
        await press(pilot, "enter", "escape")
        assert screen_of(pilot).list.total == 157
        await press(pilot, "slash", *"nosuchname")
        assert "No pair matches “nosuchname”." in seen(pilot)
        await press(pilot, "escape", "slash", *"nobody", "colon", "x")
        assert "nobody:x is not understood here." in screen_of(pilot).complaint


@played
async def test_every_column_sorts_both_ways(folder: Path) -> None:
    async with contacts(folder, "harbour") as pilot:
        tops = []
        for _ in range(9):
            await press(pilot, "l")
            row = screen_of(pilot).list.row
            assert row is not None
            tops.append((screen_of(pilot).list.sort, row.pair))
        assert len({sort for sort, _ in tops}) == 9
        by_sort = dict(tops)
        assert by_sort["turns"].turns == max(pair.turns for pair in by_sort.values())
        await press(pilot, "o")
        assert screen_of(pilot).list.reverse


@played
async def test_pairs_that_nobody_answered_are_shown_on_request(folder: Path) -> None:
    async with contacts(folder, "harbour") as pilot:
        await press(pilot, "u")
        assert "421 pairs without an answer" in seen(pilot)


@played
async def test_the_founding_case(folder: Path) -> None:
    async with contacts(folder, "exchange-2013", (80, 24)) as pilot:
        text = seen(pilot)
        assert "1 of 1 pairs answered" in text and "same day" in text
        assert "in their order, the time of day is not known" in text
        assert "after 1 unanswered on the same day" in " ".join(text.split()) and "inferred" in text


@played
async def test_w_writes_the_reports_beside_the_archive(folder: Path) -> None:
    async with contacts(folder, "exchange-2013") as pilot:
        await press(pilot, "w")
        written = folder / "exchange-2013.AlqassamBrigade-LTCPeterLerner.html"
        assert "Israel is here to stay." in written.read_text(encoding="utf-8")
        assert written.with_suffix(".md").exists() and written.stat().st_mode & 0o777 == 0o600


@played
async def test_sides_are_named_filled_and_written_beside_the_archive(folder: Path) -> None:
    async with contacts(folder, "harbour") as pilot:
        kept = folder / "harbour.sides.toml"
        await press(pilot, "S", "n", *"dock", "enter", "tab", "n", *"office", "enter")
        assert read(kept).sides == {"dock": ("harbour:4",), "office": ("harbour:3",)}
        page = pilot.app.screen.query_one(SidesPage)
        shown = "\n".join("".join(text for text, _ in line) for line in page.lay(100))
        assert "harbour:4  oldquay_union" in shown
        assert "office → dock         18       15  2021-02-11, after 214 unanswered in 681 d" in shown
        await press(pilot, "escape", "slash", *"side", "colon", *"dock", "space", *"side", "colon", *"office")
        assert screen_of(pilot).list.total == 1
        await press(pilot, "escape", "S", "G", "backspace")
        assert read(kept).sides == {"dock": ("harbour:4",), "office": ()}


@played
async def test_signs_and_the_next_contact_in_the_timeline(folder: Path) -> None:
    async with contacts(folder, "harbour") as pilot:
        await press(pilot, "enter", "escape")
        browse = pilot.app.screen
        assert isinstance(browse, BrowseScreen)
        entry, timeline = browse.looked_at(), browse.query_one(Timeline)
        assert entry is not None and timeline.signs[entry.key] == "◆"
        await press(pilot, "right_square_bracket", "c")
        later = browse.looked_at()
        assert later is not None and later.place > entry.place
        await press(pilot, "left_square_bracket", "c")
        assert browse.looked_at() == entry
