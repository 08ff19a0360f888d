"""One question to an archive file at a time: how it is cancelled, and what becomes of SQLite's errors."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

import apsw
import msgspec

from rejoinder.errors import ArchiveError, Cancelled


class Asking(AbstractContextManager["Asking"]):
    """One question at a time: hears `cancel`, and says what SQLite says as Cancelled or ArchiveError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._busy = self._cancelled = False
        self.connection: apsw.Connection | None = None

    def __enter__(self) -> Asking:
        self._cancelled, self._busy = False, True
        return self

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        self._busy = False
        # FTS5 that is interrupted while it opens an index says "vtable constructor failed".
        if isinstance(error, apsw.InterruptError) or (self._cancelled and isinstance(error, apsw.Error)):
            raise Cancelled("The question was cancelled.") from error
        if isinstance(error, (apsw.Error, msgspec.MsgspecError)):
            raise ArchiveError(
                f"{self._path} can't be read: {error}", "It may be damaged: import its exports into a new archive."
            ) from error

    def listen(self) -> None:
        """Raises Cancelled where somebody called `cancel` since the question was asked."""
        if self._cancelled:
            raise Cancelled("The question was cancelled.")

    def cancel(self) -> None:
        if self._busy and self.connection is not None:
            self._cancelled = True
            self.connection.interrupt()


def quoted(path: Path) -> str:
    """A path as SQLite's URIs write it."""
    from urllib.parse import quote

    return quote(os.fspath(path.absolute()))


def connected(path: Path, cache: int) -> apsw.Connection:
    """A connection that only reads, with so many KiB of pages kept."""
    address = f"file:{quoted(path)}?immutable=1"
    connection = apsw.Connection(address, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    connection.execute(f"pragma cache_size=-{cache}; pragma mmap_size=0")
    return connection
