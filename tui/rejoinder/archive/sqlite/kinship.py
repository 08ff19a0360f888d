"""Posts by what their parents, replies, conversations and neighbours are."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from itertools import compress

import apsw

from rejoinder.archive.conditions import PLACES
from rejoinder.archive.sqlite.merge import Kin, Plan
from rejoinder.archive.sqlite.runs import Run

_FEW = 3_000
"""So many posts are looked up one by one; for more, all of the column is gone through: 60 ns a reply."""
_REMEMBERED = 8


class Kinship:
    """Answers `Kin` plans. `numbers` gives all numbers that a plan finds."""

    def __init__(
        self,
        connection: apsw.Connection,
        run: Callable[[str], Run],
        posts: int,
        numbers: Callable[[Plan], array[int]],
        listen: Callable[[], None],
    ) -> None:
        self._connection, self._run, self._posts = connection, run, posts
        self._numbers, self._listen = numbers, listen
        self._known: OrderedDict[Kin, array[int]] = OrderedDict()

    def of(self, kin: Kin) -> array[int]:
        """The numbers, sorted."""
        known = self._known.get(kin)
        if known is None:
            part = self._numbers(kin.part)
            way = {
                "parent": self.children,
                "child": self.parents,
                "above": self.ancestors,
                "beside": self.conversations,
                "near": self.neighbours,
            }[kin.relation]
            known = self._known[kin] = way(part)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known

    def children(self, numbers: array[int]) -> array[int]:
        """Direct replies to these posts."""
        if len(numbers) <= _FEW:
            kids = self._run("kids")
            return _sorted(kid for number in numbers for kid in kids.values(number))
        is_one = self._marks(numbers)
        return _sorted(kid for parents, kids in self._blocks("kids") for kid in compress(kids, map(is_one, parents)))

    def parents(self, numbers: array[int]) -> array[int]:
        """The posts that these reply to."""
        if len(numbers) <= _FEW:
            return _sorted(self._column("parent", numbers))
        is_one = self._marks(numbers)
        return _sorted(
            parent
            for parents, kids in self._blocks("kids")
            for parent in compress(parents, map(is_one, kids))
            if parent > 0
        )

    def ancestors(self, numbers: array[int]) -> array[int]:
        """All posts above these, step by step: the later steps are of few."""
        found: set[int] = set()
        while numbers:
            fresh = set(self.parents(numbers)) - found
            found |= fresh
            numbers = array("q", sorted(fresh))
        return array("q", sorted(found))

    def conversations(self, numbers: array[int]) -> array[int]:
        """All posts of the conversations that hold one of these."""
        if len(numbers) <= _FEW:
            trees, roots = self._run("trees"), {root or number for number, root in self._pairs("root", numbers)}
            return _sorted({*numbers, *(each for root in roots for each in trees.values(root))})
        is_one = self._marks(numbers)
        wanted = {root for roots, own in self._blocks("trees") for root in compress(roots, map(is_one, own))}
        joined = (
            each for roots, own in self._blocks("trees") for each in compress(own, map(wanted.__contains__, roots))
        )
        return _sorted({*numbers, *joined})  # who stands alone is in no tree

    def neighbours(self, numbers: array[int]) -> array[int]:
        """These posts, and those a few places before or after one."""
        found, last = array("q"), 0
        for number in numbers:
            end = min(self._posts, number + PLACES)
            found.extend(range(max(last + 1, number - PLACES), end + 1))
            last = max(last, end)
        return found

    def _marks(self, numbers: Iterable[int]) -> Callable[[int], int]:
        """Whether a number is among these; a ghost's (negative) lands beyond all posts, so it is not."""
        marks = bytearray(self._posts + 1 + self._ghosts())
        for number in numbers:
            marks[number] = 1
        return marks.__getitem__

    def _ghosts(self) -> int:
        row = self._connection.execute("select max(number) from ghost").fetchone()
        return int(row[0] or 0) if row else 0

    def _blocks(self, name: str) -> Iterator[list[array[int]]]:
        run = self._run(name)
        for number in range(-(-run.rows // run.step)):
            self._listen()
            yield run.block(number)

    def _column(self, name: str, numbers: array[int]) -> Iterator[int]:
        return (value for _, value in self._pairs(name, numbers) if value > 0)

    def _pairs(self, name: str, numbers: array[int]) -> Iterator[tuple[int, int]]:
        for at in range(0, len(numbers), 500):
            self._listen()
            listed = ",".join(map(str, numbers[at : at + 500]))
            yield from self._connection.execute(f"select number, {name} from post where number in ({listed})")


def _sorted(numbers: Iterable[int]) -> array[int]:
    return array("q", sorted(set(numbers)))
