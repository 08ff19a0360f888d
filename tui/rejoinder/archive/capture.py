"""Gaps of a live capture: minutes in which nothing came, where chance would hardly have left them empty.

A capture that brings r posts a minute leaves k minutes in a row empty by chance about m·exp(-k·r) times in m minutes
(Poisson arrivals). Silence that chance would not make once in a hundred such captures is called a gap. A capture that
brings little has no gaps that anybody could tell from silence, and none are claimed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import Archive

MINUTE = 60_000
MOST = 90 * 24 * 60
"""Minutes looked at: of a longer capture the last three months."""
_ONCE = 0.01
_LONGEST = 24 * 60
"""Where only a day's silence would tell, there is nothing to tell."""

Gap = tuple[int, int]
"""From when until when nothing came (ms, whole minutes, the end excluded)."""


def gaps(archive: Archive) -> list[Gap]:
    """The gaps of the files that were followed while they grew, all taken together; none where nothing was followed."""
    followed = [source.name for source in archive.sources() if source.part is not None]
    figures = archive.figures()
    if not followed or figures.first is None or figures.last is None:
        return []
    condition = c.Any(tuple(c.FromSource(name) for name in dict.fromkeys(followed)))
    first = max(figures.first // MINUTE, figures.last // MINUTE - MOST + 1)
    starts = [minute * MINUTE for minute in range(first, figures.last // MINUTE + 2)]
    return silences(starts, archive.histogram(condition, starts))


def silences(starts: Sequence[int], counts: Sequence[int]) -> list[Gap]:
    """The gaps among minutes with so many posts each; those before the first and after the last post are none."""
    full = [at for at, n in enumerate(counts) if n]
    if not full:
        return []
    minutes = full[-1] - full[0] + 1
    longest = shortest_gap(rate_of(sum(counts) / len(full)), minutes)
    if longest is None:
        return []
    return [(starts[one + 1], starts[other]) for one, other in pairwise(full) if other - one - 1 >= longest]


def rate_of(mean: float) -> float:
    """Posts a minute while the capture ran, from their mean number in the minutes that have some: the minutes without
    any tell nothing, for in them it may not have run (zero-truncated Poisson, mean = r / (1 - exp(-r)))."""
    rate = mean
    for _ in range(100):
        rate = mean * (1 - math.exp(-rate))
    return rate


def shortest_gap(rate: float, minutes: int) -> int | None:
    """From how many empty minutes on silence is a gap, where `rate` posts come a minute; None where none can tell."""
    if rate * _LONGEST < 1:
        return None
    needed = math.ceil(math.log(max(1, minutes) / _ONCE) / rate)
    return max(2, needed) if needed <= _LONGEST else None


def told(found: Sequence[Gap]) -> str:
    """`2 gaps in the capture, 47 min`; empty where there are none."""
    if not found:
        return ""
    minutes = sum(end - begin for begin, end in found) // MINUTE
    length = f"{minutes:,} min" if minutes < 600 else f"{minutes // 60:,} h"
    return f"{len(found):,} gap{'s' if len(found) > 1 else ''} in the capture, {length}"
