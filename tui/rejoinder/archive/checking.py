"""Whether an archive file is whole: a list of what was looked at, each with what was found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from rejoinder.archive.opening import address_in


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    found: str
    """In a few words: how much there is, or what is amiss."""
    well: bool = True


def check(path: Path) -> Iterator[Finding]:
    """Look at everything in an archive file; the file is only read. Raises ArchiveError where it can't be opened."""
    address = address_in(path)
    if address:
        from rejoinder.archive.clickhouse.address import parse
        from rejoinder.archive.clickhouse.checking import check as check_there

        return check_there(parse(address), path)
    from rejoinder.archive.sqlite.check import check as engine_check

    return engine_check(path)
