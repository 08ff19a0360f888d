"""Rows of posts to entries (sqlite/entries.py), with what a whole page quotes and reposts asked for together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from rejoinder.archive.body import decode, written
from rejoinder.archive.clickhouse.names import Name, ServerNames
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.protocol import Entry
from rejoinder.archive.sqlite.entries import Entries, Row

COLUMNS = "number, time, id, manner, member, author, addressee, parent, root, replies, body"


class ServerEntries(Entries):
    """Makes entries; each question costs milliseconds, so those of a page are few."""

    def __init__(self, tables: ServerTables, hides_deleted: bool = False) -> None:
        super().__init__(tables, self._numbers, hides_deleted)
        self.names = ServerNames(tables, self._identity)
        self._tables = tables
        self._near: dict[tuple[str, str], list[int]] = {}
        self._rows_near: dict[int, Row] = {}
        self._gone: set[Name] = set()

    def made(self, rows: Iterable[Sequence[Any]]) -> list[Entry]:
        """Entries of rows of `COLUMNS`."""
        return self._entries([Row(*row) for row in ((*numbers, decode(body)) for *numbers, body in rows)])

    def _identity(self, id: int, manner: int, body: bytes) -> tuple[str, str]:
        return self.identity_of(id, manner, body) if body else (self.manner(manner).platform, str(id))

    def _entries(self, rows: Sequence[Row]) -> list[Entry]:
        self._fetch(rows)
        return super()._entries(rows)

    def _fetch(self, rows: Sequence[Row]) -> None:
        """Look up the posts that these quote or repost, and read them; and whatever a row names by a number."""
        self._rows_near = {}
        self._know(rows)
        wanted = set()
        for row in rows:
            platform, rest = self.manner(row.manner).platform, row.body.rest
            for id in (rest.quote, rest.repost):
                if id is not None:
                    wanted.add((platform, written(id) or ""))
        by_id = self.names.named({id for _, id in wanted}) if wanted else {}
        self._near = {
            (platform, id): [key for of, key in by_id[id] if of == platform and key > 0] for platform, id in wanted
        }
        self._rows_near = {row.number: row for row in self._at(chain.from_iterable(self._near.values()))}
        self._know(self._rows_near.values())
        self.learn({row.author for row in self._rows_near.values()})
        if self._hides:
            self._gone = self._told_gone([name for name in wanted if not self._near[name]])

    def _know(self, rows: Collection[Row]) -> None:
        """Read the manners and members that were not met yet."""
        manners = {row.manner for row in rows}.difference(self._manners)
        if manners:
            self.know_manners(manners)
        members = {row.member for row in rows}
        for row in rows:
            members.update(member for member, _ in row.body.rest.places)
            members.update(other.place[0] for other in row.body.rest.others)
        members.difference_update(self._members)
        if members:
            self.know_members(members)

    def _told_gone(self, names: Sequence[Name]) -> set[Name]:
        """Those of these posts, which are not here, that are known to be deleted."""
        if not names:
            return set()
        marks = ",".join("?" * len(names))
        rows = self._tables.execute(f"select platform, id from gone where id in ({marks})", [id for _, id in names])
        return {(platform, id) for platform, id in rows}.intersection(names)

    def _numbers(self, platform: str, id: str) -> list[int]:
        known = self._near.get((platform, id))
        if known is None:
            known = [key for of, key in self.names.named([id])[id] if of == platform and key > 0]
        return known

    def _at(self, numbers: Iterable[int]) -> Iterator[Row]:
        wanted = list(numbers)
        known = [self._rows_near[number] for number in wanted if number in self._rows_near]
        missing = [number for number in wanted if number not in self._rows_near]
        return iter([*known, *(super()._at(missing) if missing else ())])

    def _is_deleted(self, platform: str, id: str) -> bool:
        numbers = self._numbers(platform, id)
        if numbers:
            return any(row.body.rest.deleted is not None for row in self._at(numbers))
        return (platform, id) in self._gone
