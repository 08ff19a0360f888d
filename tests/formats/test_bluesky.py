"""Bluesky's repositories, answers and stream: invented ones, and real ones by their counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libipld import encode_dag_cbor

from rejoinder.errors import FormatError
from rejoinder.formats import registry
from rejoinder.formats.export import Choices
from rejoinder.id_times import key_time
from rejoinder.records import Account, Deletion, Link, Media, Mention, Post, Ref
from tests.formats.making import likes, lines, posts, problems, read
from tests.formats.test_corpora import figures

MIRA, GULL = "did:plc:mira", "did:plc:gull"
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
SEEN = 1732206349000
"""21 November 2024, 16:25:49 UTC."""


def tid(ms: int, count: int = 0) -> str:
    """The key of a record made at this time."""
    number = (ms * 1000 << 10) | count
    return "".join(LETTERS[number >> 5 * n & 31] for n in range(12, -1, -1))


def at(did: str, key: str, collection: str = "app.bsky.feed.post") -> str:
    return f"at://{did}/{collection}/{key}"


def record(text: str = "a quiet harbour", **fields: Any) -> dict[str, Any]:
    """A post's record."""
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2024-11-21T16:25:27.095Z",
        "langs": ["en"],
    } | fields


def event(number: int = 0, did: str = MIRA, operation: str = "create", **fields: Any) -> dict[str, Any]:
    """A line of Jetstream about a post."""
    commit = {"rev": "x", "operation": operation, "collection": "app.bsky.feed.post", "rkey": tid(SEEN, number)}
    commit |= {"record": record(), "cid": "bafy"} | fields
    if operation == "delete":
        del commit["record"], commit["cid"]
    return {"did": did, "time_us": SEEN * 1000 + number, "kind": "commit", "commit": commit}


@given(st.integers(1_600_000_000_000, 2_000_000_000_000), st.integers(0, 1023))
def test_a_key_tells_its_time(ms: int, count: int) -> None:
    assert key_time(tid(ms, count)) == ms and key_time("self") is None and key_time("1" * 13) is None


def test_text_with_facets_counted_in_bytes() -> None:
    """Offsets are bytes: an emoji before them counts four."""
    text = "🐦 @gull.example see x.example/min... at #pier"
    data = text.encode()

    def facet(shown: str, **feature: str) -> dict[str, Any]:
        start = data.index(shown.encode())
        return {"index": {"byteStart": start, "byteEnd": start + len(shown.encode())}, "features": [feature]}

    facets = [
        facet("@gull.example", did=GULL), facet("x.example/min...", uri="https://x.example/minutes"),
        facet("#pier", tag="pier"), {"index": {"byteStart": 1, "byteEnd": 3}, "features": [{"tag": "half a bird"}]},
        {"index": {"byteStart": 9, "byteEnd": 9999}, "features": [{"tag": "beyond"}]},
    ]  # fmt: skip
    post = one(event(record=record(text, facets=facets)))
    assert post.text == "🐦 @gull.example see https://x.example/minutes at #pier"
    assert post.mentions == (Mention(GULL, "gull.example"),) and post.tags == ("pier",)
    assert post.links == (Link("https://x.example/minutes"),)


def test_old_entities_counted_in_units_of_utf16() -> None:
    entities = [
        {"index": {"start": 3, "end": 16}, "type": "mention", "value": GULL},
        {"index": {"start": 17, "end": 27}, "type": "link", "value": "https://x.example/minutes"},
    ]
    post = one(event(record=record("🐦 @gull.example x.example/m", entities=entities)))
    assert post.mentions == (Mention(GULL, "gull.example"),) and post.links == (Link("https://x.example/minutes"),)


