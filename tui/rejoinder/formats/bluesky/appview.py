"""Answers of Bluesky's API: author feeds, timelines, threads, posts, searches, listed records; one, many, or by line.

https://docs.bsky.app/docs/api/: app.bsky.feed.getAuthorFeed, getPostThread, getPosts, searchPosts;
com.atproto.repo.listRecords and getRecord.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.bluesky.lexicon import LIKE, PLATFORM, POST, REPOST, Label, Picture, Record
from rejoinder.formats.bluesky.names import Handles, author_of, handles
from rejoinder.formats.bluesky.posts import post, repost, subject
from rejoinder.formats.export import Export, Member
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line
from rejoinder.id_times import key_time
from rejoinder.records import Like, Media, Origin, Post, Reading, Ref

TITLE = "Bluesky API answers"
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt)$")
_HARSH = frozenset(("porn", "sexual", "nudity", "graphic-media", "gore", "nsfl"))


class Actor(msgspec.Struct, gc=False, rename="camel"):
    """author, reason.by"""

    did: str | None = None
    handle: str | None = None
    display_name: str | None = None


class Shown(msgspec.Struct, gc=False):
    """embed of a view: addresses for what the record names by its blobs; a quoted post whole, under `record`."""

    images: tuple[Picture, ...] | None = None
    playlist: str | None = None
    alt: str | None = None
    media: Shown | None = None
    record: Quoted | None = None


class Quoted(msgspec.Struct, gc=False, rename="camel"):
    """A quoted post as it is shown; beside media, in another `record`."""

    uri: str | None = None
    author: Actor | None = None
    value: Record | None = None
    indexed_at: str | None = None
    record: Quoted | None = None
    not_found: bool | None = None
    blocked: bool | None = None


class Reason(msgspec.Struct, gc=False, rename="camel"):
    """Why a post stands in a feed: reposted, or pinned."""

    type: str | None = msgspec.field(default=None, name="$type")
    by: Actor | None = None
    indexed_at: str | None = None
    uri: str | None = None


class Around(msgspec.Struct, gc=False):
    """reply of an element of a feed: the posts that it answers"""

    root: View | None = None
    parent: View | None = None


class View(msgspec.Struct, gc=False, rename="camel"):
    """Any object of an answer: a post, an element of a feed or of a thread, a listed record, or the answer itself."""

    uri: str | None = None
    author: Actor | None = None
    record: Record | None = None
    value: Record | None = None
    embed: Shown | None = None
    reply_count: int | None = None
    repost_count: int | None = None
    like_count: int | None = None
    quote_count: int | None = None
    indexed_at: str | None = None
    labels: tuple[Label, ...] | None = None
    post: View | None = None
    reply: Around | None = None
    reason: Reason | None = None
    parent: View | None = None
    replies: tuple[View, ...] | None = None
    not_found: bool | None = None
    blocked: bool | None = None
    feed: tuple[View, ...] | None = None
    posts: tuple[View, ...] | None = None
    records: tuple[View, ...] | None = None
    thread: View | None = None


class Lists(msgspec.Struct, gc=False):
    """What of an answer holds others, unread."""

    feed: tuple[msgspec.Raw, ...] = ()
    posts: tuple[msgspec.Raw, ...] = ()
    records: tuple[msgspec.Raw, ...] = ()
    thread: msgspec.Raw = msgspec.Raw()
    parent: msgspec.Raw = msgspec.Raw()
    post: msgspec.Raw = msgspec.Raw()
    replies: tuple[msgspec.Raw, ...] = ()


_decoder = msgspec.json.Decoder(View)
_inner = partial(decoding.listed, lists=msgspec.json.Decoder(Lists))


def recognise(export: Export) -> bool:
    """Whether the files hold answers with posts, or posts of answers."""
    return export.is_all(members(export), _is_ours)


def members(export: Export) -> list[Member]:
    """The members that may hold answers."""
    return export.like(_NAME)


def _is_ours(export: Export, name: str) -> bool:
    view = decoding.first_value(export, name, _decoder, _inner)
    if view is None:
        return False
    return any((found.uri or "").startswith("at://") and _is_known(found) for found, _ in _flat(view))


def _is_known(view: View) -> bool:
    record = _of(view)
    return view.not_found is True if record is None else (record.type or POST) in (POST, REPOST, LIKE)


def _of(view: View) -> Record | None:
    return view.record if view.record is not None else view.value


def read(export: Export) -> Iterator[Reading]:
    """Posts in file order; those that others answer, quote or pass on come as context."""
    reader = _Reader(handles(export.choices.accounts))
    for batch in decoding.batches(export, members(export), _decoder, inner=_inner):
        yield from batch.problems
        for position, answer in zip(batch.positions, batch.values, strict=True):
            origin = Origin("", batch.member, position)
            found = False
            for view, context in _flat(answer):
                found = True
                yield from reader.readings(view, context, origin)
            if not found and not _is_empty(answer):
                yield decoding.problem("This is no answer with posts.", batch.member, position)


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the answer or line, which may hold many posts."""
    return decoding.raw(export, member, position)


def _is_empty(view: View) -> bool:
    return any(each == () for each in (view.feed, view.posts, view.records))


def _flat(answer: View) -> Iterator[tuple[View, bool]]:
    """Every post (or place of one) in an answer, and whether it is there only because of another."""
    pending = [(answer, False)]
    while pending:
        view, context = pending.pop()
        if view.uri is not None:
            yield view, context
            continue
        listed = (*(view.feed or ()), *(view.posts or ()), *(view.records or ()), *(view.replies or ()))
        pending.extend((each, context) for each in reversed(listed))
        if view.post is not None:
            view.post.reason = view.reason
            pending.append((view.post, context))
        if view.reply is not None:
            pending.extend((each, True) for each in (view.reply.parent, view.reply.root) if each is not None)
        pending.extend((each, context) for each in (view.thread, view.parent) if each is not None)


