"""The export of a Mastodon account, or of any server that writes an ActivityPub outbox: posts, boosts, likes, owner.

Fields: https://www.w3.org/TR/activitystreams-vocabulary/ and https://docs.joinmastodon.org/spec/activitypub/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member, stem
from rejoinder.formats.hypertext import text_of
from rejoinder.formats.mastodon.activities import Activity, Note, visibility
from rejoinder.formats.mastodon.addresses import PLATFORM, handle, host, person
from rejoinder.formats.mastodon.notes import Files, gone, post
from rejoinder.formats.moments import iso_moment, iso_time
from rejoinder.formats.prose import line
from rejoinder.records import Account, Like, Origin, Post, Reading, Ref

TITLE = "Mastodon export (ActivityPub)"
_ITEMS = "orderedItems"
_OUTBOX = re.compile(r"^outbox(?:[-_]?\d+)?\.json$")
_EXPORTED = re.compile(r"(?:^|\D)(20\d{12})(?:\D|$)")
_POSTS = frozenset(("Create", "Update", "Announce", "Delete", "Like"))
_activity = msgspec.json.Decoder(Activity)


class Collection(msgspec.Struct):
    """likes.json"""

    orderedItems: tuple[Any, ...] = ()  # noqa: N815 (the platform's name)


class Actor(msgspec.Struct, rename="camel"):
    """actor.json"""

    id: str | None = None
    preferred_username: str | None = None
    name: str | None = None
    summary: str | None = None
    published: str | None = None


_collection = msgspec.json.Decoder(Collection)
_actor = msgspec.json.Decoder(Actor)


class Head(msgspec.Struct, gc=False):
    """The first value of an outbox: the collection itself, or (of a bare list) an activity."""

    type: str | None = None
    object: Any = None
    actor: Any = None
    orderedItems: Any = None  # noqa: N815


def recognise(export: Export) -> bool:
    """Whether there is an outbox: a collection, or a list of activities."""
    found = _outboxes(export)
    if export.is_folder and len({member.name.rpartition("/")[0] for member in found}) > 1:
        return False  # several exports side by side: each is read alone
    return bool(found) and all(_is_outbox(export, member.name) for member in found)


def members(export: Export) -> list[Member]:
    """The outbox and the likes."""
    return [*_outboxes(export), *_named(export, "likes.json")]


def _outboxes(export: Export) -> list[Member]:
    if export.is_single:
        return export.members
    return [member for member in export.members if member.size and _OUTBOX.match(stem(member.name))]


def _named(export: Export, name: str) -> list[Member]:
    return [] if export.is_single else [member for member in export.members if stem(member.name) == name]


def _is_outbox(export: Export, name: str) -> bool:
    head = export.head(name).lstrip()
    if head.startswith(b"{") and b'"orderedItems"' in head and b"activitystreams" in head:
        # a likes.json of its own looks alike but for its items, which are bare addresses
        return re.search(rb'"orderedItems"\s*:\s*\[\s*(?:\{|\])', head) is not None
    view = decoding.first_value(export, name, msgspec.json.Decoder(Head))
    return view is not None and view.type in _POSTS and view.object is not None and view.actor is not None


def read(export: Export) -> Iterator[Reading]:
    """The owner, then the activities in their order, then the likes. Posts not meant for the public are counted."""
    owner = _owner(export)
    if owner is not None and export.share[0] == 0:
        yield owner
    yield from _Reader(export, owner).readings()
    yield from _likes(export, owner)


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the activity; of a like, its address."""
    if stem(member) == "likes.json":
        (found,) = decoding.beside(export, _named(export, "likes.json"), _collection)
        return msgspec.json.encode(found.orderedItems[position - 1])
    return decoding.raw(export, member, position, _ITEMS)


def _owner(export: Export) -> Account | None:
    for view in decoding.beside(export, _named(export, "actor.json"), _actor):
        if view.id:
            name = view.preferred_username
            return Account(
                PLATFORM,
                line(view.id),
                f"{line(name)}@{host(view.id)}" if name else handle(view.id),
                line(view.name) if view.name else None,
                iso_time(view.published or ""),
                text_of(view.summary) if view.summary else None,
                owner=True,
            )
    return None


