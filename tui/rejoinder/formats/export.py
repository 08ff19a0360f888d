"""An export opened: a folder, zip, tar, gz, bz2, xz, zst or plain file, all alike; sizes and names checked."""

from __future__ import annotations

import bz2
import copy
import gzip
import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import IO, TYPE_CHECKING, Protocol, cast

import msgspec

from rejoinder.errors import Cancelled, FormatError
from rejoinder.formats.containers import Container, Folder, Member, Single, Stream, Tar, Zip, check_ratio
from rejoinder.records import Source

if TYPE_CHECKING:
    from rejoinder.formats.search import Search

__all__ = ["Choices", "Export", "Member", "Opened", "fingerprint", "remembered", "stem"]

HEAD = 1 << 16
"""How many unpacked bytes of a member the recognisers may look at."""
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst)$", re.IGNORECASE)


class Damaged(FormatError):
    """A member can't be read further; what came before is good."""


def stem(name: str) -> str:
    """The last part of a member's name, lower case, without a packer's ending (`a/Tweets.js.gz` -> `tweets.js`)."""
    return _PACKED.sub("", name.rpartition("/")[2]).lower()


class Opened:
    """A member's unpacked bytes as a stream. `behind`: how many bytes of the member, as it lies there, are read."""

    def __init__(self, name: str, raw: Stream, stop: Event | None = None) -> None:
        self._name = name
        self._raw = raw
        self._stop = stop
        self._plain = _unpacked(name, raw)
        self._packed = self._plain is not raw
        self._unpacked_bytes = 0
        self.behind = 0

    def read1(self, size: int) -> bytes:
        """At least one and at most `size` bytes, b"" at the end.

        Raises Damaged, FormatError for a bomb, or Cancelled where whoever asked has set the export's `stop`.
        """
        if self._stop is not None and self._stop.is_set():
            raise Cancelled(f"Reading {self._name} was stopped.")
        try:
            data = self._plain.read1(size)
        except _DAMAGE as error:
            raise Damaged(f"{self._name} is damaged or cut short here ({_why(error)}).") from error
        self._unpacked_bytes += len(data)
        if self._packed:
            self.behind = self._raw.tell()
            check_ratio(self._name, self.behind, self._unpacked_bytes)
        else:
            self.behind = self._unpacked_bytes
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._plain.close()
        self._raw.close()


class Choices(msgspec.Struct, frozen=True):
    """What the user decides of how an export is read. Picklable; most formats ask for none of it."""

    include_private: bool = False
    """Posts that were not meant for the public (direct, followers-only) are read too."""
    accounts: Path | None = None
    """A table `id,handle` for exports that name accounts by their ids alone (Bluesky's DIDs)."""
    mapping: str = ""
    """Which column of a table is what: `id=tweet_id,text=content`, or the path of a TOML file."""


def remembered(source: Source) -> Choices:
    """How a source was read, to read it so again."""
    return Choices(source.include_private, Path(source.accounts) if source.accounts else None, source.mapping)


class Export:
    """What a platform gave the user. `share` = (index, count) of the work that this reader does, `consumed` how much of
    it (in bytes of the members as they lie there) is done. Raises FormatError where nothing can be opened."""

    def __init__(self, path: Path | str, share: tuple[int, int] = (0, 1), choices: Choices | None = None) -> None:
        self.path = Path(path)
        self.name = self.path.name or self.path.resolve().name
        self.share = share
        self.choices = choices or Choices()
        self.consumed = 0
        self.stop: Event | None = None
        self.search: Search | None = None
        """How far the last search for a record came."""
        self._container = _container(self.path)
        self._heads: dict[str, tuple[bytes, bool]] = {}
        self._sizes = {member.name: member.size for member in self._container.members}

    def aside(self) -> Export:
        """The same export opened once more, to read what lies beside the posts: whole, and not counted as work done."""
        other = copy.copy(self)
        other.share = (0, 1)
        other.consumed = 0
        other.search = None
        return other

    @property
    def members(self) -> list[Member]:
        """The files in it, litter left out."""
        return self._container.members

    @property
    def refused(self) -> list[str]:
        """Names that would lead out of the export; they are never opened."""
        return self._container.refused

    @property
    def is_folder(self) -> bool:
        """Whether it lies unpacked in a folder (whose files could also be read one by one)."""
        return isinstance(self._container, Folder)

    @property
    def is_single(self) -> bool:
        """Whether it is one file, perhaps packed, and no collection."""
        return isinstance(self._container, Single)

    def like(self, stem_of: re.Pattern[str]) -> list[Member]:
        """The members whose stem matches anywhere and that hold something; of a single file, that one."""
        if self.is_single:
            return self.members
        return [member for member in self.members if member.size and stem_of.search(stem(member.name))]

    def is_all(self, found: list[Member], is_ours: Callable[[Export, str], bool]) -> bool:
        """Whether there are such members outside of a folder, and the first dozen of them are a format's own."""
        return bool(found) and not self.is_folder and all(is_ours(self, member.name) for member in found[:12])

    @property
    def total(self) -> int:
        """The size of all members; a format's own members may be fewer."""
        return sum(self._sizes.values())

    def open(self, name: str) -> Opened:
        """A member's bytes, unpacked. Raises FormatError where it is not there or can't be read."""
        if name not in self._sizes:
            raise FormatError(f"There is no {name} in {self.name} (any more).")
        try:
            return Opened(name, self._container.open(name), self.stop)
        except _DAMAGE as error:
            raise Damaged(f"{name} can't be opened ({_why(error)}).") from error

    def head(self, name: str, size: int = HEAD) -> bytes:
        """A member's first unpacked bytes (fewer where it is short or damaged). Raises FormatError as `open` does."""
        known, whole = self._heads.get(name, (b"", False))
        if not whole and len(known) < size:
            known = self._read_head(name, size)
            self._heads[name] = known, len(known) < size
        return known[:size]

    def _read_head(self, name: str, size: int) -> bytes:
        parts: list[bytes] = []
        missing = size
        try:
            with closing(self.open(name)) as stream:
                while missing > 0 and (data := stream.read1(missing)):
                    parts.append(data)
                    missing -= len(data)
        except Damaged:
            pass  # what came before the damage is what the recogniser sees; the reader reports the damage
        return b"".join(parts)


