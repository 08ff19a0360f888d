"""How fast posts come in, what they take on disk and in memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.figures import OURS, Figure, line
from bench.meter import Measured, measure

SPEED, SIZE, MEMORY, CPU = "import", "size of what is kept", "memory of the import, all processes", "CPU of the import"
TIMES = 3
"""Runs of an import; the best counts, for what else the machine does only ever slows one down."""


class Rival(NamedTuple):
    """A peer that imports the same posts in turn with us: what the machine does beside slows both."""

    who: str
    imported: Callable[[], Measured]


def figures(posts: Path, count: int, archive: Path, rival: Rival | None = None) -> Iterator[Figure]:
    """Import a file of v1.1 objects, one a line; the archive is left there, and what the rival made of them."""
    runs, others = [], []
    for _ in range(TIMES):
        runs.append(_imported(posts, archive))
        if rival is not None:
            others.append(rival.imported())
    ours = min(runs, key=lambda run: run.wall)
    yield _speed(OURS, runs, count, "" if rival is None else f", in turn with {rival.who}")
    yield Figure(CPU, OURS, ours.cpu / count * 1e6, "µs a post")
    yield Figure(SIZE, OURS, archive.stat().st_size / count, "bytes a post")
    yield Figure(MEMORY, OURS, ours.memory, "MB")
    if rival is not None:
        yield _speed(rival.who, others, count, f"; {max(run.memory for run in others):,.0f} MB")


def _speed(who: str, runs: list[Measured], count: int, note: str) -> Figure:
    best, worst = min(run.wall for run in runs), max(run.wall for run in runs)
    return Figure(SPEED, who, count / best, "posts/s", f"best of {len(runs)}, the slowest {count / worst:,.0f}{note}")


def _imported(posts: Path, archive: Path) -> Measured:
    archive.unlink(missing_ok=True)
    return measure([sys.executable, "-m", "rejoinder", "import", str(archive), str(posts)])


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        number = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    for found in figures(Path(sys.argv[1]), number, Path(sys.argv[2])):
        print(line(found))
