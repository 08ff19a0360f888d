"""The search line cut into pieces: ( ), minus, OR, phrases, words, #tags, @accounts, /patterns/, operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from rejoinder.archive.operators import NESTED, READERS
from rejoinder.errors import QueryError

Kind = Literal["(", ")", "-", "OR", "AND", "words", "#", "@", "/", "operator", "nested"]

_MUTT = {"~<(": "parent", "~>(": "child", "~(": "conv"}
"""How mutt writes the operators that take a search in parentheses."""

_TYPED = str.maketrans("“”„‟＂（）：＃＠－＊", '"""""():#@-*')
"""What word processors and Japanese keyboards make of the language's signs, one for one: columns stay true."""


class Lexeme(msgspec.Struct, frozen=True, gc=False):
    """A piece of the line."""

    kind: Kind
    column: int
    """Of its first code point, from 1."""
    text: str = ""
    """Words, tag, account or the operator's value, without the signs around them."""
    name: str = ""
    """Of an operator, as typed."""
    value_column: int = 0
    beginning: bool = False
    """A star follows: the last word is only a beginning."""
    unfinished: bool = False
    """A bare word at the very end of the line: more of it may come."""


def cut(line: str) -> Iterator[Lexeme]:
    """The pieces in their order. Raises QueryError for a quote that is not closed and an operator without a value."""
    typed, line = line, line.translate(_TYPED)
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
        elif line[at] == "/" and (end := _pattern_end(typed, at)):
            yield Lexeme("/", at + 1, typed[at + 1 : end - 1])
            at = end
        else:
            lexeme, at = _lexeme(line, at)
            yield lexeme


def _lexeme(line: str, at: int) -> tuple[Lexeme, int]:
    """The piece that begins here, and where the next may begin."""
    sign = line[at]
    if sign in ("(", ")"):
        return Lexeme("(" if sign == "(" else ")", at + 1), at + 1
    if sign == '"':
        end = _closing(line, at)
        starred = line.startswith("*", end)
        return Lexeme("words", at + 1, line[at + 1 : end - 1], beginning=starred), end + starred
    if sign == "-" and line[at + 1 : at + 2].strip() not in ("", ")"):
        return Lexeme("-", at + 1), at + 1
    for signs, name in _MUTT.items():
        if line.startswith(signs, at):
            return Lexeme("nested", at + 1, name=name), at + len(signs) - 1
    end = _run(line, at)
    run = line[at:end]
    if run in ("OR", "AND"):
        return Lexeme("OR" if run == "OR" else "AND", at + 1, run), end
    if sign == "#":
        return Lexeme("#", at + 1, run), end
    if sign == "@":
        return Lexeme("@", at + 1, run.lstrip("@").rstrip(".,;:!?'’…")), end
    return _operator(line, at, end) or (_word(run, at, end == len(line)), end)


def _pattern_end(line: str, at: int) -> int:
    """The place after the / that closes the pattern that may begin here; 0 where it is a path, or a lone sign.

    The closing one has a space, a parenthesis or nothing after it, no backslash before it, and stands in no [ ]; where
    a [ is never closed it is the first that could be one, for the pattern to be refused.
    """
    at += 1
    if at >= len(line) or line[at].isspace() or line[at] == "/":
        return 0
    in_set, within = False, 0
    while at < len(line):
        if line[at] == "\\":
            at += 1
        elif line[at] in "[]":
            in_set = line[at] == "["
        elif line[at] == "/" and (at + 1 == len(line) or line[at + 1].isspace() or line[at + 1] in "()"):
            if not in_set:
                return at + 1
            within = within or at + 1
        at += 1
    return within


def _word(run: str, at: int, is_last: bool) -> Lexeme:
    """A bare word. One that ends in a sign is finished, whatever comes after."""
    goes_on = not run[-1].isascii() or run[-1].isalnum() or run[-1] == "_"
    return Lexeme("words", at + 1, run, beginning=run[-1] == "*", unfinished=is_last and goes_on)


def _operator(line: str, at: int, end: int) -> tuple[Lexeme, int] | None:
    """`name:value`; None where it is a word: an address, a time of day, `Breaking:` before a space."""
    name, colon, rest = line[at:end].partition(":")
    letters = name.replace("_", "")
    if not colon or not letters.isascii() or not letters.isalpha():
        return None
    if name.lower() in ("http", "https") or rest.startswith("//"):
        return None
    start = at + len(name) + 1
    if not rest and line.startswith('"', start):
        end = _closing(line, start)
        return Lexeme("operator", at + 1, line[start + 1 : end - 1], name, start + 2), end
    if not rest and line.startswith("(", start) and name.lower() in NESTED:
        return Lexeme("nested", at + 1, name=name.lower()), start
    if not rest and name.lower() in READERS:
        raise QueryError(f"{name}: lacks a value.", start, "It follows the colon without a space.")
    if not rest and not line.startswith("(", start):
        return None
    return Lexeme("operator", at + 1, rest, name, start + 1), end


def _closing(line: str, at: int) -> int:
    """The place after the quote that closes the one here."""
    end = line.find('"', at + 1)
    if end < 0:
        raise QueryError("This quote is not closed.", at + 1, 'Put a " where it ends.')
    return end + 1


def _run(line: str, at: int) -> int:
    """Where the run of signs and letters that begins here ends."""
    end = at + 1
    while not _ends(line, end):
        end += 1
    return end


def _ends(line: str, at: int) -> bool:
    return at >= len(line) or line[at] in '()"' or line[at].isspace()