def one(told: Mapping[str, Any], choices: Choices | None = None) -> Post:
    """The post that an event makes."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        path.write_bytes(lines([dict(told)]))
        records = list(registry.open_share(path, "jetstream", 0, 1, choices))
    assert problems(records) == []
    (found,) = posts(records)
    return found


def test_replies_quotes_and_media() -> None:
    parent, root = at(GULL, tid(SEEN - 9)), at(MIRA, tid(SEEN - 99))
    image = {"alt": "a gull", "image": {"$type": "blob", "ref": {"$link": "bafkpic"}, "mimeType": "image/jpeg"}}
    embed = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"record": {"uri": parent, "cid": "x"}},
        "media": {"$type": "app.bsky.embed.images", "images": [image]},
    }
    reply = {"root": {"uri": root, "cid": "x"}, "parent": {"uri": parent, "cid": "not the parent's"}}
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "nudity"}]}
    post = one(event(record=record(reply=reply, embed=embed, labels=labels)))
    assert (post.reply_to, post.reply_author, post.conversation) == (parent, Ref(GULL), root)
    assert (post.quote, post.quote_author) == (parent, Ref(GULL))
    address = f"https://cdn.bsky.app/img/feed_fullsize/plain/{MIRA}/bafkpic@jpeg"
    assert post.media == (Media("image", address, alt="a gull"),)
    assert (post.sensitive, post.warning, post.language) == (True, "nudity", "en")
    page = {"$type": "app.bsky.embed.external", "external": {"uri": "https://x.example/a", "title": "Minutes"}}
    assert one(event(record=record(embed=page))).links == (Link("https://x.example/a", "Minutes"),)
    feed = {"$type": "app.bsky.embed.record", "record": {"uri": at(GULL, "x", "app.bsky.feed.generator"), "cid": "x"}}
    assert one(event(record=record(embed=feed))).quote is None


@pytest.mark.parametrize(
    ("created", "clock", "time", "other"),
    [
        ("2024-11-21T16:25:27.095Z", "claimed", 1732206327095, SEEN),
        ("2024-11-21T08:25:27-07:00", "claimed", 1732202727000, SEEN),
        ("2031-01-01T00:00:00Z", "observed", SEEN, 1924992000000),
        ("1985-01-01T00:00:00Z", "claimed", 473385600000, SEEN),
        ("tomorrow", "claimed", SEEN, None),
    ],
)
def test_two_clocks(created: str, clock: str, time: int, other: int | None) -> None:
    """A post from the future stands where it was seen; one from the past where it says, for imports are such."""
    post = one(event(record=record(createdAt=created)))
    assert (post.clock, post.time, post.other_time) == (clock, time, other)


def test_a_stream_with_deletes_edits_likes_and_more(tmp_path: Path) -> None:
    target = at(GULL, tid(SEEN - 5))
    liked = event(
        3,
        collection="app.bsky.feed.like",
        record={"$type": "app.bsky.feed.like", "createdAt": "2024-11-21T16:25:46Z", "subject": {"uri": target}},
    )
    passed = event(
        4,
        collection="app.bsky.feed.repost",
        record={"$type": "app.bsky.feed.repost", "createdAt": "2024-11-21T16:25:46Z", "subject": {"uri": target}},
    )
    strange = event(5, collection="org.example.thing", record={"text": {"not": "a text"}, "langs": 7})
    named = {
        "did": GULL,
        "time_us": SEEN * 1000,
        "kind": "identity",
        "identity": {"did": GULL, "handle": "gull.example"},
    }
    closed = {"did": GULL, "time_us": SEEN * 1000, "kind": "account", "account": {"active": False, "did": GULL}}
    old = {
        "did": GULL,
        "time_us": SEEN * 1000,
        "type": "com",
        "commit": {
            "type": "c",
            "collection": "app.bsky.feed.post",
            "rkey": tid(SEEN, 7),
            "record": record("old words"),
        },
    }
    path = tmp_path / "events.jsonl"
    path.write_bytes(
        lines(
            [
                event(0),
                event(1, operation="update"),
                event(0, operation="delete"),
                liked,
                passed,
                strange,
                named,
                closed,
                old,
                event(6, record=None),
            ]
        )
    )
    assert registry.recognise(path) == "jetstream"
    records = read(path)
    first, edited, repost, last = posts(records)
    assert first.edited is None and edited.edited == SEEN and last.text == "old words"
    assert (repost.is_repost, repost.repost, repost.repost_author, repost.text_status) == (
        True,
        target,
        Ref(GULL),
        "absent",
    )
    (gone,) = [record for record in records if isinstance(record, Deletion)]
    assert (gone.post, gone.time) == (first.id, SEEN)
    assert [(like.post, like.account) for like in likes(records)] == [(target, Ref(MIRA))]
    assert [each for each in records if isinstance(each, Account)] == [
        Account("bluesky", GULL, "gull.example"),
        Account("bluesky", GULL, gone=SEEN),
    ]
    assert [problem.origin.position for problem in problems(records)] == [10]


def test_accounts_that_go_and_come_back(tmp_path: Path) -> None:
    """`status` says why; what nobody may show on counts as gone, whoever decided it."""

    def standing(second: int, **told: Any) -> dict[str, Any]:
        return {
            "did": GULL,
            "time_us": (SEEN + second * 1000) * 1000,
            "kind": "account",
            "account": {"did": GULL} | told,
        }

    path = tmp_path / "events.jsonl"
    states = ("deleted", "takendown", "deactivated", "suspended")
    rows = [standing(n, active=False, status=status) for n, status in enumerate(states)]
    rows += [standing(7, active=True), standing(8, status="deleted")]
    path.write_bytes(lines([event(0), *rows, standing(9, active="x")]))
    records = read(path)
    found = [each for each in records if isinstance(each, Account)]
    assert [each.gone for each in found] == [SEEN + n * 1000 for n in range(4)] + [None, SEEN + 8000]
    assert found[4].back == SEEN + 7000 and {each.id for each in found} == {GULL}
    assert [problem.origin.position for problem in problems(records)] == [8]


def test_a_table_gives_handles(tmp_path: Path) -> None:
    table = tmp_path / "accounts.csv"
    table.write_text(f"did,handle\n{MIRA},@mira.example\n{GULL},gull.example,more\n", encoding="utf-8-sig")
    reply = {"root": {"uri": at(GULL, "x")}, "parent": {"uri": at(GULL, "x")}}
    post = one(event(record=record(reply=reply)), Choices(accounts=table))
    assert post.handle == "mira.example" and post.reply_author == Ref(GULL, "gull.example")
    table.write_text("name,address\nmira,x\n")
    with pytest.raises(FormatError, match="holds no account"):
        one(event(), Choices(accounts=table))


def view(number: int = 1, did: str = GULL, handle: str = "gull.example", **fields: Any) -> dict[str, Any]:
    """A post as an answer shows it."""
    author = {"did": did, "handle": handle, "displayName": handle.partition(".")[0].title()}
    told = {"record": record(f"tide {number}"), "replyCount": 1, "likeCount": 2, "indexedAt": "2024-11-21T16:25:28Z"}
    return {"uri": at(did, tid(SEEN, number)), "cid": "x", "author": author} | told | fields


def answer(path: Path, told: Any) -> Path:
    path.write_text(json.dumps(told))
    assert registry.recognise(path) == "bluesky-api"
    return path


def test_a_feed_with_a_repost_and_what_is_answered(tmp_path: Path) -> None:
    by = {"did": MIRA, "handle": "mira.example"}
    feed = [
        {"post": view(1), "reply": {"root": view(8), "parent": view(9)}},
        {"post": view(2), "reason": {"$type": "…#reasonRepost", "by": by, "indexedAt": "2024-11-22T00:00:00Z"}},
        {"post": view(3), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}},
    ]  # fmt: skip
    records = read(answer(tmp_path / "feed.json", {"feed": feed, "cursor": "x"}))
    assert problems(records) == []
    first, repost, pinned = posts(records)
    assert (first.text, first.handle, first.name, first.likes, first.replies) == (
        "tide 1",
        "gull.example",
        "Gull",
        2,
        1,
    )
    assert (repost.handle, repost.text, repost.repost_author) == (
        "mira.example",
        "tide 2",
        Ref(GULL, "gull.example", "Gull"),
    )
    assert (repost.clock, repost.time, repost.repost) == ("observed", 1732233600000, view(2)["uri"])
    assert pinned.text == "tide 3" and not pinned.is_repost
    assert sorted(post.text for post in posts(records, context=True)) == ["tide 2", "tide 8", "tide 9"]


def test_a_thread_and_what_is_gone(tmp_path: Path) -> None:
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": at(MIRA, tid(SEEN - 7)), "notFound": True}
    blocked = {
        "$type": "app.bsky.feed.defs#blockedPost",
        "uri": at(MIRA, "x"),
        "blocked": True,
        "author": {"did": MIRA},
    }
    inner = {"$type": "app.bsky.feed.defs#threadViewPost", "post": view(2), "replies": [blocked]}
    thread = {"$type": "app.bsky.feed.defs#threadViewPost", "post": view(1), "parent": gone, "replies": [inner]}
    records = read(answer(tmp_path / "thread.json", {"thread": thread}))
    assert [post.text for post in posts(records)] == ["tide 1", "tide 2"]
    assert [(post.author, post.text_status, post.time) for post in posts(records, context=True)] == [
        (MIRA, "absent", SEEN - 7), (MIRA, "absent", None),
    ]  # fmt: skip


def test_posts_with_a_quote_and_addresses_of_media(tmp_path: Path) -> None:
    quoted = {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": at(MIRA, "q"),
        "author": {"did": MIRA, "handle": "mira.example"},
        "value": record("quoted"),
        "indexedAt": "2024-11-21T16:25:28Z",
    }
    picture = {"alt": "a gull", "image": {"ref": {"$link": "bafkpic"}}}
    media = {"$type": "app.bsky.embed.images", "images": [picture]}
    own = record(
        "look",
        embed={"$type": "app.bsky.embed.recordWithMedia", "record": {"record": {"uri": at(MIRA, "q")}}, "media": media},
    )
    shown = {
        "record": {"record": quoted},
        "media": {"images": [{"fullsize": "https://cdn.example/a.jpg", "alt": "a gull"}]},
    }
    path = answer(
        tmp_path / "posts.json", {"posts": [view(1, record=own, embed=shown, labels=[{"val": "porn"}])], "hitsTotal": 1}
    )
    (post,) = posts(read(path))
    assert (post.quote, post.quote_author) == (at(MIRA, "q"), Ref(MIRA, "mira.example"))
    assert post.media == (Media("image", "https://cdn.example/a.jpg", alt="a gull"),) and post.sensitive
    (context,) = posts(read(path), context=True)
    assert (context.text, context.handle) == ("quoted", "mira.example")


def test_a_field_gone_wrong_costs_one_post_of_a_page(tmp_path: Path) -> None:
    bad = view(2, record=record("bad", facets=[{"index": "here"}]))
    page = {"posts": [view(1), bad, view(3)], "hitsTotal": 3}
    (tmp_path / "posts.json").write_text(json.dumps(page))
    records = read(tmp_path / "posts.json", "bluesky-api")
    assert [post.text for post in posts(records)] == ["tide 1", "tide 3"]
    assert ["facets" in problem.reason for problem in problems(records)] == [True]
    thread = {"thread": {"post": view(1), "replies": [{"post": bad, "replies": [{"post": view(3)}]}]}}
    (tmp_path / "thread.json").write_text(json.dumps(thread))
    records = read(tmp_path / "thread.json", "bluesky-api")
    assert [post.text for post in posts(records)] == ["tide 1", "tide 3"] and len(problems(records)) == 1


def test_listed_records_and_lines_of_posts(tmp_path: Path) -> None:
    listed = {"records": [{"uri": at(MIRA, tid(SEEN)), "cid": "x", "value": record()}], "cursor": "x"}
    (post,) = posts(read(answer(tmp_path / "records.json", listed)))
    assert (post.author, post.handle) == (MIRA, None)
    path = tmp_path / "posts.jsonl"
    path.write_bytes(lines([view(n) for n in range(30)]))
    assert registry.recognise(path) == "bluesky-api" and len(posts(read(path))) == 30


def cid(data: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()


def varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes((*found, number))


def framed(name: bytes, data: bytes) -> bytes:
    return varint(len(name) + len(data)) + name + data


def repository(records: Mapping[str, Mapping[str, Any]], did: str = MIRA, split: int = 3) -> list[bytes]:
    """The parts of a CAR file with these records by key: header, then the commit, nodes and records, each a block."""
    data = {key: encode_dag_cbor(value) for key, value in records.items()}
    blocks: list[bytes] = []
    keys = sorted(records)
    below: bytes | None = None
    for start in range(0, max(len(keys), 1), split):  # each node has the next as its right-most subtree: a valid tree
        entries, last = [], b""
        for key in keys[::-1][start : start + split][::-1]:
            shared = next((n for n, (a, b) in enumerate(zip(last, key.encode(), strict=False)) if a != b), len(last))
            last = key.encode()
            entries.append({"p": shared, "k": last[shared:], "v": Link_(cid(data[key])), "t": None})
        if below is not None and entries:
            entries[-1]["t"] = Link_(below)
        node = node_bytes(entries)
        below = cid(node)
        blocks.append(framed(below, node))
    commit = commit_bytes(did, below or b"")
    head = b"\xa2eroots\x81\xd8\x2a\x58\x25\x00" + cid(commit) + b"gversion\x01"
    tree = [framed(cid(commit), commit), *reversed(blocks)]
    return [varint(len(head)) + head, *tree, *(framed(cid(each), each) for each in data.values())]


class Link_(bytes):  # noqa: N801
    """A CID where a block links to another."""


def node_bytes(entries: list[dict[str, Any]]) -> bytes:
    """A node, written by hand: the library writes bytes as bytes, and a link is a tag of its own."""
    parts = [b"\xa2\x61e", bytes((0x80 + len(entries),))]
    for entry in entries:
        parts += [b"\xa4\x61k", encode_dag_cbor(entry["k"]), b"\x61p", encode_dag_cbor(entry["p"]), b"\x61t"]
        parts += [link(entry["t"]), b"\x61v", link(entry["v"])]
    return b"".join((*parts, b"\x61l\xf6"))


def link(name: bytes | None) -> bytes:
    return b"\xf6" if name is None else b"\xd8\x2a\x58\x25\x00" + name


def commit_bytes(did: str, root: bytes) -> bytes:
    fields = [b"\x63did" + encode_dag_cbor(did), b"\x63rev" + encode_dag_cbor(tid(SEEN)), b"\x63sig\x40"]
    return b"\xa6" + b"".join((*fields, b"\x64data" + link(root), b"\x64prev\xf6", b"\x67version\x03"))


def town(count: int = 20) -> dict[str, dict[str, Any]]:
    """A repository's records by key: posts, and one each of what else there is."""
    found = {f"app.bsky.feed.post/{tid(SEEN - 1000 * n)}": record(f"tide {n}") for n in range(1, count)}
    target = {"uri": at(GULL, tid(SEEN - 5)), "cid": "x"}
    found |= {
        f"app.bsky.feed.like/{tid(SEEN - 1)}": {"subject": target, "createdAt": "2024-11-21T16:25:27Z"},
        f"app.bsky.feed.repost/{tid(SEEN - 1)}": {"subject": target, "createdAt": "2024-11-21T16:25:27Z"},
        "app.bsky.actor.profile/self": {"displayName": "Mira O.", "description": "ferries"},
        "org.example.thing/self": {"text": 7},
        f"app.bsky.feed.post/{tid(SEEN - 500)}": record("from the future", createdAt="2039-01-01T00:00:00Z"),
    }  # fmt: skip
    return found


