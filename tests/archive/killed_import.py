"""Imports a file and dies, or lets a helper die, in a phase: `python killed_import.py PHASE WHO ARCHIVE EXPORT`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from rejoinder import cli
from rejoinder.archive import ingest
from rejoinder.archive.ingest import Progress
from rejoinder.archive.sqlite import importing
from rejoinder.cli.importing import make_input


def main(phase: str, who: str, archive: Path, export: Path) -> None:
    """Exit code 1 where a helper's death became an error that a person can read."""

    def watch(progress: Progress) -> None:
        if progress.phase == phase:
            victims = [os.getpid()] if who == "itself" else helpers()
            for victim in victims:
                os.kill(victim, signal.SIGKILL)

    importing._SMALL = 0  # helpers are started for large exports only; here for every one
    ingest.run([make_input(export, "native")], archive, watch, processes=2)


def helpers() -> list[int]:
    """The processes that this one has started and that work for it."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    except cli.RejoinderError as error:
        sys.exit(f"rejoinder: {error.message}")
