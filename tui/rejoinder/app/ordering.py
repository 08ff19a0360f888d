"""The timeline in another order than that of time, as `order:` asks: what a reader asks an archive, asked of the order.

A place stays what it is to an archive, a time and a key; here the key alone tells where it stands. Pages come in the
order that is shown, "older" is up and "newer" is down.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Protocol

from rejoinder.archive.conditions import Condition
from rejoinder.archive.protocol import Archive, Count, Direction, Entry, Key, Place
from rejoinder.archive.values import Ordering

MOST = 1_000_000
"""Posts that are put into an order for the timeline: of each its key is held, and sorting a million takes seconds."""


class TooMany(Exception):
    """More posts than are sorted for the timeline: so many."""


class View(Protocol):
    """What a timeline is filled from; an archive is one, in the order of time."""

    def page(self, condition: Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]: ...

    def rank(self, condition: Condition, at: Place) -> Count: ...

    def seek(
        self,
        condition: Condition,
        *,
        time: int | None = None,
        fraction: float | None = None,
        key: Key | None = None,
    ) -> Place | None: ...

    def posts(self, keys: Sequence[Key]) -> Sequence[Entry]: ...


def view(archive: Archive, condition: Condition, order: Ordering | None) -> View:
    """The posts that meet a condition, in this order. Raises TooMany."""
    if order in (None, "old"):
        return archive
    if order == "new":
        return _Newest(archive)
    count = archive.count(condition).n
    if count > MOST:
        raise TooMany(count)
    return _Listed(archive, condition, archive.ordered(condition, order))


class _Newest:
    """Time turned round: nothing has to be sorted."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.posts = archive.posts

    def page(self, condition: Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]:
        turned: Direction = "older" if direction == "newer" else "newer"
        return self._archive.page(condition, at, turned, limit)[::-1]

    def rank(self, condition: Condition, at: Place) -> Count:
        every, before = self._archive.count(condition), self._archive.rank(condition, at)
        return Count(max(0, every.n - before.n - 1), every.exact and before.exact)

    def seek(
        self,
        condition: Condition,
        *,
        time: int | None = None,
        fraction: float | None = None,
        key: Key | None = None,
    ) -> Place | None:
        turned = None if fraction is None else 1 - fraction
        place = self._archive.seek(condition, time=time, fraction=turned, key=key)
        if key is None or place is None or place.key == key or (entry := self._archive.post(key)) is None:
            return place
        below = self._archive.page(condition, entry.place, "older", 1)
        return below[0].place if below else place


class _Listed:
    """A list of keys. What is asked about other posts than all of them (a find, too) is looked up in the list."""

    def __init__(self, archive: Archive, condition: Condition, keys: Sequence[Key]) -> None:
        self._archive, self._condition = archive, condition
        self._keys = array("q", keys)
        self._at = {key: position for position, key in enumerate(self._keys)}
        self._wanted: tuple[Condition, frozenset[Key]] | None = None
        self.posts = archive.posts

    def page(self, condition: Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]:
        meets, keys = self._test(condition), self._keys
        if direction == "newer":
            first = 0 if at is None else self._position(at.key) + 1
            found = list(islice(filter(meets, islice(keys, first, None)), limit))
        else:
            last = len(keys) if at is None else self._position(at.key)
            backwards = map(keys.__getitem__, range(last - 1, -1, -1))
            found = list(islice(filter(meets, backwards), limit))[::-1]
        return self._archive.posts(found)

    def rank(self, condition: Condition, at: Place) -> Count:
        position = self._position(at.key)
        if condition == self._condition:
            return Count(position)
        return Count(sum(map(self._test(condition), self._keys[:position])))

    def seek(
        self,
        condition: Condition,
        *,
        time: int | None = None,
        fraction: float | None = None,
        key: Key | None = None,
    ) -> Place | None:
        if fraction is None and (key is None or key not in self._at):
            return self._archive.seek(condition, time=time, key=key)
        keys = self._keys if condition == self._condition else array("q", filter(self._test(condition), self._keys))
        if not keys:
            return None
        if fraction is not None:
            wanted = keys[round(min(1.0, max(0.0, fraction)) * (len(keys) - 1))]
        else:
            here = self._at[key or 0]
            wanted = next((each for each in keys if self._at[each] >= here), keys[-1])
        return next((entry.place for entry in self._archive.posts([wanted])), None)

    def _position(self, key: Key) -> int:
        """Where a post stands; one that is not in the list stands before the first."""
        return self._at.get(key, -1)

    def _test(self, condition: Condition) -> Callable[[Key], bool]:
        if condition == self._condition:
            return self._at.__contains__
        if self._wanted is None or self._wanted[0] != condition:
            self._wanted = condition, frozenset(self._archive.keys(condition))
        return self._wanted[1].__contains__
