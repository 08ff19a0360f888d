"""Plans carried out: the numbers of the posts that a plan finds, a few from either end, or how many there are."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import compress
from typing import TypeAlias

import apsw
import msgspec

from rejoinder.archive.sqlite.kinship import Kinship
from rejoinder.archive.sqlite.merge import EVERYTHING, Both, Either, Grep, Kin, Listed, Match, Plan, Scan, Span, Without
from rejoinder.archive.sqlite.rows import one
from rejoinder.archive.sqlite.runs import Run
from rejoinder.archive.sqlite.texts import Texts

Numbers: TypeAlias = "array[int]"
_FIRST_WINDOW = 1 << 12
_WINDOW = 1 << 16
"""Posts that are merged at once: at most this many numbers are held, and `cancel` is heard between two windows."""
_DEARER = 8
"""To read the text of one post here and there costs so many times what it costs in a row."""
_WORD = re.compile('"([^" A-Z]+)"')
_numbers = msgspec.json.Decoder(list[int]).decode


class Finder:
    """Answers plans over numbers `low` to `high` (excluded)."""

    def __init__(
        self,
        connection: apsw.Connection,
        bits: int,
        posts: int,
        run: Callable[[str], Run],
        listen: Callable[[], None],
        hides_deleted: bool = False,
    ) -> None:
        """A shard holds 2^`bits` of the `posts`. `listen` raises where the question was cancelled.

        `hides_deleted`: the words of deleted posts are not to be searched.
        """
        self._connection, self._bits, self._posts, self._run, self._listen = connection, bits, posts, run, listen
        self._kinship = Kinship(connection, run, posts, lambda plan: self.numbers(plan, 1, posts + 1), listen)
        self._texts = Texts(connection, self._all_words, listen, posts, hides_deleted)

    def count(self, plan: Plan, low: int, high: int) -> int:
        """How many posts the plan finds."""
        low, high, plan = narrowed(plan, low, high)
        if low >= high:
            return 0
        if isinstance(plan, Match):
            found = self._count_words(plan.words, low, high) if plan.words else 0
            return high - low - found if plan.negative else found
        if isinstance(plan, Without):
            return high - low - self.count(plan.part, low, high)
        return sum(len(self.numbers(plan, *window)) for window in _windows(low, high, _WINDOW))

    def first(self, plan: Plan, low: int, high: int, limit: int) -> list[int]:
        """The first `limit` numbers, ascending."""
        low, high, plan = narrowed(plan, low, high)
        if plan == EVERYTHING:
            return list(range(low, max(low, min(high, low + limit))))
        if isinstance(plan, Match) and plan.words and not plan.negative:
            return self._some_words(plan.words, low, high, limit, newest=False)
        found: list[int] = []
        for window in _windows(low, high, _FIRST_WINDOW):
            found += self.numbers(plan, *window)[: limit - len(found)]
            if len(found) >= limit:
                break
        return found

    def last(self, plan: Plan, low: int, high: int, limit: int) -> list[int]:
        """The last `limit` numbers, ascending."""
        low, high, plan = narrowed(plan, low, high)
        if plan == EVERYTHING:
            return list(range(max(low, high - limit), max(low, high)))
        if isinstance(plan, Match) and plan.words and not plan.negative:
            return self._some_words(plan.words, low, high, limit, newest=True)[::-1]
        found: list[int] = []
        for window in _windows_down(low, high, _FIRST_WINDOW):
            numbers = self.numbers(plan, *window)
            found[:0] = numbers[max(0, len(numbers) - limit + len(found)) :]
            if len(found) >= limit:
                break
        return found

    def numbers(self, plan: Plan, low: int, high: int) -> Numbers:
        """All numbers, sorted."""
        self._listen()
        if low >= high:
            return array("q")
        match plan:
            case Match():
                found = self._all_words(plan.words, low, high) if plan.words else array("q")
                return _left(low, high, found) if plan.negative else found
            case Span():
                return array("q", range(max(low, plan.low), max(low, min(high, plan.high))))
            case Listed():
                return _between(plan.numbers, low, high)
            case Kin():
                return _between(self._kinship.of(plan), low, high)
            case Scan():
                return self._scan(plan, low, high)
            case Grep():
                return self._texts.numbers(plan, low, high)
            case Without():
                return _left(low, high, self.numbers(plan.part, low, high))
            case Either():
                found_by = {number for part in plan.parts for number in self.numbers(part, low, high)}
                return array("q", sorted(found_by))
            case Both():
                return self._both(plan, low, high)

    def _both(self, plan: Both, low: int, high: int) -> Numbers:
        numbers = self.numbers(plan.parts[0], low, high)
        for part in plan.parts[1:]:
            if not numbers:
                break
            numbers = self._kept(part, numbers)
        return numbers

    def _kept(self, part: Plan, numbers: Numbers) -> Numbers:
        """Those of the numbers that the part finds too. What is dear is asked of them alone, where they are few."""
        low, high = numbers[0], numbers[-1] + 1
        if isinstance(part, Without):
            out = set(self._kept(part.part, numbers))
            return array("q", [number for number in numbers if number not in out])
        if isinstance(part, Scan):
            values = self._run(part.run).at(numbers, self._listen)
            return array("q", compress(numbers, map(_test(part, self._run(part.run)), values)))
        if isinstance(part, Grep) and len(numbers) * _DEARER < high - low:
            return self._texts.among(part, numbers)
        others = set(self.numbers(part, low, high))
        return array("q", [number for number in numbers if number in others])

    def _scan(self, scan: Scan, low: int, high: int) -> Numbers:
        run = self._run(scan.run)
        fits = _test(scan, run)
        found: Numbers = array("q")
        for number in range((low - 1) // run.step, (high - 2) // run.step + 1):
            base = number * run.step + 1
            values = run.block(number)[0]
            start, end = max(0, low - base), min(len(values), high - base)
            found.extend(compress(range(base + start, base + end), map(fits, values[start:end])))
        return found

    def every_shard(self) -> range:
        """Numbers of the index's shards."""
        return self._shards(1, self._posts + 1) if self._posts else range(0)

    def shard_of(self, number: int) -> int:
        """The shard that holds this number."""
        return (number - 1) >> self._bits

    def bounds(self, shard: int) -> tuple[int, int]:
        """Numbers that a shard holds, the second excluded."""
        return (shard << self._bits) + 1, ((shard + 1) << self._bits) + 1

    def _shards(self, low: int, high: int) -> range:
        return range((low - 1) >> self._bits, ((high - 2) >> self._bits) + 1)

    def _count_words(self, words: str, low: int, high: int) -> int:
        term = _single(words)
        total = 0
        for shard in self._shards(low, high):
            self._listen()
            first, end = self.bounds(shard)
            whole = low <= first and (end <= high or high > self._posts)
            total += self._count_term(term, shard) if term and whole else self._count_in(words, shard, low, high)
        return total

    def _count_in(self, words: str, shard: int, low: int, high: int) -> int:
        counted = f"select count(*) from words_{shard} where words_{shard} match ? and rowid >= ? and rowid < ?"
        return int(one(self._connection, counted, (words, low, high))[0])

    def _count_term(self, term: str, shard: int) -> int:
        """How many posts of a shard hold one word: asked of the index's vocabulary, in a third of the time."""
        self._connection.execute(
            f"create virtual table if not exists temp.terms_{shard} using fts5vocab(main, words_{shard}, row)"
        )
        row = self._connection.execute(f"select doc from temp.terms_{shard} where term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    def _some_words(self, words: str, low: int, high: int, limit: int, newest: bool) -> list[int]:
        found: list[int] = []
        shards = self._shards(low, high) if low < high else range(0)
        for shard in reversed(shards) if newest else shards:
            self._listen()
            found += [
                row[0]
                for row in self._connection.execute(
                    f"select rowid from words_{shard} where words_{shard} match ? and rowid >= ? and rowid < ? "
                    f"order by rowid {'desc' if newest else 'asc'} limit ?",
                    (words, low, high, limit - len(found)),
                )
            ]
            if len(found) >= limit:
                break
        return found

    def _all_words(self, words: str, low: int, high: int) -> Numbers:
        """As one JSON array a shard: a third of the time that a row for each number would take."""
        found: Numbers = array("q")
        for shard in self._shards(low, high):
            self._listen()
            (listed,) = one(
                self._connection,
                f"select '[' || coalesce(group_concat(rowid), '') || ']' from words_{shard} "
                f"where words_{shard} match ? and rowid >= ? and rowid < ?",
                (words, low, high),
            )
            found.extend(_numbers(listed))
        return found


def _single(words: str) -> str:
    """The word that the expression is, if it is nothing but one as the index holds it; else empty."""
    found = _WORD.fullmatch(words)
    return found[1] if found else ""


def _between(numbers: Numbers, low: int, high: int) -> Numbers:
    return numbers[bisect_left(numbers, low) : bisect_left(numbers, high)]


def _test(scan: Scan, run: Run) -> Callable[[int], bool]:
    """Whether a value of the column is known and lies within the bounds."""
    least = -(2**31) if run.columns == "i" else -(2**63)
    at_least = least + 1 if scan.low is None else max(scan.low, least + 1)
    if scan.high is None:
        return at_least.__le__
    at_most = scan.high
    return lambda value: at_least <= value <= at_most


def _left(low: int, high: int, numbers: Numbers) -> Numbers:
    """The numbers of the window that are not among these."""
    marks = bytearray(b"\1") * (high - low)
    for number in numbers:
        marks[number - low] = 0
    return array("q", compress(range(low, high), marks))


def narrowed(plan: Plan, low: int, high: int) -> tuple[int, int, Plan]:
    """The window that spans and lists leave of it, and what is still to be asked within."""
    if isinstance(plan, Span):
        return max(low, plan.low), min(high, plan.high), EVERYTHING
    if isinstance(plan, Listed):
        return max(low, plan.numbers[0]), min(high, plan.numbers[-1] + 1), plan
    if isinstance(plan, Both) and isinstance(span := plan.parts[0], Span):
        rest = plan.parts[1:]
        return max(low, span.low), min(high, span.high), rest[0] if len(rest) == 1 else Both(rest)
    return low, high, plan


def _windows(low: int, high: int, size: int) -> Iterator[tuple[int, int]]:
    while low < high:
        yield low, min(high, low + size)
        low, size = low + size, min(_WINDOW, size * 2)


def _windows_down(low: int, high: int, size: int) -> Iterator[tuple[int, int]]:
    while low < high:
        yield max(low, high - size), high
        high, size = high - size, min(_WINDOW, size * 2)
