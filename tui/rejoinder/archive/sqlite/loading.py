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
from rejoinder.archive.staged import HAS_PARENT, IS_OLD, KEY, REF, TEXT, UNKNOWN, Names, read_names
from rejoinder.records import Origin

Ints = npt.NDArray[np.signedinteger[Any]]
Mask = npt.NDArray[np.bool_]


def _layout(columns: Sequence[tuple[str, str]]) -> np.dtype[np.void]:
    return np.dtype([(name, "<" + letter if letter != "B" else "u1") for name, letter in columns])


_COLUMNS = (*(name for name, _ in KEY), "half", "parent_half")


class Rows:
    """All rows of some stages, column by column, in the order they were read."""

    def __init__(self, paths: Sequence[Path], names: Sequence[Names], numberings: Sequence[Numbering]) -> None:
        self.paths = list(paths)
        stages = [_read(path, "keys", KEY) for path in paths]
        self.count = sum(map(len, stages))
        self.stage = np.repeat(np.arange(len(stages), dtype=np.int16), [len(stage) for stage in stages])
        self.id, self.time, self.parent, self.likes, self.reposts = (
            _joined(stage[name] for stage in stages) for name in ("id", "time", "parent", "likes", "reposts")
        )
        self.flags = _joined(stage["flags"] for stage in stages)
        self.body, self.words = (_joined(stage[name] for stage in stages) for name in ("body", "words"))
        self.author = _renumbered(stages, "author", [n.bylines for n in numberings])
        self.addressee = _renumbered(stages, "addressee", [[*n.bylines, 0] for n in numberings])
        self.manner = _renumbered(stages, "manner", [n.manners for n in numberings])
        self.member = _renumbered(stages, "member", [n.members for n in numberings])
        firsts = np.cumsum([0, *map(len, stages)])
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
        old = bool(rows.flags[row] & IS_OLD)
        places = (*body.rest.places, *self._rows.echoes.get(row, ()))
        return Telling((member, body.position), post, places, body.rest.others, old)

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


def _renumbered(stages: Sequence[npt.NDArray[np.void]], name: str, maps: Sequence[Sequence[int]]) -> Ints:
    """A column through each stage's numbering; -1 takes the last entry of the map."""
    return _joined(
        np.asarray(numbers or [0], np.int32)[stage[name]] for stage, numbers in zip(stages, maps, strict=True)
    )


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
