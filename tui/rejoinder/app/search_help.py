"""What the second line of the search bar says: the operator under the cursor, how its word may go on, what to write."""

from __future__ import annotations

import re
from typing import Literal

from rejoinder.app.layout import Line
from rejoinder.archive.operators import Row, rows

Mode = Literal["find", "filter", "goto"]

GOTO = "2013-10   2013-10-22T14:00   -2w before the last post   50%   a post's id or address"
WORDS = 'words   "a phrase"   -without   #tag   @account'
_TOKEN = re.compile(r"[-(]*([^\s:()\"]+)(:(\S*))?")
_SHORTEST = 2
"""Letters of a name from which on it is told how the name may end."""


def help_line(text: str, at: int, mode: Mode) -> Line:
    """Help for the word under the cursor, else for the whole line."""
    if mode == "goto":
        return ((GOTO, "dim"),)
    row = operator(text, at)
    if row is not None:
        return (*_values(row, _value(text, at)), *_about(row))
    if names := _names(text, at):
        words = "   ".join(f"{row.example}" for row in names)
        return ((words, "accent"), ("   Tab completes", "dim"))
    return ((f"{WORDS}   {' '.join(row.name + ':' for row in rows())}", "dim"),)


def operator(text: str, at: int) -> Row | None:
    """The operator whose word the cursor is in or right behind."""
    found = _token(text, at)
    return _named(found[1]) if found and found[2] else None


def complete(text: str, at: int) -> tuple[str, int] | None:
    """The line with its unfinished operator or value completed, and the cursor behind it; None where nothing fits."""
    found = _token(text, at)
    if found is None:
        return None
    row = _named(found[1]) if found[2] else None
    if row is not None:
        ends = [value for value in row.values if value.startswith(found[3]) and value != found[3]]
        return _put(text, found.start(3), found.end(3), ends[0] + " ") if ends else None
    names = _names(text, at)
    return _put(text, found.start(1), found.end(1), names[0].name + ":") if names else None


def _about(row: Row) -> Line:
    also = f"   also {' '.join(row.aliases)}" if row.aliases else ""
    return ((row.example, "accent"), (f"   {row.help}", ""), (also, "dim"))


def _values(row: Row, typed: str) -> Line:
    """The values that go with what is typed, where there are few."""
    fitting = [value for value in row.values if typed and value.startswith(typed) and value != typed]
    return ((f"Tab: {' '.join(fitting)}   ", "accent"),) if fitting else ()


def _token(text: str, at: int) -> re.Match[str] | None:
    """The word that the cursor stands in, or right behind."""
    return next((found for found in _TOKEN.finditer(text) if found.start() <= at <= found.end()), None)


def _value(text: str, at: int) -> str:
    found = _token(text, at)
    return (found[3] or "") if found else ""


def _named(name: str) -> Row | None:
    name = name.lower()
    return next((row for row in rows() if name == row.name or f"{name}:" in row.aliases), None)


def _names(text: str, at: int) -> list[Row]:
    """The operators that the word under the cursor may become."""
    found = _token(text, at)
    if found is None or found[2] or found.end() != at or len(found[1]) < _SHORTEST:
        return []
    return [row for row in rows() if row.name.startswith(found[1].lower())]


def _put(text: str, start: int, end: int, words: str) -> tuple[str, int]:
    rest = text[end:].lstrip(" ") if words.endswith(" ") else text[end:].removeprefix(":")
    return text[:start] + words + rest, start + len(words)
