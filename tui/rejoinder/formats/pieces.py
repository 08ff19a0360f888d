"""The bytes of a member cut into its JSON values: lines, the elements of one list, or objects one after another.

A share of the work (`export.share`) owns whole blocks of 1 MiB; blocks of other shares are read and counted, not
decoded, so that positions stay right. Which share owns a block depends only on the data, so the shares never overlap.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import islice

from rejoinder.formats.blocks import LIMIT, Blocks, Pieces, transcoded, without_prefix
from rejoinder.formats.export import Export, Member
from rejoinder.formats.search import Cut, find
from rejoinder.formats.values import Values, end_of_value, is_valid

FEW = 32
"""How many lines are handed on at once."""


def pieces(export: Export, member: Member, mine: Callable[[int], bool], within: str = "") -> Iterator[Pieces]:
    """The values of one member; of blocks that are not `mine` (by number, from 0) nothing comes.

    With `within` the values are the elements of the list of that name in the one object that the member is. A member
    that is damaged ends with a piece of trouble. Raises FormatError where it can't be opened.
    """
    blocks = Blocks(export, member, mine, within)
    start = blocks.peek()
    if start[:1] == b"[" or (start[:1] == b"{" and not _one_a_line(start)):
        cutter: Iterator[Pieces] = Values(blocks, one_list=bool(within) and start[:1] == b"[").cut()
    else:
        cutter = _lines(blocks)
    position = 1
    for found in cutter:
        position = found.first + len(found.parts)
        if found.parts:
            yield found
    if blocks.damage and blocks.mine:
        yield Pieces(position, [b""], blocks.damage)


def piece(export: Export, member: Member, position: int, within: str = "") -> bytes | None:
    """The bytes of the value at a position, as they lie there; None where there is none."""

    def cut() -> Cut:
        return ((found.first, found.parts) for found in pieces(export, member, lambda _: True, within))

    found = find(export, (member.name, within), position, cut)
    return None if found is None else found.strip()


def first(head: bytes) -> bytes | None:
    """The first value in a member's first bytes, past byte order mark, assignment and opening bracket; None where none
    ends there. Of a line that is broken the next is taken, so that one bad line does not hide what the file is."""
    data = without_prefix(transcoded(head)).lstrip()
    if data.startswith(b"["):
        data = data[1:].lstrip()
    for _ in range(10):
        if not data.startswith(b"{"):
            return None
        end = end_of_value(data, 0, len(data))
        newline = data.find(b"\n")
        if end > 0 and is_valid(data[:end]):
            return data[:end]
        data = data[newline:].lstrip() if newline >= 0 else b""
    return None


def _one_a_line(start: bytes) -> bool:
    """Whether objects lie one on a line: the first ends where its line ends (or that line is broken and the next starts
    anew, or it is too long to tell)."""
    end = end_of_value(start, 0, len(start))
    newline = start.find(b"\n")
    if end < 0:
        return newline < 0 or start[newline:].lstrip().startswith(b"{")
    rest = start[end:].lstrip(b" \t\r")
    return (newline < 0 or newline >= end) and (not rest or rest.startswith(b"\n"))


def _lines(blocks: Blocks) -> Iterator[Pieces]:
    """Lines, cut at `\\n` alone (U+2028 and U+0085 occur inside of texts). A line belongs to the block it starts in.

    A few at a time, so that they are still in the processor's cache when they are decoded: splitting a whole block
    costs three times as much.
    """
    number = 1
    held = _Held()
    for data, mine in blocks:
        stream = io.BytesIO(data)
        if held:
            held.add(stream.readline())
            if not held.whole:
                continue
            if held.mine:
                yield held.piece(number)
            held.clear()
            number += 1
        held.mine = mine
        if not mine or data.isspace():
            start = stream.tell()
            number += _newlines(data[start:])
            held.add(data[max(start, data.rfind(b"\n") + 1) :])
            continue
        while lines := list(islice(stream, FEW)):
            if not lines[-1].endswith(b"\n"):
                held.add(lines.pop())
            if lines:
                yield Pieces(number, lines)
                number += len(lines)
    if held and held.mine:
        yield held.piece(number)
    yield Pieces(number + bool(held), [])


def _newlines(data: bytes) -> int:
    """How many lines end here. `count` looks at every byte; this leaps from one newline to the next, in a tenth of the
    time where lines are some hundred bytes long."""
    return len(data) - len(data.replace(b"\n", b""))


class _Held:
    """The beginning of a line whose end is still to be read; only its first bytes, once it is too long."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.mine = True
        self.whole = False

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, data: bytes) -> None:
        """Some more of the line."""
        self._size += len(data)
        self.whole = data.endswith(b"\n")
        if data and self._size <= LIMIT:
            self._parts.append(data)
        elif len(self._parts) > 1:
            del self._parts[1:]

    def piece(self, number: int) -> Pieces:
        """The line; or, of one that is too long, its beginning and the trouble."""
        if self._size > LIMIT:
            return Pieces(number, [self._parts[0][:1000]], f"This line is longer than {LIMIT >> 20} MB.")
        return Pieces(number, [b"".join(self._parts)])

    def clear(self) -> None:
        """The line is done."""
        self._parts.clear()
        self._size = 0
