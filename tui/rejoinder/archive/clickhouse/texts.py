"""Regular expressions over the texts of posts on a server: read piece after piece and tried here, where none can hang.

The server's own (RE2, Hyperscan) know other classes of characters than ours; an engine must not change what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from rejoinder.archive.body import decode
from rejoinder.archive.clickhouse.compile import Where
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.patterns import literals, matcher
from rejoinder.errors import QueryError

MOST_READ = 2_000_000
"""Texts that a pattern may have to be tried on: a minute."""
_FEW, _MANY = 512, 8_192
"""Posts that are asked for at once: few at first, for a page may need no more."""
_LISTENING = 256


class ServerTexts:
    """Finds by pattern."""

    def __init__(self, server: Server, hides_deleted: bool) -> None:
        """`hides_deleted`: no pattern finds words of deleted posts."""
        self._server, self._hides = server, hides_deleted

    def matching(self, pattern: str, where: Where) -> list[int]:
        """All of the posts found by `where` whose text matches, by number. Raises QueryError where they are many."""
        _narrow(where, pattern)
        ((posts,),) = self._server.ask(f"select count() from {where.post} where {where.sql}", where.values)
        if posts > MOST_READ:
            raise too_much(f"This pattern would have to be tried on {posts:,} texts, one by one.")
        holds = matcher(pattern)
        return [number for number, text in self._texts(where, 0, True) if holds(text)]

    def near(self, patterns: Sequence[str], where: Where, at: int, newer: bool, limit: int) -> list[int]:
        """The first posts beyond number `at` that `where` finds and whose texts match, as many as are wanted.

        Raises QueryError where there are so few that too many texts had to be read.
        """
        for pattern in patterns:
            _narrow(where, pattern)
        holding = [matcher(pattern) for pattern in patterns]
        found = (number for number, text in self._texts(where, at, newer) if all(holds(text) for holds in holding))
        return list(islice(found, limit))

    def _texts(self, where: Where, at: int, newer: bool) -> Iterator[tuple[int, str]]:
        """Numbers and texts of the posts that are found beyond number `at`."""
        sign, order = (">", "number") if newer else ("<", "number desc")
        last, size, read = where.bind(at, "Int64"), _FEW, 0
        name = last[1:].partition(":")[0]
        while True:
            rows = self._server.ask(
                f"select number, body from {where.post} where ({where.sql}) and number {sign} {last} "
                f"order by {order} limit {size}",
                where.values,
            )
            for n, (number, data) in enumerate(rows):
                if n % _LISTENING == 0:
                    self._server.listen()
                body = decode(data)
                yield number, "" if self._hides and body.rest.deleted is not None else body.text
            read += len(rows)
            if len(rows) < size:
                return
            if read >= MOST_READ:
                raise too_much(f"This pattern was tried on {read:,} texts, one by one, and more would have to be read.")
            where.values[name] = rows[-1][0]
            size = min(2 * size, _MANY)


def _narrow(where: Where, pattern: str) -> None:
    """Leave only posts with the words that each match holds."""
    for tokens, prefix in literals(pattern):
        words = list(tokens[:-1] if prefix else tokens)
        if words:
            where.sql = f"({where.sql}) and hasAllTokens(words, {where.bind(words, 'Array(String)')})"
        if prefix:
            last = where.bind(f" {tokens[-1]}", "String")
            where.sql = f"({where.sql}) and position(concat(' ', words), {last}) > 0"


def too_much(message: str) -> QueryError:
    """A question that would take too long."""
    return QueryError(message, 1, "Put a word, an account or a time span beside it, so that fewer are left.")
