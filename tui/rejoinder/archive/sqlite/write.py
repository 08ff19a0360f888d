"""The two long jobs of an import's writing, rows of posts and shards of the index, each in a process of its own.

Both follow the order that was worked out before, from raw columns on disk, and know no numpy: so a process stays small.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec

from rejoinder.archive.crew import Tick
from rejoinder.archive.sqlite.rows import one
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
    settings = ("journal_mode=off", "synchronous=off", "locking_mode=exclusive", "cell_size_check=off")
    for setting in (f"page_size={PAGE}", f"cache_size=-{cache >> 10}", *settings):
        connection.execute(f"pragma {setting}")  # one by one: what stands behind one that answers is not done
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
        self._maps = [_mapped(Path(f"{stage}.{name}")) for stage in stages]
        self._name = name
        self._columns = Columns(folder)

    def read(self, low: int, high: int) -> list[bytes]:
        """Those of posts `low` to `high`."""
        stages = self._columns.read("stage", "h", low, high)
        starts = self._columns.read(f"{self._name}_at", "q", low, high)
        sizes = self._columns.read(f"{self._name}_size", "i", low, high)
        maps = self._maps
        pieces = [maps[n][at : at + size] for n, at, size in zip(stages, starts, sizes, strict=True)]
        for file in maps:
            file.madvise(MADV_DONTNEED)  # else all that was read counts as this process's memory
        return pieces

    def close(self) -> None:
        for file in self._maps:
            file.close()


def _mapped(path: Path) -> mmap:
    """A file as memory: a slice of it is a third of the price of reading, wherever it lies. An empty one, which can't
    be mapped, is an empty page."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else mmap(-1, 1)


class Part(NamedTuple):
    """A file that is to become part of the archive, written and checked."""

    name: str


def write_posts(tick: Tick, path: Path, stages: Sequence[Path], folder: Path, count: int) -> Part:
    """Write the archive's file with its tables, of which only that of posts is filled, and count what is there."""
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
        check_whole(*one(archive, "select coalesce(max(number), 0), count(*) from post"), posts=count)
    pieces.close()
    return Part(path.name)


def check_whole(*found: int, posts: int) -> None:
    """Raises ArchiveError where a part does not hold all of the posts."""
    for there in found:
        if there != posts:
            raise ArchiveError(
                f"The archive was not written whole ({there} of {posts} posts).", "Nothing was changed. Import again."
            )


def write_shard(
    tick: Tick,
    path: Path,
    stages: Sequence[Path],
    folder: Path,
    number: int,
    span: tuple[int, int],
    extras: Sequence[bytes],
    has_late: bool,
    is_last: bool,
) -> Part | None:
    """Index the words of posts `span` (positions from 0) as shard `number` in a file of its own, and check it; where
    it is among the last, that is a short job of its own, so that no process is idle at the end.

    `extras` are the marks that only the whole order could tell, by the column `extra`; the file `late` holds the marks
    of addressees that only the parent could tell, by the column `late`.
    """
    late = late_marks(folder) if has_late else None
    pieces, columns = Pieces(stages, "words", folder), Columns(folder)
    with Failing(), Closing(connect(path)) as connection, connection:
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
    pieces.close()
    if is_last:
        tick.more([(check_shard, (path, number))])
        return None
    return check_shard(tick, path, number)


def check_shard(_: Tick, path: Path, number: int) -> Part:
    """Have FTS5 look through a shard."""
    with Failing(), Closing(connect(path)) as connection:
        connection.execute(f"insert into words_{number}(words_{number}, rank) values('integrity-check', 0)")
    return Part(path.name)


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