def test_a_repository_tells_posts_by_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "mira.car"
    path.write_bytes(b"".join(repository(town())))
    assert registry.recognise(path) == "bluesky-car"
    for count in (1, 2):
        records = read(path, count=count)
        assert problems(records) == []
        found = {post.text: post for post in posts(records)}
        assert len(posts(records)) == 21 and found["tide 3"].id == at(MIRA, tid(SEEN - 3000))
        assert {post.author for post in posts(records)} == {MIRA}
        future = found["from the future"]
        assert (future.clock, future.time, future.other_time) == ("observed", SEEN - 500, 2177452800000)
        assert [like.post for like in likes(records)] == [at(GULL, tid(SEEN - 5))]
        (account,) = [each for each in records if isinstance(each, Account)]
        assert (account.name, account.bio, account.owner) == ("Mira O.", "ferries", True)
    place = found["tide 3"].origin
    assert json.loads(registry.raw(path, "bluesky-car", place.member, place.position))["text"] == "tide 3"


def test_a_piece_of_a_repository_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    parts = repository(town())
    path = tmp_path / "mira.car"
    path.write_bytes(b"".join(parts[:3] + parts[4:]))
    records = read(path)
    (trouble,) = problems(records)
    assert "1 part of this repository's tree missing" in trouble.reason
    assert len(posts(records)) == 21 - 3, "the keys in the missing part are not known, all others are"
    path.write_bytes(b"".join(parts[:1] + parts[2:]))
    records = read(path)
    assert posts(records) == [] and "no commit" in problems(records)[0].reason


