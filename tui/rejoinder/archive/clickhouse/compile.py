"""Conditions to SQL: what is typed is always a bound value; names of columns and our own numbers are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from rejoinder.archive import conditions as c
from rejoinder.archive import facets
from rejoinder.archive.protocol import UNTIMED
from rejoinder.errors import QueryError

_NO_NUMBER = -(2**31)
_LEAST = {"unanswered": _NO_NUMBER, "exchange": _NO_NUMBER, "likes": UNTIMED, "reposts": UNTIMED}
"""By columns: the sign for what is not known."""
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
EVERYTHING, NOTHING = "1", "0"


class Lore(Protocol):
    """What compiling has to know of an archive."""

    @property
    def has_positions(self) -> bool:
        """Whether the index finds phrases by itself; else the texts that hold all words are read."""
        ...

    def identities(self, account: str) -> list[str]:
        """How the index names the accounts with this id, or that ever bore this handle."""
        ...

    def groups(self) -> Sequence[tuple[str, Sequence[str]]]:
        """(platform, names of sources) of each group, by number."""
        ...

    def named(self, id: str) -> list[int]:
        """Numbers of the posts with this id or `platform:id`."""
        ...

    def between(self, one: str, other: str) -> list[int]:
        """Numbers of the posts in which one account does something to the other."""
        ...

    def roots(self, numbers: Sequence[int]) -> list[int]:
        """Roots of the conversations that hold these posts."""
        ...

    def above(self, where: Where) -> list[int]:
        """All posts above those that are found in the reply tree."""
        ...

    def matching(self, pattern: str, where: Where) -> list[int]:
        """Those of the posts that are found whose text matches."""
        ...

    def beginning(self, prefix: str) -> Sequence[str] | None:
        """All words and marks that begin so; None where they are too many to be asked for together."""
        ...


class Where:
    """A condition in SQL over `post`, and the values that it binds."""

    def __init__(self, post: str) -> None:
        """`post` is what the table of posts is called."""
        self.post = post
        self.sql = EVERYTHING
        self.values: dict[str, Any] = {}

    def copy(self) -> Where:
        """The same, to be added to."""
        other = Where(self.post)
        other.sql, other.values = self.sql, dict(self.values)
        return other

    def bind(self, value: Any, type: str) -> str:
        """The place of a bound value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{type}}}"


def compiled(condition: c.Condition, lore: Lore, post: str) -> Where:
    """What finds the posts that meet a condition.

    Raises QueryError for a condition of another wing that nobody resolved, and for what would read too much.
    """
    where = Where(post)
    where.sql = _sql(condition, where, lore)
    return where


def patterned(condition: c.Condition) -> tuple[list[str], c.Condition]:
    """(the patterns that all posts meeting a condition match, what else they meet)."""
    parts = condition.conditions if isinstance(condition, c.All) else (condition,)
    plain = tuple(part for part in parts if not isinstance(part, c.Pattern))
    return [part.pattern for part in parts if isinstance(part, c.Pattern)], c.All(plain)


def marked(marks: Iterable[str], post: str) -> Where:
    """What finds the posts that bear any of these marks."""
    where = Where(post)
    where.sql = _any(marks, where)
    return where


def _sql(condition: c.Condition, where: Where, lore: Lore) -> str:
    way = _WAYS.get(type(condition))
    if way is None:
        raise QueryError(
            "What people said of posts is not known here.", 1, "Verdicts, notes and sides lie beside the archive."
        )
    return way(condition, where, lore)


def _words(condition: c.Words, where: Where, lore: Lore) -> str:
    tokens = list(condition.tokens)
    if not tokens:
        return EVERYTHING
    if condition.prefix:
        return _beginning(tokens, where, lore.beginning(tokens[-1]))
    if len(tokens) == 1:
        return _any(tokens, where)
    if lore.has_positions:
        return f"hasPhrase(words, {where.bind(' '.join(tokens), 'String')})"
    every = where.bind(tokens, "Array(String)")
    return (
        f"(hasAllTokens(words, {every}) and "
        f"position(concat(' ', words, ' '), {where.bind(f' {chr(32).join(tokens)} ', 'String')}) > 0)"
    )


def _beginning(tokens: Sequence[str], where: Where, lasts: Sequence[str] | None) -> str:
    """Posts with these words next to each other, of which the last is one of `lasts`, or begins as it is."""
    parts = []
    if tokens[:-1]:
        parts.append(f"hasAllTokens(words, {where.bind(list(tokens[:-1]), 'Array(String)')})")
    if lasts is not None:
        parts.append(_any(lasts, where))
    if tokens[:-1] or lasts is None:
        parts.append(f"position(concat(' ', words), {where.bind(' ' + ' '.join(tokens), 'String')}) > 0")
    return f"({' and '.join(parts)})"


def _any(marks: Iterable[str], where: Where) -> str:
    """Posts with any of these marks."""
    listed = list(marks)
    return f"hasAnyTokens(words, {where.bind(listed, 'Array(String)')})" if listed else NOTHING


def _account(mark: Callable[[str], str]) -> Callable[[Any, Where, Lore], str]:
    return lambda condition, where, lore: _any(map(mark, lore.identities(condition.account)), where)


def _between(condition: c.Between, where: Where, _: Lore) -> str:
    since = UNTIMED + 1 if condition.since is None else condition.since
    sql = f"time >= {where.bind(_clamped(max(since, UNTIMED + 1)), 'Int64')}"
    if condition.until is not None:
        sql += f" and time < {where.bind(_clamped(condition.until), 'Int64')}"
    return f"({sql})"


