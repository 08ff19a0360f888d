"""Twitter API v1.1: tweet objects, JSON Lines, lists, search answers and trees of one file a tweet, packed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member, stem
from rejoinder.formats.twitter.people import identity
from rejoinder.formats.twitter.times import api_time
from rejoinder.formats.twitter.tweet import PLATFORM, is_tweet, nested, post
from rejoinder.formats.twitter.views import Tweet
from rejoinder.records import Deletion, Origin, Post, Problem, Reading

TITLE = "Twitter API v1.1"
SAMPLES = 12
"""How many files of a tree are looked at to recognise it."""
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt|log)$|^[^.]+$")
_BESIDE = frozenset(("structure.json", "annotation.json", "annotations.json"))
"""What lies beside the tweets of a PHEME or RumourEval tree."""
_PACKS = re.compile(r"\.(?:zip|tar|tgz|tbz2|txz|7z|rar)$|\.tar\.\w+$", re.IGNORECASE)


class Deleted(msgspec.Struct, gc=False):
    """delete.status"""

    id_str: str | None = None
    id: int | str | None = None


class Delete(msgspec.Struct, gc=False):
    """delete: a post is gone; `timestamp_ms` stands here or beside it."""

    status: Deleted | None = None
    timestamp_ms: int | str | None = None


class Line(Tweet, gc=False):
    """A top-level object: a tweet, a search answer, or one of the notices of a stream."""

    statuses: tuple[Tweet, ...] | None = None
    delete: Delete | None = None
    limit: Any = None
    scrub_geo: Any = None
    status_withheld: Any = None
    user_withheld: Any = None
    warning: Any = None
    disconnect: Any = None
    event: Any = None
    friends: Any = None
    friends_str: Any = None
    control: Any = None
    timestamp_ms: int | str | None = None


_NOTICES = Line.__struct_fields__[Line.__struct_fields__.index("delete") : -1]
_decoder = msgspec.json.Decoder(Line)


def recognise(export: Export) -> bool:
    """Whether all of the files looked at hold v1.1 tweets, search answers or notices."""
    names = [member.name for member in members(export)]
    if not names:
        return False
    if export.is_folder and (len(names) <= SAMPLES or any(_PACKS.search(member.name) for member in export.members)):
        return False  # a few files, or other exports among them: each is read as an export of its own
    step = max(1, len(names) // SAMPLES)
    readable = [name for name in names[::step][:SAMPLES] if export.head(name).strip()]
    return bool(readable) and all(_is_ours(export, name) for name in readable)


def members(export: Export) -> list[Member]:
    """The members that may hold tweets."""
    found = [m for m in export.members if m.size and _NAME.search(stem(m.name)) and stem(m.name) not in _BESIDE]
    return export.members if export.is_single else [m for m in found if "." in m.name.rpartition("/")[2]]


def _is_ours(export: Export, name: str) -> bool:
    view = decoding.first_value(export, name, _decoder)
    if view is None:
        return False
    if view.statuses is not None:
        return any(map(_is_v1, view.statuses))
    return _is_v1(view) or (is_notice(view) and view.id_str is None)


def _is_v1(view: Tweet) -> bool:
    """A tweet with a date as v1.1 writes it, and with its author (which archives leave out)."""
    return is_tweet(view) and view.user is not None and api_time(view.created_at or "") is not None


def is_notice(view: Line) -> bool:
    """Whether this line of a stream tells something that is no post."""
    return any(getattr(view, name) is not None for name in _NOTICES)


def read(export: Export) -> Iterator[Reading]:
    """Posts in file order; originals inside of them (reposted, quoted) come first, as context. Of a stream's notices
    those of deletion are told, the others are left out."""
    for batch in decoding.batches(export, members(export), _decoder):
        yield from batch.problems
        member = batch.member
        for position, view in zip(batch.positions, batch.values, strict=True):
            if view.retweeted_status is None and view.quoted_status is None and is_tweet(view):
                yield post(view, member, position)
            else:
                yield from _unusual(view, member, position)


def _unusual(view: Line, member: str, position: int) -> Iterator[Post | Deletion | Problem]:
    if view.statuses is not None:
        for tweet in view.statuses:
            yield from _with_originals(tweet, member, position)
    elif is_tweet(view) or not is_notice(view):
        yield from _with_originals(view, member, position)
    elif view.delete is not None:
        yield from _deletion(view.delete, view.timestamp_ms, member, position)


def _deletion(delete: Delete, beside: int | str | None, member: str, position: int) -> Iterator[Deletion]:
    own = identity(delete.status.id_str or delete.status.id or "") if delete.status else None
    if own is not None:
        time = identity(delete.timestamp_ms or beside or "")
        yield Deletion(PLATFORM, own, int(time) if time and len(time) < 15 else None, Origin("", member, position))


def _with_originals(view: Tweet, member: str, position: int) -> Iterator[Post | Problem]:
    if is_tweet(view):
        yield from nested(view, member, position)
        yield post(view, member, position)
    else:
        yield _not_a_post(view, member, position)


def _not_a_post(view: Tweet, member: str, position: int) -> Problem:
    missing = "id" if view.full_text is not None or view.text is not None else "text"
    shown = view.full_text or view.text or view.id_str or ""
    return decoding.problem(
        f"This is no post: it has no {missing}.", member, position, shown.encode("utf-8", "replace")
    )


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the object at this line or element."""
    return decoding.raw(export, member, position)
