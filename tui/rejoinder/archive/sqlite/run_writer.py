"""The writing side of runs (see runs.py): columns become blocks of a file that is being made."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import apsw
import numpy as np

from rejoinder.archive.sqlite.runs import SCAN_STEP, STEP
from rejoinder.archive.sqlite.shelf import NUMPY
from rejoinder.archive.sqlite.shelf import Ints as Column

Piece = tuple[Column, ...]
"""Some rows of columns that belong together."""


class RunWriter:
    """Writes runs into an archive file that is being made."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._count = 0

    def write(self, name: str, letters: str, pieces: Iterator[Piece]) -> None:
        """Keep these columns, which come in pieces and are sorted by the first of them."""
        firsts, rows = [], 0
        number = self._begin(name, letters, STEP)
        for block in _blocks(pieces):
            self._block(number, letters, block)
            firsts.append(_bytes(block[0][:1], "q"))
            rows, number = rows + len(block[0]), number + 1
        self._end(rows, b"".join(firsts))

    def pack(self, name: str, letter: str, column: Column) -> None:
        """Keep a column to scan, in the order it has, packed."""
        number = self._begin(name, letter, SCAN_STEP)
        for at in range(0, len(column), SCAN_STEP):
            self._block(number + at // SCAN_STEP, letter, (column[at : at + SCAN_STEP],), packed=True)
        self._end(len(column), b"")

    def _begin(self, name: str, letters: str, step: int) -> int:
        """The number of the run's first block."""
        self._count += 1
        self._connection.execute(
            "insert into run values(?, ?, ?, 0, ?, ?, x'')", (self._count, name, letters, step, int(step != STEP))
        )
        return self._count << 32

    def _block(self, number: int, letters: str, columns: Piece, packed: bool = False) -> None:
        data = b"".join(map(_bytes, columns, letters))
        self._connection.execute("insert into block values(?, ?)", (number, zlib.compress(data, 1) if packed else data))

    def _end(self, rows: int, firsts: bytes) -> None:
        self._connection.execute("update run set rows = ?, firsts = ? where number = ?", (rows, firsts, self._count))


def _blocks(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces cut anew: blocks of STEP rows, the last of what is left."""
    left: Piece | None = None
    for piece in pieces:
        columns = piece if left is None else tuple(map(_joined, left, piece))
        end = len(columns[0]) - len(columns[0]) % STEP
        for at in range(0, end, STEP):
            yield tuple(column[at : at + STEP] for column in columns)
        left = tuple(column[end:] for column in columns)
    if left is not None and len(left[0]):
        yield left


def _joined(one: Column, other: Column) -> Column:
    found: Column = np.concatenate((one, other))
    return found


def _bytes(column: Column, letter: str) -> bytes:
    return column.astype(f"<{NUMPY[letter]}").tobytes()
