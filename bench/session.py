"""A program in a terminal of its own: types, and tells how many bytes came back and when."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pyte

ANSWERS = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
    b"\x1b[6n": b"\x1b[3;1R",
    b"\x1b[c": b"\x1b[?62;22c",
}
"""What a terminal answers to the questions of programs."""
_TICKS = os.sysconf("SC_CLK_TCK")


class Heard(NamedTuple):
    """What came back: bytes, and seconds from the typing to the first and to the last of them."""

    bytes: int
    first: float
    last: float


class Session:
    """`with Session([...]) as program:`; `size` is columns and rows."""

    def __init__(
        self, command: Sequence[str], size: tuple[int, int] = (80, 24), answers: bool = True, **environment: str
    ) -> None:
        self.started = time.perf_counter()
        self.drawn = bytearray()
        self._answers = ANSWERS if answers else {}
        self._screen = pyte.Screen(*size)
        self._emulator = pyte.ByteStream(self._screen)
        self._emulated = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self._become(command, size, environment)
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    @staticmethod
    def _become(command: Sequence[str], size: tuple[int, int], environment: dict[str, str]) -> None:
        try:
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            for name in ("COLUMNS", "LINES", "NO_COLOR", "TMUX", "COLORTERM"):
                os.environ.pop(name, None)
            os.environ.update({"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment})
            os.execvp(command[0], list(command))
        finally:
            os._exit(127)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def until(self, pattern: bytes, seconds: float = 20) -> float:
        """Seconds since the start until the pattern was drawn; raises TimeoutError."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            if self._read(0.02) and re.search(pattern, self.drawn):
                return time.perf_counter() - self.started
        raise TimeoutError(f"{pattern!r} was not drawn within {seconds} s")

    def settle(self, quiet: float, limit: float = 20) -> Heard:
        """Read until nothing has come for so many seconds."""
        begun = last = time.perf_counter()
        first, size = 0.0, len(self.drawn)
        while (now := time.perf_counter()) < begun + limit and now < last + quiet:
            if self._read(last + quiet - now):
                last = time.perf_counter()
                first = first or last
        return Heard(len(self.drawn) - size, max(0.0, first - begun), last - begun)

    def press(self, keys: bytes, quiet: float = 0.3, limit: float = 20) -> Heard:
        """Type, and read what it leads to."""
        os.write(self.fd, keys)
        return self.settle(quiet, limit)

    def changed(self, keys: bytes, lines: slice, quiet: float) -> float | None:
        """Type, and give the seconds until these lines stood as they do in the end; None where they did not change.

        The last column, a scroll bar, is left out. What comes is drawn only after all has come, not to be late.
        """
        self._emulate()
        before, begun = self._shown(lines), time.perf_counter()
        os.write(self.fd, keys)
        pieces, last = [], begun
        while (now := time.perf_counter()) < last + quiet:
            size = len(self.drawn)
            if self._read(last + quiet - now) and len(self.drawn) > size:
                last = time.perf_counter()
                pieces.append((last - begun, len(self.drawn)))
        found = None
        for seconds, end in pieces:
            self._emulate(end)
            if self._shown(lines) != before:
                before, found = self._shown(lines), seconds
        return found

    def _shown(self, lines: slice) -> list[list[object]]:
        rows = [self._screen.buffer[y] for y in range(self._screen.lines)][lines]
        return [[row[x] for x in range(self._screen.columns - 1)] for row in rows]

    def _emulate(self, end: int | None = None) -> None:
        self._emulator.feed(bytes(self.drawn[self._emulated : end]).replace(b"\x1b[>25u", b""))
        self._emulated = len(self.drawn) if end is None else end

    def hold(self, key: bytes, times: int, a_second: float) -> None:
        """Type a key again and again, and read meanwhile."""
        begun = time.perf_counter()
        for n in range(1, times + 1):
            os.write(self.fd, key)
            while (left := begun + n / a_second - time.perf_counter()) > 0:
                self._read(left)

    def text_bytes(self) -> int:
        """Bytes of what stands on the screen, without the blanks at the ends of lines."""
        self._emulate()
        rows = (self._screen.buffer[y] for y in range(self._screen.lines))
        lines = ("".join(row[x].data for x in range(self._screen.columns)).rstrip() for row in rows)
        return sum(len(line.encode()) for line in lines)

    def cpu(self) -> float:
        """Seconds of CPU that the program has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def close(self) -> None:
        """Hang up, and see to it that it ends."""
        with contextlib.suppress(OSError):
            os.close(self.fd)
        for _ in range(100):
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
            time.sleep(0.02)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], max(0.0, seconds))[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            time.sleep(max(0.0, seconds))
            return False
        self.drawn += data
        for question, answer in self._answers.items():
            for _ in range(data.count(question)):
                os.write(self.fd, answer)
        return True
