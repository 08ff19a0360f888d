"""Pairs and acts on a server (sqlite/contacts.py): what a file's columns tell by position, a question tells here."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.acts import Coverage
from rejoinder.archive.clickhouse.compile import among
from rejoinder.archive.protocol import ContactSign, Key
from rejoinder.archive.sqlite.contacts import Contacts

_NO_NUMBER = -(2**31)


class ServerContacts(Contacts):
    """Answers what is asked of pairs and acts."""

    def signs(self, keys: Sequence[Key]) -> dict[Key, ContactSign]:
        rows = self._connection.execute(
            f"select number, unanswered, exchange from post where {among(key for key in keys if key > 0)} "
            f"and (unanswered > {_NO_NUMBER} or exchange > {_NO_NUMBER})"
        )
        found = {number: ContactSign(_known(before), _known(turns)) for number, before, turns in rows}
        return {key: found[key] for key in keys if key in found}

    def coverage(self, account: int) -> Coverage:
        row = self._connection.execute(
            "select first, last, coalesce(missing, 0), coalesce(undated, 0), posts, coalesce(context, 0) "
            "from account where number = ? and number > 0",
            (account,),
        ).fetchone() or (None, None, 0, 0, 0, 0)
        times = self._times(number for number in row[:2] if number)
        months = tuple(self._run("months").values(account))
        return Coverage(times.get(row[0] or 0), times.get(row[1] or 0), months, *row[2:])


def _known(number: int) -> int | None:
    return None if number == _NO_NUMBER else number
