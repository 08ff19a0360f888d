"""Pairs and acts on a server (sqlite/contacts.py): what a file's columns tell by position, a question tells here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rejoinder.acts import Coverage, Pair
from rejoinder.archive.clickhouse import choosing
from rejoinder.archive.clickhouse.compile import among
from rejoinder.archive.protocol import Choice, ContactSign, Key
from rejoinder.archive.sqlite.contacts import Contacts, pair_of
from rejoinder.archive.sqlite.rows import one
from rejoinder.archive.sqlite.schema import PAIR

_NO_NUMBER = -(2**31)
_NOBODY = (None, None, 0, 0, 0, 0)


class ServerContacts(Contacts):
    """Answers what is asked of pairs and acts."""

    def pairs(self, choice: Choice, at: int, limit: int) -> list[Pair]:
        cut = f"limit {limit} offset {at}" if limit else f"offset {at}"
        rows = self._connection.execute(
            f"select {', '.join(PAIR)} from {choosing.source(choice)} "
            f"where {choosing.condition(choice, self._answered)} order by {choosing.order(choice)} {cut}"
        )
        return [pair_of(dict(zip(PAIR, row, strict=True))) for row in rows]

    def count(self, choice: Choice) -> int:
        choice = msgspec.structs.replace(choice, sort="unanswered")  # no order needs be asked for
        sql = f"select count() from {choosing.source(choice)} where {choosing.condition(choice, self._answered)}"
        return int(one(self._connection, sql)[0])

    def _account_of(self, platform: str, id: str | None, handle: str | None) -> int:
        borne = (("id", id), ("handle", handle))
        same = " and ".join(f"{name} = ?" if value is not None else f"{name} is null" for name, value in borne)
        row = self._connection.execute(
            f"select number from account where platform = ? and number in (select account from byline where {same}) "
            "limit 1",
            (platform, *(value for _, value in borne if value is not None)),
        ).fetchone()
        return int(row[0]) if row else 0

    def signs(self, keys: Sequence[Key]) -> dict[Key, ContactSign]:
        rows = self._connection.execute(
            f"select number, unanswered, exchange from post where {among(key for key in keys if key > 0)} "
            f"and (unanswered > {_NO_NUMBER} or exchange > {_NO_NUMBER})"
        )
        found = {number: ContactSign(_known(before), _known(turns)) for number, before, turns in rows}
        return {key: found[key] for key in keys if key in found}

    def coverage(self, accounts: Sequence[int]) -> list[Coverage]:
        """All of them by three questions: a list of contacts asks for a hundred."""
        rows = self._connection.execute(
            "select number, first, last, coalesce(missing, 0), coalesce(undated, 0), posts, coalesce(context, 0) "
            f"from account where number > 0 and {among(accounts)}"
        )
        known = {row[0]: row[1:] for row in rows}
        times = self._times(number for row in known.values() for number in row[:2] if number)
        months: dict[int, list[int]] = {}
        for account, month in self._run("months").among(sorted(set(accounts))):
            months.setdefault(account, []).append(month)
        return [
            Coverage(times.get(first or 0), times.get(last or 0), tuple(months.get(account, ())), *figures)
            for account in accounts
            for first, last, *figures in [known.get(account, _NOBODY)]
        ]


def _known(number: int) -> int | None:
    return None if number == _NO_NUMBER else number
