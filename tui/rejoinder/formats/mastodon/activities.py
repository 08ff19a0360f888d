"""The fields of ActivityPub that posts are made of. Servers differ in shape: a single value may stand for a list.

https://www.w3.org/TR/activitystreams-vocabulary/
"""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.records import Visibility

_PUBLIC = frozenset(("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"))


class Note(msgspec.Struct, gc=False, rename="camel"):
    """Note, Question, Article …: what a Create carries; of a Tombstone little more than the id."""

    id: str | None = None
    type: str | None = None
    url: Any = None
    attributed_to: Any = None
    published: str | None = None
    updated: str | None = None
    deleted: str | None = None
    in_reply_to: Any = None
    conversation: str | None = None
    summary: str | None = None
    name: str | None = None
    sensitive: bool | None = None
    content: str | None = None
    content_map: dict[str, Any] | None = None
    attachment: Any = None
    tag: Any = None
    to: Any = None
    cc: Any = None
    quote: Any = None
    quote_uri: Any = None
    quote_url: Any = None
    misskey_quote: Any = msgspec.field(default=None, name="_misskey_quote")
    one_of: Any = None
    any_of: Any = None
    end_time: str | None = None


class Activity(msgspec.Struct, gc=False):
    """One element of an outbox."""

    id: str | None = None
    type: str | None = None
    actor: Any = None
    published: str | None = None
    to: Any = None
    cc: Any = None
    object: str | Note | None = None


def several(value: Any) -> list[Any]:
    """A list, or the one value that stands for it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def address(value: Any) -> str | None:
    """The address that a value is or holds (`id`, `href` or `url` of an object; the first of a list)."""
    if isinstance(value, list):
        return next((found for each in value if (found := address(each))), None)
    if isinstance(value, dict):
        return next((value[key] for key in ("id", "href", "url") if isinstance(value.get(key), str)), None)
    return value if isinstance(value, str) and value else None


def visibility(note: Note | Activity, activity: Activity) -> Visibility:
    """Who was meant to see it: by `to` and `cc`, of the post itself or else of the activity."""
    to = several(note.to) or several(activity.to)
    cc = several(note.cc) or several(activity.cc)
    if any(isinstance(each, str) and each in _PUBLIC for each in to):
        return "public"
    if any(isinstance(each, str) and each in _PUBLIC for each in cc):
        return "unlisted"
    named = [each for each in (*to, *cc) if isinstance(each, str)]
    return "followers" if any(each.endswith("/followers") for each in named) else "direct"
