"""Hacker News: items of its API, hits and trees of Algolia's, rows of the BigQuery table, as JSON or JSON Lines.

Fields: https://github.com/HackerNews/API and https://hn.algolia.com/api. Names there
never change: an account is its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member
from rejoinder.formats.hypertext import read as read_html
from rejoinder.formats.hypertext import text_of
from rejoinder.formats.moments import epoch, iso_time
from rejoinder.formats.prose import line, plain
from rejoinder.records import Link, Origin, Post, Reading

TITLE = "Hacker News items (API, Algolia, BigQuery)"
PLATFORM = "hackernews"
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt)$")
_TYPES = frozenset(("story", "comment", "job", "poll", "pollopt", "ask", "show"))
_MARK = re.compile(r"</?em>")
Number = int | str


class Item(msgspec.Struct, gc=False):
    """An item, in the names of all three; or the answer to a search of Algolia's."""

    id: Number | None = None
    objectID: Number | None = None  # noqa: N815 (the platform's name)
    type: str | None = None
    by: str | None = None
    author: str | None = None
    time: Number | float | None = None
    timestamp: str | None = None
    created_at: str | None = None
    created_at_i: int | None = None
    text: str | None = None
    comment_text: str | None = None
    story_text: str | None = None
    title: str | None = None
    story_title: str | None = None
    url: str | None = None
    parent: Number | None = None
    parent_id: Number | None = None
    story_id: Number | None = None
    poll: Number | None = None
    score: Number | None = None
    points: Number | None = None
    descendants: Number | None = None
    num_comments: Number | None = None
    deleted: Any = None
    dead: Any = None
    children: tuple[Any, ...] | None = None
    hits: tuple[Item, ...] | None = None


class Lists(msgspec.Struct, gc=False):
    """What of an answer holds others, unread."""

    hits: tuple[msgspec.Raw, ...] = ()


_decoder = msgspec.json.Decoder(Item | None)
_inner = partial(decoding.listed, lists=msgspec.json.Decoder(Lists))


def recognise(export: Export) -> bool:
    """Whether the files hold items: with a number, a name, a time, and a parent, a title or a known type."""
    return export.is_all(members(export), _is_ours)


def members(export: Export) -> list[Member]:
    """The members that may hold items."""
    return export.like(_NAME)


def _is_ours(export: Export, name: str) -> bool:
    item = decoding.first_value(export, name, _decoder, _inner)
    if item is None:
        return False
    if item.hits:
        return item.hits[0].objectID is not None and _is_known(item.hits[0])
    return _is_known(item)


def _is_known(item: Item) -> bool:
    dated = item.time is not None or item.timestamp is not None or item.created_at_i is not None
    told = item.by is not None or item.author is not None or _is(item.deleted)
    kind = item.type in _TYPES or item.parent is not None or item.parent_id is not None or item.title is not None
    return _number(item) is not None and dated and told and kind


def _number(item: Item) -> str | None:
    own = item.id if item.id is not None else item.objectID
    text = str(own) if own is not None else ""
    return text if text.isascii() and text.isdigit() else None


def _is(told: Any) -> bool:
    return told is True or (isinstance(told, str) and told.lower() in ("true", "t", "1"))


def read(export: Export) -> Iterator[Reading]:
    """Items in file order, those of a tree before their replies. A `null` line is an item that never was."""
    for batch in decoding.batches(export, members(export), _decoder, inner=_inner):
        yield from batch.problems
        for position, found in zip(batch.positions, batch.values, strict=True):
            if found is not None:
                for item, above in _flat(found):
                    yield _reading(item, above, Origin("", batch.member, position))


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the line or element, which may be a whole tree."""
    return decoding.raw(export, member, position)


def _flat(item: Item) -> Iterator[tuple[Item, str | None]]:
    """Each item, and the number of the one it lies in."""
    pending: list[tuple[Item, str | None]] = (
        [(hit, None) for hit in reversed(item.hits)] if item.hits else [(item, None)]
    )
    while pending:
        found, above = pending.pop()
        yield found, above
        inside = [child for child in reversed(found.children or ()) if isinstance(child, dict)]
        # (the hits of a search list the mere numbers of their children)
        pending.extend((_child(child), _number(found)) for child in inside)


def _child(told: dict[str, Any]) -> Item:
    try:
        return msgspec.convert(told, Item)
    except msgspec.ValidationError:
        return Item()


def _reading(item: Item, above: str | None, origin: Origin) -> Reading:
    identity = _number(item)
    if identity is None:
        return decoding.problem("This item has no number.", origin.member, origin.position)
    if item.type == "pollopt" and item.poll is not None:
        above = str(item.poll)
    parent = _id(item.parent) or _id(item.parent_id) or above
    html = item.text if item.text is not None else item.comment_text
    html = html if html is not None else item.story_text
    text, links = read_html(html) if html else ("", ())
    if item.title and parent is None:
        text = f"{text_of(_MARK.sub('', item.title))}\n\n{text}".strip()
    gone = _is(item.deleted)
    address = (Link(line(item.url)),) if item.url else ()
    by = item.by or item.author
    story = _id(item.story_id)
    return Post(
        id=identity,
        platform=PLATFORM,
        handle=line(by) if by else None,
        time=_time(item),
        text=plain(text),
        text_status="absent" if not text and (gone or not address) else "verbatim",
        reply_to=parent,
        reply_author=None,
        conversation=story,
        links=address + tuple(map(Link, links)),
        likes=_count(item.score, item.points),
        replies=_count(item.descendants, item.num_comments),
        deleted=0 if gone else None,
        warning="dead (hidden by moderators or by flags)" if _is(item.dead) else None,
        origin=origin,
        poll=item.type == "poll",
    )


def _id(told: Number | None) -> str | None:
    text = str(told) if told is not None else ""
    return text if text.isascii() and text.isdigit() and text != "0" else None


def _count(*told: Number | None) -> int | None:
    found = next((each for each in told if each is not None), None)
    return int(found) if isinstance(found, int) or (isinstance(found, str) and found.isdigit()) else None


def _time(item: Item) -> int | None:
    """`2015-06-01 14:29:03 UTC` in BigQuery's table, seconds everywhere else."""
    if item.time is not None and (time := epoch(item.time)) is not None:
        return time
    if item.created_at_i is not None:
        return epoch(item.created_at_i)
    told = item.timestamp or item.created_at or (item.time if isinstance(item.time, str) else "")
    return iso_time(told.removesuffix(" UTC").strip()) if told else None
