"""The programs that are measured beside Rejoinder on the same posts, each with its own form of them."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from rejoinder.archive.opening import open_archive

SMALL = 100_000
"""Rows that visidata is given: it reads all of them before it is quiet, half a million for minutes."""


class Peer(msgspec.Struct, frozen=True):
    """A program and its keys; one that it has no key for is empty."""

    name: str
    command: tuple[str, ...]
    ready: bytes
    """What it has drawn when it can be typed to, as a pattern."""
    middle: bytes = b""
    """Keys that lead somewhere into the middle, where it is measured."""
    move: tuple[bytes, ...] = ()
    """Pressed in turn, so that nothing scrolls."""
    line: bytes = b""
    page: bytes = b""
    search: bytes = b""
    ten: bytes = b""
    """Keys that lead to a post in a chain of ten."""
    environment: dict[str, str] = msgspec.field(default_factory=dict)


def peers(archive: Path, folder: Path) -> Iterator[Peer]:
    """Rejoinder painted and stock, and whichever of the others this machine has."""
    log, table = folder / "posts.log", folder / "posts.csv"
    if not log.exists() or not table.exists():
        _write(archive, log, table)
    ours = (sys.executable, "-m", "rejoinder", "open", str(archive))
    keys = {"middle": b"50%", "move": (b"j", b"k"), "line": b"\x05", "page": b"\x1b[6~", "search": b"/"}
    keys["ten"] = b"%dGzz" % _in_a_chain_of(10, archive)
    home = {"REJOINDER_HOME": str(folder / "home")}
    yield Peer("rejoinder", ours, rb"UTC", **keys, environment=home)  # type: ignore[arg-type]
    yield Peer("stock Textual", ours, rb"UTC", **keys, environment={**home, "REJOINDER_PAINTER": "0"})  # type: ignore[arg-type]
    if shutil.which("less"):
        yield Peer("less", ("less", str(log)), rb"\S", b"50%", (), b"j", b" ", b"/")
    if shutil.which("lnav"):
        alone = {"HOME": str(folder)}
        yield Peer("lnav", ("lnav", "-N", str(log)), rb"\S", b"g  ", (), b"j", b" ", b"/", alone)
    if shutil.which("vd"):
        alone = {"HOME": str(folder)}
        yield Peer("visidata", ("vd", str(table)), rb"\S", b"\x06\x06", (b"j", b"k"), b"zj", b"\x06", b"/", alone)
    if (python := _python_with("prompt_toolkit", folder)) is not None:
        pager = str(Path(__file__).with_name("prompt_toolkit_pager.py"))
        yield Peer("prompt_toolkit", (str(python), pager, str(log)), rb"\S", b"   ", (), b"\x05", b" ")


def _in_a_chain_of(posts: int, archive: Path) -> int:
    """The number of the first post in the second half that stands in a conversation of so many."""
    opened = open_archive(archive)
    try:
        middle = opened.figures().posts // 2
        numbers = range(middle, 2 * middle)
        return next(number for number in numbers if len(opened.conversation(number, posts + 1)) == posts)
    finally:
        opened.close()


def _python_with(module: str, folder: Path) -> Path | None:
    """A Python of its own environment that has the module, which is no dependency of ours."""
    python = folder / module / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / module)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", module], check=False)
    is_there = subprocess.run([str(python), "-c", f"import {module}"], capture_output=True).returncode == 0
    return python if is_there else None


def _write(archive: Path, log: Path, table: Path) -> None:
    """The posts as lines of text, and as rows."""
    command = [sys.executable, "-m", "rejoinder", "search", str(archive), "", "--limit", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as posts, log.open("w") as text, table.open("w") as rows:
        assert posts.stdout
        writer = csv.writer(rows)
        writer.writerow(("time", "handle", "text"))
        for n, line in enumerate(posts.stdout):
            post = msgspec.json.decode(line)
            words = " ".join(str(post.get("text", "")).split())
            text.write(f"{post.get('created', '')} @{post.get('handle', '')} {words}\n")
            if n < SMALL:
                writer.writerow((post.get("created", ""), post.get("handle", ""), words))
