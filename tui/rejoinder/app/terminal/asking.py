"""Asking the terminal on the spot, for `rejoinder doctor`: write the questions, wait a little, take the answers."""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import time
import tty

from rejoinder.app.terminal.kinds import ASK, ASK_BACKGROUND

PATIENCE = 0.6
"""Seconds for all answers: two round trips of a slow line."""
ASK_FRAMES = "\x1b[?2026$p"
"""Whether it draws a frame at once (synchronised output)."""
_LAST = re.compile(rb"\x1b\[\?[\d;]*c")
"""The answer to the last question, the primary attributes, which every terminal gives."""


def answers(patience: float = PATIENCE) -> str:
    """What the terminal answers to our questions, raw; nothing where no terminal is at both ends."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    try:
        tty.setcbreak(keyboard)
        sys.stdout.write(ASK + ASK_BACKGROUND + ASK_FRAMES + "\x1b[c")
        sys.stdout.flush()
        return _read(keyboard, time.monotonic() + patience).decode("ascii", "replace")
    finally:
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)


def _read(keyboard: int, end: float) -> bytes:
    taken = b""
    while (left := end - time.monotonic()) > 0 and not _LAST.search(taken):
        if select.select([keyboard], [], [], left)[0]:
            taken += os.read(keyboard, 1024)
    return taken


def attributes(answered: str) -> tuple[int, ...]:
    """The numbers of the secondary attributes; none where it did not say."""
    found = re.search(r"\x1b\[>([\d;]+)c", answered)
    return tuple(int(number) for number in found[1].split(";") if number) if found else ()


def background(answered: str) -> str:
    """The colour of the background, as it says it."""
    found = re.search(r"\x1b\]11;([^\x07\x1b]*)", answered)
    return found[1] if found else ""


def draws_frames_at_once(answered: str) -> bool:
    """Whether it knows synchronised output."""
    return re.search(r"\x1b\[\?2026;[1-4]\$y", answered) is not None
