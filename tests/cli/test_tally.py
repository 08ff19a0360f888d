"""`rejoinder tally`: counts for people, for scripts and for spreadsheets."""

from __future__ import annotations

import pytest

from tests.conftest import Command, make_post

DAY = 86_400_000


@pytest.fixture
def town(rejoinder: Command, write_posts) -> str:
    posts = [
        make_post(1, "ada", "The ferry", time=1_609_450_200_000, tags=("Ferry",)),  # 31 December 2020, 21:30 UTC
        make_post(2, "ada", "Ferry again", time=1_609_460_000_000, tags=("ferry", "quay")),
        make_post(3, "ben", "Rain", time=1_609_460_000_000 + 40 * DAY),
        make_post(4, "=ben", "Undated", time=None),
    ]
    rejoinder("import", "town", write_posts(*posts))
    return "town"


def test_months_are_counted_in_order_empty_ones_too(rejoinder: Command, town: str) -> None:
    rows = rejoinder("tally", town, "--by", "month", "--json").rows()
    assert [(row["month"], row["posts"]) for row in rows] == [
        ("2020-12", 1),
        ("2021-01", 1),
        ("2021-02", 1),
        (None, 1),
    ]
    for row in rows:
        assert rejoinder("search", town, "--count", "--", row["query"]).out == f"{row['posts']}\n"
    zoned = rejoinder("tally", town, "--by", "month", "--csv", "--zone", "Asia/Tokyo").out
    assert zoned == "month,posts\n2021-01,2\n2021-02,1\n,1\n"


def test_a_query_narrows_what_is_counted(rejoinder: Command, town: str) -> None:
    rows = rejoinder("tally", town, "ferry", "--by", "tag", "--json").rows()
    assert rows == [
        {"tag": "ferry", "posts": 2, "query": "#ferry"},
        {"tag": "quay", "posts": 1, "query": "#quay"},
    ]
    assert rejoinder("tally", town, "--by", "account", "--limit", "1", "--csv").out == "account,posts\nada,2\n"
    assert rejoinder("tally", town, "nothing", "--by", "hour").out == ""


def test_people_see_bars_and_what_has_no_value(rejoinder: Command, town: str) -> None:
    lines = rejoinder("tally", town, "--by", "tag").out.splitlines()
    assert lines[0].split() == ["2", "ferry", "#" * 40]
    assert lines[-1].split()[:2] == ["2", "(none)"]


def test_a_spreadsheet_takes_no_handle_for_a_formula(rejoinder: Command, town: str) -> None:
    assert "'=ben,1" in rejoinder("tally", town, "--by", "account", "--csv").out


def test_an_unknown_value_is_told_with_those_there_are(rejoinder: Command, town: str) -> None:
    answer = rejoinder("tally", town, "--by", "moon")
    assert answer.code == 2 and "month" in answer.err
