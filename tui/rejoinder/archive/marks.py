"""The marks of one post that need no account number: kinds, parts, tags, hosts, language.

Each is written as the index takes it, in UTF-8 with a space after it: most come again in many posts.
"""

from __future__ import annotations

from rejoinder.archive import facets
from rejoinder.archive.body import MEDIA_KINDS
from rejoinder.archive.text import fold_tag
from rejoinder.records import Media, Post

_MOST = 100_000
"""Tags, hosts remembered: a hostile export may hold a new one in every post."""


def spaced(*marks: str) -> bytes:
    """Marks as they stand before a post's words."""
    return "".join(f"{mark} " for mark in marks).encode()


REPLY_MARK, MENTION_MARK = spaced(facets.kind("reply")), spaced(facets.part("mention"))
_TAG, _LINK = spaced(facets.part("tag")), spaced(facets.part("link"))
_QUOTE, _REPOST, _EDITED, _DELETED = (spaced(facets.kind(name)) for name in ("quote", "repost", "edited", "deleted"))


class Marks:
    """Works out marks, and remembers those of tags and hosts."""

    def __init__(self) -> None:
        self._tags: dict[str, bytes] = {}
        self._hosts: dict[str, bytes] = {}

    def of(self, post: Post) -> bytes:
        """The marks of what this post holds. What there is one of, as mostly, takes no set."""
        marks = b""
        tags, links, media = post.tags, post.links, post.media
        if tags:
            marks = _TAG + (self._tag(tags[0]) if len(tags) == 1 else b"".join({self._tag(tag) for tag in tags}))
        if links:
            hosts = self._host(links[0].url) if len(links) == 1 else b"".join({self._host(link.url) for link in links})
            marks += _LINK + hosts
        if media:
            marks += _ONE_MEDIUM[media[0].kind, bool(media[0].alt)] if len(media) == 1 else _media(media)
        if post.quote is not None:
            marks += _QUOTE
        if post.repost is not None and not post.is_repost:
            marks += _REPOST
        if post.edited is not None:
            marks += _EDITED
        if post.deleted is not None:
            marks += _DELETED
        return marks

    def _tag(self, tag: str) -> bytes:
        known = self._tags.get(tag)
        if known is None:
            if len(self._tags) > _MOST:
                self._tags.clear()
            known = self._tags[tag] = spaced(facets.tag(fold_tag(tag)))
        return known

    def _host(self, url: str) -> bytes:
        parts = url.split("/", 3)
        place = parts[2] if len(parts) > 2 and not parts[1] and parts[0].endswith(":") else url
        known = self._hosts.get(place)
        if known is None:
            if len(self._hosts) > _MOST:
                self._hosts.clear()
            host = host_of(url)
            known = self._hosts[place] = spaced(facets.host(host)) if host else b""
        return known


def manner_marks(post: Post) -> bytes:
    """The marks of what a post shares with others (body.Manner)."""
    marks = facets.languages(post.language) if post.language else []
    marks += [facets.kind(kind) for kind in ("context", "sensitive") if getattr(post, kind)]
    if post.is_repost:
        marks.append(facets.kind("repost"))
    if post.poll:
        marks.append(facets.part("poll"))
    return spaced(*marks)


_MEDIUM, _ALT = spaced(facets.part("media")), spaced(facets.part("alt"))
_KINDS = dict.fromkeys(MEDIA_KINDS, b"") | {
    "image": spaced(facets.part("image")),
    "video": spaced(facets.part("video")),
    "gif": spaced(facets.part("video")),
}
_ONE_MEDIUM = {
    (kind, has_alt): _MEDIUM + mark + (_ALT if has_alt else b"")
    for kind, mark in _KINDS.items()
    for has_alt in (False, True)
}


def _media(media: tuple[Media, ...]) -> bytes:
    marks = {_KINDS[each.kind] for each in media} | {_ALT for each in media if each.alt}
    return _MEDIUM + b"".join(marks)


def host_of(url: str) -> str:
    """The host of a link, lower case, without user and port; empty where there is none."""
    _, mark, rest = url.partition("://")
    if not mark:
        return ""
    for end in "/?#\\":
        rest = rest.partition(end)[0]
    host = rest.rpartition("@")[2].lower()
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
