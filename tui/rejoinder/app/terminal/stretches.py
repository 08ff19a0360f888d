"""Stretches of a row whose width is the terminal's to say: from a word of disputed width to the next column.

Inside a stretch text is sent as it runs, so that none of it is drawn over by the rest where a terminal draws wider
than we think (a vowel sign of Devanagari, a skin tone), and the blanks before the next column take up the difference.
The next column (after two blanks, or a line between panes) begins at its own place again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter

from rejoinder.app.terminal.cells import Cell, Row

Stretch = tuple[int, int]
"""First cell, and the one after the last."""
LINES = frozenset("│┃┆┌┐└┘├┤┬┴┼|")
_is_sure = itemgetter(Cell._fields.index("sure"))


def stretches(row: Row) -> list[Stretch]:
    """Those of one row; most rows have none."""
    found: list[Stretch] = []
    if all(map(_is_sure, row)):
        return found
    x = 0
    while x < len(row):
        if row[x].sure:
            x += 1
        else:
            found.append((_word_start(row, x, found[-1][1] if found else 0), _next_column(row, x)))
            x = found[-1][1]
    return found


def common(old: Row, new: Row) -> list[Stretch]:
    """Those of both rows; what overlaps is one, and no wide cell of the new row is cut."""
    found: list[Stretch] = []
    for start, end in sorted((*stretches(old), *stretches(new))):
        while start and not new[start].text:
            start -= 1
        while end < len(new) and not new[end].text:
            end += 1
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def slack(run: Sequence[Cell]) -> int:
    """By how many cells a terminal may draw these wider than we think, at most."""
    return sum(_slack(cell.text) for cell in run if not cell.sure and cell.text)


def _word_start(row: Row, x: int, least: int) -> int:
    """A word is sent whole: its letters may join."""
    while x > least and row[x - 1].text != " " and row[x - 1].text not in LINES:
        x -= 1
    return x


def _next_column(row: Row, x: int) -> int:
    for at in range(x + 2, len(row)):
        before, text = row[at - 1].text, row[at].text
        if before == " " and text not in ("", " ") and (row[at - 2].text == " " or text in LINES):
            return at
    return len(row)


@lru_cache(4096)
def _slack(grapheme: str) -> int:
    """A terminal that knows nothing of joined graphemes draws each of their characters that is not zero-width."""
    return sum(_width(character) for character in grapheme[1:])


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" or character > "\U0001f000" else 1
