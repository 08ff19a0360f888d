"""The rows of a table as a stream: CSV and TSV by Python's own reader, JSON Lines and JSON lists by `decoding`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.blocks import Blocks, transcoded, without_prefix
from rejoinder.formats.export import Export, Member
from rejoinder.formats.pieces import first
from rejoinder.formats.search import Cut, find

LONGEST = 1 << 22
"""The longest cell in characters. Of a quote that never ends, no more than this is lost."""
_ROWS = 20
"""How many objects are looked at for the names they have: the first may be about the file, and none need have all."""
_TURN = 512
"""How many rows one share makes posts of before it is the other's turn."""
_SEPARATORS = ",\t;|"
_object = msgspec.json.Decoder(dict[str, Any])
_QUOTED = re.compile(r'"[^"]*"')


class Row(NamedTuple):
    """A row: its position (from 1, the header is the first, as a spreadsheet counts), its cells, or what is wrong."""

    position: int
    cells: Sequence[Any]
    trouble: str = ""


class Shape(NamedTuple):
    """What a table looks like: its columns' names, what stands between its cells ("" for JSON)."""

    header: tuple[str, ...]
    separator: str


def shape(export: Export, name: str, separator: str = "") -> Shape | None:
    """The shape of a member by its first bytes; None where it is no table."""
    head = export.head(name)
    if (found := first(head)) is not None:
        names: dict[str, None] = {}
        for each in (found, *head.splitlines()[1:_ROWS]):
            value = decoding.decoded(each, _object)
            names |= dict.fromkeys(_flat(value)) if isinstance(value, dict) else {}
        return Shape(tuple(names), "") if names else None
    text = _decoded(without_prefix(transcoded(head))).lstrip("\n\r")
    if not text.strip() or "\0" in text[:1000]:
        return None
    top = text.partition("\n")[0]
    separator = separator or _likeliest(top, name)
    if not separator:
        return None
    csv.field_size_limit(LONGEST)
    try:
        header = next(csv.reader(io.StringIO(text, newline="\n"), delimiter=separator), [])
    except csv.Error:
        return None
    return Shape(tuple(cell.strip() for cell in header), separator) if len(header) > 1 else None


def _likeliest(top: str, name: str) -> str:
    bare = _QUOTED.sub("", top)
    most = max(_SEPARATORS, key=bare.count)
    return "\t" if ".tsv" in name.lower() and "\t" in bare else most if most in bare else ""


def _flat(value: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """The names in an object, those of inner ones with a point: `user.name`."""
    for key, inner in value.items():
        if isinstance(inner, dict) and before.count(".") < 3:
            yield from _flat(inner, f"{before}{key}.")
        else:
            yield before + key


class Table:
    """One member of a known shape."""

    def __init__(self, export: Export, member: Member, shape: Shape, columns: Sequence[str], has_header: bool) -> None:
        self._export, self._member, self._shape = export, member, shape
        self._columns = columns
        self._has_header = has_header

    def rows(self, mine: Callable[[int], bool]) -> Iterator[Row]:
        """The cells of the wanted columns, row by row, of this reader's share."""
        return self._csv(mine) if self._shape.separator else self._json()

    def _json(self) -> Iterator[Row]:
        paths = [column.split(".") for column in self._columns]
        for batch in decoding.batches(self._export, [self._member], _object):
            for problem in batch.problems:
                yield Row(problem.origin.position, (problem.excerpt,), problem.reason)
            for position, value in zip(batch.positions, batch.values, strict=True):
                yield Row(
                    position, [_at(value, column, path) for column, path in zip(self._columns, paths, strict=True)]
                )

    def _csv(self, mine: Callable[[int], bool]) -> Iterator[Row]:
        places = [self._place(column) for column in self._columns]
        whole = mine(0) and mine(1) and mine(2)
        index, count = self._export.share
        blocks = Blocks(self._export, self._member, mine)
        for position, cells, trouble in self._parsed(Lines(blocks)):
            if whole or position // _TURN % count == index:
                width = len(cells)
                yield Row(position, [cells[at] if at < width else "" for at in places], trouble)
        if blocks.damage and blocks.mine:
            yield Row(0, (), blocks.damage)

    def _place(self, column: str) -> int:
        if not self._has_header:
            return int(column) - 1
        return self._shape.header.index(column)

    def _parsed(self, lines: Lines) -> Iterator[Row]:
        csv.field_size_limit(LONGEST)
        reader = csv.reader(lines, delimiter=self._shape.separator)
        position = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                position += 1
                lines.cut = False
                yield Row(position, (), f"This row can't be read: {error}.")
                continue
            if lines.cut:
                position += 1
                lines.cut = False
                yield Row(position, (), "This row can't be read: its line is too long.")
            elif cells:
                position += 1
                if position > 1 or not self._has_header:
                    yield Row(position, cells)

    def raw(self, position: int) -> bytes | None:
        """The lines of a row; of JSON the object."""
        if not self._shape.separator:
            return decoding.raw(self._export, self._member.name, position)
        return find(self._export, (self._member.name,), position, self._cut)

    def _cut(self) -> Cut:
        taken: list[str] = []
        for row in self._parsed(Lines(Blocks(self._export.aside(), self._member, lambda _: True), taken)):
            yield row.position, ("".join(taken).strip("\r\n").encode("utf-8", "replace"),)
            taken.clear()


def _at(value: Mapping[str, Any], column: str, path: Sequence[str]) -> Any:
    if column in value:
        return value[column]
    found: Any = value
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


class Lines:
    """The lines of a member, cut at `\\n` alone. Of one that is longer than two cells may be, its beginning comes, and
    `cut` says so until whoever asks sets it back. `taken`, where it is a list, gathers all that came."""

    def __init__(self, blocks: Blocks, taken: list[str] | None = None) -> None:
        self._blocks = blocks
        self._taken = taken
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        return self._lines() if self._taken is None else self._watched(self._taken)

    def _watched(self, taken: list[str]) -> Iterator[str]:
        for each in self._lines():
            taken.append(each)
            yield each

    def _lines(self) -> Iterator[str]:
        held, dropping = b"", False
        for data, _ in self._blocks:
            if dropping:
                at = data.find(b"\n") + 1
                dropping, data = not at, data[at:] if at else b""
            held += data
            end = held.rfind(b"\n") + 1
            if end:
                yield from io.StringIO(_decoded(held[:end]), newline="\n")
                held = held[end:]
            elif len(held) > 2 * LONGEST:
                self.cut = dropping = True
                yield _decoded(held) + "\n"
                held = b""
        if held:
            yield from io.StringIO(_decoded(held), newline="\n")


def _decoded(data: bytes) -> str:
    """UTF-8, else (line by line, for some tables are patched together) what Windows made of Latin-1."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(map(_line, data.splitlines(keepends=True)))


def _line(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
