"""The search line, read: words, phrases, `-not`, `OR`, ( ), `#tag`, `@account`, `/pattern/`, operators -> a condition.

    either  = both ("OR" both)*
    both    = term+                     "AND" between terms says nothing new
    term    = "-" term | "(" either ")" | phrase | word | "#" tag | "@" account | "/" pattern "/"
            | operator ":" value | operator ":(" either ")"

Signs without a letter are passed over, for people paste whole sentences; a line of nothing else is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo

import msgspec

from rejoinder.archive import conditions as c
from rejoinder.archive import patterns
from rejoinder.archive.lexemes import Lexeme, cut
from rejoinder.archive.operators import NESTED, reader
from rejoinder.archive.text import fold_tag, tokens
from rejoinder.archive.values import Order, Ordering, Value
from rejoinder.errors import QueryError

_DEEPEST = 12
"""Most parentheses and minus signs around each other: SQLite's full-text index reads no expression much deeper."""


Term = c.Words | c.Pattern
"""What can be marked in a text."""


class Query(msgspec.Struct, frozen=True):
    """A search line, understood."""

    condition: c.Condition
    order: Ordering | None = None
    """As `order:` asks; None where it is not there."""
    terms: tuple[Term, ...] = ()
    """What is marked in the text of a hit (see highlight.py): what is asked for, not what is excluded."""


def parse(line: str, *, now: int, zone: tzinfo = UTC, live: bool = False) -> Query:
    """What a search line means. Raises QueryError with the column of the culprit.

    `now` is the time (ms) of the archive's last post: `-2w` counts from it. While the line is being typed (`live`), its
    last word is only a beginning, from two letters on.
    """
    reading = _Reading(list(cut(line)), now, zone, live)
    condition = reading.either()
    if reading.at < len(reading.lexemes):
        column = reading.lexemes[reading.at].column
        raise QueryError("This parenthesis closes nothing.", column, "Put a ( before it, or quote it.")
    if condition is None and reading.order is None and reading.lexemes:
        column = reading.lexemes[0].column
        raise QueryError("There is no word in this.", column, "Letters, digits, _ and emoji can be searched for.")
    whole = condition or c.Everything()
    return Query(whole, reading.order, tuple(dict.fromkeys(terms(whole))))


def terms(condition: c.Condition) -> Iterator[Term]:
    """The words and patterns that posts are found by, in their order; not those of other posts (`parent:( )`)."""
    match condition:
        case c.Words() | c.Pattern():
            yield condition
        case c.Tag():
            yield c.Words(tuple(tokens(condition.tag)))
        case c.Mentions():
            yield c.Words(tuple(tokens(condition.account)))
        case c.All() | c.Any():
            for inner in condition.conditions:
                yield from terms(inner)


