"""The posts around hits: a filter may show with each match what stands above it, its conversation, its neighbours."""

from __future__ import annotations

from typing import Literal, get_args

from rejoinder.archive.conditions import Above, Any, Beside, Condition, Everything, Near

Width = Literal["matches", "ancestors", "conversations", "neighbours"]
WIDTHS: tuple[Width, ...] = get_args(Width)
"""From the narrowest; each shows what the one before shows, and more."""


def widened(condition: Condition, width: Width) -> Condition:
    """What is shown for a search: what it finds, and of that width around. Of every post nothing is left to add."""
    if isinstance(condition, Everything) or width == "matches":
        return condition
    if width == "ancestors":
        return Any((condition, Above(condition)))
    if width == "conversations":
        return Beside(condition)
    return Any((Beside(condition), Near(condition)))


def wider(width: Width, steps: int) -> Width:
    """The width so many steps wider (or, below 0, narrower), as far as there are any."""
    return WIDTHS[min(max(WIDTHS.index(width) + steps, 0), len(WIDTHS) - 1)]