def fingerprint(path: Path | str, names: Iterable[str] | None = None) -> str:
    """SHA-256 (hex) of a file, or of the sorted `name size sha256` list of a folder's files (of `names`, if given)."""
    path = Path(path)
    if not path.is_dir():
        return _digest(path)
    export = Export(path)
    wanted = None if names is None else set(names)
    lines = [
        f"{member.name} {member.size} {_digest(path / member.name)}\n"
        for member in export.members
        if wanted is None or member.name in wanted
    ]
    return hashlib.sha256("".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()


def part_fingerprint(path: Path, first: int, size: int) -> str:
    """SHA-256 (hex) of `size` bytes of a file from the byte `first` on; of fewer where it has become shorter."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            stream.seek(first)
            while size > 0 and (block := stream.read(min(size, 1 << 20))):
                digest.update(block)
                size -= len(block)
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {_why(error)}.") from error
    return digest.hexdigest()


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {_why(error)}.") from error


def _container(path: Path) -> Container:
    try:
        if path.is_dir():
            return Folder(path)
        if not path.is_file():
            why = "is not a file or folder" if path.exists() else "does not exist"
            raise FormatError(f"{path} {why}.", "Check the path; quote it if it holds spaces.")
        with path.open("rb") as stream:
            start = stream.read(512)
        if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return Zip(path)
        return Tar(path) if _is_tar(path, start) else Single(path)
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {_why(error)}.") from error


def _is_tar(path: Path, start: bytes) -> bool:
    if _PACKED.search(path.name) or path.suffix.lower() in (".tgz", ".tbz2", ".txz"):
        try:
            stream = Opened(path.name, path.open("rb"))
            start = stream.read1(512)
            stream.close()
        except FormatError:
            return False
    return start[257:262] == b"ustar"


class _Plain(Protocol):
    """An unpacked stream."""

    def read1(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


def _unpacked(name: str, raw: Stream) -> _Plain:
    """The stream behind the packer that the first bytes show; concatenated streams are read to the last."""
    start = raw.peek(6)[:6]
    packed = cast(IO[bytes], raw)
    if start.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=packed)
    if start.startswith(b"BZh"):
        return bz2.BZ2File(packed)
    if start.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(packed)
    return _zstd(name, packed) if start.startswith(b"\x28\xb5\x2f\xfd") else raw


def _zstd(name: str, raw: IO[bytes]) -> _Plain:
    try:
        import zstandard
    except ImportError as error:
        raise FormatError(
            f"{name} is packed with zstd, for which a package is missing.", "Install it with: pip install zstandard"
        ) from error
    # Pushshift's dumps are written with a window of 2^31 bytes; zstd refuses those unless told
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    reader = unpacker.stream_reader(raw, read_size=1 << 17, read_across_frames=True)
    return _Zstd(cast(IO[bytes], reader), zstandard.ZstdError)


class _Zstd:
    """A zstd reader that behaves as the standard library's packers do."""

    def __init__(self, reader: IO[bytes], error: type[Exception]) -> None:
        self._reader = reader
        self._error = error

    def read1(self, size: int, /) -> bytes:
        try:
            return self._reader.read(min(size, 1 << 17))
        except self._error as error:
            raise EOFError(str(error)) from error

    def close(self) -> None:
        self._reader.close()


def _why(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
