"""How soon posts are on the screen, against a bare `import textual.app` in the same run; and the memory of browsing.

Figures are medians of interleaved runs in a real pty of 80x24: from exec to the first byte of a known post.
"""

from __future__ import annotations

import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path
from tempfile import TemporaryDirectory

RUNS = 9
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y", b"\x1b[6n": b"\x1b[1;1R"}
"""What a terminal answers to the questions that Textual asks."""


class Session:
    """A program in a pty of its own; `until` reads what it draws, `keys` types."""

    def __init__(self, command: list[str], size: tuple[int, int] = (24, 80)) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")
            os.execvp(command[0], command)
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.drawn = b""

    def until(self, pattern: bytes, seconds: float = 20) -> float:
        """Seconds since exec until the pattern was drawn; raises TimeoutError."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            if self._read(0.02) and re.search(pattern, self.drawn):
                return time.perf_counter() - self.started
        raise TimeoutError(f"{pattern!r} was not drawn within {seconds} s")

    def settle(self, seconds: float) -> None:
        """Read on for some time."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._read(0.02)

    def keys(self, text: bytes) -> None:
        os.write(self.fd, text)

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def close(self) -> None:
        os.close(self.fd)
        os.waitpid(self.pid, 0)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        self.drawn += data
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self.fd, answer)
        return True


def last_words(archive: Path) -> bytes:
    """A pattern for the last post's time of day, which only the timeline draws."""
    command = [sys.executable, "-m", "rejoinder", "search", str(archive), "", "--limit", "1", "--json"]
    row = subprocess.run(command, capture_output=True, check=True).stdout
    created = re.search(rb'"created":"[^T]+T(\d\d:\d\d)', row)
    assert created
    return created[1]


def first_posts(archive: Path, pattern: bytes) -> float:
    """Seconds from exec to a post on the screen."""
    session = Session([sys.executable, "-m", "rejoinder", "open", str(archive)])
    try:
        return session.until(pattern)
    finally:
        session.close()


def bare_import() -> float:
    """Seconds of a Python that imports textual.app and leaves."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
    return time.perf_counter() - started


def browsing_memory(archive: Path, pattern: bytes) -> float:
    """MB after a walk through the archive: pages, jumps, a filter."""
    session = Session([sys.executable, "-m", "rejoinder", "open", str(archive)], (60, 200))
    try:
        session.until(pattern)
        for keys in (b" " * 40, b"50%", b"b" * 40, b"g", b" " * 40, b"&the\r", b"G", b"b" * 20):
            session.keys(keys)
            session.settle(1.0)
        return session.memory()
    finally:
        session.close()


def run(archives: list[Path]) -> list[str]:
    """The table's lines for these archives (small and large); each opens at its last post, in a home of its own."""
    with TemporaryDirectory() as home:
        os.environ["REJOINDER_HOME"] = home
        return measured(archives)


def measured(archives: list[Path]) -> list[str]:
    """See `run`."""
    patterns = {path: last_words(path) for path in archives}
    bare: list[float] = []
    opened: dict[Path, list[float]] = {path: [] for path in archives}
    for _ in range(RUNS):
        bare.append(bare_import())
        for path in archives:
            opened[path].append(first_posts(path, patterns[path]))
    base = statistics.median(bare)
    lines = [f"import textual.app                {base * 1000:6.0f} ms"]
    for path in archives:
        median = statistics.median(opened[path])
        megabytes = browsing_memory(path, patterns[path])
        lines.append(
            f"{path.stem:<32}  {median * 1000:6.0f} ms   {median / base:4.2f} x   {megabytes:5.0f} MB browsing"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(run([Path(name) for name in sys.argv[1:]])))
