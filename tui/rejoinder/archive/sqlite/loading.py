"""Stages read back as columns: every row of every stage, with numbers that are the import's and no longer a stage's."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rejoinder.archive.body import Body, Byline, Manner, Member, Place, decode, restore
from rejoinder.archive.sqlite.fold import Telling
from rejoinder.archive.sqlite.register import Numbering, Register
from rejoinder.archive.sqlite.shelf import NUMPY, Ints, Shelf
from rejoinder.archive.staged import ECHO, IS_NOTICE, IS_OLD, KEY, REF, TEXT, UNKNOWN, Names, read_bylines, read_names
from rejoinder.records import Origin


def _layout(columns: Sequence[tuple[str, str]]) -> np.dtype[np.void]:
    return np.dtype([(name, "<" + NUMPY[letter]) for name, letter in columns])


_KEYS, _REFS, _TEXTS, _ECHOES = map(_layout, (KEY, REF, TEXT, ECHO))
_CHUNK = 1 << 16
_LET_GO = 1 << 14
"""Rows decoded again after which the pages that they lie on are given back."""


class Rows:
    """All rows of some stages, in the order they were read: columns on a shelf, of which only the flags are in memory.

    The columns are those of `staged.KEY` (bylines from 1, of `addressee` 0 is nobody; no flags), `body_at` and
    `words_at` (where the pieces begin in their stages), and, where an id of a row or of a parent is no number, `half`
    and `parent_half`. A ref has `ref.row`, `ref.kind`, `ref.byline` (0: not named); of those that point at a post, an
    aim has `aim.ref`, `aim.id`, `aim.half`. An echo is a place where a row was read again word for word: `echo.row`,
    `echo.member`, `echo.position`.
    """

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder, "row")
        self.count = self.refs = 0
        self.paths: list[Path] = []
        self.firsts: list[int] = []
        """The first row of each stage."""
        self.flags: npt.NDArray[np.uint8] = np.empty(0, np.uint8)
        self.places: dict[int, list[int]] = {}
        """Members of the rows that were read in several places; their numbers are the import's already."""
        for name, letter in (*KEY[:-1], ("body_at", "q"), ("words_at", "q")):
            self.shelf.put(name, letter, np.empty(0))
        for name, letter in (*_REF_COLUMNS, ("echo.row", "i")):
            self.shelf.put(name, letter, np.empty(0))

    def add(self, path: Path, names: Names, numbering: Numbering) -> None:
        """Put the rows of a stage behind these."""
        first = self.count
        self.paths.append(path)
        self.firsts.append(first)
        self._fill(path, numbering)
        self._halves(path, "texts", "half", first)
        self._halves(path, "parents", "parent_half", first)
        self._add_refs(path, numbering, first)
        self.places |= {first + row: members for row, members in names.places}
        names.places.clear()
        echoes = np.fromfile(f"{path}.echoes", _ECHOES)
        self.shelf.add("echo.row", "i", first + echoes["row"].astype(np.int64))
        self.shelf.add("echo.member", "i", np.array(numbering.members or [0], np.int32)[echoes["member"]])
        self.shelf.add("echo.position", "q", echoes["position"])

    def _fill(self, path: Path, numbering: Numbering) -> None:
        """Turn a stage's rows into columns, a few at a time."""
        bylines = np.append(np.array(numbering.bylines, np.int32), np.int32(0))  # -1, nobody, takes the last
        renumbered = {
            "author": bylines,
            "addressee": bylines,
            "manner": np.array(numbering.manners or [0], np.int32),
            "member": np.array(numbering.members or [0], np.int32),
        }
        flags, ends = [self.flags], {"body": 0, "words": 0}
        with open(f"{path}.keys", "rb") as file:
            while len(rows := np.fromfile(file, _KEYS, _CHUNK)):
                for name, letter in KEY[:-1]:
                    column = renumbered[name][rows[name]] if name in renumbered else rows[name]
                    self.shelf.add(name, letter, column)
                for name, end in ends.items():
                    after = end + np.cumsum(rows[name], dtype=np.int64)
                    self.shelf.add(f"{name}_at", "q", after - rows[name])
                    ends[name] = int(after[-1])
                flags.append(rows["flags"].copy())
        self.flags = np.concatenate(flags)
        self.count = len(self.flags)

    def _halves(self, path: Path, file: str, name: str, first: int) -> None:
        """The second halves of ids: the column begins with the first stage that has one, filled up with 0 before."""
        told = np.fromfile(f"{path}.{file}", _TEXTS)
        if not len(told) and name not in self.shelf:
            return
        if name not in self.shelf:
            self.shelf.put(name, "q", np.zeros(first, np.int64))
        halves = np.zeros(self.count - first, np.int64)
        halves[told["row"]] = told["half"]
        self.shelf.add(name, "q", halves)

    def _add_refs(self, path: Path, numbering: Numbering, first: int) -> None:
        bylines = np.append(np.array(numbering.bylines, np.int32), np.int32(0))
        with open(f"{path}.refs", "rb") as file:
            while len(refs := np.fromfile(file, _REFS, _CHUNK)):
                aims = np.flatnonzero(refs["half"] >= 0)
                told = {
                    "ref.row": first + refs["row"].astype(np.int64),
                    "ref.kind": refs["kind"],
                    "ref.byline": bylines[refs["byline"]],
                    "aim.ref": self.refs + aims,
                    "aim.id": refs["id"][aims],
                    "aim.half": refs["half"][aims],
                }
                for name, letter in _REF_COLUMNS:
                    self.shelf.add(name, letter, told[name])
                self.refs += len(refs)

    def stages(self, rows: Ints) -> Ints:
        """The stage that each of these rows is in."""
        found: Ints = np.searchsorted(np.array(self.firsts, rows.dtype), rows, "right") - 1
        return found

    def halves(self, rows: Ints, name: str = "half") -> Ints:
        """The second halves of the ids of these rows (`parent_half`: of their parents)."""
        return self.shelf.at(name, rows) if name in self.shelf else np.zeros(len(rows), np.int64)


