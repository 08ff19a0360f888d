"""How an unfinished search line may go on: operators, then their values as the archive has them.

`wanted` says what the word under the cursor is, `choices` asks the archive for what it may become, and `completed`
puts a choice into the line. The first and the last are instant; `choices` is a question like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from rejoinder.archive import conditions as c
from rejoinder.archive.operators import READERS, Row, rows
from rejoinder.archive.protocol import Archive
from rejoinder.archive.text import fold_tag

Kind = Literal["operator", "value", "account", "tag", "language", "source", "domain", "platform"]

ACCOUNTS = ("from", "to", "mentions", "between")
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(ACCOUNTS, "account"),
    "lang": "language",
    "source": "source",
    "url": "domain",
    "platform": "platform",
}
_WORD = re.compile(
    r"""-*(?:\#(?P<tag>[^\s()"]*)|@(?P<account>[^\s()"]*)|(?P<name>[a-z_]+)(?::(?P<value>"[^"]*"?|[^\s()"]*))?)""",
    re.IGNORECASE,
)
_SHORTEST = 2
"""Letters of an operator's name from which on it is told how the name may end."""


class Wanted(msgspec.Struct, frozen=True):
    """The unfinished word under the cursor."""

    kind: Kind
    start: int
    end: int
    """The part of the line that a choice replaces (code points; the end is where the cursor is)."""
    typed: str
    """What that part holds."""
    operator: str = ""
    """The operator's own name, of a value."""


class Choice(msgspec.Struct, frozen=True):
    """A way to go on."""

    text: str
    """What stands in the line then: `from:`, `ada`, `"a name.zip"`."""
    told: str = ""
    """What is known of it: an operator's help, a display name."""
    posts: int | None = None


def wanted(line: str, at: int) -> Wanted | None:
    """What the word that ends at the cursor wants; None where nothing can be told."""
    found = next((word for word in _words(line[:at]) if word.end() == at), None)
    if found is None:
        return None
    for kind in ("tag", "account"):
        if found[kind] is not None:
            return Wanted(kind, found.start(kind), at, found[kind])
    if found["value"] is not None:
        return _value(found, at)
    name = found["name"]
    return Wanted("operator", found.start("name"), at, name) if len(name) >= _SHORTEST else None


def _words(line: str) -> Iterator[re.Match[str]]:
    """The words of the line that may be completed: each begins after a space, a parenthesis or the line's begin."""
    return (found for found in _WORD.finditer(line) if found.start() == 0 or line[found.start() - 1] in " \t(　")


def _value(found: re.Match[str], at: int) -> Wanted | None:
    row = named(found["name"])
    if row is None:
        return None
    kind, start, typed = _KINDS.get(row.name, "value"), found.start("value"), found["value"]
    if row.name == "between" and "," in typed:  # the second of two accounts
        start, typed = start + typed.rindex(",") + 1, typed.rpartition(",")[2]
    return Wanted(kind, start, at, typed, row.name)


def named(name: str) -> Row | None:
    """The operator that has this name or this other spelling."""
    name = name.lower()
    return (
        next((row for row in rows() if name == row.name or f"{name}:" in row.aliases), None)
        if name in READERS
        else None
    )


def choices(archive: Archive, wish: Wanted, limit: int = 10) -> list[Choice]:
    """What the word may become, the likeliest first; the archive is asked for all but operators and fixed values."""
    typed = wish.typed.strip('"')
    match wish.kind:
        case "operator":
            return operators(typed)[:limit]
        case "value":
            return values(wish)[:limit]
        case "account":
            found = archive.accounts(typed.lstrip("@"), limit)
            return [Choice(_quoted(face.handle), face.name, posts) for face, posts in found]
        case "tag":
            return [Choice(tag, "", posts) for tag, posts in archive.tags(typed, limit)]
    folded = fold_tag(typed) if wish.kind == "source" else typed.lower()
    counted = archive.tally(c.Everything(), wish.kind)
    fitting = (row for row in counted if row.label and _fits(wish.kind, row.label, folded))
    return [Choice(_quoted(row.label), "", row.n) for row, _ in zip(fitting, range(limit), strict=False)]


def _fits(kind: Kind, label: str, typed: str) -> bool:
    return typed in fold_tag(label) if kind == "source" else label.startswith(typed)


def operators(typed: str) -> list[Choice]:
    """Operators whose name or other spelling begins so; those by their own name first."""
    typed = typed.lower()
    own = [Choice(f"{row.name}:", row.help) for row in rows() if row.name.startswith(typed)]
    other = [
        Choice(alias, row.help)
        for row in rows()
        for alias in row.aliases
        if alias.endswith(":") and alias.startswith(typed) and not row.name.startswith(typed)
    ]
    return own + other


def values(wish: Wanted) -> list[Choice]:
    """The fixed values of an operator that begin so."""
    row = named(wish.operator)
    fixed: Iterable[str] = row.values if row is not None else ()
    return [Choice(value) for value in fixed if value.startswith(wish.typed.lower())]


def completed(line: str, wish: Wanted, choice: Choice) -> tuple[str, int]:
    """The line with the choice in it, and the cursor behind it: after a colon, or where the next word begins."""
    rest = line[wish.end :]
    if choice.text.endswith(":"):
        rest = rest.removeprefix(":")
        return line[: wish.start] + choice.text + rest, wish.start + len(choice.text)
    gap = "" if rest.startswith((" ", ")")) else " "
    return line[: wish.start] + choice.text + gap + rest, wish.start + len(choice.text) + 1


def _quoted(text: str) -> str:
    return f'"{text}"' if any(sign.isspace() or sign in "()" for sign in text) else text
