"""Places and ranks: how many posts that are found stand before a place, and which place has so many before it."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable

import apsw

from rejoinder.archive.conditions import Condition, Everything
from rejoinder.archive.protocol import Place
from rejoinder.archive.sqlite.finding import Finder
from rejoinder.archive.sqlite.merge import Plan
from rejoinder.archive.sqlite.rows import one

_REMEMBERED = 512
"""Counts of whole shards, and of windows, that are remembered."""
_WINDOW = 1 << 16
"""Posts of a shard (a shard is some of them) within which a place by rank is looked for at once."""
_MOST_IDS = 2_000_000
"""Numbers that are remembered of windows in which one was looked for: 8 MB."""


class Ranks:
    """Counts what conditions find. `plan` compiles one; the archive holds so many `posts`."""

    def __init__(
        self, connection: apsw.Connection, finder: Finder, plan: Callable[[Condition], Plan], posts: int
    ) -> None:
        self._connection, self._finder, self._plan, self._end = connection, finder, plan, posts + 1
        self._counts: OrderedDict[tuple[Condition, int], int] = OrderedDict()
        self._windows: OrderedDict[tuple[Condition, int], int] = OrderedDict()
        self._ids: OrderedDict[tuple[Condition, int], array[int]] = OrderedDict()
        """By the first post of a window, as its counts."""

    def before(self, condition: Condition, number: int) -> int:
        """How many matching posts have a smaller number. Whole shards are counted once."""
        if isinstance(condition, Everything):
            return number - 1
        whole = self._finder.shard_of(number)
        total = sum(self._in_shard(condition, shard) for shard in range(whole))
        low = self._finder.bounds(whole)[0]
        if number == self._end and number > low:
            return total + self._in_shard(condition, whole)
        return total + self._finder.count(self._plan(condition), low, number)

    def all(self, condition: Condition) -> int:
        """How many posts match."""
        return self.before(condition, self._end)

    def _in_shard(self, condition: Condition, shard: int) -> int:
        found = self._counts.get((condition, shard))
        if found is None:
            low, high = self._finder.bounds(shard)
            found = self._finder.count(self._plan(condition), low, min(self._end, high))
            self._counts[condition, shard] = found
            if len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)
        return found

    def from_number(self, condition: Condition, number: int) -> Place | None:
        """The place of the first matching post from this number on, else of the last before it."""
        plan = self._plan(condition)
        found = self._finder.first(plan, max(1, number), self._end, 1)
        found = found or self._finder.last(plan, 1, min(number, self._end), 1)
        return self._place(found[0]) if found else None

    def at_fraction(self, condition: Condition, fraction: float) -> Place | None:
        """The place at a share of what matches: 0 the first, 1 the last; None where nothing does."""
        total = self.all(condition)
        if not total:
            return None
        wanted = round(min(1.0, max(0.0, fraction)) * (total - 1))
        if isinstance(condition, Everything):
            return self._place(wanted + 1)
        for shard in self._finder.every_shard():
            here = self._in_shard(condition, shard)
            if wanted < here:
                return self._place(self._nth(condition, shard, wanted))
            wanted -= here
        return None

    def _nth(self, condition: Condition, shard: int, n: int) -> int:
        """The post at position `n` (from 0) of those of a shard that match.

        Its window is found by counts, and the posts of this window are kept: whoever goes to one place by rank mostly
        goes to others.
        """
        low, end = self._finder.bounds(shard)
        for first in range(low, min(self._end, end), _WINDOW):
            here = self._counted(condition, first)
            if n < here:
                return self._numbers(condition, first)[n]
            n -= here
        raise IndexError(n)

    def _counted(self, condition: Condition, first: int) -> int:
        known = self._ids.get((condition, first))
        if known is not None:
            return len(known)
        count = self._windows.get((condition, first))
        if count is None:
            count = self._finder.count(self._plan(condition), first, min(self._end, first + _WINDOW))
            self._windows[condition, first] = count
            if len(self._windows) > _REMEMBERED:
                self._windows.popitem(last=False)
        return count

    def _numbers(self, condition: Condition, first: int) -> array[int]:
        found = self._ids.get((condition, first))
        if found is None:
            found = array("i", self._finder.numbers(self._plan(condition), first, min(self._end, first + _WINDOW)))
            self._ids[condition, first] = found
            while sum(map(len, self._ids.values())) > _MOST_IDS and len(self._ids) > 1:
                self._ids.popitem(last=False)
        return found

    def _place(self, number: int) -> Place:
        (time,) = one(self._connection, "select time from post where number = ?", (number,))
        return Place(time, number)
