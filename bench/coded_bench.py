"""A word among the posts that no reviewer has decided, with 100,000 coded ones: `the verdict:none`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import OURS, Figure, line
from bench.query_bench import asked
from rejoinder.app.coded import Codes
from rejoinder.archive import conditions as c
from rejoinder.archive.opening import open_archive
from rejoinder.archive.query import parse
from rejoinder.review.folder import Review, beside
from rejoinder.review.pen import Pen

CODED = 100_000
WORD = "the"
QUERY = f"{WORD} verdict:none"


def figures(million: Path) -> Iterator[Figure]:
    """First hits and count, in an archive whose codes are known (the app reads them in the background)."""
    with TemporaryDirectory(dir=million.parent) as folder:
        path = Path(folder) / "coded.rejoinder"
        path.hardlink_to(million)
        archive = open_archive(path)
        review = Review(beside(path))
        _code(review, archive.names_of(archive.keys(c.Everything())[-CODED:]))
        codes = Codes(archive, review, "ada")
        archive.page(_condition(codes), None, "older", 50)
        yield asked(
            "first 50 hits of a word without a verdict",
            lambda: archive.page(_condition(codes), None, "older", 50),
            f"{QUERY}; {CODED:,} have one",
        )
        archive.close()
        yield Figure("count of a word without a verdict", OURS, _counted(path, review), "ms", QUERY)


def _condition(codes: Codes) -> c.Condition:
    return c.all_of((parse(WORD, now=0).condition, codes.resolve(c.Coded("verdict", "none"))))


def _code(review: Review, names: object) -> None:
    review.begin()
    pen = Pen(review.journal_path("ada"), "ada", review.codebook())
    pen.connection.execute("pragma synchronous=off")
    pen.set(list(names), review.codebook().verdict, "include", "all")  # type: ignore[call-overload]
    pen.close()


def _counted(path: Path, review: Review) -> float:
    """The count, of a newly opened archive each time: it remembers what it has counted."""
    times = []
    for _ in range(3):
        archive = open_archive(path)
        condition = _condition(Codes(archive, review, "ada"))
        started = time.perf_counter()
        archive.count(condition)
        times.append((time.perf_counter() - started) * 1000)
        archive.close()
    return statistics.median(times)


if __name__ == "__main__":
    for found in figures(Path(sys.argv[1])):
        print(line(found))
