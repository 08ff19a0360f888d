"""Chance that falls the same way on every Python: only `random()` is used, whose sequence the language promises."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
SEED = 20190301


class Dice:
    """A stream of chance of its own for each name, so that a change in one story leaves the others as they were."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(SEED + zlib.crc32(name.encode())).random

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of the things."""
        return things[int(self._random() * len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in another order."""
        return [thing for _, thing in sorted(((self._random(), i), thing) for i, thing in enumerate(things))]

    def wait(self, typical: float) -> float:
        """A waiting time around the typical one: often shorter, now and then much longer."""
        return typical * math.exp(1.6 * (self._random() + self._random() + self._random() - 1.5))
