"""What compiling a condition asks of an archive on a server (compile.Lore)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from rejoinder.archive.body import decode
from rejoinder.archive.clickhouse.compile import Where, among
from rejoinder.archive.clickhouse.entries import ServerEntries
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.patterns import literals, matcher
from rejoinder.archive.sqlite.accounts import Accounts
from rejoinder.archive.sqlite.contacts import Contacts
from rejoinder.errors import QueryError
from rejoinder.records import Source

MOST_READ = 2_000_000
"""Texts that a pattern may have to be tried on: a minute."""
MOST_KEYS = 5_000_000
"""Posts that may be handed to and fro in one question."""
_PIECE = 20_000


class ServerLore:
    """Looks up what conditions name."""

    def __init__(
        self,
        tables: ServerTables,
        entries: ServerEntries,
        contacts: Contacts,
        accounts: Accounts,
        groups: Sequence[tuple[str, Sequence[int]]],
        hides_deleted: bool,
    ) -> None:
        """`groups` are (platform, numbers of sources); `hides_deleted`: no pattern finds words of deleted posts."""
        self._tables, self._entries, self._contacts = tables, entries, contacts
        self._accounts = accounts
        self._numbered, self._hides = groups, hides_deleted

    @cached_property
    def _groups(self) -> list[tuple[str, list[str]]]:
        rows = self._tables.execute("select number, record from source")
        names = {number: msgspec.json.decode(record, type=Source).name for number, record in rows}
        return [(platform, [names[number] for number in sources]) for platform, sources in self._numbered]

    def groups(self) -> Sequence[tuple[str, Sequence[str]]]:
        return self._groups

    def platforms(self) -> set[str]:
        """Of the posts that are here."""
        return {platform for platform, _ in self._groups}

    def identities(self, account: str) -> list[str]:
        return self._accounts.identities(account)

    def named(self, id: str) -> list[int]:
        return [key for key in self.keys_named(id) if key > 0]

    def keys_named(self, id: str) -> list[int]:
        """Posts and ghosts with this id, or with this `platform:id`."""
        platform, colon, rest = id.partition(":")
        found = self._entries.names.named([id, rest] if colon else [id])
        exact = [key for _, key in found[id]]
        return exact or ([key for of, key in found[rest] if of == platform] if colon else [])

    def keys_of(self, platform: str | None, id: str) -> list[int]:
        """Posts and ghosts of this platform with this id."""
        return [key for of, key in self._entries.names.named([id])[id] if platform in (None, of)]

    def between(self, one: str, other: str) -> list[int]:
        return self._contacts.between(one, other)

    def roots(self, numbers: Sequence[int]) -> list[int]:
        if not numbers:
            return []
        rows = self._tables.execute(f"select distinct conversation from post where {among(numbers)}")
        return [root for (root,) in rows]

    def above(self, where: Where) -> list[int]:
        found: set[int] = set()
        fresh = self._parents(where)
        while fresh := fresh - found:
            found |= fresh
            if len(found) > MOST_KEYS:
                raise _too_much(f"More than {MOST_KEYS:,} posts stand above what is found.")
            step = Where(where.post)
            step.sql = among(fresh)
            fresh = self._parents(step)
        return sorted(found)

    def _parents(self, where: Where) -> set[int]:
        rows = self._tables.server.ask(
            f"select distinct parent from {where.post} where ({where.sql}) and parent > 0", where.values
        )
        return {parent for (parent,) in rows}

    def matching(self, pattern: str, where: Where) -> list[int]:
        for tokens, prefix in literals(pattern):
            words = list(tokens[:-1] if prefix else tokens)
            if words:
                where.sql = f"({where.sql}) and hasAllTokens(words, {where.bind(words, 'Array(String)')})"
            if prefix:
                last = where.bind(f" {tokens[-1]}", "String")
                where.sql = f"({where.sql}) and position(concat(' ', words), {last}) > 0"
        ((posts,),) = self._tables.server.ask(f"select count() from {where.post} where {where.sql}", where.values)
        if posts > MOST_READ:
            raise _too_much(f"This pattern would have to be tried on {posts:,} texts, one by one.")
        holds = matcher(pattern)
        return [number for number, told in self._texts(where) if holds(told)]

    def _texts(self, where: Where) -> Iterator[tuple[int, str]]:
        """Numbers and texts of the posts that are found, piece after piece."""
        last = where.bind(0, "Int64")
        name = last[1:].partition(":")[0]
        sql = (
            f"select number, body from {where.post} where ({where.sql}) and number > {last} "
            f"order by number limit {_PIECE}"
        )
        while rows := self._tables.server.ask(sql, where.values):
            where.values[name] = rows[-1][0]
            for number, data in rows:
                body = decode(data)
                yield number, "" if self._hides and body.rest.deleted is not None else body.text


def _too_much(message: str) -> QueryError:
    return QueryError(message, 1, "Put a word, an account or a time span beside it, so that fewer are left.")
