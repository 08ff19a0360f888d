"""Found posts in another order than the timeline's: most likes or replies first, or conversation by conversation."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from heapq import nsmallest

from rejoinder.archive.sqlite.runs import Run
from rejoinder.archive.values import Ordering


def ordered(
    numbers: array[int], order: Ordering, limit: int, run: Callable[[str], Run], listen: Callable[[], None]
) -> list[int]:
    """See `Archive.ordered`. `numbers` are sorted; `listen` raises where the question was cancelled."""
    if order in ("new", "old"):
        wanted = numbers if order == "old" else numbers[::-1]
        return list(wanted[:limit] if limit else wanted)
    if order == "conversation":
        return _by_conversation(numbers, run("trees"), listen)[: limit or None]
    counts = zip((-value for value in run(order).at(numbers, listen)), numbers, strict=True)
    return [number for _, number in (nsmallest(limit, counts) if limit else sorted(counts))]


def _by_conversation(numbers: array[int], trees: Run, listen: Callable[[], None]) -> list[int]:
    """Conversations by the first of the posts in them; who is in none stands alone."""
    wanted = set(numbers)
    root_of: dict[int, int] = {}
    for at in range(-(-trees.rows // trees.step)):
        listen()
        columns = zip(*trees.block(at), strict=True)
        root_of.update((number, root) for root, number in columns if number in wanted)
    roots = [root_of.get(number, number) for number in numbers]
    first: dict[int, int] = {}
    for root, number in zip(roots, numbers, strict=True):
        first.setdefault(root, number)
    return [number for _, number in sorted((first[root], number) for root, number in zip(roots, numbers, strict=True))]
