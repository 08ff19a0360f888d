from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.app.goto import Target, parse
from rejoinder.errors import QueryError


def ms(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc,arg-type]


LAST = ms(2022, 2, 27)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("2013", Target(time=ms(2013, 1, 1))),
        ("2013-10", Target(time=ms(2013, 10, 1))),
        (" 2013-10-22 ", Target(time=ms(2013, 10, 22))),
        ("2013-10-22T14:00", Target(time=ms(2013, 10, 22, 14))),
        ("-2w", Target(time=ms(2022, 2, 13))),
        ("50%", Target(fraction=0.5)),
        ("12.5 %", Target(fraction=0.125)),
        ("0%", Target(fraction=0.0)),
        ("20", Target(id="20")),
        ("1400000000000000001", Target(id="1400000000000000001")),
        ("twitter:20", Target(id="twitter:20")),
        ("exchange-2013:1", Target(id="exchange-2013:1")),
        ("https://x.com/i/status/20", Target(id="https://x.com/i/status/20")),
        ("x.com/mira_o/status/20", Target(id="x.com/mira_o/status/20")),
    ],
)
def test_dates_shares_ids_and_addresses(text: str, target: Target) -> None:
    assert parse(text, last=LAST) == target


@pytest.mark.parametrize("text", ["", "  ", "101%", "yesterday", "2013-13", "-2x", "two words 3", "%", "2021-02-30"])
def test_what_is_none_of_these_is_refused_and_the_advice_says_what_can_be_written(text: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(text, last=LAST)
    assert "50%" in refused.value.advice and refused.value.column == 1


@given(st.text(max_size=30))
def test_any_text_is_one_target_or_refused(text: str) -> None:
    try:
        target = parse(text, last=LAST)
    except QueryError:
        return
    assert sum(value is not None for value in (target.time, target.fraction, target.id)) == 1
