"""Waiting outside the app's screen, without being deaf to the end of the line or of the process."""

from __future__ import annotations

import os
import select
import signal
import sys
from types import FrameType

POLL = 0.2
ENDING = (signal.SIGHUP, signal.SIGTERM)


def wait_for_enter() -> None:
    """Return at Enter, at the end of input, and at a signal that ends the process, which is then sent again.

    The event loop stands still meanwhile, and its own signal handlers with it; hence those of this function.
    """
    heard: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)

    before = {number: signal.signal(number, hear) for number in ENDING}
    try:
        while not heard and not select.select([sys.stdin], [], [], POLL)[0]:
            pass
        if not heard:
            sys.stdin.readline()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
    if heard:
        os.kill(os.getpid(), heard[0])
