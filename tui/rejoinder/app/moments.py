"""Times in words, in one zone: the clock of a post, its day, and how much of either is known."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, tzinfo

import msgspec

from rejoinder.errors import UsageError
from rejoinder.records import Post, Precision

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCKED = frozenset({"millisecond", "second", "minute"})
"""Precisions whose time of day is known."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Zone(msgspec.Struct, frozen=True):
    """The zone that every time is shown in; `name` is always written beside the times."""

    name: str = "UTC"
    tz: tzinfo = UTC

    def local(self, ms: int) -> datetime | None:
        """The wall clock in this zone, or None where the time lies outside the years 1 to 9999."""
        try:
            return (EPOCH + timedelta(milliseconds=ms)).astimezone(self.tz)
        except OverflowError:
            return None


def zone(name: str) -> Zone:
    """The zone of this name (`UTC`, `local`, `Europe/Berlin`); UsageError if there is none."""
    if name.upper() in ("UTC", "Z", ""):
        return Zone()
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # costs 4 ms, only where a zone is asked for

    if name == "local" and not os.environ.get("TZ"):
        try:
            with open("/etc/localtime", "rb") as file:
                return Zone("local", ZoneInfo.from_file(file))
        except (OSError, ValueError):
            return Zone()
    name = os.environ["TZ"].lstrip(":") if name == "local" else name
    try:
        return Zone(name, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"There is no time zone called {name}.", "Write UTC, local, or a name as Europe/Berlin."
        ) from None


def clock(post: Post, where: Zone) -> str:
    """What a card shows of the time, at most eight cells: `14:07`, `3 Jun`, `Jun 2021`, `2021`, `no time`."""
    moment = where.local(post.time) if post.time is not None else None
    if moment is None or post.precision == "unknown":
        return "no time"
    about = "~" if post.clock == "claimed" else ""
    if post.precision in CLOCKED:
        return f"{about}{moment.hour:02d}:{moment.minute:02d}"
    # A day, month or year is the source's own; moving it into another zone would invent another day.
    return about + _coarse(Zone().local(post.time or 0) or moment, post.precision, short=True)


def day_key(post: Post, where: Zone) -> tuple[str, int]:
    """What tells the days of a timeline apart: (kind, ordinal of the day, month or year)."""
    moment = where.local(post.time) if post.time is not None else None
    if moment is None or post.precision == "unknown":
        return ("unknown", 0)
    if post.precision in CLOCKED:
        return ("day", moment.toordinal())
    plain = Zone().local(post.time or 0) or moment
    if post.precision == "day":
        return ("day", plain.toordinal())
    if post.precision == "month":
        return ("month", plain.year * 12 + plain.month - 1)
    return ("year", plain.year)


def day_words(key: tuple[str, int]) -> str:
    """A day's heading: `Thursday 3 June 2021`, or as much as is known."""
    kind, ordinal = key
    if kind == "day":
        day = date.fromordinal(ordinal)
        return f"{WEEKDAYS[day.weekday()]} {day.day} {LONG_MONTHS[day.month - 1]} {day.year}"
    if kind == "month":
        return f"{LONG_MONTHS[ordinal % 12]} {ordinal // 12}, day not known"
    return f"{ordinal}, day not known" if kind == "year" else "Time not known"


def when(post: Post, where: Zone) -> str:
    """The post's time in full, as far as it is known: `3 Jun 2021 14:07 UTC`, `3 Jun 2021`, `time not known`."""
    moment = where.local(post.time) if post.time is not None else None
    if moment is None or post.precision == "unknown":
        return "time not known"
    if post.precision in CLOCKED:
        return f"{short_date(moment)} {moment.hour:02d}:{moment.minute:02d} {where.name}"
    return _coarse(Zone().local(post.time or 0) or moment, post.precision, short=False)


def moment_words(ms: int | None, where: Zone) -> str:
    """A time in ms in full, or `time not known`."""
    moment = where.local(ms) if ms is not None else None
    if moment is None:
        return "time not known"
    return f"{short_date(moment)} {moment.hour:02d}:{moment.minute:02d} {where.name}"


def short_date(moment: datetime) -> str:
    """`3 Jun 2021`."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def month_of(ms: int | None, where: Zone) -> str:
    """`2021-06`, or nothing where the time is not known."""
    moment = where.local(ms) if ms is not None else None
    return f"{moment.year:04d}-{moment.month:02d}" if moment else ""


def _coarse(moment: datetime, precision: Precision, short: bool) -> str:
    """A day, a month or a year; `short` leaves out a day's year, which its heading says."""
    month = MONTHS[moment.month - 1]
    if precision == "day":
        return f"{moment.day} {month}" if short else short_date(moment)
    return f"{month} {moment.year}" if precision == "month" else f"{moment.year}"
