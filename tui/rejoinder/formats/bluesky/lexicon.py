"""The fields of Bluesky's records that posts are made of, as they lie in repositories, streams and answers alike.

https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky
"""

from __future__ import annotations

from typing import Any

import msgspec

PLATFORM = "bluesky"
POST, REPOST, LIKE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like"
PROFILE = "app.bsky.actor.profile"


class Strong(msgspec.Struct, gc=False):
    """com.atproto.repo.strongRef. The `cid` may not be the parent's: posts are found by address alone."""

    uri: str | None = None


class Reply(msgspec.Struct, gc=False):
    """reply"""

    root: Strong | None = None
    parent: Strong | None = None


class Slice(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """facets[].index, in bytes of UTF-8"""

    byte_start: int = 0
    byte_end: int = 0


class Feature(msgspec.Struct, gc=False):
    """facets[].features[]: a mention (`did`), a link (`uri`) or a hashtag (`tag`)"""

    did: str | None = None
    uri: str | None = None
    tag: str | None = None


class Facet(msgspec.Struct, gc=False):
    """facets[]"""

    index: Slice = Slice()
    features: tuple[Feature, ...] = ()


class TextSlice(msgspec.Struct, frozen=True, gc=False):
    """entities[].index, in units of UTF-16"""

    start: int = 0
    end: int = 0


class Entity(msgspec.Struct, gc=False):
    """entities[]: what facets were in 2022 and 2023"""

    index: TextSlice = TextSlice()
    type: str | None = None
    value: str | None = None


class Picture(msgspec.Struct, gc=False):
    """images[] of a record (`image` is a blob) or of a view (`fullsize` is an address)"""

    alt: str | None = None
    image: Any = None
    fullsize: str | None = None


class External(msgspec.Struct, gc=False):
    """external"""

    uri: str | None = None
    title: str | None = None


class Quoted(msgspec.Struct, gc=False):
    """What an embed quotes: a strongRef, with media a record around one."""

    uri: str | None = None
    record: Strong | None = None


class Embed(msgspec.Struct, gc=False):
    """embed, of a record"""

    images: tuple[Picture, ...] | None = None
    external: External | None = None
    record: Quoted | None = None
    media: Embed | None = None
    video: Any = None
    playlist: str | None = None
    alt: str | None = None


class Label(msgspec.Struct, gc=False):
    """labels.values[] of a record, labels[] of a view"""

    val: str | None = None


class Labels(msgspec.Struct, gc=False):
    """labels of a record: what its author says of it"""

    values: tuple[Label, ...] = ()


class Record(msgspec.Struct, gc=False, rename="camel"):
    """A record of any collection; `subject` is what a like or a repost is of."""

    type: str | None = msgspec.field(default=None, name="$type")
    text: str | None = None
    created_at: str | None = None
    reply: Reply | None = None
    facets: tuple[Facet, ...] | None = None
    entities: tuple[Entity, ...] | None = None
    embed: Embed | None = None
    langs: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    labels: Labels | None = None
    subject: Strong | str | None = None
    display_name: str | None = None
    description: str | None = None
