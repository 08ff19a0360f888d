"""Right-to-left words between our own columns: reordered here, or fenced in for a terminal that reorders by itself.

A terminal that reorders takes a whole line for one text, and would drag gutter, times and the next pane along; between
marks of left-to-right (LRM) only what is inside changes places. The words themselves are always kept in logical order.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rejoinder.app import bidi
from rejoinder.app.wrapping import cells, right_to_left

Run = tuple[str, str]
"""Some text and the name of its style."""
LRM, RLM = "\u200e", "\u200f"
"""Marks without width: RLM keeps the full stop of a right-to-left line at its left end, though no letter follows it."""
ARRANGED: Run = ("", "arranged")
"""Begins a line whose runs stand as they are to be drawn already."""


def paragraph_line(
    runs: tuple[Run, ...], text: str, start: int, end: int, width: int, reorders: bool
) -> tuple[Run, ...]:
    """A line of a wrapped text, which stands at `start` to `end` of it; right-to-left paragraphs at the right edge."""
    if not bidi.has_right_to_left(text):
        return runs
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    paragraph = text[first : last if last >= 0 else len(text)]
    if not bidi.has_right_to_left(paragraph):
        return runs
    backwards = right_to_left(paragraph)
    if reorders:
        of_line = bidi.levels(paragraph, backwards)[start - first : end - first]
        shown = tuple(bidi.visual(runs, of_line, backwards))
    else:
        shown = ((RLM, ""), *runs, (RLM + LRM, "")) if backwards else (*runs, (LRM, ""))
    gap = width - sum(cells(text) for text, _ in shown) if backwards else 0
    before = " " * gap if reorders else LRM + " " * gap
    return (ARRANGED, (before, ""), *shown)


def arranged(line: tuple[Run, ...], reorders: bool) -> tuple[Run, ...]:
    """A line of our own columns, each run of which is a text by itself, but that hits part a text into several."""
    if all(text.isascii() for text, _ in line) or ARRANGED in line:
        return line
    made: list[Run] = []
    for runs in _texts(line):
        alone = any(bidi.has_right_to_left(text) for text, _ in runs)
        made.extend(_arranged(tuple(runs), reorders) if alone else runs)
    return tuple(made)


def _texts(line: tuple[Run, ...]) -> Iterator[list[Run]]:
    """The runs of each text: a hit, and what stands before and after it in plain style."""
    group: list[Run] = []
    for run in line:
        text, ink = run
        before = group[-1][1] if group else None
        if group and not ((ink == "hit" and before in ("", "hit")) or (ink == "" and before == "hit")):
            yield group
            group = []
        if text.isspace() and not group:
            yield [run]
        else:
            group.append(run)
    if group:
        yield group


@lru_cache(4_096)
def _arranged(runs: tuple[Run, ...], reorders: bool) -> tuple[Run, ...]:
    """A text, as wide as it was: joined letters (lam and alef) take one cell instead of two."""
    (last, ink), text = runs[-1], "".join(text for text, _ in runs)
    if last.endswith(" ") and not last.isspace():  # what fills a column is none of the text
        shorter = last.rstrip(" ")
        return (*_arranged((*runs[:-1], (shorter, ink)), reorders), (last[len(shorter) :], ink))
    backwards = right_to_left(text) and not _begins_with_a_sign(text)
    if not reorders:
        fence = (LRM + RLM, RLM + LRM) if backwards else (LRM, LRM)
        return ((fence[0], runs[0][1]), *runs, (fence[1], runs[-1][1]))
    shown = bidi.visual(runs, bidi.levels(text, backwards), backwards)
    gap = cells(text) - sum(cells(text) for text, _ in shown)
    return (*shown, (" " * gap, "")) if gap else tuple(shown)


def _begins_with_a_sign(text: str) -> bool:
    """Whether a run begins with a blank or a sign of ours (`↰ Mira`), which stays at its left end."""
    return text[0] < "\U0001f000" and unicodedata.category(text[0]) in ("Zs", "So", "Sm")
