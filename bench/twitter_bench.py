"""Posts per second of each format of the X family on its real export, beside what people read it with, in one run.

`python -m bench.twitter_bench CORPORA`: the reader alone beside plain `json` over the same bytes (both in one process,
over and over until a second has passed, so that small exports can be told apart), then whole commands beside twarc-csv
(API v2) and ariadne-x (X archives), which are installed in an environment of their own.
"""

from __future__ import annotations

import bz2
import gzip
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.meter import Measured, measure
from rejoinder.formats import registry
from rejoinder.formats.export import Export
from rejoinder.records import Like, Post

EXPORTS = {
    "X archive, zip": "twitter-archive-2022-andreruffert-zip/twitter-2022-11-03-andreruffert.zip",
    "X archive, folder": "twitter-archive-2024-alrocar",
    "X archive (tweetback)": "tweetback-develwoutacause",
    "Grailbird, zip": "grailbird-alomran/tweets-alomran.zip",
    "Grailbird, folder": "grailbird-bizweekgraphics-folder",
    "API v1.1, tree in a zip": "rumoureval2017-train/rumoureval2017-train-tree.zip",
    "API v1.1, gz": "rumoureval2017-train/rumoureval2017-train.jsonl.gz",
    "API v1.1, bz2": "rumoureval2017-train/rumoureval2017-train.json.bz2",
    "API v2, pages": "twarc2-csv-testdata/test-data/noflat.jsonl",
    "API v2, flattened": "twarc2-csv-testdata/test-data/flat.jsonl",
    "API v2, large pages": "twarc2-csv-testdata/test-data/entities_test.jsonl",
    "snscrape": "snscrape-public-figures-a/AOC_tweets_2022.json",
}
LONG = 1.0
"""Seconds for which something is done over and over."""
PEERS = ("twarc-csv", "ariadne-x", "pandas<3")
"""(twarc-csv calls what pandas 3 has no longer.)"""


def run(corpora: Path, out: Path) -> Iterator[str]:
    """The table's lines; what is written meanwhile lies in `out`."""
    yield f"{'':<26} {'posts':>8} {'reader':>12} {'json alone':>12} {'x':>6} {'import':>12}"
    for title, name in EXPORTS.items():
        path = corpora / name
        format = registry.recognise(path)
        assert format is not None, path
        posts = _posts(path, format)
        ours, plain = _rate(partial(_posts, path, format)), _rate(partial(_plain, path, format))
        whole = _imported(path, out)
        yield (
            f"{title:<26} {posts:>8,} {posts * ours:>10,.0f}/s {posts * plain:>10,.0f}/s {plain / ours:>6.2f} "
            f"{posts / whole.wall:>10,.0f}/s"
        )
    yield from _beside_peers(corpora, out)


def _posts(path: Path, format: str) -> int:
    """Read an export whole; how many posts and likes it holds."""
    return sum(isinstance(record, Post | Like) for record in registry.open_share(path, format, 0, 1))


def _rate(work: Callable[[], object]) -> float:
    """How many times a second of CPU."""
    times, started = 0, time.process_time()
    while times == 0 or time.process_time() - started < LONG:
        work()
        times += 1
    return times / (time.process_time() - started)


def _plain(path: Path, format: str) -> None:
    """The same files decoded by the standard library, and nothing made of them."""
    for data in _files(path, format):
        body = data.partition(b"=")[2] if data[:20].lstrip()[:1] not in (b"{", b"[") else data
        try:
            json.loads(body)
        except ValueError:
            for row in body.split(b"\n"):
                if row.strip():
                    json.loads(row)


def _files(path: Path, format: str) -> Iterator[bytes]:
    wanted = {member.name for member in registry.load(format).members(Export(path))}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(member) for member in packed.namelist() if member in wanted)
    elif path.is_dir():
        yield from ((path / member).read_bytes() for member in wanted)
    else:
        opener = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix, open)
        with opener(path, "rb") as stream:
            yield stream.read()


def _imported(path: Path, out: Path) -> Measured:
    archive = out / "formats.rejoinder"
    archive.unlink(missing_ok=True)
    return measure([sys.executable, "-m", "rejoinder", "import", str(archive), str(path)])


def _beside_peers(corpora: Path, out: Path) -> Iterator[str]:
    """Whole commands, each with its start: what a person waits for."""
    folder = _peers(out)
    if folder is None:
        yield "twarc-csv and ariadne-x could not be installed: no peers in this run"
        return
    pages = corpora / EXPORTS["API v2, large pages"]
    archive = corpora / EXPORTS["X archive, zip"]
    twarc = [
        str(folder / "python"), "-c", "import sys; from twarc_csv import CSVConverter; "
        "CSVConverter(infile=open(sys.argv[1]), outfile=open(sys.argv[2], 'w')).process()", str(pages),
        str(out / "peer.csv"),
    ]  # fmt: skip
    pairs = (
        ("API v2 to CSV: twarc-csv", pages, twarc),
        ("X archive: ariadne inspect", archive, [str(folder / "ariadne"), "inspect-archive", str(archive)]),
    )
    for title, path, command in pairs:
        ours, theirs = _imported(path, out), measure(command)
        yield (
            f"{title:<26} {theirs.wall:6.2f} s, {theirs.cpu:5.2f} s CPU, {theirs.memory:4.0f} MB; rejoinder import "
            f"{ours.wall:6.2f} s, {ours.cpu:5.2f} s CPU, {ours.memory:4.0f} MB: {theirs.wall / ours.wall:5.2f} x"
        )


def _peers(out: Path) -> Path | None:
    """Where the peers' commands lie, in an environment that is made once."""
    folder = out / "format-peers" / "bin"
    if not (folder / "ariadne").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder.parent)], check=True)
        subprocess.run([str(folder / "python"), "-m", "pip", "install", "--quiet", *PEERS], check=False)
    return folder if (folder / "ariadne").exists() and (folder / "twarc2").exists() else None


if __name__ == "__main__":
    target = Path(__file__).parent / "out"
    target.mkdir(exist_ok=True)
    for line in run(Path(sys.argv[1]), target):
        print(line, flush=True)
