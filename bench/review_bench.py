"""A review at a million posts with 100,000 acts: a decision, a queue's start, a tag search, an export.

`python -m bench.review_bench ARCHIVE` (made by `make bench`). The peer of a decision is a bare fsync of the same disk,
in the same run: an act is durable, and no decision can be faster than that.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.session import Session
from rejoinder.app import review_queue
from rejoinder.app.coded import Codes
from rejoinder.app.desk import Desk
from rejoinder.app.exporting import Wishes, export
from rejoinder.archive import conditions as c
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive
from rejoinder.review import queues
from rejoinder.review.folder import Review, beside
from rejoinder.review.pen import Pen

ACTS = 100_000
DECISIONS = 200
QUIET = 0.08
"""Seconds without a byte after which a decision's drawing is done."""


def run(million: Path) -> Iterator[str]:
    """The table's lines."""
    with TemporaryDirectory(dir=million.parent) as folder:
        archive_path = Path(folder) / "million.rejoinder"
        archive_path.hardlink_to(million)
        archive = open_archive(archive_path)
        keys = archive.keys(c.Everything())[500_000 : 500_000 + ACTS]
        names = list(archive.names_of(keys))
        yield f"review: {len(names):,} acts over {archive.figures().posts:,} posts"
        yield f"  a bare fsync                        p50 {_fsync(Path(folder)):6.1f} ms"
        yield from _decided(Review(beside(archive_path)), names)
        yield from _searched(archive, Review(beside(archive_path)))
        yield from _queued(archive, keys)
        yield from _exported(archive, keys, Path(folder))
        archive.close()
        yield from _on_screen(archive_path)


def _fsync(folder: Path) -> float:
    """Milliseconds of writing 4 KiB and syncing them."""
    times = []
    with (folder / "sync").open("wb") as file:
        for _ in range(50):
            file.write(bytes(4096))
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def _decided(review: Review, names: list[str]) -> Iterator[str]:
    """100,000 acts are made (without syncing, to be done), then some as they are made on screen."""
    review.begin()
    pen = Pen(review.journal_path("ada"), "ada", review.codebook())
    tags, verdict = review.codebook().tags, review.codebook().verdict
    assert tags is not None
    pen.connection.execute("pragma synchronous=off")
    for at, name in enumerate(names[: ACTS // 2]):
        pen.set([name], verdict, ("include", "exclude", "unsure")[at % 3], "old")
    for name in names[: ACTS // 2]:
        pen.add([name], tags, "safety")
    started = time.perf_counter()
    pen.add(names, tags, "harbour")
    bulk = time.perf_counter() - started
    pen.connection.execute("pragma synchronous=full")
    times = []
    for at in range(DECISIONS):
        started = time.perf_counter()
        pen.set([f"twitter:{at}"], verdict, "include", "q")
        times.append(time.perf_counter() - started)
    size = pen.path.stat().st_size
    pen.close()
    yield f"  an act, durable                     {_spread(times)}"
    yield f"  a tag on {len(names):,} posts, one act     {bulk:6.2f} s; the journal has {size / 1e6:.0f} MB"


def _searched(archive: Archive, review: Review) -> Iterator[str]:
    """`tag:harbour` over 100,000 tagged posts: the first page, cold and when the journal's posts are known."""
    codes = Codes(archive, review, "ada")
    wanted = c.Coded("tag", "harbour")

    def page() -> object:
        return archive.page(codes.resolve(wanted), None, "newer", 60)

    yield f"  tag search, first page, cold        {_ms(page):6.0f} ms"
    pen = Pen(review.journal_path("ada"), "ada", review.codebook())
    pen.set(["twitter:1"], review.codebook().verdict, "include")
    pen.close()
    yield f"  after one more act                  {_ms(page):6.0f} ms"
    yield f"  the next page                       {_ms(page):6.0f} ms"


def _queued(archive: Archive, keys: Any) -> Iterator[str]:
    """A queue of 100,000: made ready while its line is read, frozen and started by Enter; and gone on with."""
    desk = Desk(Review(beside(Path(archive.path))), "bob", {})
    condition = c.Among(keys)
    made: list[Any] = []
    took = _ms(lambda: made.append(review_queue.made(desk, archive, condition, "", "", "time")))
    yield f"  queue of 100,000, made ready        {took:6.0f} ms (before its line asks for Enter)"
    ready = made[0]
    path = desk.review.queue_path(ready.queue.head.name)

    def start() -> None:
        queues.write(path, ready.queue)
        archive.page(c.among(ready.keys), None, "newer", 60)

    yield f"  frozen and first page               {_ms(start):6.0f} ms"
    yield f"  gone on with                        {_ms(lambda: review_queue.renewed(desk, archive, [path])):6.0f} ms"
    desk.close()


def _exported(archive: Archive, keys: Any, folder: Path) -> Iterator[str]:
    review = Review(beside(Path(archive.path)))
    first, last = archive.posts([keys[0], keys[-1]])
    span = c.Between(first.post.time, last.post.time)
    for form in ("csv", "jsonl"):
        wishes = Wishes(folder / f"out.{form}", form, review.path)
        took = _ms(lambda wishes=wishes: export(archive, span, "", wishes)) / 1000
        yield f"  export of 100,000 with codes, {form:<6}{took:6.1f} s"


def _on_screen(path: Path) -> Iterator[str]:
    """Key to first and to last byte in a real pty of 80x24, in a queue by time."""
    archive = open_archive(path)
    first, last = archive.posts([500_000, 520_000])
    span = print_condition(c.Between(first.post.time, last.post.time))
    archive.close()
    command = [sys.executable, "-m", "rejoinder", "open", str(path), "--as", "ada"]
    with Session(command, REJOINDER_HOME=str(path.parent / "home")) as app:
        app.until(rb"1,000,000")
        app.settle(1)
        for keys in (b"&", span.encode(), b"\r", b"R"):
            app.press(keys, 1.5)
        app.settle(3, 60)
        app.press(b"\r", 3, 60)
        worked = app.cpu()
        heard = [app.press((b"a", b"x", b"s")[at % 3], QUIET) for at in range(DECISIONS)]
        worked = app.cpu() - worked
        memory = app.memory()
    sizes = sorted(each.bytes for each in heard)
    quarter, half, most = (sizes[int(len(sizes) * share)] for share in (0.25, 0.5, 0.95))
    yield f"  a decision, key to first byte       {_spread([each.first for each in heard])}"
    yield f"  a decision, key to last byte        {_spread([each.last for each in heard])}"
    yield f"  CPU of a decision, all in all       {worked / DECISIONS * 1000:6.1f} ms"
    yield f"  bytes for a decision                least {sizes[0]}  p25 {quarter}  p50 {half}  p95 {most}"
    yield f"  memory of the app                   {memory:6.0f} MB"


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _spread(times: list[float]) -> str:
    ordered = sorted(time * 1000 for time in times)
    return f"p50 {ordered[len(ordered) // 2]:6.1f}  p95 {ordered[int(len(ordered) * 0.95)]:6.1f} ms"


if __name__ == "__main__":
    for line in run(Path(sys.argv[1])):
        print(line, flush=True)
