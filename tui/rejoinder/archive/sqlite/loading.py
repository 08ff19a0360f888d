"""Stages read back as columns: every row of every stage, with numbers that are the import's and no longer a stage's."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rejoinder.archive.body import Body, Byline, Manner, Member, Place, decode, restore
from rejoinder.archive.sqlite.fold import Telling
from rejoinder.archive.sqlite.register import Numbering, Register
from rejoinder.archive.staged import HAS_PARENT, IS_NOTICE, IS_OLD, KEY, REF, TEXT, UNKNOWN, Names, read_names
from rejoinder.records import Origin

Ints = npt.NDArray[np.signedinteger[Any]]
Mask = npt.NDArray[np.bool_]


def _layout(columns: Sequence[tuple[str, str]]) -> np.dtype[np.void]:
    return np.dtype([(name, "<" + letter if letter != "B" else "u1") for name, letter in columns])


_KEYS = _layout(KEY)
_NUMPY = {"q": np.int64, "i": np.int32, "I": np.uint32, "B": np.uint8}
_CHUNK = 1 << 15
_COLUMNS = (*(name for name, _ in KEY), "half", "parent_half")


class Rows:
    """All rows of some stages, column by column, in the order they were read."""

    id: Ints
    time: Ints
    parent: Ints
    likes: Ints
    reposts: Ints
    author: Ints
    """Bylines, from 1; of `addressee` 0 is nobody."""
    addressee: Ints
    manner: Ints
    member: Ints
    body: Ints
    """Length of the body, as `words` of the words, in bytes."""
    words: Ints
    flags: Ints

    def __init__(self, paths: Sequence[Path], names: Sequence[Names], numberings: Sequence[Numbering]) -> None:
        self.paths = list(paths)
        counts = [(Path(f"{path}.keys").stat().st_size) // _KEYS.itemsize for path in paths]
        self.count = sum(counts)
        self.stage = np.repeat(np.arange(len(paths), dtype=np.int16), counts)
        for name, letter in KEY:
            setattr(self, name, np.empty(self.count, _NUMPY[letter]))
        firsts = np.cumsum([0, *counts])
        for path, numbering, first in zip(paths, numberings, firsts.tolist(), strict=False):
            self._fill(path, numbering, first)
        self.half = self._halves("texts", firsts)
        self.parent_half = self._halves("parents", firsts)
        self.refs = _refs(paths, firsts, numberings)
        self.places = {int(firsts[n]) + row: members for n, stage in enumerate(names) for row, members in stage.places}
        """Members of the rows that were read in several places; their numbers are the import's already."""
        self.echoes: defaultdict[int, list[Place]] = defaultdict(list)
        """Places where rows were read again word for word."""
        for n, stage in enumerate(names):
            for row, (member, position) in stage.echoes:
                self.echoes[int(firsts[n]) + row].append((numberings[n].members[member], position))

    def _fill(self, path: Path, numbering: Numbering, at: int) -> None:
        """Turn a stage's rows into columns, a few at a time: what is read stays in the processor's cache."""
        renumbered = {
            "author": np.array(numbering.bylines or [0], np.int32),
            "addressee": np.array([*numbering.bylines, 0], np.int32),  # -1, nobody, takes the last
            "manner": np.array(numbering.manners or [0], np.int32),
            "member": np.array(numbering.members or [0], np.int32),
        }
        with open(f"{path}.keys", "rb") as file:
            while len(rows := np.fromfile(file, _KEYS, _CHUNK)):
                for name, _ in KEY:
                    column = renumbered[name][rows[name]] if name in renumbered else rows[name]
                    getattr(self, name)[at : at + len(rows)] = column
                at += len(rows)

    def _halves(self, name: str, firsts: Ints) -> Ints:
        halves = np.zeros(self.count, np.int64)
        for n, path in enumerate(self.paths):
            rows = _read(path, name, TEXT)
            halves[firsts[n] + rows["row"].astype(np.int64)] = rows["half"]
        return halves

    def starts(self, name: str) -> Ints:
        """Where the bodies or words of the rows begin in their stages."""
        lengths: Ints = getattr(self, name)
        edges = np.searchsorted(self.stage, np.arange(len(self.paths) + 1))
        return _joined(_starts(lengths[low:high]) for low, high in pairwise(edges))

    def append(self, more: Rows) -> None:
        """Put the rows of further stages behind these."""
        more.stage += len(self.paths)
        more.refs["row"] += self.count
        for name in (*_COLUMNS, "stage", "refs"):
            setattr(self, name, np.concatenate((getattr(self, name), getattr(more, name))))
        self.places |= {self.count + row: members for row, members in more.places.items()}
        self.echoes.update((self.count + row, places) for row, places in more.echoes.items())
        self.paths += more.paths
        self.count += more.count

    def forget_names(self) -> None:
        """Give back the memory of what only naming needs."""
        self.parent = self.parent_half = np.empty(0, np.int64)

    @property
    def has_parent(self) -> Mask:
        mask: Mask = (self.flags & HAS_PARENT) != 0
        return mask


