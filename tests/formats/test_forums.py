"""Hacker News and ConvoKit corpora: invented ones, and real ones by their counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rejoinder.formats import registry
from rejoinder.records import Account, Link
from tests.formats.making import lines, posts, problems, read
from tests.formats.test_corpora import figures


def item(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A comment as the API of Hacker News gives it."""
    base = {"id": number, "type": "comment", "by": "mira_o", "time": 1443709743, "parent": 9}
    return base | {"text": "I&#x27;ll wait<p>&gt; for the ferry"} | fields


def test_items_of_the_api(tmp_path: Path) -> None:
    long = (
        '<a href="https:&#x2F;&#x2F;x.example&#x2F;minutes" rel="nofollow">https:&#x2F;&#x2F;x.example&#x2F;mi...</a>'
    )
    story = item(
        9, type="story", parent=None, title="Ferry &amp; pier", url="https://x.example/a", descendants=2, score=7
    )
    del story["text"]
    path = tmp_path / "items.jsonl"
    rows = [story, item(1), item(2, text=long, parent=1)]
    rows += [{"id": 3, "type": "comment", "time": 1443709743, "parent": 1, "deleted": True}, item(4, dead=True)]
    rows += [item(5, type="pollopt", poll=9, parent=None)]
    path.write_bytes(lines(rows) + b"null\n")
    assert registry.recognise(path) == "hackernews"
    records = read(path)
    assert problems(records) == []
    first, one, two, gone, dead, option = posts(records)
    assert (first.text, first.likes, first.replies, first.links) == (
        "Ferry & pier",
        7,
        2,
        (Link("https://x.example/a"),),
    )
    assert (one.text, one.reply_to, one.handle, one.time) == (
        "I'll wait\n\n> for the ferry", "9", "mira_o", 1443709743000,
    )  # fmt: skip
    assert two.text == "https://x.example/minutes" and two.links == (Link("https://x.example/minutes"),)
    assert (gone.deleted, gone.text_status, gone.reply_to) == (0, "absent", "1")
    assert dead.warning is not None and dead.deleted is None and option.reply_to == "9"


def test_trees_and_hits_of_algolia(tmp_path: Path) -> None:
    def node(number: int, *children: dict[str, Any], **fields: Any) -> dict[str, Any]:
        base = {"id": number, "author": "gull", "created_at": "2015-10-01T14:29:03.000Z", "created_at_i": 1443709743}
        return base | {"text": "<p>tide</p>", "type": "comment", "story_id": 9, "children": list(children)} | fields

    tree = node(9, node(1, node(2), parent_id=9), type="story", title="Ferry", text=None, points=4)
    path = tmp_path / "tree.json"
    path.write_text(json.dumps(tree))
    assert registry.recognise(path) == "hackernews"
    assert [(post.id, post.reply_to, post.conversation) for post in posts(read(path))] == [
        ("9", None, "9"), ("1", "9", "9"), ("2", "1", "9"),
    ]  # fmt: skip
    hit = {"objectID": "7", "author": "gull", "comment_text": "tide", "story_id": 9, "parent_id": 1, "children": [8]}
    hits = {"hits": [hit | {"created_at_i": 1443709743, "story_title": "Ferry"}], "nbHits": 1}
    path.write_text(json.dumps(hits))
    assert registry.recognise(path) == "hackernews"
    (post,) = posts(read(path))
    assert (post.id, post.reply_to, post.text, post.conversation) == ("7", "1", "tide", "9")


def test_a_field_gone_wrong_costs_one_hit_of_a_page(tmp_path: Path) -> None:
    hit = {"author": "gull", "comment_text": "tide", "parent_id": 1, "created_at_i": 1443709743}
    path = tmp_path / "hits.json"
    path.write_text(
        json.dumps({"hits": [hit | {"objectID": "6", "author": 5}, *({"objectID": str(n)} | hit for n in (7, 8))]})
    )
    assert registry.recognise(path) == "hackernews", "the first hit, which is broken, does not hide what the file is"
    records = read(path)
    assert [post.id for post in posts(records)] == ["7", "8"]
    assert ["author" in problem.reason for problem in problems(records)] == [True]


