"""Chains and conversations on a server (sqlite/trees.py): a chain costs two questions, however long it is."""

from __future__ import annotations

from rejoinder.archive.clickhouse.runs import Runs
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.protocol import Key
from rejoinder.archive.sqlite.entries import Entries
from rejoinder.archive.sqlite.trees import Trees


class ServerTrees(Trees):
    """Reply trees."""

    at_once = 10_000

    def __init__(self, tables: ServerTables, entries: Entries, run: Runs) -> None:
        super().__init__(tables, entries, run)
        self._tables = tables

    def ancestors(self, key: Key) -> list[Key]:
        rows = self._tables.execute(
            "select number, parent from post where number in (select value from trees where key in "
            "(select conversation from post where number = ?1)) and parent <> 0",
            (key,),
        )
        parent_of: dict[int, int] = dict(rows)
        chain = [key]
        while parent := parent_of.get(chain[-1], 0):
            chain.append(parent)
        return chain[::-1]
