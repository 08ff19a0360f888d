"""Search lines that a key makes out of the filter in force and one more term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rejoinder.app.moments import Zone
from rejoinder.archive import conditions as c
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.query import Query


def with_term(text: str, query: Query, term: str) -> str:
    """The filter and another term; a filter of alternatives is put in parentheses first."""
    if not text:
        return term
    return f"({text}) {term}" if isinstance(query.condition, c.Any) else f"{text} {term}"


def with_time(text: str, query: Query, since: int, until: int, zone: Zone) -> str:
    """The filter within a time (ms, `until` excluded), in the words of the zone; a time that it held before goes."""
    term = f"since:{_moment(since, zone)} until:{_moment(until, zone)}"
    kept = [part for part in _parts(query) if not isinstance(part, c.Between)]
    if not spans(query):
        return with_term(text, query, term)
    rest = c.all_of(kept)
    return with_term(print_condition(rest), Query(rest), term)


def spans(query: Query) -> bool:
    """Whether a filter asks for posts of a time."""
    return any(isinstance(part, c.Between) for part in _parts(query))


def _parts(query: Query) -> Sequence[c.Condition]:
    """What a filter asks for all together."""
    return query.condition.conditions if isinstance(query.condition, c.All) else (query.condition,)


def _moment(ms: int, zone: Zone) -> str:
    """`2021-06`, `2021-06-03`, `2021-06-03T14:00`: as short as the moment allows."""
    local = zone.local(ms)
    assert local is not None
    return _short(local)


def _short(local: datetime) -> str:
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return f"{local:%Y-%m-%dT%H:%M:%S}".removesuffix(":00")
    return f"{local:%Y-%m-%d}" if local.day != 1 else f"{local:%Y-%m}"
