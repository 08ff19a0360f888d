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
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import OURS, Figure, line
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


def figures(archives: list[Path]) -> Iterator[Figure]:
    """For these archives (small and large); each opens at its last post, in a home of its own."""
    with TemporaryDirectory() as home:
        os.environ["REJOINDER_HOME"] = home
        yield from _figures(archives)


def _figures(archives: list[Path]) -> Iterator[Figure]:
    patterns = {path: last_words(path) for path in archives}
    bare: list[float] = []
    opened: dict[Path, list[float]] = {path: [] for path in archives}
    for _ in range(RUNS):
        bare.append(bare_import())
        for path in archives:
            opened[path].append(first_posts(path, patterns[path]))
    base = statistics.median(bare)
    yield Figure("import textual.app, for comparison", OURS, base * 1000, "ms", "whole process")
    for path in archives:
        median = statistics.median(opened[path])
        told = f"{median / base:.2f} times import textual.app"
        yield Figure(f"posts on the screen, of {int(path.stem):,}", OURS, median * 1000, "ms", told)
        yield Figure(f"memory while browsing, of {int(path.stem):,}", OURS, browsing_memory(path, patterns[path]), "MB")


if __name__ == "__main__":
    for found in figures([Path(name) for name in sys.argv[1:]]):
        print(line(found))
