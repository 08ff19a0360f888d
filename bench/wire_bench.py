"""`make bench-wire`: bytes on the line and times for a key, beside other programs on the same posts; to docs/wire.md.

REJOINDER_BENCH_ARCHIVE names the archive (500,000 posts are meant); without it one is made of generated posts.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.peers import Peer, peers
from bench.session import Heard, Session
from bench.slow_line import slow_line

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out"
PAGE = ROOT / "docs" / "wire.md"
SIZES = ((80, 24), (200, 60))
TIMES = int(os.environ.get("REJOINDER_BENCH_TIMES", "25"))
"""Presses of each key."""
IDLE = 6.0


class Figures(msgspec.Struct):
    """Of one program at one size: bytes and seconds of each press of each key."""

    start: int = 0
    bytes: dict[str, list[int]] = msgspec.field(default_factory=dict)
    seconds: dict[str, list[float]] = msgspec.field(default_factory=dict)
    text: list[int] = msgspec.field(default_factory=list)
    """Bytes of text on each page."""
    flood: float = 0.0
    idle_bytes: float = 0.0
    idle_cpu: float = 0.0


def measure(peer: Peer, size: tuple[int, int]) -> Figures:
    """Start it, press its keys, flood it, leave it alone."""
    figures = Figures()
    with Session(peer.command, size, **peer.environment) as program:
        program.until(peer.ready, 60)
        program.settle(1.5, 60)
        figures.start = len(program.drawn)
        program.press(peer.middle, 0.8)
        if peer.name in ("rejoinder", "stock Textual") and size[0] >= 110:
            measure_beside(program, figures, "line beside a full pane")
            program.press(peer.ten, 0.8)
            measure_beside(program, figures, "line beside a chain of ten")
            program.press(peer.middle, 0.8)
            program.press(b"tt", 0.6)
        if peer.name in ("rejoinder", "stock Textual"):
            program.press(b"zt", 0.6)
        for name, key in (("move", peer.move), ("line", (peer.line,)), ("page", (peer.page,))):
            if key and key[0]:
                press(program, figures, name, key)
        if peer.search:
            program.press(peer.search, 0.5)
            for letter in b"zqxwk":
                note(figures, "letter", program.press(bytes([letter]), 0.3, 3))
            program.press(b"\x1b", 0.8)
        if peer.name in ("rejoinder", "stock Textual"):
            program.settle(1.0)
            figures.flood = program.press(b"j" * 1000, 2.5, 30).last
        program.settle(1.5)
        before, cpu, begun = len(program.drawn), program.cpu(), time.perf_counter()
        program.settle(IDLE, IDLE)
        lasted = time.perf_counter() - begun
        figures.idle_bytes = (len(program.drawn) - before) / lasted
        figures.idle_cpu = 100 * (program.cpu() - cpu) / lasted
    return figures


def measure_beside(program: Session, figures: Figures, name: str) -> None:
    """Lines with the chain's pane beside the timeline."""
    for _ in range(8):
        note(figures, name, program.press(b"\x05", 0.4))


def press(program: Session, figures: Figures, name: str, keys: Sequence[bytes]) -> None:
    """Bytes of every press, of these keys in turn; a short pause ends what belongs to it."""
    for n in range(TIMES):
        note(figures, name, program.press(keys[n % len(keys)], 0.12, 3))
        time.sleep(0.02)
        if name == "page":
            figures.text.append(program.text_bytes())


def note(figures: Figures, name: str, heard: Heard) -> None:
    """Keep what a press led to."""
    if heard.bytes:
        figures.bytes.setdefault(name, []).append(heard.bytes)
        figures.seconds.setdefault(name, []).append(heard.last)


# The page


def byte_table(found: dict[str, Figures]) -> list[str]:
    """Median and, in brackets, the most of each key's bytes."""
    rows = [
        "start",
        "move",
        "line",
        "line beside a chain of ten",
        "line beside a full pane",
        "page",
        "text on a page",
        "letter",
        "idle, bytes a second",
    ]
    lines = [f"| bytes | {' | '.join(found)} |", f"| --- |{' ---: |' * len(found)}"]
    return lines + [f"| {row} | {' | '.join(_bytes(figures, row) for figures in found.values())} |" for row in rows]


