"""A post's address on the web, made from platform, handle and id, and read back from an address a person pasted."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,20}")
_ID = re.compile(r"[0-9]{1,20}")
_TWITTER_HOSTS = frozenset({"x.com", "twitter.com"})
_TWITTER_PATH = re.compile(r"/(?:#!/)?(?:i/web|i|@?[A-Za-z0-9_]{1,20})/status(?:es)?/([0-9]{1,20})(?:[/?#]|$)")


def permalink(platform: str, handle: str | None, id: str) -> str | None:
    """The address of a post, or None where platform and id do not make one.

    X shows a post under any handle, so a missing or odd one is replaced by `i`, as X itself does.
    """
    if platform != "twitter" or not _ID.fullmatch(id):
        return None
    if handle and _HANDLE.fullmatch(handle):
        return f"https://x.com/{handle}/status/{id}"
    return f"https://x.com/i/status/{id}"


def parse(url: str) -> tuple[str, str] | None:
    """(platform, id) of the post at this address, or None. `https://` may be missing; the rest is ignored."""
    url = url.strip()
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or _host(parts.netloc) not in _TWITTER_HOSTS:
        return None
    path = parts.path + (f"#{parts.fragment}" if parts.fragment else "")
    found = _TWITTER_PATH.match(path)
    return ("twitter", found.group(1)) if found else None


def _host(netloc: str) -> str:
    """The host without port, case and the `www.` or `mobile.` before it."""
    host = netloc.lower().rpartition("@")[2].partition(":")[0]
    return re.sub(r"^(?:www|mobile|m)\.", "", host)
