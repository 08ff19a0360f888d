"""An open archive file: the answers to the questions of `archive/protocol.py`."""

from __future__ import annotations

import os
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

import apsw
import msgspec

from rejoinder.acts import Act, Coverage, Pair, Party
from rejoinder.archive import text
from rejoinder.archive.body import kept
from rejoinder.archive.conditions import Condition, Everything, From, Platform, all_of
from rejoinder.archive.facets import account as identity
from rejoinder.archive.facets import author
from rejoinder.archive.protocol import (
    Borne,
    Choice,
    ContactSign,
    Count,
    Direction,
    Entry,
    Face,
    Figures,
    Key,
    Node,
    Place,
)
from rejoinder.archive.sqlite.borne import borne
from rejoinder.archive.sqlite.clock import Clock
from rejoinder.archive.sqlite.compile import compiled, phrase
from rejoinder.archive.sqlite.contacts import Contacts
from rejoinder.archive.sqlite.entries import Entries
from rejoinder.archive.sqlite.finding import Finder
from rejoinder.archive.sqlite.merge import EVERYTHING, Match, Plan, both
from rejoinder.archive.sqlite.names import Names
from rejoinder.archive.sqlite.rows import one
from rejoinder.archive.sqlite.runs import Run
from rejoinder.archive.sqlite.schema import check_header, outdated
from rejoinder.archive.sqlite.sorting import ordered
from rejoinder.archive.sqlite.tallies import Tallies
from rejoinder.archive.sqlite.trees import Trees
from rejoinder.archive.tally import By, Tallied
from rejoinder.archive.values import Ordering
from rejoinder.errors import ArchiveError, Cancelled
from rejoinder.permalinks import parse
from rejoinder.records import Account, Ghost, Problem, Source

_CACHE = 16 << 10
"""KiB of pages kept: browsing is to stay below 90 MB with everything."""
_REMEMBERED = 64
"""Counts of whole shards and plans that are remembered, for ranks and fractions."""


