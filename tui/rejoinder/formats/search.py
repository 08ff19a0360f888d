"""Records of an export found again by their positions: in one reading, as long as they are asked for in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rejoinder.formats.export import Export

Cut = Iterator[tuple[int, Sequence[bytes]]]
"""(position of the first, pieces from there on), ascending."""


class Search:
    """A reading of one member that has come as far as the pieces from `_first` on."""

    def __init__(self, place: tuple[str, ...], cut: Cut) -> None:
        self.place = place
        self._cut = cut
        self._first = 0
        self._parts: Sequence[bytes] = ()

    def is_past(self, position: int) -> bool:
        """Whether a piece was read already and let go."""
        return position < self._first

    def at(self, position: int) -> bytes | None:
        """The piece at this position; None where the member ends before."""
        while position >= self._first + len(self._parts):
            found = next(self._cut, None)
            if found is None:
                return None
            self._first, self._parts = found
        return bytes(self._parts[position - self._first]) if position >= self._first else None


def find(export: Export, place: tuple[str, ...], position: int, begin: Callable[[], Cut]) -> bytes | None:
    """The piece at a position of what `begin` cuts; the export remembers how far its last search came.

    Five hundred records of a gigabyte are so found in one reading of it and not in five hundred.
    """
    search = export.search
    if search is None or search.place != place or search.is_past(position):
        search = Search(place, begin())
    export.search = None  # whatever ends this search with an error, the next one begins anew
    found = search.at(position)
    export.search = search
    return found
