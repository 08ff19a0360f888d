"""Sorted columns on a server, for the rooms of archive/sqlite that look things up in them (`rows.Column`)."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from rejoinder.archive.clickhouse import schema
from rejoinder.archive.clickhouse.tables import ServerTables

STEP = 1 << 14
"""Rows of a block: one question, some 100 kB."""
_TABLES = {"liked": "likings"}
_BLOCKS = 8
_AT_ONCE = 5_000
"""Keys that are asked for together."""


class ServerRun:
    """One run, a table of its own."""

    def __init__(self, tables: ServerTables, name: str) -> None:
        self._tables = tables
        self._table = _TABLES.get(name, name)
        names = schema.TABLES[self._table].names[1:]
        self._listed, self._key = ", ".join(names), names[0]
        self._values = ", ".join(names[1:])
        self.columns = "q" * len(names)
        self.step = STEP
        self._rows: int | None = None
        self._blocks: OrderedDict[int, list[array[int]]] = OrderedDict()

    @property
    def rows(self) -> int:
        """How many there are."""
        if self._rows is None:
            ((self._rows,),) = self._tables.execute(f"select count() from {self._table}").fetchall()
        return int(self._rows)

    def block(self, number: int) -> list[array[int]]:
        """The columns of rows `number` × `step` and those after."""
        if number not in self._blocks:
            low = number * self.step
            rows = self._tables.execute(
                f"select {self._listed} from {self._table} where at >= ? and at < ? order by at", (low, low + self.step)
            ).fetchall()
            self._blocks[number] = [array("q", column) for column in zip(*rows, strict=True)] or [
                array("q") for _ in self.columns
            ]
            if len(self._blocks) > _BLOCKS:
                self._blocks.popitem(last=False)
        return self._blocks[number]

    def among(self, keys: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """The rows with any of these keys, in the order of keys."""
        for at in range(0, len(keys), _AT_ONCE):
            listed = ",".join(map(str, keys[at : at + _AT_ONCE]))
            yield from self._tables.execute(
                f"select {self._key}, {self._values} from {self._table} where {self._key} in ({listed}) "
                f"order by {self._key}, at"
            )

    def values(self, key: int) -> array[int]:
        """The second column of the rows with this key."""
        return array("q", [row[1] for row in self.among([key])])


class Runs:
    """The runs of one archive, by name."""

    def __init__(self, tables: ServerTables) -> None:
        self._tables = tables
        self._known: dict[str, ServerRun] = {}

    def __call__(self, name: str) -> ServerRun:
        if name not in self._known:
            self._known[name] = ServerRun(self._tables, name)
        return self._known[name]
