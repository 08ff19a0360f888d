"""Copying over any line: the terminal that the person sits at takes the text (OSC 52), and never says so.

tmux keeps OSC 52 to itself unless told otherwise (`set-clipboard`, `allow-passthrough`), but hands on what its own
command `load-buffer -w` is given (since 3.2), and says whether it did. screen hands on what comes in pieces of its own
string sequence. Where TERM alone tells of one of them, it runs at the near end of SSH, and can only be asked by OSC 52.
"""

from __future__ import annotations

import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from textual.app import App

LIMIT = 74_000
"""Bytes of base64 that most terminals take in one OSC 52 sequence (xterm's buffer)."""
PIECE = 240
"""Bytes of one string that screen hands on; it knows 256, with the beginning and the end."""
PATIENCE = 2.0
"""Seconds that tmux may take."""


def copy(app: App[Any], text: str, what: str) -> str:
    """Send the text to the clipboard, and give the sentence that says what happened."""
    data = text.encode("utf-8", "replace")
    if len(data) > LIMIT * 3 // 4:
        return f"The {what} is too long for a terminal's clipboard ({len(data):,} bytes); Y prints it."
    if "TMUX" in os.environ and not app.is_headless:
        trouble = _by_tmux(data)
        if not trouble:
            return f"Copied the {what}, also into tmux's buffer: {_told(text)}"
        app.copy_to_clipboard(text)  # an older tmux may pass it on
        return f"tmux did not take the {what}; Y prints it. It says: {trouble}"
    app.copy_to_clipboard(text)
    if app._driver is not None:
        app._driver.write(wrapped(data, os.environ))
    return f"Copied the {what}{_caveat(os.environ)}: {_told(text)}"


def wrapped(data: bytes, environment: Mapping[str, str]) -> str:
    """OSC 52 once more, in what the multiplexer that TERM tells of lets through; nothing where there is none."""
    code = b64encode(data).decode()
    if environment.get("STY"):
        whole = f"\x1b]52;c;{code}\x07"
        return "".join(f"\x1bP{whole[at : at + PIECE]}\x1b\\" for at in range(0, len(whole), PIECE))
    if environment.get("TERM", "").startswith("tmux"):
        return f"\x1bPtmux;\x1b\x1b]52;c;{code}\x07\x1b\\"
    return ""


def _by_tmux(data: bytes) -> str:
    """Give it to tmux here, which gives it to its terminal; what went wrong, or nothing."""
    command = ["tmux", "load-buffer", "-w", "-"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__ if isinstance(error, subprocess.TimeoutExpired) else str(error.strerror)
    return "" if done.returncode == 0 else " ".join(done.stderr.decode(errors="replace").split()) or "it failed"


def _told(text: str) -> str:
    """The beginning of what was copied, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _caveat(environment: Mapping[str, str]) -> str:
    """What may be in the way, where something is known; whether the terminal took it nobody can know."""
    if environment.get("STY"):
        return " through screen"
    if environment.get("TERM", "").startswith(("tmux", "screen")):
        return " (if tmux at your end has: set -g set-clipboard on)"
    return ""
