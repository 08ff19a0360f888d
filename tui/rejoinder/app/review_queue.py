"""Queues made ready for the screen: their posts, the archive's keys of them, what is decided. No Textual in it."""

from __future__ import annotations

import random
import time
from array import array
from collections.abc import Sequence
from pathlib import Path

import msgspec

from rejoinder import __version__
from rejoinder.app.desk import Desk
from rejoinder.archive.conditions import Condition
from rejoinder.archive.fingerprint import fingerprint
from rejoinder.archive.protocol import Archive
from rejoinder.errors import ReviewError
from rejoinder.review import queues
from rejoinder.review.acts import PostName
from rejoinder.review.codebook import LATER
from rejoinder.review.custody import iso
from rejoinder.review.journal import Journal
from rejoinder.review.progress import Progress
from rejoinder.review.queues import Head, Order, Queue

_BATCH = 500


class Ready(msgspec.Struct):
    """A queue that can start at once."""

    queue: Queue
    keys: array[int]
    """The archive's key of each post, 0 where it is not here."""
    progress: Progress
    at: PostName | None
    """Where to begin, or to go on; None where all is decided."""
    is_new: bool


def renewed(desk: Desk, archive: Archive, paths: Sequence[Path]) -> list[Ready]:
    """The reviewer's queues that are not done, the one worked on last first."""
    found: list[tuple[int, Ready]] = []
    journal = _journal(desk)
    for path in paths:
        try:
            queue = queues.read(path)
        except ReviewError:
            continue
        ready = _ready(desk, archive, journal, queue, is_new=False)
        if ready.progress.done < len(queue):
            last = journal.last_in(queue.head.name) if journal is not None else 0
            found.append((last, ready))
    if journal is not None:
        journal.close()
    return [ready for _, ready in sorted(found, key=lambda each: -each[0])]


def made(desk: Desk, archive: Archive, condition: Condition, query: str, absolute: str, order: Order) -> Ready:
    """A queue of the posts that meet a condition, not written yet."""
    seed = int(time.time()) if order == "random" else None
    keys = archive.keys(condition)
    if order == "conversation":
        keys = by_conversation(archive, keys)
    names = list(archive.names_of(keys))
    if seed is not None:
        together = sorted(zip(names, keys, strict=True))
        random.Random(seed).shuffle(together)
        names, keys = [name for name, _ in together], array("q", [key for _, key in together])
    head = Head(
        name=desk.review.new_queue_name(query),
        query=query,
        absolute=absolute,
        order=order,
        reviewer=desk.reviewer,
        seed=seed,
        archive=Path(archive.path).stem,
        fingerprint=fingerprint(archive),
        codebook=desk.codebook.hash,
        made=iso(time.time_ns() // 1_000_000),
        tool=__version__,
    )
    journal = _journal(desk)
    ready = _ready(desk, archive, journal, Queue(head, tuple(names)), True, keys)
    if journal is not None:
        journal.close()
    return ready


def by_conversation(archive: Archive, keys: Sequence[int]) -> array[int]:
    """The posts of each conversation together, conversations by their first post here."""
    first: dict[int, int] = {}
    root_of: dict[int, int] = {}
    for at in range(0, len(keys), _BATCH):
        for entry in archive.posts(keys[at : at + _BATCH]):
            root_of[entry.key] = entry.conversation
            first.setdefault(entry.conversation, entry.key)
    return array("q", sorted(root_of, key=lambda key: (first[root_of[key]], key)))


def _ready(
    desk: Desk,
    archive: Archive,
    journal: Journal | None,
    queue: Queue,
    is_new: bool,
    keys: array[int] | None = None,
) -> Ready:
    verdict = desk.codebook.verdict.name
    decided = journal.decided(verdict) if journal is not None else {}
    put_off = set(journal.decided(LATER)) if journal is not None else set()
    progress = Progress(queue.posts, decided, put_off)
    name = queue.head.name
    place = journal.place(name) if journal is not None else None
    last = journal.last_decided(name) if journal is not None else None
    found = keys if keys is not None else archive.keys_of(queue.posts)
    return Ready(queue, found, progress, progress.resume(place, last), is_new)


def _journal(desk: Desk) -> Journal | None:
    """The reviewer's journal by a connection of its own: this runs beside the one that writes."""
    path = desk.review.journal_path(desk.reviewer)
    return Journal(path) if path.exists() else None
