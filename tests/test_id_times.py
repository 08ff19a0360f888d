from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.id_times import id_time
from tests.conftest import Command


@pytest.mark.parametrize(
    "id",
    [
        "https://town.example/users/mira/statuses/112837259854029549",
        "https://town.example/@mira/112837259854029549",
        "https://town.example/api/v1/statuses/112837259854029549",
        "https://town.example/ap/users/115/statuses/112837259854029549",
    ],
)
def test_a_status_tells_its_second(id: str) -> None:
    assert (id_time("mastodon", id) or 0) // 1000 == 1721759946


@pytest.mark.parametrize(
    ("platform", "id"),
    [
        ("mastodon", "https://town.example/users/mira/statuses/4711"),
        ("mastodon", "https://pond.example/objects/112837259854029549"),
        ("mastodon", "status:112837259854029549"),
        ("bluesky", "at://did:plc:x/app.bsky.feed.post/self"),
        ("reddit", "t1_c364mzp"),
        ("mail", "112837259854029549@town.example"),
    ],
)
def test_other_ids_tell_none(platform: str, id: str) -> None:
    assert id_time(platform, id) is None


@given(st.text(), st.sampled_from(("mastodon", "bluesky", "twitter")))
def test_any_text_is_either_a_time_or_none(id: str, platform: str) -> None:
    assert id_time(platform, id) is None or isinstance(id_time(platform, id), int)


def test_a_missing_parent_stands_at_the_time_in_its_id(rejoinder: Command, write_posts: object) -> None:
    from rejoinder.records import Post

    parents = {
        "mastodon": "https://town.example/users/mira/statuses/112837259854029549",
        "bluesky": "at://did:plc:x/app.bsky.feed.post/3lbhuvzdkedxx",
        "reddit": "t1_c364mzp",
    }
    posts = [
        Post(f"{platform}-1", platform, handle="gull", time=1800000000000, text="yes", reply_to=parent)
        for platform, parent in parents.items()
    ]
    rejoinder("import", "town", write_posts(*posts))  # type: ignore[operator]
    found = {row["platform"]: row["created"] for row in rejoinder("ghosts", "town", "--json").rows()}
    assert found["reddit"] is None
    assert str(found["mastodon"])[:19] == "2024-07-23T18:39:06" and str(found["bluesky"])[:10] == "2024-11-21"
