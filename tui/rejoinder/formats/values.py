"""JSON values that do not lie one on a line: the elements of one list, or objects one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from rejoinder.formats.blocks import INVALID, LIMIT, Blocks, Pieces

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_NOTHING = re.compile(rb"[\s,;\]]*+")
_KEY = re.compile(rb'\s*+,?\s*+\{\s*+("(?:[^"\\]|\\.){0,200}")\s*+:')
_BYTE = re.compile(r"\(byte (\d+)\)")
_valid = msgspec.json.Decoder(msgspec.Raw).decode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Values:
    """The elements of one list, or objects that follow one another, in windows of a block or more.

    While everything is whole, a window is cut at its last separator (learned from the first two elements) and checked
    by the C decoder in one go. Only where that fails are elements looked for one by one.
    """

    def __init__(self, blocks: Blocks, one_list: bool = False) -> None:
        """`one_list`: what follows the list's end is something else, and left alone."""
        self._blocks = iter(blocks)
        self._one_list = one_list
        self._data = b""
        self._at = 0
        self._mine = True
        self._number = 1
        self._separator = b""
        self._between = _Finder(_between(rb'"'))
        self._start = _Finder(_start(rb'"'))
        self._separated = True
        self._patience = LIMIT >> 2
        self._left_out = 0

    def cut(self) -> Iterator[Pieces]:
        """All of it."""
        self._grow()
        self._at = len(self._data) - len(self._data.lstrip())
        if self._data[self._at : self._at + 1] == b"[":
            self._at += 1
        while self._skip():
            found = self._window() or self._single()
            if self._mine:
                yield found
            self._number += len(found.parts)
        yield Pieces(self._number, [])

    def _grow(self) -> bool:
        """Read until what is left has doubled, so that a long element is not gone through once for every block; whether
        there was more. What is cut next belongs to the share that owns the last block read."""
        left = len(self._data) - self._at
        parts = [self._data[self._at :]]
        for block in self._blocks:
            parts.append(block.data)
            left -= len(block.data)
            self._mine = block.mine
            if left <= 0:
                break
        self._data = b"".join(parts)
        self._at = 0
        self._between.forget()
        self._start.forget()
        self._separated = True
        return len(parts) > 1

    def _skip(self) -> bool:
        """Go to the start of the next element; whether there is one."""
        while True:
            match = _NOTHING.match(self._data, self._at)
            if match is not None:
                if self._one_list and b"]" in match.group():
                    return False
                self._at = match.end()
            if self._at < len(self._data):
                return True
            if not self._grow():
                return False

    def _window(self) -> Pieces | None:
        """Everything up to the last separator that is read, or up to the last before the first that is broken."""
        cut = self._data.rfind(self._separator, self._at) if self._separator and self._separated else -1
        self._separated = cut >= 0
        for _ in range(2):
            if cut < 0:
                return None
            try:
                parts = _elements(b"[" + self._data[self._at : cut + 1] + b"]")
            except INVALID as error:
                byte = _BYTE.search(str(error))
                cut = self._data.rfind(self._separator, self._at, self._at + int(byte.group(1)) - 1) if byte else -1
                continue
            self._at = cut + self._separator.index(b"{")
            return Pieces(self._number, parts)
        return None

    def _single(self) -> Pieces:
        """One element: up to where the next seems to start if that is valid, else by its brackets, else broken."""
        end = self._by_brackets()
        if end < 0:
            end = self._by_next()
        part = self._data[self._at : end]
        if not self._separator:
            self._learn(end)
        self._at = end
        length, self._left_out = len(part) + self._left_out, 0
        if length > LIMIT:
            return Pieces(self._number, [part[:1000]], f"This element is longer than {LIMIT >> 20} MB.")
        return Pieces(self._number, [part])

    def _by_brackets(self) -> int:
        """The end of the element, by brackets; -1 where it has none, or is broken and another start is in sight.

        Where one is in sight, the count does not go far beyond it, and once many have been broken hardly at all: they
        must not make the reader count to the end of the file, each one after the other.
        """
        while True:
            near = self._between.search(self._data, self._at)
            if near and is_valid(self._data[self._at : near.start() + 1]):
                return near.start() + 1
            far = (
                LIMIT if near is None else max(1 << 18 if self._patience > 0 else 1 << 14, 8 * (near.end() - self._at))
            )
            until = self._at + far
            end = end_of_value(self._data, self._at, until)
            if end >= 0:
                return end if near is None or is_valid(self._data[self._at : end]) else -1
            self._patience -= min(far, len(self._data) - self._at)
            if until < len(self._data) or not self._grow():
                return -1

    def _by_next(self) -> int:
        """The end of a broken element: where another seems to start, with a brace before it or without."""
        while True:
            match = self._start.search(self._data, self._at + 1)
            if match:
                return match.start() + self._data.startswith(b"}", match.start())
            if len(self._data) - self._at > LIMIT:
                self._leave_out_the_middle()
            if not self._grow():
                return len(self._data)

    def _leave_out_the_middle(self) -> None:
        """Of an element that is too long its first bytes are kept, to show, and the last, where the next may begin."""
        kept = self._data[self._at : self._at + 1000] + self._data[-1000:]
        self._left_out += len(self._data) - self._at - len(kept)
        self._data, self._at = kept, 0
        self._between.forget()
        self._start.forget()

    def _learn(self, end: int) -> None:
        """The bytes between two elements with the key that elements start with, as this export writes them."""
        match = _KEY.match(self._data, end)
        if match is None:
            return
        key = re.escape(match.group(1)) + rb"\s*+:"
        self._between, self._start = _Finder(_between(key)), _Finder(_start(key))
        self._separated = True
        if b"," in self._data[end : match.start(1)]:
            self._separator = self._data[end - 1 : match.end()]


class _Finder:
    """Looks for the next place, and for what it found or missed not again: in a list that is one long damage, a search
    to the end for every element would take hours."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self._found: re.Match[bytes] | None = None
        self._from = -1

    def search(self, data: bytes, at: int) -> re.Match[bytes] | None:
        """The first match from `at` on; `data` is the same and `at` never smaller until `forget`."""
        if self._from < 0 or (self._found is not None and self._found.start() < at):
            self._found = self._pattern.search(data, at)
            self._from = at
        return self._found

    def forget(self) -> None:
        """The data is another now."""
        self._found = None
        self._from = -1


def _between(key: bytes) -> re.Pattern[bytes]:
    """Finds the end of an element after which another starts with this key."""
    return re.compile(rb"\}(?=\s*+,?\s*+\{\s*+" + key + rb")")


def _start(key: bytes) -> re.Pattern[bytes]:
    """Finds where an element with this key may start, whatever stands before the comma."""
    return re.compile(rb"[,\n}]\s*+,?+\s*+(?=\{\s*+" + key + rb")")


def is_valid(data: bytes) -> bool:
    try:
        _valid(data)
    except INVALID:
        return False
    return True


def end_of_value(data: bytes, start: int, until: int) -> int:
    """Index after the JSON value that starts at `start`; -1 where it does not end before `until`."""
    depth = 0
    for token in _TOKEN.finditer(data, start, until):
        kind = data[token.start()]
        if kind in b"[{":
            depth += 1
        elif kind in b"]}":
            depth -= 1
        if depth == 0 and (kind != 0x22 or token.end() > token.start() + 1):
            return token.end()
        if depth < 0:
            return -1
    return -1
