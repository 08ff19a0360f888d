"""A member of an export read in blocks of 1 MiB: unpacked, in UTF-8, without byte order mark and assignment."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from rejoinder.formats.export import Damaged, Export, Member

BLOCK = 1 << 20
LIMIT = 1 << 26
"""The longest record in bytes: what is longer is a problem, not a post."""
INVALID = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
"""What the decoder raises for bytes that are no JSON, or are nested too deeply."""
PREFIX = re.compile(rb"\s*[A-Za-z_$][\w$.\[\]\"' ]{0,200}?=\s*(?=[\[{]|$)")
"""`window.YTD.tweets.part0 = `, `module.exports = `, `var tweet_index = `."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Pieces(NamedTuple):
    """Some values that follow one another. `first` is the position of the first (from 1); with `trouble` there is one
    piece, which could not even be cut out. The last of a member has no parts, and the position after all of them."""

    first: int
    parts: list[bytes] | list[msgspec.Raw]
    trouble: str = ""


class Block(NamedTuple):
    """Some bytes of a member, and whether this reader's share owns them."""

    data: bytes
    mine: bool


class Blocks:
    """A member read in blocks: unpacked, in UTF-8, without byte order mark and assignment."""

    def __init__(self, export: Export, member: Member, mine: Callable[[int], bool], within: str = "") -> None:
        """With `within`, what stands before the list of that name is left out (where the first block has one)."""
        self.damage = ""
        self._within = within
        self._export = export
        self._stream = export.open(member.name)
        self._is_mine = mine
        self.mine = mine(0)
        self._number = 0
        self._behind = 0
        self._recode: codecs.IncrementalDecoder | None = None
        self._first = self._start()

    def peek(self) -> bytes:
        """The first block, from its first character that is not space."""
        return self._first.lstrip()

    def __iter__(self) -> Iterator[Block]:
        data = self._first
        while data:
            yield Block(data, self._own())
            data = self._block()
        self._stream.close()

    def _own(self) -> bool:
        self.mine = self._is_mine(self._number)
        self._number += 1
        if self.mine:
            self._export.consumed += self._stream.behind - self._behind
        self._behind = self._stream.behind
        return self.mine

    def _start(self) -> bytes:
        data = self._block()
        if encoding := _utf16(data):
            self._recode = codecs.getincrementaldecoder(encoding)("replace")
            data = self._utf8(data)
        data = without_prefix(data)
        return _inside(data, self._within) if self._within else data

    def _block(self) -> bytes:
        parts: list[bytes] = []
        missing = BLOCK
        try:
            while missing > 0 and (data := self._stream.read1(missing)):
                parts.append(data)
                missing -= len(data)
        except Damaged as error:
            self.damage = error.message
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        return self._utf8(data) if self._recode and data else data

    def _utf8(self, data: bytes) -> bytes:
        assert self._recode is not None
        text: str = self._recode.decode(data)
        return text.encode("utf-8", "replace") or b"\n"


def transcoded(head: bytes) -> bytes:
    encoding = _utf16(head)
    return head.decode(encoding, "replace").encode("utf-8", "replace") if encoding else head


def _utf16(data: bytes) -> str | None:
    if data.startswith(_UTF16):
        return "utf-16"
    if len(data) > 1 and data[0] != data[1] and 0 in data[:2]:
        return "utf-16-le" if data[1] == 0 else "utf-16-be"
    return None


def _inside(data: bytes, name: str) -> bytes:
    """From the bracket of the object's own list of this name on; all of it where there is no such list.

    An object inside may have one too: so of the objects that begin before it, all but one must have ended.
    """
    found = re.search(rb'"' + re.escape(name.encode()) + rb'"\s*+:\s*+(?=\[)', data)
    if found is None or not data.lstrip().startswith(b"{"):
        return data
    before = data[: found.start()]
    return data[found.end() :] if before.count(b"{") - before.count(b"}") == 1 else data


def without_prefix(data: bytes) -> bytes:
    data = data.removeprefix(codecs.BOM_UTF8)
    assignment = PREFIX.match(data, 0, 512)
    return data[assignment.end() :] if assignment else data
