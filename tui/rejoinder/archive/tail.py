"""The live tail beside a sealed archive: what has been read of growing files since the last import.

It lies in the folder `NAME.tail` beside `NAME.rejoinder`. What came out of a growing file is copied to a *spool* there,
whole lines only; the spools, read together, are a small archive of their own that is made anew when they have grown.
So nothing is lost and nothing is read twice, whenever the process ends: a spool's length is how far its file was read.
The next import takes the spools in and empties the tail.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rejoinder import __version__
from rejoinder.archive import ingest
from rejoinder.archive.ingest import Input, Stream
from rejoinder.archive.opening import SUFFIX, address_in, open_archive
from rejoinder.errors import ArchiveError
from rejoinder.folders import private_file, private_folder
from rejoinder.records import Origin, Post, Reading, Source

if TYPE_CHECKING:
    from rejoinder.archive.sqlite.joined import JoinedArchive

Open = Callable[[Path, Source], Stream]
"""Opens a spool as an export of this source's format, to be read as that source was."""
Known = Callable[[Post], bool]
"""Whether the sealed archive has a post already."""


class Followed(msgspec.Struct):
    """One file that is followed."""

    number: int
    """The spool's."""
    path: str
    format: str
    inode: int
    """A file that was renamed (rotated) is still the same."""
    begin: int = 0
    """Bytes of the file before the spool's first, which an import has taken in."""
    lines: int = 0
    """Records among them: lines, or a table's rows."""
    whole: bool = False
    """A finished file (a compressed one) that is read where it lies, without a spool."""
    heading: bytes = b""
    """What the file begins with and what its later lines need (a table's header): a later spool begins with it too."""
    include_private: bool = False
    accounts: str = ""
    mapping: str = ""
    """How it is read, as `records.Source` keeps it."""


class Tail:
    """The folder of one archive's tail. One process follows at a time."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self.folder = archive.with_name(archive.name.removesuffix(SUFFIX) + ".tail")
        self._state = self.folder / "state.json"
        self.path = self.folder / f"tail{SUFFIX}"
        self.files: list[Followed] = self._read()

    def _read(self) -> list[Followed]:
        try:
            return msgspec.json.decode(self._state.read_bytes(), type=list[Followed])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            raise ArchiveError(
                f"{self._state} can't be read: {error}.",
                "Move the folder away to follow the files from their beginning.",
            ) from error

    def keep(self) -> None:
        """Write down which files are followed."""
        private_folder(self.folder)
        fresh = private_file(self._state.with_suffix(".new"))
        fresh.write_bytes(msgspec.json.encode(self.files))
        fresh.replace(self._state)

    def spool(self, file: Followed) -> Path:
        """Where the lines of a file are copied to."""
        return self.folder / f"{file.number}.spool"

    def consumed(self, file: Followed) -> int:
        """How many bytes of the file have been read, by imports and into the spool."""
        return file.begin + self._spooled(file)

    def seam(self, file: Followed, size: int) -> bytes:
        """The last bytes (so many at the most) of the file that were copied: what stands before those to come."""
        held = min(size, self._spooled(file))
        if held <= 0:
            return b""
        with self.spool(file).open("rb") as spool:
            spool.seek(-held, os.SEEK_END)
            return spool.read(held)

    def _spooled(self, file: Followed) -> int:
        """How many bytes of the file lie in the spool."""
        spool = self.spool(file)
        return spool.stat().st_size - len(_before(file)) if spool.exists() else 0

    def append(self, file: Followed, lines: bytes) -> None:
        """Copy whole lines; they are on the disk's side before anything is made of them."""
        private_folder(self.folder)
        path = self.spool(file)
        before = b"" if path.exists() else _before(file)
        with private_file(path).open("ab") as spool:
            spool.write(before + lines)

    def inputs(self, open: Open, known: Known | None = None) -> list[Input]:
        """All that the tail holds, as an import takes it in, under the names of the files that it came from.

        Posts that are `known` already are left out.
        """
        found, now = [], int(time.time() * 1000)
        for file in self.files:
            path = Path(file.path) if file.whole else self.spool(file)
            if not path.exists() or (file.whole and file.begin) or not (size := path.stat().st_size):
                continue
            name = Path(file.path).name
            part = None if file.whole else (file.begin, self._spooled(file))
            source = Source(
                name, file.format, path=file.path, size=size, part=part, imported=now, tool=__version__,
                include_private=file.include_private, accounts=file.accounts, mapping=file.mapping,
            )  # fmt: skip
            share = partial(_share, open, known, path, file, source)
            found.append(Input(source, share, size, partial(_digest, path, len(_before(file)))))
        return found

    def build(self, open: Open) -> int:
        """Make the tail's archive of what the spools hold; how many posts it has."""
        sealed = open_archive(self._archive)
        try:
            inputs = self.inputs(open, lambda post: bool(sealed.keys_of([f"{post.platform}:{post.id}"])[0]))
            return self._written(inputs) if inputs else 0
        finally:
            sealed.close()

    def _written(self, inputs: list[Input]) -> int:
        fresh = self.path.with_name(f"fresh{SUFFIX}")
        fresh.unlink(missing_ok=True)
        report = ingest.run(inputs, fresh, processes=1, like=self._archive)
        fresh.replace(self.path)
        return report.total.posts + report.total.context

    def joined(self) -> JoinedArchive:
        """The sealed archive and the tail beside it."""
        from rejoinder.archive.sqlite.archive import SqliteArchive
        from rejoinder.archive.sqlite.joined import JoinedArchive

        if address_in(self._archive):
            raise ArchiveError(
                f"{self._archive.stem} lies on a server: nothing can be followed into it, or watched in it, yet.",
                "Follow into an archive of its own, and import the files from time to time.",
            )
        return JoinedArchive(
            SqliteArchive(self._archive), lambda: SqliteArchive(self.path) if self.path.exists() else None
        )

    def taken(self) -> None:
        """An import has what the spools held: the files are followed from there on."""
        for file in self.files:
            spool = self.spool(file)
            if file.whole:
                file.begin = Path(file.path).stat().st_size if Path(file.path).exists() else 1
            elif spool.exists():
                data = spool.read_bytes().removeprefix(_before(file))
                file.begin += len(data)
                file.lines += _records(file, data)
        self.keep()
        for spool in (*self.folder.glob("*.spool"), self.path):
            spool.unlink(missing_ok=True)


