"""Accounts on a server (sqlite/accounts.py), where one question can't join what two can look up."""

from __future__ import annotations

from rejoinder.archive import text
from rejoinder.archive.facets import account as identity
from rejoinder.archive.protocol import Face
from rejoinder.archive.sqlite.accounts import Accounts


class ServerAccounts(Accounts):
    """Looks accounts up."""

    def beginning(self, prefix: str, limit: int) -> list[tuple[Face, int]]:
        """See `Archive.accounts`. A join would bring all accounts together, with each letter typed."""
        folded = text.fold_handle(prefix)
        rows = self._connection.execute(
            "select number, coalesce(id, ''), coalesce(handle, ''), coalesce(name, ''), posts from account "
            "where number in (select account from handle where folded >= ? and folded < ?) "
            "order by posts desc, number limit ?",
            (folded, folded + chr(0x10FFFF), limit),
        )
        return [(Face(*row[:4]), row[4]) for row in rows]

    def identities(self, account: str) -> list[str]:
        people = self._connection.execute(
            "select number, platform, id from account where id = ?1 or number in "
            "(select account from handle where folded = ?2)",
            (account, text.fold_handle(account)),
        ).fetchall()
        found = {identity(platform, id, None, None) for _, platform, id in people if id is not None}
        of = {number: (platform, id) for number, platform, id in people}
        listed = ",".join(map(str, of)) or "0"
        handles = self._connection.execute(f"select account, folded, joined from handle where account in ({listed})")
        for number, handle, joined in handles:
            platform, id = of[number]
            if joined or id is None:
                found.add(identity(platform, None, handle, None))
        return sorted(found)
