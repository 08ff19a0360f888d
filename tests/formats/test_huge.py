"""One record of a size that no platform writes, in each way that records are cut: it costs itself, in bounded memory.

`REJOINDER_HUGE=1024` makes it so many MB; without, a little more than the longest record that is read.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.formats import test_bluesky as bluesky
from tests.formats import test_mastodon as mastodon
from tests.formats import test_mbox as mail
from tests.formats import test_reddit as reddit
from tests.formats.making import lines, tweet

MB = 1 << 20
SIZE = int(os.environ.get("REJOINDER_HUGE", "80"))
MOST = 400
"""MB that the reading process may have resident, and 300 more that it may ask the system for."""
_READ = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]) << 20,) * 2)
from rejoinder.formats import registry
from rejoinder.records import Post, Problem
records = list(registry.open_share(sys.argv[1], sys.argv[2], 0, 1))
posts = sum(isinstance(each, Post) for each in records)
told = [each.reason for each in records if isinstance(each, Problem)]
status = open("/proc/self/status").read()  # ru_maxrss would count what the process that started this one had
print(json.dumps([posts, told, int(status.split("VmHWM:")[1].split()[0]) >> 10]))
"""


def _around(before: bytes, after: bytes) -> Callable[[Path], None]:
    """Writes a file with a hole of SIZE MB between two pieces: NUL bytes to whoever reads it, no room on the disk."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(before)
            file.seek(SIZE * MB, os.SEEK_CUR)
            file.write(after)
            file.truncate()

    return write


def _many(before: bytes, middle: bytes, after: bytes) -> Callable[[Path], None]:
    """Writes SIZE MB of the same words between two pieces."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(before)
            for _ in range(SIZE):
                file.write(middle * (MB // len(middle)))
            file.write(after)

    return write


def _split(value: object) -> tuple[bytes, bytes]:
    """JSON on both sides of the word HERE."""
    before, after = json.dumps(value).encode().split(b"HERE")
    return before, after


def _cases() -> dict[str, tuple[str, str, Callable[[Path], None], int]]:
    """By what is huge: format, file name, how it is written, and how many posts are read all the same."""
    first, last = lines([reddit.comment(1)]), lines([reddit.comment(2)])
    event = lines([bluesky.event(0)])
    outbox = mastodon.outbox([mastodon.note(1), mastodon.note(2, "HERE"), mastodon.note(3)]).split(b"HERE")
    letters = mail.letter(1), mail.letter(2), mail.letter(3)
    rows = b"Datetime,Tweet Id,Text,Username\n2022-10-01 01:02:03,1,tide,mira\n2022-10-01 01:02:03,2,"
    long = b"Datetime,Tweet Id,Text,Username\n" + b"2022-10-01 01:02:03,1,tide,mira\n" * 40 + b"2022-10-01 01:02:03,2,"
    row = b",mira\n2022-10-01 01:02:04,3,tide,mira\n"
    repository = b"".join(bluesky.repository(bluesky.town()))
    statuses = _split([mastodon.status(1), mastodon.status(2, content="HERE"), mastodon.status(3)])
    tweets = _split([{"tweet": tweet(1)}, {"tweet": tweet(2, "HERE")}, {"tweet": tweet(3)}])
    return {
        "a line": ("reddit", "RC_2011-12", _around(first + b'{"body": "', b'"}\n' + last), 2),
        "an event": ("jetstream", "events.jsonl", _around(event + b'{"did": "', b'"}\n' + event), 2),
        "the last line": ("reddit", "RC_2011-12", _around(first, b""), 1),
        "an element": ("mastodon-api", "statuses.json", _many(statuses[0], b"a quiet harbour ", statuses[1]), 2),
        "an element of NULs": ("mastodon-api", "statuses.json", _around(*statuses), 2),
        "a note": ("mastodon", "outbox.json", _many(outbox[0], b"a quiet harbour ", outbox[1]), 2),
        "a tweet": ("x-archive", "tweets.js", _many(b"window.YTD.tweets.part0 = " + tweets[0], b"tide ", tweets[1]), 2),
        "a letter": ("mbox", "list.mbox", _many(b"".join(letters[:2]), b"> and so on\n", letters[2]), 2),
        "a line of a letter": ("mbox", "list.mbox", _around(b"".join(letters[:2]), b"\n\n" + letters[2]), 2),
        "a cell": ("table", "tweets.csv", _many(rows, b"tide ", row), 2),
        "a cell in quotes": ("table", "tweets.csv", _many(rows + b'"', b"a tide, ", b'"' + row), 2),
        "a cell of NULs": ("table", "tweets.csv", _around(long, row), 41),
        "a row": ("table", "tweets.csv", _many(rows, b"a,", row), 2),
        "a block": ("bluesky-car", "mira.car", _around(repository + bluesky.varint(SIZE * MB), b""), 21),
    }


@pytest.mark.parametrize("what", _cases())
def test_a_huge_record_costs_itself_alone(tmp_path: Path, what: str) -> None:
    format, file, write, least = _cases()[what]
    path = tmp_path / file
    write(path)
    command = [sys.executable, "-c", _READ, str(path), format, str(MOST + 300)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-500:]
    found, told, memory = json.loads(done.stdout)
    print(f"\n{what} of {SIZE} MB: {found} posts, {told}, {memory} MB")
    assert found >= least and told and len(told) <= 2
    assert memory < MOST
    path.unlink()
