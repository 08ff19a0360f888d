"""From an archive file to the app; without a terminal, to what there is instead. Nothing here knows Click."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.archive.opening import SUFFIX, open_archive
from rejoinder.cli.output import number, say, table

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive


def on_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def browse(path: Path, options: Mapping[str, object] | None = None) -> int:
    """Open the app on an archive file and give its exit code; without a terminal say what the archive holds.

    `options` are settings by name that the call asks for.
    """
    archive = open_archive(path)
    if not on_terminal():
        tell(archive, f"rejoinder open {path.name.removesuffix(SUFFIX)}")
        return 0
    from rejoinder.app.start import run

    return run(archive, options)


def tell(archive: Archive, words: str) -> None:
    """What a person without a terminal sees: the figures, and the words that open it in one."""
    from rejoinder.cli.figures import info_row

    table((name, number(value) if isinstance(value, int) else str(value)) for name, value in info_row(archive).items())
    say(f"\nOpen it in a terminal: {words}")
