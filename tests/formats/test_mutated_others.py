"""The exports of the other platforms damaged at random, as test_mutated.py does with those of X.

`REJOINDER_FUZZ=SECONDS` runs each for that long, on real exports in turn with the made-up one where they are.
"""

from __future__ import annotations

import json
import os
import random
import resource
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from rejoinder.errors import FormatError
from rejoinder.formats import registry
from tests.formats import test_bluesky as bluesky
from tests.formats import test_forums as forums
from tests.formats import test_mastodon as mastodon
from tests.formats import test_mbox as mail
from tests.formats import test_reddit as reddit
from tests.formats.damage import battered, changed, restructured
from tests.formats.making import lines, posts
from tests.formats.test_mutated import SECONDS, judge

REAL = {
    "mastodon": "mastodon-archive-philhawksworth/outbox.json",
    "mastodon-api": "mastodon-api-statuses/statuses.json",
    "reddit": "reddit-pushshift-2024-sample/test_comments.json",
    "hackernews": "hackernews-comments-sample/hn-comments-1000-sample.jsonl",
    "convokit": "convokit-subreddit-cornell-subset/utterances.jsonl",
    "mbox": "mbox-r-lists-a/r-announce-pipermail.zip",
    "bluesky-car": "bluesky-repo-car/little.car",
    "bluesky-api": "bluesky-appview-json/thread_view_post_with_embed_media.json",
    "jetstream": "bluesky-jetstream-sample/jetstream.jsonl",
    "table": "trump-tweets-csv/trump_tweets.csv",
}
"""An export of each, to be damaged too in a long run; of long ones the beginning."""
PIECES = {
    "mastodon": [b"<p>", b"</a>", b"&#0;", b'"to":[]', b'"type":"Delete"', b"https://x.example/users/\x10/statuses/1"],
    "mbox": [b"\nFrom a Tue Oct  1 14:50:29 2013\n", b"\n\n", b"=?utf-8?q?", b"?=", b"References: <a> <b>\n", b"\xc3"],
    "reddit": [b'"kind":"more"', b'"replies":{}', b'"t1_', b"u/", b'"body":"[deleted]"'],
}
PIECES["mbox"] += [b"Content-Type: multipart/mixed; boundary=x\n", b"\n--x\n", b"Content-Transfer-Encoding: base64\n"]
PIECES["bluesky-car"] = [
    b"\xa1",
    b"\x9f",
    b"\xd8\x2a",
    b"\xff" * 9,
    b"\x80\x80\x80\x80\x10",
    b"\x01\x71\x12\x20",
    b"\x00",
    b"eroots",
]
PIECES["jetstream"] = [
    b'"operation":"delete"',
    b'"byteStart":-1',
    b'"facets":[{}]',
    b'"embed":{}',
    b'"time_us":0',
    b"at://",
]
PIECES["bluesky-api"] = [*PIECES["jetstream"], b'"notFound":true', b'"thread":{}', b'"reply":{"parent":{}}', b'"by":{}']
PIECES["table"] = [b'"', b"\r", b",,,,", b"\n\n", b"1.2E+18", b"NA", b"\x81", b"1/2/2017 3:04", b"\0", b"'", b"RT @"]
PIECES["mastodon-api"] = PIECES["hackernews"] = PIECES["convokit"] = PIECES["mastodon"]


def seeds() -> dict[str, tuple[str, bytes]]:
    """For each format a small whole export: file name and bytes."""
    tag = {"type": "Mention", "href": "https://pond.example/users/gull", "name": "@gull@pond.example"}
    notes = [mastodon.note(n, f"<p>a <b>b</b> {n}</p>", tag=[tag], inReplyTo=mastodon.ME) for n in range(40)]
    statuses = [mastodon.status(n, in_reply_to_id=str(n - 1), reblog=mastodon.status(99)) for n in range(40)]
    items = [forums.item(n, parent=n - 1, text="a <p> b <a href='x'>x...</a> &#x27;") for n in range(1, 41)]
    utterances = [
        {"id": f"u{n}", "speaker": "mira", "conversation_id": "u0", "reply-to": f"u{n - 1}", "text": "x", "meta": {}}
        for n in range(40)
    ]
    letters = [mail.letter(n, "> said\nFrom here\n" * 3, References=f"<m{n - 1}@town.example>") for n in range(40)]
    views = [bluesky.view(n, embed={"record": {"uri": bluesky.at(bluesky.MIRA, "q"), "value": {}}}) for n in range(40)]
    facets = [
        {"index": {"byteStart": 0, "byteEnd": 7}, "features": [{"did": "did:plc:x"}, {"uri": "https://a.example"}]}
    ]
    events = [bluesky.event(n, record=bluesky.record("a.exam… é", facets=facets)) for n in range(40)]
    header = "Datetime,Tweet Id,Text,Username\n"
    rows = "".join(f'2022-10-01 01:02:03,{n},"a ""quiet""\n&amp; harbour, {n}",mira\n' for n in range(40))
    return {
        "bluesky-car": ("mira.car", b"".join(bluesky.repository(bluesky.town(42)))),
        "bluesky-api": ("posts.jsonl", lines(views)),
        "jetstream": ("events.jsonl", lines(events)),
        "table": ("tweets.csv", (header + rows).encode()),
        "mastodon": ("outbox.json", mastodon.outbox(notes)),
        "mastodon-api": ("statuses.json", json.dumps(statuses).encode()),
        "reddit": ("RC_2011-12", lines([reddit.comment(n, f"u/gull &gt; {n}") for n in range(40)])),
        "hackernews": ("items.jsonl", lines(items)),
        "convokit": ("utterances.jsonl", lines(utterances)),
        "mbox": ("list.mbox", b"".join(letters)),
    }


