"""An open archive on a server: the answers to the questions of `archive/protocol.py`."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import msgspec

from rejoinder.acts import Act
from rejoinder.archive import text
from rejoinder.archive.clickhouse.accounts import ServerAccounts
from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.clickhouse.asking import Asking
from rejoinder.archive.clickhouse.compile import EVERYTHING, Where, among, compiled, marked, patterned
from rejoinder.archive.clickhouse.contacts import ServerContacts
from rejoinder.archive.clickhouse.entries import COLUMNS, ServerEntries
from rejoinder.archive.clickhouse.generations import Generations, size_of
from rejoinder.archive.clickhouse.lore import ServerLore
from rejoinder.archive.clickhouse.runs import Runs
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.clickhouse.tallies import ServerTallies
from rejoinder.archive.clickhouse.texts import ServerTexts
from rejoinder.archive.clickhouse.tokens import Tokens
from rejoinder.archive.clickhouse.trees import ServerTrees
from rejoinder.archive.conditions import Condition, Everything
from rejoinder.archive.protocol import (
    UNTIMED,
    Count,
    Direction,
    Entry,
    Figures,
    Key,
    Place,
)
from rejoinder.archive.sqlite.answers import Answers
from rejoinder.archive.tally import By, Tallied
from rejoinder.archive.values import Ordering
from rejoinder.errors import ArchiveError
from rejoinder.permalinks import parse
from rejoinder.records import Ghost

_REMEMBERED = 64
"""Conditions whose SQL, and what they count, are remembered."""
_LONGEST = 64 << 20
"""Bytes of it."""
_ORDERS: dict[Ordering, str] = {
    "new": "number desc",
    "old": "number",
    "likes": "likes desc, number",
    "replies": "replies desc, number",
    "conversation": "min(number) over (partition by conversation), number",
}


class ClickHouseArchive(Answers):
    """One archive on a server, open for reading: that generation of it that was the newest when it was opened."""

    _asking: Asking
    _entries: ServerEntries
    _tallies: ServerTallies

    def __init__(self, address: Address, path: Path, reveal: bool = False) -> None:
        """`path` is the file that stands for it here; `reveal` shows the words of deleted posts that are kept unseen.

        Raises ArchiveError where the server, the archive on it, or a right is missing, or a version does not fit.
        """
        self.path = str(path)
        server = Server(address)
        current = Generations(server).current() if server.has_database else None
        if current is None:
            server.close()
            raise ArchiveError(
                f"There is no archive at {address} yet.", f"Make one: rejoinder import '{address}' EXPORT"
            )
        self._server, self._generation = server, current
        self.tables = self._connection = tables = ServerTables(server, current.number)
        self._post = tables.name("post")
        self._meta: dict[str, str] = dict(tables.execute("select key, value from meta"))
        if int(self._meta["text"]) != text.VERSION:
            server.close()
            raise ArchiveError(
                f"{address} was written by another Rejoinder.", "Import its exports into a new database."
            )
        hides = self._meta["deleted"] == "hide-text"
        self._posts, self._untimed = int(self._meta["posts"]), int(self._meta["untimed"])
        run = Runs(tables)
        self._entries = ServerEntries(tables, hides and not reveal)
        self._trees = ServerTrees(tables, self._entries, run)
        answered = int(self._meta["answered"])
        self._contacts = ServerContacts(tables, self._entries, run, server.listen, answered, self._untimed)
        groups: list[Any] = msgspec.json.decode(self._meta["groups"])
        self._accounts = ServerAccounts(tables, self._marked, server.listen)
        tokens, self._texts = Tokens(tables), ServerTexts(server, hides)
        self._lore = ServerLore(tables, self._entries, self._contacts, self._accounts, self._texts, tokens, groups)
        self._known: OrderedDict[Condition, Where] = OrderedDict()
        self._counts: OrderedDict[Condition, int] = OrderedDict()
        self._tallies = ServerTallies(tables, tokens, self._lore.groups)
        self._asking = Asking(server)

    def _where(self, condition: Condition) -> Where:
        """What finds the posts; compiling may have asked much, so it is remembered."""
        if condition not in self._known:
            self._known[condition] = compiled(condition, self._lore, self._post)
            while len(self._known) > 1 and (len(self._known) > _REMEMBERED or self._length() > _LONGEST):
                self._known.popitem(last=False)
        return self._known[condition].copy()

    def _length(self) -> int:
        """Bytes of the SQL that is remembered: it may hold many numbers of posts."""
        return sum(len(each.sql) for each in self._known.values())

    def _numbers(self, where: Where, more: str) -> list[int]:
        rows = self._server.ask(f"select number from {self._post} where ({where.sql}) {more}", where.values)
        return [number for (number,) in rows]

    def _marked(self, marks: Sequence[str]) -> list[int]:
        return self._numbers(marked(marks, self._post), "order by number")

    def figures(self) -> Figures:
        with self._asking:
            found = msgspec.json.decode(self._meta["figures"], type=Figures)
            size = size_of(self._server, self._generation)
            return msgspec.structs.replace(found, bytes=size, deleted=self._meta["deleted"])

    def page(self, condition: Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]:
        newer = direction == "newer"
        with self._asking:
            if self._is_read(condition):
                begin = at.key if at is not None else 0 if newer else self._posts + 1
                found = self._read(condition, begin, newer, limit)
                return self._entries.of(found if newer else found[::-1])
            where = self._where(condition)
            sign, order = (">", "number") if newer else ("<", "number desc")
            beyond = f"and number {sign} {where.bind(at.key, 'Int64')}" if at is not None else ""
            rows = self._server.ask(
                f"select {COLUMNS} from {self._post} where ({where.sql}) {beyond} order by {order} limit {limit}",
                where.values,
            )
            return self._entries.made(rows if newer else rows[::-1])

    def _is_read(self, condition: Condition) -> bool:
        """Whether its posts are better met by reading texts from a place on than by reading all of them first."""
        return bool(patterned(condition)[0]) and condition not in self._known

    def _read(self, condition: Condition, begin: int, newer: bool, limit: int) -> list[int]:
        """The first posts beyond number `begin` that meet a condition with patterns."""
        patterns, plain = patterned(condition)
        return self._texts.near(patterns, self._where(plain), begin, newer, limit)

    def count(self, condition: Condition) -> Count:
        with self._asking:
            return Count(self._count(condition))

    def _count(self, condition: Condition) -> int:
        if condition not in self._counts:
            self._counts[condition] = self._before(self._where(condition), self._posts + 1)
            if len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)
        return self._counts[condition]

    def rank(self, condition: Condition, at: Place) -> Count:
        with self._asking:
            return Count(self._before(self._where(condition), max(1, at.key)))

    def _before(self, where: Where, number: int) -> int:
        """How many matching posts have a smaller number."""
        if where.sql == "1":
            return number - 1
        before = where.bind(number, "Int64")
        sql = f"select count() from {self._post} where ({where.sql}) and number < {before}"
        return int(self._server.ask(sql, where.values)[0][0])

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
                every = Where(self._post)
                moment = every.bind(max(time, UNTIMED + 1), "Int64")
                first = self._place(every, f"and time >= {moment} order by number limit 1")
                return self._from(condition, first.key if first is not None else self._posts + 1)
            assert key is not None
            return self._from(condition, key if key > 0 else min(self._trees.replies(key), default=1))

    def _from(self, condition: Condition, number: int) -> Place | None:
        """The place of the first matching post from this number on, else of the last before it."""
        if self._is_read(condition):
            found = self._read(condition, number - 1, True, 1) or self._read(condition, number, False, 1)
            return self._place(Where(self._post), f"and number = {found[0]}") if found else None
        where = self._where(condition)
        begin = where.bind(number, "Int64")
        return self._place(where, f"and number >= {begin} order by number limit 1") or self._place(
            where, f"and number < {begin} order by number desc limit 1"
        )

    def _at_fraction(self, condition: Condition, fraction: float) -> Place | None:
        where, total = self._where(condition), self._count(condition)
        if not total:
            return None
        wanted = round(min(1.0, max(0.0, fraction)) * (total - 1))
        if where.sql == "1":
            return self._place(where, f"and number = {wanted + 1}")
        if wanted < total // 2:
            return self._place(where, f"order by number limit 1 offset {wanted}")
        return self._place(where, f"order by number desc limit 1 offset {total - 1 - wanted}")

    def _place(self, where: Where, more: str) -> Place | None:
        rows = self._server.ask(f"select time, number from {self._post} where ({where.sql}) {more}", where.values)
        return Place(*rows[0]) if rows else None

    def ordered(self, condition: Condition, order: Ordering, limit: int = 0) -> Sequence[Key]:
        with self._asking:
            cut = f" limit {limit}" if limit else ""
            return self._numbers(self._where(condition), f"order by {_ORDERS[order]}{cut}")

    def keys(self, condition: Condition) -> array[int]:
        with self._asking:
            where = self._where(condition)
            if where.sql == EVERYTHING:
                return array("q", range(1, self._posts + 1))
            return array("q", self._numbers(where, "order by number"))

    def names_of(self, keys: Sequence[Key]) -> Sequence[str]:
        with self._asking:
            found = self._entries.names.names([key for key in keys if key > 0])
            return [":".join(found[key]) for key in keys if key in found]

    def keys_of(self, names: Sequence[str]) -> array[int]:
        with self._asking:
            return self._entries.names.keys(names)

    def find(self, id: str) -> Sequence[Key]:
        with self._asking:
            address = parse(id)
            if address:
                return self._lore.keys_of(*address)
            found = self._lore.keys_named(id)
            return found or (self._lore.keys_named(id.rstrip("/").rpartition("/")[2]) if "://" in id else [])

    def ghosts(self, condition: Condition, limit: int = 0) -> Sequence[Ghost]:
        with self._asking:
            where = self._where(condition)
            cut = f" limit {limit}" if limit else ""
            rows = self._server.ask(
                f"select distinct -parent as ghost from {self._post} where ({where.sql}) and parent < 0 "
                f"order by ghost{cut}",
                where.values,
            )
            return self._trees.ghosts([number for (number,) in rows])

    def histogram(self, condition: Condition, edges: Sequence[int]) -> Sequence[int]:
        with self._asking:
            return self._tallies.histogram(self._where(condition), edges)

    def tally(self, condition: Condition, by: By, *, limit: int = 0, zone: tzinfo = UTC) -> Sequence[Tallied]:
        with self._asking:
            return self._tallies.tally(self._where(condition), by, limit, zone)

    def all_acts(self, condition: Condition) -> Iterator[Act]:
        with self._asking:

            def meant(posts: Sequence[int]) -> set[int]:
                if isinstance(condition, Everything):
                    return set(posts)
                where = self._where(condition)
                return set(self._numbers(where, f"and {among(posts)}"))

            yield from self._contacts.every(meant)

    def cancel(self) -> None:
        if self._asking.is_busy:
            self._server.cancel()

    def close(self) -> None:
        self._server.close()
