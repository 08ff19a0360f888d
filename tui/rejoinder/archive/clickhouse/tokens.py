"""The words and marks of all posts, with how many posts hold each: what a beginning of a word may stand for.

An inverted index knows whole tokens; a beginning would be looked for in every post. Its tokens are few, and asked for
together they cost a hundredth of that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from rejoinder.archive.clickhouse.tables import ServerTables

_MOST, _LONGEST = 5_000, 100_000
"""Tokens, and bytes of them, that are asked for together: a server takes 128 kB as one bound value."""
_SPAN = 5_000_000
"""Posts whose tokens are counted by one statement."""
_REMEMBERED = 256


class Tokens:
    """Looks tokens up."""

    def __init__(self, tables: ServerTables) -> None:
        self._tables = tables
        self._known: OrderedDict[str, Sequence[str] | None] = OrderedDict()

    def beginning(self, prefix: str) -> Sequence[str] | None:
        """All tokens that begin so; None where they are too many to be asked for."""
        if prefix not in self._known:
            rows = self._tables.execute(
                "select distinct token from token where startsWith(token, ?) limit ?", (prefix, _MOST + 1)
            )
            found = [str(token) for (token,) in rows]
            few = len(found) <= _MOST and sum(map(len, found)) * 2 < _LONGEST
            self._known[prefix] = found if few else None
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[prefix]

    def counts(self, prefix: str) -> dict[str, int]:
        """The tokens that begin so, with their numbers of posts."""
        rows = self._tables.execute(
            "select token, sum(posts) as posts from token where startsWith(token, ?) group by token", (prefix,)
        )
        return {str(token): int(posts) for token, posts in rows}


def write_tokens(tables: ServerTables, posts: int) -> None:
    """Count the tokens, once all posts are there."""
    post, token = tables.name("post"), tables.name("token")
    for low in range(0, posts, _SPAN):
        each = f"select arrayJoin(arrayDistinct(splitByChar(' ', words))) as token from {post}"
        span = f"number > {low} and number <= {low + _SPAN}"
        tables.server.command(f"insert into {token} select token, count() from ({each} where {span}) group by token")
