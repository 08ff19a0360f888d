"""Grailbird, API v2 and snscrape: what the corpora hold no example of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rejoinder.formats import registry
from rejoinder.records import Link, Media, Mention, Ref
from tests.formats.making import SNOWFLAKE, deletions, owner, posts, problems, read

OLD = "123456789"


def month(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    """One month of a Grailbird archive."""
    path = folder / f"data/js/tweets/{name}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Grailbird.data.tweets_{name} = \n " + json.dumps(rows, indent=2).replace("/", "\\/"))


def row(identity: str, created: str, text: str = "a quiet harbour", **fields: Any) -> dict[str, Any]:
    """A row of a month."""
    person = {"screen_name": "harbourmaster", "name": "Harbour Master", "id_str": "77", "id": 77}
    return {
        "id_str": identity,
        "id": int(identity),
        "created_at": created,
        "text": text,
        "geo": {},
        "user": person,
    } | fields


def test_made_up_midnights_are_days_and_true_ones_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "tweets"
    late = str(SNOWFLAKE)
    month(folder, "2010_01", [row(OLD, "2010-01-02 00:00:00 +0000"), row(OLD, "2010-01-02 03:04:05 +0000")])
    month(folder, "2013_01", [row(OLD, "Sat Jan 02 00:00:00 +0000 2010"), row(late, "2024-11-07 00:00:00 +0000")])
    month(folder, "2014_01", [row(late, "2024-11-07 18:26:50 +0000"), row(late, "soon"), row(OLD, "soon")])
    found = posts(read(folder))
    assert [(post.precision, post.clock) for post in found] == [
        ("day", "day"), ("second", "platform"), ("second", "platform"), ("second", "platform"),
        ("second", "platform"), ("millisecond", "platform"), ("unknown", "platform"),
    ]  # fmt: skip
    assert found[3].time == found[4].time == 1731004010000, "a midnight that the id contradicts"


def test_the_owner_and_the_months_that_are_missing(tmp_path: Path) -> None:
    folder = tmp_path / "tweets"
    month(folder, "2014_01", [row(OLD, "2010-01-02 03:04:05 +0000")])
    del (found := row(OLD, "2010-01-02 03:04:05 +0000"))["user"]
    month(folder, "2014_02", [found])
    details = {
        "screen_name": "harbourmaster",
        "id": "77",
        "full_name": "Harbour Master",
        "created_at": "2009-01-02 03:04:05 +0000",
    }
    index = [
        {"file_name": f"data/js/tweets/2014_0{n}.js", "year": 2014, "month": n, "tweet_count": n} for n in (3, 2, 1)
    ]
    (folder / "data/js/user_details.js").write_text("var user_details =  " + json.dumps(details))
    (folder / "data/js/tweet_index.js").write_text("var tweet_index =  " + json.dumps(index))
    for count in (1, 2):
        records = read(folder, count=count)
        assert (owner(records).handle, owner(records).created) == ("harbourmaster", 1230865445000)
        assert [post.handle for post in posts(records)] == ["harbourmaster"] * 2
        (problem,) = problems(records)
        assert "2014_03.js is listed with 3 posts" in problem.reason


def test_a_broken_month_costs_what_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "tweets"
    month(folder, "2014_01", [row(str(SNOWFLAKE + n), "2014-01-02 03:04:05 +0000") for n in range(20)])
    path = folder / "data/js/tweets/2014_01.js"
    path.write_text(path.read_text().replace(f'"{SNOWFLAKE + 7}"', f'"{SNOWFLAKE + 7}'))
    records = read(folder)
    assert len(posts(records)) == 19 and [problem.origin.position for problem in problems(records)] == [8]


def v2(number: int = 0, text: str = "a quiet harbour", **fields: Any) -> dict[str, Any]:
    """A tweet of API v2."""
    base = {"id": str(SNOWFLAKE + number), "text": text, "author_id": "77", "created_at": "2024-11-07T18:26:50.000Z"}
    return base | {"conversation_id": str(SNOWFLAKE)} | fields


PEOPLE = [
    {"id": "77", "username": "harbourmaster", "name": "Harbour Master"},
    {"id": "5", "username": "gull", "name": "Gull"},
]


def answers(path: Path, *pages: dict[str, Any]) -> Path:
    """A file of pages."""
    path.write_text("".join(json.dumps(page) + "\n" for page in pages))
    return path


def test_a_page_its_context_and_what_is_missing(tmp_path: Path) -> None:
    parent = v2(1, "the parent &amp; more", author_id="5")
    link = {"start": 12, "end": 26, "url": "https://t.co/a", "expanded_url": "https://x.example/a"}
    own = f"https://twitter.com/harbourmaster/status/{SNOWFLAKE + 2}/photo/1"
    entities = {
        "mentions": [{"start": 0, "end": 5, "username": "gull", "id": "5"}],
        "urls": [
            link | {"unwound_url": "https://y.example/a", "title": "A"},
            {"start": 27, "end": 41, "url": "https://t.co/m", "expanded_url": own},
        ],
    }
    references = [{"type": "replied_to", "id": parent["id"]}, {"type": "quoted", "id": "99"}]
    child = v2(
        2,
        "@gull hello https://t.co/a https://t.co/m",
        entities=entities,
        referenced_tweets=references,
        in_reply_to_user_id="5",
    )
    child |= {
        "attachments": {"media_keys": ["3_1"]},
        "public_metrics": {"like_count": 1, "reply_count": 2, "retweet_count": 3, "quote_count": 4},
    }
    media = [{"media_key": "3_1", "type": "photo", "url": "https://p.example/a.jpg", "alt_text": "a gull"}]
    errors = [
        {"resource_type": "tweet", "resource_id": "99", "title": "Authorization Error"},
        {"resource_type": "user", "resource_id": "6"},
    ]
    page = {
        "data": [child],
        "includes": {"users": PEOPLE, "tweets": [parent], "media": media},
        "errors": errors,
        "meta": {"result_count": 1},
    }
    records = read(answers(tmp_path / "a.jsonl", page, {"meta": {"result_count": 0}}))
    assert problems(records) == []
    (post,) = posts(records)
    assert (post.text, post.reply_to, post.reply_author) == (
        "@gull hello https://x.example/a",
        parent["id"],
        Ref("5", "gull"),
    )
    assert (post.quote, post.quote_author) == ("99", None)
    assert (post.likes, post.replies, post.reposts, post.quotes) == (1, 2, 3, 4)
    assert post.links == (Link("https://y.example/a", "A"),) and post.mentions == (Mention("5", "gull", "inherited"),)
    assert post.media == (Media("image", "https://p.example/a.jpg", alt="a gull"),)
    around = {found.id: found for found in posts(records, context=True)}
    assert around[parent["id"]].text == "the parent & more" and around[parent["id"]].handle == "gull"
    assert (around["99"].text_status, around["99"].deleted) == ("absent", None)


def test_lines_of_compliance_tell_deletions(tmp_path: Path) -> None:
    told = {"id": "1170147183095664640", "action": "delete", "created_at": "2019-09-07T01:30:03.390Z"}
    told |= {"redacted_at": "2021-08-17T17:26:15.788Z", "reason": "deactivated"}
    event = {"data": {"delete": {"tweet": {"id": "12", "author_id": "3"}, "event_at": "2021-08-17T17:26:15.788Z"}}}
    path = answers(tmp_path / "job.jsonl", told, event, told | {"action": "keep"})
    assert registry.recognise(path) == "twitter-v2"
    records = read(path)
    assert [(gone.post, gone.time) for gone in deletions(records)] == [
        ("1170147183095664640", 1629221175788),
        ("12", 1629221175788),
    ]
    person = {"id": "1482680858", "action": "delete", "created_at": "2013-06-04T16:25:04+00:00", "reason": "protected"}
    assert registry.recognise(answers(tmp_path / "people.jsonl", person)) is None, "a person's account, not a post"


def test_a_repost_and_a_long_post_in_each_shape(tmp_path: Path) -> None:
    original = v2(1, "the whole of it…", author_id="5", note_tweet={"text": "the whole of it and the rest &amp; more"})
    repost = v2(2, "RT @gull: the wh…", referenced_tweets=[{"type": "retweeted", "id": original["id"]}])
    page = {"data": [repost], "includes": {"users": PEOPLE, "tweets": [original]}}
    stream = {"data": repost, "includes": {"users": PEOPLE, "tweets": [original]}, "matching_rules": [{"id": "1"}]}
    inside = original | {"type": "retweeted", "author": PEOPLE[1]}
    flat = repost | {"author": PEOPLE[0], "referenced_tweets": [inside]}
    for shape in (page, stream, flat):
        records = read(answers(tmp_path / "a.jsonl", shape))
        (post,) = posts(records)
        assert post.text == "the whole of it and the rest & more" and post.handle == "harbourmaster"
        assert (post.repost, post.repost_author) == (original["id"], Ref("5", "gull", "Gull"))
        assert [found.id for found in posts(records, context=True)] == [original["id"]]
    (post,) = posts(read(answers(tmp_path / "b.jsonl", {"data": [repost]})))
    assert (post.is_repost, post.repost, post.repost_author) == (True, original["id"], Ref(handle="gull"))
    assert post.text_status == "partial"


def test_edits_of_v2(tmp_path: Path) -> None:
    ids = [str(SNOWFLAKE), str(SNOWFLAKE + (5000 << 22))]
    records = read(
        answers(
            tmp_path / "a.jsonl",
            {"data": [v2(0, edit_history_tweet_ids=ids), v2(0, edit_history_tweet_ids=ids) | {"id": ids[1]}]},
        )
    )
    first, last = posts(records)
    assert first.versions == last.versions == tuple(ids) and first.edited is None and last.edited


def test_a_page_longer_than_a_head_is_recognised(tmp_path: Path) -> None:
    path = answers(
        tmp_path / "a.jsonl", {"includes": {"users": PEOPLE}, "data": [v2(n, "long " * 50) for n in range(1000)]}
    )
    assert path.stat().st_size > 300_000
    assert registry.recognise(path) == "twitter-v2" and len(posts(read(path))) == 1000


def scraped(number: int = 0, **fields: Any) -> dict[str, Any]:
    """A tweet as snscrape 0.7 writes it."""
    person = {"username": "harbourmaster", "id": 77, "displayname": "Harbour Master"}
    base = {
        "_type": "snscrape.modules.twitter.Tweet",
        "date": "2024-11-07T18:26:50+00:00",
        "id": SNOWFLAKE + number,
        "user": person,
    }
    return (
        base
        | {"rawContent": "a quiet &amp; good harbour", "conversationId": SNOWFLAKE, "renderedContent": "x"}
        | fields
    )


def test_the_new_names_of_snscrape(tmp_path: Path) -> None:
    links = [{"text": "x.ex…", "url": "https://x.example/a", "tcourl": "https://t.co/a", "indices": [5, 19]}]
    found = scraped(1, rawContent="look https://t.co/a", links=links, inReplyToTweetId=5, inReplyToUser=None)
    gone = scraped(2, quotedTweet={"_type": "snscrape.modules.twitter.Tombstone", "id": 98, "textJson": {}})
    referred = scraped(3, quotedTweet={"_type": "snscrape.modules.twitter.TweetRef", "id": 97})
    reposted = scraped(4, retweetedTweet=scraped(0, user={"username": "gull", "id": 5}))
    path = answers(
        tmp_path / "a.jsonl", found, gone, referred, reposted, {"_type": "snscrape.modules.twitter.Tombstone", "id": 96}
    )
    records = read(path)
    assert problems(records) == []
    first, second, third, fourth = posts(records)
    assert (first.text, first.reply_to, first.reply_author) == ("look https://x.example/a", "5", None)
    assert (second.quote, second.text) == ("98", "a quiet & good harbour") and third.quote == "97"
    assert (fourth.repost, fourth.repost_author) == (str(SNOWFLAKE), Ref("5", "gull")) and fourth.is_repost
    context = posts(records, context=True)
    assert [(post.id, post.text_status) for post in context] == [
        ("98", "absent"),
        (str(SNOWFLAKE), "verbatim"),
        ("96", "absent"),
    ]


def test_a_poll_of_v2_is_told(tmp_path: Path) -> None:
    polls = [v2(1, attachments={"poll_ids": ["7"]}), v2(2, attachments={"media_keys": ["8"]}), v2(3)]
    path = answers(tmp_path / "page.json", {"data": polls})
    assert [post.poll for post in posts(read(path))] == [True, False, False]
