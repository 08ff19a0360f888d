"""In tmux, which has its own opinion of widths, the painted screen is the stock one, but for what stock spoils."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import split_graphemes
from tests.app.emulator import Emulator, differences
from tests.app.pty_session import ROOT, Session

from rejoinder.app.terminal.cells import is_sure

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
SIZE = (110, 34)
KEYS = ("k", "k", "C-y", "C-y", "C-y", "PPage", "C-e", "C-e", "g", "j", "J", "Enter", "Escape")


class Tmux:
    """The app in a tmux of its own."""

    def __init__(self, name: str, home: Path, **environment: str) -> None:
        self._name = name
        told = {"REJOINDER_HOME": str(home), "PYTHONPATH": f"{ROOT}/tui:{ROOT}", **environment}
        command = [
            "env",
            *(f"{key}={value}" for key, value in told.items()),
            sys.executable,
            "-m",
            "tests.app.open_town",
        ]
        size = ("-x", str(SIZE[0]), "-y", str(SIZE[1]))
        self.run("-f", "/dev/null", "new-session", "-d", *size, "-c", str(ROOT), " ".join([*command, "odd"]))

    def run(self, *words: str) -> str:
        """What a tmux command prints."""
        return subprocess.run(["tmux", "-L", self._name, *words], capture_output=True, text=True, timeout=20).stdout

    def screen(self) -> tuple[list[str], Emulator]:
        """The lines that tmux holds, and its cells with their looks."""
        emulator = Emulator(*SIZE)
        emulator.feed("\x1b[?7l" + self.run("capture-pane", "-p", "-e").rstrip("\n").replace("\n", "\r\n"))
        return self.run("capture-pane", "-p").split("\n")[: SIZE[1]], emulator


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Tmux, Tmux]]:
    name = f"rejoinder-{tmp_path.name}-{time.time_ns()}"
    made = (
        Tmux(f"{name}-stock", tmp_path / "stock", REJOINDER_PAINTER="0"),
        Tmux(f"{name}-painted", tmp_path / "painted", REJOINDER_PAINTER="1"),
    )
    yield made
    for each in made:
        each.run("kill-server")


def test_every_script_and_every_odd_grapheme_reads_the_same(both: tuple[Tmux, Tmux]) -> None:
    stock, painted = both
    for key in ("", *KEYS):
        for each in both:
            if key:
                each.run("send-keys", key)
        wait_until_equal(stock, painted, key)


def test_a_client_that_vanishes_only_detaches(tmp_path: Path) -> None:
    name, home = f"rejoinder-gone-{time.time_ns()}", tmp_path / "home"
    inside = Tmux(name, home)
    try:
        words = ["-L", name, "attach"]
        with Session(words, *SIZE, program=shutil.which("tmux") or "tmux") as client:
            client.wait_for("60 / 60")
            client.press("kkk")
            client.wait_for("57 / 60")
            client.kill(signal.SIGKILL)
            client.hang_up()
        inside.run("send-keys", "k")
        with Session(words, *SIZE, program=shutil.which("tmux") or "tmux") as client:
            client.wait_for("56 / 60")
    finally:
        inside.run("kill-server")


def wait_until_equal(stock: Tmux, painted: Tmux, key: str) -> None:
    """Both take some time to draw; what they come to must agree."""
    end = time.monotonic() + 15
    while wrong := disagreements(stock, painted):
        assert time.monotonic() < end, f"after {key!r}:\n" + "\n".join(wrong[:5])
        time.sleep(0.15)


def disagreements(stock: Tmux, painted: Tmux) -> list[str]:
    """Where two screens differ in letters; where they don't, in looks; and where no line is left between the panes."""
    (theirs, their_looks), (ours, our_looks) = stock.screen(), painted.screen()
    if not any(map(str.strip, ours)):
        return ["nothing drawn yet"]
    wrong = [f"{one!r}\n{other!r}" for one, other in zip(theirs, ours, strict=True) if not agree(one, other)]
    equal = {f"row {y}" for y in range(SIZE[1]) if theirs[y] == ours[y]}
    wrong += [found for found in differences(their_looks, our_looks) if found.split(",")[0] in equal]
    if sum("│" in line for line in ours) < sum("│" in line for line in theirs):
        wrong.append("the line between the panes has gaps")
    return wrong


def agree(stock: str, painted: str) -> bool:
    """Equal; where widths are disputed, equal but for blanks.

    Stock leaves there what stood in the row before, and pushes the rest of the row out of its columns. Of the painted
    one, letters at the end of a full line may lie under the next column, where tmux draws a grapheme wider.
    """
    if stock == painted:
        return True
    if all(is_sure(painted[start:end], width) for start, end, width in split_graphemes(painted)[0]):
        return False
    one, other = (line.split("│")[0].replace(" ", "") for line in (stock, painted))
    return one.startswith(other[: len(one)]) and len(one) - len(other) <= 4
