"""The fields of API v2 that posts are made of: pages, their posts, and what they include.

https://developer.x.com/en/docs/twitter-api/data-dictionary/object-model/tweet
"""

from __future__ import annotations

import msgspec


class Url(msgspec.Struct, gc=False):
    """entities.urls[]; offsets count code points of the escaped text."""

    start: int = 0
    end: int = 0
    url: str | None = None
    expanded_url: str | None = None
    unwound_url: str | None = None
    title: str | None = None
    media_key: str | None = None


class Name(msgspec.Struct, gc=False):
    """entities.mentions[]"""

    start: int = 0
    end: int = 0
    username: str | None = None
    id: str | None = None


class Hashtag(msgspec.Struct, gc=False):
    """entities.hashtags[]"""

    tag: str | None = None


class Parts(msgspec.Struct, gc=False):
    """entities"""

    mentions: tuple[Name, ...] | None = None
    hashtags: tuple[Hashtag, ...] | None = None
    urls: tuple[Url, ...] | None = None


class Note(msgspec.Struct, gc=False):
    """note_tweet: the whole text of a long post."""

    text: str | None = None
    entities: Parts | None = None


class Metrics(msgspec.Struct, gc=False):
    """public_metrics"""

    retweet_count: int | None = None
    reply_count: int | None = None
    like_count: int | None = None
    quote_count: int | None = None


class Cut(msgspec.Struct, gc=False):
    """media.variants[]"""

    bit_rate: int | None = None
    url: str | None = None


class Medium(msgspec.Struct, gc=False):
    """includes.media[]"""

    media_key: str | None = None
    type: str | None = None
    url: str | None = None
    preview_image_url: str | None = None
    alt_text: str | None = None
    variants: tuple[Cut, ...] | None = None


class Attachments(msgspec.Struct, gc=False):
    """attachments; `media` only where the line was flattened."""

    media_keys: tuple[str, ...] | None = None
    media: tuple[Medium, ...] | None = None
    poll_ids: tuple[str, ...] | None = None


class Face(msgspec.Struct, gc=False):
    """includes.users[], and author of a flattened line"""

    id: str | None = None
    username: str | None = None
    name: str | None = None


class Named(msgspec.Struct, gc=False):
    """data.delete.tweet"""

    id: str | None = None


class Delete(msgspec.Struct, gc=False):
    """data.delete: a line of the compliance stream."""

    tweet: Named | None = None
    event_at: str | None = None


class V2(msgspec.Struct, gc=False):
    """A tweet of API v2."""

    id: str | None = None
    text: str | None = None
    created_at: str | None = None
    author_id: str | None = None
    conversation_id: str | None = None
    in_reply_to_user_id: str | None = None
    referenced_tweets: tuple[Referenced, ...] | None = None
    entities: Parts | None = None
    attachments: Attachments | None = None
    public_metrics: Metrics | None = None
    edit_history_tweet_ids: tuple[str, ...] | None = None
    note_tweet: Note | None = None
    possibly_sensitive: bool | None = None
    lang: str | None = None
    source: str | None = None
    author: Face | None = None
    in_reply_to_user: Face | None = None
    delete: Delete | None = None


class Referenced(V2, gc=False):
    """referenced_tweets[]: type and id, and of a flattened line the whole tweet."""

    type: str | None = None


class Expanded(msgspec.Struct, gc=False):
    """includes"""

    users: tuple[Face, ...] | None = None
    tweets: tuple[V2, ...] | None = None
    media: tuple[Medium, ...] | None = None


class Trouble(msgspec.Struct, gc=False):
    """errors[]: what the platform would not give."""

    resource_type: str | None = None
    resource_id: str | None = None
    title: str | None = None


class Meta(msgspec.Struct, gc=False):
    """meta"""

    result_count: int | None = None


class Page(V2, gc=False):
    """A line: a page of answers, an object of a stream, a flattened tweet, or a result of a compliance job."""

    data: tuple[V2, ...] | V2 | None = None
    includes: Expanded | None = None
    errors: tuple[Trouble, ...] | None = None
    meta: Meta | None = None
    action: str | None = None
    redacted_at: str | None = None
