"""Conditions that another wing answers (`conditions.ELSEWHERE`), made to posts that the engine knows.

Whoever joins the wings (`cli`, `app`) hands one function a kind of condition; a question is resolved right before it is
asked, so that a search that stays in force follows what the other wing learns meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast, get_args

from rejoinder.archive.conditions import ELSEWHERE, Condition, with_inner

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive

Resolver = Callable[[Any], Condition]
"""From a condition to what an engine understands, as a rule `conditions.among(keys)`."""
_CONDITIONS = get_args(Condition)


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


def answering(archive: Archive, resolvers: Mapping[type, Resolver]) -> Archive:
    """The archive, with every question's conditions resolved right before it is asked."""
    return cast("Archive", _Answering(archive, resolvers))


class _Answering:
    """Hands every question on; conditions among its arguments are resolved on the way."""

    def __init__(self, archive: Archive, resolvers: Mapping[type, Resolver]) -> None:
        self._archive = archive
        self._resolvers = resolvers

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._archive, name)
        if not callable(asked):
            return asked

        def ask(*values: Any, **named: Any) -> Any:
            return asked(*map(self._known, values), **{key: self._known(value) for key, value in named.items()})

        setattr(self, name, ask)  # the next question finds it at once
        return ask

    def _known(self, value: Any) -> Any:
        return resolved(value, self._resolvers) if isinstance(value, _CONDITIONS) else value
