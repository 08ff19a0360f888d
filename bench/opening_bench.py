"""How soon posts are on the screen, against a bare `import textual.app` in the same run; and the memory of browsing.

Figures are medians of interleaved runs in a real pty of 80x24: from exec to the first byte of a known post.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.session import Session

RUNS = 9


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
    session = Session([sys.executable, "-m", "rejoinder", "open", str(archive)], (200, 60))
    try:
        session.until(pattern)
        for keys in (b" " * 40, b"50%", b"b" * 40, b"g", b" " * 40, b"&the\r", b"G", b"b" * 20):
            session.press(keys, 1.0)
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