class _Reader:
    """The activities of one share, with what is known of the owner and of the media files."""

    def __init__(self, export: Export, owner: Account | None) -> None:
        self._export = export
        self._owner = owner
        self._files = Files(export)
        self._left_out = 0

    def readings(self) -> Iterator[Reading]:
        member = ""
        for batch in decoding.batches(self._export, _outboxes(self._export), _activity, _ITEMS):
            if batch.member != member:
                yield from self._told(member)
                member = batch.member
            yield from batch.problems
            for position, activity in zip(batch.positions, batch.values, strict=True):
                yield from self._reading(activity, Origin("", member, position))
        yield from self._told(member)

    def _told(self, member: str) -> Iterator[Reading]:
        yield from decoding.private(self._left_out, member)
        self._left_out = 0

    def _reading(self, activity: Activity, origin: Origin) -> Iterator[Reading]:
        note = activity.object
        seen_by = visibility(activity if isinstance(note, str) or note is None else note, activity)
        if activity.type not in _POSTS:
            yield decoding.problem("This is no post, boost or like.", origin.member, origin.position)
        elif activity.type == "Delete":
            yield from gone(activity, origin)
        elif seen_by in ("followers", "direct") and not self._export.choices.include_private:
            self._left_out += 1
        elif activity.type == "Announce":
            yield self._boost(activity, origin)
        elif activity.type == "Like":
            yield from self._like(activity, origin)
        elif isinstance(note, Note) and note.id and note.type == "Tombstone":
            yield from gone(activity, origin)
        elif isinstance(note, Note) and note.id and (note.content is not None or note.name is not None):
            yield post(note, self._author(note.attributed_to or activity.actor), seen_by, self._files, origin)
        else:
            yield decoding.problem("This is no post: it has no id or no text.", origin.member, origin.position)

    def _author(self, uri: object) -> Ref:
        found = person(uri if isinstance(uri, str) else None) or Ref()
        owner = self._owner
        if owner is not None and (found.id is None or found.id == owner.id):
            return Ref(owner.id, owner.handle, owner.name)
        return found

    def _boost(self, activity: Activity, origin: Origin) -> Reading:
        """A boost says only whose post it passes on, and which."""
        original = activity.object if isinstance(activity.object, str) else (activity.object and activity.object.id)
        if not activity.id or not original:
            return decoding.problem("This boost names no post.", origin.member, origin.position)
        time, precision = iso_moment(activity.published or "")
        author = self._author(activity.actor)
        return Post(
            id=line(activity.id),
            platform=PLATFORM,
            author=author.id,
            handle=author.handle,
            name=author.name,
            time=time,
            precision=precision,
            text_status="absent",
            repost=line(original),
            repost_author=person(_first_person(activity.cc)),
            is_repost=True,
            visibility=visibility(activity, activity),
            origin=origin,
        )

    def _like(self, activity: Activity, origin: Origin) -> Iterator[Reading]:
        liked = activity.object if isinstance(activity.object, str) else None
        if liked:
            who = self._author(activity.actor)
            yield Like(PLATFORM, line(liked), who, iso_time(activity.published or ""), origin=origin)


def _first_person(cc: object) -> str | None:
    """The boosted account: the first address of `cc` that is neither the public nor a list of followers."""
    found = [each for each in cc if isinstance(each, str)] if isinstance(cc, list) else []
    return found[0] if found and not found[0].endswith(("/followers", "#Public")) else None


def _likes(export: Export, owner: Account | None) -> Iterator[Reading]:
    """The posts that the owner liked: addresses without a time; the day of the export, where its name tells it, is the
    latest they can be."""
    if export.share[0] or owner is None:
        return
    who = Ref(owner.id, owner.handle)
    until = _exported(export.name)
    for member in _named(export, "likes.json"):
        for collection in decoding.beside(export, [member], _collection):
            for position, liked in enumerate(collection.orderedItems, 1):
                if isinstance(liked, str):
                    yield Like(PLATFORM, line(liked), who, until=until, origin=Origin("", member.name, position))


def _exported(name: str) -> int | None:
    """When an export was made, out of its name: `archive-20240723183906-….tar.gz`."""
    found = _EXPORTED.search(name)
    try:
        return (
            int(datetime.strptime(found.group(1), "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()) * 1000
            if found
            else None
        )
    except ValueError:
        return None
