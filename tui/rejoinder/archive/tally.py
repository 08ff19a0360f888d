"""Counts of posts by month, account, tag …: what a row says, where months begin, how hours of the day are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Literal, get_args

import msgspec

from rejoinder.archive import conditions as c

By = Literal[
    "month", "account", "tag", "language", "source", "domain", "hour", "platform", "verdict", "code", "reviewer"
]
SAID: tuple[By, ...] = ("verdict", "code", "reviewer")
"""What the review counts: verdicts, the reviewers' tags, who said something. No engine knows these."""
BY: tuple[By, ...] = get_args(By)[: -len(SAID)]
"""What every engine counts."""
Unit = Literal["hour", "day", "month", "year"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST, _LAST_YEAR = -62_135_000_000_000, 253_402_000_000_000, 9999
"""The calendar's ends, some days within."""
_MS = timedelta(milliseconds=1)
_HOUR = 3_600_000
_DAY = 24 * _HOUR


class Tallied(msgspec.Struct, frozen=True):
    """A row of a tally."""

    label: str
    """`2013-10`, a handle (or id), a tag without #, a language code, a name, `07`; empty for posts that have none."""
    n: int
    condition: c.Condition | None = None
    """What finds these posts (of an account, tag or host perhaps some more); None where no condition says it."""


def edges(since: int, until: int, unit: Unit, zone: tzinfo = UTC) -> list[int]:
    """Where the calendar's units begin (ms), from the one that holds `since` to the first at or after `until`."""
    start = _begin(_local(since, zone), unit)
    found = [_moment(start)]
    while found[-1] < until:
        if start.year == _LAST_YEAR:  # a hostile export may hold times that no calendar has
            return [*found, until]
        start = _next(start, unit)
        if (moment := _moment(start)) > found[-1]:  # not in the hour that a clock shows twice
            found.append(moment)
    return found


def by_month(starts: Sequence[int], counts: Sequence[int], zone: tzinfo = UTC) -> list[Tallied]:
    """One row a month, empty ones too, of `edges(…, "month")` and the histogram between them."""
    return [
        Tallied(f"{_local(since, zone):%Y-%m}".rjust(7, "0"), n, c.Between(since, until))
        for (since, until), n in zip(pairwise(starts), counts, strict=True)
    ]


def by_hour(posts: Iterable[tuple[int, int]], zone: tzinfo = UTC) -> list[Tallied]:
    """24 rows, of (moment in ms, posts in the piece of an hour that begins there)."""
    counts = [0] * 24
    shifts: dict[int, tuple[int, int]] = {}
    for moment, n in posts:
        day = moment // _DAY
        if day not in shifts:
            shifts[day] = (_shift(day * _DAY, zone), _shift((day + 1) * _DAY, zone))
        early, late = shifts[day]
        shift = early if early == late else _shift(moment, zone)
        counts[(moment + shift) // _HOUR % 24] += n
    return [Tallied(f"{hour:02}", n) for hour, n in enumerate(counts)]


def is_whole_hours(since: int, until: int, zone: tzinfo, piece: int = _HOUR) -> bool:
    """Whether the zone's hours begin where UTC's do, at the ends of this time and in each year between; or where
    other pieces of UTC's time (ms) do."""
    year = 365 * _DAY
    return all(_shift(moment, zone) % piece == 0 for moment in (*range(since, until, year // 2), until))


def ranked(counts: Mapping[str, int], meaning: By, limit: int = 0) -> list[Tallied]:
    """Rows by value, the most first; `limit=0` is all."""
    order = sorted(((-n, label) for label, n in counts.items() if n), key=lambda row: (row[0], row[1]))
    return [Tallied(label, -n, condition_of(meaning, label, counts)) for n, label in order[: limit or None]]


def union(tallies: Iterable[Sequence[Tallied]], by: By) -> list[Tallied]:
    """Rows of several tallies of one kind as one: in order of time, or the most first; those without a value last."""
    found: dict[str, Tallied] = {}
    for rows in tallies:
        for row in rows:
            known = found.get(row.label)
            found[row.label] = msgspec.structs.replace(row, n=row.n + known.n) if known is not None else row
    timed = by in ("month", "hour")
    return sorted(
        found.values(), key=lambda row: (not row.label, row.label) if timed else (not row.label, -row.n, row.label)
    )


def condition_of(by: By, label: str, labels: Iterable[str] = ()) -> c.Condition | None:
    """What finds the posts of a row. Of `labels`, those below a language (`pt-br` of `pt`) have rows of their own."""
    match by:
        case "account":
            return c.From(label)
        case "tag":
            return c.Tag(label)
        case "source":
            return c.FromSource(label)
        case "domain":
            return c.Domain(label)
        case "platform":
            return c.Platform(label)
        case "language":
            below = tuple(c.Language(code) for code in sorted(labels) if code.startswith(f"{label}-"))
            return c.All((c.Language(label), c.Not(c.Any(below)))) if below else c.Language(label)
    return None


def lacking(by: By) -> c.Condition | None:
    """What finds the posts that are in no row."""
    match by:
        case "month" | "hour":
            return c.Not(c.Between())
        case "tag":
            return c.Not(c.Has("tag"))
        case "domain":
            return c.Not(c.Has("link"))
    return None


def _local(moment: int, zone: tzinfo) -> datetime:
    return (_EPOCH + min(max(moment, _EARLIEST), _LATEST) * _MS).astimezone(zone)


def _moment(local: datetime) -> int:
    return (local - _EPOCH) // _MS


def _shift(moment: int, zone: tzinfo) -> int:
    """How far the zone's clock is ahead of UTC, in ms."""
    ahead = _local(moment, zone).utcoffset()
    return 0 if ahead is None else ahead // _MS


def _begin(local: datetime, unit: Unit) -> datetime:
    whole = local.replace(minute=0, second=0, microsecond=0)
    if unit == "hour":
        return whole
    day = whole.replace(hour=0, fold=0)
    return day if unit == "day" else day.replace(day=1, month=day.month if unit == "month" else 1)


def _next(start: datetime, unit: Unit) -> datetime:
    """The next unit by the zone's own clock: a day may have 23 hours."""
    if unit == "hour":
        return (start.astimezone(UTC) + timedelta(hours=1)).astimezone(start.tzinfo)
    if unit == "day":
        return start + timedelta(days=1)
    months = start.month + (1 if unit == "month" else 12)
    return start.replace(year=start.year + (months - 1) // 12, month=(months - 1) % 12 + 1)
