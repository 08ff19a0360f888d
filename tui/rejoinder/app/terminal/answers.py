"""The terminal's answers to our own questions, taken out of what is typed before Textual would take them for keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual._xterm_parser import XTermParser
from textual.message import Message

_ANSWER = re.compile(r"\x1b\[>(\d+(?:;\d+)*)c|\x1b\]11;([^\x07\x1b]*)(?:\x07|\x1b\\)")
_BEGUN = re.compile(r"\x1b(?:\[>[\d;]*|\]11;[^\x07\x1b]*\x1b?)\Z")
"""An answer whose end has not come yet."""


@dataclass
class Answered(Message):
    """The terminal said what it is, or which background it has."""

    attributes: tuple[int, ...] = ()
    """The numbers of its secondary device attributes."""
    background: str = ""
    """A colour, as `rgb:0000/0000/0000`."""


class Parser(XTermParser):
    """Textual's parser of what a terminal sends, behind one that knows our answers."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._begun = ""

    def feed(self, data: str) -> Iterable[Message]:
        """Keys and other events of Textual, and our `Answered`."""
        data, self._begun = self._begun + data, ""
        if begun := _BEGUN.search(data):
            data, self._begun = data[: begun.start()], begun[0]
            if not data:
                return ()
        return self._parted(data) if _ANSWER.search(data) else super().feed(data)

    def _parted(self, data: str) -> Iterator[Message]:
        at = 0
        for found in _ANSWER.finditer(data):
            if found.start() > at:
                yield from super().feed(data[at : found.start()])
            if found[1]:
                yield Answered(attributes=tuple(int(number) for number in found[1].split(";")))
            else:
                yield Answered(background=found[2])
            at = found.end()
        if data[at:]:
            yield from super().feed(data[at:])