def test_rows_of_the_table_are_all_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"id": "5", "by": "gull", "time": "1443709743", "text": "tide", "parent": "4"}
    stamped = {"id": "6", "by": "gull", "timestamp": "2015-10-01 14:29:03 UTC", "title": "Ferry", "score": "3"}
    path.write_bytes(lines([row, stamped]))
    first, second = posts(read(path))
    assert first.time == second.time == 1443709743000 and first.reply_to == "4" and second.likes == 3


def test_real_comments(corpora: Path) -> None:
    records = read(corpora / "hackernews-comments-sample/hn-comments-1000-sample.jsonl")
    assert problems(records) == []
    assert figures(posts(records)) == (1000, 1000, 2, 2, 0, "2022-10-01 01:10:25", "2022-10-31 23:03:11")
    assert len({post.handle for post in posts(records)}) == 927
    assert not any("&#x" in post.text or "<p>" in post.text for post in posts(records))


def corpus(folder: Path, utterances: list[dict[str, Any]], name: str = "utterances.jsonl", **files: Any) -> Path:
    """A corpus in its folder."""
    folder.mkdir()
    text = lines(utterances) if name.endswith("l") else json.dumps(utterances).encode()
    (folder / name).write_bytes(text)
    for beside, content in {"index": {}, **files}.items():
        (folder / f"{beside}.json").write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize("age", ["new", "old", "hyphen"])
def test_a_corpus_in_old_and_new_names(tmp_path: Path, age: str) -> None:
    speaker, root, reply = {
        "new": ("speaker", "conversation_id", "reply_to"),
        "old": ("user", "root", "reply-to"),
        "hyphen": ("speaker", "conversation_id", "reply-to"),
    }[age]
    rows = [
        {"id": "u1", speaker: "mira", root: "u1", reply: None, "timestamp": 1443709743, "text": "a", "meta": {}},
        {"id": "u2", speaker: "[deleted]", root: "u1", reply: "u1", "timestamp": "1443709744.0", "text": None},
        {"id": "u3", speaker: "gull", root: "u1", reply: "u2", "timestamp": None, "text": "c", "vectors": []},
        {speaker: "gull", "text": "no id"},
    ]
    name = "utterances.json" if age == "old" else "utterances.jsonl"
    speakers = {"mira": {"meta": {"name": "Mira O."}, "vectors": []}} if age != "old" else {"mira": {"name": "Mira O."}}
    path = corpus(tmp_path / "corpus", rows, name, **{"users" if age == "old" else "speakers": speakers})
    assert registry.recognise(path) == "convokit"
    records = read(path)
    first, second, third = posts(records)
    assert [post.reply_to for post in (first, second, third)] == [None, "u1", "u2"]
    assert (first.handle, first.time, first.conversation) == ("mira", 1443709743000, "u1")
    assert (second.handle, second.text_status, second.time) == (None, "absent", 1443709744000)
    assert (third.time, third.precision) == (None, "unknown")
    assert [problem.origin.position for problem in problems(records)] == [4]
    assert [record for record in records if isinstance(record, Account)] == [
        Account("convokit", handle="mira", name="Mira O.")
    ]


def test_a_real_corpus_of_reddit_has_reddits_ids(corpora: Path) -> None:
    path = corpora / "convokit-subreddit-cornell-subset"
    assert registry.recognise(path) == "convokit"
    found = posts(read(path))
    assert figures(found) == (1519, 1469, 1469, 14, 0, "2011-09-06 01:12:27", "2018-07-12 01:18:02")
    assert len({post.handle for post in found}) == 537 and {post.platform for post in found} == {"reddit"}
    assert sum(post.id.startswith("t3_") for post in found) == 50 == sum(post.reply_to is None for post in found)


def test_a_poll_of_hacker_news_is_told(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_bytes(lines([item(1, type="poll", title="Which?"), item(2, type="pollopt", poll=1, parent=None)]))
    assert [post.poll for post in posts(read(path))] == [True, False]
