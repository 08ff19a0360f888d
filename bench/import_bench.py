"""How fast posts come in, what they take on disk and in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bench.figures import OURS, Figure, line
from bench.meter import measure

SPEED, SIZE, MEMORY, CPU = "import", "size of what is kept", "memory of the import, all processes", "CPU of the import"


def figures(posts: Path, count: int, archive: Path) -> Iterator[Figure]:
    """Import a file of v1.1 objects, one a line; the archive is left there."""
    archive.unlink(missing_ok=True)
    ours = measure([sys.executable, "-m", "rejoinder", "import", str(archive), str(posts)])
    yield Figure(SPEED, OURS, count / ours.wall, "posts/s")
    yield Figure(CPU, OURS, ours.cpu / count * 1e6, "µs a post")
    yield Figure(SIZE, OURS, archive.stat().st_size / count, "bytes a post")
    yield Figure(MEMORY, OURS, ours.memory, "MB")


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        number = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    for found in figures(Path(sys.argv[1]), number, Path(sys.argv[2])):
        print(line(found))
