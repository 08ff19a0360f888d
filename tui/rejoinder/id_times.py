"""The time that a post's id holds, on platforms that make ids of it: to place a post of which only the id is known."""

from __future__ import annotations

import re

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_STATUS = re.compile(
    r"https?://[^/\s]+/(?:users/[^/\s]+/|@[^/\s]+/|ap/users/\d+/)?(?:api/v1/)?(?:statuses/)?(\d{17,19})"
)
_FIRST = 1_451_606_400_000
"""1 January 2016: before it there was no Mastodon, and a number that says so is none of its ids."""


def id_time(platform: str, id: str) -> int | None:
    """Milliseconds in an id of Bluesky (its key) or Mastodon (its number); None where it holds no time.

    Mastodon's are ms << 16 since 2017 (a server's clock), Bluesky's are made by the author's program or its server.
    """
    if platform == "bluesky":
        return key_time(id.rpartition("/")[2])
    if platform == "mastodon" and (found := _STATUS.fullmatch(id)):
        time = int(found[1]) >> 16
        return time if time >= _FIRST else None
    return None


def key_time(key: str) -> int | None:
    """Milliseconds in a record key that is a TID: 13 letters, 53 bits of microseconds and 10 of a clock's number.

    The key is made by the client or its server, so this is a claim too. https://atproto.com/specs/tid
    """
    if len(key) != 13:
        return None
    number = 0
    for letter in key:
        value = _VALUES.get(letter)
        if value is None:
            return None
        number = number << 5 | value
    return (number >> 10) // 1000 if number < 1 << 63 else None
