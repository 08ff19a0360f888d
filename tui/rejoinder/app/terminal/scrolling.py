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
_GUTTER = 3
_TRIED = 3


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


def cost(old: Row, new: Row) -> int:
    """About how many bytes it takes to make one row of another."""
    if old is new or old == new:
        return 0
    tail = len(new)
    while tail and new[tail - 1] is BLANK:
        tail -= 1
    return sum(map(is_not, old[:tail], new)) + _JUMP


def find_scroll(shown: Sequence[Row], wanted: Sequence[Row]) -> Scroll | None:
    """The scroll that saves most; None where none saves more than its own price."""
    costs = [cost(old, new) for old, new in zip(shown, wanted, strict=True)]
    if sum(costs) < 2 * PRICE:
        return None
    best, saved = None, PRICE
    for lines in _shifts(shown, wanted):
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
    size = max(8, (width - _GUTTER) // _BANDS)
    for start in range(_GUTTER, width - size + 1, size):
        place: dict[tuple[int, ...], int | None] = {}
        blank = (id(BLANK),) * size
        for y, row in enumerate(shown):
            band = tuple(map(id, row[start : start + size]))
            place[band] = None if band in place else y
        for y, row in enumerate(wanted):
            band = tuple(map(id, row[start : start + size]))
            was = place.get(band)
            if was is not None and was != y and band != blank:
                votes[was - y] += 1
    return [lines for lines, _ in votes.most_common(_TRIED)]


def _best_region(
    shown: Sequence[Row], wanted: Sequence[Row], costs: Sequence[int], lines: int
) -> tuple[Scroll | None, int]:
    """The run of rows for which moving saves most (Kadane's sums), and what it saves, the rows that come in counted."""
    height, far = len(wanted), abs(lines)
    blank = blank_row(len(wanted[0]))
    up = lines > 0
    targets = range(height - far) if up else range(far, height)
    best: Scroll | None = None
    most, start, total = 0, targets.start, 0
    for y in targets:
        if total <= 0:
            start, total = y, 0
        total += costs[y] - cost(shown[y + lines], wanted[y])
        if total <= most:
            continue
        incoming = range(y + 1, y + 1 + far) if up else range(start - far, start)
        gain = total + sum(costs[at] - cost(blank, wanted[at]) for at in incoming)
        if gain > most:
            most = gain
            best = Scroll(start, y + far, lines) if up else Scroll(start - far, y, lines)
    return best, most
