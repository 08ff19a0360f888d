"""Exports and API statuses of Mastodon and its kin: invented ones, and real ones by their counts."""

from __future__ import annotations

import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from rejoinder.formats import registry
from rejoinder.formats.export import Choices
from rejoinder.records import Deletion, Link, Media, Mention, Post, Ref
from tests.formats.making import likes, lines, owner, posts, problems, read
from tests.formats.test_corpora import figures

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://town.example/users/mira"


def note(number: int = 1, content: str = "<p>a quiet harbour</p>", **fields: Any) -> dict[str, Any]:
    """A Create of an invented person."""
    identity = f"{ME}/statuses/{1000000 + number}"
    to = fields.pop("to", [PUBLIC])
    cc = fields.pop("cc", [f"{ME}/followers"])
    kind = fields.pop("type", "Note")
    base = {
        "id": identity, "type": kind, "attributedTo": ME, "published": "2022-12-03T03:20:27Z", "content": content,
        "url": f"https://town.example/@mira/{1000000 + number}", "inReplyTo": None, "to": to, "cc": cc,
    }  # fmt: skip
    return {
        "id": f"{identity}/activity", "type": "Create", "actor": ME, "published": "2022-12-03T03:20:27Z",
        "to": to, "cc": cc, "object": base | fields,
    }  # fmt: skip


def outbox(items: list[Any]) -> bytes:
    """outbox.json; its total is never right."""
    head = {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection"}
    return json.dumps({**head, "totalItems": 4, "orderedItems": items}).encode()


def export(folder: Path, items: list[Any]) -> Path:
    """An unpacked export with its owner and a like."""
    folder.mkdir()
    (folder / "outbox.json").write_bytes(outbox(items))
    actor = {
        "id": ME,
        "type": "Person",
        "preferredUsername": "mira",
        "name": "Mira O.",
        "published": "2018-01-02T00:00:00Z",
    }
    (folder / "actor.json").write_text(json.dumps(actor | {"summary": "<p>ferries</p>"}))
    liked = ["https://pond.example/users/gull/statuses/1000001"]
    (folder / "likes.json").write_text(json.dumps({"id": "likes.json", "orderedItems": liked}))
    (folder / "bookmarks.json").write_text(json.dumps({"id": "bookmarks.json", "orderedItems": liked}))
    return folder


def test_an_export_tells_posts_owner_and_likes(tmp_path: Path) -> None:
    reply = note(
        2,
        '<p><a href="https://pond.example/@gull" class="u-url mention">@<span>gull</span></a> yes #ferry</p>',
        inReplyTo="https://pond.example/users/gull/statuses/1000009", conversation="tag:pond.example,2022:5",
        summary="<p>rumours</p>", sensitive=True, contentMap={"en": "x"}, updated="2022-12-04T00:00:00Z",
        tag=[{"type": "Mention", "href": "https://pond.example/users/gull", "name": "@gull@pond.example"},
             {"type": "Hashtag", "name": "#ferry", "href": "x"}],
    )  # fmt: skip
    path = export(tmp_path / "mine", [note(1), reply])
    assert registry.recognise(path) == "mastodon"
    records = read(path)
    first, second = posts(records)
    assert problems(records) == []
    assert (first.id, first.text, first.time, first.precision) == (
        f"{ME}/statuses/1000001", "a quiet harbour", 1670037627000, "second",
    )  # fmt: skip
    assert (first.author, first.handle, first.name) == (ME, "mira@town.example", "Mira O.")
    assert first.permalink is None, "the address follows from the id"
    assert second.text == "@gull yes #ferry" and second.tags == ("ferry",) and second.language == "en"
    assert second.mentions == (Mention("https://pond.example/users/gull", "gull@pond.example", "inherited"),)
    assert second.reply_to == "https://pond.example/users/gull/statuses/1000009"
    assert second.reply_author == Ref("https://pond.example/users/gull", "gull@pond.example")
    assert (second.warning, second.sensitive, second.edited) == ("rumours", True, 1670112000000)
    assert second.conversation == "tag:pond.example,2022:5"
    me = owner(records)
    assert (me.handle, me.bio, me.owner, me.created) == ("mira@town.example", "ferries", True, 1514851200000)
    (like,) = likes(records)
    assert like.post == "https://pond.example/users/gull/statuses/1000001" and like.account.handle == me.handle


def test_a_boost_names_what_it_passes_on(tmp_path: Path) -> None:
    boost = {
        "id": f"{ME}/statuses/7/activity", "type": "Announce", "actor": ME, "published": "2022-12-03T03:20:27Z",
        "to": [PUBLIC], "cc": ["https://pond.example/users/gull", f"{ME}/followers"],
        "object": "https://pond.example/users/gull/statuses/9",
    }  # fmt: skip
    (post,) = posts(read(export(tmp_path / "mine", [boost])))
    assert post.is_repost and post.repost == "https://pond.example/users/gull/statuses/9"
    assert post.repost_author == Ref("https://pond.example/users/gull", "gull@pond.example")
    assert (post.text, post.text_status, post.handle) == ("", "absent", "mira@town.example")


def test_what_was_not_for_everybody_is_left_out_and_counted(tmp_path: Path) -> None:
    items = [
        note(1),
        note(2, to=[f"{ME}/followers"], cc=[]),
        note(3, to=["https://pond.example/users/gull"], cc=[]),
        note(4, to=[f"{ME}/followers"], cc=[PUBLIC]),
    ]
    path = export(tmp_path / "mine", items)
    records = read(path)
    assert [(post.id[-1], post.visibility) for post in posts(records)] == [("1", "public"), ("4", "unlisted")]
    (told,) = problems(records)
    assert (told.kind, told.posts) == ("private", 2) and "--include-private" in told.reason
    everything = list(registry.open_share(path, "mastodon", 0, 1, Choices(include_private=True)))
    assert [post.visibility for post in posts(everything)] == ["public", "followers", "direct", "unlisted"]
    assert problems(everything) == []


def test_a_field_gone_wrong_costs_one_status_of_a_page(tmp_path: Path) -> None:
    """Answers to a context and to a search, kept as they came; the broken one stands first in its list."""
    bad = status(1, tags=[{"name": 7}])
    context = {"ancestors": [bad, status(2)], "descendants": [status(3, in_reply_to_id="2")]}
    search = {"accounts": [], "hashtags": [], "statuses": [bad, status(5), status(6)]}
    for name, page, good in (("context", context, ["2", "3"]), ("search", search, ["5", "6"])):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(page))
        assert registry.recognise(path) == "mastodon-api"
        records = read(path, "mastodon-api")
        assert [post.id.rpartition("/")[2] for post in posts(records)] == good
        assert ["tags" in problem.reason for problem in problems(records)] == [True]
        assert problems(records)[0].origin.position == 1 and "gull" not in problems(records)[0].reason
    assert posts(read(tmp_path / "context.json", "mastodon-api"))[1].reply_to == status(2)["uri"]


