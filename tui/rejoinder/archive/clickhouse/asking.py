"""One question to an archive on a server, from its beginning to its end."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

import msgspec

from rejoinder.archive.clickhouse.server import Server
from rejoinder.errors import ArchiveError


class Asking(AbstractContextManager["Asking"]):
    """One question, perhaps of several parts: `cancel` is heard from its beginning to its end."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.is_busy = False

    def __enter__(self) -> Asking:
        self._server.begin()
        self.is_busy = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.is_busy = False
        if isinstance(error, msgspec.MsgspecError):
            raise ArchiveError(
                f"{self._server.address} holds what can't be read: {error}", "Import its exports into a new database."
            ) from error