class SqliteArchive:
    """One archive file, open for reading. It is sealed: nobody ever changes it, so no lock is taken and none is met."""

    def __init__(self, path: Path, reveal: bool = False) -> None:
        """`reveal` shows the words of deleted posts where the archive keeps them unseen.

        Raises ArchiveError where the file is no archive, of another version, or can't be read.
        """
        check_header(path)
        self.path = str(path)
        self._asking = _Asking(path)
        with self._asking:
            self._connection = apsw.Connection(
                f"file:{quoted(path)}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
            )
            self._asking.connection = self._connection
            self._connection.execute(f"pragma cache_size=-{_CACHE}; pragma mmap_size=0")
            self._meta = dict(self._connection.execute("select key, value from meta"))
        if self._meta.get("text") != text.VERSION:
            self._connection.close()
            raise outdated(path)
        self._posts, self._untimed = int(self._meta["posts"]), int(self._meta["untimed"])
        self._runs: dict[str, Run] = {}
        hides = self._meta["deleted"] == "hide-text"
        self._entries = Entries(self._connection, self._numbers_of, hides and not reveal)
        self._trees = Trees(self._connection, self._entries, self._run)
        self._clock = Clock(self._connection, self._run, self._untimed, self._posts)
        bits, listen = int(self._meta["shard_bits"]), self._asking.listen
        self._finder = Finder(self._connection, bits, self._posts, self._run, listen, hides)
        self._tallies = Tallies(self._connection, self._finder, self._run, self._clock, self.groups, listen)
        self._names = Names(self._connection, self._entries, self._run, self._keys_of, self._platforms, listen)
        answered = int(self._meta["answered"])
        self._contacts = Contacts(self._connection, self._entries, self._run, listen, answered, self._untimed)
        self._plans: OrderedDict[Condition, Plan] = OrderedDict()
        self._counts: OrderedDict[tuple[Condition, int], int] = OrderedDict()

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
            return Count(self._before(condition, self._posts + 1))

    def rank(self, condition: Condition, at: Place) -> Count:
        with self._asking:
            return Count(self._before(condition, max(1, at.key)))

    def _before(self, condition: Condition, number: int) -> int:
        """How many matching posts have a smaller number. Whole shards are counted once."""
        if isinstance(condition, Everything):
            return number - 1
        bits = int(self._meta["shard_bits"])
        whole = (number - 1) >> bits
        total = sum(self._in_shard(condition, shard) for shard in range(whole))
        if number == self._posts + 1 and number - 1 > whole << bits:
            return total + self._in_shard(condition, whole)
        return total + self._finder.count(self._plan(condition), (whole << bits) + 1, number)

    def _in_shard(self, condition: Condition, shard: int) -> int:
        found = self._counts.get((condition, shard))
        if found is None:
            bits = int(self._meta["shard_bits"])
            low, high = (shard << bits) + 1, min(self._posts, (shard + 1) << bits) + 1
            found = self._counts[condition, shard] = self._finder.count(self._plan(condition), low, high)
            if len(self._counts) > _REMEMBERED * 8:
                self._counts.popitem(last=False)
        return found

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
                return self._at_fraction(condition, fraction)
            if time is not None:
                return self._from(condition, self.first_at(time))
            assert key is not None
            number = key if key > 0 else min(self._trees.replies(key), default=1)
            return self._from(condition, number)

    def _from(self, condition: Condition, number: int) -> Place | None:
        """The place of the first matching post from this number on, else of the last before it."""
        plan = self._plan(condition)
        found = self._finder.first(plan, max(1, number), self._posts + 1, 1)
        found = found or self._finder.last(plan, 1, min(number, self._posts + 1), 1)
        return self._place(found[0]) if found else None

    def _at_fraction(self, condition: Condition, fraction: float) -> Place | None:
        total = self._before(condition, self._posts + 1)
        if not total:
            return None
        wanted = round(min(1.0, max(0.0, fraction)) * (total - 1))
        bits = int(self._meta["shard_bits"])
        for shard in range(((self._posts - 1) >> bits) + 1):
            here = self._posts if isinstance(condition, Everything) else self._in_shard(condition, shard)
            if wanted < here:
                low = (shard << bits) + 1
                number = self._finder.nth(self._plan(condition), low, self._posts + 1, wanted)
                return self._place(number) if number else None
            wanted -= here
        return None

    def _place(self, number: int) -> Place:
        (time,) = one(self._connection, "select time from post where number = ?", (number,))
        return Place(time, number)

    def ordered(self, condition: Condition, order: Ordering, limit: int = 0) -> Sequence[Key]:
        with self._asking:
            numbers = self._tallies.whole(condition, self._plan(condition))
            return ordered(numbers, order, limit, self._run, self._asking.listen)

    def post(self, key: Key) -> Entry | None:
        with self._asking:
            found = self._entries.of([key])
            return found[0] if found else None

    def posts(self, keys: Sequence[Key]) -> Sequence[Entry]:
        with self._asking:
            return self._entries.of(keys)

    def keys(self, condition: Condition) -> array[int]:
        with self._asking:
            return array("q", self._finder.numbers(self._plan(condition), 1, self._posts + 1))

    def names_of(self, keys: Sequence[Key]) -> Sequence[str]:
        with self._asking:
            return self._names.names(keys)

    def keys_of(self, names: Sequence[str]) -> array[int]:
        with self._asking:
            return self._names.keys(names)

    def find(self, id: str) -> Sequence[Key]:
        with self._asking:
            address = parse(id)
            if address:
                return self._keys_of(*address)
            found = self._keys_named(id)
            return found or (self._keys_named(id.rstrip("/").rpartition("/")[2]) if "://" in id else [])

    def ghost(self, key: Key) -> Ghost | None:
        with self._asking:
            found = self._trees.ghosts([-key]) if key < 0 else []
            return found[0] if found else None

    def ancestors(self, key: Key) -> Sequence[Key]:
        with self._asking:
            return self._trees.ancestors(key)

    def replies(self, key: Key) -> Sequence[Key]:
        with self._asking:
            return self._trees.replies(key)

    def conversation(self, key: Key, limit: int = 5_000) -> Sequence[Node]:
        with self._asking:
            return self._trees.skeleton(key, limit)

    def ghosts(self, condition: Condition, limit: int = 0) -> Sequence[Ghost]:
        with self._asking:
            if isinstance(condition, Everything):
                (most,) = one(self._connection, "select count(*) from ghost")
                return self._trees.ghosts(range(1, min(most, limit or most) + 1))
            wanted = sorted(self._missing(self._plan(condition)))
            return self._trees.ghosts(wanted[:limit] if limit else wanted)

    def _missing(self, plan: Plan) -> set[int]:
        """Numbers of the ghosts that matching posts reply to."""
        from rejoinder.archive.facets import PARENT_MISSING

        orphans = both([plan, Match(phrase((PARENT_MISSING,)))])
        numbers = self._finder.numbers(orphans, 1, self._posts + 1) if self._posts else array("q")
        found: set[int] = set()
        for at in range(0, len(numbers), 500):
            self._asking.listen()
            listed = ",".join(map(str, numbers[at : at + 500]))
            rows = self._connection.execute(f"select parent from post where number in ({listed}) and parent < 0")
            found.update(-row[0] for row in rows)
        return found

    def accounts(self, prefix: str, limit: int = 20) -> Sequence[tuple[Face, int]]:
        with self._asking:
            folded = text.fold_handle(prefix)
            rows = self._connection.execute(
                "select distinct a.number, coalesce(a.id, ''), coalesce(a.handle, ''), coalesce(a.name, ''), a.posts "
                "from handle h join account a on a.number = h.account where h.folded >= ? and h.folded < ? "
                "order by a.posts desc, a.number limit ?",
                (folded, folded + chr(0x10FFFF), limit),
            )
            return [(Face(*row[:4]), row[4]) for row in rows]

    def account(self, number: int) -> Account | None:
        with self._asking:
            row: tuple[Any, ...] | None = self._connection.execute(
                "select platform, id, handle, name, record from account where number = ? and number > 0", (number,)
            ).fetchone()
            if row is None:
                return None
            return msgspec.json.decode(row[4], type=Account) if row[4] else Account(*row[:4])

    def borne(self, number: int) -> Sequence[Borne]:
        with self._asking:
            platform, id, handle, name = one(
                self._connection, "select platform, id, handle, name from account where number = ?", (number,)
            )
            rows = self._connection.execute("select number, handle, name from byline where account = ?", (number,))
            names = {row[0]: (row[1] or "", row[2] or "") for row in rows}
            if id or handle:
                written = self._plan(all_of((From(id or handle), Platform(platform))))
            else:  # nobody can ask for an account that has only a display name, but it has a mark
                written = Match(phrase((author(identity(platform, None, None, name)),)))
            numbers = self._finder.numbers(written, 1, self._posts + 1)
            return borne(self._connection, names, numbers, self._asking.listen)

    def account_names(self) -> tuple[set[str], set[str]]:
        with self._asking:
            handles = {row[0].lower() for row in self._connection.execute("select folded from handle")}
            written = self._connection.execute("select distinct handle from byline where handle is not null")
            ids = {row[0] for row in self._connection.execute("select id from account where id is not null")}
            return handles | {row[0].lower() for row in written}, ids

    def sources(self) -> Sequence[Source]:
        with self._asking:
            rows = self._connection.execute("select record from source order by number")
            return [msgspec.json.decode(row[0], type=Source) for row in rows]

    def problems(self, limit: int = 0) -> Sequence[Problem]:
        with self._asking:
            rows = self._connection.execute("select record from problem order by number limit ?", (limit or -1,))
            return [msgspec.json.decode(row[0], type=Problem) for row in rows]

    def histogram(self, condition: Condition, edges: Sequence[int]) -> Sequence[int]:
        with self._asking:
            return self._tallies.histogram(condition, self._plan(condition), edges)

    def tally(self, condition: Condition, by: By, *, limit: int = 0, zone: tzinfo = UTC) -> Sequence[Tallied]:
        with self._asking:
            return self._tallies.tally(condition, self._plan(condition), by, limit, zone)

    def tags(self, prefix: str, limit: int = 20) -> Sequence[tuple[str, int]]:
        with self._asking:
            return self._tallies.tags(text.fold_tag(prefix), limit)

    def tally_days(self) -> Sequence[tuple[int, int]]:
        with self._asking:
            rows = self._connection.execute("select day, posts from day order by day")
            return [(int(day), int(posts)) for day, posts in rows]

    def pairs(self, choice: Choice, at: int = 0, limit: int = 50) -> Sequence[Pair]:
        with self._asking:
            return self._contacts.pairs(choice, at, limit)

    def count_pairs(self, choice: Choice) -> int:
        with self._asking:
            return self._contacts.count(choice)

    def acts(self, ones: Sequence[int], others: Sequence[int]) -> Sequence[Act]:
        with self._asking:
            return self._contacts.acts(ones, others)

    def all_acts(self, condition: Condition) -> Iterator[Act]:
        with self._asking:
            plan = self._plan(condition)

            def meant(posts: Sequence[int]) -> set[int]:
                low, high = min(posts), max(posts) + 1
                return set(posts) if plan == EVERYTHING else set(self._finder.numbers(plan, low, high))

            yield from self._contacts.every(meant)

    def parties(self, numbers: Sequence[int]) -> Sequence[Party]:
        with self._asking:
            return self._contacts.parties(numbers)

    def parties_named(self, name: str, part: bool = False) -> Sequence[Party]:
        with self._asking:
            return self._contacts.named(name, part)

    def coverage(self, account: int) -> Coverage:
        with self._asking:
            return self._contacts.coverage(account)

    def owners(self) -> Mapping[str, int]:
        with self._asking:
            rows = self._connection.execute("select record, owner from source where owner")
            return {msgspec.json.decode(row[0], type=Source).name: row[1] for row in rows}

    def contact_signs(self, keys: Sequence[Key]) -> Mapping[Key, ContactSign]:
        with self._asking:
            return self._contacts.signs(keys)

    def cancel(self) -> None:
        self._asking.cancel()

    def close(self) -> None:
        self._connection.close()

    # What compiling a condition asks (compile.Lore).

    def identities(self, account: str) -> list[str]:
        folded = text.fold_handle(account)
        rows: list[tuple[Any, ...]] = self._connection.execute(
            "select number, platform, id, folded from (select number, platform, id from account where id = ?1 union "
            "select a.number, platform, id from handle h join account a on a.number = h.account where h.folded = ?2) "
            "left join handle on account = number and (joined or id is null)",
            (account, folded),
        ).fetchall()
        found = {identity(platform, id, None, None) for _, platform, id, _ in rows if id is not None}
        found |= {identity(platform, None, handle, None) for _, platform, _, handle in rows if handle}
        return sorted(found)

    @cached_property
    def _groups(self) -> list[tuple[str, list[str]]]:
        rows = self._connection.execute("select number, record from source")
        names = {number: msgspec.json.decode(record, type=Source).name for number, record in rows}
        groups: list[Any] = msgspec.json.decode(self._meta["groups"])
        return [(platform, [names[number] for number in sources]) for platform, sources in groups]

    def groups(self) -> Sequence[tuple[str, Sequence[str]]]:
        return self._groups

    def _platforms(self) -> set[str]:
        return {platform for platform, _ in self._groups}

    def first_at(self, time: int) -> int:
        return self._clock.first_at(time)

    @property
    def size(self) -> int:
        return self._posts

    def untimed(self) -> int:
        return self._untimed

    def named(self, id: str) -> list[int]:
        return [key for key in self._keys_named(id) if key > 0]

    def between(self, one: str, other: str) -> list[int]:
        return self._contacts.between(one, other)

    def tree(self, number: int) -> array[int]:
        return self._trees.posts(number)

    def _numbers_of(self, platform: str, id: str) -> list[int]:
        return [key for key in self._keys_of(platform, id) if key > 0]

    def _keys_named(self, id: str) -> list[Key]:
        """Posts and ghosts with this id, or with this `platform:id`."""
        found = self._keys_of(None, id)
        platform, colon, rest = id.partition(":")
        return found or (self._keys_of(platform, rest) if colon else [])

    def _keys_of(self, platform: str | None, id: str) -> list[Key]:
        from rejoinder.archive.staged import halves  # with hashlib 10 ms, which opening an archive must not cost

        keys = self._run("ids").values(halves(kept(id))[0])
        return sorted(key for key in keys if self._is(key, platform, id))

    def _is(self, key: Key, platform: str | None, id: str) -> bool:
        """Whether this post or ghost has the id: the run knows half of an id that is not a number, and no platform."""
        if key < 0:
            row = one(self._connection, "select platform, id from ghost where number = ?", (-key,))
            return str(row[1]) == id and platform in (None, row[0])
        entry = self._entries.identity(key)
        return entry[1] == id and platform in (None, entry[0])


class _Asking(AbstractContextManager["_Asking"]):
    """One question at a time: hears `cancel`, and says what SQLite says as Cancelled or ArchiveError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._busy = self._cancelled = False
        self.connection: apsw.Connection | None = None

    def __enter__(self) -> _Asking:
        self._cancelled, self._busy = False, True
        return self

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        self._busy = False
        if isinstance(error, apsw.InterruptError):
            raise Cancelled("The question was cancelled.") from error
        if isinstance(error, (apsw.Error, msgspec.MsgspecError)):
            raise ArchiveError(
                f"{self._path} can't be read: {error}", "It may be damaged: import its exports into a new archive."
            ) from error

    def listen(self) -> None:
        """Raises Cancelled where somebody called `cancel` since the question was asked."""
        if self._cancelled:
            raise Cancelled("The question was cancelled.")

    def cancel(self) -> None:
        if self._busy and self.connection is not None:
            self._cancelled = True
            self.connection.interrupt()


def quoted(path: Path) -> str:
    """A path as SQLite's URIs write it."""
    from urllib.parse import quote

    return quote(os.fspath(path.absolute()))
