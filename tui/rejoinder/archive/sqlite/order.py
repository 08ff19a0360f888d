"""The order of an archive, and what follows from it: timeline, parents, ghosts, trees, groups. Arithmetic over columns.

Everything is an array over rows (as read), posts (in the timeline's order) or names. A name is a post's identity within
the import: platform and id, numbered, so that equal ids meet and a parent is found by its position. Numbers of rows,
posts and names are 32 bits wide (two thousand million), and what sorts goes span by span.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rejoinder.archive.sqlite.loading import Rows
from rejoinder.archive.sqlite.shelf import Ints, Mask, spans, stretches
from rejoinder.archive.staged import HAS_PARENT, UNKNOWN

_SNOWFLAKE_EPOCH = 1_288_834_974_657
_FIRST_SNOWFLAKE = 29_700_859_247
"""Twitter's ids tell their time from this one on (4 November 2010): ms = (id >> 22) + epoch."""
Many = tuple[Ints, Ints, Ints]
"""Identities: (positions of platforms, second halves, ids)."""


def numbered(platform: Ints, half: Ints, id: Ints) -> tuple[Ints, int]:
    """(the name of each identity, how many names there are). Names are numbered by id, then half, then platform."""
    of, names = np.empty(len(id), np.int32), 0
    for span in spans(id):
        own = platform[span], half[span], id[span]
        order = np.lexsort(own) if own[0].any() or own[1].any() else np.argsort(own[2], kind="stable")
        new = np.zeros(len(span), bool)
        new[:1] = True
        for column in own:
            sorted_ones = column[order]
            new[1:] |= sorted_ones[1:] != sorted_ones[:-1]
        of[span[order]] = np.cumsum(new, dtype=np.int32) + (names - 1)
        names += int(new.sum())
    return of, names


class Named(NamedTuple):
    """The names of an import."""

    posts: Ints
    """By row."""
    parents: Ints
    """By row, -1 where there is none."""
    others: Ints
    """Of what else is mentioned."""
    size: int
    """How many there are."""


_NONE = np.empty(0, np.int32)
NO_NAMES = Named(_NONE, _NONE, _NONE, 0)


def identities(rows: Rows, platform_of: Ints, replies: Ints = _NONE, others: Many = (_NONE, _NONE, _NONE)) -> Many:
    """Those of all rows, of the parents of these, and of others."""
    posts, ends = rows.count, rows.count + len(replies)
    total = ends + len(others[0])
    id, half, platform = np.empty(total, np.int64), np.zeros(total, np.int64), np.zeros(total, np.int16)
    for name, halves, low, own in (("id", "half", 0, None), ("parent", "parent_half", posts, replies)):
        for into, column in ((id, name), (half, halves)):
            if column in rows.shelf and own is not None:
                into[low : low + len(own)] = rows.shelf.at(column, own)
            elif column in rows.shelf:
                rows.shelf.fill(column, into)
    platform[ends:], half[ends:], id[ends:] = others
    if platform_of.any() or platform.any():  # else all are of the first one
        for low, high in stretches(posts):
            platform[low:high] = platform_of[rows.shelf.get("manner", low, high)]
        platform[posts:ends] = platform[replies]
    return platform, half, id


def named(rows: Rows, platform_of: Ints, others: Many) -> Named:
    """Name all rows, their parents, and others."""
    replies = np.flatnonzero(rows.flags & HAS_PARENT).astype(np.int32)
    of, count = numbered(*identities(rows, platform_of, replies, others))
    posts, ends = rows.count, rows.count + len(replies)
    parents = np.full(posts, -1, np.int32)
    parents[replies] = of[posts:ends]
    return Named(of[:posts], parents, of[ends:], count)


def timeline(rows: Rows, alive: Mask, platform_of: Ints, text_of: Callable[[int], tuple[int, str]]) -> Ints:
    """The rows that are `alive`, in the timeline's order: unknown times first, then by time; ties by platform and id.

    Ids that are not numbers are named by a hash, so their ties are set right afterwards by `text_of`: (platform, text).
    """
    time = rows.shelf.get("time")
    order, end = np.empty(int(alive.sum()), np.int32), 0
    for span in spans(time):
        own = span[alive[span]]
        own = own[np.argsort(time[own], kind="stable")]
        tied = np.zeros(len(own), bool)
        tied[1:] = time[own[1:]] == time[own[:-1]]
        tied[:-1] |= tied[1:]
        own[tied] = _settled(own[tied], time, rows, platform_of, text_of)
        order[end : end + len(own)] = own
        end += len(own)
    return order


def _settled(own: Ints, time: Ints, rows: Rows, platform_of: Ints, text_of: Callable[[int], tuple[int, str]]) -> Ints:
    """Rows whose times are all tied with another's, in order."""
    if not len(own):
        return own
    half, platform = rows.halves(own), platform_of[rows.shelf.at("manner", own)]
    order = np.lexsort((rows.shelf.at("id", own), half, platform, time[own]))
    own, texts = own[order], half[order] != 0
    tied = np.zeros(len(own), bool)
    tied[1:] = texts[1:] & texts[:-1] & (time[own[1:]] == time[own[:-1]])
    for low, high in _runs_of(tied):
        own[low:high] = sorted(own[low:high].tolist(), key=text_of)
    return own


