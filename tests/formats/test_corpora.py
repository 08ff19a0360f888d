"""Real exports against the counts of INDEX.md, and post by post against the exports themselves."""

from __future__ import annotations

import bz2
import gzip
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rejoinder.formats import registry
from rejoinder.records import Post
from tests.formats.making import deepest, likes, owner, posts, problems, read

ARCHIVES = {
    # folder or file: posts, replies, parents among them, longest chain, reposts, first second, last second
    "twitter-archive-2021-rtimla": (70, 14, 14, 14, 12, "2020-10-30 22:00:00", "2021-11-19 21:09:33"),
    "twitter-archive-2022-andreruffert-zip/twitter-2022-11-03-andreruffert.zip": (
        1986, 485, 65, 3, 643, "2010-10-25 17:21:38", "2022-11-03 08:50:26",
    ),
    "twitter-archive-2024-alrocar": (1223, 819, 413, 22, 12, "2019-02-03 21:45:43", "2024-11-09 12:14:18"),
    "twitter-archive-community-tweet-larsbrinkhoff": (3, 2, 2, 3, 0, "2021-12-22 09:44:00", "2021-12-22 09:45:12"),
    "tweetback-develwoutacause": (1928, 872, 569, 31, 362, "2019-11-01 18:59:51", "2023-01-09 00:18:57"),
}  # fmt: skip
RUMOURS = ("rumoureval2017-train-tree.zip", "rumoureval2017-train.jsonl.gz", "rumoureval2017-train.json.bz2")


def figures(found: list[Post]) -> tuple[int, int, int, int, int, str, str]:
    """The figures of INDEX.md."""
    ids = {post.id for post in found}
    replies = [post for post in found if post.reply_to]
    times = [post.time for post in found if post.time is not None]
    return (
        len(ids),
        len(replies),
        sum(post.reply_to in ids for post in replies),
        deepest(found),
        sum(post.is_repost for post in found),
        moment(min(times)),
        moment(max(times)),
    )


def moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_x_archive_has_the_posts_that_the_index_counts(corpora: Path, name: str) -> None:
    records = read(corpora / name, "x-archive")
    assert registry.recognise(corpora / name) == "x-archive"
    assert problems(records) == []
    assert figures(posts(records)) == ARCHIVES[name]
    assert len(posts(records)) == ARCHIVES[name][0], "none comes twice"
    assert posts(records, context=True) == [], "an archive holds nobody else's posts"


@pytest.mark.parametrize("name", ARCHIVES)
def test_all_posts_of_an_archive_are_its_owners(corpora: Path, name: str) -> None:
    handles = {"rtimla": "RTIatMLA", "andreruffert": "andreruffert", "alrocar": "alrocar"}
    handles |= {"larsbrinkhoff": "larsbrinkhoff", "develwoutacause": "develwoutacause"}
    expected = next(handle for part, handle in handles.items() if part in name)
    records = read(corpora / name)
    assert {post.handle for post in posts(records)} == {expected}
    assert len({post.author for post in posts(records)}) == 1 and posts(records)[0].author
    assert owner(records).handle == expected and owner(records).owner


def test_likes_of_an_archive(corpora: Path) -> None:
    found = likes(read(corpora / "twitter-archive-2022-andreruffert-zip/twitter-2022-11-03-andreruffert.zip"))
    assert len(found) == 1359
    assert sum(like.text is None for like in found) == 1, "the text of one deleted post is not there"
    assert all(like.account.handle == "andreruffert" and like.until and like.time is None for like in found)


def test_the_index_agrees_with_the_manifest(corpora: Path) -> None:
    """The manifest's own counts, where it lists the file."""
    folder = corpora / "twitter-archive-2024-alrocar"
    manifest = json.loads((folder / "data/manifest.js").read_text().partition("=")[2])
    (expected,) = [file["count"] for file in manifest["dataTypes"]["tweets"]["files"]]
    assert len(posts(read(folder))) == int(expected)


def test_every_note_is_joined_to_its_post(corpora: Path) -> None:
    """The 41 notes have ids of their own; by second and beginning each finds its post, whose text it replaces."""
    folder = corpora / "twitter-archive-2024-alrocar"
    notes = json.loads((folder / "data/note-tweet.js").read_text().partition("=")[2])
    found = posts(read(folder))
    texts = Counter(re.sub(r"https?://\S+|^(@\w+\s+)+", "", post.text).strip() for post in found)
    joined = 0
    for note in notes:
        text = re.sub(r"https?://\S+", "", note["noteTweet"]["core"]["text"]).strip()
        assert texts[text] >= 1, text[:80]
        joined += len(text) > 280
    assert joined == 29, "the other twelve are short: notes for their bold letters or their edits"
    assert sum(post.text_status == "partial" and not post.is_repost for post in found) == 0


def script(path: Path) -> list[dict[str, Any]]:
    """The tweets of a .js file, as plain dictionaries."""
    return [element["tweet"] for element in json.loads(path.read_text(encoding="utf-8").partition("=")[2])]


