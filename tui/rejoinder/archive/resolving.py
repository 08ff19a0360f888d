"""Conditions that another wing answers (`conditions.ELSEWHERE`), made to posts that the engine knows.

Whoever joins the wings (`cli`, `app`) hands one function a kind of condition; a question is resolved right before it is
asked, so that a search that stays in force follows what the other wing learns meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rejoinder.archive.conditions import ELSEWHERE, Condition, with_inner

Resolver = Callable[[Any], Condition]
"""From a condition to what an engine understands, as a rule `conditions.among(keys)`."""


def resolved(condition: Condition, resolvers: Mapping[type, Resolver]) -> Condition:
    """The condition with each that a resolver knows replaced, however deep it stands; all else stays as it is."""
    resolver = resolvers.get(type(condition))
    if resolver is not None:
        return resolver(condition)
    return with_inner(condition, lambda inner: resolved(inner, resolvers))


def is_elsewhere(condition: Condition) -> bool:
    """Whether another wing is needed to answer this."""
    found = isinstance(condition, ELSEWHERE)

    def look(inner: Condition) -> Condition:
        nonlocal found
        found = found or is_elsewhere(inner)
        return inner

    with_inner(condition, look)
    return found
