"""Reddit's dumps and listings: invented ones, and real ones by their counts."""

from __future__ import annotations

import bz2
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
import zstandard

from rejoinder.errors import FormatError
from rejoinder.formats import registry
from rejoinder.records import Link, Media, Mention
from tests.formats.making import lines, posts, problems, read
from tests.formats.test_corpora import figures


def comment(number: int = 1, body: str = "a quiet harbour", **fields: Any) -> dict[str, Any]:
    """A comment of an invented person, as the dumps have it."""
    base = {"id": f"c{number}", "link_id": "t3_s1", "parent_id": "t3_s1", "author": "mira_o", "body": body}
    return base | {"created_utc": 1323313370, "score": 3, "edited": False, "subreddit": "harbour"} | fields


def submission(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A submission of an invented person."""
    base = {
        "id": f"s{number}",
        "title": "The ferry &amp; the pier",
        "selftext": "When?",
        "is_self": True,
        "author": "gull",
    }
    return (
        base | {"created_utc": 1323313300, "score": 5, "subreddit": "harbour", "num_comments": 2, "url": "x"} | fields
    )


def dump(path: Path, *things: dict[str, Any]) -> Path:
    path.write_bytes(lines(things))
    return path


def test_comments_and_their_parents(tmp_path: Path) -> None:
    path = dump(
        tmp_path / "RC_2011-12",
        comment(1, "yes &gt; no, u/gull\n&gt; said /u/other", created_utc="1323313371"),
        comment(2, parent_id="t1_c1", created_utc=1323313372.0, edited=1323313400.0),
        comment(3, parent_id="c2", link_id="s1", edited=True),
        comment(4, parent_id=int("c3", 36), link_id=int("s1", 36)),
        comment(5, parent_id=int("s1", 36), link_id=int("s1", 36)),
        comment(6, "[deleted]", author="[deleted]"),
        comment(7, "[removed]"),
    )
    assert registry.recognise(path) == "reddit"
    found = posts(read(path))
    assert problems(read(path)) == []
    assert [post.reply_to for post in found] == ["t3_s1", "t1_c1", "t1_c2", "t1_c3", "t3_s1", "t3_s1", "t3_s1"]
    assert {post.conversation for post in found} == {"t3_s1"}
    one = found[0]
    assert (one.id, one.text, one.time, one.likes, one.tags) == (
        "t1_c1", "yes > no, u/gull\n> said /u/other", 1323313371000, 3, ("harbour",),
    )  # fmt: skip
    assert one.mentions == (Mention(None, "gull"), Mention(None, "other", "relayed"))
    assert [post.edited for post in found[:3]] == [None, 1323313400000, 0]
    assert [(post.handle, post.deleted, post.text, post.text_status) for post in found[5:]] == [
        (None, 0, "", "absent"), ("mira_o", 0, "", "absent"),
    ]  # fmt: skip


def test_submissions_of_every_kind(tmp_path: Path) -> None:
    gallery = {"m1": {"e": "Image", "s": {"u": "https://preview.redd.it/a.jpg?width=1&amp;s=2"}}}
    crossed = submission(9, author="harbourmaster")
    path = dump(
        tmp_path / "harbour_submissions",
        submission(1),
        submission(2, selftext="[removed]", removed_by_category="moderator"),
        submission(3, selftext="", is_self=False, url="https://x.example/minutes", over_18=True, spoiler=True),
        submission(4, selftext="", is_self=False, url="https://i.redd.it/gull.png"),
        submission(5, selftext="", is_self=False, media_metadata=gallery),
        submission(6, crosspost_parent="t3_s9", crosspost_parent_list=[crossed]),
    )
    records = read(path)
    one, gone, link, image, many, cross = posts(records)
    assert (one.id, one.text, one.reply_to, one.replies) == ("t3_s1", "The ferry & the pier\n\nWhen?", None, 2)
    assert (gone.text, gone.text_status, gone.deleted) == ("The ferry & the pier", "partial", 0), "the title stays"
    assert link.links == (Link("https://x.example/minutes"),) and link.sensitive and link.warning == "spoiler"
    assert image.media == (Media("image", "https://i.redd.it/gull.png"),)
    assert many.media == (Media("image", "https://preview.redd.it/a.jpg?width=1&s=2"),)
    assert cross.quote == "t3_s9" and [post.id for post in posts(records, context=True)] == ["t3_s9"]


@pytest.mark.parametrize("pack", ["zst", "bz2", "xz", "plain"])
def test_dumps_packed_as_they_are_handed_out(tmp_path: Path, pack: str) -> None:
    data = lines([comment(n, "tide \u2028 and \x85 flood") for n in range(3000)])
    path = tmp_path / ("RC_2011-12" + (f".{pack}" if pack != "plain" else ""))
    window = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    packers = {"zst": zstandard.ZstdCompressor(compression_params=window).compress, "bz2": bz2.compress}
    packers |= {"xz": lzma.compress, "plain": bytes}
    path.write_bytes(packers[pack](data))
    assert registry.recognise(path) == "reddit"
    assert len({post.id for post in posts(read(path, count=2))}) == 3000 and problems(read(path)) == []


def test_a_zst_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "RC_2011-12.zst"
    packer = zstandard.ZstdCompressor().compressobj()
    with path.open("wb") as file:
        file.write(packer.compress(lines([comment(1)])))
        for _ in range(300):
            file.write(packer.compress(b" " * (1 << 20)))
        file.write(packer.flush())
    assert path.stat().st_size < 100_000
    with pytest.raises(FormatError, match="unpacks to more than"):
        read(path, "reddit")


def test_a_line_of_a_gigabyte_costs_one_record(tmp_path: Path) -> None:
    """(An eighth of one, twice the longest line that is read: what is beyond that is not kept.)"""
    path = tmp_path / "RC_2011-12"
    with path.open("wb") as file:
        file.write(lines([comment(1)]) + b'{"body": "')
        for _ in range(128):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n' + lines([comment(2)]))
    records = read(path, "reddit")
    assert [post.id for post in posts(records)] == ["t1_c1", "t1_c2"]
    (problem,) = problems(records)
    assert problem.origin.position == 2 and "longer than 64 MB" in problem.reason


def test_an_api_page_with_what_was_not_loaded(tmp_path: Path) -> None:
    def thing(kind: str, data: dict[str, Any]) -> dict[str, Any]:
        return {"kind": kind, "data": data}

    def listing(*things: dict[str, Any]) -> dict[str, Any]:
        return thing("Listing", {"children": list(things), "after": None})

    more = thing("more", {"count": 45, "children": ["c7", "c8"], "parent_id": "t1_c2", "id": "c7"})
    rest = thing("more", {"count": 0, "children": [], "parent_id": "t1_c1", "id": "_"})
    inner = thing("t1", comment(2, parent_id="t1_c1", replies=listing(more)))
    page = [
        listing(thing("t3", submission(1))),
        listing(thing("t1", comment(1, replies=listing(inner, rest))), thing("t1", comment(3, replies=""))),
    ]
    path = tmp_path / "s1.json"
    path.write_text(json.dumps(page))
    assert registry.recognise(path) == "reddit"
    records = read(path)
    assert [post.id for post in posts(records)] == ["t3_s1", "t1_c1", "t1_c2", "t1_c3"]
    told = [(problem.kind, problem.posts, problem.reason.partition(" were ")[0]) for problem in problems(records)]
    assert told == [("unloaded", 45, "Comments below t1_c2"), ("unloaded", 0, "More comments below t1_c1")]


def test_a_field_gone_wrong_costs_one_comment_of_a_page(tmp_path: Path) -> None:
    children = [{"kind": "t1", "data": told} for told in (comment(1), comment(2, score={}), comment(3))]
    path = tmp_path / "page.json"
    path.write_text(json.dumps([{"kind": "Listing", "data": {"children": children}}]))
    records = read(path, "reddit")
    assert [post.id for post in posts(records)] == ["t1_c1", "t1_c3"] and len(problems(records)) == 1


def test_the_answer_of_the_old_pushshift_api(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"data": [comment(1), comment(2)]}))
    assert registry.recognise(path) == "reddit" and len(posts(read(path))) == 2


def test_a_real_deep_thread(corpora: Path) -> None:
    folder = corpora / "reddit-announcements-2011-thread"
    records = read(folder / "RC_sample.zst") + read(folder / "RS_sample.zst")
    assert problems(records) == []
    assert figures(posts(records)) == (1429, 1428, 1428, 12, 0, "2011-12-08 03:02:24", "2012-05-05 14:47:11")
    assert len({post.handle for post in posts(records)}) == 935


def test_real_lines_of_many_years(corpora: Path) -> None:
    folder = corpora / "reddit-pushshift-2024-sample"
    records = read(folder / "test_comments.json") + read(folder / "test_submissions.json")
    assert problems(records) == [] and len({post.id for post in posts(records)}) == 58
    assert figures(posts(records)) == (58, 27, 0, 1, 0, "2005-06-23 18:43:53", "2024-02-01 00:00:00")
    assert len({post.handle for post in posts(records)}) == 50
    assert len(posts(records, context=True)) == 1, "one is a crosspost, and brings what it passes on"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"options": [{"text": "noon"}, {"text": "night", "vote_count": 3}]}, "\n\n- noon\n- night (3 votes)"),
        ({"options": [{"text": 5}, None, {}]}, "\n\n- "),
        ({}, ""),
        ([], None),
    ],
)
def test_a_poll_is_told_and_its_choices_stand_in_the_text(tmp_path: Path, told: Any, text: str | None) -> None:
    (post,) = posts(read(dump(tmp_path / "RS_2022-01", submission(1, title="When?", selftext="", poll_data=told))))
    assert (post.poll, post.text) == (text is not None, f"When?{text or ''}")