def test_lengths_that_lie_end_the_reading_and_are_told(tmp_path: Path) -> None:
    parts = repository(town())
    path = tmp_path / "mira.car"
    path.write_bytes(b"".join(parts) + varint(1 << 40) + b"x" * 100)
    records = read(path)
    assert len(posts(records)) == 21 and "longer than 64 MB" in problems(records)[0].reason
    path.write_bytes(b"".join(parts) + varint(50_000) + b"x" * 100)
    records = read(path)
    assert len(posts(records)) == 21 and "cut short" in problems(records)[0].reason
    path.write_bytes(b"".join(parts)[:-30])
    assert len(posts(read(path))) >= 20 and "cut short" in problems(read(path))[0].reason
    path.write_bytes(b"".join(parts).replace(b"tide 3", b"tide X"))
    records = read(path)
    assert len(posts(records)) == 20 and "not what its name (CID) says" in problems(records)[0].reason


REAL = {"little": (136, 51, 70), "tiny": (3, 0, 2), "empty": (0, 0, 0), "paul_staging.repo": (116, 15, 60)}
"""Posts with reposts, reposts, likes; the index counts 85, 3, 0 and 101 posts without reposts."""


@pytest.mark.parametrize("name", REAL)
def test_real_repositories(corpora: Path, name: str) -> None:
    records = read(corpora / f"bluesky-repo-car/{name}.car")
    assert problems(records) == []
    found = posts(records)
    assert (len(found), sum(post.is_repost for post in found), len(likes(records))) == REAL[name]
    assert all(post.id.startswith(f"at://{post.author}/app.bsky.feed.") for post in found)
    assert all(
        abs((key_time(post.id[-13:]) or 0) - (post.time or 0)) < 86_400_000 for post in found if name == "little"
    )


