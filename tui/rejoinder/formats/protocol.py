"""What a format is: a module with a title, a recogniser and a reader; built-in ones are checked against `Format`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from rejoinder.formats.export import Export, Member
from rejoinder.records import Reading


class Format(Protocol):
    """A *module* of this shape is a format; its name is that of its entry point in the group `rejoinder.formats`.

    A format whose files begin with what all later lines need (a table's header) may also have a function
    `heading(export) -> bytes`, which gives it with its line end; a file that is followed could else not be read on.
    """

    TITLE: str
    """What a person calls it: "X archive", "Twitter API v1.1"."""

    def recognise(self, export: Export) -> bool:
        """Whether this format can read the export. Looks at names and first bytes, never reads all, never raises."""
        ...

    def members(self, export: Export) -> list[Member]:
        """The members that `read` will read: what the progress bar and a folder's fingerprint count."""
        ...

    def read(self, export: Export) -> Iterator[Reading]:
        """Yield what the export holds, in the order it lies there; a bad piece is yielded as a `Problem`.

        Every record carries its `origin` (member and position, both from 1; `source` is filled in by the import).
        A reader that is given a share of the work (`export.share`) yields only its share: `decoding` sees to that.
        Raises FormatError only where nothing at all can be read.
        """
        ...

    def raw(self, export: Export, member: str, position: int) -> bytes:
        """The bytes of the record that was read at this place, as they lie there (for the record inspector).

        Raises FormatError where the member or the position is not there (any more).
        """
        ...
