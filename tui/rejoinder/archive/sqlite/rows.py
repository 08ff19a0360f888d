"""Rows of a question, with the types that the tables promise.

What only looks rows up (`entries`, `trees`, `names`, `contacts`, `carry`) asks `Tables`: an SQLite file, or the same
tables in another engine. So its SQL is what both understand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from rejoinder.errors import ArchiveError

Bindings = Sequence[str | int | bytes | None]


class Found(Protocol):
    """What a question found."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> Any: ...


class Tables(Protocol):
    """The tables of one archive (see schema.py)."""

    def execute(self, statements: str, bindings: Bindings = ..., /) -> Found: ...

    def executemany(self, statements: str, sequenceofbindings: Any, /) -> Any: ...

    def close(self) -> None: ...


class Column(Protocol):
    """A sorted column of integers beside others, or a column to scan (see runs.py)."""

    columns: str
    step: int

    @property
    def rows(self) -> int: ...

    def block(self, number: int) -> Any: ...

    def among(self, keys: Sequence[int]) -> Iterator[tuple[int, ...]]: ...

    def values(self, key: int) -> Any: ...


def one(tables: Tables, sql: str, bindings: Bindings = ()) -> tuple[Any, ...]:
    """The row of a question that has just one. Raises ArchiveError where a damaged file has none."""
    row: tuple[Any, ...] | None = tables.execute(sql, bindings).fetchone()
    if row is None:
        raise damaged()
    return row


def damaged() -> ArchiveError:
    """What is said where a row is missing that others name."""
    return ArchiveError("The archive is damaged: a row is missing.", "Import its exports into a new archive.")
