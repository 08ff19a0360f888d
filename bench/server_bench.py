"""`make bench-servers`: the same questions to an archive file and to ClickHouse, in one run; into docs/servers.md.

`python -m bench.server_bench [1m|10m] [--posts N] [--only PART]`. The engine is ClickHouse's own, in a process of its
own on this machine, behind a stand-in for its HTTP server (`tests/conformance/shim.py`), asked with the real client; or
the server that `REJOINDER_TEST_CLICKHOUSE` names. Both import the same file; then each question is asked of the one and
of the other in turn.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import query_bench
from bench.__main__ import OUT, ROOT, SIZES, generated
from bench.figures import OURS, Figure, Run, keep, kept, line, machine
from bench.import_bench import SIZE, SPEED
from bench.meter import measure
from rejoinder.archive.opening import locate, open_archive
from rejoinder.archive.protocol import Archive, Choice

SERVER = "ClickHouse"
_TESTED = "REJOINDER_TEST_CLICKHOUSE"
_BEGIN, _END = "<!-- measured: make bench-servers -->", "<!-- end of what was measured -->"


def main() -> None:
    """Measure, tell each figure as it comes, write the page."""
    asked = argparse.ArgumentParser(prog="python -m bench.server_bench")
    asked.add_argument("size", nargs="?", choices=SIZES, default="1m")
    asked.add_argument("--posts", type=int, help="so many instead, to try the bench itself")
    options = asked.parse_args()
    count = options.posts or SIZES[options.size]
    OUT.mkdir(exist_ok=True)
    run = Run(count, machine())
    print(run.machine, flush=True)
    with _server() as address:
        for figure in _figures(count, f"{address}/bench_{count}"):
            print(line(figure), flush=True)
            run.figures.append(figure)
    keep(run, OUT / f"servers-{'try' if options.posts else options.size}.json")
    if not options.posts:
        _write([OUT / f"servers-{size}.json" for size in SIZES], ROOT / "docs" / "servers.md")


@contextmanager
def _server() -> Iterator[str]:
    """A server's address, without a database."""
    told = os.environ.get(_TESTED)
    if told:
        yield told.rstrip("/")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    folder = OUT / "engine"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "tests.conformance.shim", str(port), str(folder)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _await(port)
        yield f"clickhouse://bench@127.0.0.1:{port}"
        status = Path(f"/proc/{process.pid}/status").read_text()
        print(f"memory of the engine at the fullest: {int(status.split('VmHWM:')[1].split()[0]) / 1024:,.0f} MB")
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _await(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def _figures(count: int, address: str) -> Iterator[Figure]:
    posts, file = generated(count), OUT / f"{count}.rejoinder"
    for who, place in ((OURS, str(file)), (SERVER, address)):
        file.unlink(missing_ok=True) if who == OURS else None
        done = measure([sys.executable, "-m", "rejoinder", "import", place, str(posts)])
        yield Figure(SPEED, who, count / done.wall, "posts/s", f"{done.memory:,.0f} MB beside the engine")
        archive = open_archive(locate(place))
        yield Figure(SIZE, who, archive.figures().bytes / count, "bytes a post")
        archive.close()
    for who, place in ((OURS, str(file)), (SERVER, address)):
        for found in (*query_bench.figures(locate(place)), *_contacts(locate(place))):
            yield Figure(found.what, who, found.value, found.unit, found.note)


def _contacts(path: Path) -> Iterator[Figure]:
    """Pairs and acts, each asked of an archive that was just opened."""

    def fresh(ask: Callable[[Archive], object]) -> Callable[[], object]:
        def asked() -> None:
            archive = open_archive(path)
            ask(archive)
            archive.close()

        return asked

    yield query_bench.asked("first 50 pairs by unanswered", fresh(lambda each: each.pairs(Choice(), 0, 50)), runs=5)
    for sort in ("waited", "a"):
        choice = Choice(sort=sort)  # type: ignore[arg-type]
        yield query_bench.asked(f"first 50 pairs by {sort}", fresh(lambda each, c=choice: each.pairs(c, 0, 50)), runs=3)  # type: ignore[misc]
    narrow = Choice(one_way=True, unanswered=5, months=3)
    yield query_bench.asked("one-way pairs of five and more", fresh(lambda each: each.pairs(narrow, 0, 50)), runs=3)
    archive = open_archive(path)
    pair = archive.pairs(Choice(), 0, 1)[0]
    yield query_bench.asked("acts of the first pair", lambda: archive.acts([pair.a], [pair.b]))
    yield query_bench.asked("coverage of an account", lambda: archive.coverage([pair.a]))
    archive.close()


def _write(runs: list[Path], page: Path) -> None:
    """Put the tables of the runs that are there between the page's two marks."""
    known = [run for path in runs if (run := kept(path)) is not None]
    parts = [f"{run.machine}.\n\n{_table(run)}" for run in known]
    text = page.read_text(encoding="utf-8")
    before, after = text.partition(_BEGIN)[0], text.partition(_END)[2]
    page.write_text(f"{before}{_BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{_END}{after}", encoding="utf-8")


def _table(run: Run) -> str:
    lines = [f"| {run.posts:,} posts | a file | {SERVER} |", "| --- | --- | --- |"]
    asked = dict.fromkeys(each.what for each in run.figures)
    rows = (f"| {what} | {_cell(run.of(what))} | {_cell(run.of(what, SERVER))} |" for what in asked)
    return "\n".join([*lines, *rows])


def _cell(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return figure.note if figure is not None else ""
    places = 0 if figure.value >= 100 else 1 if figure.value >= 10 else 2
    return f"{figure.value:,.{places}f} {figure.unit}"


if __name__ == "__main__":
    main()
