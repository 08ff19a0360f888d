"""What compiling a condition asks of an archive on a server (compile.Lore)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec

from rejoinder.archive.clickhouse.compile import Where, among
from rejoinder.archive.clickhouse.entries import ServerEntries
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.clickhouse.texts import ServerTexts, too_much
from rejoinder.archive.clickhouse.tokens import Tokens
from rejoinder.archive.sqlite.accounts import Accounts
from rejoinder.archive.sqlite.contacts import Contacts
from rejoinder.records import Source

MOST_KEYS = 5_000_000
"""Posts that may be handed to and fro in one question."""


class ServerLore:
    """Looks up what conditions name."""

    def __init__(
        self,
        tables: ServerTables,
        entries: ServerEntries,
        contacts: Contacts,
        accounts: Accounts,
        texts: ServerTexts,
        tokens: Tokens,
        groups: Sequence[tuple[str, Sequence[int]]],
    ) -> None:
        """`groups` are (platform, numbers of sources)."""
        self._tables, self._entries, self._contacts = tables, entries, contacts
        self._accounts, self._texts, self._tokens, self._numbered = accounts, texts, tokens, groups

    @property
    def has_positions(self) -> bool:
        return self._tables.server.has_positions

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
                raise too_much(f"More than {MOST_KEYS:,} posts stand above what is found.")
            step = Where(where.post)
            step.sql = among(fresh)
            fresh = self._parents(step)
        return sorted(found)

    def _parents(self, where: Where) -> set[int]:
        rows = self._tables.server.ask(
            f"select distinct parent from {where.post} where ({where.sql}) and parent > 0", where.values
        )
        return {parent for (parent,) in rows}

    def beginning(self, prefix: str) -> Sequence[str] | None:
        return self._tokens.beginning(prefix)

    def matching(self, pattern: str, where: Where) -> list[int]:
        return self._texts.matching(pattern, where)
