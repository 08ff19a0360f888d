"""Exports damaged at random: whatever is done to the bytes, the reader ends, tells its problems, and yields clean text.

A short run with fixed seeds; `REJOINDER_FUZZ=SECONDS` runs it for that long, on the real exports too where they are.
"""

from __future__ import annotations

import json
import os
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from rejoinder.errors import FormatError
from rejoinder.formats import registry
from rejoinder.records import Reading
from tests.formats.damage import battered, restructured, trimmed
from tests.formats.making import lines, posts, tweet
from tests.formats.test_prose import reference
from tests.formats.test_twitter_others import PEOPLE, row, scraped, v2

SECONDS = float(os.environ.get("REJOINDER_FUZZ", "0"))


def seeds() -> dict[str, tuple[str, bytes]]:
    """For each format a small whole export: file name and bytes."""
    tweets = [tweet(n, f"a &amp; b {n}", retweeted_status=tweet(n + 99) if n % 5 == 0 else None) for n in range(40)]
    page = {
        "data": [v2(n) for n in range(5)],
        "includes": {"users": PEOPLE, "tweets": [v2(9)]},
        "errors": [{"title": "x"}],
    }
    native = [{"type": "post", "id": str(n), "platform": "x", "text": "harbour", "time": n} for n in range(40)]
    archived = "window.YTD.tweets.part0 = " + json.dumps([{"tweet": found} for found in tweets], indent=1)
    months = "Grailbird.data.tweets_2014_01 = \n " + json.dumps(
        [row(str(n), "2014-01-02 03:04:05 +0000") for n in range(1, 40)]
    )
    return {
        "twitter-v1": ("stream.jsonl", lines(tweets)),
        "x-archive": ("tweets.js", archived.encode()),
        "grailbird": ("2014_01.js", months.encode()),
        "twitter-v2": ("pages.jsonl", lines([page] * 8)),
        "snscrape": ("scraped.jsonl", lines([scraped(n, quotedTweet=scraped(n + 50)) for n in range(40)])),
        "native": ("own.jsonl", lines(native)),
    }


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """The bytes spoilt as bytes, or as the values they stand for."""
    return restructured(data, chance) if chance.random() < 0.5 else battered(data, chance)


def texts(value: object) -> Iterator[str]:
    """Every text in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def judge(path: Path, name: str) -> list[Reading]:
    """Read a damaged export in one share and in two; only FormatError may be raised, and both must say the same."""
    start = time.process_time()
    registry.recognise(path)
    records = list(registry.open_share(path, name, 0, 1))
    assert [
        wrong for record in records for text in texts(msgspec.to_builtins(record)) for wrong in reference(text)
    ] == []
    shared = [record for index in range(2) for record in registry.open_share(path, name, index, 2)]
    assert sorted(map(repr, shared)) == sorted(map(repr, records))
    for post in posts(records)[:1]:
        assert registry.raw(path, name, post.origin.member, post.origin.position)
    assert time.process_time() - start < 10
    return records


@pytest.mark.parametrize("name", sorted(seeds()))
def test_a_damaged_export_never_harms_the_reader(tmp_path: Path, name: str) -> None:
    file, data = seeds()[name]
    path = tmp_path / file
    path.write_bytes(data)
    assert registry.recognise(path) == name and len(posts(judge(path, name))) >= 39
    chance = random.Random(name)
    end = time.monotonic() + SECONDS
    runs = survived = 0
    while runs < 60 or time.monotonic() < end:
        path.write_bytes(spoilt(data, chance))
        runs += 1
        try:
            survived += bool(posts(judge(path, name)))
        except FormatError:
            continue
    assert survived > runs // 2, "most damage leaves most posts"


@pytest.mark.skipif(SECONDS == 0, reason="only with REJOINDER_FUZZ=SECONDS")
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("x-archive", "twitter-archive-2024-alrocar/data/tweets.js"),
        ("x-archive", "twitter-archive-2021-rtimla/data/tweet.js"),
        ("x-archive", "twitter-archive-2022-andreruffert-zip/twitter-2022-11-03-andreruffert.zip"),
        ("twitter-v1", "rumoureval2017-train/rumoureval2017-train.jsonl.gz"),
        ("grailbird", "grailbird-hotoo/tweets-hotoo.zip"),
        ("twitter-v2", "twarc2-csv-testdata/test-data/geo_tweets.jsonl"),
        ("twitter-v2", "twarc2-csv-testdata/test-data/quoted_edit.jsonl"),
        ("snscrape", "snscrape-public-figures-a/MedvedevRussia_tweets_2022.json"),
    ],
)
def test_a_damaged_real_export_never_harms_the_reader(corpora: Path, tmp_path: Path, name: str, file: str) -> None:
    whole = (corpora / file).read_bytes()
    few = trimmed(whole)
    path = tmp_path / Path(file).name
    chance = random.Random(f"{file} {SECONDS}")
    end = time.monotonic() + SECONDS
    runs = refused = records = slowest = 0
    while time.monotonic() < end:
        path.write_bytes(spoilt(whole if chance.random() < 0.01 else few, chance))
        runs += 1
        begun = time.process_time()
        try:
            records += len(judge(path, name))
        except FormatError:
            refused += 1
        slowest = max(slowest, round(1000 * (time.process_time() - begun)))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name} {file}: {runs} damaged copies, {refused} refused, {records} records, "
          f"slowest {slowest} ms, at most {most} MB")  # fmt: skip
    assert most < 1500
