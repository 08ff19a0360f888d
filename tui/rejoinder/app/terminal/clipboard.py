"""Copying by OSC 52: the terminal that the person sits at takes the text, also over SSH, and never says so."""

from __future__ import annotations

import os

from textual.app import App

LIMIT = 74_000
"""Bytes that most terminals take in one OSC 52 sequence (xterm's buffer, before base64 makes 4 of 3)."""


def copy(app: App[object], text: str, what: str) -> str:
    """Send the text to the terminal's clipboard, and give the sentence that says what happened."""
    size = len(text.encode("utf-8", "replace"))
    if size > LIMIT * 3 // 4:
        return f"The {what} is too long for a terminal's clipboard ({size:,} bytes); Y prints it."
    app.copy_to_clipboard(text)
    return f"Copied the {what}: {_told(text)}{_caveat()}"


def _told(text: str) -> str:
    """The beginning of what was copied, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _caveat() -> str:
    """What may be in the way; tmux can be asked, the terminal can't."""
    return " (tmux passes it on with: set -g set-clipboard on)" if os.environ.get("TMUX") else ""
