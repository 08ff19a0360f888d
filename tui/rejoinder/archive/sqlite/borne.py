"""The names that an account's posts bear, out of two columns of its posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rejoinder.archive.protocol import UNTIMED, Borne
from rejoinder.archive.sqlite.rows import Tables

_LATER = 2**63 - 1


def borne(
    connection: Tables,
    names: Mapping[int, tuple[str, str]],
    numbers: Sequence[int],
    listen: Callable[[], None],
) -> list[Borne]:
    """What these posts bear: `names` are (handle, name) by byline; posts with other bylines are left out."""
    found: dict[tuple[str, str], list[int]] = {}
    for at in range(0, len(numbers), 500):
        listen()
        listed = ",".join(map(str, numbers[at : at + 500]))
        for byline, time in connection.execute(f"select author, time from post where number in ({listed})"):
            if byline in names:
                found.setdefault(names[byline], []).append(time)
    spans = [
        Borne(handle, name, len(times), min(known, default=None), max(known, default=None))
        for (handle, name), times in found.items()
        for known in [[time for time in times if time != UNTIMED]]
    ]
    return sorted(spans, key=lambda each: (_LATER if each.first is None else each.first, each.handle, each.name))
