"""The sorted runs and packed columns of a planned archive: ids, kin, acts, pairs, hours, counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from rejoinder.archive.sqlite.acts import pair_keys
from rejoinder.archive.sqlite.pairs import months
from rejoinder.archive.sqlite.plan import Plan
from rejoinder.archive.sqlite.run_writer import Piece
from rejoinder.archive.sqlite.schema import PAIR
from rejoinder.archive.sqlite.shelf import Ints, Mask, Shelf, spans, stretches
from rejoinder.archive.staged import UNKNOWN

_HOUR = 3_600_000
_PACKED = (
    *(("authors", "account"), ("manners", "manner"), ("groups", "group"), ("unanswered", "unanswered")),
    *(("exchange", "exchange"), ("replies", "replies"), ("depth", "depth")),
)
"""Runs that are columns of posts."""


class Runs(Protocol):
    """Takes runs: `run_writer.RunWriter`, or what another engine makes of them."""

    def write(self, name: str, letters: str, pieces: Iterator[Piece]) -> None: ...

    def pack(self, name: str, letter: str, column: Ints) -> None: ...


def write_runs(runs: Runs, plan: Plan) -> None:
    """Write them all, by post number or in the order in which they are looked up."""
    posts, count = plan.posts, plan.count
    numbers = np.arange(1, count + 1, dtype=np.int32)
    ghosts = -np.arange(1, len(plan.ghosts.id) + 1, dtype=np.int32)
    runs.write("ids", "qi", _by(np.concatenate((_row_column(plan, "id"), plan.ghosts.id)), _joined(numbers, ghosts)))
    parent = posts.get("parent")
    has = parent != 0
    runs.write("kids", "ii", _by(parent[has], numbers[has]))
    del parent, has
    own = _in_trees(posts)
    runs.write("trees", "ii", _by(roots(posts)[own], numbers[own]))
    del own, numbers
    runs.write("acts", "qbi", _acts(posts))
    runs.write("liked", "ii", iter([plan.acts.likes]))
    runs.write("months", "ih", months(posts))
    for name in PAIR:
        column = posts.get(f"pair.{name}")[plan.pairs.order]
        runs.pack(f"pair.{name}", _narrowest(column), column)
    runs.write("hours", "qi", iter([firsts(posts, _HOUR)]))  # days and months of a histogram begin at one of these
    for name, of in _PACKED:
        runs.pack(name, "i", posts.get(of))
    for name in ("likes", "reposts"):
        _write_counts(runs, name, _row_column(plan, name))


def _row_column(plan: Plan, name: str) -> Ints:
    """A column of the rows, by post."""
    return plan.rows.shelf.at(name, plan.posts.get("row"))


def _joined(one: Ints, other: Ints) -> Ints:
    found: Ints = np.concatenate((one, other))
    return found


def _by(keys: Ints, values: Ints) -> Iterator[Piece]:
    """Both columns in the order of keys, then values."""
    for span in spans(keys):
        order = np.lexsort((values[span], keys[span]))
        yield keys[span[order]], values[span[order]]


def _acts(posts: Shelf) -> Iterator[Piece]:
    for stretch in stretches(posts.count("act.post")):
        source, target, kind, post = (
            posts.get(f"act.{name}", *stretch) for name in ("source", "target", "kind", "post")
        )
        yield pair_keys(source, target), kind * 2 + (source > target), post


def _write_counts(runs: Runs, name: str, column: Ints) -> None:
    letter = "i" if not len(column) or _narrow(column) else "q"
    if letter == "i":
        column = np.where(column == UNKNOWN, -(2**31), column).astype(np.int32)
    runs.pack(name, letter, column)


def firsts(posts: Shelf, unit: int) -> tuple[Ints, Ints]:
    """(units of so many ms since 1970 in which there are posts, number of the first post of each)."""
    found, last = [(np.empty(0, np.int64), np.empty(0, np.int64))], None
    for low, high in stretches(posts.count("time")):
        time = posts.get("time", low, high)
        units = time[time != UNKNOWN] // unit
        first = np.flatnonzero(np.diff(units, prepend=units[:1] - 1 if last is None else last))
        found.append((units[first], first + high + 1 - len(units)))
        last = units[-1:] if len(units) else last
    values, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
    return values, numbers


def _narrow(column: Ints) -> bool:
    known = column[column != UNKNOWN]
    return not len(known) or bool(known.min() > -(2**31) and known.max() < 2**31)


def _narrowest(column: Ints) -> str:
    """The letter of the smallest integers that hold a column."""
    low, high = int(column.min(initial=0)), int(column.max(initial=0))
    return "b" if low >= -128 and high < 128 else "h" if low >= -(2**15) and high < 2**15 else "i"


def roots(posts: Shelf) -> Ints:
    """The root of each post's tree; its own number if it is one."""
    root = posts.get("root")
    own = np.arange(1, len(root) + 1, dtype=np.int32)
    np.copyto(root, own, where=root == 0)
    return root


def _in_trees(posts: Shelf) -> Mask:
    """Posts of trees that hold at least two posts, ghosts counted."""
    parent = posts.get("parent")
    mask = np.zeros(len(parent) + 1, bool)
    mask[parent[parent > 0]] = True
    mask = mask[1:]
    mask |= posts.get("root") != 0
    return mask
