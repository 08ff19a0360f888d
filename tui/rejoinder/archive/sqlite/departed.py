"""Accounts that are gone (deleted, deactivated, taken down): which, since when, and which posts went with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rejoinder.archive.body import Byline
from rejoinder.archive.sqlite.loading import Loaded, Rows
from rejoinder.archive.sqlite.register import Numbering
from rejoinder.archive.sqlite.shelf import Ints
from rejoinder.archive.staged import IS_DELETED, IS_NOTICE, UNKNOWN, Names

ALWAYS = 2**63 - 1
"""Since when an account is gone of which only the fact is known: after all that it wrote."""
_NOT = UNKNOWN
Who = tuple[str, str]
"""Platform and id of an account."""


def departed(names: Sequence[Names], numberings: Sequence[Numbering], bylines: Sequence[Byline]) -> Mapping[Who, int]:
    """When the accounts went (in ms) that have not come back since, by the latest word of each."""
    went: dict[Who, int] = {}
    back: dict[Who, int] = {}
    for stage, numbering in zip(names, numberings, strict=True):
        for each in stage.accounts:
            byline = bylines[numbering.bylines[each.byline] - 1]
            for told, latest in ((each.gone, went), (each.back, back)):
                if told is not None and byline.id is not None:
                    who = (byline.platform, byline.id)
                    latest[who] = max(latest.get(who, 0), told or ALWAYS)
    return {who: time for who, time in went.items() if time > back.get(who, 0)}


def since(loaded: Loaded, bylines: Sequence[Byline]) -> Ints | None:
    """For each row when its author went, if that was after it was written (or nobody knows when that was); else 0.

    None where no account is gone.
    """
    gone = departed(loaded.names, loaded.numberings, bylines)
    if not gone:
        return None
    rows = loaded.rows
    of = np.array([_NOT, *(gone.get((each.platform, each.id or ""), _NOT) for each in bylines)], np.int64)
    when = of[rows.shelf.get("author")]
    went = (when > rows.shelf.get("time")) & ((rows.flags & (IS_NOTICE | IS_DELETED)) == 0)
    when[~went] = 0
    return when


def mark(rows: Rows, since: Ints | None) -> None:
    """Flag the rows that went with their authors as deleted."""
    if since is not None:
        rows.flags[since > 0] |= IS_DELETED
