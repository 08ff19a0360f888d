"""An open archive file: the answers to the questions of `archive/protocol.py`."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import apsw
import msgspec

from rejoinder.acts import Act
from rejoinder.archive import text
from rejoinder.archive.conditions import Condition, Everything
from rejoinder.archive.facets import PARENT_MISSING
from rejoinder.archive.protocol import (
    Count,
    Direction,
    Entry,
    Figures,
    Key,
    Place,
)
from rejoinder.archive.sqlite.accounts import Accounts
from rejoinder.archive.sqlite.answers import Answers
from rejoinder.archive.sqlite.asking import Asking, connected
from rejoinder.archive.sqlite.clock import Clock
from rejoinder.archive.sqlite.compile import compiled, phrase
from rejoinder.archive.sqlite.contacts import Contacts
from rejoinder.archive.sqlite.entries import Entries
from rejoinder.archive.sqlite.finding import Finder
from rejoinder.archive.sqlite.halving import Halving
from rejoinder.archive.sqlite.ids import Ids
from rejoinder.archive.sqlite.merge import EVERYTHING, Match, Plan, both, either
from rejoinder.archive.sqlite.names import Names
from rejoinder.archive.sqlite.ranks import Ranks
from rejoinder.archive.sqlite.rows import one
from rejoinder.archive.sqlite.runs import Run
from rejoinder.archive.sqlite.schema import check_header, outdated
from rejoinder.archive.sqlite.sorting import ordered
from rejoinder.archive.sqlite.tallies import Tallies
from rejoinder.archive.sqlite.trees import Trees
from rejoinder.archive.tally import By, Tallied
from rejoinder.archive.values import Ordering
from rejoinder.records import Ghost, Source

_CACHE = 16 << 10
"""KiB of pages kept: browsing is to stay below 90 MB with everything."""
_REMEMBERED = 64
"""Plans that are remembered."""


class SqliteArchive(Answers):
    """One archive file, open for reading. It is sealed: nobody ever changes it, so no lock is taken and none is met."""

    _asking: Asking
    _connection: apsw.Connection
    _tallies: Tallies

    def __init__(self, path: Path, reveal: bool = False) -> None:
        """`reveal` shows the words of deleted posts where the archive keeps them unseen.

        Raises ArchiveError where the file is no archive, of another version, or can't be read.
        """
        check_header(path)
        self.path = str(path)
        self._asking = Asking(path)
        with self._asking:
            self._connection = self._asking.connection = connected(path, _CACHE)
            self._meta = dict(self._connection.execute("select key, value from meta"))
        if self._meta.get("text") != text.VERSION:
            self._connection.close()
            raise outdated(path)
        self._posts, self._untimed = int(self._meta["posts"]), int(self._meta["untimed"])
        self._runs: dict[str, Run] = {}
        hides = self._meta["deleted"] == "hide-text"
        self._ids = Ids(self._connection, self._run, lambda number: self._entries.identity(number))
        self._entries = Entries(self._connection, self._ids.posts, hides and not reveal)
        self._trees = Trees(self._connection, self._entries, self._run)
        self._clock = Clock(self._connection, self._run, self._untimed, self._posts)
        bits, listen = int(self._meta["shard_bits"]), self._asking.listen
        over = partial(Finder, bits=bits, posts=self._posts, run=self._run, listen=listen, hides_deleted=hides)
        self._finder = over(self._connection)
        self._halving = Halving(self._finder, partial(connected, path, _CACHE // 8), over)
        self._tallies = Tallies(
            self._connection, self._finder, self._run, self._clock, self.groups, listen, self._halving
        )
        self._names = Names(self._connection, self._entries, self._run, self._ids.of, self._platforms, listen)
        self._accounts = Accounts(self._connection, self._marked, listen)
        self._ranks = Ranks(self._connection, self._finder, self._plan, self._posts)
        answered = int(self._meta["answered"])
        self._contacts = Contacts(self._connection, self._entries, self._run, listen, answered, self._untimed)
        self._plans: OrderedDict[Condition, Plan] = OrderedDict()

    def _run(self, name: str) -> Run:
        if name not in self._runs:
            self._runs[name] = Run(self._connection, name)
        return self._runs[name]

    def _plan(self, condition: Condition) -> Plan:
        if condition not in self._plans:
            self._plans[condition] = compiled(condition, self)
            if len(self._plans) > _REMEMBERED:
                self._plans.popitem(last=False)
        return self._plans[condition]

    def _all(self, condition: Condition) -> array[int]:
        return self._finder.numbers(self._plan(condition), 1, self._posts + 1)

    def _marked(self, marks: Sequence[str]) -> array[int]:
        plan = either([Match(phrase((mark,))) for mark in marks])
        return self._finder.numbers(plan, 1, self._posts + 1)

    def _platforms(self) -> set[str]:
        return {platform for platform, _ in self._groups}

    def figures(self) -> Figures:
        found = msgspec.json.decode(self._meta["figures"], type=Figures)
        return msgspec.structs.replace(found, bytes=Path(self.path).stat().st_size, deleted=self._meta["deleted"])

    def page(self, condition: Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]:
        with self._asking:
            end = self._posts + 1
            if direction == "newer":
                numbers = self._finder.first(self._plan(condition), at.key + 1 if at else 1, end, limit)
            else:
                numbers = self._finder.last(self._plan(condition), 1, at.key if at else end, limit)
            if isinstance(condition, Everything) and numbers:
                return self._entries.span(numbers[0], numbers[-1] + 1)
            return self._entries.of(numbers)

    def count(self, condition: Condition) -> Count:
        with self._asking:
            return Count(self._ranks.all(condition))

    def rank(self, condition: Condition, at: Place) -> Count:
        with self._asking:
            return Count(self._ranks.before(condition, max(1, at.key)))

    def seek(
        self,
        condition: Condition,
        *,
        time: int | None = None,
        fraction: float | None = None,
        key: Key | None = None,
    ) -> Place | None:
        with self._asking:
            if fraction is not None:
                return self._ranks.at_fraction(condition, fraction)
            if time is not None:
                return self._ranks.from_number(condition, self.first_at(time))
            assert key is not None
            number = key if key > 0 else min(self._trees.replies(key), default=1)
            return self._ranks.from_number(condition, number)

    def ordered(self, condition: Condition, order: Ordering, limit: int = 0) -> Sequence[Key]:
        with self._asking:
            numbers = self._tallies.whole(condition, self._plan(condition))
            return ordered(numbers, order, limit, self._run, self._asking.listen)

    def keys(self, condition: Condition) -> array[int]:
        with self._asking:
            return array("q", self._all(condition))

    def names_of(self, keys: Sequence[Key]) -> Sequence[str]:
        with self._asking:
            return self._names.names(keys)

    def keys_of(self, names: Sequence[str]) -> array[int]:
        with self._asking:
            return self._names.keys(names)

    def find(self, id: str) -> Sequence[Key]:
        with self._asking:
            return self._ids.find(id)

    def ghosts(self, condition: Condition, limit: int = 0) -> Sequence[Ghost]:
        with self._asking:
            if isinstance(condition, Everything):
                (most,) = one(self._connection, "select count(*) from ghost")
                return self._trees.ghosts(range(1, min(most, limit or most) + 1))
            wanted = self._trees.missing(self._orphans(self._plan(condition)), self._asking.listen)
            return self._trees.ghosts(wanted[:limit] if limit else wanted)

    def _orphans(self, plan: Plan) -> array[int]:
        """The replies whose parent is not here."""
        orphans = both([plan, Match(phrase((PARENT_MISSING,)))])
        return self._finder.numbers(orphans, 1, self._posts + 1) if self._posts else array("q")

    def histogram(self, condition: Condition, edges: Sequence[int]) -> Sequence[int]:
        with self._asking:
            return self._tallies.histogram(condition, self._plan(condition), edges)

    def tally(self, condition: Condition, by: By, *, limit: int = 0, zone: tzinfo = UTC) -> Sequence[Tallied]:
        with self._asking:
            return self._tallies.tally(condition, self._plan(condition), by, limit, zone)

    def all_acts(self, condition: Condition) -> Iterator[Act]:
        with self._asking:
            plan = self._plan(condition)

            def meant(posts: Sequence[int]) -> set[int]:
                low, high = min(posts), max(posts) + 1
                return set(posts) if plan == EVERYTHING else set(self._finder.numbers(plan, low, high))

            yield from self._contacts.every(meant)

    def cancel(self) -> None:
        self._asking.cancel()

    def close(self) -> None:
        self._halving.close()
        self._connection.close()

    # What compiling a condition asks (compile.Lore).

    def identities(self, account: str) -> list[str]:
        return self._accounts.identities(account)

    @cached_property
    def _groups(self) -> list[tuple[str, list[str]]]:
        rows = self._connection.execute("select number, record from source")
        names = {number: msgspec.json.decode(record, type=Source).name for number, record in rows}
        groups: list[Any] = msgspec.json.decode(self._meta["groups"])
        return [(platform, [names[number] for number in sources]) for platform, sources in groups]

    def groups(self) -> Sequence[tuple[str, Sequence[str]]]:
        return self._groups

    def first_at(self, time: int) -> int:
        return self._clock.first_at(time)

    @property
    def size(self) -> int:
        return self._posts

    def untimed(self) -> int:
        return self._untimed

    def named(self, id: str) -> list[int]:
        return [key for key in self._ids.named(id) if key > 0]

    def between(self, one: str, other: str) -> list[int]:
        return self._contacts.between(one, other)

    def tree(self, number: int) -> array[int]:
        return self._trees.posts(number)
