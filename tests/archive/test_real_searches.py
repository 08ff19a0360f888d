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
from rejoinder.cli.importing import import_paths
from tests.oracle import Town, name

LINES = [
    *("the", '"of the"', "th*", "don't", "café", "👍", "-the", "police OR hostage", "(police -hostage) OR apple"),
    *("is:reply parent:missing", "is:root", "is:repost", "is:quote", "is:sensitive", "has:replies", "has:mention"),
    *("has:image", "has:video", "filter:links -is:reply", "likes:>100", "reposts:2..9", "replies:>=3"),
    *("since:-1y", "during:2014-12", "on:2015-01-07 -is:reply", "source:rumour", "platform:twitter", "lang:en"),
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
