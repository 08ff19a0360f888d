"""Frozen queues: the posts that are to be reviewed, in their order, as a file that says how it was made."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from rejoinder.errors import ReviewError, UsageError
from rejoinder.folders import private_file
from rejoinder.review.acts import PostName

SUFFIX = ".queue"
VERSION = 1
Order = Literal["time", "conversation", "random"]


class Head(msgspec.Struct, frozen=True):
    """The first line of a queue's file: how it was made, so that it can be made again."""

    name: str
    query: str = ""
    """As it was typed; empty is every post."""
    absolute: str = ""
    """The same with its relative dates resolved."""
    order: Order = "time"
    reviewer: str = ""
    """Whose queue it is; empty: of whoever began it."""
    blind: bool = False
    """The codes of others are not shown as long as this queue is not done."""
    adjudicates: str = ""
    """The variable on which the reviewers disagreed, where this queue is to settle that."""
    seed: int | None = None
    overlap: int = 0
    """Posts that the other queues of the same assignment hold too."""
    archive: str = ""
    """The archive's name."""
    fingerprint: str = ""
    """The archive's, see archive/fingerprint.py."""
    codebook: str = ""
    """Hash of the codebook."""
    made: str = ""
    """ISO 8601, UTC."""
    tool: str = ""
    type: str = "queue"
    version: int = VERSION


class Queue(msgspec.Struct, frozen=True):
    """A queue as it lies in its file."""

    head: Head
    posts: tuple[PostName, ...]

    def __len__(self) -> int:
        return len(self.posts)


def read(path: Path) -> Queue:
    """A queue's file. Raises ReviewError for one that can't be read, is none, or is of a newer version."""
    lines = _lines(path)
    head = _head(path, lines[0] if lines else b"")
    return Queue(head, tuple(line.decode("utf-8", "replace") for line in lines[1:] if line))


def read_head(path: Path) -> Head:
    """How a queue was made, without its posts."""
    try:
        with path.open("rb") as file:
            return _head(path, file.readline(1 << 20))
    except OSError as error:
        raise ReviewError(f"{path} can't be read: {error.strerror}.", "Check your rights.") from None


def write(path: Path, queue: Queue) -> None:
    """Freeze a queue: the file is whole and durable, or it is not there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    lines = [msgspec.json.encode(queue.head), *(post.encode() for post in queue.posts)]
    try:
        with private_file(draft).open("wb") as file:
            file.write(b"\n".join(lines) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ReviewError(f"{path} can't be written: {error.strerror}.", "Make room, or check your rights.") from None


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")
    except OSError as error:
        raise ReviewError(f"{path} can't be read: {error.strerror}.", "Check your rights.") from None


def _head(path: Path, line: bytes) -> Head:
    try:
        head = msgspec.json.decode(line, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ReviewError(f"{path} is no queue.", "Assign it anew: rejoinder review assign") from None
    if head.version > VERSION or head.type != "queue":
        raise ReviewError(f"{path} was written by a newer Rejoinder.", "Install the newer Rejoinder to work on it.")
    return head


def sample(posts: Sequence[PostName], n: int | None, seed: int) -> list[PostName]:
    """`n` of the posts by lot, in their order; the same for one seed, whatever archive file they came from."""
    if n is None or n >= len(posts):
        return list(posts)
    chosen = set(random.Random(seed).sample(sorted(posts), n))
    return [post for post in posts if post in chosen]


def shared_out(
    posts: Sequence[PostName], reviewers: Sequence[str], overlap: int, seed: int
) -> dict[str, list[PostName]]:
    """The posts of each reviewer, in their order: `overlap` of them for everybody, the rest shared out evenly by lot.

    Raises UsageError where there are fewer posts than the overlap, or a name stands twice.
    """
    if len(set(reviewers)) < len(reviewers):
        raise UsageError("A reviewer is named twice.", "Each name stands once: --to ada,ben")
    if overlap > len(posts):
        raise UsageError(f"{overlap:,} posts can't overlap: there are {len(posts):,}.", "Ask for fewer.")
    lot = sorted(posts)
    random.Random(seed).shuffle(lot)
    common, rest = set(lot[:overlap]), lot[overlap:]
    whose = {post: reviewers[at % len(reviewers)] for at, post in enumerate(rest)}
    return {name: [post for post in posts if post in common or whose.get(post) == name] for name in reviewers}


def shuffled(posts: Sequence[PostName], seed: int) -> list[PostName]:
    """The posts in an order by lot."""
    mixed = sorted(posts)
    random.Random(seed).shuffle(mixed)
    return mixed
