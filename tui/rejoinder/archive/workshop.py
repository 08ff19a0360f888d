"""The private folder beside an archive in which an import works, so that the archive itself only ever changes whole."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from rejoinder.errors import ArchiveError
from rejoinder.folders import private_folder


class Workshop:
    """A folder that one import at a time may hold; what a killed one left behind is cleared by the next.

    The holder has a lock on the file `lock` in it, which the system drops when a process ends, however it ends: so no
    folder of a living import is ever cleared, and none of a dead one is kept.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.folder = target.with_name(f".{target.name}.importing")
        self._lock = -1

    def __enter__(self) -> Self:
        private_folder(self._target.parent)
        try:
            self._hold()
        except OSError as error:
            raise ArchiveError(
                f"{self._target.parent} can't be written: {error.strerror}.", "Keep the archive in another folder."
            ) from error
        self._clear()
        return self

    def _hold(self) -> None:
        while True:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.folder.chmod(0o700)
            path = self.folder / "lock"
            with suppress(FileNotFoundError):  # the folder went away between the two: its holder has just ended
                self._lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
                self._take()
                if path.exists() and os.fstat(self._lock).st_ino == path.stat().st_ino:
                    return
                os.close(self._lock)

    def _take(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise ArchiveError(
                f"Another import into {self._target.name} is running.", "Wait for its end, then try again."
            ) from error

    def _clear(self) -> None:
        for path in self.folder.iterdir():
            if path.name != "lock":
                path.unlink()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def need(self, size: int) -> None:
        """Raises ArchiveError where fewer bytes than this are free beside the archive."""
        free = shutil.disk_usage(self.folder).free
        if free < size:
            raise ArchiveError(
                f"The import needs about {_megabytes(size)} beside {self._target.name}; {_megabytes(free)} are free.",
                "Make room, or keep the archive on another disk. Nothing was changed.",
            )

    def deliver(self, made: Path) -> None:
        """Put the finished file in the archive's place, so that it is there after a power cut too."""
        with open(made, "rb") as file:
            os.fsync(file.fileno())
        made.replace(self._target)
        folder = os.open(self._target.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / 1_000_000)):,} MB"
