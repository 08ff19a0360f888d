"""The bars of the time strip, held against the calendar."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.app.moments import Zone
from rejoinder.app.periods import heights, periods

DAY = 86_400_000
JUNE = 1_622_505_600_000
"""1 June 2021, 00:00 UTC."""
ZONES = (Zone(), Zone("Europe/Berlin", ZoneInfo("Europe/Berlin")), Zone("Asia/Kolkata", ZoneInfo("Asia/Kolkata")))


@given(
    since=st.integers(-2_208_988_800_000, 4_102_444_800_000),
    length=st.integers(0, 4_000_000_000_000),
    width=st.integers(20, 300),
    zone=st.sampled_from(ZONES),
)
def test_bars_follow_each_other_hold_the_whole_time_and_fit(since: int, length: int, width: int, zone: Zone) -> None:
    made = periods(since, since + length, width, zone)
    assert made.starts[0] <= since < made.starts[1]
    assert made.starts[-2] <= since + length < made.starts[-1]
    assert list(made.starts) == sorted(set(made.starts))
    assert 1 <= made.bars <= width
    for moment in (since, since + length // 3, since + length):
        bar = made.bar_of(moment)
        assert made.starts[bar] <= moment < made.starts[bar + 1]
        assert made.name(bar)


@pytest.mark.parametrize(
    ("days", "width", "words", "first"),
    [
        (1, 80, "an hour", "1 Jun 2021 00:00"),
        (60, 80, "a day", "1 Jun 2021"),
        (300, 80, "a week", "31 May – 6 Jun 2021"),
        (1_000, 80, "a month", "June 2021"),
        (5_000, 80, "3 months", "April – June 2021"),
        (20_000, 80, "a year", "2021"),
    ],
)
def test_a_bar_is_the_shortest_piece_of_the_calendar_that_fits(days: int, width: int, words: str, first: str) -> None:
    made = periods(JUNE, JUNE + days * DAY, width, Zone())
    assert (made.words, made.name(0)) == (words, first)


def test_years_are_written_where_they_begin() -> None:
    made = periods(JUNE, JUNE + 1_000 * DAY, 80, Zone())
    labels = [made.label(bar, made.starts[-1] - made.starts[0]) for bar in range(made.bars)]
    assert [label for label in labels if label] == ["2022", "2023", "2024"]
    assert labels.index("2022") == made.bar_of(JUNE + 214 * DAY)


@given(st.lists(st.integers(0, 10**7), max_size=50), st.sampled_from([2, 16, 32]))
def test_a_bar_is_blank_only_where_there_is_no_post(counts: list[int], most: int) -> None:
    drawn = heights(counts, most)
    assert [not height for height in drawn] == [not n for n in counts]
    assert all(0 <= height <= most for height in drawn)
    if any(counts):
        assert drawn[counts.index(max(counts))] == most
