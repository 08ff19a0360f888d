"""The two long jobs of an import's writing, rows of posts and shards of the index, each in a process of its own.

Both follow the order that was worked out before, from raw columns on disk, and know no numpy: so a process stays small.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from itertools import compress
from operator import add
from pathlib import Path

import apsw
import msgspec

from rejoinder.archive.crew import Tick
from rejoinder.archive.sqlite.schema import APPLICATION_ID, PAGE, TABLES, VERSION, shard_table
from rejoinder.errors import ArchiveError
from rejoinder.folders import private_file

CHUNK = 4096
POST_COLUMNS = (
    *(("time", "q"), ("id", "q"), ("manner", "i"), ("member", "i"), ("author", "i"), ("addressee", "i")),
    *(("parent", "i"), ("root", "i"), ("replies", "i")),
)
"""Columns of `post` beside number and body, with their array letters."""
_HASH = 2 << 20
"""Bytes that FTS5 gathers before it writes: few enough to stay in the processor's caches, which is faster than to
gather the whole shard, and bounds the memory of any shard."""
_GATHERING = {"hashsize": _HASH, "automerge": 0, "crisismerge": 1999}
"""What FTS5 is told while a shard is written: to merge nothing until the end, when `optimize` merges all once."""


def connect(path: Path, cache: int = 8 << 20) -> apsw.Connection:
    """A database that is being made: nothing in it need survive a crash, so no journal and no waiting for the disk."""
    connection = apsw.Connection(str(private_file(path)))
    connection.execute(
        f"pragma page_size={PAGE}; pragma journal_mode=off; pragma synchronous=off; pragma locking_mode=exclusive;"
        f"pragma cache_size=-{cache >> 10}; pragma temp_store=memory; pragma cell_size_check=off"
    )
    return connection


class Columns:
    """The planned columns, read from disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, letter: str, low: int, high: int) -> list[int]:
        """Values of posts `low` to `high` (positions from 0, end excluded)."""
        values: array[int] = array(letter)
        with open(self._folder / f"column.{name}", "rb") as file:
            file.seek(low * values.itemsize)
            values.frombytes(file.read((high - low) * values.itemsize))
        return values.tolist()


class Pieces:
    """Bodies or words of posts, fetched from the stages in the timeline's order."""

    def __init__(self, stages: Sequence[Path], name: str, folder: Path) -> None:
        self._files = [os.open(f"{stage}.{name}", os.O_RDONLY | os.O_CLOEXEC) for stage in stages]
        self._name = name
        self._columns = Columns(folder)

    def read(self, low: int, high: int) -> list[bytes]:
        """Those of posts `low` to `high`."""
        stages = self._columns.read("stage", "h", low, high)
        starts = self._columns.read(f"{self._name}_at", "q", low, high)
        sizes = self._columns.read(f"{self._name}_size", "i", low, high)
        if len(set(stages)) == 1:
            return self._of_one(stages[0], starts, sizes)
        pieces = {n: iter(self._of_one(n, *_own(n, stages, starts, sizes))) for n in set(stages)}
        return [next(pieces[n]) for n in stages]

    def _of_one(self, stage: int, starts: Sequence[int], sizes: Sequence[int]) -> list[bytes]:
        """Pieces of one stage: cut out of one block where they lie close together, as they mostly do."""
        first, end = min(starts), max(map(add, starts, sizes))
        file = self._files[stage]
        if end - first > 4 * sum(sizes) + 4096:
            return [os.pread(file, size, at) for at, size in zip(starts, sizes, strict=True)]
        block = os.pread(file, end - first, first)
        return [block[at - first : at - first + size] for at, size in zip(starts, sizes, strict=True)]

    def close(self) -> None:
        for file in self._files:
            os.close(file)


def _own(stage: int, stages: Sequence[int], *columns: Sequence[int]) -> list[list[int]]:
    """What the columns have in the rows of this stage."""
    mine = [n == stage for n in stages]
    return [list(compress(column, mine)) for column in columns]


def write_posts(tick: Tick, path: Path, stages: Sequence[Path], folder: Path, count: int) -> int:
    """Write the archive's file with its tables, of which only that of posts is filled; the number of posts."""
    pieces, columns = Pieces(stages, "bodies", folder), Columns(folder)
    with Failing(), Closing(connect(path, cache=32 << 20)) as archive, archive:
        archive.execute(TABLES)
        archive.execute(f"pragma application_id={APPLICATION_ID}; pragma user_version={VERSION}")
        for low in range(0, count, CHUNK):
            high = min(count, low + CHUNK)
            rows = [columns.read(name, letter, low, high) for name, letter in POST_COLUMNS]
            archive.executemany(
                "insert into post values(?,?,?,?,?,?,?,?,?,?,?)",
                zip(range(low + 1, high + 1), *rows, pieces.read(low, high), strict=True),
            )
            tick(high)
    pieces.close()
    return count


def write_shard(
    tick: Tick,
    path: Path,
    stages: Sequence[Path],
    folder: Path,
    number: int,
    span: tuple[int, int],
    extras: Sequence[bytes],
    has_late: bool,
) -> int:
    """Index the words of posts `span` (positions from 0) as shard `number` in a file of its own, and check it.

    `extras` are the marks that only the whole order could tell, by the column `extra`; the file `late` holds the marks
    of addressees that only the parent could tell, by the column `late`.
    """
    late = late_marks(folder) if has_late else None
    pieces, columns = Pieces(stages, "words", folder), Columns(folder)
    with Failing(), Closing(connect(path)) as connection:
        with connection:
            connection.execute(shard_table(number))
            connection.executemany(f"insert into words_{number}(words_{number}, rank) values(?, ?)", _GATHERING.items())
            for low in range(*span, CHUNK):
                high = min(span[1], low + CHUNK)
                connection.executemany(
                    f"insert into words_{number}(rowid, words) values(?, ?)",
                    zip(range(low + 1, high + 1), words_of(pieces, columns, low, high, extras, late), strict=True),
                )
                tick(high - span[0])
            connection.execute(f"insert into words_{number}(words_{number}) values('optimize')")
        connection.execute(f"insert into words_{number}(words_{number}, rank) values('integrity-check', 0)")
    pieces.close()
    return span[1] - span[0]


def late_marks(folder: Path) -> list[bytes]:
    """The marks of addressees that only the parent could tell, by the column `late`."""
    return msgspec.msgpack.decode((folder / "late").read_bytes(), type=list[bytes])


def words_of(
    pieces: Pieces, columns: Columns, low: int, high: int, extras: Sequence[bytes], late: Sequence[bytes] | None
) -> list[bytes]:
    """What the index is given of these posts. It takes bytes for the text that they are: decoding them only for SQLite
    to encode them again costs 0.6 µs a post."""
    codes = columns.read("extra", "i", low, high)
    words = pieces.read(low, high)
    if late is None:
        return [extras[code] + text if code else text for code, text in zip(codes, words, strict=True)]
    marks = columns.read("late", "i", low, high)
    return [late[n] + extras[code] + text for n, code, text in zip(marks, codes, words, strict=True)]


class Closing:
    """Closes a connection however its use ends."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> apsw.Connection:
        return self._connection

    def __exit__(self, *error: object) -> None:
        self._connection.close(force=True)


class Failing:
    """Turns what SQLite says into what a person is told."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        if isinstance(error, apsw.FullError):
            raise ArchiveError("The disk is full.", "Nothing was changed. Make room and import again.") from error
        if isinstance(error, apsw.Error):
            raise ArchiveError(f"The archive can't be written: {error}", "Nothing was changed.") from error