def _is(condition: c.Is, where: Where, _: Lore) -> str:
    if condition.kind == "root":
        return f"(not {_any([facets.kind('reply')], where)})"
    return _any([facets.kind(condition.kind)], where)


def _domain(condition: c.Domain, where: Where, lore: Lore) -> str:
    mark = facets.host(condition.host.lower())
    below = f"{mark}{facets.BELOW}"
    return f"({_any([mark], where)} or {_beginning([below], where, lore.beginning(below))})"


def _grouped(fits: Callable[[Any, str, Sequence[str]], bool]) -> Callable[[Any, Where, Lore], str]:
    """Posts of the groups that fit."""

    def way(condition: Any, _: Where, lore: Lore) -> str:
        fitting = [number for number, group in enumerate(lore.groups()) if fits(condition, *group)]
        return f"sources in ({_listed(fitting)})" if fitting else NOTHING

    return way


def _is_of(condition: c.Platform, platform: str, _: Sequence[str]) -> bool:
    return condition.platform == platform


def _is_from(condition: c.FromSource, _: str, sources: Sequence[str]) -> bool:
    return any(condition.name.casefold() in source.casefold() for source in sources)


def _numbers(condition: c.Numbers, where: Where, _: Lore) -> str:
    column = condition.number
    parts = [f"{column} > {_LEAST[column]}"] if column in _LEAST else []
    if condition.low is not None:
        parts.append(f"{column} >= {where.bind(_clamped(condition.low), 'Int64')}")
    if condition.high is not None:
        parts.append(f"{column} <= {where.bind(_clamped(condition.high), 'Int64')}")
    return f"({' and '.join(parts)})" if parts else EVERYTHING


def _clamped(number: int) -> int:
    return min(max(number, _LOWEST), _HIGHEST)


def among(numbers: Iterable[int], column: str = "number") -> str:
    """Posts by numbers that we found ourselves: written in, for a bound list may hold 128 kB and no more."""
    listed = _listed(numbers)
    return f"{column} in ({listed})" if listed else NOTHING


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, sorted(set(numbers))))


def _ids(condition: c.Ids, _: Where, lore: Lore) -> str:
    return among(number for id in condition.ids for number in lore.named(id))


def _conversation(condition: c.Conversation, _: Where, lore: Lore) -> str:
    return among(lore.roots(lore.named(condition.id)), "conversation")


def _inner(condition: Any, where: Where, lore: Lore) -> str:
    return _sql(condition.condition, where, lore)


def _near(condition: c.Near, where: Where, lore: Lore) -> str:
    """Numbers are dense over all shards, so neighbours are found by counting: their shards are asked too."""
    found = f"select arrayJoin(range(number - {c.PLACES}, number + {c.PLACES + 1})) from {where.post}"
    return f"number global in ({found} where {_inner(condition, where, lore)})"


def _above(condition: c.Above, where: Where, lore: Lore) -> str:
    return among(lore.above(compiled(condition.condition, lore, where.post)))


def _pattern(condition: c.Pattern, where: Where, lore: Lore) -> str:
    return among(lore.matching(condition.pattern, Where(where.post)))


def _all(condition: c.All, where: Where, lore: Lore) -> str:
    """Patterns are tried last, on what the other parts leave."""
    patterns, plain = patterned(condition)
    parts = [_sql(part, where, lore) for part in condition.conditions if not isinstance(part, c.Pattern)]
    parts += [among(lore.matching(pattern, compiled(plain, lore, where.post))) for pattern in patterns]
    return f"({' and '.join(parts)})" if parts else EVERYTHING


def _one_of(condition: c.Any, where: Where, lore: Lore) -> str:
    parts = [_sql(part, where, lore) for part in condition.conditions]
    return f"({' or '.join(parts)})" if parts else NOTHING


_WAYS: dict[type, Callable[[Any, Where, Lore], str]] = {
    c.Everything: lambda *_: EVERYTHING,
    c.Words: _words,
    c.From: _account(facets.author),
    c.To: _account(facets.addressee),
    c.Mentions: _account(facets.mention),
    c.Tag: lambda condition, where, _: _any([facets.tag(condition.tag)], where),
    c.Between: _between,
    c.Is: _is,
    c.ParentMissing: lambda _, where, __: _any([facets.PARENT_MISSING], where),
    c.Has: lambda condition, where, _: _any([facets.part(condition.part)], where),
    c.Language: lambda condition, where, _: _any([facets.language(condition.code.lower())], where),
    c.Platform: _grouped(_is_of),
    c.FromSource: _grouped(_is_from),
    c.Domain: _domain,
    c.Numbers: _numbers,
    c.Ids: _ids,
    c.Conversation: _conversation,
    c.Pair: lambda condition, _, lore: among(lore.between(condition.one, condition.other)),
    c.First: lambda condition, where, _: _any([facets.first(condition.kind)], where),
    c.Pattern: _pattern,
    c.Parent: lambda condition, where, lore: (
        f"parent in (select number from {where.post} where {_inner(condition, where, lore)})"
    ),
    c.Child: lambda condition, where, lore: (
        f"number in (select parent from {where.post} where {_inner(condition, where, lore)})"
    ),
    c.Above: _above,
    c.Beside: lambda condition, where, lore: (
        f"conversation in (select conversation from {where.post} where {_inner(condition, where, lore)})"
    ),
    c.Near: _near,
    c.Among: lambda condition, _, __: among(condition.keys),
    c.Not: lambda condition, where, lore: f"(not {_inner(condition, where, lore)})",
    c.All: _all,
    c.Any: _one_of,
}
"""The closed set: a test holds it to `conditions.Condition`."""
