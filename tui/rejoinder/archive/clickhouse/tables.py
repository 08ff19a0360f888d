"""The tables of one generation as the rooms of archive/sqlite ask them (`rows.Tables`): the same SQL, bound values.

`?` and `?1` become parameters with the type of what is bound, and table names get their generation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from rejoinder.archive.clickhouse import schema
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.sqlite.rows import Bindings

_TABLE = re.compile(
    r"\b(from|join) ([a-z]+)\b(?! *\()"
    r"( (?!on\b|where\b|order\b|join\b|left\b|group\b|limit\b|union\b|array\b)[a-z]+)?"
)
_INTO = re.compile(r"insert into ([a-z]+) ")
_MARK = re.compile(r"\?(\d*)")
_BYTES = re.compile(r"record|body|citers|hash|\bline\b|words")
"""Columns that hold bytes; all other texts are text."""
_BATCH = 100_000
_SHORT = 4_000


class Rows:
    """What a question found."""

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        return self._rows[0] if self._rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return list(self._rows)


class ServerTables:
    """One generation of tables. See `rows.Tables`."""

    def __init__(self, server: Server, generation: int) -> None:
        self.server, self.generation = server, generation
        self._batches = 0

    def execute(self, statements: str, bindings: Bindings = (), /) -> Rows:
        sql, order = _translated(statements, self.generation)
        values: dict[str, Any] = {}
        types: dict[str, str] = {}
        for name, at in order:
            value = bindings[at]
            values[name], types[name] = int(value) if isinstance(value, bool) else value, _type_of(value)
        for name, type in types.items():
            sql = sql.replace(f"{{{name}}}", f"{{{name}:{type}}}")
        columns, rows = self.server.told(sql, values)
        texts = [at for at, column in enumerate(columns) if not _BYTES.search(column)]
        return Rows([_read(row, texts) for row in rows])

    def executemany(self, statements: str, sequenceofbindings: Iterable[Sequence[Any]], /) -> None:
        """Insert rows, of which every value is bound."""
        into = _INTO.match(statements)
        assert into is not None, statements
        rows = iter(sequenceofbindings)
        for batch in iter(lambda: list(islice(rows, _BATCH)), []):
            self.insert(into[1], list(zip(*batch, strict=True)))

    def insert(self, name: str, data: Sequence[Any], token: str = "") -> None:
        """Insert rows, given by columns in the table's order. `token` names them: told twice they are put in once."""
        self._batches += not token
        table = schema.TABLES[name]
        columns = [_written(column, type) for column, type in zip(data, table.types, strict=True)]
        whole = schema.name_of(self.generation, name)
        self.server.insert(whole, table.names, table.types, columns, f"{whole}-{token or f'small-{self._batches}'}")

    def name(self, table: str) -> str:
        """What a table of this generation is called."""
        return schema.name_of(self.generation, table)

    def close(self) -> None:
        """Let the connection go."""
        self.server.close()


def _read(row: tuple[Any, ...], texts: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for at in texts:
        if isinstance(values[at], bytes):
            values[at] = values[at].decode()
    return tuple(values)


def _written(column: Sequence[Any], type: str) -> Sequence[Any]:
    """A column as the client takes it: bytes and text alike, numbers where the file keeps ids untyped."""
    if type == "String":
        return [value if isinstance(value, bytes) else str(value).encode() for value in column]
    if type == "Nullable(String)":
        return [value.encode() if isinstance(value, str) else value for value in column]
    return column


def _type_of(value: object) -> str:
    if value is None:
        return "Nullable(String)"
    return "Int64" if isinstance(value, int) else "String"


def _translated(sql: str, generation: int) -> tuple[str, list[tuple[str, int]]]:
    """(the question with its table names and parameters, which bound value each parameter is).

    Short ones, which come again, are remembered; the others are lists of numbers.
    """
    return _remembered(sql, generation) if len(sql) < _SHORT else _translate(sql, generation)


def _translate(sql: str, generation: int) -> tuple[str, list[tuple[str, int]]]:
    order: list[tuple[str, int]] = []

    def named(mark: re.Match[str]) -> str:
        at = int(mark[1]) - 1 if mark[1] else len(order)
        if (f"p{at}", at) not in order:
            order.append((f"p{at}", at))
        return f"{{p{at}}}"

    sql = _MARK.sub(named, sql)
    return _TABLE.sub(partial(_renamed, generation), sql), order


_remembered = lru_cache(200)(_translate)


def _renamed(generation: int, found: re.Match[str]) -> str:
    if found[2] not in schema.TABLES:
        return found[0]
    return f"{found[1]} {schema.name_of(generation, found[2])}{found[3] or f' as {found[2]}'}"
