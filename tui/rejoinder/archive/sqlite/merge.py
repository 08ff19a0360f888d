"""Sets of posts: index expressions, spans, lists and counts, and what AND, OR and NOT make of them.

The index answers a whole boolean expression by itself, so as much as possible is put into one `Match`: with a sign in
front, expressions are closed under AND, OR and NOT (`a OR NOT b` is `NOT (b NOT a)`). Only what the index can't know is
merged here, as sorted numbers, window by window. Never is a set of numbers handed to SQL beside a MATCH: a million
posts take 0.5 s that way, ten million 130 s.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import msgspec


class Match(msgspec.Struct, frozen=True):
    """Posts that an index expression finds, or (`negative`) all others; no expression finds nothing."""

    words: str | None
    negative: bool = False


class Span(msgspec.Struct, frozen=True):
    """Posts by number, `high` excluded."""

    low: int
    high: int


class Listed(msgspec.Struct, frozen=True):
    """These posts, sorted."""

    numbers: array[int]


class Scan(msgspec.Struct, frozen=True):
    """Posts whose value in a column of counts lies in [low, high]; unknown ones lie nowhere."""

    run: str
    low: int | None
    high: int | None


class Both(msgspec.Struct, frozen=True):
    """Posts of every part."""

    parts: tuple[Plan, ...]


class Either(msgspec.Struct, frozen=True):
    """Posts of any part."""

    parts: tuple[Plan, ...]


class Without(msgspec.Struct, frozen=True):
    """All posts but these."""

    part: Plan


Plan = Match | Span | Listed | Scan | Both | Either | Without
EVERYTHING, NOTHING = Match(None, True), Match(None)


def both(plans: Sequence[Plan]) -> Plan:
    """The posts that all of the plans have."""
    match = EVERYTHING
    span: Span | None = None
    rest: list[Plan] = []
    for plan in _flat(plans, Both):
        if isinstance(plan, Match):
            match = _and(match, plan)
        elif isinstance(plan, Span):
            span = plan if span is None else Span(max(span.low, plan.low), min(span.high, plan.high))
        else:
            rest.append(plan)
    if match == NOTHING or (span is not None and span.low >= span.high):
        return NOTHING
    parts = [*([span] if span else []), *([match] if match != EVERYTHING else []), *rest]
    return _one(parts, Both) if parts else EVERYTHING


def either(plans: Sequence[Plan]) -> Plan:
    """The posts that any of the plans has."""
    match = NOTHING
    rest: list[Plan] = []
    for plan in _flat(plans, Either):
        if isinstance(plan, Match):
            match = _invert(_and(_invert(match), _invert(plan)))
        else:
            rest.append(plan)
    if match == EVERYTHING:
        return EVERYTHING
    parts = [*([match] if match != NOTHING else []), *rest]
    return _one(parts, Either) if parts else NOTHING


def inverse(plan: Plan) -> Plan:
    """The posts that the plan has not."""
    if isinstance(plan, Match):
        return _invert(plan)
    return plan.part if isinstance(plan, Without) else Without(plan)


def _flat(plans: Sequence[Plan], kind: type[Both] | type[Either]) -> list[Plan]:
    flat: list[Plan] = []
    for plan in plans:
        flat.extend(plan.parts if isinstance(plan, kind) else (plan,))
    return flat


def _one(parts: Sequence[Plan], kind: type[Both] | type[Either]) -> Plan:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def _invert(match: Match) -> Match:
    return Match(match.words, not match.negative)


def _and(a: Match, b: Match) -> Match:
    if a == EVERYTHING or b == EVERYTHING:
        return b if a == EVERYTHING else a
    if a == NOTHING or b == NOTHING:
        return NOTHING
    if a.negative and b.negative:
        return Match(_joined(a, b, "OR"), True)
    if b.negative:
        return Match(f"({a.words}) NOT ({b.words})")
    if a.negative:
        return Match(f"({b.words}) NOT ({a.words})")
    return Match(_joined(a, b, "AND"))


def _joined(a: Match, b: Match, word: str) -> str:
    return f"({a.words}) {word} ({b.words})"