def damaged(name: str, data: bytes, chance: random.Random) -> bytes:
    """Damage of bytes or of values, and now and then a word of the format in the wrong place."""
    if chance.random() < 0.5:
        return _values(name, data, chance)
    found = bytearray(battered(data, chance))
    for _ in range(chance.choice((0, 0, 1, 3))):
        at = chance.randrange(len(found) + 1)
        found[at : at + chance.choice((0, 0, 6))] = chance.choice(PIECES[name])
    return bytes(found)


def _values(name: str, data: bytes, chance: random.Random) -> bytes:
    """Whole as a file, but with values in it that should not be there; of tables and letters, lines are exchanged."""
    if name == "bluesky-car":
        try:
            records = changed(bluesky.town(30), chance)
            whole = {str(key): value for key, value in records.items()} if isinstance(records, dict) else {}
            return b"".join(bluesky.repository(whole))
        except (ValueError, OverflowError, RecursionError):  # numbers and halves of characters that CBOR has not
            return battered(data, chance)
    if name not in ("table", "mbox"):
        return restructured(data, chance)
    rows = data.split(b"\n")
    for _ in range(chance.choice((1, 2, 9))):
        at, other = chance.randrange(len(rows)), chance.randrange(len(rows))
        rows[at] = chance.choice((rows[other], b"", rows[at] + rows[other], rows[at] * 3, chance.choice(PIECES[name])))
    return b"\n".join(rows)


def run(path: Path, name: str, data: Callable[[], bytes], seconds: float, least: int) -> tuple[int, int]:
    """Read damaged exports for so long; how many, and how many still gave posts. What it took is printed."""
    end = time.monotonic() + seconds
    runs = survived = 0
    slowest = 0.0
    while runs < least or time.monotonic() < end:
        path.write_bytes(data())
        runs += 1
        begun = time.process_time()
        try:
            survived += bool(posts(judge(path, name)))
        except FormatError:
            continue
        finally:
            slowest = max(slowest, time.process_time() - begun)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n{name} {path.name}: {runs} damaged exports, {survived} still gave posts, "
          f"slowest {1000 * slowest:.0f} ms, at most {most} MB")  # fmt: skip
    assert most < 1500
    return runs, survived


@pytest.mark.parametrize("name", sorted(seeds()))
def test_a_damaged_export_never_harms_the_reader(tmp_path: Path, name: str) -> None:
    file, whole = seeds()[name]
    path = tmp_path / file
    path.write_bytes(whole)
    assert registry.recognise(path) == name and len(posts(judge(path, name))) >= 39
    chance = random.Random(zlib.crc32(name.encode()))
    runs, survived = run(path, name, lambda: damaged(name, whole, chance), SECONDS / 2, 40)
    assert survived > runs // (10 if name == "bluesky-car" else 2), "most damage leaves most posts"


@pytest.mark.skipif(SECONDS == 0, reason="only with REJOINDER_FUZZ=SECONDS")
@pytest.mark.parametrize("name", sorted(REAL))
def test_a_damaged_real_export_never_harms_the_reader(corpora: Path, tmp_path: Path, name: str) -> None:
    path = corpora / REAL[name]
    member = zipfile.Path(path).joinpath("r-announce/1997.txt") if path.suffix == ".zip" else path
    data = member.read_bytes()[: 1 << 17]
    chance = random.Random(os.urandom(8))
    path = tmp_path / member.name
    run(path, name, lambda: damaged(name, data, chance), SECONDS / 2, 10)
