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
    assert found is None or found[1].isdigit() or found[1].startswith("t1_") or permalink(found[0], None, found[1])


@pytest.mark.parametrize("handle", [None, "", "odd/handle", "a b", "../x"])
def test_a_missing_or_odd_handle_becomes_i(handle: str | None) -> None:
    assert permalink("twitter", handle, "20") == "https://x.com/i/status/20"


def test_no_address_is_made_up_where_there_is_none() -> None:
    assert permalink("press", "LTCPeterLerner", "exchange-2013:1") is None
    assert permalink("twitter", "mira_o", "exchange-2013:1") is None


@pytest.mark.parametrize(
    ("platform", "id", "url"),
    [
        (
            "bluesky",
            "at://did:plc:abc/app.bsky.feed.post/3kabc",
            "https://bsky.app/profile/did:plc:abc/post/3kabc",
        ),
        ("mastodon", "https://town.example/users/mira/statuses/1234567", "https://town.example/@mira/1234567"),
        ("reddit", "t3_abc", "https://www.reddit.com/comments/abc/"),
        ("hackernews", "8863", "https://news.ycombinator.com/item?id=8863"),
    ],
)
def test_the_other_platforms_addresses_are_made_and_read_back(platform: str, id: str, url: str) -> None:
    assert permalink(platform, "mira", id) == url
    assert parse(url) == (platform, id)


def test_a_comments_address_names_its_submission() -> None:
    url = permalink("reddit", "mira", "t1_xyz", "t3_abc")
    assert url is not None
    assert url == "https://www.reddit.com/comments/abc/_/xyz/"
    assert parse(url) == parse("old.reddit.com/r/harbour/comments/abc/the_ferry/xyz") == ("reddit", "t1_xyz")
    assert permalink("reddit", "mira", "t1_xyz") is None


def test_a_handle_in_a_bluesky_address_is_no_id() -> None:
    assert parse("https://bsky.app/profile/mira.example/post/3kabc") is None
    assert parse("at://did:web:mira.example/app.bsky.feed.post/3kabc") is not None


def test_a_post_of_another_fediverse_program_is_its_own_address() -> None:
    assert permalink("mastodon", None, "https://pond.example/objects/1-2") == "https://pond.example/objects/1-2"
    assert permalink("mastodon", None, "status:4") is None
