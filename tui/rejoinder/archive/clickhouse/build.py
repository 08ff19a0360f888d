"""A planned archive becomes rows on a server: the small tables and runs by one job, the posts by many side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.crew import Job, Tick
from rejoinder.archive.sqlite.build import (
    extras,
    give_back_what_goes,
    lines_of,
    problems_of,
    write_marks,
    write_meta,
    write_pieces,
)
from rejoinder.archive.sqlite.columns import roots, write_runs
from rejoinder.archive.sqlite.contacts import places
from rejoinder.archive.sqlite.finish import Before, Built
from rejoinder.archive.sqlite.loading import Rows
from rejoinder.archive.sqlite.plan import Plan, plan
from rejoinder.archive.sqlite.register import Register
from rejoinder.archive.sqlite.run_writer import Piece
from rejoinder.archive.sqlite.schema import PAIR
from rejoinder.archive.sqlite.shelf import Ints, Shelf
from rejoinder.archive.sqlite.tables import write_tables
from rejoinder.archive.sqlite.write import POST_COLUMNS, Columns, Pieces, late_marks, words_of

SPAN = 1 << 17
"""Posts that one job sends."""
_BATCH = 1 << 15
"""Posts that are sent at once: 10 MB or so."""
_TABLES = {"ids": "ids", "kids": "kids", "trees": "trees", "acts": "acts", "liked": "likings", "months": "months"}
"""Runs that are tables here."""
_OWN = {"sources": "group"}
"""Columns of `post` that the plan calls otherwise."""
_COLUMNS = (
    *(name for name, _ in POST_COLUMNS if name != "replies"),
    *("conversation", "replies", "account", "sources", "unanswered", "exchange", "likes", "reposts", "depth"),
)
"""Columns of `post` between number and body, in the table's order."""
_FOLD = bytes(
    code if code >= 128 else ord(chr(code).lower()) if chr(code).isalnum() or chr(code) == "_" else 32
    for code in range(256)
)
"""What FTS5's tokenizer `ascii tokenchars '_'` does to what it is given (text.TOKENIZER): case, and where words end."""
_ROWS = 200_000


def build(tick: Tick, stages: Sequence[Path], before: Before, folder: Path, address: Address, generation: int) -> Built:
    """Order what the stages hold, send what that tells, and hand out the posts."""

    def ordered(rows: Rows, posts: Shelf) -> None:
        write_pieces(rows, posts, "bodies", "body")

    give_back_what_goes()
    register = Register(before.sources, before.members, before.citers)
    planned = plan(stages, register, folder, before.keeping, ordered)
    write_marks(planned, folder)
    server = Server(address)
    server.seconds = 0
    tables = ServerTables(server, generation)
    runs = _Runs(tables)
    write_runs(runs, planned)
    _write_scanned(planned)
    tick.more(_jobs(planned, folder, address, generation))
    problems, by_source = problems_of(planned, before.problems)
    lines = lines_of(planned, by_source)
    every = lines | dict(enumerate(before.lines))
    write_tables(tables, planned, every, problems)
    write_meta(tables, planned, problems, every.values())
    _write_keeping(tables, before)
    _write_places(tables)
    runs.finish()
    tables.close()
    return Built(planned.count, lines, register.citers)


def _write_scanned(planned: Plan) -> None:
    """The columns of `post` that a file has as runs, or does without."""
    posts, rows = planned.posts, planned.rows
    order = posts.get("row")
    for name in ("likes", "reposts"):
        posts.take(name, "q", rows.shelf, name, order)
    posts.put("conversation", "i", roots(posts))


def _jobs(planned: Plan, folder: Path, address: Address, generation: int) -> list[Job]:
    posts, marks = planned.count, extras(len(planned.groups))
    late, paths = bool(planned.late), list(planned.rows.paths)
    return [
        (write_span, (paths, folder, planned.posts, address, generation, (low, min(posts, low + SPAN)), marks, late))
        for low in range(0, posts, SPAN)
    ]


def _write_keeping(tables: ServerTables, before: Before) -> None:
    keeping = before.keeping
    tables.insert("meta", (["deleted", "key"], [keeping.deleted, keeping.key.hex()]), "keeping")
    if keeping.forgotten:
        tables.insert("forgotten", (sorted(keeping.forgotten),), "forgotten")


def _write_places(tables: ServerTables) -> None:
    """The places of the names, once those are there."""
    rows = tables.execute("select number, coalesce(handle, name, id, '') from account order by number").fetchall()
    found = places([name for _, name in rows])
    for low in range(0, len(rows), _ROWS):
        numbers = [number for number, _ in rows[low : low + _ROWS]]
        tables.insert("place", (numbers, found[low : low + _ROWS]), f"{low}")


class _Runs:
    """Runs as tables (see columns.Runs); those that are columns of posts go with the posts."""

    def __init__(self, tables: ServerTables) -> None:
        self._tables = tables
        self._pairs: dict[str, Ints] = {}

    def write(self, name: str, letters: str, pieces: Iterator[Piece]) -> None:
        """Send a run, piece by piece."""
        if name in _TABLES:
            at = 0
            for piece in pieces:
                at = self._sent(_TABLES[name], [column.astype(np.int64) for column in piece], at)

    def pack(self, name: str, letter: str, column: Ints) -> None:
        """Keep a column of the pairs until all have come."""
        if name.startswith("pair."):
            self._pairs[name.removeprefix("pair.")] = column.astype(np.int32)

    def _sent(self, table: str, data: Sequence[Ints], at: int) -> int:
        """Send rows, of which the first is number `at`; the number after the last."""
        for low in range(0, len(data[0]), _ROWS):
            part = [column[low : low + _ROWS] for column in data]
            first = at + low
            self._tables.insert(table, (np.arange(first, first + len(part[0])), *part), f"{first}")
        return at + len(data[0])

    def finish(self) -> None:
        """Send the pairs, all of whose columns have come."""
        self._sent("pair", [self._pairs[name] for name in PAIR], 0)


def write_span(
    tick: Tick,
    stages: Sequence[Path],
    folder: Path,
    posts: Shelf,
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
        tables.insert("post", (*_columns(posts, low, high), bodies.read(low, high), said), f"{low}")
        tick(high - span[0])
    bodies.close()
    words.close()
    tables.close()
    return span[1] - span[0]


def _columns(posts: Shelf, low: int, high: int) -> list[Ints]:
    """The columns of numbers of posts `low` to `high`, in the table's order."""
    number = np.arange(low + 1, high + 1)
    return [number, *(posts.get(_OWN.get(name, name), low, high) for name in _COLUMNS)]


def with_fingerprints(tables: ServerTables, before: Before, fingerprints: Sequence[str]) -> None:
    """Say of the sources what was worked out while the posts were sent."""
    found = before.with_prints(fingerprints)
    if not found:
        return
    rows = tables.execute("select number, record, line, owner, citers from source order by number").fetchall()
    tables.server.command(f"truncate table {tables.name('source')}")
    told = [(row[0], msgspec.json.encode(found[row[0]]) if row[0] in found else row[1], *row[2:]) for row in rows]
    tables.insert("source", list(zip(*told, strict=True)), "told")
