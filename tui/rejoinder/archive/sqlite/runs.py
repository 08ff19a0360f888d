"""Sorted integer columns in blocks: what the archive knows of order and kin (ids, replies, trees, acts, counts).

A run is a table of integers sorted by its first column, cut into blocks of `step` rows; a block holds its columns one
after another, little-endian. The first key of every block is kept together, so that a look-up reads one block. Against
an SQLite index this takes no work per row to write (numpy hands over bytes: 1 s less for a million posts) and 12 bytes
instead of 17 an id. The price: it can't be changed in place, which a sealed file never is.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import apsw

from rejoinder.archive.sqlite.rows import one

_WIDTHS = {"b": 1, "h": 2, "i": 4, "q": 8}
_CACHED = 64
"""Blocks kept decoded: at most 64 × 12 kB for look-ups, or half a dozen of the large ones that scans read."""
STEP = 1024
SCAN_STEP = 1 << 16


class Run:
    """The reading side of one run."""

    def __init__(self, connection: apsw.Connection, name: str) -> None:
        row = one(connection, "select number, columns, rows, step, packed, firsts from run where name = ?", (name,))
        self._connection = connection
        self._base = int(row[0]) << 32
        self.columns, self.rows, self.step, self._packed = str(row[1]), int(row[2]), int(row[3]), bool(row[4])
        self._firsts = _ints("q", row[5])
        self._blocks: OrderedDict[int, list[array[int]]] = OrderedDict()

    def block(self, number: int) -> list[array[int]]:
        """The columns of one block."""
        found = self._blocks.get(number)
        if found is None:
            found = self._blocks[number] = self._read(number)
            if len(self._blocks) > (_CACHED if self.step == STEP else 6):
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(number)
        return found

    def _read(self, number: int) -> list[array[int]]:
        row = one(self._connection, "select data from block where number = ?", (self._base + number,))
        data = zlib.decompress(row[0]) if self._packed else row[0]
        rows = min(self.step, self.rows - number * self.step)
        columns, at = [], 0
        for letter in self.columns:
            end = at + rows * _WIDTHS[letter]
            columns.append(_ints(letter, data[at:end]))
            at = end
        return columns

    def at(self, numbers: array[int], listen: Callable[[], None]) -> Iterator[int]:
        """Of a packed run: the values of these posts (sorted). `listen` is called between two blocks."""
        start = 0
        while start < len(numbers):
            listen()
            number = (numbers[start] - 1) // self.step
            base, values = number * self.step + 1, self.block(number)[0]
            end = bisect_left(numbers, base + self.step)
            yield from [values[at - base] for at in numbers[start:end]]
            start = end

    def among(self, keys: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """The rows with any of these keys, in the order of keys."""
        return ((key, *row) for key in keys for row in self._rows(key))

    def values(self, key: int) -> array[int]:
        """The second column of the rows with this key."""
        found: array[int] = array(self.columns[1])
        for columns, low, high in self._spans(key):
            found.extend(columns[1][low:high])
        return found

    def block_of(self, key: int) -> int:
        """Number of the last block in which a key may stand; -1 where the run is empty."""
        return max(0, bisect_right(self._firsts, key) - 1) if self._firsts else -1

    def _rows(self, key: int) -> Iterator[tuple[int, ...]]:
        for columns, low, high in self._spans(key):
            yield from zip(*(column[low:high] for column in columns[1:]), strict=True)

    def _spans(self, key: int) -> Iterator[tuple[list[array[int]], int, int]]:
        number = max(0, bisect_left(self._firsts, key) - 1)
        while number < len(self._firsts) and self._firsts[number] <= key:
            columns = self.block(number)
            low, high = bisect_left(columns[0], key), bisect_right(columns[0], key)
            if low < high:
                yield columns, low, high
            number += 1


def _ints(letter: str, data: bytes) -> array[int]:
    numbers: array[int] = array(letter)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
