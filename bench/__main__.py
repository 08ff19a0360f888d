"""`make bench`: Rejoinder and its peers over the same generated posts; a table and a plot go to docs/.

`python -m bench [1m|10m] [--posts N]`. The larger run asks only rg and DuckDB beside ours: others take hours or all
memory. A run over another number of posts is only told, never written into the docs.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path

from bench import (
    coded_bench,
    import_bench,
    memories,
    opening_bench,
    posts,
    query_bench,
    report,
    review_bench,
    scanners,
    stores,
    typing_bench,
)
from bench.figures import Figure, Run, keep, line, machine

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out"
SIZES = {"1m": 1_000_000, "10m": 10_000_000}
FEW = 1_000


def main() -> None:
    """Measure, tell each figure as it comes, keep them."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("size", nargs="?", choices=SIZES, default="1m")
    asked.add_argument("--posts", type=int, help="so many instead, to try the bench itself")
    options = asked.parse_args()
    count = options.posts or SIZES[options.size]
    OUT.mkdir(exist_ok=True)
    run = Run(count, machine())
    print(run.machine, flush=True)
    for figure in _figures(options.size, count):
        print(line(figure), flush=True)
        run.figures.append(figure)
    name = OUT / (f"try-{count}.json" if options.posts else f"{options.size}.json")
    keep(run, name)
    if count >= SIZES["1m"] and options.size == "1m":
        for told in review_bench.run(OUT / f"{count}.rejoinder"):
            print(told, flush=True)
    if not options.posts:
        report.write([OUT / f"{size}.json" for size in SIZES], ROOT / "docs" / "benchmark.md")


def _figures(size: str, count: int) -> Iterator[Figure]:
    file, archive = generated(count), OUT / f"{count}.rejoinder"
    rival = stores.sqlite_utils_imports(file, OUT) if size == "1m" else None
    yield from import_bench.figures(file, count, archive, rival)
    yield from query_bench.figures(archive)
    yield from coded_bench.figures(archive)
    yield from opening_bench.figures([_small(), archive])
    yield from typing_bench.figures(archive)
    yield from scanners.figures(file, size == "1m")
    yield from stores.duckdb(file, count, OUT)
    if size == "1m":
        yield from itertools.chain(
            stores.sqlite_utils(count, OUT),
            stores.ariadne(file, count, OUT),
            memories.structs(file, count),
            memories.visidata(file, count),
        )


def generated(count: int) -> Path:
    """A file of so many posts, made once."""
    path = OUT / f"{count}.jsonl"
    if not path.exists():
        part = path.with_suffix(".part")
        posts.write(count, part)
        part.rename(path)
    return path


def _small() -> Path:
    """An archive of a thousand posts, to see that opening does not depend on their number."""
    archive = OUT / f"{FEW}.rejoinder"
    list(import_bench.figures(generated(FEW), FEW, archive))
    return archive


if __name__ == "__main__":
    main()
