"""Histograms and tallies count what plain Python counts, in any zone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive.tally import BY, By, by_hour, edges
from rejoinder.records import Post
from tests import generated
from tests.archive.test_engine import archive_of
from tests.oracle import Town

FEWER = settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
zones = st.sampled_from([UTC, BERLIN, KOLKATA, timezone(timedelta(hours=-7))])


def ms(*digits: int, zone: object = UTC) -> int:
    return int(datetime(*digits, tzinfo=zone).timestamp() * 1000)  # type: ignore[arg-type, misc]


@FEWER
@given(generated.archives(), st.lists(generated.questions, min_size=3, max_size=5), st.lists(generated.times), zones)
def test_a_histogram_counts_what_lies_between_its_edges(
    told: list[Post], asked: list[c.Condition], moments: list[int | None], zone: timezone
) -> None:
    town = Town(told)
    some = sorted({moment for moment in moments if moment is not None})
    with archive_of(told) as archive:
        for condition in (c.Everything(), *asked):
            for bins in (some, edges(generated.START - 1, generated.START + 9 * generated.DAY, "day", zone)):
                assert list(archive.histogram(condition, bins)) == town.histogram(condition, bins)


@FEWER
@given(generated.archives(), generated.questions, st.sampled_from(BY), zones)
def test_a_tally_counts_each_value_and_the_posts_that_have_none(
    told: list[Post], condition: c.Condition, by: By, zone: timezone
) -> None:
    town = Town(told)
    with archive_of(told) as archive:
        for asked in (c.Everything(), condition):
            rows = archive.tally(asked, by, zone=zone)
            labels = [row.label for row in rows]
            assert len(labels) == len(set(labels)) and "" not in labels[:-1]
            if by == "account":
                wrote = Counter(entry.author.account for entry in archive.page(asked, None, "newer", 1000))
                counted: Counter[str] = Counter()
                for number, n in wrote.items():
                    known = archive.account(number)
                    counted[(known.handle or known.id or "") if known else ""] += n
                assert {row.label: row.n for row in rows} == counted
            else:
                assert {row.label: row.n for row in rows if row.n} == town.tally(asked, by, zone)
            if by in ("month", "hour"):
                assert labels == sorted(set(labels) - {""}) + [""] * ("" in labels)
            elif rows:
                assert archive.tally(asked, by, limit=1, zone=zone)[0] == rows[0]
                most = [row.n for row in rows if row.label]
                assert most == sorted(most, reverse=True)
            for row in rows:
                found = None if row.condition is None else archive.count(c.all_of([asked, row.condition])).n
                if by in ("account", "source", "domain") and row.label:
                    assert found is None or found >= row.n
                else:
                    assert found is None or found == row.n


@FEWER
@given(generated.archives())
def test_tags_are_listed_by_their_beginning(told: list[Post]) -> None:
    with archive_of(told) as archive:
        rows = archive.tally(c.Everything(), "tag")
        for prefix in ("", "n", "NE", "#é", "日"):
            folded = prefix.lower().strip("#").replace("é", "e")
            wanted = [(row.label, row.n) for row in rows if row.label.startswith(folded) and row.label]
            assert list(archive.tags(prefix, 9)) == wanted


def test_units_begin_where_the_calendar_of_the_zone_says() -> None:
    assert edges(ms(2013, 11, 30), ms(2014, 1, 1), "month") == [ms(2013, 11, 1), ms(2013, 12, 1), ms(2014, 1, 1)]
    assert edges(ms(2013, 1, 1), ms(2013, 1, 1, 0, 1), "month", BERLIN) == [
        ms(2013, 1, 1, zone=BERLIN),
        ms(2013, 2, 1, zone=BERLIN),
    ]
    short, long = (edges(ms(2013, *day, 12), ms(2013, *day, 13), "day", BERLIN) for day in ((3, 31), (10, 27)))
    assert [end - start for start, end in pairwise(short)] == [23 * 3_600_000]
    assert long[1] - long[0] == 25 * 3_600_000
    assert len(edges(ms(2013, 10, 27, zone=BERLIN), ms(2013, 10, 28, zone=BERLIN), "hour", BERLIN)) == 26
    assert edges(5, 6, "year") == [0, ms(1971, 1, 1)]
    assert edges(0, 0, "year") == [0]
    far = edges(ms(9998, 11, 1), 2**62, "month")
    assert far[-2:] == [ms(9999, 1, 1), 2**62]


@pytest.mark.parametrize(("zone", "hour"), [(UTC, 23), (BERLIN, 1), (KOLKATA, 4)])
def test_hours_of_the_day_are_those_of_the_zone(zone: timezone, hour: int) -> None:
    rows = by_hour([(ms(2013, 7, 1, 23, 10), 3)], zone)
    assert len(rows) == 24
    assert [row.label for row in rows if row.n] == [f"{hour:02}"]
