"""Conditions to plans: what the index is asked, which posts are listed, which counts are scanned."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from rejoinder.archive import conditions as c
from rejoinder.archive import facets
from rejoinder.archive.sqlite.merge import (
    EVERYTHING,
    NOTHING,
    Grep,
    Kin,
    Listed,
    Match,
    Plan,
    Relation,
    Scan,
    Span,
    both,
    either,
    inverse,
)
from rejoinder.errors import QueryError


class Lore(Protocol):
    """What compiling has to know of an archive."""

    def identities(self, account: str) -> list[str]:
        """How the index names the accounts with this id, or that ever bore this handle."""
        ...

    def groups(self) -> Sequence[tuple[str, Sequence[str]]]:
        """(platform, names of sources) of each group, by number."""
        ...

    def first_at(self, time: int) -> int:
        """Number of the first post at or after this time; one past the last if there is none."""
        ...

    @property
    def size(self) -> int:
        """How many posts there are."""
        ...

    def untimed(self) -> int:
        """How many posts have no time; they are the first."""
        ...

    def named(self, id: str) -> list[int]:
        """Numbers of the posts with this id or `platform:id`."""
        ...

    def between(self, one: str, other: str) -> list[int]:
        """Numbers of the posts in which one account does something to the other."""
        ...

    def tree(self, number: int) -> array[int]:
        """All posts of the conversation that a post is in, sorted."""
        ...


def compiled(condition: c.Condition, lore: Lore) -> Plan:
    """The plan that finds what the condition means.

    Raises QueryError for a condition of another wing that nobody resolved.
    """
    way = _WAYS.get(type(condition))
    if way is None:
        raise QueryError(
            "What people said of posts is not known here.", 1, "Verdicts, notes and sides lie beside the archive."
        )
    return way(condition, lore)


def phrase(tokens: Sequence[str], prefix: bool = False) -> str:
    """An index expression for tokens next to each other."""
    quoted = " ".join(tokens).replace('"', '""')
    return f'"{quoted}" *' if prefix else f'"{quoted}"'


def _any(marks: Iterable[str]) -> Plan:
    """Posts with any of these marks."""
    words = " OR ".join(phrase((mark,)) for mark in marks)
    return Match(words) if words else NOTHING


def _words(condition: c.Words, _: Lore) -> Plan:
    return Match(phrase(condition.tokens, condition.prefix)) if condition.tokens else EVERYTHING


def _account(mark: Callable[[str], str]) -> Callable[[Any, Lore], Plan]:
    return lambda condition, lore: _any(map(mark, lore.identities(condition.account)))


def _between(condition: c.Between, lore: Lore) -> Plan:
    low = lore.untimed() + 1 if condition.since is None else lore.first_at(condition.since)
    high = lore.size + 1 if condition.until is None else lore.first_at(condition.until)
    return Span(low, high) if low < high else NOTHING


def _is(condition: c.Is, _: Lore) -> Plan:
    if condition.kind == "root":
        return inverse(_any([facets.kind("reply")]))
    return _any([facets.kind(condition.kind)])


def _domain(condition: c.Domain, _: Lore) -> Plan:
    mark = facets.host(condition.host.lower())
    return Match(f"{phrase((mark,))} OR {phrase((mark + facets.BELOW,), prefix=True)}")


def _grouped(fits: Callable[[Any, str, Sequence[str]], bool]) -> Callable[[Any, Lore], Plan]:
    """Posts of the groups that fit. The largest group has no mark, so it is what the others are not."""

    def way(condition: Any, lore: Lore) -> Plan:
        fitting = [fits(condition, *group) for group in lore.groups()]
        marks = [facets.group(number) for number, fit in enumerate(fitting) if number and fit != fitting[0]]
        return inverse(_any(marks)) if fitting and fitting[0] else _any(marks)

    return way


def _is_of(condition: c.Platform, platform: str, _: Sequence[str]) -> bool:
    return condition.platform == platform


def _is_from(condition: c.FromSource, _: str, sources: Sequence[str]) -> bool:
    return any(condition.name.casefold() in source.casefold() for source in sources)


def _listed(numbers: Iterable[int]) -> Plan:
    found = array("q", sorted(set(numbers)))
    return Listed(found) if found else NOTHING


def _ids(condition: c.Ids, lore: Lore) -> Plan:
    return _listed(number for id in condition.ids for number in lore.named(id))


def _conversation(condition: c.Conversation, lore: Lore) -> Plan:
    return _listed(number for at in lore.named(condition.id) for number in lore.tree(at))


def _pattern(condition: c.Pattern, _: Lore) -> Plan:
    from rejoinder.archive.patterns import literals

    words = [phrase(tokens, prefix) for tokens, prefix in literals(condition.pattern)]
    return Grep(condition.pattern, " AND ".join(words) or None)


def _kin(relation: Relation) -> Callable[[Any, Lore], Plan]:
    def way(condition: Any, lore: Lore) -> Plan:
        part = compiled(condition.condition, lore)
        return part if part == NOTHING else Kin(relation, part)

    return way


_WAYS: dict[type, Callable[[Any, Lore], Plan]] = {
    c.Everything: lambda _, __: EVERYTHING,
    c.Words: _words,
    c.From: _account(facets.author),
    c.To: _account(facets.addressee),
    c.Mentions: _account(facets.mention),
    c.Tag: lambda condition, _: _any([facets.tag(condition.tag)]),
    c.Between: _between,
    c.Is: _is,
    c.ParentMissing: lambda _, __: _any([facets.PARENT_MISSING]),
    c.Has: lambda condition, _: _any([facets.part(condition.part)]),
    c.Language: lambda condition, _: _any([facets.language(condition.code.lower())]),
    c.Platform: _grouped(_is_of),
    c.FromSource: _grouped(_is_from),
    c.Domain: _domain,
    c.Numbers: lambda condition, _: Scan(condition.number, condition.low, condition.high),
    c.Ids: _ids,
    c.Conversation: _conversation,
    c.Pair: lambda condition, lore: _listed(lore.between(condition.one, condition.other)),
    c.First: lambda condition, _: _any([facets.first(condition.kind)]),
    c.Pattern: _pattern,
    c.Parent: _kin("parent"),
    c.Child: _kin("child"),
    c.Above: _kin("above"),
    c.Beside: _kin("beside"),
    c.Near: _kin("near"),
    c.Among: lambda condition, _: Listed(condition.keys) if condition.keys else NOTHING,
    c.Not: lambda condition, lore: inverse(compiled(condition.condition, lore)),
    c.All: lambda condition, lore: both([compiled(part, lore) for part in condition.conditions]),
    c.Any: lambda condition, lore: either([compiled(part, lore) for part in condition.conditions]),
}
"""The closed set: a test holds it to `conditions.Condition`."""
