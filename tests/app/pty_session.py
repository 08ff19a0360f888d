"""A program in a real pseudo-terminal: what it draws, what it answers to, and how it leaves."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pyte

ROOT = Path(__file__).parents[2]
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y", b"\x1b[6n": b"\x1b[1;1R"}
"""What a terminal says when it is asked what it can."""


class Session:
    """`with Session([...]) as app:` starts a program (Python if none is named) in its own terminal, and ends it."""

    def __init__(
        self,
        arguments: list[str],
        columns: int = 80,
        rows: int = 24,
        *,
        program: str = sys.executable,
        **environment: str,
    ) -> None:
        self._program = program
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.output = bytearray()
        self.code: int | None = None
        self.answers = dict(ANSWERS)
        # The program is the pty's session leader, so closing the master hangs it up as a lost line does.
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            self._become(arguments, environment)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _become(self, arguments: list[str], environment: dict[str, str]) -> None:
        os.chdir(ROOT)
        path = os.pathsep.join((str(ROOT / "tui"), str(ROOT)))
        told = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": path, **environment}
        kept = {
            name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "TMUX")
        }
        try:
            time.sleep(0.05)
            os.execve(self._program, [self._program, *arguments], {**kept, **told})
        finally:
            os._exit(127)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def read(self, quiet: float = 0.3, limit: float = 10.0) -> None:
        """Draw what comes, until nothing has come for `quiet` seconds."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.master >= 0 and select.select([self.master], [], [], quiet)[0]:
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                return
            self.output += data
            for query, answer in self.answers.items():
                for _ in range(data.count(query)):
                    os.write(self.master, answer)
            self._stream.feed(data.replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))

    def wait_for(self, words: str, limit: float = 20.0) -> None:
        """Read until these words stand on the screen."""
        end = time.monotonic() + limit
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} never came:\n{self.text}"
            self.read(0.1, 0.2)

    def wait_until(self, holds: Callable[[], bool], limit: float = 20.0) -> None:
        """Read until something holds: on a machine that is busy a key takes its time."""
        end = time.monotonic() + limit
        while not holds():
            assert time.monotonic() < end, f"it never came to hold:\n{self.text}"
            self.read(0.1, 0.2)

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        rows = range(self.screen.lines)
        return "\n".join("".join(self.screen.buffer[y][x].data for x in range(self.screen.columns)) for y in rows)

    def press(self, keys: str) -> None:
        """Type, and read what it leads to."""
        os.write(self.master, keys.encode())
        self.read()

    def kill(self, number: int) -> None:
        """Send a signal to the program alone."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def leaves_within(self, seconds: float) -> bool:
        """Whether the program is gone in this time; `code` is then its exit code, negative for a signal."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.code = os.waitstatus_to_exitcode(status)
                return True
            self.read(0.02, 0.05) if self.master >= 0 else time.sleep(0.02)
        return False
