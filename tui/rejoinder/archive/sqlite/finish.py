"""From stages to the finished file, as the process that leads an import sees it: what it hands out and checks."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Thread

import apsw
import msgspec

from rejoinder.archive.body import Member
from rejoinder.archive.crew import Tick
from rejoinder.archive.ingest import Line
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.sqlite.rows import one
from rejoinder.archive.sqlite.schema import INDEXES, shard_table
from rejoinder.archive.sqlite.write import Closing, Failing, check_whole, connect
from rejoinder.records import Source


class Built(msgspec.Struct):
    """What came of ordering."""

    posts: int
    lines: dict[int, Line]
    """What each source brought, by its number."""
    citers: dict[int, set[int]]
    """Of sources that inputs name themselves: the inputs' own sources."""


class Before(msgspec.Struct):
    """What is known before the order is: sources (of the old archive, then of the inputs), old members and lines."""

    sources: list[Source]
    members: list[Member]
    lines: list[Line]
    problems: list[bytes]
    citers: dict[int, set[int]]
    """Of sources that other sources cite: which."""
    keeping: Keeping
    late: list[int] = []
    """Numbers of the sources whose fingerprints are worked out meanwhile."""

    def with_prints(self, fingerprints: Sequence[str]) -> dict[int, Source]:
        """The late sources with their fingerprints, by number."""
        return {
            number: msgspec.structs.replace(self.sources[number], fingerprint=fingerprint)
            for number, fingerprint in zip(self.late, fingerprints, strict=True)
        }


def build(tick: Tick, stages: Sequence[Path], before: Before, folder: Path) -> Built:
    """Order what the stages hold: the posts become `archive` in the folder, the words `shard.N`, the rest `tables`.

    A job of its own, so that the process that leads the import never holds numpy (0.1 s and 30 MB) or what it needs.
    """
    from rejoinder.archive.sqlite.build import build as built

    return built(tick, stages, before, folder)


class Assembly:
    """Puts the finished file together, part by part as they come, while the crew still writes the others.

    The parts go in in one order, whichever comes first: the same posts make the same file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "archive"
        self._ready: set[str] = set()
        self._filled = False
        self._shards = 0
        self._writing: Thread | None = None
        self._failed: list[OSError] = []

    def add(self, part: str) -> None:
        """`archive` (the posts), `tables` or `shard.N` is ready. Raises ArchiveError or OSError where the disk
        is full or can't be written."""
        self._ready.add(part)
        if not {"archive", "tables"} <= self._ready:
            return
        self._hear()
        with Failing(), Closing(connect(self._path)) as connection:
            if not self._filled:
                _fill(connection, self._folder / "tables")
                self._filled = True
            while f"shard.{self._shards}" in self._ready:
                _join(connection, self._folder / f"shard.{self._shards}", self._shards)
                self._shards += 1
        self._write_through()

    def finish(self, posts: int, sources: Mapping[int, Source]) -> Path:
        """Check that every shard is there (each was looked through when it was made); the finished file.

        `sources` are those of which more is known by now, by number. Raises ArchiveError where the file is not what was
        planned, OSError where it could not be written to the disk.
        """
        with Failing(), Closing(connect(self._path)) as connection:
            records = [(msgspec.json.encode(source), number) for number, source in sources.items()]
            connection.executemany("update source set record = ? where number = ?", records)
            averages = (
                one(connection, f"select block from words_{n}_data where id = 1")[0] for n in range(self._shards)
            )
            check_whole(sum(map(documents, averages)), posts=posts)
        if self._writing is not None:
            self._writing.join()
        self._hear()
        return self._path

    def _write_through(self) -> None:
        """Have what is there written to the disk, meanwhile: at the end little is left to wait for."""
        if self._writing is None or not self._writing.is_alive():
            self._writing = Thread(target=self._sync, daemon=True)
            self._writing.start()

    def _sync(self) -> None:
        """What goes wrong here must be kept: the system tells it once, and a later fsync would find all well."""
        try:
            with self._path.open("rb") as file:
                os.fsync(file.fileno())
        except OSError as error:
            self._failed.append(error)

    def _hear(self) -> None:
        if self._failed:
            raise self._failed[0]


def _fill(connection: apsw.Connection, tables: Path) -> None:
    """Copy in all tables but that of the posts, which the file began with."""
    connection.execute("attach ? as side", (str(tables),))
    names = connection.execute("select name from side.sqlite_schema where type = 'table' and name <> 'post'").fetchall()
    with connection:
        for (name,) in names:
            connection.execute(f"insert into main.{name} select * from side.{name}")
        connection.execute(INDEXES)
    connection.execute("detach side")
    tables.unlink()


def _join(connection: apsw.Connection, shard: Path, number: int) -> None:
    """Copy an index shard in, as what it is to SQLite: two plain tables."""
    connection.execute("attach ? as side", (str(shard),))
    with connection:
        connection.execute(shard_table(number))
        for table in (f"words_{number}_data", f"words_{number}_idx"):
            connection.execute(f"delete from {table}; insert into {table} select * from side.{table}")
    connection.execute("detach side")
    shard.unlink()


def documents(record: bytes) -> int:
    """How many rows an FTS5 index holds: the first varint of its averages record (SQLite's fts5_index.c)."""
    number = 0
    for byte in record[:8]:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return number
