"""How one post lies in an archive: what it shares with many others is kept once, the rest is a compact body; and back.

A body is a msgpack array, cut after its last used place: text, position, likes, reposts, parent id, mentions, rest. Ids
in canonical decimals become integers (a snowflake takes 9 bytes instead of 20); all others stay text. 1M posts of
Twitter's v1.1 take about 150 bytes each this way, against 400 as named fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from rejoinder.records import (
    Clock,
    Link,
    Media,
    MediaKind,
    Mention,
    MentionKind,
    Origin,
    Post,
    Precision,
    Ref,
    TextStatus,
    Visibility,
)

MENTION_KINDS: tuple[MentionKind, ...] = ("typed", "inherited", "relayed")
MEDIA_KINDS: tuple[MediaKind, ...] = ("image", "video", "gif", "audio", "file")
_MEDIA_NUMBERS = {kind: number for number, kind in enumerate(MEDIA_KINDS)}
_LARGEST = "9223372036854775807"
_SHORT = {
    "id": "i",
    "conversation": "c",
    "quote": "q",
    "quote_author": "Q",
    "repost": "r",
    "repost_author": "R",
    "tags": "t",
    "links": "l",
    "media": "m",
    "replies": "n",
    "quotes": "N",
    "edited": "e",
    "versions": "v",
    "deleted": "d",
    "warning": "w",
    "permalink": "p",
    "other_time": "T",
    "places": "o",
    "others": "O",
    "contexts": "x",
}
"""Field names of `Rest` as they are kept."""


class Manner(NamedTuple):
    """What many posts share: kept once, named by its number."""

    platform: str
    language: str | None
    app: str | None
    clock: Clock
    precision: Precision
    text_status: TextStatus
    visibility: Visibility
    context: bool
    sensitive: bool
    is_repost: bool
    reply_asserted: bool
    poll: bool = False
    """(Archives of earlier versions do not tell.)"""


class Byline(NamedTuple):
    """An account as one post names it."""

    platform: str
    id: str | None
    handle: str | None
    name: str | None


class Member(NamedTuple):
    """A member of a source: the source's number and the member's name."""

    source: int
    name: str


Id = int | str
"""An id as it is kept: canonical decimals below 2^63 as a number, everything else as text."""
Said = tuple[Id | None, str | None, int]
"""A mention: id, handle, position of its kind in MENTION_KINDS."""
Place = tuple[int, int]
"""Where a record was read: member number and position."""


class Other(msgspec.Struct, frozen=True, array_like=True):
    """The same post as another source tells it, where the two differ."""

    place: Place
    post: Post
    also: tuple[Place, ...] = ()
    """Where else it was told just so."""


class Rest(msgspec.Struct, frozen=True, omit_defaults=True, gc=False, rename=_SHORT):
    """What few posts have."""

    id: str | None = None
    """The post's id, where it is not a number."""
    conversation: Id | None = None
    quote: Id | None = None
    quote_author: tuple[str | None, str | None, str | None] | None = None
    repost: Id | None = None
    repost_author: tuple[str | None, str | None, str | None] | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str | tuple[str, str], ...] = ()
    media: tuple[tuple[int | str | None, ...], ...] = ()
    """Kind, address, file, alt text, and (of a file in the export) its size."""
    replies: int | None = None
    quotes: int | None = None
    edited: int | None = None
    versions: tuple[str, ...] = ()
    deleted: int | None = None
    warning: str | None = None
    permalink: str | None = None
    places: tuple[Place, ...] = ()
    """Where else the post was read."""
    others: tuple[Other, ...] = ()
    contexts: tuple[Place, ...] = ()
    """Of a collected post: the places where it was read for context only."""
    other_time: int | None = None