def compared(post: Post, raw: dict[str, Any]) -> None:
    """The facts that every export of a post gives."""
    assert post.id == raw["id_str"]
    assert post.reply_to == raw.get("in_reply_to_status_id_str")
    assert post.time is not None and moment(post.time) == datetime.strptime(
        raw["created_at"], "%a %b %d %H:%M:%S %z %Y"
    ).strftime("%Y-%m-%d %H:%M:%S")
    assert (post.reply_author.handle if post.reply_author else None) == raw.get("in_reply_to_screen_name")
    assert post.text_status != "verbatim" or words(post.text) == words(resolved(raw)), raw["id_str"]
    known = {url["url"] for url in raw["entities"].get("urls", []) if url["url"] != url["expanded_url"]}
    assert not any(url in post.text.split() for url in known if "t.co" in url), (
        "a link that the export knows is expanded"
    )
    assert re.search("&(amp|lt|gt);", re.sub(r"https?://\S+", "", post.text)) is None


def resolved(raw: dict[str, Any]) -> str:
    """The text as it should read, by plain replacing: no offsets, so that a wrong offset can't hide."""
    text = raw.get("full_text") or raw["text"]
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for medium in raw.get("extended_entities", raw["entities"]).get("media", raw["entities"].get("media", [])):
        text = text.replace(medium["url"], "")
    for url in raw["entities"].get("urls", []):
        text = text.replace(url["url"], url["expanded_url"])
    return text


def words(text: str) -> list[str]:
    """The words, without regard to how they are set, or to characters that are not shown."""
    return re.sub("[\u2066-\u2069\u202a-\u202e\x00-\x08]", "", text).split()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("twitter-archive-2021-rtimla", "data/tweet.js"),
        ("twitter-archive-2024-alrocar", "data/tweets.js"),
        ("tweetback-develwoutacause", "database/tweets.js"),
        ("twitter-archive-community-tweet-larsbrinkhoff", "data/community-tweet.js"),
    ],
)
def test_each_post_of_an_archive_says_what_the_file_says(corpora: Path, name: str, file: str) -> None:
    raws = script(corpora / name / file)
    found = posts(read(corpora / name))
    assert [post.origin.position for post in found] == list(range(1, len(raws) + 1))
    for post, raw in zip(found, raws, strict=True):
        if not (raw["full_text"].rstrip().endswith("…") or "… https://t.co" in raw["full_text"]) or post.is_repost:
            compared(post, raw)
        else:
            assert len(post.text) > 280, "a cut post has its note's whole text, as tested above"


def objects(path: Path) -> Iterator[dict[str, Any]]:
    """The tweets of each of the three shapes, by the standard library alone."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.endswith(".json") and not name.endswith("structure.json"):
                    yield json.loads(packed.read(name))
    else:
        with gzip.open(path) if path.suffix == ".gz" else bz2.open(path) as stream:
            yield from map(json.loads, stream)


@pytest.mark.parametrize("name", RUMOURS)
def test_rumoureval_in_its_three_shapes(corpora: Path, name: str) -> None:
    path = corpora / "rumoureval2017-train" / name
    records = read(path)
    assert registry.recognise(path) == "twitter-v1"
    assert problems(records) == []
    found = posts(records)
    assert figures(found) == (4238, 3966, 3966, 25, 0, "2014-08-10 01:30:14", "2015-03-16 01:55:59")
    assert len({post.handle for post in found}) == 2888
    assert len({post.author for post in found}) == 2887, "one account has two handles"
    raws = {raw["id_str"]: raw for raw in objects(path)}
    for post in found:
        compared(post, raws[post.id])
        assert post.handle == raws[post.id]["user"]["screen_name"]
    # nested originals are context; INDEX.md leaves them out
    inner = {
        raw[field]["id_str"]
        for raw in raws.values()
        for field in ("quoted_status", "retweeted_status")
        if raw.get(field)
    }
    assert {post.id for post in posts(records, context=True)} == inner


def test_the_three_shapes_give_the_same_posts(corpora: Path) -> None:
    from msgspec.structs import replace

    from rejoinder.records import Origin

    shapes = [
        {post.id: replace(post, origin=Origin()) for post in posts(read(corpora / "rumoureval2017-train" / name))}
        for name in RUMOURS
    ]
    assert shapes[0] == shapes[1] == shapes[2]


def test_a_folder_of_everything_is_walked(corpora: Path) -> None:
    gathered = registry.gather([corpora / "rumoureval2017-train"])
    assert sorted(found.path.name for found in gathered.found) == sorted(RUMOURS)
    assert gathered.unknown == ["rumoureval2017-train/README"]


@pytest.mark.parametrize("name", [*ARCHIVES, *(f"rumoureval2017-train/{name}" for name in RUMOURS)])
def test_two_shares_are_the_whole(corpora: Path, name: str) -> None:
    path = corpora / name
    key = repr
    assert sorted(read(path, count=2), key=key) == sorted(read(path), key=key)


@pytest.mark.parametrize("name", [*ARCHIVES, *(f"rumoureval2017-train/{name}" for name in RUMOURS)])
def test_the_raw_record_is_found_again(corpora: Path, name: str) -> None:
    path = corpora / name
    found = posts(read(path))
    format = registry.recognise(path) or ""
    for post in found[:: max(1, len(found) // 5)]:
        data = registry.raw(path, format, post.origin.member, post.origin.position)
        raw = json.loads(data)
        assert raw.get("tweet", raw)["id_str"] == post.id


@pytest.mark.parametrize("name", [*ARCHIVES, *(f"rumoureval2017-train/{name}" for name in RUMOURS)])
def test_progress_ends_at_the_whole_size(corpora: Path, name: str) -> None:
    path = corpora / name
    format = registry.recognise(path) or ""
    done = 0
    for index in range(2):
        share = registry.open_share(path, format, index, 2)
        for _ in share:
            pass
        done += share.consumed
    assert done == registry.size(path, format)
