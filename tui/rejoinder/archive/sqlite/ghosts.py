"""Posts that are not here and that replies are known of: what those tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rejoinder.archive.body import kept
from rejoinder.archive.sqlite.loading import Reader, Rows
from rejoinder.archive.sqlite.order import snowflake_times
from rejoinder.archive.sqlite.register import Register
from rejoinder.archive.sqlite.shelf import Ints
from rejoinder.archive.staged import UNKNOWN
from rejoinder.id_times import id_time


class Ghosts(NamedTuple):
    """Columns by ghost number - 1."""

    platform: Ints
    """Positions of platforms."""
    half: Ints
    id: Ints
    byline: Ints
    """Of the account that the earliest reply which names one addresses; 0 is nobody."""
    time: Ints
    replies: Ints
    child: Ints
    """The row of its earliest reply."""


def ghosts(rows: Rows, order: Ints, parent: Ints, replies: Ints, platforms: list[str], platform_of: Ints) -> Ghosts:
    """What is known of each missing parent; `parent` by post number - 1, `replies` by ghost number - 1."""
    answering = np.flatnonzero(parent < 0)[::-1]
    ghost = -parent[answering] - 1
    byline, child = np.zeros(len(replies), np.int32), np.zeros(len(replies), np.int32)
    addressee = rows.shelf.at("addressee", order[answering])
    byline[ghost[addressee > 0]] = addressee[addressee > 0]
    child[ghost] = order[answering]
    platform, half = platform_of[rows.shelf.at("manner", child)], rows.halves(child, "parent_half")
    id = rows.shelf.at("parent", child)
    twitter = platform == (platforms.index("twitter") if "twitter" in platforms else -1)
    return Ghosts(platform, half, id, byline, snowflake_times(twitter, half, id), replies, child)


def table(ghosts: Ghosts, platforms: list[str], rows: Rows, register: Register) -> Iterator[tuple[object, ...]]:
    """(number, platform, id, byline, time or None, replies) of each. An id that is no number is read again."""
    reader = Reader(rows, register)
    columns = (ghosts.platform, ghosts.half, ghosts.id, ghosts.byline, ghosts.time, ghosts.replies, ghosts.child)
    for number, row in enumerate(zip(*(column.tolist() for column in columns), strict=True), 1):
        at, half, id, byline, time, replies, child = row
        platform, told = platforms[at], None if time == UNKNOWN else time
        if half:
            text = str(reader.body(child).reply_to)
            id, told = kept(text), id_time(platform, text)
        yield number, platform, id, byline, told, replies
    reader.close()
