"""`make bench`: import, questions, opening, over a thousand and a million generated posts; figures go to bench/out/."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

from bench import import_bench, opening_bench, query_bench, review_bench

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out"
GENERATOR = ROOT.parent / "shared" / "prototypes" / "store" / "gen.py"
SMALL, LARGE = 1_000, 1_000_000


def main() -> None:
    """Measure all, print and keep the table."""
    OUT.mkdir(exist_ok=True)
    few, many = (_posts(number) for number in (SMALL, LARGE))
    table = [_machine(), ""]
    for part in (
        lambda: import_bench.run(many, OUT / "million.rejoinder"),
        lambda: query_bench.run(OUT / "million.rejoinder"),
        lambda: review_bench.run(OUT / "million.rejoinder"),
        lambda: opening_bench.run([_small(few), OUT / "million.rejoinder"]),
    ):
        lines = [*part(), ""]
        print("\n".join(lines), flush=True)
        table += lines
    (OUT / "figures.txt").write_text("\n".join(table))


def _posts(number: int) -> Path:
    """A file of so many generated posts: in REJOINDER_BENCH, else made once by the generator."""
    path = Path(os.environ.get("REJOINDER_BENCH") or OUT) / f"{number}.jsonl"
    if not path.exists():
        if not GENERATOR.exists():
            sys.exit(f"{path} is missing, and so is the generator of posts, {GENERATOR}.")
        subprocess.run([sys.executable, str(GENERATOR), str(number), str(path)], check=True)
    return path


def _small(posts: Path) -> Path:
    archive = OUT / "thousand.rejoinder"
    archive.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "rejoinder", "import", str(archive), str(posts)], check=True)
    return archive


def _machine() -> str:
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, load {load}"


if __name__ == "__main__":
    main()
