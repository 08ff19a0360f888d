"""Dates as people write them in a search line, turned into spans of milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

_WRITTEN = (
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[Tt_](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?"
    r"([Zz]|_?UTC|[+-]\d{2}:?\d{2})?)?)?)?"
)
_RELATIVE = r"-(\d{1,6})([hdwmy])"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

FORMS = "A date is 2013, 2013-10, 2013-10-22, 2013-10-22T14:00, or -2w (-5h, -3d, -6m, -1y) before the last post."


class Span(NamedTuple):
    """From `start` to before `end`, in ms since 1970 UTC. A relative date is a moment: both are the same."""

    start: int
    end: int


def span(text: str, *, now: int, zone: tzinfo) -> Span:
    """What a date covers: `2013-10` the whole month. Raises ValueError with the reason."""
    if text.startswith("-"):
        moment = _ago(text, now, zone)
        return Span(moment, moment)
    found = re.fullmatch(_WRITTEN, text)
    if found is None:
        raise ValueError(f"“{text}” is no date.")
    *numbers, offset = found.groups()
    digits = [int(n) for n in numbers[:6] if n is not None]
    try:
        return _covered(digits, numbers[6], _offset(offset) if offset else zone)
    except (ValueError, OverflowError):
        raise ValueError(f"“{text}” is not in the calendar.") from None


def day(moment: int, zone: tzinfo) -> Span:
    """The calendar day that holds a moment (ms)."""
    local = _local(moment, zone)
    return _covered([local.year, local.month, local.day], None, zone)


def written(moment: int) -> str:
    """A moment (ms) in UTC, no finer than it needs: `2013-10-22T14:00Z`, `2013-10-22T14:00:05.250Z`."""
    local = _local(moment, UTC)
    fine = "milliseconds" if local.microsecond else "seconds" if local.second else "minutes"
    return local.replace(tzinfo=None).isoformat(timespec=fine) + "Z"


def _covered(digits: list[int], fraction: str | None, zone: tzinfo) -> Span:
    year, month, day_, hour, minute, second = (*digits, *(1, 1, 1, 0, 0, 0)[len(digits) :])
    start = datetime(year, month, day_, hour, minute, second, tzinfo=zone)
    if fraction is not None:
        start += timedelta(milliseconds=int(fraction.ljust(3, "0")))
        return Span(_milliseconds(start), _milliseconds(start) + 1)
    if len(digits) <= 2:
        end = _months_on(start, 12 if len(digits) == 1 else 1)
    elif len(digits) == 3:
        end = start + timedelta(days=1)
    else:
        lasts = {4: 3_600_000, 5: 60_000, 6: 1_000}[len(digits)]
        return Span(_milliseconds(start), _milliseconds(start) + lasts)
    return Span(_milliseconds(start), _milliseconds(end))


def _ago(text: str, now: int, zone: tzinfo) -> int:
    found = re.fullmatch(_RELATIVE, text)
    if found is None:
        raise ValueError(f"“{text}” is no time before the last post.")
    number, unit = int(found[1]), found[2]
    try:
        if unit in "my":
            return _milliseconds(_months_on(_local(now, zone), -number * (12 if unit == "y" else 1)))
        hours = {"h": 1, "d": 24, "w": 168}[unit]
        return _milliseconds(_local(now - number * hours * 3_600_000, zone))
    except (ValueError, OverflowError):
        raise ValueError(f"“{text}” lies before the calendar.") from None


def _months_on(start: datetime, months: int) -> datetime:
    """The same day and time of another month; its last day where it has no such day."""
    count = start.year * 12 + start.month - 1 + months
    first = start.replace(year=count // 12, month=count % 12 + 1, day=1)
    lasts = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(start.day, lasts.day))


def _offset(text: str) -> tzinfo:
    if text[-1] in "ZzC":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _local(moment: int, zone: tzinfo) -> datetime:
    return (_EPOCH + moment * _MILLISECOND).astimezone(zone)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
