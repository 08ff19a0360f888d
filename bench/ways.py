"""The ways people read these files today, each a process of its own: `python ways.py WAY PATH` prints a count."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def pushshift(path: str) -> int:
    """The way of the PushshiftDumps scripts: unpacked in chunks, cut at line ends, each line by `json`."""
    import zstandard

    found, held = 0, ""
    with open(path, "rb") as file:
        reader = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(file)
        pending = b""
        while chunk := reader.read(2**24):
            pending += chunk
            try:
                shown, pending = pending.decode(), b""
            except UnicodeDecodeError:
                continue
            *lines, held = (held + shown).split("\n")
            for line in lines:
                told = json.loads(line)
                found += bool(told["author"] and told["body"] and int(told["created_utc"]))
    return found


def jetstream(path: str) -> int:
    """Line by line with `json`, as the examples that go with Jetstream do."""
    found = 0
    with open(path, "rb") as file:
        for line in file:
            commit = json.loads(line).get("commit") or {}
            found += commit.get("collection") == "app.bsky.feed.post" and commit["operation"] == "create"
    return found


def car(path: str) -> int:
    """The CAR reader of atproto, the SDK."""
    from atproto_core.car import CAR

    read = CAR.from_bytes(Path(path).read_bytes())
    return sum(isinstance(each, dict) and each.get("$type") == "app.bsky.feed.post" for each in read.blocks.values())


def mbox(path: str) -> int:
    """Python's mailbox: headers, and the text of what has one part."""
    import mailbox

    found = 0
    for message in mailbox.mbox(path):
        told = message["From"], message["Date"], message["Subject"], message["Message-ID"], message["In-Reply-To"]
        found += bool(told and (message.is_multipart() or message.get_payload(decode=True) is not None))
    return found


def convokit(path: str) -> int:
    """ConvoKit's own loader."""
    from convokit import Corpus

    return sum(1 for _ in Corpus(filename=path).iter_utterances())


if __name__ == "__main__":
    print(
        {"pushshift": pushshift, "jetstream": jetstream, "car": car, "mbox": mbox, "convokit": convokit}[sys.argv[1]](
            sys.argv[2]
        )
    )
