"""Posts and ghosts as the JSON that the command line prints: stable names, ids as text, times in ISO 8601 UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from rejoinder.permalinks import permalink
from rejoinder.records import Ghost, Origin, Post, Ref

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSAFE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def encode(row: object) -> bytes:
    """One line of JSON, safe for a terminal: JSON escapes C0; C1, bidi and zero-width controls are escaped here."""
    line = msgspec.json.encode(row)
    if line.isascii():
        return line.replace(b"\x7f", b"\\u007f")
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line.decode()).encode()


def iso(time: int | None) -> str | None:
    """ISO 8601 in UTC ending in Z, with milliseconds only where there are some; None for an unknown time."""
    if time is None:
        return None
    try:
        moment = _EPOCH + timedelta(milliseconds=time)
    except OverflowError:
        return None
    return moment.isoformat(timespec="milliseconds" if time % 1000 else "seconds").replace("+00:00", "Z")


def post_row(post: Post, conversation: str | None, replies_here: int, origins: Sequence[Origin] = ()) -> dict[str, Any]:
    """A post as the command line gives it; `conversation` is the id of the conversation's root.

    `origins` is every place the post was read; the first is the one of `source`, `member` and `position`.
    """
    return {
        "id": post.id,
        "platform": post.platform,
        "author": post.author,
        "handle": post.handle,
        "name": post.name,
        "created": iso(post.time),
        "precision": post.precision,
        "clock": post.clock,
        "other_time": iso(post.other_time),
        "text": post.text,
        "text_status": post.text_status,
        "reply_to": post.reply_to,
        "reply_author": _ref(post.reply_author),
        "reply_asserted": post.reply_asserted,
        "conversation": post.conversation or conversation or post.id,
        "quote": post.quote,
        "repost": post.repost,
        "is_repost": post.is_repost,
        "mentions": [msgspec.to_builtins(mention) for mention in post.mentions],
        "tags": list(post.tags),
        "links": [link.url for link in post.links],
        "media": [msgspec.to_builtins(media) for media in post.media],
        "language": post.language,
        "likes": post.likes,
        "reposts": post.reposts,
        "replies": post.replies,
        "replies_here": replies_here,
        "edited": _fact(post.edited),
        "deleted": _fact(post.deleted),
        "sensitive": post.sensitive,
        "poll": post.poll,
        "warning": post.warning,
        "visibility": post.visibility,
        "context": post.context,
        "permalink": post.permalink or permalink(post.platform, post.handle, post.id, post.conversation),
        "source": post.origin.source,
        "member": post.origin.member,
        "position": post.origin.position,
        "origins": [
            {"source": origin.source, "member": origin.member, "position": origin.position}
            for origin in origins or (post.origin,)
        ],
    }


def ghost_row(ghost: Ghost) -> Mapping[str, Any]:
    """A missing post: what is known of it, and no text."""
    return {
        "ghost": True,
        "id": ghost.id,
        "platform": ghost.platform,
        "author": ghost.author,
        "handle": ghost.handle,
        "created": iso(ghost.time),
        "text": None,
        "replies": ghost.replies,
        "permalink": ghost.permalink or permalink(ghost.platform, ghost.handle, ghost.id),
    }


def _ref(ref: Ref | None) -> dict[str, Any] | None:
    return None if ref is None else {"id": ref.id, "handle": ref.handle}


def _fact(time: int | None) -> str | bool:
    """When it happened, True where only the fact is known, False where it did not."""
    if time is None:
        return False
    return iso(time) or True if time else True
