"""From an archive file to the app; without a terminal, to what there is instead. Nothing here knows Click."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.archive.opening import SUFFIX, address_in, open_archive
from rejoinder.cli.output import number, say, table
from rejoinder.errors import RejoinderError

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive


def on_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def browse(path: Path, options: Mapping[str, object] | None = None) -> int:
    """Open the app on an archive file and give its exit code; without a terminal say what the archive holds.

    `options` are settings by name that the call asks for.
    """
    if address_in(path):
        from rejoinder.cli.naming import warn_of_plain

        warn_of_plain(address_in(path))
    archive = open_archive(path)
    if not on_terminal():
        tell(archive, f"rejoinder open {path.name.removesuffix(SUFFIX)}")
        return 0
    refuse_dumb(path)
    from rejoinder.app.start import run

    return run(archive, options)


def refuse_dumb(path: Path) -> None:
    """A terminal that can't place its cursor, as in an editor's shell, gets words instead of a broken screen."""
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        name = path.name.removesuffix(SUFFIX)
        raise RejoinderError(
            f"This terminal says that it can't draw a screen (TERM={term or 'is not set'}).",
            f"Open it in another, or read line by line: rejoinder search {name} '' and rejoinder chain {name} ID.\n"
            "If it can draw after all: TERM=xterm rejoinder open …",
        )


def tell(archive: Archive, words: str) -> None:
    """What a person without a terminal sees: the figures, and the words that open it in one."""
    from rejoinder.cli.figures import info_row

    table((name, number(value) if isinstance(value, int) else str(value)) for name, value in info_row(archive).items())
    say(f"\nOpen it in a terminal: {words}")
