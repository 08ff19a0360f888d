"""A condition written as a search line again, with times in UTC: what is saved, exported, shown as understood."""

from __future__ import annotations

from rejoinder.archive import conditions as c
from rejoinder.archive.dates import written
from rejoinder.archive.operators import NESTED
from rejoinder.archive.patterns import written as written_pattern
from rejoinder.archive.query import Query
from rejoinder.archive.text import tokens

_EVERY_POST = "(is:reply OR -is:reply)"
_NO_POST = "(is:reply -is:reply)"
_RELATED = {nested: name for name, nested in NESTED.items()}
_YEAR_1 = -62_135_596_800_000
"""In ms: where the calendar of a search line begins."""


def print_query(query: Query) -> str:
    """The line that means this query whenever, and in whatever zone, it is parsed."""
    line = print_condition(query.condition)
    return f"{line} order:{query.order}".strip() if query.order else line


def print_condition(condition: c.Condition) -> str:
    """The line that means this condition; empty for every post."""
    if isinstance(condition, c.Everything):
        return ""
    if isinstance(condition, c.Any) and condition.conditions:
        return " OR ".join(map(_side, condition.conditions))
    return _side(condition)


def _side(condition: c.Condition) -> str:
    """What may stand beside an OR: terms with spaces between them."""
    if isinstance(condition, c.All) and condition.conditions:
        return " ".join(map(_neighbour, condition.conditions))
    return _neighbour(condition)


def _neighbour(condition: c.Condition) -> str:
    """What may stand beside another term: a span of time needs no parentheses there."""
    return " ".join(_bounds(condition)) if isinstance(condition, c.Between) else _term(condition)


def _term(condition: c.Condition) -> str:
    """One term, before which a minus may stand."""
    if isinstance(condition, c.Not):
        return f"-{_term(condition.condition)}"
    if isinstance(condition, c.Everything):
        return _EVERY_POST
    if isinstance(condition, c.All | c.Any):
        if not condition.conditions:
            return _EVERY_POST if isinstance(condition, c.All) else _NO_POST
        if len(condition.conditions) == 1:
            return _term(condition.conditions[0])
        return f"({print_condition(condition)})"
    if isinstance(condition, c.Between):
        bounds = _bounds(condition)
        return bounds[0] if len(bounds) == 1 else f"({' '.join(bounds)})"
    return _operator(condition)


def _bounds(span: c.Between) -> list[str]:
    bounds = [] if span.since is None else [f"since:{written(span.since)}"]
    if span.until is not None:
        bounds.append(f"until:{written(span.until)}")
    return bounds or [f"since:{written(_YEAR_1)}"]


def _operator(condition: c.Condition) -> str:
    match condition:
        case c.Words():
            return _words(condition) if condition.tokens else _EVERY_POST
        case c.From():
            return f"from:{_value(condition.account)}"
        case c.To():
            return f"to:{_value(condition.account)}"
        case c.Mentions():
            return f"mentions:{_value(condition.account)}"
        case c.Tag():
            return f"#{condition.tag}"
        case c.Pattern():
            return written_pattern(condition.pattern)
        case c.Parent() | c.Child() | c.Beside() | c.Above() | c.Near():
            return f"{_RELATED[type(condition)]}:({print_condition(condition.condition) or _EVERY_POST})"
        case c.Is():
            return f"is:{condition.kind}"
        case c.ParentMissing():
            return "parent:missing"
        case c.Has():
            return f"has:{condition.part}"
        case c.Language():
            return f"lang:{_value(condition.code)}"
        case c.Platform():
            return f"platform:{_value(condition.platform)}"
        case c.FromSource():
            return f"source:{_value(condition.name)}"
        case c.Domain():
            return f"url:{_value(condition.host)}"
        case c.Numbers():
            return _count(condition)
        case c.Ids():
            return f"id:{_value(','.join(condition.ids))}" if condition.ids else _NO_POST
        case c.Pair():
            return f"between:{_value(f'{condition.one},{condition.other}')}"
        case c.First():
            return f"first:{condition.kind}"
        case c.Side():
            return f"side:{_value(condition.name)}"
        case c.Conversation():
            return f"conversation:{_value(condition.id)}"
        case c.Coded():
            return f"{condition.field}:{_value(condition.value)}"
        case _:
            raise TypeError(f"{type(condition).__name__} stands for several terms")


def _words(words: c.Words) -> str:
    """A word as it is, several as a phrase; characters that are words by themselves stand together as they are read."""
    text = words.tokens[0]
    for last, token in zip(words.tokens, words.tokens[1:], strict=False):
        text += token if tokens(last + token) == [last, token] else f" {token}"
    star = "*" if words.prefix else ""
    return f'"{text}"{star}' if " " in text else text + star


def _value(text: str) -> str:
    plain = text and not text.startswith("//") and not any(sign in '()"' or sign.isspace() for sign in text)
    return text if plain else f'"{text}"'


def _count(condition: c.Numbers) -> str:
    low, high = max(0, condition.low or 0), condition.high
    if high is None:
        return f"{condition.number}:>={low}"
    if low > high:
        return _NO_POST
    if condition.low is None:
        return f"{condition.number}:<={high}"
    is_bare = low == high and condition.number != "exchange"  # a bare number of turns is the least of them
    return f"{condition.number}:{low}" if is_bare else f"{condition.number}:{low}..{high}"
