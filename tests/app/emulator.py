"""A terminal that can be looked at cell by cell: pyte, which is no code of ours, taught to tell faint from plain."""

from __future__ import annotations

import re
import unicodedata

import pyte
from pyte.screens import Char
from rich.cells import split_graphemes
from wcwidth import wcwidth

Look = tuple[str, ...]
_KITTY = re.compile("\x1b\\[[<>=?]\\d*u")
_UNSEEN = re.compile("[\u200b\u200c\u200e\u200f\u2060-\u2069]")
_RUN = re.compile("[^\x00-\x1f\x7f]+")


class Emulator(pyte.Screen):
    """Feed it what a terminal gets; `picture` is what a person sees."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        self.columns: int
        self.lines: int
        self._stream = pyte.Stream(self)

    def feed(self, data: str) -> None:
        """Draw. pyte prints the kitty keyboard protocol, so that is left out."""
        self._stream.feed(_RUN.sub(lambda run: _agreed(run[0]), _KITTY.sub("", data)))

    def draw(self, data: str) -> None:
        """As every terminal does it and pyte does not: of a wide character that is drawn over, no half is left."""
        super().draw(data)
        row = self.buffer[self.cursor.y]
        for x in range(self.columns):
            cut_left = not row[x].data and (x == 0 or not _is_wide(row[x - 1]))
            cut_right = _is_wide(row[x]) and (x + 1 == self.columns or bool(row[x + 1].data))
            if cut_left or cut_right:
                row[x] = self.default_char

    def select_graphic_rendition(self, *attrs: int, private: bool = False, **_kwargs: object) -> None:
        """pyte has no faint; it is kept as blinking, which nothing of ours does."""
        numbers, told = list(attrs), []
        while numbers:
            number = numbers.pop(0)
            if number in (38, 48):
                size = 2 if numbers[:1] == [5] else 4
                told += [number, *numbers[:size]]
                numbers = numbers[size:]
            else:
                told += {2: [5], 22: [22, 25]}.get(number, [number])
        super().select_graphic_rendition(*(told if attrs else ()))

    def delete_lines(self, count: int | None = None) -> None:
        self._touch()
        super().delete_lines(count)

    def insert_lines(self, count: int | None = None) -> None:
        self._touch()
        super().insert_lines(count)

    def _touch(self) -> None:
        """pyte leaves what stands on a line where an empty line was to be moved to; no line is empty to it then."""
        for y in range(self.lines):
            self.buffer[y]

    def picture(self) -> list[list[Look]]:
        """Each cell: what stands there and everything of its look that can be seen."""
        return [[_look(self.buffer[y][x]) for x in range(self.columns)] for y in range(self.lines)]

    def text(self) -> list[str]:
        """The lines, without their looks."""
        return ["".join(self.buffer[y][x].data for x in range(self.columns)) for y in range(self.lines)]


def _is_wide(cell: Char) -> bool:
    return bool(cell.data) and wcwidth(cell.data[0]) == 2


def _agreed(text: str) -> str:
    """For graphemes whose width is disputed, one of the width that we give them: this terminal agrees with us.

    Others are looked at in tmux. Zero-width characters make pyte drop the rest of a text, but for combining marks.
    """
    if text.isascii():
        return text
    text = _UNSEEN.sub("", text)
    parts = []
    for start, end, width in split_graphemes(text)[0]:
        grapheme = text[start:end]
        marks = all(unicodedata.combining(mark) for mark in grapheme[1:])
        is_plain = width == wcwidth(grapheme[0]) and marks
        parts.append(grapheme if is_plain else ("", "¤", "🟦")[width])
    return "".join(parts)


def _look(cell: Char) -> Look:
    """On a blank only background, reverse, lines through and under it can be seen."""
    always = (cell.data, cell.bg, *(name for name in ("reverse", "underscore", "strikethrough") if getattr(cell, name)))
    if cell.data == " " and not cell.reverse and not cell.underscore and not cell.strikethrough:
        return always
    return (*always, cell.fg, *(name for name in ("bold", "italics", "blink") if getattr(cell, name)))


def differences(one: Emulator, other: Emulator) -> list[str]:
    """Where two screens differ; nothing where a person sees the same."""
    found = []
    for y, (left, right) in enumerate(zip(one.picture(), other.picture(), strict=True)):
        if left != right:
            x = next(x for x, (a, b) in enumerate(zip(left, right, strict=True)) if a != b)
            found.append(f"row {y}, column {x}: {left[x]} / {right[x]}\n  {one.text()[y]!r}\n  {other.text()[y]!r}")
    return found