class Body(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A decoded body."""

    text: str
    position: int = 0
    likes: int | None = None
    reposts: int | None = None
    reply_to: Id | None = None
    mentions: tuple[Said, ...] = ()
    rest: Rest = Rest()


@cache
def _decoder() -> msgspec.msgpack.Decoder[Body]:
    """Made when the first body is read: it learns the shape of all records, and a count reads none."""
    return msgspec.msgpack.Decoder(Body)


def decode(data: bytes) -> Body:
    """A body again."""
    return _decoder().decode(data)


_pack = msgspec.msgpack.Encoder().encode


def kept(id: str) -> Id:
    """An id as it is kept."""
    if id >= "1" and id.isdigit() and id.isascii() and (len(id) < 19 or (len(id) == 19 and id <= _LARGEST)):
        return int(id)
    return 0 if id == "0" else id


def _kept(id: str | None) -> Id | None:
    return None if id is None else kept(id)


def written(id: Id | None) -> str | None:
    """An id as the platform writes it."""
    return str(id) if isinstance(id, int) else id


def encode(
    post: Post,
    id: Id,
    parent: Id | None,
    mentions: Sequence[Said],
    rich: bool,
    places: Sequence[Place] = (),
    others: Sequence[Other] = (),
    contexts: Sequence[Place] = (),
) -> bytes:
    """The body of a post, whose id, parent and mentions are given as they are kept, and whether it is `rich`: has
    anything of `Rest` beside its id and places.

    Raises UnicodeEncodeError or OverflowError for what no archive can hold.
    """
    position = post.origin.position
    if rich or places or others or isinstance(id, str):
        rest = _rest(post, id, places, others, contexts)
        return _pack((post.text, position, post.likes, post.reposts, parent, mentions, rest))
    if mentions:
        return _pack((post.text, position, post.likes, post.reposts, parent, mentions))
    if parent is not None:
        return _pack((post.text, position, post.likes, post.reposts, parent))
    return _pack((post.text, position, post.likes, post.reposts))


def said(mention: Mention) -> Said:
    """A mention as it is kept."""
    return _kept(mention.id), mention.handle, MENTION_KINDS.index(mention.kind)


def _rest(
    post: Post, id: Id, places: Sequence[Place], others: Sequence[Other], contexts: Sequence[Place]
) -> dict[str, object]:
    """What a post has of `Rest`, under its short names and in its order.

    Long because it is hot: a dict of the two or three things that are there takes a third of what a Struct of twenty
    takes to make and to encode.
    """
    rest: dict[str, object] = {}
    if isinstance(id, str):
        rest["i"] = id
    if post.conversation is not None:
        rest["c"] = kept(post.conversation)
    if post.quote is not None:
        rest["q"] = kept(post.quote)
    if post.quote_author is not None:
        rest["Q"] = _triple(post.quote_author)
    if post.repost is not None:
        rest["r"] = kept(post.repost)
    if post.repost_author is not None:
        rest["R"] = _triple(post.repost_author)
    if post.tags:
        rest["t"] = post.tags
    if post.links:
        rest["l"] = [link.url if link.title is None else (link.url, link.title) for link in post.links]
    if post.media:
        rest["m"] = list(map(_medium, post.media))
    if post.replies is not None:
        rest["n"] = post.replies
    if post.quotes is not None:
        rest["N"] = post.quotes
    if post.edited is not None:
        rest["e"] = post.edited
    if post.versions:
        rest["v"] = post.versions
    if post.deleted is not None:
        rest["d"] = post.deleted
    if post.warning is not None:
        rest["w"] = post.warning
    if post.permalink is not None:
        rest["p"] = post.permalink
    if places:
        rest["o"] = places
    if others:
        rest["O"] = others
    if contexts:
        rest["x"] = contexts
    if post.other_time is not None:
        rest["T"] = post.other_time
    return rest


def _medium(each: Media) -> tuple[int | str | None, ...]:
    kind = _MEDIA_NUMBERS[each.kind]
    if each.size is None:
        return kind, each.url, each.file, each.alt
    return kind, each.url, each.file, each.alt, each.size


def _triple(ref: Ref) -> tuple[str | None, str | None, str | None]:
    return ref.id, ref.handle, ref.name


def _ref(triple: tuple[str | None, str | None, str | None] | None) -> Ref | None:
    return None if triple is None else Ref(*triple)


def _link(link: str | tuple[str, str]) -> Link:
    return Link(link) if isinstance(link, str) else Link(*link)


def restore(
    body: Body, id: int, time: int | None, manner: Manner, author: Byline, addressee: Byline | None, origin: Origin
) -> Post:
    """The record again, equal to the one that was encoded. `id` counts only where the body names none."""
    rest = body.rest
    return Post(
        id=rest.id if rest.id is not None else str(id),
        platform=manner.platform,
        author=author.id,
        handle=author.handle,
        name=author.name,
        time=time,
        clock=manner.clock,
        precision=manner.precision,
        text=body.text,
        text_status=manner.text_status,
        reply_to=written(body.reply_to),
        reply_author=None if addressee is None else Ref(addressee.id, addressee.handle, addressee.name),
        reply_asserted=manner.reply_asserted,
        quote=written(rest.quote),
        quote_author=_ref(rest.quote_author),
        repost=written(rest.repost),
        repost_author=_ref(rest.repost_author),
        is_repost=manner.is_repost,
        conversation=written(rest.conversation),
        mentions=tuple([Mention(written(m[0]), m[1], MENTION_KINDS[m[2]]) for m in body.mentions]),
        tags=rest.tags,
        links=tuple(map(_link, rest.links)),
        media=tuple([Media(MEDIA_KINDS[m[0]], *m[1:]) for m in rest.media]),  # type: ignore[index, arg-type]
        language=manner.language,
        likes=body.likes,
        reposts=body.reposts,
        replies=rest.replies,
        quotes=rest.quotes,
        edited=rest.edited,
        versions=rest.versions,
        deleted=rest.deleted,
        sensitive=manner.sensitive,
        warning=rest.warning,
        visibility=manner.visibility,
        context=manner.context,
        app=manner.app,
        permalink=rest.permalink,
        origin=origin,
        other_time=rest.other_time,
        poll=manner.poll,
    )


def manner_of(fields: Sequence[object]) -> Manner:
    """A manner from its stored fields."""
    return Manner(*fields)  # type: ignore[arg-type]
