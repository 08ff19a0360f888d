"""Where to go in the timeline, as people write it: a date, a share, a post's id or its address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

import msgspec

from rejoinder.archive.dates import FORMS, span
from rejoinder.errors import QueryError
from rejoinder.permalinks import parse as address

ADVICE = f"{FORMS} Or 50%, a post's id, or its address."
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%")
_ID = re.compile(r"[^\s%]*\d[^\s%]*|[^\s:%]+:[^\s%]+")


class Target(msgspec.Struct, frozen=True):
    """Exactly one of the three is given; the first two are what `Archive.seek` takes, the last what `find` takes."""

    time: int | None = None
    """ms: the first post at or after it."""
    fraction: float | None = None
    """0 oldest, 1 newest."""
    id: str | None = None


def parse(text: str, *, last: int, zone: tzinfo | None = UTC) -> Target:
    """What was written. `last` is the time of the archive's last post (ms), from which `-2w` counts back.

    Four digits are a year, other numbers a post's id. Raises QueryError that says what can be written.
    """
    text = text.strip()
    if found := _SHARE.fullmatch(text):
        if (share := float(found[1])) > 100:
            raise QueryError("There is no more than 100%.", 1, "50% is the middle.")
        return Target(fraction=share / 100)
    if address(text):
        return Target(id=text)
    try:
        return Target(time=span(text, now=last, zone=zone or datetime.now().astimezone().tzinfo or UTC).start)
    except ValueError as reason:
        if not _ID.fullmatch(text) or _looks_like_a_date(text):
            raise QueryError(str(reason) if text else "Write where to go.", 1, ADVICE) from None
    return Target(id=text)


def _looks_like_a_date(text: str) -> bool:
    """`2013-13` and `-2x` are dates gone wrong, and no ids."""
    return bool(re.fullmatch(r"-\d+\w?|\d{4}-[\d-]*(?:[Tt ][\d:]*)?", text))
