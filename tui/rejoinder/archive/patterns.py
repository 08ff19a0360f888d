"""Regular expressions over post text: understood when the line is read, stopped where one takes too long on a post.

The library `regex` matches with a limit of time, so that no pattern can hang a search; Python's `re` has none. The
price: a pattern that would take longer than that on a single post is refused, not answered in part.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rejoinder.errors import QueryError

LIMIT = 0.04
"""Seconds on one post. A search that is not wanted any more has to stop within 0.05; a sane pattern takes 0.0001."""


_SHORT = 2_000
"""Code points; the square of it is done within the limit."""
_COSTLY = re.compile(r"\)[*+?{]|\\[0-9gkKXR]|\(\?[^:]|\(\*")
"""Repeated groups, references to groups, whatever else a parenthesis with a ? may be."""


def check(pattern: str, column: int) -> None:
    """Raises QueryError where this is no regular expression; `column` is where it begins in the line."""
    import regex  # 20 ms, and few searches hold a pattern

    try:
        regex.compile(pattern, _flags())
    except regex.error as error:
        at = column + (error.pos or 0)
        raise QueryError(
            f"This is no pattern: {error.msg}.", at, "A sign before which \\ stands means itself."
        ) from None
    except (OverflowError, MemoryError, RecursionError):
        raise QueryError("This pattern is too large.", column, "Repeat less in it.") from None


def bare(written: str) -> str:
    """A pattern as it stands between slashes, without what keeps its own slashes apart from those: `a\\/b` is a/b."""
    return re.sub(r"\\(.)", lambda found: "/" if found[1] == "/" else found[0], written, flags=re.DOTALL)


def written(pattern: str) -> str:
    """A pattern between slashes, as a search line holds it."""
    inner = re.sub(r"\\.|/", lambda found: r"\/" if found[0] == "/" else found[0], pattern, flags=re.DOTALL)
    return f"/{inner}/"


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text holds a match. The function raises QueryError where the pattern takes too long on the text."""
    import regex

    search = regex.compile(pattern, _flags()).search
    at_once = _SHORT if _is_simple(pattern) else -1

    def holds(text: str) -> bool:
        if len(text) <= at_once:
            return search(text) is not None
        try:
            return search(text, timeout=LIMIT) is not None
        except TimeoutError:
            raise QueryError(
                f"The pattern /{pattern}/ takes too long on some posts.",
                1,
                "Repeat nothing that is itself repeated, as in (a+)+",
            ) from None

    return holds


def _is_simple(pattern: str) -> bool:
    """Whether the pattern can't take longer than the square of a text: then a short one needs no limit.

    The limit costs 2 µs a text, twice what the rest of the work does. In doubt the answer is no.
    """
    repeats = sum(pattern.count(sign) for sign in "*+{")
    return repeats <= 1 and pattern.count("?") <= 4 and not _COSTLY.search(pattern)


def spans(pattern: str, text: str) -> list[tuple[int, int]]:
    """Where in a text the pattern matches, in order, to be marked; nothing where it takes too long."""
    import regex

    try:
        found = [match.span() for match in regex.compile(pattern, _flags()).finditer(text, timeout=LIMIT)]
    except TimeoutError:
        return []
    return [(start, end) for start, end in found if start < end]


def _flags() -> int:
    import regex

    return int(regex.IGNORECASE | regex.VERSION0)


Literal = tuple[tuple[str, ...], bool]
"""Words next to each other that a matching text holds; True: the last may be a beginning."""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,;:'!\"@#%&=<>~`/-_\n")
"""What stands for itself. Other scripts are left out: a mark after a letter may make another letter of it."""
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_CLASSES = frozenset("bBdDsSwWAZntrpP")
"""Letters that may stand after a backslash."""
_CUT = "\0"
"""Stands in a run where anything may stand in the text."""


def literals(pattern: str) -> list[Literal]:
    """The words that every matching text holds, so that the index can narrow the search; none is always right.

    Only what stands outside of groups and alternatives is looked at, and only words whose ends the pattern itself
    tells: in `the old ship` the first may be the end of a longer word, the last the beginning of one.
    """
    run = _outside(pattern)
    found: list[Literal] = []
    for piece in run.split(_CUT) if run is not None else ():
        words, start = [], 0
        for at in range(len(piece) + 1):
            if at < len(piece) and piece[at] in _WORD:
                continue
            if start < at and start > 0:  # what the piece begins with may be a word's end
                words.append((piece[start:at].lower(), at == len(piece)))
            start = at + 1
        if words:
            found.append((tuple(word for word, _ in words), words[-1][1]))
    return found


def _outside(pattern: str) -> str | None:
    """The pattern's plain characters, with a cut for all else; None where it has alternatives or flags."""
    out: list[str] = []
    depth = at = 0
    while at < len(pattern):
        sign = pattern[at]
        at += 1
        if sign == "\\":
            escaped, at = pattern[at : at + 1], at + 1
            if escaped.isalnum() and escaped not in _CLASSES:  # a number, a name or a group follows
                return None
            is_sign = escaped.isascii() and escaped.isprintable() and escaped not in _WORD
            out.append(escaped if is_sign and not depth else _CUT)
        elif sign == "[":
            at = _after_set(pattern, at)
            out.append(_CUT)
        elif sign == "(":
            if pattern.startswith("?", at) and not pattern.startswith(("?:", "?=", "?!", "?<", "?>", "?P"), at):
                return None
            depth += 1
            out.append(_CUT)
        elif sign == ")":
            depth -= 1
            out.append(_CUT)
        elif sign == "|":
            if not depth:
                return None
        elif sign in "*?{":
            if out:
                out[-1] = _CUT
            at = pattern.find("}", at) + 1 or len(pattern) if sign == "{" else at
            out.append(_CUT)
        else:
            out.append(sign if sign in _PLAIN and not depth else _CUT)
    return "".join(out)


def _after_set(pattern: str, at: int) -> int:
    """The place after the set of characters that begins before here."""
    at += pattern.startswith("^", at)
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
