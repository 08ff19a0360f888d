"""How fast posts come in, what they take on disk and in memory; beside sqlite-utils on the same posts."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

from bench.meter import Measured, measure

PEER_POSTS = 100_000
"""The peer's rate hardly depends on their number, and a million would take minutes."""


def run(posts: Path, archive: Path) -> list[str]:
    """The table's lines for importing a file of v1.1 objects, one a line; the archive is left there."""
    count = _lines(posts)
    archive.unlink(missing_ok=True)
    ours = measure([sys.executable, "-m", "rejoinder", "import", str(archive), str(posts)])
    lines = [_line("rejoinder import", count, ours, archive)]
    peer = _peer(archive.parent)
    if peer is None:
        return [*lines, "sqlite-utils could not be installed: no peer in this run"]
    part = archive.parent / "peer.jsonl"
    with posts.open("rb") as whole, part.open("wb") as file:
        file.writelines(itertools.islice(whole, PEER_POSTS))
    theirs, database = _sqlite_utils(peer, part)
    few = min(count, PEER_POSTS)
    lines.append(_line("sqlite-utils insert, enable-fts", few, theirs, database))
    lines.append(f"{'ratio of the rates':<34} {(count / ours.wall) / (few / theirs.wall):10.1f} x")
    for path in (part, database):
        path.unlink()
    return lines


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _line(name: str, posts: int, measured: Measured, made: Path) -> str:
    return (
        f"{name:<34} {posts / measured.wall:10,.0f} posts/s  {measured.cpu / posts * 1e6:6.1f} µs CPU a post  "
        f"{made.stat().st_size / posts:6.1f} bytes a post  {measured.memory:5.0f} MB"
    )


def _sqlite_utils(command: Path, posts: Path) -> tuple[Measured, Path]:
    database = posts.with_suffix(".db")
    database.unlink(missing_ok=True)
    insert = measure([str(command), "insert", str(database), "posts", str(posts), "--nl", "--pk", "id_str"])
    index = measure([str(command), "enable-fts", str(database), "posts", "full_text"])
    both = Measured(insert.wall + index.wall, insert.cpu + index.cpu, max(insert.memory, index.memory), "")
    return both, database


def _peer(folder: Path) -> Path | None:
    """The peer's command, in an environment of its own that is made once."""
    command = folder / "peer" / "bin" / "sqlite-utils"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "peer")], check=True)
        pip = [str(command.with_name("python")), "-m", "pip", "install", "--quiet", "sqlite-utils"]
        subprocess.run(pip, check=False)
    return command if command.exists() else None


if __name__ == "__main__":
    print("\n".join(run(Path(sys.argv[1]), Path(sys.argv[2]))))
