"""The cells of a terminal's screen: what stands in each, with which pen, and whether terminals agree on its width."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes

from rejoinder.app.terminal.pens import PLAIN, shows_on_space

MOST = 60_000
"""Cells kept for reuse (about 8 MB); then one begins anew, which costs some bytes on the line, once."""


class Cell(NamedTuple):
    """One cell. The second cell of a wide grapheme holds no text."""

    text: str
    pen: str
    sure: bool
    """Whether every terminal gives the grapheme the width that we give it."""


Row = list[Cell]
BLANK = Cell(" ", PLAIN, True)
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
"""A flag: two letters that Rich counts as one cell each."""
_known: dict[Cell, Cell] = {BLANK: BLANK}


def blank_row(width: int) -> Row:
    """A row of blanks."""
    return [BLANK] * width


@lru_cache(4096)
def cells(text: str, pen: str) -> tuple[Cell, ...]:
    """The cells of a run of text. Equal cells are one object, so that rows are compared by identity.

    A zero-width beginning (its base stands in the run before) is a cell of its own that `joined` takes.
    """
    if text.isascii():
        return tuple([_cell(character, pen, True) for character in text])
    made: list[Cell] = []
    for start, end, width in split_graphemes(text)[0]:
        grapheme = text[start:end]
        if made and _REGIONAL.fullmatch(made[-1].text + grapheme):
            made[-1:] = [_cell(made[-1].text + grapheme, pen, False), _cell("", pen, False)]
            continue
        sure = is_sure(grapheme, width)
        made.append(_cell(grapheme, pen, sure))
        made.extend([_cell("", pen, sure)] * (width - 1))
    return tuple(made)


def is_detached(cell: Cell) -> bool:
    """Whether this is a mark without its base: it takes no place of its own."""
    return not cell.sure and bool(cell.text) and split_graphemes(cell.text)[1] == 0


def joined(base: Cell, mark: Cell) -> Cell:
    """The base with the mark on it."""
    return _cell(base.text + mark.text, base.pen, False)


@lru_cache(8192)
def is_sure(grapheme: str, width: int) -> bool:
    """Whether terminals agree on the width of a grapheme.

    They don't where it has several code points (ZWJ families, flags, presentation selectors), but for a letter with
    its combining marks, and where emoji are concerned: it depends on the version of Unicode that they know.
    """
    first = ord(grapheme[0])
    if len(grapheme) > 1:
        marks = all(unicodedata.combining(mark) for mark in grapheme[1:])
        return marks and width == 1 and unicodedata.category(grapheme[0]).startswith("L")
    if 0x1F1E6 <= first <= 0x1F1FF or (first >= 0x1F000 and not 0x20000 <= first <= 0x3FFFD):
        return False
    return width == 1 or first >= 0x2E80


def _cell(text: str, pen: str, sure: bool) -> Cell:
    """The one object for these values; a space with a pen that does not show is a blank."""
    if text == " " and not shows_on_space(pen):
        return BLANK
    made = Cell(sys.intern(text), pen, sure)
    if len(_known) > MOST:
        _known.clear()
        _known[BLANK] = BLANK
        cells.cache_clear()
    return _known.setdefault(made, made)
