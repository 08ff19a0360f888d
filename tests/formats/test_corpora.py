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
from rejoinder.formats.prose import plain
from rejoinder.records import Post
from tests.formats.making import deepest, deletions, likes, owner, posts, problems, read

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
        len(found),
        len(replies),
        len({post.id for post in replies if post.reply_to in ids}),
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


GRAILBIRDS = {
    # posts, replies, parents among them, longest chain, reposts, first second, last second; unique ids, handles, days
    "alomran/tweets-alomran.zip": (
        (104800, 22032, 1292, 35, 14304, "2006-09-04 00:00:00", "2021-07-18 18:46:58"), 104728, 76, 4782,
    ),
    "anildash/tweets-anildash.zip": (
        (28541, 18220, 1, 2, 2871, "2006-12-02 09:19:42", "2013-02-08 04:14:34"), 28541, 1, 0,
    ),
    "bizweekgraphics-folder": ((6966, 1290, 77, 22, 2861, "2011-03-01 16:25:37", "2015-10-02 20:15:40"), 6966, 1, 0),
    "congresseditors/tweets-congresseditors.zip": (
        (6740, 2, 0, 1, 0, "2014-07-17 21:06:55", "2015-01-02 20:04:59"), 6740, 1, 0,
    ),
    "hotoo/tweets-hotoo.zip": ((5570, 1344, 143, 3, 544, "2009-02-12 00:00:00", "2014-05-27 12:24:35"), 5570, 1, 3719),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAILBIRDS)
def test_a_grailbird_archive_has_the_posts_that_the_index_counts(corpora: Path, name: str) -> None:
    path = corpora / f"grailbird-{name}"
    assert registry.recognise(path) == "grailbird"
    records = read(path)
    found = posts(records)
    counted, unique, handles, days = GRAILBIRDS[name]
    assert figures(found) == counted
    assert len({post.id for post in found}) == unique
    assert len({post.handle for post in found}) == handles, "rows of others, where a script kept the archive going"
    assert sum(post.precision == "day" and post.clock == "day" for post in found) == days, "midnights that are made up"
    assert all(post.repost and post.repost_author for post in found if post.is_repost)
    assert len(posts(records, context=True)) >= counted[4], "the whole original of each repost"
    assert not any(re.search("&(amp|lt|gt);", re.sub(r"https?://\S+", "", post.text)) for post in found)
    missing = [problem.origin.member for problem in problems(records)]
    assert missing == (["data/js/tweet_index.js"] if "alomran" in name else []), "February 2012 is listed and absent"


def test_each_post_of_a_grailbird_says_what_the_file_says(corpora: Path) -> None:
    folder = corpora / "grailbird-bizweekgraphics-folder"
    found = {(post.origin.member, post.origin.position): post for post in posts(read(folder))}
    for month in sorted((folder / "data/js/tweets").glob("*.js")):
        for position, raw in enumerate(json.loads(month.read_text(encoding="utf-8").partition("=")[2]), 1):
            post = found.pop((f"data/js/tweets/{month.name}", position))
            assert (post.id, post.reply_to) == (raw["id_str"], raw.get("in_reply_to_status_id_str"))
            assert post.time is not None and moment(post.time) == raw["created_at"][:19]
            original = raw.get("retweeted_status", raw)
            assert words(post.text) == words(plain(resolved(original)))  # one post is a flood of marks
    assert not found


