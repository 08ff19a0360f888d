"""Finds lines that only moved up or down: a terminal moves them itself, for some twenty bytes.

Regions that scroll are as wide as the screen, so a pane beside the one that moves is moved too and its text has to be
sent again; the price of that is in the sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import is_not
from typing import NamedTuple

from rejoinder.app.terminal.cells import BLANK, Row, blank_row

PRICE = 30
"""Bytes of a scroll: the region, the lines, the region's end."""
_JUMP = 7
"""Bytes of a move and a pen, for each row that has changes."""
_BANDS = 4
_BAND = 16
"""Bands of columns that are compared, and columns of each: the beginnings of texts, which differ."""
_GUTTER = 3
_TRIED = 2


class Scroll(NamedTuple):
    """The rows from `top` to `bottom` (both included) move up by `lines`, or down where negative."""

    top: int
    bottom: int
    lines: int

    def moved(self, rows: Sequence[Row]) -> list[Row]:
        """The screen after it: blank rows come in at the end that was left."""
        part = list(rows[self.top : self.bottom + 1])
        blanks = [blank_row(len(part[0])) for _ in range(abs(self.lines))]
        part = part[self.lines :] + blanks if self.lines > 0 else blanks + part[: self.lines]
        return [*rows[: self.top], *part, *rows[self.bottom + 1 :]]


class Wanted:
    """Rows to come to, and what it costs to come there from others."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._tails: list[int | None] = [None] * len(rows)

    def cells(self, y: int, old: Row) -> int:
        """How many cells have to be drawn to make row `y` of an old one; blanks at its end cost nothing."""
        new = self.rows[y]
        if old is new or old == new:
            return 0
        tail = self._tails[y]
        if tail is None:
            tail = len(new)
            while tail and new[tail - 1] is BLANK:
                tail -= 1
            self._tails[y] = tail
        return sum(map(is_not, old[:tail], new)) + 1

    def cost(self, y: int, old: Row) -> int:
        """About how many bytes that takes."""
        cells = self.cells(y, old)
        return cells + _JUMP if cells else 0


def find_scroll(shown: Sequence[Row], rows: Sequence[Row]) -> Scroll | None:
    """The scroll that saves most; None where none saves more than its own price."""
    wanted = Wanted(rows)
    costs = [wanted.cost(y, old) for y, old in enumerate(shown)]
    if sum(cost - _JUMP for cost in costs if cost) < 2 * PRICE:
        return None
    best, saved = None, PRICE
    for lines in _shifts(shown, rows):
        scroll, gain = _best_region(shown, wanted, costs, lines)
        if scroll is not None and gain > saved:
            best, saved = scroll, gain
    return best


def _shifts(shown: Sequence[Row], wanted: Sequence[Row]) -> list[int]:
    """By how many lines rows seem to have moved: pieces of rows that are found on another line vote for it.

    Bands of columns vote apart from each other, for a pane at the side does not move along.
    """
    votes: Counter[int] = Counter()
    width = len(wanted[0])
    blank = (id(BLANK),) * _BAND
    for start in range(_GUTTER, width - _BAND, max(_BAND, width // _BANDS)):
        place: dict[tuple[int, ...], int] = {}
        for y, row in enumerate(shown):
            band = tuple(map(id, row[start : start + _BAND]))
            place[band] = -1 if band in place else y
        place[blank] = -1
        for y, row in enumerate(wanted):
            if row is not shown[y]:
                was = place.get(tuple(map(id, row[start : start + _BAND])), -1)
                if was not in (-1, y):
                    votes[was - y] += 1
    return [lines for lines, _ in votes.most_common(_TRIED)]


def _best_region(shown: Sequence[Row], wanted: Wanted, costs: Sequence[int], lines: int) -> tuple[Scroll | None, int]:
    """The run of rows for which moving saves most (Kadane's sums), and what it saves, the rows that come in counted."""
    height, far = len(shown), abs(lines)
    blank = blank_row(len(shown[0]))
    up = lines > 0
    targets = range(height - far) if up else range(far, height)
    best: Scroll | None = None
    most, start, total = 0, targets.start, 0
    for y in targets:
        if total <= 0:
            start, total = y, 0
        total += costs[y] - wanted.cost(y, shown[y + lines])
        if total <= most:
            continue
        incoming = range(y + 1, y + 1 + far) if up else range(start - far, start)
        gain = total + sum(costs[at] - wanted.cost(at, blank) for at in incoming)
        if gain > most:
            most = gain
            best = Scroll(start, y + far, lines) if up else Scroll(start - far, y, lines)
    return best, most
