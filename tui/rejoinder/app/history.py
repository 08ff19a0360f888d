"""What was typed into the search line before, newest last, in a private file of the state folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from rejoinder import folders

MOST = 200
"""Lines kept of each kind."""
_Lines = dict[str, list[str]]


class History:
    """Lines by kind (`query`, `goto`). A history that can't be read or written is a pity, but no error."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def lines(self, kind: str) -> list[str]:
        """The lines of a kind, oldest first."""
        return self._read().get(kind, [])

    def add(self, kind: str, line: str) -> None:
        """Keep a line, as the newest; an older one of the same words goes."""
        if not line.strip():
            return
        kept = self._read()
        kept[kind] = [*(old for old in kept.get(kind, []) if old != line), line][-MOST:]
        try:
            self._write(kept)
        except OSError:
            return  # a full or read-only disk: searching goes on without a memory

    def forget(self, words: Sequence[str]) -> None:
        """Take out every line that holds one of these words, case ignored."""
        wanted = [word.casefold() for word in words if word]
        kept = self._read()
        left = {
            kind: [line for line in lines if not any(word in line.casefold() for word in wanted)]
            for kind, lines in kept.items()
        }
        if left != kept:
            self._write(left)

    def _file(self) -> Path:
        return self._path or folders.folder("state") / "history.json"

    def _read(self) -> _Lines:
        try:
            return msgspec.json.decode(self._file().read_bytes(), type=_Lines)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return {}

    def _write(self, kept: _Lines) -> None:
        """A new file beside the old one, then in its place: killed at any moment, one of them is whole."""
        path = self._file()
        new = folders.private_file(path.with_name(f"{path.name}.{os.getpid()}"))
        new.write_bytes(msgspec.json.encode(kept))
        new.replace(path)