def pages(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file that are JSON objects, by the standard library alone."""
    for text in path.read_bytes().split(b"\n"):
        try:
            page = json.loads(text)
        except ValueError:
            continue
        if isinstance(page, dict):
            yield page


def asked_for(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The posts of a line that were collected."""
    data = page.get("data", page)
    return [item for item in (data if isinstance(data, list) else [data]) if "text" in item]


def test_every_file_of_twarc2(corpora: Path) -> None:
    """INDEX.md counts 2,205 posts: the 1,509 collected, the 644 included with them, and 52 that users have pinned in
    users.jsonl, which holds no posts that anybody collected and is passed over like counts and lists."""
    rows = included = pinned = reposts = 0
    ids: set[str] = set()
    people: set[str] = set()
    not_posts = {"counts", "empty", "lists", "users", "users_compliance"}
    for path in sorted((corpora / "twarc2-csv-testdata/test-data").glob("*.json*")):
        includes = [tweet for page in pages(path) for tweet in page.get("includes", {}).get("tweets", [])]
        ids.update(tweet["id"] for tweet in includes)
        people.update(tweet["author_id"] for tweet in includes)
        reposts += sum(ref["type"] == "retweeted" for tweet in includes for ref in tweet.get("referenced_tweets", []))
        if path.stem in not_posts:
            assert registry.recognise(path) is None, path.name
            pinned += len(includes)
            continue
        assert registry.recognise(path) == "twitter-v2", path.name
        records = read(path)
        raws = [tweet for page in pages(path) for tweet in asked_for(page)]
        found = posts(records)
        assert [post.id for post in found] == [raw["id"] for raw in raws], path.name
        for post, raw in zip(found, raws, strict=True):
            compared_v2(post, raw)
        around = {post.id for post in posts(records, context=True) if post.text_status != "absent"}
        assert around >= {tweet["id"] for tweet in includes} - {post.id for post in found}, path.name
        assert len(deletions(records)) == (2 if path.stem == "tweets_compliance" else 0)
        broken = [problem.origin.position for problem in problems(records)]
        assert broken == ([8] if path.stem == "streaming_output_with_error" else []), path.name
        rows, included, reposts = rows + len(found), included + len(includes), reposts + sum(p.is_repost for p in found)
        ids.update(post.id for post in found)
        people.update(post.author or "" for post in found)
    assert (rows, included, pinned) == (1509, 644, 52) and rows + included + pinned == 2205
    assert (len(ids), reposts) == (1614, 869)


def compared_v2(post: Post, raw: dict[str, Any]) -> None:
    """The facts of a v2 tweet."""
    kinds = {reference["type"]: reference["id"] for reference in raw.get("referenced_tweets", [])}
    assert post.reply_to == kinds.get("replied_to") and post.repost == kinds.get("retweeted")
    assert post.quote == kinds.get("quoted") and post.is_repost == ("retweeted" in kinds)
    assert post.conversation == raw.get("conversation_id") and post.author == raw["author_id"]
    if "created_at" in raw:
        assert post.time is not None and moment(post.time) == raw["created_at"][:19].replace("T", " ")
    if not post.is_repost:
        text = raw["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for url in raw.get("entities", {}).get("urls", []):
            own = "media_key" in url or re.search(rf"/status/{raw['id']}/(photo|video)/", url.get("expanded_url", ""))
            text = text.replace(url["url"], "" if own else url.get("expanded_url", url["url"]))
        assert words(post.text) == words(text), raw["id"]


def test_what_the_platform_would_not_give_is_a_tombstone(corpora: Path) -> None:
    path = corpora / "twarc2-csv-testdata/test-data/entities_test.jsonl"
    (page,) = pages(path)
    errors = [error for error in page["errors"] if error["resource_type"] == "tweet"]
    absent = {post.id: post for post in posts(read(path), context=True) if post.text_status == "absent"}
    assert absent.keys() == {error["resource_id"] for error in errors} and absent
    for error in errors:
        assert (absent[error["resource_id"]].deleted is not None) == (error["title"] == "Not Found Error")


def test_snscrape(corpora: Path) -> None:
    gathered = registry.gather([corpora / "snscrape-public-figures-a"])
    assert {found.format for found in gathered.found} == {"snscrape"} and len(gathered.found) == 7
    assert sorted(gathered.unknown) == [
        f"snscrape-public-figures-a/{name}" for name in ("README", "finkd_tweets_2022.json")
    ]
    found = [post for export in gathered.found for post in posts(read(export.path))]
    assert figures(found) == (2009, 457, 343, 9, 0, "2022-01-01 04:31:08", "2022-11-30 18:01:45")
    assert len({post.handle for post in found}) == 7
    raws = [raw for export in gathered.found for raw in pages(export.path)]
    for post, raw in zip(found, raws, strict=True):
        assert (post.id, post.conversation) == (str(raw["id"]), str(raw["conversationId"]))
        assert post.reply_to == (str(raw["inReplyToTweetId"]) if raw["inReplyToTweetId"] else None)
        assert (post.reply_author.handle if post.reply_author else None) == (raw["inReplyToUser"] or {}).get("username")
        assert post.quote == (str(raw["quotedTweet"]["id"]) if raw["quotedTweet"] else None)
        assert post.time is not None and moment(post.time) == raw["date"][:19].replace("T", " ")
        assert "&amp;" not in post.text and not set(raw["tcooutlinks"] or ()) & set(post.text.split())
        assert len(post.media) == len(raw["media"] or ()) and (not post.media or "t.co/" not in post.text[-24:])
        assert (post.likes, post.reposts, post.replies) == (raw["likeCount"], raw["retweetCount"], raw["replyCount"])
    context = [post for export in gathered.found for post in posts(read(export.path), context=True)]
    assert len(context) >= sum(raw["quotedTweet"] is not None for raw in raws) == 312


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