def test_polls_quotes_and_deletions(tmp_path: Path) -> None:
    poll = note(
        1, "<p>when?</p>", type="Question", endTime="2022-12-05T00:00:00Z",
        oneOf=[{"name": "noon", "replies": {"totalItems": 2}}, {"name": "night", "replies": {"totalItems": 1}}],
    )  # fmt: skip
    quote = note(2, quoteUri="https://pond.example/users/gull/statuses/9")
    link = {"type": "Link", "mediaType": "application/activity+json", "href": f"{ME}/statuses/9"}
    said = note(4, tag=[link, link | {"name": "RE: a post", "href": f"{ME}/statuses/8"}])
    gone = {"id": "x", "type": "Delete", "actor": ME, "published": "2022-12-06T00:00:00Z",
            "object": {"id": f"{ME}/statuses/3", "type": "Tombstone"}}  # fmt: skip
    records = read(export(tmp_path / "mine", [poll, quote, said, gone]))
    asked, quoting, linking = posts(records)
    assert linking.quote == f"{ME}/statuses/8", "FEP-e232: a link to an object is a quote where it says so"
    assert asked.text == "when?\n\n- noon (2 votes)\n- night (1 vote)"
    assert quoting.quote == "https://pond.example/users/gull/statuses/9"
    assert quoting.quote_author == Ref("https://pond.example/users/gull", "gull@pond.example")
    (deleted,) = [record for record in records if isinstance(record, Deletion)]
    assert (deleted.post, deleted.time) == (f"{ME}/statuses/3", 1670284800000)


