"""The accounts of an archive: looked up by what they are or were called, and the names that their posts bear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from rejoinder.archive import text
from rejoinder.archive.facets import account as identity
from rejoinder.archive.facets import author
from rejoinder.archive.protocol import Borne, Face
from rejoinder.archive.sqlite.borne import borne
from rejoinder.archive.sqlite.rows import Tables, one
from rejoinder.records import Account, Source


class Accounts:
    """`marked` gives the posts that bear any of these marks, `listen` raises where the question was cancelled."""

    def __init__(
        self,
        connection: Tables,
        marked: Callable[[Sequence[str]], Sequence[int]],
        listen: Callable[[], None],
    ) -> None:
        self._connection, self._marked, self._listen = connection, marked, listen

    def beginning(self, prefix: str, limit: int) -> list[tuple[Face, int]]:
        """See `Archive.accounts`."""
        folded = text.fold_handle(prefix)
        rows = self._connection.execute(
            "select distinct a.number, coalesce(a.id, ''), coalesce(a.handle, ''), coalesce(a.name, ''), a.posts "
            "from handle h join account a on a.number = h.account where h.folded >= ? and h.folded < ? "
            "order by a.posts desc, a.number limit ?",
            (folded, folded + chr(0x10FFFF), limit),
        )
        return [(Face(*row[:4]), row[4]) for row in rows]

    def record(self, number: int) -> Account | None:
        """See `Archive.account`."""
        row: tuple[Any, ...] | None = self._connection.execute(
            "select platform, id, handle, name, record from account where number = ? and number > 0", (number,)
        ).fetchone()
        if row is None:
            return None
        return msgspec.json.decode(row[4], type=Account) if row[4] else Account(*row[:4])

    def borne(self, number: int) -> list[Borne]:
        """See `Archive.borne`."""
        platform, id, handle, name = one(
            self._connection, "select platform, id, handle, name from account where number = ?", (number,)
        )
        known = self.identities(id or handle) if id or handle else [identity(platform, None, None, name)]
        rows = self._connection.execute("select number, handle, name from byline where account = ?", (number,))
        names = {row[0]: (row[1] or "", row[2] or "") for row in rows}
        return borne(self._connection, names, self._marked(list(map(author, known))), self._listen)

    def names(self) -> tuple[set[str], set[str]]:
        """See `Archive.account_names`."""
        handles = {row[0].lower() for row in self._connection.execute("select folded from handle")}
        written = self._connection.execute("select distinct handle from byline where handle is not null")
        ids = {row[0] for row in self._connection.execute("select id from account where id is not null")}
        return handles | {row[0].lower() for row in written}, ids

    def owners(self) -> dict[str, int]:
        """See `Archive.owners`."""
        rows = self._connection.execute("select record, owner from source where owner <> 0")
        return {msgspec.json.decode(row[0], type=Source).name: row[1] for row in rows}

    def identities(self, account: str) -> list[str]:
        """How the index names the accounts with this id, or that ever bore this handle."""
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
