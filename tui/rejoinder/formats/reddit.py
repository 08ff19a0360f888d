"""Reddit: the dumps of Pushshift and Arctic Shift (comments and submissions, one a line, packed), and API listings.

Fields: https://github.com/reddit-archive/reddit/wiki/JSON and the schemas of ArthurHeitmann/arctic_shift. Reddit never
lets an account change its name, and older dumps have no account ids: so an account is its name here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member
from rejoinder.formats.moments import epoch
from rejoinder.formats.prose import addresses, choice, line, plain, unescaped
from rejoinder.permalinks import permalink
from rejoinder.records import Link, Media, Mention, Origin, Post, Problem, Reading

TITLE = "Reddit dumps (Pushshift, Arctic Shift) and API listings"
PLATFORM = "reddit"
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt)$|^r[cs]_[^.]*$|_(?:comments|submissions)$")
_PERSON = re.compile(r"(?<![\w/])/?u/([A-Za-z0-9_-]{3,20})(?![\w-])")
_IMAGE = re.compile(r"https?://(?:i\.redd\.it|i\.imgur\.com)/|\.(?:jpe?g|png|webp)$", re.IGNORECASE)
_FILM = re.compile(r"https?://v\.redd\.it/|\.(?:mp4|gifv)$", re.IGNORECASE)
_GONE = frozenset(("[deleted]", "[removed]"))
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Thing(msgspec.Struct, gc=False):
    """A comment, a submission, a listing or a stub for comments that were not loaded; or what wraps one of them."""

    kind: str | None = None
    data: Thing | tuple[Thing, ...] | None = None
    children: tuple[Thing | str, ...] | None = None
    replies: Thing | str | None = None
    count: int | None = None
    id: str | None = None
    link_id: str | int | None = None
    parent_id: str | int | None = None
    author: str | None = None
    body: str | None = None
    title: str | None = None
    selftext: str | None = None
    url: str | None = None
    is_self: bool | None = None
    num_comments: int | None = None
    created_utc: float | int | str | None = None
    score: int | float | None = None
    edited: bool | float | int | str | None = None
    subreddit: str | None = None
    over_18: bool | None = None
    spoiler: bool | None = None
    crosspost_parent: str | None = None
    crosspost_parent_list: tuple[Thing, ...] | None = None
    media_metadata: Any = None
    poll_data: Any = None
    removed_by_category: str | None = None


class Loose(msgspec.Struct, gc=False):
    """What of a listing holds others, unread."""

    kind: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    children: tuple[msgspec.Raw, ...] = ()
    replies: msgspec.Raw = msgspec.Raw()


_decoder = msgspec.json.Decoder(Thing)
_loose = msgspec.json.Decoder(Loose)


def recognise(export: Export) -> bool:
    """Whether the files hold comments, submissions or listings of them."""
    return export.is_all(members(export), _is_ours)


def members(export: Export) -> list[Member]:
    """The members that may hold things of Reddit."""
    return export.like(_NAME)


def _is_ours(export: Export, name: str) -> bool:
    thing = decoding.first_value(export, name, _decoder, _inner)
    if thing is None:
        return False
    if thing.kind == "Listing" or isinstance(thing.data, tuple):
        return any(_is_post(inner) for inner in _flat(thing) if isinstance(inner, Thing))
    return _is_post(thing.data if isinstance(thing.data, Thing) and thing.kind in ("t1", "t3") else thing)


def _is_post(thing: Thing) -> bool:
    return _is_comment(thing) or _is_submission(thing)


def _is_comment(thing: Thing) -> bool:
    return thing.body is not None and bool(thing.id) and (thing.link_id or thing.parent_id) is not None


def _is_submission(thing: Thing) -> bool:
    told = thing.selftext is not None or thing.is_self is not None or thing.url is not None
    return thing.title is not None and bool(thing.id) and thing.subreddit is not None and told


def read(export: Export) -> Iterator[Reading]:
    """Posts in file order; what a crosspost passes on comes first, as context."""
    for batch in decoding.batches(export, members(export), _decoder, inner=_inner):
        yield from batch.problems
        member = batch.member
        for position, thing in zip(batch.positions, batch.values, strict=True):
            origin = Origin("", member, position)
            if thing.kind is None and thing.body is not None and _is_comment(thing):
                yield _comment(thing, origin)
            else:
                for inner in _flat(thing):
                    yield from _readings(inner, origin)


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the line or element, which may be a listing of many."""
    return decoding.raw(export, member, position)


def _inner(data: bytes) -> list[bytes]:
    """The elements of a listing, so that a comment with a field gone wrong costs itself (and what answers it) alone."""
    found = decoding.decoded(data, _loose)
    if not isinstance(found, Loose) or (found.kind is None and not found.children):
        return []
    return [bytes(part) for part in (*found.children, found.data) if bytes(part)[:1] == b"{"]


def _flat(thing: Thing) -> Iterator[Thing]:
    """The comments, submissions and stubs of a tree of listings, parents before their replies."""
    pending = [thing]
    while pending:
        found = pending.pop()
        inner = found.data
        if isinstance(inner, Thing) and found.kind is not None:
            inner.kind = found.kind
            pending.append(inner)
        elif isinstance(inner, tuple):
            pending.extend(reversed(inner))
        elif found.kind == "Listing":
            pending.extend(each for each in reversed(found.children or ()) if isinstance(each, Thing))
        else:
            yield found
            if isinstance(found.replies, Thing):
                pending.append(found.replies)


