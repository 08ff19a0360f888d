"""Who is meant by an address of the fediverse: accounts and posts are named by URIs, people by `name@host`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from rejoinder.formats.prose import line
from rejoinder.records import Mention, Ref

PLATFORM = "mastodon"
_ACCOUNT = re.compile(r"(https?://([^/\s]+)/(?:users/|@|u/|accounts/)([\w.\-]+))(?:[/#?]|$)")
_LEADING = re.compile(r"\s*(?:@[\w.\-]+(?:@[\w.\-]+)?\s+)*(?:@[\w.\-]+(?:@[\w.\-]+)?)?")


def host(address: str) -> str:
    """The host of an address, "" where there is none."""
    try:
        return line(urlsplit(address).hostname or "") if "://" in address else ""
    except ValueError:
        return ""


def handle(uri: str) -> str | None:
    """`name@host` of an account's URI, where the URI shows the name as Mastodon's do."""
    found = _ACCOUNT.match(line(uri))
    return f"{found.group(3)}@{found.group(2).lower()}" if found else None


def person(uri: str | None) -> Ref | None:
    """The account that a URI names."""
    return Ref(line(uri), handle(uri)) if uri else None


def writer(post: str | None) -> Ref | None:
    """The author of the post with this URI, where the URI lies below the author's own, as Mastodon's do."""
    found = _ACCOUNT.match(line(post)) if post else None
    if found is None or "/users/" not in found.group(1):
        return None
    return Ref(found.group(1), f"{found.group(3)}@{found.group(2).lower()}")


def mentions(named: Iterable[tuple[str | None, str | None]], text: str, is_reply: bool) -> tuple[Mention, ...]:
    """(id, handle) of those a post names; in a reply the names at its head were put there by the program."""
    leading: set[str] = set()
    if is_reply and text.startswith("@"):
        found = _LEADING.match(text)
        names = found.group().split() if found else ()
        leading = {name.lstrip("@").partition("@")[0].lower() for name in names}
    return tuple(
        Mention(id, name, "inherited" if name and name.partition("@")[0].lower() in leading else "typed")
        for id, name in named
        if id or name
    )
