"""Posts and ghosts by the ids that their platforms gave them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import apsw

from rejoinder.archive.body import kept
from rejoinder.archive.protocol import Key
from rejoinder.archive.sqlite.rows import one
from rejoinder.archive.sqlite.runs import Run
from rejoinder.permalinks import parse


class Ids:
    """Looks ids up. `identity` gives (platform, id) of a post."""

    def __init__(
        self, connection: apsw.Connection, run: Callable[[str], Run], identity: Callable[[int], tuple[str, str]]
    ) -> None:
        self._connection, self._run, self._identity = connection, run, identity

    def find(self, id: str) -> Sequence[Key]:
        """See `Archive.find`."""
        address = parse(id)
        if address:
            return self.of(*address)
        return self.named(id) or (self.named(id.rstrip("/").rpartition("/")[2]) if "://" in id else [])

    def named(self, id: str) -> list[Key]:
        """Posts and ghosts with this id, or with this `platform:id`."""
        found = self.of(None, id)
        platform, colon, rest = id.partition(":")
        return found or (self.of(platform, rest) if colon else [])

    def of(self, platform: str | None, id: str) -> list[Key]:
        """Posts and ghosts with this id, on one platform or any."""
        from rejoinder.archive.staged import halves  # with hashlib 10 ms, which opening an archive must not cost

        keys = self._run("ids").values(halves(kept(id))[0])
        return sorted(key for key in keys if self._is(key, platform, id))

    def posts(self, platform: str, id: str) -> list[int]:
        """Numbers of the posts with this id on this platform."""
        return [key for key in self.of(platform, id) if key > 0]

    def _is(self, key: Key, platform: str | None, id: str) -> bool:
        """Whether this post or ghost has the id: the run knows half of an id that is not a number, and no platform."""
        if key < 0:
            row = one(self._connection, "select platform, id from ghost where number = ?", (-key,))
            return str(row[1]) == id and platform in (None, row[0])
        found = self._identity(key)
        return found[1] == id and platform in (None, found[0])