_REF_COLUMNS = (
    *(("ref.row", "i"), ("ref.kind", "b"), ("ref.byline", "i")),
    *(("aim.ref", "i"), ("aim.id", "q"), ("aim.half", "q")),
)


class Reader:
    """Decodes single rows again: for posts that several sources tell, and for ids that are not numbers."""

    def __init__(self, rows: Rows, register: Register) -> None:
        self._rows = rows
        self._files = [os.open(f"{path}.bodies", os.O_RDONLY | os.O_CLOEXEC) for path in rows.paths]
        self._bylines: list[Byline] = register.bylines
        self._manners: list[Manner] = register.manners
        self._members: list[Member] = register.members
        self._columns: dict[str, Ints] = {}
        self._read = 0
        echoed = rows.shelf.get("echo.row")
        self._by_row = np.argsort(echoed, kind="stable")
        self._echoed = echoed[self._by_row]

    def _of(self, name: str, row: int) -> int:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._rows.shelf.map(name)
        return int(column[row])

    def body(self, row: int) -> Body:
        """The body of a row, decoded."""
        self._read += 1
        if self._read % _LET_GO == 0:
            self._columns.clear()
        stage = bisect_right(self._rows.firsts, row) - 1
        return decode(os.pread(self._files[stage], self._of("body", row), self._of("body_at", row)))

    def telling(self, row: int) -> Telling:
        """The row as a record again."""
        body = self.body(row)
        member = self._of("member", row)
        time, addressee = self._of("time", row), self._of("addressee", row)
        post = restore(
            body,
            self._of("id", row),
            None if time == UNKNOWN else time,
            self._manners[self._of("manner", row)],
            self._bylines[self._of("author", row) - 1],
            self._bylines[addressee - 1] if addressee else None,
            Origin(member=self._members[member].name, position=body.position),
        )
        flags, rest = int(self._rows.flags[row]), body.rest
        places = (*rest.places, *self._echoes(row))
        old, notice = bool(flags & IS_OLD), bool(flags & IS_NOTICE)
        return Telling((member, body.position), post, places, rest.others, old, notice, rest.contexts)

    def _echoes(self, row: int) -> list[Place]:
        # for keys of another type NumPy would convert the whole column each time: a second of a million posts' import
        low, high = np.searchsorted(self._echoed, np.array((row, row + 1), self._echoed.dtype)).tolist()
        return [(self._of("echo.member", at), self._of("echo.position", at)) for at in self._by_row[low:high].tolist()]

    def close(self) -> None:
        for file in self._files:
            os.close(file)


class Loaded:
    """Rows, and what lies beside them: each stage's lists, and its numbers in the import's."""

    def __init__(self, paths: Sequence[Path], register: Register, folder: Path) -> None:
        self.rows = Rows(folder)
        self.names: list[Names] = []
        self.numberings: list[Numbering] = []
        self._register = register
        for path in paths:
            self.add(path)

    def add(self, path: Path) -> None:
        """Put a further stage behind these."""
        names = read_names(path)
        numbering = self._register.take(names, read_bylines(path))
        self.rows.add(path, names, numbering)
        self.names.append(names)
        self.numberings.append(numbering)
