"""Sets of posts: index expressions, spans, lists and counts, and what AND, OR and NOT make of them.

The index answers a whole boolean expression by itself, so as much as possible is put into one `Match`: with a sign in
front, expressions are closed under AND, OR and NOT (`a OR NOT b` is `NOT (b NOT a)`). Only what the index can't know is
merged here, as sorted numbers, window by window. Never is a set of numbers handed to SQL beside a MATCH: a million
posts take 0.5 s that way, ten million 130 s.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Literal

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


class Grep(msgspec.Struct, frozen=True):
    """Posts whose text matches a regular expression; such a text holds these `words` too (None: none are known)."""

    pattern: str
    words: str | None


class Kin(msgspec.Struct, frozen=True, eq=False):
    """Posts that stand in a relation to those of the part. Told apart by identity: what was found is kept by it."""

    relation: Relation
    part: Plan


Relation = Literal["parent", "child", "above", "beside", "near"]


class Both(msgspec.Struct, frozen=True):
    """Posts of every part."""

    parts: tuple[Plan, ...]


class Either(msgspec.Struct, frozen=True):
    """Posts of any part."""

    parts: tuple[Plan, ...]


class Without(msgspec.Struct, frozen=True):
    """All posts but these."""

    part: Plan


Plan = Match | Span | Listed | Scan | Grep | Kin | Both | Either | Without
EVERYTHING, NOTHING = Match(None, True), Match(None)


def both(plans: Sequence[Plan]) -> Plan:
    """The posts that all of the plans have."""
    flat = _flat(plans, Both)
    match = _all([plan for plan in flat if isinstance(plan, Match)])
    span: Span | None = None
    rest: list[Plan] = []
    for plan in flat:
        if isinstance(plan, Span):
            span = plan if span is None else Span(max(span.low, plan.low), min(span.high, plan.high))
        elif not isinstance(plan, Match):
            rest.append(plan)
    if match == NOTHING or (span is not None and span.low >= span.high):
        return NOTHING
    rest.sort(key=_price)
    parts = [*([span] if span else []), *([match] if match != EVERYTHING else []), *rest]
    return _one(parts, Both) if parts else EVERYTHING


def either(plans: Sequence[Plan]) -> Plan:
    """The posts that any of the plans has."""
    flat = _flat(plans, Either)
    match = _invert(_all([_invert(plan) for plan in flat if isinstance(plan, Match)]))
    rest = [plan for plan in flat if not isinstance(plan, Match)]
    if match == EVERYTHING:
        return EVERYTHING
    parts = [*([match] if match != NOTHING else []), *rest]
    return _one(parts, Either) if parts else NOTHING


def _price(plan: Plan) -> int:
    """What is cheaper is asked first; what is dear, of few posts only."""
    if isinstance(plan, Both | Either):
        return max(map(_price, plan.parts))
    if isinstance(plan, Without):
        return _price(plan.part) + 1
    return 5 if isinstance(plan, Grep) else 3 if isinstance(plan, Scan) else 0


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


def _all(matches: Sequence[Match]) -> Match:
    """The posts that all of the expressions have.

    Those with a sign are taken away in one go, and nothing stands in needless parentheses: FTS5 counts `a NOT b NOT c`
    as nesting, and reads no expression that nests deeper than its stack of 100.
    """
    if NOTHING in matches:
        return NOTHING
    wanted = _unique(match.words for match in matches if not match.negative)
    unwanted = _unique(match.words for match in matches if match.negative)
    if not wanted:
        return Match(_joined(unwanted, "OR"), True) if unwanted else EVERYTHING
    words = _joined(wanted, "AND")
    return Match(f"{_closed(words)} NOT {_closed(_joined(unwanted, 'OR'))}" if unwanted else words)


def _unique(expressions: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(words for words in expressions if words is not None))


def _joined(expressions: Sequence[str], word: str) -> str:
    return expressions[0] if len(expressions) == 1 else f" {word} ".join(map(_closed, expressions))


def _closed(expression: str) -> str:
    """As one operand; a single phrase is one already."""
    return expression if expression.count('"') == 2 else f"({expression})"
