"""Inputs of posts and problems -> a new, sealed archive file (the engine does the work), telling progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from rejoinder.archive.opening import address_in
from rejoinder.errors import ArchiveError
from rejoinder.records import DeletedText, Reading, Source

if TYPE_CHECKING:
    from rejoinder.archive.sqlite.engine import Engine

Phase = Literal["reading", "ordering", "writing", "checking"]


class Stream(Protocol):
    """What reads one share of an input: iterate it for records; `consumed` bytes of the source are behind it."""

    @property
    def consumed(self) -> int: ...

    def __iter__(self) -> Iterator[Reading]: ...


class Input(msgspec.Struct, frozen=True):
    """One export to be imported. Picklable: readers may run in processes of their own."""

    source: Source
    open: Callable[[int, int], Stream]
    """`open(index, count)` opens share `index` of `count`; the shares together yield every record once."""
    bytes: int
    """How many bytes there are to read, as `consumed` counts them (over all shares), for the progress bar."""
    fingerprint: Callable[[], str] | None = None
    """Works out the source's fingerprint, where `source` does not tell it: asked for as late as can be, since it reads
    the whole export. "" where the export has changed since `source` was described."""


class Progress(msgspec.Struct):
    """How far an import is; handed to the caller a few times a second."""

    phase: Phase = "reading"
    source: str = ""
    done: float = 0.0
    """Share of the whole work, 0 to 1."""
    posts: int = 0
    problems: int = 0


class Line(msgspec.Struct, frozen=True):
    """The import's result for one source; `posts` and `context` are those new to the archive."""

    source: str
    format: str
    posts: int
    context: int
    likes: int
    duplicates: int
    problems: int
    deletions: int = 0
    """Notices that a post was deleted."""
    forgotten: int = 0
    """Records left out because they are to stay forgotten."""
    private: int = 0
    """Posts left out because they were not meant for everybody."""
    unloaded: int = 0
    """Posts that the export names and its collector did not load."""


class Report(msgspec.Struct, frozen=True):
    """The import's result: a line a source, and the total with `source` = ""."""

    lines: tuple[Line, ...]
    total: Line


def run(
    inputs: Sequence[Input],
    target: Path,
    progress: Callable[[Progress], None] | None = None,
    processes: int | None = None,
    deleted: DeletedText | None = None,
    like: Path | None = None,
) -> Report:
    """Add these inputs to the archive file, which is made if there is none; what it holds already is not added again.

    The new file takes the old one's place only when it has been written and checked: whatever ends this call before
    (an exception out of `progress` too), the old archive is whole. `processes` defaults to the cores there are.
    `deleted` is what becomes of the words of deleted posts from now on; without it the archive's own setting stays. A
    new archive is kept by the rules of another where it is to be `like` that: what is forgotten there is left out here.
    Raises ArchiveError where the archive can't be read or written, and what a reader raises.
    """
    from rejoinder.archive.sqlite.importing import add

    return add(_engine(target), inputs, target, progress or _nobody, processes, deleted, like)


def _engine(target: Path, forgets: bool = False) -> Engine:
    """What keeps the archive for which this file stands; `forgets`: what was there before is to be gone at once."""
    address = address_in(target)
    if address:
        from rejoinder.archive.clickhouse.address import parse
        from rejoinder.archive.clickhouse.importing import remote

        return remote(parse(address), target, forgets)
    from rejoinder.archive.sqlite.engine import File

    return File(target)


class Wish(msgspec.Struct, frozen=True):
    """What is to be forgotten."""

    sources: tuple[str, ...] = ()
    """Names of sources: posts that another source tells too stay, as that one tells them."""
    accounts: tuple[int, ...] = ()
    """Numbers of accounts: all they wrote, the reposts of it, their likes, their names."""
    posts: tuple[tuple[str, str], ...] = ()
    """(platform, id) of posts: with their other versions, their reposts and the likes of them."""


class Forgotten(msgspec.Struct, frozen=True):
    """What came of it."""

    posts: int
    exports: tuple[str, ...]
    """Paths of the exports that it was read from, which hold it still."""


def forget(target: Path, wish: Wish, progress: Callable[[Progress], None] | None = None) -> Forgotten:
    """Write the archive anew without what is to be forgotten; posts and accounts stay forgotten in later imports.

    Raises ArchiveError where a source is not there, and as `run` does.
    """
    from rejoinder.archive.sqlite.forgetting import forget as forgot

    return forgot(_engine(target, forgets=True), target, wish, progress or _nobody)


def upgrade(target: Path, progress: Callable[[Progress], None] | None = None) -> None:
    """Write an archive of an older version anew for this one. Raises ArchiveError as `run` does."""
    if address_in(target):
        raise ArchiveError(
            f"{target.stem} lies on a server, where an older archive can't be brought up to date.",
            "Import its exports into a new database.",
        )
    from rejoinder.archive.sqlite.importing import rewrite

    rewrite(_engine(target), target, progress or _nobody)


def _nobody(progress: Progress) -> None:
    """Nobody watches."""
