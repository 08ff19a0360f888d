"""The sorted runs and packed columns of a planned archive: ids, kin, acts, pairs, hours, counts."""

from __future__ import annotations

import apsw
import numpy as np

from rejoinder.archive.sqlite.acts import pair_keys
from rejoinder.archive.sqlite.loading import Ints, Mask
from rejoinder.archive.sqlite.pairs import months
from rejoinder.archive.sqlite.plan import Plan
from rejoinder.archive.sqlite.runs import RunWriter
from rejoinder.archive.staged import UNKNOWN, halves

_HOUR = 3_600_000
NUMPY = {"b": "i1", "h": "i2", "i": "i4", "q": "i8"}
"""NumPy's names of the letters that the tables' columns are given by."""


def write_runs(connection: apsw.Connection, plan: Plan) -> None:
    """Write them all, by post number or in the order in which they are looked up."""
    rows, order, trees = plan.rows, plan.order, plan.forest
    runs = RunWriter(connection, lambda column, letter: column.astype(f"<{NUMPY[letter]}").tobytes())
    numbers = np.arange(1, len(order) + 1)
    ghost_keys = [halves(ghost[1])[0] for ghost in plan.ghosts]
    ids = np.concatenate((rows.id[order], np.array(ghost_keys, np.int64)))
    keys = np.concatenate((numbers, -np.arange(1, len(ghost_keys) + 1)))
    runs.write("ids", "qi", *_by(ids, keys))
    has = trees.tree_parent != 0
    runs.write("kids", "ii", *_by(trees.tree_parent[has], numbers[has]))
    runs.write("trees", "ii", *_by(trees.root[in_trees(plan)], numbers[in_trees(plan)]))
    acts = plan.acts
    code = acts.kind * 2 + (acts.source > acts.target)
    runs.write("acts", "qbi", pair_keys(acts.source, acts.target), code, acts.post)
    runs.write("liked", "ii", *acts.likes)
    runs.write("months", "ih", *months(plan.author, rows.time[order]))
    for name, column in plan.pairs.columns.items():
        runs.write(f"pair.{name}", _narrowest(column), column, packed=True)
    _write_hours(runs, rows.time[order])
    for name, column in (("authors", plan.author), ("manners", rows.manner[order]), ("groups", plan.group)):
        runs.write(name, "i", column, packed=True)
    for name, column in (("unanswered", plan.pairs.unanswered), ("exchange", plan.pairs.exchange)):
        runs.write(name, "i", column, packed=True)
    for name, column in (
        ("likes", rows.likes[order]),
        ("reposts", rows.reposts[order]),
        ("replies", trees.replies),
        ("depth", trees.depth),
    ):
        letter = "i" if not len(column) or _narrow(column) else "q"
        least = -(2**31) if letter == "i" else UNKNOWN
        runs.write(name, letter, np.where(column == UNKNOWN, least, column), packed=True)


def _write_hours(runs: RunWriter, time: Ints) -> None:
    """(hour since 1970, number of its first post): days and months of a histogram begin at one of these."""
    untimed = int((time == UNKNOWN).sum())
    hours = time[untimed:] // _HOUR
    firsts = np.flatnonzero(np.diff(hours, prepend=hours[:1] - 1))
    runs.write("hours", "qi", hours[firsts], firsts + untimed + 1)


def _narrow(column: Ints) -> bool:
    known = column[column != UNKNOWN]
    return not len(known) or bool(known.min() > -(2**31) and known.max() < 2**31)


def _narrowest(column: Ints) -> str:
    """The letter of the smallest integers that hold a column."""
    low, high = int(column.min(initial=0)), int(column.max(initial=0))
    return "b" if low >= -128 and high < 128 else "h" if low >= -(2**15) and high < 2**15 else "i"


def _by(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Both columns in the order of keys, then values."""
    order = np.lexsort((values, keys))
    return keys[order], values[order]


def in_trees(plan: Plan) -> Mask:
    """Posts of trees that hold at least two posts, ghosts counted."""
    root, trees = plan.forest.root, plan.forest
    numbers = np.arange(1, len(root) + 1)
    is_root = np.zeros(len(root) + 1, bool)
    is_root[trees.tree_parent[trees.tree_parent > 0]] = True
    mask: Mask = (root != numbers) | is_root[1:]
    return mask
