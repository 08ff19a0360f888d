"""The marks that the index keeps beside a post's words, so that `from:`, `#tag`, `has:media` are words to it too.

A mark is one token that no text can hold: it begins with U+0080, a control character that `text.tokens` never lets
through. It lies in the same column as the words: a second column costs two more bytes for each mark of each post.
"""

from __future__ import annotations

import re

MARK = "\x80"
BELOW = "\x81"
"""Parts a mark's parts: platform and id, the labels of a host name from the right, the subtags of a language."""
BY_HANDLE = "\x82"
"""Stands between platform and handle where an account has no id."""
BY_NAME = "\x83"
ADDRESSEE, MENTION = f"{MARK}r", f"{MARK}m"
TAG, HOST = f"{MARK}t", f"{MARK}d"
_CAPITAL = "\x84"
_CODE = "\x85"


def _escapes() -> dict[int, str]:
    """What can't stand in a token as it is: the tokenizer folds ASCII capitals and parts words at ASCII signs."""
    table = {}
    for code in range(0xA0):
        char = chr(code)
        if code >= 0x80 or not char.isalnum():
            table[code] = f"{_CODE}{code:02x}"
        elif char.isupper():
            table[code] = _CAPITAL + char.lower()
    return table


_ESCAPES = _escapes()


def plain(value: str) -> str:
    """The value in characters that the tokenizer keeps together and apart from every other value."""
    return value if value.isascii() and value.isdigit() else value.translate(_ESCAPES)


_WRITTEN = re.compile(f"{_CODE}([0-9a-f]{{2}})|{_CAPITAL}(.)")


def _read(value: str) -> str:
    """What `plain` made this of."""
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2].upper(), value)


def account(platform: str, id: str | None, handle: str | None, name: str | None) -> str:
    """The identity of an account within a mark: by id, else (folded) handle, else name; empty if there is none."""
    if id is not None:
        return f"{plain(platform)}{BELOW}{plain(id)}"
    if handle:
        return f"{plain(platform)}{BY_HANDLE}{plain(handle)}"
    return f"{plain(platform)}{BY_NAME}{plain(name)}" if name else ""


def author(identity: str) -> str:
    """Written by this account."""
    return f"{MARK}a{identity}"


def addressee(identity: str) -> str:
    """Replies to this account."""
    return ADDRESSEE + identity


def mention(identity: str) -> str:
    """Names this account, typed by the author."""
    return MENTION + identity


def tag(folded: str) -> str:
    """Carries this hashtag, as `text.fold_tag` gives it."""
    return TAG + plain(folded)


def read_tag(mark: str) -> str:
    """The tag that a mark stands for."""
    return _read(mark[len(TAG) :])


def language(code: str) -> str:
    """Is in this language, or in one below it."""
    return f"{MARK}l{plain(code)}"


def languages(code: str) -> list[str]:
    """The marks of a language code: itself and those above it, so that `pt` finds `pt-br`."""
    parts = code.lower().split("-")
    return [language("-".join(parts[: n + 1])) for n in range(len(parts))]


def host(name: str) -> str:
    """Links to this host; the labels stand from the right, so that those below it begin alike."""
    return HOST + BELOW.join(plain(label) for label in reversed(name.split(".")))


def read_host(mark: str) -> str:
    """The host that a mark stands for."""
    return ".".join(_read(label) for label in reversed(mark[len(HOST) :].split(BELOW)))


def kind(name: str) -> str:
    """Is a reply, a quote …"""
    return f"{MARK}k{name}"


def part(name: str) -> str:
    """Holds media, a link …"""
    return f"{MARK}h{name}"


def group(number: int) -> str:
    """Belongs to this group of platform and sources (the largest group, 0, has no mark)."""
    return f"{MARK}g{number}"


def first(kind: str) -> str:
    """Is the first reply of one account to another, or an answer."""
    return f"{MARK}f{kind}"


PARENT_MISSING = f"{MARK}x"
"""A reply whose parent is not here."""
