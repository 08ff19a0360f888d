"""`rejoinder open --follow`: files that grow are read on, and what has come is shown beside the sealed archive."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, BinaryIO

from rejoinder.archive.tail import Followed, Tail
from rejoinder.cli.arguments import choices
from rejoinder.cli.importing import open_spool
from rejoinder.cli.output import note
from rejoinder.cli.remembering import told_of
from rejoinder.errors import FormatError, RejoinderError, UsageError
from rejoinder.folders import private_file, private_folder

if TYPE_CHECKING:
    from rejoinder.formats.export import Choices

PAUSE = 1.0
"""Seconds between two looks at the files."""
AT_ONCE = 32 << 20
"""Bytes read of a file at one look: memory stays bounded, and the first posts come soon."""
SEAM = 512
"""Bytes before the new ones that are compared with what was read: another file's are hardly the same."""
FOLDED = 32 << 20
"""A tail that has more bytes when it is opened is taken into the archive first: making it anew would take too long."""
LONGEST_ROW = 1 << 20
_CELL = re.compile(rb'(?<![^,;\t|\n])"(?:[^"]|"")*+("|\Z)')
"""A cell in quotation marks, with its last mark if it is there."""
PACKED = (".gz", ".bz2", ".xz", ".zst")


class Follower:
    """Looks at files again and again, copies what is new into the tail, and makes the tail's archive anew."""

    def __init__(self, archive: Path, paths: Sequence[str], chosen: Choices | None = None) -> None:
        """`paths` are files, folders and patterns; `-` is what standard input brings."""
        self._chosen = chosen or choices()
        self.tail = Tail(archive)
        self.unknown: list[str] = []
        """Files that no format knows: each is told once."""
        self._paths = list(paths)
        self._sizes: dict[str, int] = {}
        self._archive = archive

    def look(self) -> bool:
        """Copy what has come since the last look; False where nothing has."""
        more = False
        for path in self._files():
            file = self._followed(path)
            if file is not None:
                more |= self._take_whole(file, path) if file.whole else self._take_lines(file, path)
        if more:
            self.tail.keep()
        return more

    def _files(self) -> Iterator[Path]:
        for word in self._paths:
            if word == "-":
                yield self._poured
                continue
            path = Path(word).expanduser()
            found = [path] if path.exists() else sorted(Path(path.anchor).glob(str(path).removeprefix(path.anchor)))
            for each in found:
                yield from sorted(file for file in each.rglob("*") if file.is_file()) if each.is_dir() else [each]

    @property
    def _poured(self) -> Path:
        """Where standard input is kept: it is the only copy."""
        return self.tail.folder / "stdin.jsonl"

    def pour(self, stream: BinaryIO) -> None:
        """Keep what standard input brings, to its end."""
        private_folder(self.tail.folder)
        with private_file(self._poured).open("ab", buffering=0) as kept:
            while data := stream.readline():
                kept.write(data)

    def wait_for_stdin(self) -> None:
        """Until a first line has come, a few seconds at the most."""
        for _ in range(100):
            if self._poured.exists() and self._poured.stat().st_size:
                return
            time.sleep(0.05)

    def _followed(self, path: Path) -> Followed | None:
        """What is known of a file; a new one is recognised by its first whole line."""
        if not path.exists():
            return None
        state = path.stat()
        for file in self.tail.files:
            if file.inode == state.st_ino and self._goes_on(file, path, state.st_size):
                file.path = str(path.resolve())
                return file
        if not state.st_size or str(path) in self.unknown:
            return None
        return self._new(path, state.st_ino)

    def _goes_on(self, file: Followed, path: Path, size: int) -> bool:
        """Whether a file still holds what was read of it, so that what is behind that is new.

        One that was cut short to be written anew (`copytruncate`) is another from then on, however long it grows.
        """
        if file.whole:
            return True
        consumed, seam = self.tail.consumed(file), self.tail.seam(file, SEAM)
        goes_on = size >= consumed
        if goes_on and size > consumed and seam:
            with path.open("rb") as source:
                source.seek(consumed - len(seam))
                goes_on = source.read(len(seam)) == seam
        if not goes_on:
            file.inode = 0
            self.tail.keep()
        return goes_on

    def _new(self, path: Path, inode: int) -> Followed | None:
        from rejoinder.formats import registry

        whole = path.suffix in PACKED
        with path.open("rb") as file:
            if not whole and b"\n" not in file.read(1 << 20):
                return None
        try:
            format = self._format(path)
        except (FormatError, UsageError):
            format = None
        if format is None:
            self.unknown.append(str(path))
            return None
        number = max((file.number for file in self.tail.files), default=0) + 1
        heading = b"" if whole else registry.heading(path, format, self._chosen)
        followed = Followed(
            number, str(path.resolve()), format, inode, whole=whole, heading=heading, **told_of(self._chosen)
        )
        if not whole:
            self.tail.files.append(followed)
        return followed

    def _format(self, path: Path) -> str | None:
        from rejoinder.cli import tables
        from rejoinder.formats import registry

        if self._chosen.mapping:
            return tables.mapped([path], self._chosen)[0][1]
        return registry.recognise(path)

    def _take_whole(self, file: Followed, path: Path) -> bool:
        """A packed file counts once it has stopped growing between two looks."""
        size = path.stat().st_size
        settled = self._sizes.get(str(path)) == size
        self._sizes[str(path)] = size
        if file in self.tail.files or not settled:
            return False
        self.tail.files.append(file)
        return True

    def _take_lines(self, file: Followed, path: Path) -> bool:
        with path.open("rb") as source:
            source.seek(self.tail.consumed(file))
            data = source.read(AT_ONCE)
        lines = data[: _end(data, bool(file.heading))]
        if lines:
            self.tail.append(file, lines)
        return bool(lines)

    def begin(self) -> None:
        """Take in all that is there. What is much, or the first of an archive, is sealed at once."""
        while self.look():
            pass
        size = sum(each.bytes for each in self.tail.inputs(open_spool))
        if size > FOLDED or (size and not self._archive.exists()):
            fold(self.tail, self._archive)
        elif size:
            self.tail.build(open_spool)


