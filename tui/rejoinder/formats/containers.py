"""What an export may lie in: a folder, a zip, a tar or one file, each with its members and nothing outside itself."""

from __future__ import annotations

import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import msgspec

from rejoinder.errors import FormatError
from rejoinder.formats.prose import line

BOMB_BYTES = 1 << 28
"""Below this many bytes nothing is called a bomb: it does no harm."""
BOMB_RATIO = 200
"""Posts shrink 5 to 20 times; what shrinks more than this, and is big, was made to fill memory."""
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0")
_LITTER = re.compile(r"(?:^|/)(?:\._[^/]*|__MACOSX|\.DS_Store|Thumbs\.db|\.[^/]+/.*)(?:/|$)")


class Member(msgspec.Struct, frozen=True):
    """A file of an export. `size` is in bytes as it lies there (in a zip: unpacked), as `Export.consumed` counts."""

    name: str
    size: int


class Stream(Protocol):
    """What a container opens: a buffered stream of bytes."""

    def peek(self, size: int, /) -> bytes: ...
    def read1(self, size: int, /) -> bytes: ...
    def tell(self) -> int: ...
    def close(self) -> None: ...


class Container(Protocol):
    """What holds the members of an export; `refused` are the names that would leave it."""

    members: list[Member]
    refused: list[str]

    def open(self, name: str) -> Stream: ...


def outside(name: str) -> bool:
    """Whether a member's name would lead out of its export (absolute, a drive, `..`)."""
    return _OUTSIDE.search(name) is not None


def unclean(name: str) -> bool:
    """Whether a member's name holds what could steer a terminal, or is no text: no export has such names."""
    return line(name) != name


def litter(name: str) -> bool:
    """Whether an operating system or a version control system left this file there (`._x`, `__MACOSX`, `.git/`)."""
    return _LITTER.search(name) is not None


def check_ratio(name: str, packed: int, unpacked: int) -> None:
    """Raise FormatError for what unpacks to far more than posts can (a bomb)."""
    if unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * max(packed, 1):
        raise FormatError(
            f"{name} unpacks to more than {BOMB_RATIO} times its size, which no export of posts does.",
            "It may be made to fill the memory. Unpack it yourself if you trust it, and open the folder.",
        )


class Folder:
    """An unpacked export. Links are followed only where they stay inside."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._root = path.resolve()
        self.refused: list[str] = []
        self.members = sorted(self._walk(), key=lambda member: member.name)

    def _walk(self) -> Iterator[Member]:
        pending = [self._path]
        while pending:
            for entry in self._list(pending.pop()):
                name = entry.relative_to(self._path).as_posix()
                if litter(name) or litter(name + "/"):
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    pending.append(entry)
                elif unclean(name):
                    self.refused.append(name)
                elif (size := self._size(entry, name)) is not None:
                    yield Member(name, size)

    def _list(self, folder: Path) -> list[Path]:
        try:
            return list(folder.iterdir())
        except OSError:
            self.refused.append(folder.relative_to(self._path).as_posix())
            return []

    def _size(self, entry: Path, name: str) -> int | None:
        try:
            known = entry.stat()
            if entry.is_symlink() and not entry.resolve().is_relative_to(self._root):
                self.refused.append(name)
                return None
        except (OSError, RuntimeError):
            self.refused.append(name)
            return None
        return known.st_size if stat.S_ISREG(known.st_mode) else None

    def open(self, name: str) -> Stream:
        """The member's bytes. Raises OSError where it can't be read."""
        return (self._path / name).open("rb")


class Zip:
    """A zip file; members are read one after another without being unpacked to disk."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OverflowError) as error:
            raise FormatError(
                f"{path.name} is not a whole zip file: its table of contents is missing or damaged.",
                "The download or copy was probably cut short; download it again.",
            ) from error
        self.refused: list[str] = []
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            self._take(info)
        self.members = [Member(name, info.file_size) for name, info in sorted(self._infos.items())]

    def _take(self, info: zipfile.ZipInfo) -> None:
        name = info.filename.replace("\\", "/")
        if outside(info.orig_filename) or outside(name) or unclean(name) or stat.S_ISLNK(info.external_attr >> 16):
            self.refused.append(name)
        elif not info.is_dir() and not litter(name):
            self._infos[name] = info

    def open(self, name: str) -> Stream:
        """The member's bytes. Raises FormatError for an encrypted member, a bomb or an unknown way of packing."""
        info = self._infos[name]
        if info.flag_bits & 1:
            raise FormatError(
                f"{name} is encrypted with a password.", "Unpack the zip with your password, and open the folder."
            )
        check_ratio(name, info.compress_size, info.file_size)
        try:
            return cast(Stream, self._zip.open(info))
        except (NotImplementedError, RuntimeError) as error:
            raise FormatError(
                f"{name} is packed in a way that can't be read here: {error}.",
                "Unpack the zip with another program, and open the folder.",
            ) from error


class Tar:
    """A tar file, packed or not; read in the order it lies there, since a packed one can only go forward cheaply."""

    def __init__(self, path: Path) -> None:
        self.refused: list[str] = []
        self._infos: dict[str, tarfile.TarInfo] = {}
        try:
            self._tar = tarfile.open(path)  # noqa: SIM115 (kept open as long as the export is)
            for info in self._tar:
                self._take(info)
        except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
            raise FormatError(
                f"{path.name} is not a whole tar file: {error}.", "Download or copy it again, or unpack what is left."
            ) from error
        self.members = [Member(name, info.size) for name, info in self._infos.items()]
        check_ratio(path.name, path.stat().st_size, sum(member.size for member in self.members))

    def _take(self, info: tarfile.TarInfo) -> None:
        name = info.name.removeprefix("./")
        if outside(info.name) or unclean(name) or info.issym() or info.islnk():
            self.refused.append(name)
        elif info.isfile() and not litter(name):
            self._infos[name] = info

    def open(self, name: str) -> Stream:
        """The member's bytes."""
        return cast(io.BufferedReader, self._tar.extractfile(self._infos[name]))  # None only for what is no file


class Single:
    """One file, which is its own only member."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.refused: list[str] = []
        self.members = [Member(line(path.name), path.stat().st_size)]

    def open(self, name: str) -> Stream:
        """The file's bytes."""
        if name != self.members[0].name:
            raise FormatError(f"There is no {name} in {self._path.name}.")
        return self._path.open("rb")
