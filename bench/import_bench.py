"""How fast posts come in, what they take on disk and in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bench.figures import OURS, Figure, line
from bench.meter import Measured, measure

SPEED, SIZE, MEMORY, CPU = "import", "size of what is kept", "memory of the import, all processes", "CPU of the import"
TIMES = 3
"""Runs of an import, ours and that of the peer it is compared with; the best counts, for what else the machine does
only ever slows one down."""


def figures(posts: Path, count: int, archive: Path) -> Iterator[Figure]:
    """Import a file of v1.1 objects, one a line; the archive is left there."""
    runs = [_imported(posts, archive) for _ in range(TIMES)]
    ours = min(runs, key=lambda run: run.wall)
    slowest = count / max(run.wall for run in runs)
    yield Figure(SPEED, OURS, count / ours.wall, "posts/s", f"best of {TIMES}, the slowest {slowest:,.0f}")
    yield Figure(CPU, OURS, ours.cpu / count * 1e6, "µs a post")
    yield Figure(SIZE, OURS, archive.stat().st_size / count, "bytes a post")
    yield Figure(MEMORY, OURS, ours.memory, "MB")


def _imported(posts: Path, archive: Path) -> Measured:
    archive.unlink(missing_ok=True)
    return measure([sys.executable, "-m", "rejoinder", "import", str(archive), str(posts)])


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        number = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    for found in figures(Path(sys.argv[1]), number, Path(sys.argv[2])):
        print(line(found))
