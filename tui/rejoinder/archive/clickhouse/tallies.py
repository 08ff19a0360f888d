"""Histograms and tallies, counted where the posts lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from itertools import pairwise

import msgspec

from rejoinder.archive import facets
from rejoinder.archive.body import manner_of
from rejoinder.archive.clickhouse.compile import EVERYTHING, Where
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.clickhouse.tokens import Tokens
from rejoinder.archive.protocol import UNTIMED
from rejoinder.archive.tally import By, Tallied, by_hour, by_month, edges, is_whole_hours, lacking, ranked

_HOUR, _QUARTER, _SECOND = 3_600_000, 900_000, 1_000


class ServerTallies:
    """Counts what a condition finds."""

    def __init__(
        self, tables: ServerTables, tokens: Tokens, groups: Callable[[], Sequence[tuple[str, Sequence[str]]]]
    ) -> None:
        self._tables, self._tokens, self._groups = tables, tokens, groups

    def histogram(self, where: Where, moments: Sequence[int]) -> list[int]:
        """See `Archive.histogram`."""
        if len(moments) < 2:
            return []
        listed = f"cast([{','.join(map(str, moments))}], 'Array(Int64)')"
        rows = self._tables.server.ask(
            f"select roundDown(time, {listed}) as begin, count() from {where.post} where ({where.sql}) "
            f"and time >= {moments[0]} and time < {moments[-1]} group by begin",
            where.values,
        )
        found = dict(rows)
        return [0 if low == high else found.get(low, 0) for low, high in pairwise(moments)]

    def tally(self, where: Where, by: By, limit: int, zone: tzinfo) -> list[Tallied]:
        """See `Archive.tally`."""
        if by in ("month", "hour"):
            ends = self._ends(where)
            way = self._months if by == "month" else self._hours
            rows = way(where, ends, zone) if ends else []
            rest = self._count(where, f"time = {UNTIMED}")
        else:
            counts, rest = self._counts(where, by)
            rows = ranked(counts, by, limit)
        return [*rows, Tallied("", rest, lacking(by))] if rest else rows

    def _count(self, where: Where, more: str) -> int:
        sql = f"select count() from {where.post} where ({where.sql}) and {more}"
        return int(self._tables.server.ask(sql, where.values)[0][0])

    def _ends(self, where: Where) -> tuple[int, int] | None:
        sql = f"select min(time), max(time), count() from {where.post} where ({where.sql}) and time > {UNTIMED}"
        ((first, last, n),) = self._tables.server.ask(sql, where.values)
        return (first, last) if n else None

    def _months(self, where: Where, ends: tuple[int, int], zone: tzinfo) -> list[Tallied]:
        months = edges(ends[0], ends[1] + 1, "month", zone)
        return by_month(months, self.histogram(where, months), zone)

    def _hours(self, where: Where, ends: tuple[int, int], zone: tzinfo) -> list[Tallied]:
        """By the largest piece of time of which the zone's hours are made: some have moved by seconds once."""
        piece = next((piece for piece in (_HOUR, _QUARTER) if is_whole_hours(*ends, zone, piece)), _SECOND)
        rows = self._tables.server.ask(
            f"select time - positiveModulo(time, {piece}) as begin, count() from {where.post} "
            f"where ({where.sql}) and time > {UNTIMED} group by begin",
            where.values,
        )
        return by_hour(rows, zone)

    def _counts(self, where: Where, by: By) -> tuple[Mapping[str, int], int]:
        """(posts by value, posts that have none)."""
        if by in ("tag", "domain"):
            marks = (facets.TAG, facets.read_tag) if by == "tag" else (facets.HOST, facets.read_host)
            part = where.bind([facets.part("tag" if by == "tag" else "link")], "Array(String)")
            rest = self._count(where, f"not hasAnyTokens(words, {part})")
            return self._marked(where, *marks), rest
        column = {"account": "account", "source": "sources"}.get(by, "manner")
        counts = dict(
            self._tables.server.ask(
                f"select {column}, count() from {where.post} where {where.sql} group by {column}", where.values
            )
        )
        named = self._accounts(counts) if by == "account" else self._named(by, counts)
        return named, named.pop("", 0)

    def _marked(self, where: Where, mark: str, read: Callable[[str], str]) -> dict[str, int]:
        if where.sql == EVERYTHING:
            return {read(found): n for found, n in self._tokens.counts(mark).items()}
        begin = where.bind(mark, "String")
        rows = self._tables.server.ask(
            f"select mark, count() from (select arrayJoin(arrayDistinct(arrayFilter(x -> startsWith(x, {begin}), "
            f"splitByChar(' ', words)))) as mark from {where.post} where {where.sql}) group by mark",
            where.values,
        )
        return {read(found.decode()): n for found, n in rows}

    def _accounts(self, counts: Mapping[int, int]) -> Counter[str]:
        names: Counter[str] = Counter()
        numbers = sorted(counts)
        for at in range(0, len(numbers), 10_000):
            listed = ",".join(map(str, numbers[at : at + 10_000]))
            for number, name in self._tables.execute(
                f"select number, coalesce(nullif(handle, ''), id, '') from account where number in ({listed})"
            ):
                names[name] += counts[number]
        return names

    def _named(self, by: By, counts: Mapping[int, int]) -> Counter[str]:
        """Counts of groups or manners, as those of sources, languages or platforms."""
        named: Counter[str] = Counter()
        if by == "source":
            for group, (_, sources) in enumerate(self._groups()):
                for source in set(sources):
                    named[source] += counts.get(group, 0)
            return named
        for number, record in self._tables.execute("select number, record from manner"):
            manner = manner_of(msgspec.json.decode(record))
            value = manner.platform if by == "platform" else (manner.language or "").lower()
            named[value] += counts.get(number, 0)
        return named

    def tags(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """See `Archive.tags`."""
        found = self._tokens.counts(facets.tag(prefix))
        read = ((facets.read_tag(mark), n) for mark, n in found.items())
        return sorted(read, key=lambda row: (-row[1], row[0]))[:limit]
