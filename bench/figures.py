"""What was measured: figures, kept as JSON so that the table and the plot can be made again without measuring."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import msgspec

OURS = "rejoinder"


class Figure(msgspec.Struct, frozen=True):
    """One measured value; None where it could not be had, and `note` says why."""

    what: str
    who: str
    value: float | None
    unit: str
    note: str = ""


class Run(msgspec.Struct):
    """All figures of one run over so many posts."""

    posts: int
    machine: str
    figures: list[Figure] = []

    def of(self, what: str, who: str = OURS) -> Figure | None:
        """The figure of this kind, if it was measured."""
        return next((each for each in self.figures if (each.what, each.who) == (what, who)), None)


def machine() -> str:
    """Where and when, and how busy it was: figures of a busy machine are worth little."""
    load = os.getloadavg()[0]
    model = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "").partition(": ")[2]
    day = time.strftime("%Y-%m-%d")
    return (
        f"{model or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {day}, "
        f"load {load:.1f} at the start"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def keep(run: Run, path: Path) -> None:
    """Write a run to a file."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1))


def kept(path: Path) -> Run | None:
    """A run that was kept, if it was."""
    return msgspec.json.decode(path.read_bytes(), type=Run) if path.exists() else None


def line(figure: Figure) -> str:
    """A figure as it is told while the bench runs."""
    value = figure.note if figure.value is None else f"{figure.value:12,.1f} {figure.unit}  {figure.note}"
    return f"{figure.who:<16} {figure.what:<44} {value}".rstrip()
