"""A planned archive becomes rows on a server: the small tables and runs by one job, the posts by many side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.crew import Job, Tick
from rejoinder.archive.sqlite.acts import Kin
from rejoinder.archive.sqlite.build import (
    extras,
    keep,
    lines_of,
    problems_of,
    write_marks,
    write_meta,
    write_order,
    write_runs,
    write_small,
)
from rejoinder.archive.sqlite.finish import Before, Built
from rejoinder.archive.sqlite.loading import Ints, Rows
from rejoinder.archive.sqlite.plan import Plan, plan
from rejoinder.archive.sqlite.register import Register
from rejoinder.archive.sqlite.schema import PAIR
from rejoinder.archive.sqlite.write import POST_COLUMNS, Columns, Pieces, late_marks, words_of
from rejoinder.archive.staged import UNKNOWN

SPAN = 1 << 17
"""Posts that one job sends."""
_BATCH = 1 << 15
"""Posts that are sent at once: 10 MB or so."""
_TABLES = {"ids": "ids", "kids": "kids", "trees": "trees", "acts": "acts", "liked": "likings", "months": "months"}
"""Runs that are tables here."""
_SCANNED = {
    **{name: name for name in ("unanswered", "exchange", "likes", "reposts", "depth")},
    "authors": "account",
    "groups": "sources",
}
"""Runs that are columns of `post` here."""
_LETTERS = {"i": "i4", "q": "i8"}
_SCANNED_COLUMNS = (
    *((name, "i") for name in ("account", "sources", "unanswered", "exchange", "depth")),
    *(("likes", "q"), ("reposts", "q")),
)
_FOLD = bytes(
    code if code >= 128 else ord(chr(code).lower()) if chr(code).isalnum() or chr(code) == "_" else 32
    for code in range(256)
)
"""What FTS5's tokenizer `ascii tokenchars '_'` does to what it is given (text.TOKENIZER): case, and where words end."""
_ROWS = 200_000


def build(tick: Tick, stages: Sequence[Path], before: Before, folder: Path, address: Address, generation: int) -> Built:
    """Order what the stages hold, send what that tells, and hand out the posts."""

    def ordered(rows: Rows, kin: Kin) -> None:
        write_order(rows, kin, folder)

    register = Register(before.sources, before.members, before.citers)
    planned = plan(stages, register, folder, before.keeping, ordered)
    write_marks(planned, folder)
    tables = ServerTables(Server(address), generation)
    runs = _Runs(tables, folder)
    write_runs(runs, planned)
    tick.more(_jobs(planned, folder, address, generation))
    problems, by_source = problems_of(planned, before.problems)
    lines = lines_of(planned, by_source)
    every = lines | dict(enumerate(before.lines))
    write_small(tables, planned, every, problems)
    write_meta(tables, planned, problems, every.values())
    _write_keeping(tables, before)
    runs.finish()
    tables.close()
    return Built(len(planned.order), lines, register.citers)


def _jobs(planned: Plan, folder: Path, address: Address, generation: int) -> list[Job]:
    posts, marks = len(planned.order), extras(len(planned.groups))
    late, paths = bool(planned.late.marks), list(planned.rows.paths)
    return [
        (write_span, (paths, folder, address, generation, (low, min(posts, low + SPAN)), marks, late))
        for low in range(0, posts, SPAN)
    ]


def _write_keeping(tables: ServerTables, before: Before) -> None:
    keeping = before.keeping
    tables.insert("meta", (["deleted", "key"], [keeping.deleted, keeping.key.hex()]), "keeping")
    if keeping.forgotten:
        tables.insert("forgotten", (sorted(keeping.forgotten),), "forgotten")


class _Runs:
    """Runs as tables and as columns of posts (sqlite/build.Runs)."""

    def __init__(self, tables: ServerTables, folder: Path) -> None:
        self._tables, self._folder = tables, folder
        self._pairs: dict[str, Ints] = {}

    def write(self, name: str, columns: str, /, *data: Ints, packed: bool = False) -> None:
        if name.startswith("pair."):
            self._pairs[name.removeprefix("pair.")] = data[0]
        elif name in _SCANNED:
            self._scanned(_SCANNED[name], columns, data[0])
        elif name in _TABLES:
            self._sent(_TABLES[name], [column.astype(np.int64) for column in data])

    def _scanned(self, name: str, letter: str, column: Ints) -> None:
        """Counts have one width here, and so one sign for what is not known."""
        if name in ("likes", "reposts"):
            column = np.where(column == -(2**31), UNKNOWN, column) if letter == "i" else column
            keep(self._folder, name, column.astype(np.int64))
        else:
            keep(self._folder, name, column.astype(np.int32))

    def _sent(self, table: str, data: Sequence[Ints]) -> None:
        for low in range(0, len(data[0]), _ROWS):
            part = [column[low : low + _ROWS] for column in data]
            self._tables.insert(table, (np.arange(low, low + len(part[0])), *part), f"{low}")

    def finish(self) -> None:
        """Send the pairs, all of whose columns have come."""
        self._sent("pair", [self._pairs[name].astype(np.int32) for name in PAIR])


def write_span(
    tick: Tick,
    stages: Sequence[Path],
    folder: Path,
    address: Address,
    generation: int,
    span: tuple[int, int],
    marks: Sequence[bytes],
    has_late: bool,
) -> int:
    """Send posts `span` (positions from 0); how many they are."""
    late = late_marks(folder) if has_late else None
    bodies, words = Pieces(stages, "bodies", folder), Pieces(stages, "words", folder)
    tables, columns = ServerTables(Server(address), generation), Columns(folder)
    for low in range(*span, _BATCH):
        high = min(span[1], low + _BATCH)
        said = [b" ".join(told.translate(_FOLD).split()) for told in words_of(words, columns, low, high, marks, late)]
        tables.insert("post", (*_columns(folder, low, high), bodies.read(low, high), said), f"{low}")
        tick(high - span[0])
    bodies.close()
    words.close()
    tables.close()
    return span[1] - span[0]


def _columns(folder: Path, low: int, high: int) -> list[npt.NDArray[Any]]:
    """The columns of numbers of posts `low` to `high`, in the table's order."""
    found = {
        name: _part(folder, name, _LETTERS[letter], low, high) for name, letter in (*POST_COLUMNS, *_SCANNED_COLUMNS)
    }
    number = np.arange(low + 1, high + 1)
    conversation = np.where(found["root"] == 0, number, found["root"])
    first = ("time", "id", "manner", "member", "author", "addressee", "parent", "root")
    rest = ("replies", "account", "sources", "unanswered", "exchange", "likes", "reposts", "depth")
    return [number, *(found[name] for name in first), conversation, *(found[name] for name in rest)]


def _part(folder: Path, name: str, width: str, low: int, high: int) -> npt.NDArray[Any]:
    kind = np.dtype(f"<{width}")
    return np.fromfile(folder / f"column.{name}", kind, high - low, offset=low * kind.itemsize)


def with_fingerprints(tables: ServerTables, before: Before, fingerprints: Sequence[str]) -> None:
    """Say of the sources what was worked out while the posts were sent."""
    found = before.with_prints(fingerprints)
    if not found:
        return
    rows = tables.execute("select number, record, line, owner, citers from source order by number").fetchall()
    tables.server.command(f"truncate table {tables.name('source')}")
    told = [(row[0], msgspec.json.encode(found[row[0]]) if row[0] in found else row[1], *row[2:]) for row in rows]
    tables.insert("source", list(zip(*told, strict=True)), "told")
