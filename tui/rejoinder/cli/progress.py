"""The import's progress: one line on stderr with posts, rate, problems and the time left; silent without a terminal."""

from __future__ import annotations

import select
import sys
import time

from rejoinder.archive.ingest import Progress
from rejoinder.counting import counted

PHASES = {"reading": "reading", "ordering": "ordering", "writing": "writing", "checking": "checking"}
BAR = 24


class ProgressLine:
    """Draws each `Progress` over the last one; as a context manager it clears its line at the end."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()
        self.started = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        # A line that takes nothing more, half-open as it may be, does not hold up the import.
        if not self.shown or not select.select([], [sys.stderr], [], 0)[1]:
            return
        sys.stderr.write("\r\x1b[K" + describe(progress, time.monotonic() - self.started))
        sys.stderr.flush()

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def describe(progress: Progress, elapsed: float) -> str:
    """The line for a person; it fits into 80 columns."""
    share = min(max(progress.done, 0.0), 1.0)
    full = round(share * BAR)
    parts = [
        f"{PHASES[progress.phase]:<8} {'#' * full}{'.' * (BAR - full)} {share:4.0%}",
        counted(progress.posts, "post"),
    ]
    if elapsed > 0.5:
        parts.append(f"{progress.posts / elapsed:,.0f}/s")
    if progress.problems:
        parts.append(counted(progress.problems, "problem"))
    if share > 0.02 and elapsed > 1:
        left = round(elapsed / share - elapsed)
        parts.append(f"{left // 60}:{left % 60:02} left")
    return "  ".join(parts)[:79]
