"""One line of text with a cursor in it, moved and cut with readline's keys; a grapheme is never cut in two."""

from __future__ import annotations

import re

from rich.cells import split_graphemes

from rejoinder.app.wrapping import cells, safe


class LineEditor:
    """`text`, and `at`: the cursor's place in it, in code points, always between graphemes."""

    def __init__(self, text: str = "") -> None:
        self.text = ""
        self.at = 0
        self.replace(text)

    def replace(self, text: str) -> None:
        """Another text, with the cursor behind it."""
        self.text = _one_line(text)
        self.at = len(self.text)

    def insert(self, text: str) -> None:
        """Typed or pasted text at the cursor; several lines become one."""
        before = self.text[: self.at] + _one_line(text)
        self._settle(before + self.text[self.at :], len(before))

    def press(self, key: str) -> bool:
        """One of the keys below, by Textual's name; False where it is none of them."""
        action = _KEYS.get(key)
        if action is None:
            return False
        action(self)
        return True

    def left(self) -> None:
        self.at = max((stop for stop in self._stops() if stop < self.at), default=0)

    def right(self) -> None:
        self.at = min((stop for stop in self._stops() if stop > self.at), default=len(self.text))

    def home(self) -> None:
        self.at = 0

    def end(self) -> None:
        self.at = len(self.text)

    def word_left(self) -> None:
        """To the beginning of this word or the one before; words are parted by spaces."""
        begin = len(re.sub(r"\S+\s*$", "", self.text[: self.at]))
        self.at = max(stop for stop in self._stops() if stop <= begin)  # an accent may hang on the space before

    def word_right(self) -> None:
        found = re.compile(r"\s*\S+").match(self.text, self.at)
        end = found.end() if found else len(self.text)
        self.at = min(stop for stop in self._stops() if stop >= end)

    def backspace(self) -> None:
        end = self.at
        self.left()
        self._cut(self.at, end)

    def delete(self) -> None:
        start = self.at
        self.right()
        self._cut(start, self.at)

    def cut_word(self) -> None:
        end = self.at
        self.word_left()
        self._cut(self.at, end)

    def cut_to_start(self) -> None:
        self._cut(0, self.at)

    def cut_to_end(self) -> None:
        self._cut(self.at, len(self.text))

    def window(self, width: int) -> tuple[str, str, str]:
        """What of the line is shown in `width` cells: before the cursor, under it (a space at the end), after it."""
        under = self.text[self.at : min((s for s in self._stops() if s > self.at), default=self.at)] or " "
        before = _last_cells(self.text[: self.at], width - cells(under))
        after = _first_cells(self.text[self.at + len(under) :], width - cells(before) - cells(under))
        return before, under, after

    def _cut(self, start: int, end: int) -> None:
        self._settle(self.text[:start] + self.text[end:], start)

    def _settle(self, text: str, at: int) -> None:
        """What was joined may have become one grapheme: the cursor goes behind it."""
        self.text = text
        self.at = next(stop for stop in self._stops() if stop >= at)

    def _stops(self) -> list[int]:
        """The places where a cursor may stand."""
        if self.text.isascii():
            return list(range(len(self.text) + 1))
        return [*(start for start, _, _ in split_graphemes(self.text)[0]), len(self.text)]


_KEYS = {
    "left": LineEditor.left, "ctrl+b": LineEditor.left, "right": LineEditor.right, "ctrl+f": LineEditor.right,
    "home": LineEditor.home, "ctrl+a": LineEditor.home, "end": LineEditor.end, "ctrl+e": LineEditor.end,
    "ctrl+left": LineEditor.word_left, "alt+b": LineEditor.word_left,
    "ctrl+right": LineEditor.word_right, "alt+f": LineEditor.word_right,
    "backspace": LineEditor.backspace, "ctrl+h": LineEditor.backspace,
    "delete": LineEditor.delete, "ctrl+d": LineEditor.delete,
    "ctrl+w": LineEditor.cut_word, "ctrl+u": LineEditor.cut_to_start, "ctrl+k": LineEditor.cut_to_end,
}  # fmt: skip


def _one_line(text: str) -> str:
    """Without line breaks and anything that could steer a terminal."""
    return safe(re.sub(r"[\r\n\t\v\f]+", " ", text))


def _last_cells(text: str, width: int) -> str:
    """The end of a text that fits; cut between graphemes."""
    if cells(text) <= width:
        return text
    start = len(text)
    for first, _, wide in reversed(split_graphemes(text)[0]):
        width -= wide
        if width < 0:
            break
        start = first
    return text[start:]


def _first_cells(text: str, width: int) -> str:
    """The beginning of a text that fits; cut between graphemes."""
    if cells(text) <= width:
        return text
    for first, _, wide in split_graphemes(text)[0]:
        width -= wide
        if width < 0:
            return text[:first]
    return text
