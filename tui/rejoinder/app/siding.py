"""`side:` made to accounts: what the file of sides beside an archive says, right before the archive is asked."""

from __future__ import annotations

from pathlib import Path

from rejoinder.archive import conditions as c
from rejoinder.archive.resolving import resolved
from rejoinder.contacts.sides import Sides, path_beside, read
from rejoinder.errors import QueryError


def with_sides(condition: c.Condition, archive: str) -> c.Condition:
    """The condition with each side replaced by its members. Raises QueryError for a side that there is none of."""
    if not _names_side(condition):
        return condition
    sides = read(path_beside(Path(archive)))
    return resolved(condition, {c.Side: lambda side: members(side, sides)})


def members(side: c.Side, sides: Sides) -> c.Condition:
    """Written by a member of the side."""
    accounts = sides.sides.get(side.name)
    if accounts is None:
        known = ", ".join(sides.sides)
        advice = f"The sides are: {known}" if known else "S makes sides; they lie beside the archive."
        raise QueryError(f"There is no side “{side.name}”.", 1, advice)
    return c.Any(tuple(map(_member, accounts)))


def _member(account: str) -> c.Condition:
    platform, colon, name = account.partition(":")
    if not colon:
        return c.From(account.removeprefix("@"))
    return c.All((c.Platform(platform), c.From(name.removeprefix("@"))))


def _names_side(condition: c.Condition) -> bool:
    found = isinstance(condition, c.Side)

    def look(inner: c.Condition) -> c.Condition:
        nonlocal found
        found = found or _names_side(inner)
        return inner

    c.with_inner(condition, look)
    return found
