"""Rows that are one post become one: what was read several times, or is to be kept otherwise than it was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from rejoinder.archive.body import Member
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.sqlite.departed import ALWAYS
from rejoinder.archive.sqlite.fold import Telling, fold
from rejoinder.archive.sqlite.loading import Reader, Rows
from rejoinder.archive.sqlite.order import identities, numbered
from rejoinder.archive.sqlite.register import Register
from rejoinder.archive.sqlite.shelf import Ints, Mask, stretches
from rejoinder.archive.stage import Stage
from rejoinder.archive.staged import IS_CONTEXT, IS_DELETED, IS_NOTICE, IS_OLD, REPOST
from rejoinder.records import Post


class Tallied(msgspec.Struct):
    """What came of one source's posts."""

    posts: int = 0
    context: int = 0
    duplicates: int = 0
    deletions: int = 0


def tally(rows: Rows, members: Sequence[Member]) -> dict[int, Tallied]:
    """Every new row counted as a post (or context post) of its source; folding takes back what was double."""
    source_of = np.array([member.source for member in members] or [0], np.int32)
    counts = np.zeros((4, int(source_of.max(initial=0)) + 1), np.int64)
    for low, high in stretches(rows.count):
        flags, source = rows.flags[low:high], source_of[rows.shelf.get("member", low, high)]
        new, context, notice = flags & IS_OLD == 0, flags & IS_CONTEXT != 0, flags & IS_NOTICE != 0
        for row, mask in enumerate((new, new & ~context, new & context & ~notice, new & notice)):
            counts[row] += np.bincount(source[mask], minlength=counts.shape[1])
    return {
        number: Tallied(posts=posts, context=context, deletions=deletions)
        for number, (new, posts, context, deletions) in enumerate(counts.T.tolist())
        if new
    }


class Doubles:
    """The rows that are one post, for every post that has several, was read several times, or is to be changed."""

    def __init__(self, rows: Rows, platform_of: Ints, changed: Mask) -> None:
        names, count = numbered(*identities(rows, platform_of))
        one = np.zeros(count, np.int32)
        one[names] = np.arange(rows.count, dtype=np.int32)
        several = np.zeros(count, bool)
        several[names[one[names] != np.arange(rows.count, dtype=np.int32)]] = True
        again = several[names] | changed
        again[rows.shelf.get("echo.row")] = True
        self.rows = np.flatnonzero(again).astype(np.int32)
        of = names[self.rows]
        order = np.argsort(of, kind="stable")
        self.rows, of = self.rows[order], of[order]
        firsts = np.flatnonzero(np.diff(of, prepend=of[:1] - 1))
        told = ~((rows.flags[self.rows] & IS_NOTICE) != 0)
        kept = np.logical_or.reduceat(told, firsts) if len(firsts) else np.empty(0, bool)
        self.rows = self.rows[np.repeat(kept, np.diff([*firsts, len(of)]))]  # what is only said to be gone stays so
        self._sizes = np.diff([*firsts, len(of)])[kept]

    def __iter__(self) -> Iterator[Ints]:
        edges = [0, *np.cumsum(self._sizes).tolist()]
        return (self.rows[low:high] for low, high in pairwise(edges))


def silenced(rows: Rows, platform_of: Ints) -> Mask:
    """The rows that repost a deleted post: its words stand in them too."""
    found = np.zeros(rows.count, bool)
    shelf = rows.shelf
    deleted = np.flatnonzero(rows.flags & IS_DELETED)
    aims = np.flatnonzero(shelf.at("ref.kind", shelf.get("aim.ref")) == REPOST)
    row = shelf.at("ref.row", shelf.at("aim.ref", aims))
    if len(deleted) and len(aims):
        names, _ = numbered(
            platform_of[shelf.at("manner", np.concatenate((deleted, row)))],
            np.concatenate((rows.halves(deleted), shelf.at("aim.half", aims))),
            np.concatenate((shelf.at("id", deleted), shelf.at("aim.id", aims))),
        )
        found[row[np.isin(names[len(deleted) :], names[: len(deleted)])]] = True
    return found


def write_folded(
    rows: Rows,
    register: Register,
    doubles: Doubles,
    silenced: Mask,
    departed: Ints | None,
    folder: Path,
    tallied: dict[int, Tallied],
    keeping: Keeping,
) -> Path:
    """A stage of the posts that several rows told; members are numbered as in the register."""
    path = folder / "folded"
    members = register.members
    stage = Stage(path, members, register.base, keeping)
    reader = Reader(rows, register)
    for group in doubles:
        tellings = sorted((reader.telling(row) for row in group.tolist()), key=lambda t: (not t.old, t.place))
        folded = fold(tellings)
        _take_back(tellings, folded.kept, folded.telling, members, tallied)
        told, gone = folded.telling, bool(silenced[group].any())
        post = _without_author(told.post, 0 if departed is None else int(departed[group].max()))
        stage.post(post, told.place[0], told.places, told.others, contexts=told.contexts, gone=gone)
    reader.close()
    stage.close()
    return path


def _without_author(post: Post, since: int) -> Post:
    """The post, deleted where its author went `since` (0: is still there)."""
    if not since or post.deleted is not None:
        return post
    return msgspec.structs.replace(post, deleted=0 if since == ALWAYS else since)


def _take_back(
    tellings: Sequence[Telling], kept_at: int, folded: Telling, members: list[Member], tallied: dict[int, Tallied]
) -> None:
    """Of several rows one is a new post of its source (none if it was here before); others collected double it."""
    credited = None if any(telling.old and not telling.notice for telling in tellings) else kept_at
    for number, telling in enumerate(tellings):
        line = tallied.get(members[telling.place[0]].source)
        if line is None or telling.old or telling.notice:
            continue
        if telling.post.context:
            line.context -= 1
        else:
            line.posts -= 1
        if number == credited:
            line.context += folded.post.context
            line.posts += not folded.post.context
        elif not telling.post.context:
            line.duplicates += 1
