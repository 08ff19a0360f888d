"""The bars of the time strip: which pieces of the calendar they stand for, how high they are, what is written below."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from rejoinder.app.moments import EPOCH, LONG_MONTHS, MONTHS, Zone, short_date
from rejoinder.archive.tally import Unit, edges

STEPS: tuple[tuple[Unit, int, str], ...] = (
    ("hour", 1, "an hour"), ("hour", 3, "3 hours"), ("hour", 6, "6 hours"), ("day", 1, "a day"), ("day", 7, "a week"),
    ("month", 1, "a month"), ("month", 3, "3 months"), ("month", 6, "half a year"), ("year", 1, "a year"),
    ("year", 2, "2 years"), ("year", 5, "5 years"), ("year", 10, "10 years"), ("year", 100, "100 years"),
)  # fmt: skip
"""What a bar may stand for, the shortest first."""
_LENGTHS: dict[Unit, int] = {"hour": 3_600_000, "day": 86_400_000, "month": 2_629_800_000, "year": 31_557_600_000}
SHORTEST = 24 * _LENGTHS["hour"]
"""The strip never shows less than a day: below that the timeline itself says more."""


class Periods(msgspec.Struct, frozen=True):
    """Bars side by side: bar n counts the posts from `starts[n]` until `starts[n + 1]` (ms)."""

    starts: tuple[int, ...]
    unit: Unit
    step: int
    words: str
    """What a bar stands for: `a month`."""
    zone: Zone

    @property
    def bars(self) -> int:
        return len(self.starts) - 1

    def bar_of(self, moment: int) -> int:
        """The bar that a moment lies in, or the nearest."""
        return max(0, min(self.bars - 1, bisect_right(self.starts, moment) - 1))

    def name(self, bar: int) -> str:
        """`June 2021`, `7 – 13 Jun 2021`, `3 Jun 2021 14:00`."""
        local = self.zone.local(self.starts[bar])
        until = self.zone.local(self.starts[bar + 1] - 1)
        if local is None or until is None:
            return ""
        if self.unit == "hour":
            return f"{short_date(local)} {local:%H}:00"
        if self.unit == "day":
            return (
                short_date(local) if self.step == 1 else f"{local.day} {MONTHS[local.month - 1]} – {short_date(until)}"
            )
        if self.unit == "month":
            first = LONG_MONTHS[local.month - 1]
            return f"{first if self.step == 1 else f'{first} – {LONG_MONTHS[until.month - 1]}'} {local.year}"
        return f"{local.year}" if self.step == 1 else f"{local.year} – {until.year}"

    def label(self, bar: int, span: int) -> str:
        """What stands below a bar in which a longer unit begins, where all bars span so many ms; else nothing."""
        last, before = self.zone.local(self.starts[bar + 1] - 1), self.zone.local(self.starts[bar] - 1)
        if last is None or before is None:
            return ""
        if span > 20 * _LENGTHS["month"]:
            return f"{last.year}" if last.year != before.year else ""
        if span > 60 * _LENGTHS["day"]:
            if (last.year, last.month) == (before.year, before.month):
                return ""
            return f"{last.year}" if last.year != before.year else MONTHS[last.month - 1]
        if last.date() != before.date():
            return f"{last.day} {MONTHS[last.month - 1]}" if last.day == 1 or bar == 0 else f"{last.day}"
        return f"{last:%H}:00" if last.hour % 6 == 0 and span <= 4 * _LENGTHS["day"] else ""


def periods(since: int, until: int, width: int, zone: Zone) -> Periods:
    """The shortest bars with which this time (ms, both ends in it) fits into so many cells."""
    for unit, step, words in STEPS:
        if (until - since) // (_LENGTHS[unit] * step) <= width:
            found = _starts(since, until + 1, unit, step, zone)
            if len(found) - 1 <= width:
                return Periods(tuple(found), unit, step, words, zone)
    return Periods((since, until + 1), "year", 100, "all of it", zone)


def _starts(since: int, until: int, unit: Unit, step: int, zone: Zone) -> list[int]:
    """Where the bars begin: every `step`th edge, counted from a midnight, a Monday, a January, or a round year."""
    whole = edges(_anchor(since, unit, step, zone), until, unit, zone.tz)
    kept = whole[::step]
    if kept[-1] < until:
        kept.append(whole[-1])
    return kept[max(0, bisect_right(kept, since) - 1) :]


def _anchor(since: int, unit: Unit, step: int, zone: Zone) -> int:
    """The moment (ms) from which steps are counted."""
    local = zone.local(since)
    if step == 1 or local is None:
        return since
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if unit == "hour":
        return _ms(day)
    if unit == "day":
        return _ms(day - timedelta(days=day.weekday()))
    return _ms(day.replace(year=max(1, day.year - day.year % step) if unit == "year" else day.year, month=1, day=1))


def _ms(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def heights(counts: Sequence[int], most: int) -> list[int]:
    """How high each bar is, in steps from 0 to `most`: in proportion, but whatever holds a post is to be seen."""
    highest = max(counts, default=0)
    return [0 if not n else max(1, round(most * n / highest)) for n in counts]