def _readings(thing: Thing, origin: Origin) -> Iterator[Post | Problem]:
    if thing.kind == "more":
        yield _not_loaded(thing, origin)
    elif _is_comment(thing):
        yield _comment(thing, origin)
    elif _is_submission(thing):
        for original in (thing.crosspost_parent_list or ())[:1]:
            if _is_submission(original):
                yield _submission(original, origin, context=True)
        yield _submission(thing, origin)
    else:
        yield decoding.problem("This is neither a comment nor a submission.", origin.member, origin.position)


def _not_loaded(stub: Thing, origin: Origin) -> Problem:
    count = max(stub.count or 0, len(stub.children or ()))
    above = stub.parent_id if isinstance(stub.parent_id, str) else "a comment"
    reason = f"{'Comments' if count else 'More comments'} below {above} were not loaded by whoever collected this."
    return decoding.missing("unloaded", count, reason, origin.member, origin.position)


def _comment(thing: Thing, origin: Origin) -> Post:
    body = thing.body or ""
    gone = body in _GONE
    text = plain(unescaped(body) if "&" in body else body)
    above = _full(thing.link_id, "t3_")
    author = thing.author
    name = thing.subreddit
    return Post(
        id=line(f"t1_{thing.id}"),
        platform=PLATFORM,
        handle=None if author is None or author == "[deleted]" else line(author),
        time=epoch(thing.created_utc),
        text="" if gone else text,
        text_status="absent" if gone else "verbatim",
        reply_to=_parent(thing.parent_id, above),
        conversation=above,
        mentions=_mentions(text) if "u/" in text else (),
        tags=(line(name),) if name else (),
        links=tuple([Link(found) for found in addresses(text)]) if "://" in text else (),
        likes=None if thing.score is None else int(thing.score),
        edited=_edited(thing.edited) if thing.edited else None,
        deleted=0 if gone else None,
        origin=origin,
    )


def _submission(thing: Thing, origin: Origin, context: bool = False) -> Post:
    """A submission: title and text; whoever deletes one leaves the title."""
    words = thing.selftext or ""
    gone = words in _GONE or thing.removed_by_category is not None
    title = unescaped(thing.title or "")
    text = title if words in _GONE or not words else f"{title}\n\n{unescaped(words)}"
    if choices := _choices(thing.poll_data):
        text = "\n".join((f"{text}\n", *choices))
    author = thing.author
    links, media = _shown(thing)
    identity = f"t3_{thing.id}"
    return Post(
        id=line(identity),
        platform=PLATFORM,
        handle=None if author is None or author == "[deleted]" else line(author),
        time=epoch(thing.created_utc),
        text=plain(text),
        text_status="partial" if words in _GONE else "verbatim",
        quote=line(thing.crosspost_parent) if thing.crosspost_parent else None,
        conversation=line(identity),
        mentions=_mentions(text) if "u/" in text else (),
        tags=(line(thing.subreddit),) if thing.subreddit else (),
        links=links + tuple([Link(found) for found in addresses(plain(unescaped(words)))]),
        media=media,
        likes=None if thing.score is None else int(thing.score),
        replies=thing.num_comments,
        edited=_edited(thing.edited) if thing.edited else None,
        deleted=0 if gone else None,
        sensitive=thing.over_18 is True,
        warning="spoiler" if thing.spoiler else None,
        context=context,
        origin=origin,
        poll=isinstance(thing.poll_data, dict),
    )


def _choices(poll: Any) -> list[str]:
    """The choices of a poll, each a line of the text."""
    options = poll.get("options") if isinstance(poll, dict) else None
    told = [each for each in options if isinstance(each, dict)] if isinstance(options, list) else []
    return [choice(each.get("text"), each.get("vote_count")) for each in told if each.get("text")]


def _full(id: str | int | None, kind: str) -> str | None:
    """An id with its kind before it; some dumps write it without, some as the number that it stands for."""
    if id is None or id == "":
        return None
    if isinstance(id, int):
        return kind + _base36(id)
    return line(id) if id[:1] == "t" and id[2:3] == "_" else line(kind + id)


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _parent(id: str | int | None, submission: str | None) -> str | None:
    """The parent's full id: the submission's where it is that, else another comment's."""
    parent = _full(id, "t1_")
    return submission if parent and submission and parent[3:] == submission[3:] else parent


def _edited(told: bool | float | int | str) -> int | None:
    """Some comments say only that they were edited."""
    return 0 if told is True else epoch(told)


def _mentions(text: str) -> tuple[Mention, ...]:
    """Names written u/name, each once; those in quoted lines are another's words."""
    found: dict[str, Mention] = {}
    for name in _PERSON.finditer(text):
        start = text.rfind("\n", 0, name.start()) + 1
        quoted = text[start : start + 1] == ">"
        found.setdefault(name[1].lower(), Mention(None, name[1], "relayed" if quoted else "typed"))
    return tuple(found.values())


def _shown(thing: Thing) -> tuple[tuple[Link, ...], tuple[Media, ...]]:
    """What a submission links to or shows: a page, a picture, a film, or a gallery."""
    gallery = thing.media_metadata
    if isinstance(gallery, dict) and (found := [image for each in gallery.values() if (image := _picture(each))]):
        return (), tuple(found)
    url = line(unescaped(thing.url)) if thing.url and not thing.is_self else ""
    if not url or url == permalink(PLATFORM, None, f"t3_{thing.id}"):
        return (), ()
    if _IMAGE.search(url):
        return (), (Media("image", url),)
    return ((), (Media("video", url),)) if _FILM.search(url) else ((Link(url),), ())


def _picture(told: Any) -> Media | None:
    best = told.get("s") if isinstance(told, dict) else None
    if not isinstance(best, dict):
        return None
    url = best.get("u") or best.get("gif") or best.get("mp4")
    if not isinstance(url, str):
        return None
    return Media("gif" if told.get("e") == "AnimatedImage" else "image", line(unescaped(url)))