def _bytes(figures: Figures, row: str) -> str:
    if row == "start":
        return f"{figures.start:,}"
    if row == "idle, bytes a second":
        return f"{figures.idle_bytes:.0f}"
    sizes = figures.text if row == "text on a page" else figures.bytes.get(row)
    return f"{statistics.median(sizes):,.0f} ({max(sizes):,})" if sizes else "–"


def time_table(found: dict[str, Figures]) -> list[str]:
    """Milliseconds from a key to its last byte, p50 / p95."""
    lines = [f"| ms | {' | '.join(found)} |", f"| --- |{' ---: |' * len(found)}"]
    for row in ("move", "line", "page", "letter"):
        cells = (_spread(figures.seconds.get(row, [])) for figures in found.values())
        lines.append(f"| {row}, p50 / p95 | " + " | ".join(cells) + " |")
    floods = (f"{1000 * figures.flood:.0f}" if figures.flood else "–" for figures in found.values())
    lines.append("| 1,000 `j` at once | " + " | ".join(floods) + " |")
    idle = (f"{figures.idle_cpu:.1f} %" for figures in found.values())
    return [*lines, "| idle, CPU | " + " | ".join(idle) + " |"]


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "–"
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{1000 * middle:.1f} / {1000 * late:.1f}"


TEXT = """# The line: bytes and times for a key

Made by `make bench-wire` ({machine}; {posts} posts; {day}). Every program ran in the same run in a terminal of its own;
those that are no reader of posts were given the same posts as lines of text (visidata: the first 100,000 as rows).
*stock Textual* is Rejoinder without its painter (`REJOINDER_PAINTER=0`).

Bytes: median of {times} presses, the most in brackets; presses that need posts from the archive, or move the cursor to
another post, are among them. *text on a page* is what stands on the screen after a page, without the blanks at the ends
of lines. *beside*: with the chain's pane at the side, where a terminal can't scroll the timeline alone: what stands in
a short pane is sent again, beside a full one the timeline's lines are, which is as much. Bytes are exact; times depend
on what else the machine did: compare them inside one table.

"""


def main() -> None:
    """Measure all, and write the page."""
    archive = _archive()
    OUT.mkdir(exist_ok=True)
    shutil.rmtree(OUT / "home", ignore_errors=True)
    everyone = list(peers(archive, OUT))
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    machine = f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores, load {load}"
    lines = [TEXT.format(machine=machine, posts=_count(archive), day=time.strftime("%Y-%m-%d"), times=TIMES)]
    for size in SIZES:
        found: dict[str, Figures] = {}
        for peer in everyone:
            shutil.rmtree(OUT / "home", ignore_errors=True)
            try:
                found[peer.name] = measure(peer, size)
            except (TimeoutError, OSError) as error:
                print(f"{peer.name}: {error}", file=sys.stderr)
        lines += [f"## {size[0]}x{size[1]}", "", *byte_table(found), "", *time_table(found), ""]
        print("\n".join(lines[-20:]), flush=True)
        PAGE.write_text("\n".join(lines) + "\n")
    lines += ["## A slow line: 128 kbit/s, 300 ms a round trip, PageDown held 20 times a second for 3 s, 200x60", ""]
    lines += slow_line(everyone[:2], OUT / "sshd")
    PAGE.write_text("\n".join(lines) + "\n")
    print("\n".join(lines[-5:]))


def _archive() -> Path:
    named = os.environ.get("REJOINDER_BENCH_ARCHIVE")
    if named:
        return Path(named)
    from bench.__main__ import generated

    archive = OUT / "half-a-million.rejoinder"
    if not archive.exists():
        OUT.mkdir(exist_ok=True)
        subprocess.run([sys.executable, "-m", "rejoinder", "import", str(archive), str(generated(500_000))], check=True)
    return archive


def _count(archive: Path) -> str:
    command = [sys.executable, "-m", "rejoinder", "search", str(archive), "", "--count"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return f"{int(found[0].replace(',', '')):,}"


if __name__ == "__main__":
    main()
