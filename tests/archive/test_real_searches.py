"""Searches over real exports find what the oracle finds in the same posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from rejoinder.archive import conditions as c
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.archive.query import parse
from rejoinder.archive.tally import BY
from rejoinder.cli.importing import import_paths
from tests.oracle import Town, name

LINES = [
    *("the", '"of the"', "th*", "don't", "café", "👍", "-the", "police OR hostage", "(police -hostage) OR apple"),
    *("is:reply parent:missing", "is:root", "is:repost", "is:quote", "is:sensitive", "has:replies", "has:mention"),
    *("has:image", "has:video", "filter:links -is:reply", "likes:>100", "reposts:2..9", "replies:>=3"),
    *("since:-1y", "during:2014-12", "on:2015-01-07 -is:reply", "source:rumour", "platform:twitter", "lang:en"),
    *(r"/\bpolice\b/", "/host(age|ile)/ -hostage", r"/https?:\/\/[a-z.]+\/\S+$/", "/the police in/", "/👍|🎉/", "/^@/"),
    *("depth:>3", "parent:(police) -police", "parent:(from:alrocar has:link)", "hashtag:ferguson"),
    *("from:alrocar", "from:alrocar to:alrocar", "url:com", "url:github.com", "-(is:reply OR has:link)"),
]


@pytest.fixture(scope="module")
def threads(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("real") / "threads.rejoinder"
    import_paths(
        path,
        [
            corpora / "rumoureval2017-train" / "rumoureval2017-train.jsonl.gz",
            corpora / "rumoureval2017-train" / "rumoureval2017-train.json.bz2",
            corpora / "twitter-archive-2024-alrocar",
        ],
    )
    archive = open_archive(path)
    yield archive
    archive.close()


@pytest.fixture(scope="module")
def entries(threads: Archive) -> list[Entry]:
    return list(threads.page(c.Everything(), None, "newer", 100_000))


@pytest.fixture(scope="module")
def town(entries: list[Entry]) -> Town:
    return Town([msgspec.structs.replace(entry.post, origin=origin) for entry in entries for origin in entry.origins])


@pytest.mark.parametrize("line", LINES)
def test_a_search_finds_what_it_means_in_real_posts(threads: Archive, town: Town, line: str) -> None:
    compare(threads, town, line)


@pytest.mark.parametrize("line", ["hostage", "from:alrocar", "#ferguson", "has:image", "likes:>500", "/sydney.*siege/"])
def test_posts_around_real_hits_are_found(threads: Archive, entries: list[Entry], line: str) -> None:
    def keys(asked: str) -> list[int]:
        return [entry.key for entry in threads.page(parse(asked, now=0).condition, None, "newer", 100_000)]

    by_key = {entry.key: entry for entry in entries}
    hits = [by_key[key] for key in keys(line)]
    assert hits
    above: set[int] = set()
    for entry in hits:
        while (parent := entry.parent or 0) > 0 and parent not in above:
            above.add(parent)
            entry = by_key[parent]
    found = {entry.key for entry in hits}
    trees = {entry.conversation for entry in hits}
    assert keys(f"parent:({line})") == [entry.key for entry in entries if entry.parent in found]
    assert keys(f"child:({line})") == sorted({entry.parent for entry in hits if (entry.parent or 0) > 0})
    assert keys(f"above:({line})") == sorted(above)
    assert keys(f"conv:({line})") == [entry.key for entry in entries if entry.conversation in trees]
    near = {key + step for key in found for step in range(-c.PLACES, c.PLACES + 1)}
    assert keys(f"near:({line})") == sorted(near & by_key.keys())


def test_kin_and_depth_are_as_many_as_the_corpus_is_known_to_hold(threads: Archive) -> None:
    def count(line: str) -> int:
        return threads.count(parse(line, now=0).condition).n

    assert count("source:rumour parent:(source:rumour)") == 3966
    assert count("source:rumour depth:24") > 0 and count("source:rumour depth:>24") == 0, "a chain of 25 posts"
    assert count("source:rumour depth:0") == 4238 - 3966


def test_real_posts_are_tallied_as_plain_python_counts(threads: Archive, town: Town) -> None:
    for by in BY:
        if by != "account":
            for asked in (c.Everything(), parse("police", now=0).condition):
                rows = {row.label: row.n for row in threads.tally(asked, by) if row.n}
                assert rows == town.tally(asked, by), by


def test_the_names_that_real_posts_hold_most_are_found(threads: Archive, town: Town, entries: list[Entry]) -> None:
    tags = Counter(tag for entry in entries for tag in entry.post.tags).most_common(5)
    handles = Counter(mention.handle for entry in entries for mention in entry.post.mentions).most_common(5)
    for tag, _ in tags:
        compare(threads, town, f"#{tag}")
    for handle, _ in handles:
        for operator in ("from:", "to:", "mentions:", "@"):
            compare(threads, town, f"{operator}{handle}")
    for entry in entries[:: len(entries) // 7]:
        compare(threads, town, f"conversation:{entry.post.id}")
        compare(threads, town, f"id:{entry.post.id},{entry.post.platform}:{entry.post.reply_to}")


def compare(archive: Archive, town: Town, line: str) -> None:
    last = archive.figures().last
    assert last is not None
    condition = parse(line, now=last).condition
    wanted = town.meeting(condition)
    found = archive.page(condition, None, "newer", 100_000)
    assert {name(entry.post) for entry in found} == wanted, line
    assert archive.count(condition).n == len(found) == len(wanted)
