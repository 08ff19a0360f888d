"""API v1.1: which text is the best, what lies inside of what, and how somebody is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rejoinder.formats import registry
from rejoinder.formats.twitter.times import api_time, id_time
from rejoinder.records import Deletion, Mention, Origin, Post, Ref
from tests.formats.making import SECOND, SNOWFLAKE, deletions, lines, posts, problems, read, tweet


def one(tmp_path: Path, found: dict[str, Any]) -> Post:
    """The post that one tweet makes."""
    path = tmp_path / "one.jsonl"
    path.write_bytes(lines([found]))
    (post,) = posts(read(path))
    return post


def test_the_facts_of_a_post(tmp_path: Path) -> None:
    source = '<a href="https://example.org" rel="nofollow">Harbour &amp; Co</a>'
    found = tweet(
        1,
        "a &lt;quiet&gt; harbour &amp; a gull",
        source=source,
        favorite_count=3,
        retweet_count=2,
        possibly_sensitive=True,
    )
    found |= {"in_reply_to_status_id_str": "5", "in_reply_to_user_id_str": "6", "in_reply_to_screen_name": "gull"}
    found["entities"] |= {"hashtags": [{"text": "Harbour"}]}
    assert one(tmp_path, found) == Post(
        id=str(SNOWFLAKE + 1),
        platform="twitter",
        author="77",
        handle="harbourmaster",
        name="Harbour Master",
        time=1731004010000,
        clock="platform",
        precision="second",
        text="a <quiet> harbour & a gull",
        reply_to="5",
        reply_author=Ref("6", "gull"),
        tags=("Harbour",),
        language="en",
        likes=3,
        reposts=2,
        sensitive=True,
        app="Harbour & Co",
        origin=posts(read(tmp_path / "one.jsonl"))[0].origin,
    )


def test_the_best_text_and_the_entities_that_belong_to_it(tmp_path: Path) -> None:
    urls = [{"url": "https://t.co/x", "expanded_url": "https://harbour.example/long", "indices": [20, 34]}]
    cut = tweet(1, truncated=True)
    del cut["full_text"]
    cut["text"] = "the whole of it and … https://t.co/z"
    assert one(tmp_path, cut).text_status == "partial"
    cut["extended_tweet"] = {"full_text": "the whole of it and https://t.co/x", "entities": {"urls": urls}}
    post = one(tmp_path, cut)
    assert (post.text, post.text_status) == ("the whole of it and https://harbour.example/long", "verbatim")


def test_a_repost_has_the_text_of_its_original_which_comes_as_context(tmp_path: Path) -> None:
    innermost = tweet(1, "the first word", user={"id_str": "1", "screen_name": "eel", "name": "Eel"})
    original = tweet(2, "the whole text", user={"id_str": "5", "screen_name": "gull", "name": "Gull"}, favorite_count=9)
    original |= {"quoted_status": innermost, "quoted_status_id_str": innermost["id_str"]}
    repost = tweet(3, "RT @gull: the whole…", retweeted_status=original, quoted_status=innermost, favorite_count=9)
    path = tmp_path / "page.json"
    path.write_text(json.dumps([repost]))
    records = read(path)
    (post,) = posts(records)
    assert post.text == "the whole text" and post.repost == original["id_str"] and post.is_repost
    assert post.repost_author == Ref("5", "gull", "Gull")
    assert post.likes is None, "the likes are the original's"
    assert post.quote is None, "the original quotes, not the repost"
    context = posts(records, context=True)
    assert {found.id for found in context} == {innermost["id_str"], original["id_str"]}
    quoting = next(found for found in context if found.id == original["id_str"])
    assert (quoting.quote, quoting.quote_author, quoting.likes) == (innermost["id_str"], Ref("1", "eel", "Eel"), 9)
    assert {found.origin for found in context} == {post.origin}


def test_a_quote_whose_post_is_gone(tmp_path: Path) -> None:
    link = {"expanded": "https://twitter.com/gull/status/55"}
    post = one(tmp_path, tweet(1, is_quote_status=True, quoted_status_id_str="55", quoted_status_permalink=link))
    assert (post.quote, post.quote_author) == ("55", Ref(handle="gull"))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("@gull hello", ["inherited"]),
        ("@gull @eel hello @cod", ["inherited", "inherited", "typed"]),
        ("hello @gull", ["typed"]),
        ("so true RT @gull: the herring, says @eel", ["relayed", "relayed"]),
        ("MT @gull the herring", ["relayed"]),
        ("the herring via @gull for @eel", ["relayed", "typed"]),
        ("good (h/t @gull) and @eel", ["relayed", "typed"]),
        ("an art @gull makes", ["typed"]),
        ("&lt;3 @gull", ["typed"]),
    ],
)
def test_how_somebody_is_named(tmp_path: Path, text: str, kinds: list[str]) -> None:
    names = [name for name in ("gull", "eel", "cod") if f"@{name}" in text]
    named = [
        {
            "screen_name": name,
            "id_str": "5",
            "indices": [text.index(f"@{name}"), text.index(f"@{name}") + len(name) + 1],
        }
        for name in names
    ]
    found = tweet(1, text, entities={"user_mentions": named}, in_reply_to_user_id_str="5")
    assert [mention.kind for mention in one(tmp_path, found).mentions] == kinds
    if text.startswith("@"):
        found["in_reply_to_user_id_str"] = None
        assert one(tmp_path, found).mentions[0] == Mention("5", names[0], "typed"), "no reply: nothing is inherited"


def test_search_answers_lists_and_stream_notices(tmp_path: Path) -> None:
    answer = {"statuses": [tweet(1), tweet(2), {"id_str": "3"}], "search_metadata": {"count": 2}}
    notices = [
        {"delete": {"status": {"id_str": "1", "user_id_str": "2"}, "timestamp_ms": "1500000000000"}},
        {"limit": {"track": 3}},
        {"warning": {"code": "x"}},
        {"scrub_geo": {}},
        {"disconnect": {}},
    ]
    path = tmp_path / "answers.jsonl"
    path.write_bytes(lines([answer]) + b"\r\n\r\n" + lines(notices) + lines([tweet(4)]) + lines([{"hello": 1}]))
    records = read(path)
    assert [(post.id, post.origin.position) for post in posts(records)] == [
        (str(SNOWFLAKE + 1), 1), (str(SNOWFLAKE + 2), 1), (str(SNOWFLAKE + 4), 9),
    ]  # fmt: skip
    assert [(problem.origin.position, problem.reason) for problem in problems(records)] == [
        (1, "This is no post: it has no text."), (10, "This is no post: it has no text."),
    ]  # fmt: skip
    assert deletions(records) == [Deletion("twitter", "1", 1_500_000_000_000, Origin("", "answers.jsonl", 4))]


def test_a_tree_of_one_file_a_tweet(tmp_path: Path) -> None:
    for number in range(30):
        folder = tmp_path / f"tree/event/{number % 3}/reactions"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.json").write_text(json.dumps(tweet(number)))
        (folder / f"._{number}.json").write_bytes(b"\x00\x05\x16\x07")
        (folder.parent / "structure.json").write_text('{"1": []}')
        (folder.parent / "annotation.json").write_text('{"is_rumour": "x"}')
    assert registry.recognise(tmp_path / "tree") == "twitter-v1"
    for count in (1, 2):
        records = read(tmp_path / "tree", count=count)
        assert len({post.id for post in posts(records)}) == len(posts(records)) == 30
        assert problems(records) == []


def test_a_few_files_in_a_folder_are_exports_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(lines([tweet(1)]))
    (folder / "b.json").write_text(json.dumps([tweet(2)]))
    (folder / "shopping.txt").write_text("herring")
    (folder / "empty.json").touch()
    gathered = registry.gather([folder])
    assert [found.path.name for found in gathered.found] == ["a.jsonl", "b.json"]
    assert gathered.unknown == ["mixed/empty.json", "mixed/shopping.txt"]


def test_dates_and_ids() -> None:
    assert api_time(SECOND) == 1731004010000
    assert api_time("Sat Dec 31 23:59:60 +0000 2016") == 1483228800000, "a leap second"
    assert api_time("Thu Nov 07 18:26:50 +0100 2024") is None
    assert api_time("") is None
    assert id_time(str(SNOWFLAKE)) is not None and (id_time(str(SNOWFLAKE)) or 0) // 1000 == 1731004010
    assert id_time("20") is None and id_time("x") is None and id_time("9" * 40) is None