class Reader:
    """Decodes single rows again: for posts that several sources tell, and for ids that are not numbers."""

    def __init__(self, rows: Rows, register: Register) -> None:
        self._rows = rows
        self._starts = rows.starts("body")
        self._files = [os.open(f"{path}.bodies", os.O_RDONLY | os.O_CLOEXEC) for path in rows.paths]
        self._bylines: list[Byline] = register.bylines
        self._manners: list[Manner] = register.manners
        self._members: list[Member] = register.members

    def body(self, row: int) -> Body:
        rows = self._rows
        return decode(os.pread(self._files[rows.stage[row]], int(rows.body[row]), int(self._starts[row])))

    def telling(self, row: int) -> Telling:
        """The row as a record again."""
        rows = self._rows
        body = self.body(row)
        member = int(rows.member[row])
        time, addressee = int(rows.time[row]), int(rows.addressee[row])
        post = restore(
            body,
            int(rows.id[row]),
            None if time == UNKNOWN else time,
            self._manners[rows.manner[row]],
            self._bylines[rows.author[row] - 1],
            self._bylines[addressee - 1] if addressee else None,
            Origin(member=self._members[member].name, position=body.position),
        )
        flags, rest = int(rows.flags[row]), body.rest
        places = (*rest.places, *self._rows.echoes.get(row, ()))
        old, notice = bool(flags & IS_OLD), bool(flags & IS_NOTICE)
        return Telling((member, body.position), post, places, rest.others, old, notice, rest.contexts)

    def close(self) -> None:
        for file in self._files:
            os.close(file)


class Loaded(NamedTuple):
    """Rows, and what lies beside them: each stage's lists, and its numbers in the import's."""

    rows: Rows
    names: list[Names]
    numberings: list[Numbering]

    def append(self, more: Loaded) -> None:
        """Put further stages behind these."""
        self.rows.append(more.rows)
        self.names.extend(more.names)
        self.numberings.extend(more.numberings)


def load(paths: Sequence[Path], register: Register) -> Loaded:
    """The rows of these stages."""
    names = [read_names(path) for path in paths]
    numberings = [register.take(each) for each in names]
    return Loaded(Rows(paths, names, numberings), names, numberings)


def _read(path: Path, name: str, columns: Sequence[tuple[str, str]]) -> npt.NDArray[np.void]:
    return np.fromfile(f"{path}.{name}", _layout(columns))


def _joined(columns: Iterable[npt.NDArray[np.generic]]) -> Ints:
    return np.concatenate(list(columns))


def _starts(lengths: npt.NDArray[np.generic]) -> Ints:
    ends = np.cumsum(lengths, dtype=np.int64)
    return ends - lengths.astype(np.int64)


def _refs(paths: Sequence[Path], firsts: Ints, numberings: Sequence[Numbering]) -> npt.NDArray[np.void]:
    """The refs of all stages: row and byline are the import's; byline 0 = not named."""
    wide = np.dtype([("row", "i8"), ("kind", "u1"), ("byline", "i4"), ("id", "i8"), ("half", "i8")])
    found = []
    for n, path in enumerate(paths):
        refs = _read(path, "refs", REF).astype(wide)
        refs["row"] += firsts[n]
        refs["byline"] = np.asarray([*numberings[n].bylines, 0], np.int32)[refs["byline"]]
        found.append(refs)
    return np.concatenate(found) if found else np.empty(0, wide)