def _end(data: bytes, is_table: bool) -> int:
    """Where the last whole line ends; in a table the last row, whose cells may hold line ends between quotation marks.
    (A row that does not end for so long is none: the mark stands for itself, and the lines count.)"""
    last = data.rfind(b"\n") + 1
    if not is_table:
        return last
    cut = next((cell.start() for cell in _CELL.finditer(data, 0, last) if not cell[1]), last)
    return last if last - cut > LONGEST_ROW else data.rfind(b"\n", 0, cut) + 1


class Following:
    """A follower at work in a thread; the tail is made in a process of its own, so that no key waits for it."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._stop = Event()
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=leave_with_parent)

    def start(self, grown: Callable[[], object], failed: Callable[[RejoinderError], object]) -> None:
        """`grown` is called, in another thread, when the tail holds more, `failed` when following has ended."""
        Thread(target=self._run, args=(grown, failed), name="following", daemon=True).start()

    def _run(self, grown: Callable[[], object], failed: Callable[[RejoinderError], object]) -> None:
        try:
            while not self._stop.wait(PAUSE):
                if self._follower.look():
                    self._pool.submit(build, self._follower.tail.folder).result()
                    grown()
        except RejoinderError as error:
            failed(error)
        except OSError as error:
            failed(RejoinderError(f"Following has stopped: {error}.", "What was read is kept; open it again to go on."))

    def stop(self) -> None:
        """No more looks."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)


def leave_with_parent() -> None:
    """End this process when the one that started it does, however that ends: a worker of a pool holds both ends of its
    own pipes, and would wait for ever."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, name="leaving", daemon=True).start()


def build(folder: Path) -> None:
    """Make a tail's archive anew; runs in a process of its own."""
    Tail(folder.with_name(folder.name.removesuffix(".tail") + ".rejoinder")).build(open_spool)


def fold(tail: Tail, archive: Path) -> None:
    """Take what the tail holds into the sealed archive."""
    from rejoinder.archive import ingest
    from rejoinder.cli.progress import ProgressLine

    if not archive.parent.exists():
        private_folder(archive.parent)
    with ProgressLine() as line:
        ingest.run(tail.inputs(open_spool), archive, line)
    tail.taken()


def follow(paths: Sequence[str], options: Mapping[str, object] | None, chosen: Choices | None = None) -> int:
    """Open what the paths hold, and read on while it is open; the exit code."""
    from rejoinder.cli.browsing import on_terminal, refuse_dumb, tell
    from rejoinder.cli.opening import target_for

    if not paths:
        raise UsageError("What is to be followed?", "Name files, folders or patterns: rejoinder open --follow PATH...")
    archive = target_for(Path("stdin" if paths[0] == "-" else paths[0].rstrip("/*")))
    follower = Follower(archive, paths, chosen)
    if "-" in paths:
        _take_stdin(follower)
    follower.begin()
    if follower.unknown:
        note("In no format that is known here, and not followed: " + ", ".join(follower.unknown))
    if not archive.exists():
        raise FormatError(
            "Nothing has come yet that can be read.", "Begin to follow once the files hold a line or two."
        )
    joined = follower.tail.joined()
    if not on_terminal():
        tell(joined, "rejoinder open --follow " + " ".join(paths))
        return 0
    refuse_dumb(archive)
    from rejoinder.app.start import run

    return run(joined, options, (joined.renew, Following(follower)))


def _take_stdin(follower: Follower) -> None:
    """Keep what the pipe brings; the keys then come from the terminal itself. Without one it is read to its end."""
    pipe = os.fdopen(os.dup(0), "rb")
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        follower.pour(pipe)
        return
    os.dup2(terminal, 0)
    os.close(terminal)
    Thread(target=follower.pour, args=(pipe,), name="stdin", daemon=True).start()
    follower.wait_for_stdin()