def _runs_of(tied: Mask) -> list[tuple[int, int]]:
    """The (first, end) of each run of rows that are tied with the one before."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], tied.astype(np.int8), [0]))))
    return [(int(low) - 1, int(high)) for low, high in edges.reshape(-1, 2)]


class Parents(NamedTuple):
    """The parent of each post, as the data say: a post's number (from 1), a ghost's (negative), 0 for none."""

    of: Ints
    ghost_names: Ints
    """Position = ghost number - 1; the most needed first."""
    ghost_replies: Ints


def parents(post_names: Ints, parent_names: Ints, names: int) -> Parents:
    """Parents of posts in the timeline's order; `parent_names` is -1 where there is no parent."""
    number_of = numbers(post_names, names + 1)  # the last place answers for -1
    parent = number_of[parent_names]
    ghost_names, wanted = np.unique(parent_names[(parent == 0) & (parent_names >= 0)], return_counts=True)
    by_need = np.argsort(-wanted, kind="stable")
    ghost_names, wanted = ghost_names[by_need], wanted[by_need]
    number_of[ghost_names] = -np.arange(1, len(ghost_names) + 1)
    return Parents(number_of[parent_names], ghost_names, wanted)


def numbers(of: Ints, size: int) -> Ints:
    """Where each value stands in a column, counted from 1; 0 where it does not."""
    found = np.zeros(size, np.int32)
    found[of] = np.arange(1, len(of) + 1, dtype=np.int32)
    return found


class Trees(NamedTuple):
    """Who stands below whom, by post number - 1."""

    parent: Ints
    """Without self-replies, and with every cycle cut at its oldest post."""
    root: Ints
    """Of each post's tree; its own number if it is one."""
    up: Ints
    """The parents as positions, by which `depths` counts."""


def trees(parent: Ints) -> Trees:
    """Roots by doubling the pointers: twenty rounds reach over a million posts."""
    own = np.arange(1, len(parent) + 1, dtype=np.int32)
    parent = np.where(parent == own, np.int32(0), parent)
    up = _pointers(parent)
    far, settled = _doubled(up)
    if not settled:
        cut = _oldest_of_cycles(up, far)
        parent[cut - 1] = 0
        up = _pointers(parent)
        far, _ = _doubled(up)
    root, ghosts = far[1 : len(parent) + 1], len(parent)
    np.subtract(ghosts, root, out=root, where=root > ghosts)
    return Trees(parent, root, up)


def depths(up: Ints, posts: int) -> Ints:
    """How many stand above each post, ghosts too: what is twice as far up has twice as many."""
    far, depth = up, (up != np.arange(len(up), dtype=np.int32)).astype(np.int32)
    while (further := depth[far]).any():
        depth += further
        far = far[far]
    found: Ints = depth[1 : posts + 1]
    return found


def _pointers(parent: Ints) -> Ints:
    """Parents as positions: 0 is unused, posts follow, then ghosts; who has no parent points to itself."""
    posts = len(parent)
    ghosts = int(-min(0, parent.min(initial=0)))
    up = np.arange(posts + ghosts + 1, dtype=np.int32)
    own = np.flatnonzero(parent).astype(np.int32)
    above = parent[own]
    up[own + 1] = np.where(above < 0, posts - above, above)
    return up


def _doubled(up: Ints) -> tuple[Ints, bool]:
    """Follow the pointers to their end, in an array of its own; not settled where there is a cycle (then all are far
    enough inside it)."""
    far = up[up]
    for _ in range(len(up).bit_length() + 1):
        further = far[far]
        if np.array_equal(further, far):
            return far, bool((up[far] == far).all())
        far = further
    return far, False


def _oldest_of_cycles(up: Ints, far: Ints) -> Ints:
    """The smallest position of each cycle. What lies far up an unsettled path is on a cycle, and all of a cycle is."""
    on_cycle = np.unique(far[up[far] != far])
    place = np.zeros(len(up), np.int64)
    place[on_cycle] = np.arange(len(on_cycle))
    step = place[up[on_cycle]]
    least = np.arange(len(on_cycle))
    for _ in range(len(on_cycle).bit_length() + 1):
        least = np.minimum(least, least[step])
        step = step[step]
    found: Ints = on_cycle[np.unique(least)]
    return found


def snowflake_times(twitter: Mask, half: Ints, id: Ints) -> Ints:
    """Times of ids that tell it (ms), else UNKNOWN."""
    tells = twitter & (half == 0) & (id >= _FIRST_SNOWFLAKE)
    return np.where(tells, (id >> 22) + _SNOWFLAKE_EPOCH, UNKNOWN)
