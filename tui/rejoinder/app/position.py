"""The last post read of each archive, kept as platform and id, so that it survives a new import."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import msgspec

from rejoinder.folders import folder, private_file, private_folder
from rejoinder.records import Post


class Position(msgspec.Struct, frozen=True):
    """A post, as its platform names it."""

    platform: str
    id: str
    key: int = 0
    """Its key in the archive file as it was then: a first guess, which spares the search where it holds."""


class Positions:
    """Remembers one archive's position; writes only what changed, and never leaves half a file."""

    def __init__(self, archive: str) -> None:
        """`archive` is the archive file's path."""
        path = Path(archive).resolve()
        # Name and checksum of the whole path tell two archives apart; hashlib would cost 2 ms of the start.
        name = f"{path.stem[:80]}-{zlib.crc32(os.fsencode(path)):08x}.json"
        self._path = private_folder(folder("state") / "positions") / name
        self._kept = self.read()
        self._now = self._kept

    def read(self) -> Position | None:
        """What was kept last; None where nothing or nothing readable was."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Position)
        except (OSError, msgspec.DecodeError):
            return None

    def stand_at(self, post: Post, key: int) -> None:
        """The cursor is on this post now, which has this key in the archive file."""
        self._now = Position(post.platform, post.id, key)

    def keep(self) -> None:
        """Write the position if it changed. Where that fails (a full disk) the app goes on without it."""
        if self._now is None or self._now == self._kept:
            return
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            private_file(draft).write_bytes(msgspec.json.encode(self._now))
            draft.replace(self._path)
        except OSError:
            return
        self._kept = self._now

    def forget(self) -> None:
        """The post that was kept is to be forgotten."""
        self._path.unlink(missing_ok=True)
        self._kept = self._now = None
