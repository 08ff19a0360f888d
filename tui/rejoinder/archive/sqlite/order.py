"""The order of an archive, and what follows from it: timeline, parents, ghosts, trees, groups. Arithmetic over columns.

Everything is an array over rows (as read), posts (in the timeline's order) or names. A name is a post's identity within
the import: platform and id, numbered in sorted order, so that equal ids meet and a parent is found by its position.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from rejoinder.archive.sqlite.loading import Ints, Mask, Rows
from rejoinder.archive.staged import UNKNOWN

_SNOWFLAKE_EPOCH = 1_288_834_974_657
_FIRST_SNOWFLAKE = 29_700_859_247
"""Twitter's ids tell their time from this one on (4 November 2010): ms = (id >> 22) + epoch."""


class Names:
    """Identities of posts, parents and other posts that are mentioned, numbered in the order (platform, id)."""

    def __init__(self, platform: Ints, half: Ints, id: Ints) -> None:
        order = _sorted(platform, half, id)
        platform, half, id = platform[order], half[order], id[order]
        new = np.ones(len(order), bool)
        new[1:] = (platform[1:] != platform[:-1]) | (half[1:] != half[:-1]) | (id[1:] != id[:-1])
        self.of = np.empty(len(order), np.int32)
        self.of[order] = np.cumsum(new, dtype=np.int32) - 1
        self.platform, self.half, self.id = platform[new], half[new], id[new]
        self.count = len(self.id)


def _sorted(platform: Ints, half: Ints, id: Ints) -> Ints:
    """The order of names. One platform of numbers, nearly sorted as exports are, takes a fifth of the general way."""
    if len(platform) and not half.any() and (platform == platform[0]).all():
        return np.argsort(id, kind="stable")
    return np.lexsort((id, half, platform))


def timeline(time: Ints, name: Ints, half: Ints, text_of: Callable[[int], tuple[int, str]]) -> Ints:
    """The rows in the timeline's order: unknown times first, then by time; ties by platform and id.

    Ids that are not numbers are named by a hash, so their ties are set right afterwards by `text_of`: (platform, text).
    """
    by_name = np.argsort(name, kind="stable")
    order = by_name[np.argsort(time[by_name], kind="stable")]
    texts = half[order] != 0
    tied = np.zeros(len(order), bool)
    if texts.any():
        tied[1:] = texts[1:] & texts[:-1] & (time[order[1:]] == time[order[:-1]])
    for low, high in _stretches(tied):
        order[low:high] = sorted(order[low:high].tolist(), key=text_of)
    return order


def _stretches(tied: Mask) -> list[tuple[int, int]]:
    """The (first, end) of each stretch of posts that are tied with the one before."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], tied.astype(np.int8), [0]))))
    return [(int(low) - 1, int(high)) for low, high in edges.reshape(-1, 2)]


class Forest(msgspec.Struct):
    """Who replies to whom, by post number (from 1); ghosts are negative, 0 is none."""

    parent: Ints
    """As the data say."""
    tree_parent: Ints
    """The same without self-replies, and with every cycle cut at its oldest post."""
    root: Ints
    """Of each post's tree; its own number if it is one."""
    replies: Ints
    """Direct replies that are here."""
    depth: Ints
    """Posts above in the tree, ghosts too."""
    ghost_names: Ints
    """Position = ghost number - 1; the most needed first."""
    ghost_replies: Ints


def forest(post_names: Ints, parent_names: Ints, names: int) -> Forest:
    """Parents, ghosts and roots of posts in the timeline's order; `parent_names` is -1 where there is no parent."""
    posts = len(post_names)
    number_of = np.zeros(names + 1, np.int64)  # the last place answers for -1
    number_of[post_names] = np.arange(1, posts + 1)
    parent = number_of[parent_names]
    missing = (parent == 0) & (parent_names >= 0)
    wanted = np.bincount(parent_names[missing], minlength=1)
    ghost_names = np.flatnonzero(wanted)
    ghost_names = ghost_names[np.argsort(-wanted[ghost_names], kind="stable")]
    number_of[ghost_names] = -np.arange(1, len(ghost_names) + 1)
    parent = number_of[parent_names]
    tree_parent, root = _roots(parent)
    replies = np.bincount(parent[parent > 0], minlength=posts + 1)[1:]
    return Forest(parent, tree_parent, root, replies, _depths(tree_parent), ghost_names, wanted[ghost_names])


