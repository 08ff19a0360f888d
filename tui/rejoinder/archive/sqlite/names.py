"""Posts by the names that hold outside of the file (`platform:id`), many at a time."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from rejoinder.archive.body import kept
from rejoinder.archive.sqlite.entries import Entries
from rejoinder.archive.sqlite.rows import Tables
from rejoinder.archive.sqlite.runs import Run

_BATCH = 4_000


class Names:
    """Looks names and keys up for each other."""

    def __init__(
        self,
        connection: Tables,
        entries: Entries,
        run: Callable[[str], Run],
        named: Callable[[str | None, str], Sequence[int]],
        platforms: Callable[[], set[str]],
        listen: Callable[[], None],
    ) -> None:
        """`named` looks one name up, `platforms` are those of the archive; `listen` raises where it was cancelled."""
        self._connection, self._entries, self._run = connection, entries, run
        self._named, self._platforms, self._listen = named, platforms, listen

    def names(self, keys: Sequence[int]) -> list[str]:
        """The names of these posts, in this order; those that are not here are left out."""
        found: dict[int, str] = {}
        for at in range(0, len(keys), _BATCH):
            self._listen()
            found.update(self._named_rows(keys[at : at + _BATCH]))
        return [found[key] for key in keys if key in found]

    def _named_rows(self, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
        low, high = min(keys), max(keys)
        where = f"number >= {low} and number <= {high}"
        if high - low >= len(keys):
            where = f"number in ({','.join(map(str, keys))})"
        for number, id, manner, body in self._connection.execute(
            f"select number, id, manner, body from post where {where}"
        ):
            yield number, ":".join(self._entries.identity_of(id, manner, body))

    def keys(self, names: Sequence[str]) -> array[int]:
        """The keys of the posts of these names, in this order, 0 where there is none here."""
        found = array("q", bytes(8 * len(names)))
        platforms = self._platforms()
        numbered: list[tuple[int, int]] = []
        for at, name in enumerate(names):
            platform, _, id = name.partition(":")
            if platform in platforms and id:
                kept_id = kept(id)
                if isinstance(kept_id, int) and len(platforms) == 1:
                    numbered.append((kept_id, at))
                else:
                    found[at] = next((key for key in self._named(platform, id) if key > 0), 0)
        for key, at in self._walk(sorted(numbered)):
            found[at] = key
        return found

    def _walk(self, wanted: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """(key, place) of ids that are numbers, sorted: each block of the run is read once. Of one platform alone an
        id that is a number names one post, so nothing else is to be compared."""
        run = self._run("ids")
        ids: Sequence[int] = ()
        keys: Sequence[int] = ()
        number, last = -1, None
        for id, at in wanted:
            if not ids or last is None or id > last:
                self._listen()
                number = run.block_of(id)
                ids, keys = run.block(number)[:2] if number >= 0 else ((), ())
                last = ids[-1] if ids else None
            place = bisect_left(ids, id)
            if place < len(ids) and ids[place] == id:
                if keys[place] > 0 and not (place + 1 < len(ids) and ids[place + 1] == id):
                    yield keys[place], at
                else:
                    yield next((key for key in run.values(id) if key > 0), 0), at
