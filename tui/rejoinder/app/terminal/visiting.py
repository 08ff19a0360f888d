"""Opening a link, which tells the other side who looks: only if the settings allow it, and over SSH if asked twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from textual.app import App, SuspendNotSupported

TEXT_BROWSERS = ("w3m", "lynx", "links", "elinks")
SHOWN = ("DISPLAY", "WAYLAND_DISPLAY")
"""Variables of a screen on which a program can open a window."""
OFF = "Opening is off, for a visit tells the other side who looks; the setting open_links = true allows it."
ASK = "Over SSH the other machine opens it, and its address is seen there. O opens it; any other key does not."


def refusal(url: str, allowed: bool) -> str:
    """Why this is not opened; nothing where it may be."""
    if not url.startswith(("https://", "http://")):
        return "Only http and https addresses are opened; Enter copies this."
    return "" if allowed else OFF


def visit(app: App[Any], url: str) -> str:
    """Open it, and give the sentence that says what happened."""
    found = browser(os.environ)
    if found is None:
        return "No browser was found on this machine; Enter copies the address."
    command, takes_the_terminal = found
    try:
        if takes_the_terminal:
            with app.suspend():
                subprocess.run([command, url], check=False)
        else:
            quiet = subprocess.DEVNULL
            subprocess.Popen([command, url], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except (OSError, SuspendNotSupported) as error:
        return f"{command} could not be started: {error}"
    return f"Opened with {command}: {url}"


def browser(environment: Mapping[str, str]) -> tuple[str, bool] | None:
    """A program that opens addresses, and whether it needs the terminal; None where there is none."""
    window = sys.platform == "darwin" or any(environment.get(name) for name in SHOWN)
    wished = environment.get("BROWSER", "").split(os.pathsep)[0]
    for name in (wished, *(("open", "xdg-open") if window else ()), *TEXT_BROWSERS):
        if name and shutil.which(name):
            return name, not window or name in TEXT_BROWSERS
    return None