def _before(file: Followed) -> bytes:
    """What a spool begins with that does not lie there in the file."""
    return file.heading if file.begin else b""


def _records(file: Followed, data: bytes) -> int:
    """How many records these lines hold: a table's cells may hold line ends, between quotation marks."""
    return sum(part.count(b"\n") for part in data.split(b'"')[::2]) if file.heading else data.count(b"\n")


class _Shifted:
    """A spool's records as the file's own: its name, and lines counted from the file's beginning."""

    def __init__(self, stream: Stream, known: Known | None, spool: str, name: str, lines: int) -> None:
        self._stream, self._known = stream, known
        self._spool, self._name, self._lines = spool, name, lines

    @property
    def consumed(self) -> int:
        return self._stream.consumed

    def __iter__(self) -> Iterator[Reading]:
        for record in self._stream:
            origin = getattr(record, "origin", None)
            if origin is None:
                yield record
            elif not (self._known and isinstance(record, Post) and self._known(record)):
                member = self._name if origin.member == self._spool else origin.member
                moved = Origin(origin.source, member, origin.position + self._lines if origin.position else 0)
                yield msgspec.structs.replace(record, origin=moved)


def _share(
    open: Open, known: Known | None, path: Path, file: Followed, source: Source, index: int, count: int
) -> Stream:
    """A tail is small: the first of its `count` shares is all of it."""
    if index and count:
        return _Nothing()
    lines = file.lines - bool(_before(file))
    return _Shifted(open(path, source), known, path.name, source.name, lines)


class _Nothing:
    consumed = 0

    def __iter__(self) -> Iterator[Reading]:
        return iter(())


def _digest(path: Path, before: int) -> str:
    """SHA-256 of what the spool holds of the file that it was copied from: all but its first bytes, if they were put
    `before` it."""
    with path.open("rb") as file:
        file.seek(before)
        return hashlib.file_digest(file, "sha256").hexdigest()