class _Reading:
    """A walk over the pieces of the line. Each method returns None where there are only signs to be passed over."""

    def __init__(self, lexemes: list[Lexeme], now: int, zone: tzinfo, live: bool) -> None:
        self.lexemes = lexemes
        self.now = now
        self.zone = zone
        self.live = live
        self.at = 0
        self.depth = 0
        self.order: Ordering | None = None

    def either(self) -> c.Condition | None:
        found = [self.both()]
        while self._is("OR"):
            self.at += 1
            if not (self.live and self.at == len(self.lexemes)):
                found.append(self.both())
        return _either([condition for condition in found if condition is not None])

    def both(self) -> c.Condition | None:
        start = self.at
        found: list[c.Condition] = []
        while self.at < len(self.lexemes) and not self._is("OR", ")"):
            condition = self.term()
            if condition is not None:
                found.append(condition)
        if self.at == start:
            self._one_sided()
        return _both(found) if found else None

    def term(self) -> c.Condition | None:
        lexeme = self.lexemes[self.at]
        self.at += 1
        if lexeme.kind in ("-", "(", "nested"):
            return self._nested(lexeme)
        if lexeme.kind == "#":
            tag = fold_tag(lexeme.text)
            return c.Tag(tag) if tag else None
        if lexeme.kind == "@":
            return c.Mentions(lexeme.text) if lexeme.text else None
        if lexeme.kind == "/":
            return self._pattern(lexeme)
        if lexeme.kind == "operator":
            return self._operated(lexeme)
        return None if lexeme.kind == "AND" else self._words(lexeme)

    def _nested(self, lexeme: Lexeme) -> c.Condition | None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise QueryError(
                "This goes too deep.", lexeme.column, f"{_DEEPEST} parentheses in one another are allowed."
            )
        way = {"-": self._negated, "(": self._grouped, "nested": self._related}[lexeme.kind]
        condition = way(lexeme)
        self.depth -= 1
        return condition

    def _negated(self, _: Lexeme) -> c.Condition | None:
        condition = self.term()
        if condition is None:
            return None
        return condition.condition if isinstance(condition, c.Not) else c.Not(condition)

    def _grouped(self, lexeme: Lexeme) -> c.Condition | None:
        condition = self.either()
        if not self._is(")"):
            raise QueryError("This parenthesis is not closed.", lexeme.column, "Put a ) where it ends.")
        self.at += 1
        return condition

    def _related(self, lexeme: Lexeme) -> c.Condition:
        """A search about another post: the parent, a reply, any of the conversation."""
        opening = self.lexemes[self.at]
        self.at += 1
        inner = self._grouped(opening)
        if inner is None:
            raise QueryError("There is no word in this.", opening.column, f"For example {lexeme.name}:(ferry)")
        return NESTED[lexeme.name](inner)

    def _pattern(self, lexeme: Lexeme) -> c.Condition:
        patterns.check(lexeme.text, lexeme.column + 1)
        return c.Pattern(patterns.bare(lexeme.text))

    def _operated(self, lexeme: Lexeme) -> c.Condition | None:
        read = reader(lexeme.name, lexeme.column)
        meaning = read(Value(lexeme.text, lexeme.value_column, lexeme.name, self.now, self.zone))
        if not isinstance(meaning, Order):
            return meaning
        if self.depth:
            raise QueryError(f"{lexeme.name}: is for the whole search.", lexeme.column, "It can't be part of ( ) or -.")
        self.order = meaning.order
        return None

    def _words(self, lexeme: Lexeme) -> c.Condition | None:
        words = tuple(tokens(lexeme.text))
        if not words:
            return None
        typing = self.live and lexeme.unfinished and len(words[-1]) > 1
        return c.Words(words, lexeme.beginning or typing)

    def _is(self, *kinds: str) -> bool:
        return self.at < len(self.lexemes) and self.lexemes[self.at].kind in kinds

    def _one_sided(self) -> None:
        """Raises QueryError where an OR stands before or after nothing."""
        for at in (self.at - 1, self.at):
            if 0 <= at < len(self.lexemes) and self.lexemes[at].kind == "OR":
                column = self.lexemes[at].column
                raise QueryError("OR wants something on both sides.", column, "For the word itself, write it small.")


def _either(conditions: list[c.Condition]) -> c.Condition | None:
    """At least one of these, without needless nesting."""
    flat: list[c.Condition] = []
    for condition in conditions:
        flat.extend(condition.conditions if isinstance(condition, c.Any) else (condition,))
    return c.Any(tuple(flat)) if len(flat) > 1 else next(iter(flat), None)


def _both(conditions: list[c.Condition]) -> c.Condition:
    """Each of these, without needless nesting, the spans of time among them made one."""
    flat: list[c.Condition] = []
    for condition in conditions:
        flat.extend(condition.conditions if isinstance(condition, c.All) else (condition,))
    spans = [condition for condition in flat if isinstance(condition, c.Between)]
    if len(spans) > 1:
        first = flat.index(spans[0])
        flat = [condition for condition in flat if not isinstance(condition, c.Between)]
        flat.insert(first, _common(spans))
    return c.all_of(flat)


def _common(spans: list[c.Between]) -> c.Between:
    since = max((span.since for span in spans if span.since is not None), default=None)
    until = min((span.until for span in spans if span.until is not None), default=None)
    return c.Between(since, until)
