"""Conditions and places of a sealed archive and its tail, as each of the two files alone understands them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import UNTIMED, Direction, Key, Place
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.archive.sqlite.twins import FAR, Twins


class JoinedConditions:
    """Asked only while there is a tail."""

    def __init__(self, sealed: SqliteArchive, twins: Twins, members: Callable[[str], Iterable[Key]]) -> None:
        """`members` tells the posts of the conversation that holds the post of an id, over both files."""
        self._sealed, self._twins, self._members = sealed, twins, members

    @property
    def _tail(self) -> SqliteArchive:
        assert self._twins.tail is not None
        return self._twins.tail

    def bounds(self, at: Place, direction: Direction) -> tuple[Place, Place]:
        """The place in the sealed file and in the tail: its own number in the one, the number of posts before it in the
        other, and there one more where what is older is asked for, since the post at a place is left out."""
        tail, beyond = self._tail, int(direction == "older")
        number = self._twins.number(at.key) if at.key >= FAR else None
        if at.key < FAR or number is None:
            its = 0 if at.time == UNTIMED else tail.first_at(at.time) - 1
        else:
            its = number - beyond
        if at.key >= FAR:
            mine = self._sealed.untimed() if at.time == UNTIMED else self._sealed.first_at(at.time + 1) - 1
        else:
            mine = at.key - beyond
        return Place(at.time, mine + beyond), Place(at.time, its + beyond)

    def for_tail(self, condition: c.Condition) -> c.Condition:
        """The condition as the tail alone can answer it."""
        if isinstance(condition, c.Conversation):
            return c.among(self.numbers(self._members(condition.id)))
        if isinstance(condition, c.Among):
            return c.among(self.numbers(condition.keys))
        if isinstance(condition, c.ParentMissing):
            orphans = self._tail.page(condition, None, "newer", self._tail.size)
            here = (entry.key for entry in orphans if entry.parent is not None and self._twins.key(entry.parent) > 0)
            return c.all_of((condition, c.Not(c.among(here))))
        return c.with_inner(condition, self.for_tail)

    def for_sealed(self, condition: c.Condition) -> c.Condition:
        """The condition as the sealed file alone can answer it."""
        if isinstance(condition, c.Conversation):
            return c.among(key for key in self._members(condition.id) if key < FAR)
        if isinstance(condition, c.Among):
            return c.among(key for key in condition.keys if key < FAR)
        if isinstance(condition, c.ParentMissing):
            here = (key for ghost in self._twins.come() for key in self._sealed.replies(ghost))
            return c.all_of((condition, c.Not(c.among(here))))
        return c.with_inner(condition, self.for_sealed)

    def of_each(self, condition: c.Condition) -> tuple[c.Condition, c.Condition]:
        """The condition as the sealed file, and as the tail alone can answer it."""
        return self.for_sealed(condition), self.for_tail(condition)

    def numbers(self, keys: Iterable[Key]) -> list[int]:
        """The tail's numbers of those of the keys that are its."""
        return [number for key in keys if key >= FAR and (number := self._twins.number(key)) is not None]
