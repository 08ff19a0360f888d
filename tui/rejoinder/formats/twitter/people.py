"""Accounts as tweets name them, each made and cleaned once: most come again in many posts.

What is handed out is shared, so that its hash and its strings are known to whoever looks it up next: half of what
staging an account costs. The price is a few MB of the latest accounts in each reader.
"""

from __future__ import annotations

from sys import intern
from typing import TypeVar

from rejoinder.formats.prose import line
from rejoinder.formats.twitter.views import Named, User
from rejoinder.records import Mention, MentionKind, Ref

Author = tuple[str | None, str | None, str | None, str | None, str | None]
"""Handle and name as the tweet has them; then id, handle and name as they are kept."""
_MOST = 50_000
"""How many of each are remembered: a hostile export can't make the tables grow without end."""
_K = TypeVar("_K")
_V = TypeVar("_V")

authors: dict[str | None, Author] = {}
"""By id. Only those whose id is text; one whose names have changed is made anew by `author`."""
addressees: dict[str | int, Ref] = {}
"""By id as written."""
mentions: dict[tuple[str | None, str | None, MentionKind], Mention] = {}
"""By id and handle as written, and kind."""


def identity(value: int | str) -> str | None:
    """An id as text: digits only, as every id of this platform is; None for anything else."""
    text = value if isinstance(value, str) else str(value)
    return text if text.isdecimal() else None


def clean(text: str | None) -> str | None:
    """A handle, name or address on one line."""
    return text if text is None or (text.isascii() and text.isprintable()) else line(text)


def author(user: User) -> Author:
    """An account as its post shows it, remembered by its id."""
    own = user.id_str if user.id_str is not None and user.id_str.isdecimal() else identity(user.id or "")
    shown = _one(user.screen_name)
    made = (shown, user.name, _one(own), clean(shown), clean(user.name))
    return made if user.id_str is None else _remember(authors, _one(user.id_str), made)


def addressee(id: str | int, handle: str | None) -> Ref:
    """Whom a tweet replies to, remembered by the id."""
    known = addressees.get(id)
    if known is None or known.handle != handle:
        known = _remember(addressees, id, Ref(_one(identity(id)), clean(_one(handle))))
    return known


def mention(named: Named, kind: MentionKind) -> Mention:
    """An account named in a text."""
    key = (named.id_str, named.screen_name, kind)
    known = mentions.get(key)
    if known is None:
        own = named.id_str if named.id_str is not None and named.id_str.isdecimal() else None
        made = Mention(_one(own), clean(_one(named.screen_name)), kind)
        known = _remember(mentions, (_one(named.id_str), _one(named.screen_name), kind), made)
    return known


def _one(text: str | None) -> str | None:
    """The one copy of an id or handle that all tables hold: what was read for one is in the processor's cache for the
    next."""
    return text if text is None else intern(text)


def face(user: User | None) -> Ref | None:
    """An account that another post's tweet shows."""
    return None if user is None else Ref(*author(user)[2:])


def _remember(table: dict[_K, _V], key: _K, value: _V) -> _V:
    if len(table) >= _MOST:
        table.clear()
    table[key] = value
    return value
