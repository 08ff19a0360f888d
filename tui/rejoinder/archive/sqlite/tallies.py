"""Histograms and tallies of an open archive: over time, and by what the columns and the index know of each post."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import pairwise
from typing import Any, TypeGuard

import apsw
import msgspec

from rejoinder.archive import facets
from rejoinder.archive.body import manner_of
from rejoinder.archive.conditions import Condition
from rejoinder.archive.protocol import UNTIMED
from rejoinder.archive.sqlite.clock import HOUR, Clock
from rejoinder.archive.sqlite.compile import phrase
from rejoinder.archive.sqlite.finding import Finder, Numbers, narrowed
from rejoinder.archive.sqlite.halving import Halving
from rejoinder.archive.sqlite.merge import EVERYTHING, Match, Plan, both, inverse
from rejoinder.archive.sqlite.runs import Run
from rejoinder.archive.tally import By, Tallied, by_hour, by_month, edges, is_whole_hours, lacking, ranked

_REMEMBERED = 4
"""Results whose numbers are kept: 8 bytes a post each."""
_FEW_BINS = 400
"""So many counts of ranges are cheaper than all the numbers of a common word."""
_ids = msgspec.json.Decoder(list[int]).decode


class Tallies:
    """Counts what a plan finds. `groups` are (platform, names of sources) by number."""

    def __init__(
        self,
        connection: apsw.Connection,
        finder: Finder,
        run: Callable[[str], Run],
        clock: Clock,
        groups: Callable[[], Sequence[tuple[str, Sequence[str]]]],
        listen: Callable[[], None],
        halving: Halving,
    ) -> None:
        self._connection, self._finder, self._run, self._clock = connection, finder, run, clock
        self._halving = halving
        self._groups, self._listen = groups, listen
        self._wholes: OrderedDict[Condition, Numbers] = OrderedDict()

    def whole(self, condition: Condition, plan: Plan) -> Numbers:
        """All numbers that the condition's plan finds, remembered for a while."""
        found = self._wholes.get(condition)
        if found is None:
            found = self._wholes[condition] = self._finder.numbers(plan, 1, self._clock.end)
            if len(self._wholes) > _REMEMBERED:
                self._wholes.popitem(last=False)
        return found

    def histogram(self, condition: Condition, plan: Plan, moments: Sequence[int]) -> list[int]:
        """See `Archive.histogram`."""
        low, high, rest = narrowed(plan, self._clock.first, self._clock.end)
        bounds = [min(max(low, self._clock.first_at(moment)), max(low, high)) for moment in moments]
        if rest == EVERYTHING:
            return [high - low for low, high in pairwise(bounds)]
        if condition not in self._wholes and _is_words(rest) and len(bounds) <= _FEW_BINS:
            return self._halving.counts(rest, list(pairwise(bounds)))
        numbers = self.whole(condition, plan)
        ranks = [bisect_left(numbers, bound) for bound in bounds]
        return [high - low for low, high in pairwise(ranks)]

    def tally(self, condition: Condition, plan: Plan, by: By, limit: int, zone: tzinfo) -> list[Tallied]:
        """See `Archive.tally`."""
        if by in ("month", "hour"):
            ends = self._ends(plan)
            way = self._months if by == "month" else self._hours
            rows = way(condition, plan, ends, zone) if ends else []
            rest = self._finder.count(plan, 1, self._clock.first)
        else:
            counts, rest = self._counts(condition, plan, by)
            rows = ranked(counts, by, limit)
        return [*rows, Tallied("", rest, lacking(by))] if rest else rows

    def _counts(self, condition: Condition, plan: Plan, by: By) -> tuple[Mapping[str, int], int]:
        """(posts by value, posts that have none)."""
        if by in ("tag", "domain"):
            without = inverse(Match(phrase((facets.part("tag" if by == "tag" else "link"),))))
            return self._marked(condition, plan, by), self._finder.count(both([plan, without]), 1, self._clock.end)
        if by == "account":
            named = self._accounts(self._column("authors", condition, plan))
        else:
            named = self._named(by, self._column("groups" if by == "source" else "manners", condition, plan))
        return named, named.pop("", 0)

    def _months(self, condition: Condition, plan: Plan, ends: tuple[int, int], zone: tzinfo) -> list[Tallied]:
        months = edges(ends[0], ends[1] + 1, "month", zone)
        return by_month(months, self.histogram(condition, plan, months), zone)

    def _ends(self, plan: Plan) -> tuple[int, int] | None:
        """Times of the first and the last post that are found and have one."""
        first = self._finder.first(plan, self._clock.first, self._clock.end, 1)
        last = self._finder.last(plan, self._clock.first, self._clock.end, 1)
        return (self._clock.time(first[0]), self._clock.time(last[0])) if first else None

    def _hours(self, condition: Condition, plan: Plan, ends: tuple[int, int], zone: tzinfo) -> list[Tallied]:
        numbers = None if plan == EVERYTHING else self.whole(condition, plan)
        if is_whole_hours(*ends, zone):
            return by_hour(((hour * HOUR, n) for hour, n in self._by_hour(numbers) if n), zone)
        return by_hour(((time, 1) for time in self._times(numbers)), zone)

    def _by_hour(self, numbers: Numbers | None) -> Iterator[tuple[int, int]]:
        """(hour since 1970, posts)."""
        hours, firsts = self._clock.hours
        if numbers is None:
            return ((hour, end - first) for hour, first, end in self._clock.spans())
        if len(numbers) < len(hours):
            timed = numbers[bisect_left(numbers, self._clock.first) :]
            return iter(Counter(hours[bisect_right(firsts, number) - 1] for number in timed).items())
        ranks = [bisect_left(numbers, first) for first in (*firsts, self._clock.end)]
        return zip(hours, (high - low for low, high in pairwise(ranks)), strict=True)

    def _times(self, numbers: Numbers | None) -> Iterator[int]:
        """Times, read from the posts themselves: for zones whose hours are not those of UTC."""
        if numbers is None:
            rows: Iterable[Any] = self._connection.execute("select time from post where time > ?", (UNTIMED,))
            yield from (row[0] for row in rows)
            return
        for at in range(0, len(numbers), 500):
            self._listen()
            listed = ",".join(map(str, numbers[at : at + 500]))
            rows = self._connection.execute(
                f"select time from post where number in ({listed}) and time > ?", (UNTIMED,)
            )
            yield from (row[0] for row in rows)

    def _column(self, name: str, condition: Condition, plan: Plan) -> Counter[int]:
        """How often each value of a column stands among what is found."""
        run = self._run(name)
        if plan == EVERYTHING:
            counts: Counter[int] = Counter()
            for number in range(-(-run.rows // run.step)):
                self._listen()
                counts.update(run.block(number)[0])
            return counts
        return Counter(run.at(self.whole(condition, plan), self._listen))

    def _accounts(self, counts: Counter[int]) -> Counter[str]:
        names: Counter[str] = Counter()
        numbers = sorted(counts)
        for at in range(0, len(numbers), 500):
            self._listen()
            listed = ",".join(map(str, numbers[at : at + 500]))
            for number, name in self._connection.execute(
                f"select number, coalesce(nullif(handle, ''), id, '') from account where number in ({listed})"
            ):
                names[name] += counts[number]
        return names

    def _named(self, by: By, counts: Counter[int]) -> Counter[str]:
        """Counts of groups or manners, as those of sources, languages or platforms."""
        named: Counter[str] = Counter()
        if by == "source":
            for group, (_, sources) in enumerate(self._groups()):
                for source in set(sources):
                    named[source] += counts[group]
            return named
        for number, record in self._connection.execute("select number, record from manner"):
            manner = manner_of(msgspec.json.decode(record))
            value = manner.platform if by == "platform" else (manner.language or "").lower()
            named[value] += counts[number]
        return named

    def _marked(self, condition: Condition, plan: Plan, by: By) -> dict[str, int]:
        """Counts of tags or hosts, as the index lists them."""
        mark, read = (facets.TAG, facets.read_tag) if by == "tag" else (facets.HOST, facets.read_host)
        numbers = None if plan == EVERYTHING else self.whole(condition, plan)
        counts: Counter[str] = Counter()
        for shard in self._finder.every_shard():
            self._listen()
            counts.update(self._in_shard(shard, (mark, mark[:-1] + chr(ord(mark[-1]) + 1)), numbers))
        return {read(term): n for term, n in counts.items()}

    def _in_shard(self, shard: int, between: tuple[str, str], numbers: Numbers | None) -> Mapping[str, int]:
        if numbers is None:
            rows = self._connection.execute(
                f"select term, doc from {self._vocabulary(shard, 'row')} where term >= ? and term < ?", between
            )
            return dict(rows)
        low, high = self._finder.bounds(shard)
        inside = set(numbers[bisect_left(numbers, low) : bisect_left(numbers, high)]).__contains__
        rows = self._connection.execute(
            f"select term, '[' || group_concat(doc) || ']' from {self._vocabulary(shard, 'instance')} "
            "where term >= ? and term < ? group by term",
            between,
        )
        return {term: sum(map(inside, _ids(listed))) for term, listed in rows}

    def _vocabulary(self, shard: int, kind: str) -> str:
        """The terms of a shard, as a table that lasts as long as the connection."""
        name = f"temp.{kind}_{shard}"
        self._connection.execute(
            f"create virtual table if not exists {name} using fts5vocab('main', 'words_{shard}', '{kind}')"
        )
        return name

    def tags(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """See `Archive.tags`."""
        mark = facets.tag(prefix)
        counts: Counter[str] = Counter()
        for shard in self._finder.every_shard():
            self._listen()
            counts.update(self._in_shard(shard, (mark, mark + chr(0x10FFFF)), None))
        return [(facets.read_tag(term), n) for term, n in sorted(counts.items(), key=lambda row: (-row[1], row[0]))][
            :limit
        ]


def _is_words(plan: Plan) -> TypeGuard[Match]:
    """Whether the index counts a range of this without building the lists of all words that begin so."""
    return isinstance(plan, Match) and "*" not in (plan.words or "")