def _roots(parent: Ints) -> tuple[Ints, Ints]:
    """(parents without cycles, roots), by doubling the pointers: twenty rounds reach over a million posts."""
    here = np.arange(1, len(parent) + 1)
    tree_parent = np.where(parent == here, 0, parent)
    up = _pointers(tree_parent)
    far, settled = _doubled(up)
    if not settled:
        cut = _oldest_of_cycles(up, far)
        tree_parent[cut - 1] = 0
        far, _ = _doubled(_pointers(tree_parent))
    root = far[1 : len(parent) + 1]
    ghosts = len(parent)
    return tree_parent, np.where(root > ghosts, ghosts - root, root)


def _depths(tree_parent: Ints) -> Ints:
    """How many stand above each post, by doubling the pointers: what is twice as far up has twice as many."""
    far = _pointers(tree_parent)
    depth = (far != np.arange(len(far))).astype(np.int32)
    while (further := depth[far]).any():
        depth += further
        far = far[far]
    found: Ints = depth[1 : len(tree_parent) + 1]
    return found


def _pointers(parent: Ints) -> Ints:
    """Parents as positions: 0 is unused, posts follow, then ghosts; who has no parent points to itself."""
    posts = len(parent)
    ghosts = int(-min(0, parent.min(initial=0)))
    up = np.arange(posts + ghosts + 1)
    own = parent != 0
    up[1 : posts + 1][own] = np.where(parent < 0, posts - parent, parent)[own]
    return up


def _doubled(up: Ints) -> tuple[Ints, bool]:
    """Follow the pointers to their end; not settled where there is a cycle (then all are far enough inside it)."""
    far = up
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
    return on_cycle[np.unique(least)]


def snowflake_times(twitter: Mask, half: Ints, id: Ints) -> Ints:
    """Times of ids that tell it (ms), else UNKNOWN."""
    tells = twitter & (half == 0) & (id >= _FIRST_SNOWFLAKE)
    return np.where(tells, (id >> 22) + _SNOWFLAKE_EPOCH, UNKNOWN)


def groups(
    platform: Ints, source: Ints, several: dict[int, frozenset[int]]
) -> tuple[Ints, list[tuple[int, list[int]]]]:
    """Which (platform, sources) each row belongs to, the largest group first; `several` names rows of more than one."""
    sets: dict[tuple[int, frozenset[int]], int] = {}
    wide = int(source.max(initial=0)) + 1
    pairs, of = np.unique(platform * wide + source, return_inverse=True)
    for pair in pairs.tolist():
        sets[pair // wide, frozenset((pair % wide,))] = len(sets)
    for row, sources in several.items():
        of[row] = sets.setdefault((int(platform[row]), sources), len(sets))
    by_size = np.argsort(-np.bincount(of, minlength=len(sets)), kind="stable")
    rank = np.empty(len(sets), np.int64)
    rank[by_size] = np.arange(len(sets))
    listed = list(sets)
    return rank[of], [(listed[n][0], sorted(listed[n][1])) for n in by_size.tolist()]


def named(rows: Rows, platform_of: Ints, others: tuple[Ints, Ints, Ints]) -> tuple[Names, Ints, Ints, Ints]:
    """(names, of posts, of parents or -1, of the others) over all rows; `others` is (platform, half, id)."""
    has = rows.has_parent
    platform = platform_of[rows.manner]
    names = Names(
        np.concatenate((platform, platform[has], others[0])),
        np.concatenate((rows.half, rows.parent_half[has], others[1])),
        np.concatenate((rows.id, rows.parent[has], others[2])),
    )
    ends = np.cumsum((rows.count, int(has.sum())))
    parents = np.full(rows.count, -1, np.int32)
    parents[has] = names.of[ends[0] : ends[1]]
    return names, names.of[: ends[0]], parents, names.of[ends[1] :]