def test_media_files_of_the_export_are_named(tmp_path: Path) -> None:
    url = "/media_attachments/files/109/1/original/a.png"
    there = {"type": "Document", "mediaType": "image/png", "url": "/town-media" + url, "name": "a gull"}
    gone = {"type": "Document", "mediaType": "video/mp4", "url": "/media_attachments/files/2/b.mp4", "name": None}
    path = export(tmp_path / "mine", [note(1, attachment=[there, gone])])
    (path / "media_attachments/files/109/1/original").mkdir(parents=True)
    (path / url[1:]).write_bytes(b"png")
    (post,) = posts(read(path))
    assert post.media == (
        Media("image", "/town-media" + url, url[1:], "a gull", 3),
        Media("video", "/media_attachments/files/2/b.mp4"),
    )


@pytest.mark.parametrize("pack", ["zip", "tar.gz", "list", "file"])
def test_every_way_an_outbox_comes(tmp_path: Path, pack: str) -> None:
    folder = export(tmp_path / "mine", [note(n) for n in range(30)])
    path = tmp_path / f"archive-20240723183906-ab.{pack}"
    if pack == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for file in folder.iterdir():
                archive.write(file, file.name)
    elif pack == "tar.gz":
        with tarfile.open(path, "w:gz") as archive:
            archive.add(folder, "")
    elif pack == "list":
        path.write_text(json.dumps([note(n) for n in range(30)]))
    else:
        path.write_bytes(outbox([note(n) for n in range(30)]))
    assert registry.recognise(path) == "mastodon"
    records = read(path)
    assert len(posts(records)) == 30 and problems(records) == []
    assert [like.until for like in likes(records)] == [1721759946000] * (pack in ("zip", "tar.gz"))
    last = posts(records)[-1]
    assert b"1000029" in registry.raw(path, "mastodon", last.origin.member, last.origin.position)


def test_activities_one_a_line_may_hold_lists_of_replies(tmp_path: Path) -> None:
    path = tmp_path / "outbox.json"
    replies = {"type": "OrderedCollection", "orderedItems": ["https://pond.example/1"]}
    path.write_bytes(lines([note(n, replies=replies) for n in range(5)]))
    records = read(path, "mastodon")
    assert len(posts(records)) == 5 and problems(records) == []


def test_an_outbox_larger_than_any_record_is_read_element_by_element(tmp_path: Path) -> None:
    path = tmp_path / "outbox.json"
    path.write_bytes(outbox([note(n, "<p>" + "tide " * 400 + "</p>") for n in range(1500)]) + b"\n")
    for count in (1, 2):
        records = read(path, "mastodon", count)
        assert len({post.id for post in posts(records)}) == len(posts(records)) == 1500 and problems(records) == []