def test_a_real_stream_and_real_answers(corpora: Path) -> None:
    records = read(corpora / "bluesky-jetstream-sample/jetstream.jsonl")
    assert figures(posts(records))[:5] == (2, 2, 0, 1, 0) and len(likes(records)) == 2 and problems(records) == []
    found = {}
    for path in sorted((corpora / "bluesky-appview-json").glob("*.json")):
        found[path.stem] = registry.recognise(path) and len(read(path))
    told = {name: count for name, count in found.items() if count is not None}
    assert told == {
        "extended_like_record": 1, "extended_post_record": 1, "like_record": 1, "post_record": 1,
        "thread_view_post_with_embed_media": 2,
    }, "the others are follows, feeds, documents"  # fmt: skip


@pytest.mark.parametrize(("told", "kept"), [("\ud800", "\ufffd"), ("\x1b[31m\u202e\0", "[31m")])
def test_an_authors_identity_is_cleaned_though_the_posts_is_clean(tmp_path: Path, told: str, kept: str) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(lines([view(1), view(2) | {"author": {"did": f"did:plc:{told}", "handle": "gull.example"}}]))
    whole, post = posts(read(path))
    assert (whole.text, post.text) == ("tide 1", "tide 2")
    assert post.author == f"did:plc:{kept}"
