"""Writes posts.jsonl of the invented town Skerry, the same bytes each time: `python generate.py [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

HERE = Path(__file__).resolve().parent


def main(folder: Path) -> None:
    """Write FOLDER/posts.jsonl."""
    sys.path.insert(0, str(HERE))
    from town.archive import records

    lines = (msgspec.json.encode(record) for record in records())
    (folder / "posts.jsonl").write_bytes(b"\n".join(lines) + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
