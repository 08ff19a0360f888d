"""A post's address on the web, made from platform, handle and id, and read back from an address a person pasted."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,20}")
_ID = re.compile(r"[0-9]{1,20}")
_TWITTER_HOSTS = frozenset({"x.com", "twitter.com"})
_TWITTER_PATH = re.compile(r"/(?:#!/)?(?:i/web|i|@?[A-Za-z0-9_]{1,20})/status(?:es)?/([0-9]{1,20})(?:[/?#]|$)")
_STATUS = re.compile(r"(https://[^/\s]+)/users/([\w.\-]+)/statuses/([0-9]{1,20})")
_MASTODON_PATH = re.compile(r"/(?:@|users/)([\w.\-]+)/(?:statuses/)?([0-9]{6,20})/?")
_SKY_POST = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})")
_SKY_PATH = re.compile(r"/profile/(did:[a-z]+:[A-Za-z0-9._:%-]+)/post/([A-Za-z0-9._~:-]{1,512})/?")
_REDDIT_ID = re.compile(r"t([13])_([a-z0-9]{1,13})")
_REDDIT_PATH = re.compile(r"(?:/(?:r|u|user)/[\w.-]+)?/comments/([a-z0-9]{1,13})(?:/[^/]*(?:/([a-z0-9]{1,13}))?)?/?")


def permalink(platform: str, handle: str | None, id: str, conversation: str | None = None) -> str | None:
    """The address of a post, or None where platform and id do not make one.

    X shows a post under any handle, so a missing or odd one is replaced by `i`, as X itself does. Bluesky takes an id
    in the handle's place. A comment's address on Reddit needs its submission's id, which is its conversation's.
    """
    if platform == "twitter" and _ID.fullmatch(id):
        return f"https://x.com/{handle if handle and _HANDLE.fullmatch(handle) else 'i'}/status/{id}"
    if platform == "bluesky" and (sky := _SKY_POST.fullmatch(id)):
        return f"https://bsky.app/profile/{sky[1]}/post/{sky[2]}"
    if platform == "mastodon" and id.startswith(("https://", "http://")):
        status = _STATUS.fullmatch(id)
        return f"{status[1]}/@{status[2]}/{status[3]}" if status else id
    if platform == "reddit" and (own := _REDDIT_ID.fullmatch(id)):
        above = own if own[1] == "3" else _REDDIT_ID.fullmatch(conversation or "")
        return f"https://www.reddit.com/comments/{above[2]}/{'' if above is own else f'_/{own[2]}/'}" if above else None
    if platform == "hackernews" and _ID.fullmatch(id):
        return f"https://news.ycombinator.com/item?id={id}"
    return None


def parse(url: str) -> tuple[str, str] | None:
    """(platform, id) of the post at this address, or None. `https://` may be missing; the rest is ignored.

    A Bluesky address that names a handle tells no id (handles change hands), and gives None.
    """
    url = url.strip()
    if _SKY_POST.fullmatch(url):
        return "bluesky", url
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https"):
        return None
    return _parsed(parts, _host(parts.netloc))


def _parsed(parts: SplitResult, host: str) -> tuple[str, str] | None:
    if host in _TWITTER_HOSTS:
        found = _TWITTER_PATH.match(parts.path + (f"#{parts.fragment}" if parts.fragment else ""))
        return ("twitter", found[1]) if found else None
    if host == "news.ycombinator.com":
        item = re.search(r"(?:^|&)id=([0-9]{1,20})(?:&|$)", parts.query)
        return ("hackernews", item[1]) if parts.path == "/item" and item else None
    if host == "bsky.app":
        sky = _SKY_PATH.fullmatch(parts.path)
        return ("bluesky", f"at://{sky[1]}/app.bsky.feed.post/{sky[2]}") if sky else None
    if host == "redd.it":
        short = re.fullmatch(r"/([a-z0-9]{1,13})/?", parts.path)
        return ("reddit", f"t3_{short[1]}") if short else None
    if host == "reddit.com" or host.endswith(".reddit.com"):
        found = _REDDIT_PATH.fullmatch(parts.path)
        return ("reddit", f"t1_{found[2]}" if found[2] else f"t3_{found[1]}") if found else None
    status = _MASTODON_PATH.fullmatch(parts.path)
    return ("mastodon", f"https://{host}/users/{status[1]}/statuses/{status[2]}") if status and "." in host else None


def _host(netloc: str) -> str:
    """The host without port, case and the `www.` or `mobile.` before it."""
    host = netloc.lower().rpartition("@")[2].partition(":")[0]
    return re.sub(r"^(?:www|mobile|m|old|new|np)\.", "", host)
