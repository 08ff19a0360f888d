"""What stands after an operator's colon, read into conditions; a bad value is an error that points at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, tzinfo
from typing import Literal, TypeVar

import msgspec

from rejoinder.archive import conditions as c
from rejoinder.archive import dates
from rejoinder.archive.text import fold_tag
from rejoinder.errors import QueryError

Ordering = Literal["new", "old", "likes", "replies", "conversation"]


class Order(msgspec.Struct, frozen=True):
    """What `order:` yields: no condition, but the order of the whole result."""

    order: Ordering


Meaning = c.Condition | Order
_M = TypeVar("_M", bound=Meaning)


class Value(msgspec.Struct, frozen=True):
    """What stands after the colon, and what is needed to understand it."""

    text: str
    column: int = 1
    """Of its first code point in the line, from 1."""
    operator: str = ""
    """The name as typed, for messages."""
    now: int = 0
    """Time (ms) of the archive's last post, from which relative dates count."""
    zone: tzinfo = UTC

    def wrong(self, why: str, advice: str = "") -> QueryError:
        """The error for this value."""
        return QueryError(why, self.column, advice)


Reader = Callable[[Value], Meaning]


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one; empty if none is near."""
    import difflib  # only an error needs it

    return next(iter(difflib.get_close_matches(word, list(known), n=1)), "")


def account(meaning: Callable[[str], c.Condition]) -> Reader:
    """Reads a handle, with or without @, or an account id."""

    def read(value: Value) -> Meaning:
        name = value.text.strip().lstrip("@")
        if not name:
            raise value.wrong("Here a handle or an account id is wanted.", f"For example {value.operator}:ada")
        return meaning(name)

    return read


def two_accounts(value: Value) -> Meaning:
    """Two accounts: what the one did to the other, both ways."""
    names = [name.strip().lstrip("@") for name in value.text.split(",")]
    if len(names) != 2 or not all(names):
        raise value.wrong(
            f"{value.operator}: wants two accounts, a comma between them.",
            'For example between:ada,ben or between:"ada lovelace,ben"',
        )
    return c.Pair(*names)


def turns(value: Value) -> Meaning:
    """Posts of an exchange: a bare number is the least."""
    if value.text.isascii() and value.text.isdigit():
        return c.Numbers("exchange", low=_whole(value, value.text))
    low, high = _bounds(value)
    return c.Numbers("exchange", low, high)


def since(value: Value) -> Meaning:
    """From a date on."""
    return c.Between(since=_span(value).start)


def until(value: Value) -> Meaning:
    """Before a date."""
    return c.Between(until=_span(value).start)


def on(value: Value) -> Meaning:
    """All that a date covers; of a relative one, its day."""
    span = _span(value)
    if span.start == span.end:
        span = dates.day(span.start, value.zone)
    return c.Between(span.start, span.end)


def during(value: Value) -> Meaning:
    """All that a date covers; of a relative one, the time since."""
    span = _span(value)
    return c.Between(span.start, None if span.start == span.end else span.end)


def since_second(value: Value) -> Meaning:
    """From a second since 1970 on."""
    return c.Between(since=_seconds(value))


def until_second(value: Value) -> Meaning:
    """Before a second since 1970."""
    return c.Between(until=_seconds(value))


def _span(value: Value) -> dates.Span:
    try:
        return dates.span(value.text, now=value.now, zone=value.zone)
    except ValueError as error:
        raise value.wrong(str(error), dates.FORMS) from None


def _seconds(value: Value) -> int:
    if not value.text.isascii() or not value.text.isdigit() or len(value.text) > 11:
        raise value.wrong(f"{value.operator}: wants seconds since 1970.", f"For example {value.operator}:1382400000")
    return int(value.text) * 1000


def not_of(reader: Reader) -> Reader:
    """Reads the opposite."""

    def read(value: Value) -> Meaning:
        meaning = reader(value)
        assert not isinstance(meaning, Order)
        return c.Not(meaning)

    return read


def one_of(meanings: Mapping[str, Meaning], shown: Iterable[str]) -> Reader:
    """Reads one of a few words; `shown` are the ones that an error lists."""
    listed = ", ".join(shown)

    def read(value: Value) -> Meaning:
        found = meanings.get(value.text.lower())
        if found is None:
            near = nearest(value.text.lower(), meanings)
            hint = f"Did you mean {value.operator}:{near}? " if near else ""
            raise value.wrong(f"{value.operator}: knows no “{value.text}”.", f"{hint}It takes {listed}.")
        return found

    return read


_FORMS = "A number is 5, >5, >=5, <5, <=5 or 2..9"
_HIGHEST = 2**63 - 1


def number(counted: c.Number) -> Reader:
    """Reads `5`, `>5`, `>=5`, `<5`, `<=5`, `2..9`, `2..`, `..9`."""

    def read(value: Value) -> Meaning:
        low, high = _bounds(value)
        return c.Numbers(counted, low, high)

    return read


def at_least(counted: c.Number) -> Reader:
    """Reads a least number, as X's `min_faves:10`."""

    def read(value: Value) -> Meaning:
        return c.Numbers(counted, low=_whole(value, value.text))

    return read


