"""The calendar of the town: seconds since 1970 in UTC (the town's clocks show UTC all year), and words for dates."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import pairwise

HOUR = 3600
DAY = 24 * HOUR
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SEASONS = ("winter", "spring", "summer", "autumn")


def moment(text: str) -> int:
    """Seconds of `2021-06-03`, `2021-06` or `2021-06-03 14:07`."""
    date, _, clock = text.strip().partition(" ")
    numbers = [int(part) for part in date.split("-")] + [1, 1]
    hour, minute = (int(part) for part in (clock or "00:00").split(":"))
    return int(datetime(numbers[0], numbers[1], numbers[2], hour, minute, tzinfo=UTC).timestamp())


START = moment("2019-03-01 07:02")
END = moment("2022-02-27 23:00")


def as_date(time: int) -> datetime:
    """The moment in UTC."""
    return datetime.fromtimestamp(time, UTC)


def words(time: int) -> dict[str, str]:
    """What a post may say of its own date: {weekday}, {tomorrow}, {month}, {season} …"""
    at = as_date(time)
    rise, fall = sun(at.timetuple().tm_yday)
    dry, wet = causeway(time)
    return {
        "weekday": WEEKDAYS[at.weekday()],
        "yesterday": WEEKDAYS[at.weekday() - 1],
        "tomorrow": WEEKDAYS[(at.weekday() + 1) % 7],
        "month": MONTHS[at.month - 1],
        "next_month": MONTHS[at.month % 12],
        "season": SEASONS[at.month % 12 // 3],
        "day": str(at.day),
        "date": f"{at.day} {MONTHS[at.month - 1]}",
        "year": str(at.year),
        "monthnum": str(at.month),
        "dry": dry,
        "wet": wet,
        "sunrise": rise,
        "sunset": fall,
        "soon": soon(time, 30),
        "later": soon(time, 105),
        "earlier": soon(time, -95),
        "just": soon(time, -12),
        "jar": f"{jar(time):,}",
    }


def soon(time: int, minutes: int) -> str:
    """A clock time some minutes on, at a full five minutes."""
    at = as_date((time + minutes * 60 + 299) // 300 * 300)
    return f"{at.hour:02}:{at.minute:02}"


def sun(day: int) -> tuple[str, str]:
    """Sunrise and sunset on a day of the year, for a town at 55° north (near enough for a timeline)."""
    declination = -0.4093 * math.cos(2 * math.pi * (day + 10) / 365)
    half = math.degrees(math.acos(-math.tan(math.radians(55)) * math.tan(declination))) / 15
    return _clock(12 - half), _clock(12 + half)


def jar(time: int) -> int:
    """Crowns in the jar for the lighthouse: between the sums that the stories name."""
    known = [(moment("2020-02-18"), 311), (moment("2020-05-30"), 6_020), (moment("2021-04-18"), 84_000), (END, 84_000)]
    for (since, low), (until, high) in pairwise(known):
        if time < until:
            return max(low, low + (high - low) * (time - since) // (until - since))
    return known[-1][1]


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def causeway(time: int) -> tuple[str, str]:
    """When the causeway is dry (two hours either side of low water) and the high water next to it, on this day."""
    midnight = time // DAY * DAY
    low = (midnight // DAY * 3048 + 24_600) % 44_700
    low += 44_700 if low < 5 * HOUR else 0
    return f"{_clock((low - 2 * HOUR) / HOUR)} to {_clock((low + 2 * HOUR) / HOUR)}", _clock((low + 22_350) / HOUR % 24)
