"""How fast each format is read: on its corpus, and on generated files of a size beside the ways people read them today.

    python -m bench.formats_bench [BYTES]      (default 1 GB; the files go to bench/out/ and are left there)

`REJOINDER_CORPORA` names the real exports; `REJOINDER_PEERS` a Python that has `atproto`, `convokit` and `zstandard`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from bench import generated
from bench.meter import Measured, measure

OUT = Path(__file__).resolve().parent / "out"
CORPORA = {
    "mastodon": "mastodon-archive-dealingwith/mastodon-archive-dealingwith.tar.gz",
    "mastodon-api": "mastodon-api-statuses/statuses.json",
    "bluesky-car": "bluesky-repo-car/little.car",
    "bluesky-api": "bluesky-appview-json/thread_view_post_with_embed_media.json",
    "jetstream": "bluesky-jetstream-sample/jetstream.jsonl",
    "reddit": "reddit-announcements-2011-thread/RC_sample.zst",
    "hackernews": "hackernews-comments-sample/hn-comments-1000-sample.jsonl",
    "convokit": "convokit-subreddit-cornell-subset",
    "mbox": "mbox-r-lists-a/r-package-devel-pipermail.zip",
    "table": "ira-troll-tweets-csv/ira-tweets-by-author.zip",
}
GENERATED: dict[str, tuple[str, str, Callable[[Path, int], int]]] = {
    "pushshift": ("reddit", "RC_2024-02.zst", lambda path, size: generated.write_lines(path, size, generated.comment)),
    "jetstream": ("jetstream", "events.jsonl", lambda path, size: generated.write_lines(path, size, generated.event)),
    "car": ("bluesky-car", "mate.car", generated.write_repository),
    "mbox": ("mbox", "harbour.mbox", lambda path, size: generated.write_lines(path, size, generated.letter)),
}
_READ = """
import sys, time
from rejoinder.formats import registry
from rejoinder.records import Post
registry.titles()
start, cpu, found, rounds = time.perf_counter(), time.process_time(), 0, 0
while rounds == 0 or (len(sys.argv) > 3 and time.perf_counter() - start < 2):
    found = sum(isinstance(record, Post) for record in registry.open_share(sys.argv[1], sys.argv[2], 0, 1))
    rounds += 1
print(found, (time.perf_counter() - start) / rounds, (time.process_time() - cpu) / rounds)
"""


def main() -> None:
    """Measure all and print the table."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000_000
    OUT.mkdir(exist_ok=True)
    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}, {os.cpu_count()} cores\n")
    for line in chain(_corpora(), [""], _generated(size)):
        print(line, flush=True)


def _corpora() -> Iterator[str]:
    """Each format on its corpus, read in one process without an index, again and again for two seconds."""
    folder = os.environ.get("REJOINDER_CORPORA")
    if not folder:
        yield "REJOINDER_CORPORA names no folder: no figures of real exports"
        return
    for name, path in CORPORA.items():
        posts, wall, cpu = _read(Path(folder) / path, name, "again")
        yield f"{name:<14} {posts:>9,} posts  {_rate(posts, wall, cpu)}"
    yield _peer_line("ConvoKit's loader", "convokit", Path(folder) / CORPORA["convokit"])


def _read(path: Path, name: str, *again: str) -> tuple[int, float, float]:
    posts, wall, cpu = measure([sys.executable, "-c", _READ, str(path), name, *again]).out.split()
    return int(posts), float(wall), float(cpu)


def _generated(size: int) -> Iterator[str]:
    """The four big files: read alone, read by the peer, and imported with the index."""
    for way, (name, file, make) in GENERATED.items():
        folder = OUT / f"formats-{size}"
        folder.mkdir(exist_ok=True)
        path = folder / file
        if not path.exists():
            make(path, size)
        posts, wall, cpu = _read(path, name)
        yield f"{way}: {path.stat().st_size / 1e6:,.0f} MB, {posts:,} posts"
        yield f"  read alone      {_rate(posts, wall, cpu)}"
        yield "  " + _peer_line("the peer", way, path, posts / wall)
        archive = folder / f"{way}.rejoinder"
        archive.unlink(missing_ok=True)
        taken = measure([sys.executable, "-m", "rejoinder", "import", str(archive), str(path)])
        yield f"  with the index  {_rate(posts, taken.wall, taken.cpu)}  {taken.memory:,.0f} MB"


def _rate(posts: int, wall: float, cpu: float) -> str:
    return f"{posts / wall:>10,.0f} posts/s  {cpu / max(posts, 1) * 1e6:>6.1f} µs CPU a post"


def _peer_line(told: str, way: str, path: Path, ours: float = 0) -> str:
    peers = os.environ.get("REJOINDER_PEERS", sys.executable)
    try:
        taken: Measured = measure([peers, str(Path(__file__).with_name("ways.py")), way, str(path)])
    except RuntimeError:
        return f"{told:<15} not installed, or it failed"
    found = int(taken.out.split()[-1])
    rate = found / taken.wall
    ratio = f"  ours is {ours / rate:.1f} times as fast" if ours else ""
    return f"{told:<15} {_rate(found, taken.wall, taken.cpu)}  {taken.memory:,.0f} MB{ratio}"


if __name__ == "__main__":
    main()
