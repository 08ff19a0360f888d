"""The custody log of a review: who did what to the data, when, with which files, each line bound to the one before.

JSON Lines; each carries the SHA-256 of the line before it, so that a line that was changed or taken out is seen.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from rejoinder import __version__
from rejoinder.errors import ReviewError
from rejoinder.folders import private_file

NAME = "custody.jsonl"
Deed = Literal["begin", "import", "upgrade", "verify", "forget", "export", "assign", "backup", "codebook"]


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that a deed read or wrote."""

    name: str
    sha256: str = ""
    bytes: int = 0


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One deed."""

    time: str
    deed: Deed
    who: str
    what: str = ""
    """In a few words; never a post's text or id."""
    files: tuple[Item, ...] = ()
    tool: str = ""
    before: str = ""
    """SHA-256 of the line before; empty of the first."""


def add(
    folder: Path, deed: Deed, what: str = "", files: Sequence[Path] = (), who: str = "", items: Sequence[Item] = ()
) -> Line:
    """Add a deed, durable when this returns. Raises ReviewError where the log can't be written."""
    path = folder / NAME
    try:
        items = (*items, *(Item(file.name, sha256(file), file.stat().st_size) for file in files))
        descriptor = os.open(private_file(path), os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        with os.fdopen(descriptor, "r+b") as log:
            fcntl.flock(log, fcntl.LOCK_EX)
            written = log.read()
            last = written.rstrip(b"\n").rpartition(b"\n")[2]
            line = Line(_now(), deed, who or user(), what, items, __version__, _hash(last) if last else "")
            # A line that a full disk cut short is closed, never gone on with.
            log.write((b"\n" if written and not written.endswith(b"\n") else b"") + _line(line))
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        raise ReviewError(f"{path} can't be written: {error.strerror}.", "Make room, or check your rights.") from error
    return line


def read(folder: Path) -> list[Line]:
    """Every deed, in order; nothing where there is no log. A line that can't be read is left out: `amiss` tells it."""
    found = []
    for raw in _raw(folder):
        try:
            found.append(msgspec.json.decode(raw, type=Line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return found


def amiss(folder: Path) -> list[str]:
    """What is wrong with the log, in words; nothing where every line is bound to the one before."""
    found, before = [], b""
    for number, raw in enumerate(_raw(folder), 1):
        try:
            line = msgspec.json.decode(raw, type=Line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found.append(f"line {number} can't be read")
        else:
            if line.before != (_hash(before) if before else ""):
                found.append(f"line {number} does not follow the line before it: one was changed or taken out")
        before = raw
    return found


def sha256(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def user() -> str:
    """The login name, or what there is instead."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def iso(ms: int) -> str:
    """A time in ms as ISO 8601, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _now() -> str:
    return iso(time.time_ns() // 1_000_000)


def _raw(folder: Path) -> list[bytes]:
    try:
        return [line for line in (folder / NAME).read_bytes().split(b"\n") if line]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ReviewError(f"{folder / NAME} can't be read: {error.strerror}.", "Check your rights.") from error


def _line(line: Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
