"""Where a time, a post or a share of the posts stands in a sealed archive and its tail together."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import Count, Direction, Entry, Key, Place
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.archive.sqlite.joined_conditions import JoinedConditions
from rejoinder.archive.sqlite.twins import Twins


class Joined(Protocol):
    """What is asked of both files together."""

    def page(self, condition: c.Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]: ...

    def count(self, condition: c.Condition) -> Count: ...

    def post(self, key: Key) -> Entry | None: ...

    def replies(self, key: Key) -> Sequence[Key]: ...


class JoinedPlaces:
    """Asked only while there is a tail."""

    def __init__(self, joined: Joined, sealed: SqliteArchive, twins: Twins, conditions: JoinedConditions) -> None:
        self._joined, self._sealed, self._twins, self._conditions = joined, sealed, twins, conditions

    @property
    def _tail(self) -> SqliteArchive:
        assert self._twins.tail is not None
        return self._twins.tail

    def seek(
        self, condition: c.Condition, time: int | None = None, fraction: float | None = None, key: Key | None = None
    ) -> Place | None:
        """See `archive/protocol.py`."""
        if fraction is not None:
            return self._at_fraction(condition, fraction)
        if time is not None:
            return self._at_time(condition, time)
        assert key is not None
        return self._at_key(condition, key if key > 0 else min(self._joined.replies(key), default=1))

    def _at_time(self, condition: c.Condition, time: int) -> Place | None:
        found = [
            self._sealed.seek(self._conditions.for_sealed(condition), time=time),
            self._place(self._tail.seek(self._conditions.for_tail(condition), time=time)),
        ]
        places = [place for place in found if place is not None]
        later = [place for place in places if place.time >= time]
        return min(later) if later else max(places, default=None)

    def _at_key(self, condition: c.Condition, key: Key) -> Place | None:
        entry = self._joined.post(key)
        if entry is None:
            return next((entry.place for entry in self._joined.page(condition, None, "newer", 1)), None)
        if self._joined.count(c.all_of((condition, c.Among(array("q", [key]))))).n:
            return entry.place
        newer = self._joined.page(condition, entry.place, "newer", 1)
        return next((found.place for found in newer or self._joined.page(condition, entry.place, "older", 1)), None)

    def _at_fraction(self, condition: c.Condition, fraction: float) -> Place | None:
        """Posts of the tail are few: their ranks among all are found by halving, and the rest are the sealed file's."""
        numbers = self._tail.keys(self._conditions.for_tail(condition))
        condition = self._conditions.for_sealed(condition)
        sealed = self._sealed.count(condition).n
        total = sealed + len(numbers)
        if not total:
            return None
        wanted = round(min(1.0, max(0.0, fraction)) * (total - 1))
        places = [self.place_of(number) for number in numbers]
        ranks = _Ranks(
            lambda at: at + self._sealed.rank(condition, self._conditions.bounds(places[at], "older")[0]).n, len(places)
        )
        at = bisect_right(ranks, wanted) - 1
        if at >= 0 and ranks[at] == wanted:
            return places[at]
        return self._sealed.seek(condition, fraction=(wanted - at - 1) / max(1, sealed - 1))

    def _place(self, place: Place | None) -> Place | None:
        return Place(place.time, self._twins.key(place.key)) if place is not None else None

    def place_of(self, number: int) -> Place:
        """Where a post of the tail stands."""
        entry = self._tail.post(number)
        assert entry is not None
        return Place(entry.place.time, self._twins.key(number))


class _Ranks(Sequence[int]):
    """Ranks that are found out only where halving looks."""

    def __init__(self, rank: Callable[[int], int], length: int) -> None:
        self._rank, self._length = rank, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: Any) -> Any:
        return self._rank(at)