def _bounds(value: Value) -> tuple[int | None, int | None]:
    text = value.text
    first, dots, last = text.partition("..")
    if dots and (first or last):
        low = _whole(value, first) if first else None
        high = _whole(value, last) if last else None
        if low is not None and high is not None and low > high:
            raise value.wrong(f"“{text}” runs backwards.", _FORMS)
        return low, high
    for sign, step in ((">=", 0), (">", 1)):
        if text.startswith(sign):
            return _whole(value, text[len(sign) :]) + step, None
    for sign, step in (("<=", 0), ("<", 1)):
        if text.startswith(sign):
            high = _whole(value, text[len(sign) :]) - step
            if high < 0:
                raise value.wrong("No number is below 0.", _FORMS)
            return None, high
    return (_whole(value, text),) * 2


def _whole(value: Value, digits: str) -> int:
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise value.wrong(f"{value.operator}: knows no number “{value.text}”.", _FORMS)
    return int(digits)


def language(value: Value) -> Meaning:
    """A language code: `pt`, `pt-BR`."""
    code = value.text.lower().replace("_", "-")
    if not code.isascii() or not code.replace("-", "").isalnum():
        raise value.wrong(f"“{value.text}” is no language code.", "Codes are such as en, ar, pt-br")
    return c.Language(code)


def name(meaning: Callable[[str], c.Condition]) -> Reader:
    """Reads a name as it stands."""

    def read(value: Value) -> Meaning:
        if not value.text.strip():
            raise value.wrong(f"{value.operator}: wants a name.")
        return meaning(value.text.strip())

    return read


def host(value: Value) -> Meaning:
    """A host, or an address of which only the host counts."""
    text = value.text.strip().lower()
    place = text.partition("://")[2] if "://" in text else text
    for end in "/?#":
        place = place.partition(end)[0]
    found = place.rpartition("@")[2].partition(":")[0].strip(".")
    if not found or any(char.isspace() for char in found):
        raise value.wrong(f"“{value.text}” is no host.", "For example url:example.org")
    return c.Domain(found)


def ids(value: Value) -> Meaning:
    """Ids with commas between them, each `id`, `platform:id` or a post's address."""
    found = tuple(_id(part.strip()) for part in value.text.split(",") if part.strip())
    if not found:
        raise value.wrong(f"{value.operator}: wants a post's id or address.")
    return c.Ids(found)


def reply_to(value: Value) -> Meaning:
    """Ids of the post that is answered."""
    found = ids(value)
    assert isinstance(found, c.Ids)
    return c.Parent(found)


def tag(value: Value) -> Meaning:
    """A hashtag, with or without #."""
    folded = fold_tag(value.text)
    if not folded:
        raise value.wrong("Here a hashtag is wanted.", "For example hashtag:news")
    return c.Tag(folded)


def only_nested(value: Value) -> Meaning:
    """Nothing: this operator takes a search in parentheses."""
    raise value.wrong(f"{value.operator}: wants a search in parentheses.", f"For example {value.operator}:(ferry)")


def conversation(value: Value) -> Meaning:
    """The id or address of any post of a conversation."""
    if not value.text.strip():
        raise value.wrong(f"{value.operator}: wants a post's id or address.")
    return c.Conversation(_id(value.text.strip()))


def _id(text: str) -> str:
    if "/" not in text:
        return text
    from rejoinder.permalinks import parse  # urllib costs 5 ms, and few ask for an address

    address = parse(text)
    return f"{address[0]}:{address[1]}" if address else text


def coded(field: c.CodeField, among: tuple[str, ...] = ()) -> Reader:
    """Reads what the review is asked for; one of these words, where there are some."""

    def read(value: Value) -> Meaning:
        wanted = value.text.strip()
        if not wanted or (among and wanted not in among):
            raise value.wrong(
                f"{value.operator}: knows no “{value.text}”.", f"It takes {', '.join(among) or 'a name'}."
            )
        if field == "code" and not all(wanted.partition("=")[::2]):
            raise value.wrong("code: wants a variable and its value.", "For example code:stance=pro")
        return c.Coded(field, wanted)

    return read
