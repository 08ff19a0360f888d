"""Columns of numbers on disk, a file each: of an import's millions of rows only what is worked on is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rejoinder.folders import private_file

Ints = npt.NDArray[np.signedinteger[Any]]
Mask = npt.NDArray[np.bool_]

NUMPY = {"b": "i1", "h": "i2", "i": "i4", "I": "u4", "q": "i8", "B": "u1"}
"""NumPy's names of the letters that columns are given by in `struct` and `array`."""
SPAN = 1 << 20
"""Rows that are worked on at once where a step goes span by span, whatever the size of the import."""


class Shelf:
    """The columns `kind.NAME` of a folder. Values are signed or unsigned integers, little-endian, without a header."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder, self._kind = folder, kind
        self._types: dict[str, np.dtype[Any]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._types

    def path(self, name: str) -> Path:
        """Where a column lies."""
        return self._folder / f"{self._kind}.{name}"

    def put(self, name: str, letter: str, column: npt.NDArray[Any]) -> None:
        """Keep a whole column, in place of what was there."""
        self._types.pop(name, None)
        self.add(name, letter, column)

    def add(self, name: str, letter: str, column: npt.NDArray[Any]) -> None:
        """Put values behind those of a column, which may be new."""
        if name not in self._types:
            private_file(self.path(name)).write_bytes(b"")
            self._types[name] = np.dtype(f"<{NUMPY[letter]}")
        with open(self.path(name), "ab") as file:
            file.write(np.ascontiguousarray(column, self._types[name]).data)

    def count(self, name: str) -> int:
        """How many values a column has."""
        return self.path(name).stat().st_size // self._types[name].itemsize

    def get(self, name: str, low: int = 0, high: int | None = None) -> Ints:
        """The values of rows `low` to `high` (excluded), by default all."""
        kind = self._types[name]
        return np.fromfile(self.path(name), kind, -1 if high is None else high - low, offset=low * kind.itemsize)

    def fill(self, name: str, into: Ints) -> None:
        """Copy a column to the beginning of an array."""
        for low, high in stretches(self.count(name)):
            into[low:high] = self.get(name, low, high)

    def at(self, name: str, rows: Ints) -> Ints:
        """The values of these rows."""
        found: Ints = np.empty(len(rows), self._types[name])
        for low, high in stretches(len(rows)):
            found[low:high] = self.map(name)[rows[low:high]]
        return found

    def take(self, name: str, letter: str, other: Shelf, column: str, rows: Ints) -> None:
        """Keep what a column of another shelf has at these rows, as a column of this one."""
        self.put(name, letter, np.empty(0))
        for low, high in stretches(len(rows)):
            self.add(name, letter, other.at(column, rows[low:high]))

    def map(self, name: str) -> Ints:
        """The column without reading it: what is touched is in memory until the array goes. Not of an empty one."""
        values: Ints = np.memmap(self.path(name), self._types[name], "r").view(np.ndarray)
        return values


def stretches(count: int) -> Iterator[tuple[int, int]]:
    """(first, end) of consecutive rows, `SPAN` at a time."""
    return ((low, min(count, low + SPAN)) for low in range(0, count, SPAN))


def spans(keys: Ints) -> Iterator[Ints]:
    """Positions of keys, about `SPAN` at a time, by ascending keys: all of one key are in one span, in their order.

    What is sorted span by span is sorted. The keys between which is cut are those of a sample.
    """
    size = SPAN
    if len(keys) <= size:
        yield np.arange(len(keys), dtype=np.int32)
        return
    sample = np.sort(keys[:: max(1, len(keys) >> 16)])
    cuts = np.unique(sample[:: max(1, len(sample) * size // len(keys))])[1:]
    for low, high in pairwise([None, *cuts.tolist(), None]):
        mask = np.ones(len(keys), bool) if low is None else keys >= low
        if high is not None:
            mask &= keys < high
        yield np.flatnonzero(mask).astype(np.int32)


def distinct(keys: Ints) -> Ints:
    """Each key once, ascending. (NumPy's `unique` gathers them in a table first, which takes five times as long.)"""
    ordered = np.sort(keys)
    new = np.ones(len(ordered), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]
