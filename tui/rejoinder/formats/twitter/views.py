"""The fields of a tweet that posts are made of, as API v1.1 and X archives write them.

https://developer.x.com/en/docs/twitter-api/v1/data-dictionary/object-model/tweet
"""

from __future__ import annotations

import msgspec


class Tag(msgspec.Struct, gc=False):
    """entities.hashtags[]"""

    text: str = ""


class Named(msgspec.Struct, gc=False):
    """entities.user_mentions[]"""

    screen_name: str | None = None
    id_str: str | None = None
    indices: tuple[int, ...] = ()


class Address(msgspec.Struct, gc=False):
    """entities.urls[]"""

    url: str | None = None
    expanded_url: str | None = None
    indices: tuple[int, ...] = ()


class Variant(msgspec.Struct, gc=False):
    """video_info.variants[]"""

    url: str | None = None
    bitrate: int | None = None


class Film(msgspec.Struct, gc=False):
    """extended_entities.media[].video_info"""

    variants: tuple[Variant, ...] = ()


class Picture(msgspec.Struct, gc=False):
    """entities.media[], extended_entities.media[]"""

    url: str | None = None
    media_url_https: str | None = None
    media_url: str | None = None
    expanded_url: str | None = None
    type: str | None = None
    ext_alt_text: str | None = None
    video_info: Film | None = None
    indices: tuple[int, ...] = ()


class Entities(msgspec.Struct, gc=False):
    """entities, extended_entities"""

    hashtags: tuple[Tag, ...] | None = None
    user_mentions: tuple[Named, ...] | None = None
    urls: tuple[Address, ...] | None = None
    media: tuple[Picture, ...] | None = None


class User(msgspec.Struct, gc=False):
    """user"""

    id_str: str | None = None
    id: int | str | None = None
    screen_name: str | None = None
    name: str | None = None


class Extended(msgspec.Struct, gc=False):
    """extended_tweet: the whole text of a truncated tweet in compatibility mode."""

    full_text: str | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None


class Permalink(msgspec.Struct, gc=False):
    """quoted_status_permalink"""

    expanded: str | None = None


class Tweet(msgspec.Struct, gc=False):
    """A tweet object; ids are taken from the `_str` fields, which no JSON reader can have damaged, if they are there.

    The fields stand in the order in which Twitter writes them: the decoder looks for a key where it found the last.
    """

    created_at: str | None = None
    id: int | str | None = None
    id_str: str | None = None
    text: str | None = None
    full_text: str | None = None
    truncated: bool | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    source: str | None = None
    in_reply_to_status_id: int | str | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_user_id: int | str | None = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    user: User | None = None
    quoted_status_id: int | str | None = None
    quoted_status_id_str: str | None = None
    quoted_status_permalink: Permalink | None = None
    quoted_status: Tweet | None = None
    retweeted_status: Tweet | None = None
    retweet_count: int | None = None
    favorite_count: int | None = None
    possibly_sensitive: bool | None = None
    lang: str | None = None
    extended_tweet: Extended | None = None