def status(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A status of town.example, as that server's API gives it."""
    account = {"id": "5", "acct": "mira", "url": "https://town.example/@mira", "uri": ME, "display_name": "Mira O."}
    base = {
        "id": str(number), "uri": f"{ME}/statuses/{number}", "url": f"https://town.example/@mira/{number}",
        "created_at": "2022-12-03T03:20:27.120Z", "content": "<p>a quiet harbour</p>", "visibility": "public",
        "in_reply_to_id": None, "in_reply_to_account_id": None, "account": account, "mentions": [], "tags": [],
    }  # fmt: skip
    return base | fields


def test_statuses_and_their_parents(tmp_path: Path) -> None:
    gull = {"id": "8", "acct": "gull@pond.example", "url": "https://pond.example/@gull", "username": "gull"}
    statuses = [
        status(1, favourites_count=3, reblogs_count=2, replies_count=1, spoiler_text="rumours")
        | {"edited_at": "2022-12-04T00:00:00Z"},
        status(2, in_reply_to_id="1", in_reply_to_account_id="5"),
        status(3, in_reply_to_id="77", in_reply_to_account_id="8", mentions=[gull], content="<p>@gull no</p>"),
        status(4, visibility="direct"),
        status(5, content="", reblog=status(9, account=gull | {"uri": "https://pond.example/users/gull"})),
        status(6, poll={"options": [{"title": "noon", "votes_count": 1}]},
               media_attachments=[{"type": "gifv", "url": "https://m.example/a.mp4", "description": "a gull"}]),
        status(7, quote={"state": "accepted", "quoted_status": status(9)}),
    ]  # fmt: skip
    path = tmp_path / "statuses.json"
    path.write_text(json.dumps(statuses))
    assert registry.recognise(path) == "mastodon-api"
    records = read(path)
    found: dict[str, Post] = {post.id.rpartition("/")[2]: post for post in posts(records)}
    assert list(found) == ["1", "2", "3", "5", "6", "7"]
    one = found["1"]
    assert (one.time, one.precision) == (1670037627120, "millisecond")
    assert (one.likes, one.reposts, one.replies, one.warning, one.edited) == (3, 2, 1, "rumours", 1670112000000)
    assert (found["2"].reply_to, found["2"].reply_author) == (one.id, Ref(ME, "mira@town.example", "Mira O."))
    assert found["3"].reply_to == "https://town.example/api/v1/statuses/77", "the only name it has is the server's own"
    assert found["3"].reply_author == Ref("https://pond.example/users/gull", "gull@pond.example")
    assert found["3"].mentions[0].kind == "inherited"
    assert found["5"].repost == f"{ME}/statuses/9" and found["5"].text == "a quiet harbour"
    assert found["6"].text.endswith("- noon (1 vote)")
    assert found["6"].media == (Media("gif", "https://m.example/a.mp4", alt="a gull"),)
    assert found["7"].quote == f"{ME}/statuses/9"
    assert len(posts(records, context=True)) == 2
    assert (problems(records)[0].kind, problems(records)[0].posts) == ("private", 1)


def test_links_of_a_status(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(status(1, content='<p>see <a href="https://x.example/a">the minutes</a></p>')))
    (post,) = posts(read(path))
    assert post.links == (Link("https://x.example/a"),) and post.text == "see the minutes"


REAL = {
    "mastodon-archive-dealingwith/mastodon-archive-dealingwith.tar.gz": (
        1511, 383, 212, 11, 326, "2022-11-08 03:07:14", "2024-07-23 18:39:06",
    ),
    "mastodon-archive-philhawksworth/outbox.json": (189, 128, 8, 3, 26, "2022-11-11 17:33:26", "2022-12-06 13:09:15"),
    # the index compares a parent's local number with addresses: by number, 19 of the 32 parents are there
    "mastodon-api-statuses/statuses.json": (44, 32, 19, 5, 0, "2018-12-17 14:35:27", "2026-04-11 22:13:24"),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_exports_have_the_posts_that_the_index_counts(corpora: Path, name: str) -> None:
    records = read(corpora / name)
    assert problems(records) == [] and figures(posts(records)) == REAL[name]
    assert len({post.id for post in posts(records)}) == REAL[name][0]
    assert len({post.author for post in posts(records)}) == (18 if "api" in name else 1)
    assert not any("<p>" in post.text or "&#39;" in post.text for post in posts(records))


def test_likes_of_a_real_export(corpora: Path) -> None:
    records = read(corpora / "mastodon-archive-dealingwith/mastodon-archive-dealingwith.tar.gz")
    assert len(likes(records)) == 1115 and owner(records).handle == "dealingwith@indieweb.social"


def test_half_a_character_in_a_quote_costs_neither_the_quote_nor_the_status(tmp_path: Path) -> None:
    path = tmp_path / "statuses.json"
    odd = status(2, quote={"quoted_status": status(9) | {"\ud800": 1}})
    path.write_text(json.dumps([status(1), odd]))
    records = read(path)
    assert problems(records) == []
    assert {post.id for post in posts(records)} >= {f"{ME}/statuses/1", f"{ME}/statuses/2"}


def test_a_poll_is_told_and_its_choices_stand_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "statuses.json"
    poll = {"options": [{"title": "noon", "votes_count": 1}, {"title": "night"}]}
    path.write_text(json.dumps([status(1, poll=poll), status(2)]))
    asked, other = posts(read(path))
    assert (asked.poll, asked.text) == (True, "a quiet harbour\n\n- noon (1 vote)\n- night")
    assert not other.poll
    path = tmp_path / "outbox.json"
    path.write_bytes(outbox([note(1, type="Question", oneOf=[{"name": "noon"}]), note(2)]))
    assert [post.poll for post in posts(read(path))] == [True, False]
