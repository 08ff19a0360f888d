"""Whom the posts of a stage name: each byline numbered, with the marks that the index takes for it.

What is numbered is written down; only so many are remembered. One that comes again after that gets a second number, and
the import, which numbers anew what all stages hold, finds that it is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

import msgspec

from rejoinder.archive import facets
from rejoinder.archive.body import Byline, Said
from rejoinder.archive.body import said as kept_mention
from rejoinder.archive.marks import MENTION_MARK, REPLY_MARK, spaced
from rejoinder.archive.staged import MENTIONS, write_bylines
from rejoinder.archive.text import fold_handle
from rejoinder.records import Mention

_MOST = 1 << 18
"""Bylines remembered: 150 MB. Each reader of an import has its own."""
_MOST_MENTIONS = 1 << 15
_FEW = 2048
"""Bylines that are written at once."""
_ADDRESSEE, _MENTION = facets.ADDRESSEE.encode(), facets.MENTION.encode()

Known = tuple[int, bytes, bytes]
"""A byline's number in the stage, and its marks as an author and as whom a reply addresses (without an identity, the
last only says that it is a reply)."""


class Named(NamedTuple):
    """A mention: its byline and kind, as it is kept, its marks (with that of the account where the author typed it)."""

    byline: int
    kind: int
    said: Said
    marks: bytes


def marks_of(named: Sequence[Named]) -> bytes:
    """The marks of several mentions: each account once, and once that there are any."""
    return MENTION_MARK + b"".join(dict.fromkeys([each.marks.removeprefix(MENTION_MARK) for each in named]))


class Bylines:
    """Numbers bylines and mentions, and writes what is new to a file."""

    def __init__(self, file: BinaryIO) -> None:
        self.known: dict[Byline, Known] = {}
        """What is remembered; `of` numbers what is not here."""
        self.mentions: dict[tuple[str, Mention], Named] = {}
        """The same; `mention` finds what is not here."""
        self._fresh: list[Byline] = []
        self._file = file
        self._count = 0

    def of(self, platform: str, id: str | None, handle: str | None, name: str | None) -> Known:
        """A byline. Raises UnicodeEncodeError for one that can't be written."""
        found = self.known.get((platform, id, handle, name))  # type: ignore[call-overload]
        return self._numbered(Byline(platform, id, handle, name)) if found is None else found

    def _numbered(self, byline: Byline) -> Known:
        msgspec.msgpack.encode(byline)  # what can't be written must not get a number
        if len(self.known) >= _MOST:
            self.known.clear()
        handle = fold_handle(byline.handle) if byline.handle else None
        identity = facets.account(byline.platform, byline.id, handle, byline.name)
        author, to = (spaced(facets.author(identity)), spaced(facets.addressee(identity))) if identity else (b"", b"")
        found = self.known[byline] = self._count, author, to + REPLY_MARK
        self._count += 1
        self._fresh.append(byline)
        if len(self._fresh) >= _FEW:
            self.write()
        return found

    def mention(self, platform: str, mention: Mention) -> Named:
        """A mention in a post of this platform."""
        found = self.mentions.get((platform, mention))
        if found is None:
            byline, _, to = self.of(platform, mention.id, mention.handle, None)
            own = to.removesuffix(REPLY_MARK).replace(_ADDRESSEE, _MENTION, 1) if mention.kind == "typed" else b""
            if len(self.mentions) >= _MOST_MENTIONS:
                self.mentions.clear()
            found = Named(byline, MENTIONS[mention.kind], kept_mention(mention), MENTION_MARK + own)
            self.mentions[platform, mention] = found
        return found

    def write(self) -> None:
        """Write down what has been numbered since the last time."""
        write_bylines(self._file, self._fresh)
        self._fresh.clear()
