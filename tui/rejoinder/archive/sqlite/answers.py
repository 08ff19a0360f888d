"""What an open archive answers in the same words whatever engine keeps it: its rooms do the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from rejoinder.acts import Act, Coverage, Pair, Party
from rejoinder.archive import text
from rejoinder.archive.protocol import Borne, Choice, ContactSign, Entry, Face, Key, Node
from rejoinder.archive.sqlite.accounts import Accounts
from rejoinder.archive.sqlite.contacts import Contacts
from rejoinder.archive.sqlite.entries import Entries
from rejoinder.archive.sqlite.rows import Tables
from rejoinder.archive.sqlite.trees import Trees
from rejoinder.records import Account, Ghost, Problem, Source


class Tags(Protocol):
    """Knows the hashtags."""

    def tags(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """See `Archive.tags`."""
        ...


class Answers:
    """The questions of `archive/protocol.py` that a room answers alone. An engine makes the rooms."""

    _asking: AbstractContextManager[object]
    """Is entered for each question: it can be cancelled, and what the engine says is said in words."""
    _connection: Tables
    _entries: Entries
    _trees: Trees
    _accounts: Accounts
    _contacts: Contacts
    _tallies: Tags

    def post(self, key: Key) -> Entry | None:
        with self._asking:
            found = self._entries.of([key])
            return found[0] if found else None

    def posts(self, keys: Sequence[Key]) -> Sequence[Entry]:
        with self._asking:
            return self._entries.of(keys)

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

    def accounts(self, prefix: str, limit: int = 20) -> Sequence[tuple[Face, int]]:
        with self._asking:
            return self._accounts.beginning(prefix, limit)

    def account(self, number: int) -> Account | None:
        with self._asking:
            return self._accounts.record(number)

    def borne(self, number: int) -> Sequence[Borne]:
        with self._asking:
            return self._accounts.borne(number)

    def account_names(self) -> tuple[set[str], set[str]]:
        with self._asking:
            return self._accounts.names()

    def owners(self) -> Mapping[str, int]:
        with self._asking:
            return self._accounts.owners()

    def sources(self) -> Sequence[Source]:
        with self._asking:
            rows = self._connection.execute("select record from source order by number")
            return [msgspec.json.decode(row[0], type=Source) for row in rows]

    def problems(self, limit: int = 0) -> Sequence[Problem]:
        with self._asking:
            cut = f" limit {limit}" if limit else ""
            rows = self._connection.execute(f"select record from problem order by number{cut}")
            return [msgspec.json.decode(row[0], type=Problem) for row in rows]

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

    def parties(self, numbers: Sequence[int]) -> Sequence[Party]:
        with self._asking:
            return self._contacts.parties(numbers)

    def parties_named(self, name: str, part: bool = False) -> Sequence[Party]:
        with self._asking:
            return self._contacts.named(name, part)

    def coverage(self, accounts: Sequence[int]) -> Sequence[Coverage]:
        with self._asking:
            return self._contacts.coverage(accounts)

    def contact_signs(self, keys: Sequence[Key]) -> Mapping[Key, ContactSign]:
        with self._asking:
            return self._contacts.signs(keys)
