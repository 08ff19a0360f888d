from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.permalinks import parse, permalink

ids = st.from_regex(r"[0-9]{1,20}", fullmatch=True)
handles = st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True)


@given(ids, st.one_of(st.none(), handles))
def test_a_made_address_reads_back_as_the_same_post(id: str, handle: str | None) -> None:
    url = permalink("twitter", handle, id)
    assert url is not None
    assert parse(url) == ("twitter", id)


@pytest.mark.parametrize(
    "url",
    [
        "https://twitter.com/mira_o/status/20",
        "http://www.twitter.com/mira_o/statuses/20",
        "https://mobile.twitter.com/mira_o/status/20?s=20&t=abc",
        "https://x.com/i/web/status/20",
        "x.com/i/status/20/photo/1",
        "https://twitter.com/#!/mira_o/status/20",
        "  HTTPS://X.COM/mira_o/status/20  ",
        "https://x.com:443/mira_o/status/20#reply",
    ],
)
def test_every_way_the_address_of_a_post_was_written_is_understood(url: str) -> None:
    assert parse(url) == ("twitter", "20")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "twitter:20",
        "https://x.com/mira_o",
        "https://x.com/mira_o/status/",
        "https://x.com/mira_o/status/20abc",
        "https://example.org/mira_o/status/20",
        "https://notx.com/mira_o/status/20",
        "ftp://x.com/mira_o/status/20",
        "https://[broken/mira_o/status/20",
    ],
)
def test_what_is_no_address_of_a_post_is_refused(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_any_text_is_either_refused_or_an_id_of_digits(text: str) -> None:
    found = parse(text)
    assert found is None or found[1].isdigit()


@pytest.mark.parametrize("handle", [None, "", "odd/handle", "a b", "../x"])
def test_a_missing_or_odd_handle_becomes_i(handle: str | None) -> None:
    assert permalink("twitter", handle, "20") == "https://x.com/i/status/20"


def test_no_address_is_made_up_where_there_is_none() -> None:
    assert permalink("press", "LTCPeterLerner", "exchange-2013:1") is None
    assert permalink("twitter", "mira_o", "exchange-2013:1") is None