class _Reader:
    """Makes posts of views."""

    def __init__(self, known: Handles) -> None:
        self._known = known

    def readings(self, view: View, context: bool, origin: Origin) -> Iterator[Reading]:
        uri, record = view.uri or "", _of(view)
        if view.not_found or view.blocked:
            yield self._missing(uri, view.author, origin)
            return
        if record is None:
            yield decoding.problem("This post has no record.", origin.member, origin.position)
            return
        if view.embed is not None and view.embed.record is not None:
            yield from self._quoted(view.embed.record, origin)
        yield from self._record(uri, record, view, context, origin)

    def _record(self, uri: str, record: Record, view: View, context: bool, origin: Origin) -> Iterator[Reading]:
        did = view.author.did if view.author is not None and view.author.did else author_of(uri)
        kind = record.type or POST
        if not did or not uri.startswith("at://"):
            yield decoding.problem("This record's address names no account.", origin.member, origin.position)
        elif kind == POST:
            found = self._post(uri, did, record, view, origin)
            reason = view.reason
            passed_on = reason is not None and reason.by is not None and "Repost" in (reason.type or "Repost")
            yield msgspec.structs.replace(found, context=True) if context or passed_on else found
            if passed_on and reason is not None:
                yield _passed_on(found, reason)
        elif kind == REPOST:
            passing = repost(uri, did, record, self._known, None, origin)
            if passing is not None:
                yield passing
        elif kind == LIKE and (liked := subject(record)):
            yield Like(
                PLATFORM,
                line(liked),
                Ref(line(did), self._known.get(did)),
                iso_time(record.created_at or ""),
                origin=origin,
            )

    def _post(self, uri: str, did: str, record: Record, view: View, origin: Origin) -> Post:
        found = post(uri, did, record, self._known, iso_time(view.indexed_at or ""), origin)
        changes: dict[str, Any] = {
            "likes": view.like_count,
            "reposts": view.repost_count,
            "replies": view.reply_count,
            "quotes": view.quote_count,
        }
        face = _face(view.author)
        if face.handle:
            changes["handle"] = face.handle
        changes["name"] = face.name
        harsh = [label.val for label in view.labels or () if label.val in _HARSH]
        if harsh:
            changes |= {"sensitive": True, "warning": found.warning or ", ".join(map(str, harsh))}
        if view.embed is not None and found.media:
            changes["media"] = _media(found.media, view.embed)
        quoted = view.embed.record if view.embed is not None else None
        quoted = quoted.record if quoted is not None and quoted.uri is None else quoted
        if quoted is not None and quoted.author is not None and found.quote == quoted.uri:
            changes["quote_author"] = _face(quoted.author)
        return msgspec.structs.replace(found, **changes)

    def _quoted(self, quoted: Quoted, origin: Origin) -> Iterator[Reading]:
        """The quoted post, where it is a post and shown."""
        inner = quoted.record if quoted.uri is None and quoted.record is not None else quoted
        if inner.uri is None or f"/{POST}/" not in inner.uri:
            return
        if inner.not_found or inner.blocked:
            yield self._missing(inner.uri, inner.author, origin)
        elif inner.value is not None:
            view = View(uri=inner.uri, author=inner.author, record=inner.value, indexed_at=inner.indexed_at)
            yield from self._record(inner.uri, inner.value, view, True, origin)

    def _missing(self, uri: str, author: Actor | None, origin: Origin) -> Post:
        """The place of a post that the API would not give."""
        did = author.did if author is not None and author.did else author_of(uri)
        time = key_time(uri.rpartition("/")[2])
        return Post(
            id=line(uri),
            platform=PLATFORM,
            author=line(did) if did else None,
            handle=self._known.get(did) if did else None,
            time=time,
            clock="claimed",
            precision="unknown" if time is None else "millisecond",
            text_status="absent",
            context=True,
            origin=origin,
        )


def _face(author: Actor | None) -> Ref:
    if author is None:
        return Ref()
    handle = author.handle if author.handle != "handle.invalid" else None
    did, name = author.did, author.display_name
    return Ref(line(did) if did else None, line(handle) if handle else None, line(name) if name else None)


def _passed_on(original: Post, reason: Reason) -> Post:
    """A repost in a feed: older answers do not tell its own address, so it is named by the two it joins."""
    who = _face(reason.by)
    seen = iso_time(reason.indexed_at or "")
    author = Ref(original.author, original.handle, original.name)
    return msgspec.structs.replace(
        original,
        id=line(reason.uri) if reason.uri else f"{original.id}#reposted-by-{who.id or who.handle}",
        author=who.id,
        handle=who.handle,
        name=who.name,
        time=seen,
        clock="observed",
        precision="unknown" if seen is None else "millisecond",
        other_time=None,
        reply_to=None,
        reply_author=None,
        quote=None,
        quote_author=None,
        conversation=None,
        repost=original.id,
        repost_author=author,
        is_repost=True,
        likes=None,
        reposts=None,
        replies=None,
        quotes=None,
        context=False,
    )


def _media(media: tuple[Media, ...], shown: Shown) -> tuple[Media, ...]:
    """The addresses that the answer shows in the place of those made from blobs."""
    inner = shown.media or shown
    addresses = [picture.fullsize for picture in inner.images or ()] or [inner.playlist]
    if len(addresses) != len(media):
        return media
    return tuple(
        msgspec.structs.replace(each, url=line(url)) if url else each
        for each, url in zip(media, addresses, strict=True)
    )
