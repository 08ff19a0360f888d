"""A query over a pipe: what it means to an archive, and how a wrong one is told. Without Click, which takes time."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

import msgspec

from rejoinder.errors import QueryError, UsageError

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive
    from rejoinder.archive.query import Query


def parse(archive: Archive, text: str, zone: str | None = None) -> Query:
    """The query as the archive understands it; errors show the line with a mark under the culprit."""
    from rejoinder.archive.query import parse as parse_query

    last = archive.figures().last
    try:
        query = parse_query(text, now=last or 0, zone=zone_named(zone))
        if "side:" not in text.lower():
            return query
        from rejoinder.app.siding import with_sides

        return msgspec.structs.replace(query, condition=with_sides(query.condition, archive.path))
    except QueryError as error:
        advice = f"{text}\n{' ' * (error.column - 1)}^ column {error.column}"
        raise QueryError(error.message, error.column, f"{advice}\n{error.advice}".rstrip()) from None


def zone_named(name: str | None) -> tzinfo:
    """A time zone by its IANA name; UTC without one."""
    if name is None or name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError(f"There is no time zone {name}.", "Zones are named like Europe/Berlin or UTC.") from None
