"""Cells of a table as values: what stands for nothing, yes and no, numbers, lists, and times in many forms."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any, cast
from zoneinfo import ZoneInfo

from rejoinder.formats.moments import epoch
from rejoinder.formats.prose import line
from rejoinder.records import Clock, Precision

_NOTHING = frozenset(("", "NA", "N/A", "NaN", "nan", "None", "null", "NULL", "\\N", "#N/A"))
_YES = frozenset(("t", "true", "1", "1.0", "yes", "y"))
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:,?[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?")
_TWITTER = "%a %b %d %H:%M:%S %z %Y"
_RFC = "%a, %d %b %Y %H:%M:%S %z"
When = tuple[int | None, Clock, Precision]
NEVER: When = (None, "platform", "unknown")


def text(value: Any) -> str:
    """A cell as text; "" for what stands for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value in _NOTHING else value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def name(value: Any) -> str | None:
    """A cell as an id or a name on one line. A whole number that was written with a point is one without."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        value = int(value)
    found = line(text(value)).strip()
    if found.endswith(".0") and found[:-2].isdigit() and len(found) < 18:
        return found[:-2]
    return found or None


def is_rounded(value: Any) -> bool:
    """Whether an id is one that a spreadsheet has rounded: 1.2E+18."""
    return isinstance(value, str) and _ROUNDED.fullmatch(value.strip()) is not None


def number(value: Any) -> int | None:
    """A count."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        found = value.strip().replace(",", "")
        if not found.removesuffix(".0").lstrip("-").isdecimal() or len(found) > 18:
            return None
        return int(found.removesuffix(".0"))
    return int(value) if isinstance(value, int | float) and abs(value) < 1 << 62 else None


def yes(value: Any) -> bool:
    """Whether a cell says yes."""
    return value is True or text(value).strip().lower() in _YES


def several(value: Any) -> tuple[str, ...]:
    """The values of a cell that holds a list: a JSON list, one of Python's, or words with commas or spaces between."""
    if isinstance(value, list | tuple):
        found = list(value)
    else:
        told = text(value).strip()
        found = _listed(told) if told[:1] == "[" and len(told) < 100_000 else re.split(r"[,;\s]+", told)
    return tuple(shown for each in found if isinstance(each, str | int) and (shown := line(str(each)).strip()))


def _listed(told: str) -> list[Any]:
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(told)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list):
            return found
    return re.split(r"[,;\s]+", told.strip("[]"))


def times(dates: str, zone: str, exact: str = "") -> Callable[[Any], When]:
    """How this table's times are read. The last text is remembered: rows of one moment stand together."""
    where: tzinfo = UTC if zone == "UTC" else ZoneInfo(zone)
    known: dict[str, When] = {}

    def read(value: Any) -> When:
        if not isinstance(value, str):
            time = epoch(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
            return NEVER if time is None else (time, "platform", "second")
        found = known.get(value)
        if found is None:
            if len(known) > 5_000:
                known.clear()
            found = _when(value.strip(), dates, where)
            if exact and found[2] == "second":
                found = found[0], found[1], cast(Precision, exact)
            known[value] = found
        return found

    return read


def _when(told: str, dates: str, zone: tzinfo) -> When:
    if told in _NOTHING:
        return NEVER
    if re.fullmatch(r"-?\d{9,}(?:\.\d+)?", told):
        time = epoch(told)
        return NEVER if time is None else (time, "platform", "second")
    if _DAY.fullmatch(told):
        found = _iso(told)
        return NEVER if found is None else (_ms(found, zone), "day", "day")
    found, precision = _moment(told, dates)
    time = None if found is None else _ms(found, zone)
    if time is None:
        return NEVER
    return (time, "day", "day") if precision == "day" else (time, "platform", precision)


def _moment(told: str, dates: str) -> tuple[datetime | None, Precision]:
    """The time in one of the forms that tables have; a day that could be a month is read as the mapping says."""
    found = _iso(told.removesuffix(" UTC"))
    if found is not None:
        return found, "second" if told.count(":") > 1 else "minute"
    for form in (dates, _TWITTER, _RFC) if "%" in dates else (_TWITTER, _RFC):
        try:
            found = datetime.strptime(told, form)
        except ValueError:
            continue
        return found, "second" if "%S" in form else "minute" if "%M" in form else "day"
    slashed = _SLASHED.fullmatch(told)
    return _slashed(slashed, dates) if slashed else (None, "unknown")


def _iso(told: str) -> datetime | None:
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        return None


def _slashed(found: re.Match[str], dates: str) -> tuple[datetime | None, Precision]:
    """`3/14/2017 15:09`, or by day first; where the mapping says nothing only a date that can be but one is read."""
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if dates not in ("dmy", "mdy") and first <= 12 and second <= 12 and first != second:
        return None, "unknown"
    is_day_first = dates == "dmy" or (dates != "mdy" and first > 12)
    day, month = (first, second) if is_day_first else (second, first)
    hour, half = int(found[4] or 0), (found[7] or "").lower()
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    try:
        moment = datetime(year, month, day, hour, int(found[5] or 0), int(found[6] or 0))
    except ValueError:
        return None, "unknown"
    return moment, "day" if found[4] is None else "minute" if found[6] is None else "second"


def _ms(moment: datetime, zone: tzinfo) -> int | None:
    try:
        aware = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
        return round(aware.timestamp() * 1000)
    except (OverflowError, ValueError, OSError):
        return None
