"""Rows of a question, with the types that the tables promise."""

from __future__ import annotations

from typing import Any

import apsw

from rejoinder.errors import ArchiveError


def one(connection: apsw.Connection, sql: str, bindings: tuple[str | int, ...] = ()) -> tuple[Any, ...]:
    """The row of a question that has just one. Raises ArchiveError where a damaged file has none."""
    row: tuple[Any, ...] | None = connection.execute(sql, bindings).fetchone()
    if row is None:
        raise ArchiveError("The archive is damaged: a row is missing.", "Import its exports into a new archive.")
    return row
