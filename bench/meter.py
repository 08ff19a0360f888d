"""Runs a command and measures all of its processes together: wall time, CPU time, most resident memory at once."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_PAUSE = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Measured(NamedTuple):
    """What a command took: seconds of wall and of CPU (user and system), and MB at the fullest moment."""

    wall: float
    cpu: float
    memory: float
    out: str


def measure(command: Sequence[str]) -> Measured:
    """Run the command; memory is the sum of what all its processes have resident, shared pages counted for each."""
    before, started = os.times(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    most = 0
    while process.poll() is None:
        most = max(most, _resident(process.pid))
        time.sleep(_PAUSE)
    wall, after = time.perf_counter() - started, os.times()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {process.returncode}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    assert process.stdout is not None
    return Measured(wall, cpu, most / 1e6, process.stdout.read())


def _resident(pid: int) -> int:
    """Bytes that a process and those below it have resident."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return own + sum(_resident(int(child)) for child in children)
