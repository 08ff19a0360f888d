"""Regular expressions over the text of posts: block after block, each read once and remembered."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import apsw
import msgspec

from rejoinder.archive.body import Body, decode
from rejoinder.archive.patterns import matcher
from rejoinder.archive.sqlite.merge import Grep

BLOCK = 1 << 13
"""Posts that are read at once: 20 ms; after the newest such block the first hits can be shown."""
_BLOCKS = 1 << 13
"""Blocks remembered: hits of 64 million posts, or of several patterns over fewer."""
_PIECE = 500


class _Text(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The beginning of a body."""

    text: str


_text = msgspec.msgpack.Decoder(_Text).decode


def _unhidden(body: bytes) -> Body | _Text:
    """The body of a post whose words may be searched; without them where it is a deleted one."""
    found = decode(body)
    return _Text("") if found.rest.deleted is not None else found


class Texts:
    """Finds by pattern. `found` gives the numbers (sorted) that an index expression finds in a range."""

    def __init__(
        self,
        connection: apsw.Connection,
        found: Callable[[str, int, int], Sequence[int]],
        listen: Callable[[], None],
        posts: int,
        hides_deleted: bool,
    ) -> None:
        """`hides_deleted`: the words of deleted posts are not in the index, so no pattern finds them either."""
        self._read_text: Callable[[bytes], Body | _Text] = _unhidden if hides_deleted else _text
        self._connection, self._found, self._listen, self._posts = connection, found, listen, posts
        self._known: OrderedDict[tuple[str, int], array[int]] = OrderedDict()
        self._matchers: dict[str, Callable[[str], bool]] = {}

    def numbers(self, grep: Grep, low: int, high: int) -> array[int]:
        """The posts in the range that match, sorted."""
        found = array("q")
        for block in range(low // BLOCK, (high - 1) // BLOCK + 1):
            hits = self._block(grep, block)
            found.extend(hits[bisect_left(hits, low) : bisect_left(hits, high)])
        return found

    def among(self, grep: Grep, numbers: Sequence[int]) -> array[int]:
        """Those of these posts that match."""
        holds = self._holds(grep)
        return array("q", [number for number, text in self._at(numbers) if holds(text)])

    def _block(self, grep: Grep, block: int) -> array[int]:
        key = (grep.pattern, block)
        known = self._known.get(key)
        if known is None:
            self._listen()
            known = self._known[key] = self._read(grep, block * BLOCK, (block + 1) * BLOCK)
            if len(self._known) > _BLOCKS:
                self._known.popitem(last=False)
        return known

    def _read(self, grep: Grep, low: int, high: int) -> array[int]:
        low, high = max(1, low), min(high, self._posts + 1)
        if grep.words is not None:
            narrowed = self._found(grep.words, low, high)
            if len(narrowed) < (high - low) // 3:
                return self.among(grep, narrowed)
        holds = self._holds(grep)
        return array("q", [number for number, text in self._between(low, high) if holds(text)])

    def _holds(self, grep: Grep) -> Callable[[str], bool]:
        if grep.pattern not in self._matchers:
            self._matchers[grep.pattern] = matcher(grep.pattern)
        return self._matchers[grep.pattern]

    def _between(self, low: int, high: int) -> Iterator[tuple[int, str]]:
        read = self._read_text
        for start in range(low, high, 2 * _PIECE):
            self._listen()
            rows = self._connection.execute(
                "select number, body from post where number >= ? and number < ?", (start, min(high, start + 2 * _PIECE))
            )
            yield from ((number, read(body).text) for number, body in rows)

    def _at(self, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        read = self._read_text
        for at in range(0, len(numbers), _PIECE):
            self._listen()
            listed = ",".join(map(str, numbers[at : at + _PIECE]))
            rows = self._connection.execute(f"select number, body from post where number in ({listed}) order by number")
            yield from ((number, read(body).text) for number, body in rows)
