"""From a letter typed into the search bar to the hits on the screen, in a real pty of 80x24.

Counted is the time until the lines of the timeline stand as they do in the end: with its hits, and these marked.
Letters that change nothing there are left out. The number of hits, in other lines, follows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import OURS, Figure, line
from bench.opening_bench import last_words
from bench.session import Session

QUIET = 0.25
"""Seconds without a byte after which a letter's drawing is done."""
TIMELINE = slice(1, 22)
"""Of the 24 lines: below the title, above status and search bar."""
LINES = ("people", '"of the', "from:alice the", "#news", "lang:ja has:media", "because of", "harbour")
"""What is typed, letter by letter, in filter and in find; each line is then given up."""


def figures(archive: Path) -> Iterator[Figure]:
    """The median and the slowest but one in twenty, over all letters."""
    with TemporaryDirectory() as home:
        times = sorted(_typed(archive, home))
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        value = times[round(share * (len(times) - 1))] * 1000
        yield Figure(f"key in the search bar to first hits, {name}", OURS, value, "ms", f"of {len(times)} letters")


def _typed(archive: Path, home: str) -> Iterator[float]:
    command = [sys.executable, "-m", "rejoinder", "open", str(archive)]
    pattern = last_words(archive)
    with Session(command, REJOINDER_HOME=home) as session:
        session.until(pattern)
        session.settle(1.0)
        for opening in (b"&", b"/"):
            for text in LINES:
                session.press(opening)
                for letter in text.encode():
                    seconds = session.changed(bytes([letter]), TIMELINE, QUIET)
                    if seconds is not None:
                        yield seconds
                session.press(b"\x1b", 0.6)
                session.press(b"\x1b", 0.6)


if __name__ == "__main__":
    os.environ.pop("REJOINDER_HOME", None)
    for found in figures(Path(sys.argv[1])):
        print(line(found))
