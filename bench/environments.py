"""Where a peer is found: a program of this machine, or a Python package in an environment of its own, made once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.figures import Figure

OUT = Path(__file__).resolve().parent / "out"


def program(name: str) -> str | None:
    """The path of a program, if it is installed."""
    return shutil.which(name)


def environment(package: str) -> Path | None:
    """The folder of the commands of a Python package; None where it could not be installed."""
    folder = OUT / "peers" / package
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        done = subprocess.run([str(python), "-m", "pip", "install", "--quiet", package], check=False)
        if done.returncode:
            shutil.rmtree(folder)
            return None
    return python.parent


def missing(who: str, what: str, advice: str) -> Figure:
    """What the table says of a peer that is not here."""
    return Figure(what, who, None, "", f"not here ({advice})")
