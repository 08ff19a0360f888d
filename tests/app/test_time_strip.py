"""The time strip and the tallies, as a person uses them: keys in, lines on the screen out."""

from __future__ import annotations

import asyncio

import msgspec
from tests.app.pictures import awaited
from tests.app.test_browse import Reader, reading
from tests.app.town import DAY, START, town

from rejoinder.app.screens.timing import PAUSE
from rejoinder.app.settings import Settings
from rejoinder.app.widgets.tally_page import TallyPage
from rejoinder.app.widgets.time_strip import TimeStrip
from rejoinder.records import Post


def quiet_town() -> list[Post]:
    """Posts of 1,000 days, with half a year in the middle in which nobody writes."""
    posts = [msgspec.structs.replace(post, time=START + n * 3 * DAY) for n, post in enumerate(town(330))]
    return [post for n, post in enumerate(posts) if not 120 <= n < 180]


def strip_lines(reader: Reader) -> list[str]:
    strip = reader.screen.query_one(TimeStrip)
    return [strip.render_line(y).text for y in range(strip.size.height)]


async def rest(reader: Reader) -> None:
    """Until the timeline has followed the strip's cursor."""
    await asyncio.sleep(PAUSE + 0.05)
    await reader.settle()
    await reader.settle()


@awaited
async def test_the_strip_comes_takes_the_keys_and_goes() -> None:
    async with reading(quiet_town()) as reader:
        await reader.press("H")
        assert isinstance(reader.screen.focused, TimeStrip)
        assert "a bar is a month" in strip_lines(reader)[0]
        await reader.press("tab", "H")
        assert isinstance(reader.screen.focused, TimeStrip)
        await reader.press("H")
        assert not reader.screen.query_one(TimeStrip).display
        assert reader.screen.focused is reader.timeline


@awaited
async def test_empty_months_are_blank_years_are_labelled_and_the_window_is_marked() -> None:
    async with reading(quiet_town()) as reader:
        await reader.press("H")
        *bars, axis, labels = strip_lines(reader)[1:]
        assert "2022" in labels
        assert "2023" in labels
        assert "━" in axis or "▲" in axis
        silent = labels.index("2022") + 12  # June to November 2022: half a year of two cells a month
        assert all(line[silent : silent + 4].isspace() for line in (*bars, axis))
        assert not bars[-1][2:20].isspace()


@awaited
async def test_the_cursor_goes_along_and_the_timeline_follows() -> None:
    async with reading(quiet_town()) as reader:
        await reader.press("g", "H", "l", "l")
        await rest(reader)
        assert "August 2021" in strip_lines(reader)[0]
        assert reader.timeline.entry is not None
        first = min((post for post in quiet_town() if (post.time or 0) >= START + 60 * DAY), key=lambda post: post.time)
        assert reader.id == first.id
        await reader.press("<")
        assert reader.id == "1"


@awaited
async def test_enter_filters_by_the_bar_and_the_strip_shows_its_days() -> None:
    async with reading(quiet_town()) as reader:
        await reader.press("g", "H", "l")
        await rest(reader)
        await reader.press("enter")
        await reader.settle()
        assert "since:2021-07 until:2021-08" in reader.line(0)
        assert "a bar is a day" in strip_lines(reader)[0]
        await reader.press("escape", "escape")
        await reader.settle()
        assert "since:" not in reader.line(0)
        assert "a bar is a month" in strip_lines(reader)[0]


@awaited
async def test_a_second_bar_takes_the_place_of_the_first_in_the_filter() -> None:
    async with reading(quiet_town()) as reader:
        await reader.press("ampersand")
        await reader.type("ferry OR quay")
        await reader.press("enter", "g", "H", "enter")
        await reader.settle()
        await reader.press("l", "enter")
        await reader.settle()
        assert reader.screen._parts is not None
        text = reader.screen._parts.searching.filter.text
        assert text.count("since:") == 1
        assert text.startswith("(")


@awaited
async def test_zoom_shows_finer_bars_around_the_cursor_and_comes_back() -> None:
    async with reading(quiet_town()) as reader:
        await reader.press("g", "H", *["l"] * 4)
        await rest(reader)
        await reader.press("plus", "plus", "plus")
        await reader.settle()
        assert "a bar is a week" in strip_lines(reader)[0]
        assert "2021" in strip_lines(reader)[0]
        await reader.press("minus", "minus", "minus")
        await reader.settle()
        assert "a bar is a month" in strip_lines(reader)[0]


@awaited
async def test_only_hits_are_counted() -> None:
    async with reading(quiet_town(), settings=Settings(ascii=True)) as reader:
        await reader.press("g", "H")
        whole = strip_lines(reader)[1:]
        await reader.press("ampersand")
        await reader.type("from:mira_o")
        await reader.press("enter")
        await reader.settle()
        assert strip_lines(reader)[1:] != whole
        assert all(line.isascii() for line in strip_lines(reader))


@awaited
async def test_tallies_count_what_is_in_force_and_enter_filters() -> None:
    posts = town(200)
    async with reading(posts) as reader:
        await reader.press("B")
        page = reader.app.screen.query_one(TallyPage)
        await reader.press("l")
        await reader.settle()
        rows = [page.render_line(y).text for y in range(3, 10)]
        assert page.row is not None
        assert f"@{page.row.label}" in rows[0]
        assert page.row.n == sum(post.handle == page.row.label for post in posts)
        chosen = page.row
        await reader.press("enter")
        await reader.settle()
        assert f"from:{chosen.label}" in reader.line(0)
        assert f"{chosen.n} of 200" in reader.line(0)
        await reader.press("B")
        await reader.settle()
        assert f"posts that match from:{chosen.label}" in reader.app.screen.query_one(TallyPage).render_line(1).text


@awaited
async def test_an_hour_of_the_day_can_be_counted_but_not_searched() -> None:
    async with reading(town(60)) as reader:
        await reader.press("B", "h", "h")
        await reader.settle()
        page = reader.app.screen.query_one(TallyPage)
        assert page.by == "hour"
        await reader.press("enter")
        assert "No search finds" in "\n".join(strip.text for strip in reader.app.screen._compositor.render_strips())


@awaited
async def test_the_cursor_is_where_the_timelines_post_is_from_the_first_moment_and_at_another_width() -> None:
    async with reading(quiet_town(), (200, 60)) as reader:
        await reader.press("H")
        assert "15 Feb 2024" in reader.line(59)
        assert "12 Feb – 15 Feb 2024" in strip_lines(reader)[0]
        await reader.pilot.resize_terminal(80, 24)  # type: ignore[attr-defined]
        await reader.settle()
        assert "February 2024" in strip_lines(reader)[0]


@awaited
async def test_the_strip_goes_along_with_the_timeline_and_a_zoom_keeps_its_post_in_sight() -> None:
    async with reading(quiet_town(), (120, 40)) as reader:
        await reader.press("H", "plus", "plus")
        assert "Feb 2024" in strip_lines(reader)[0], "the last post's bar"
        await reader.press("escape", "g", "g")
        await rest(reader)
        assert "Jun 2021" in strip_lines(reader)[0]
        assert "0 posts" not in strip_lines(reader)[0]
        await reader.press("H", "plus")
        assert "Jun 2021" in strip_lines(reader)[0]
