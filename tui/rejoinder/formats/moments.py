"""Times as exports write them: ISO dates, and counts of seconds, milliseconds or microseconds."""

from __future__ import annotations

from datetime import UTC, datetime

from rejoinder.records import Clock, Precision

_LATEST = 253_402_300_800_000
"""The year 10000 in ms: no clock says so, and no calendar here goes further."""

_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC).toordinal()

_SKEW = 5 * 60_000
"""How far ahead a clock may be and still be believed: nobody sets theirs to the second."""


Placed = tuple[int | None, Clock, Precision, int | None]
"""Where a post stands in time, whose clock that is, how exact, and what the other clock says, where there are two."""


def placed(claimed: int | None, precision: Precision, observed: int | None) -> Placed:
    """A post's time by two clocks: the author's program's, unless it lies ahead of when the post was first seen."""
    if claimed is not None and (observed is None or claimed <= observed + _SKEW):
        return claimed, "claimed", precision, None if observed == claimed else observed
    if observed is not None:
        return observed, "observed", "millisecond", claimed
    return None, "claimed", "unknown", None


def iso_time(text: str) -> int | None:
    """Milliseconds of an ISO 8601 date with time and zone (UTC where it has none); None where it is no such date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    day, zone = moment.toordinal() - _FIRST_DAY, moment.tzinfo  # (`timestamp` costs twice as much as this sum)
    seconds = day * 86_400 + moment.hour * 3_600 + moment.minute * 60 + moment.second
    if zone is not None and zone is not UTC and (ahead := moment.utcoffset()) is not None:
        seconds -= ahead.days * 86_400 + ahead.seconds
    return seconds * 1000 + (moment.microsecond + 500) // 1000


def iso_moment(text: str) -> tuple[int | None, Precision]:
    """The time of an ISO date, and whether it is told to the millisecond; (None, "unknown") where it is no date."""
    time = iso_time(text)
    if time is None:
        return None, "unknown"
    return time, "millisecond" if time % 1000 else "second"


def epoch(value: float | int | str | None) -> int | None:
    """Milliseconds of a count since 1970: seconds, or ms, us or ns where it is so large that it can be nothing else.

    Exact for whole numbers of any size; None for what is no number, or no time before the year 10000.
    """
    if isinstance(value, str):
        try:
            value = int(value) if value.strip().lstrip("-").isdecimal() else float(value)
        except ValueError:
            return None
    if value is None or value != value or abs(value) > 1e19:
        return None
    for unit in (1, 1_000, 1_000_000):
        if abs(value) < 100_000_000_000 * unit:
            return _in_range(round(value * 1000) if unit == 1 else int(value * 1000 // unit))
    return _in_range(int(value // 1_000_000))


def _in_range(time: int) -> int | None:
    return time if -_LATEST < time < _LATEST else None
