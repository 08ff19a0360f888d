"""Posts and ghosts by platform and id, many in one question."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

from rejoinder.archive.body import kept
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.staged import halves

Name = tuple[str, str]
"""(platform, id)"""
_AT_ONCE = 5_000
Identity = Callable[[int, int, bytes], Name]


class ServerNames:
    """Looks names and keys up for each other."""

    def __init__(self, tables: ServerTables, identity: Identity) -> None:
        """`identity` reads (platform, id) out of a post's id, manner and body."""
        self._tables, self._identity = tables, identity

    def named(self, ids: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
        """(platform, key) of the posts and (negative) ghosts that have each id, in the order of keys."""
        wanted = {id: halves(kept(id))[0] for id in ids}
        found: dict[str, list[tuple[str, int]]] = {id: [] for id in wanted}
        numbers = sorted(set(wanted.values()))
        for at in range(0, len(numbers), _AT_ONCE):
            keys = self._tables.execute(
                f"select value from ids where key in ({_listed(numbers[at : at + _AT_ONCE])}) order by value"
            )
            for key, (platform, id) in sorted(self.names([key for (key,) in keys]).items()):
                if id in found:
                    found[id].append((platform, key))
        return found

    def names(self, keys: Sequence[int]) -> dict[int, Name]:
        """(platform, id) of those of these posts and ghosts that are here."""
        found: dict[int, Name] = {}
        for at in range(0, len(keys), _AT_ONCE):
            part = keys[at : at + _AT_ONCE]
            posts, ghosts = [key for key in part if key > 0], [-key for key in part if key < 0]
            if posts:
                rows = self._tables.execute(
                    "select number, id, manner, if(id = 0, body, '') as body from post "
                    f"where number in ({_listed(posts)})"
                )
                found |= {row[0]: self._identity(*row[1:]) for row in rows}
            if ghosts:
                rows = self._tables.execute(
                    f"select -number, platform, id from ghost where number in ({_listed(ghosts)})"
                )
                found |= {row[0]: (row[1], row[2]) for row in rows}
        return found

    def keys(self, names: Sequence[str]) -> array[int]:
        """The keys of the posts of these names (`platform:id`), in this order, 0 where there is none here."""
        parted = [name.partition(":")[::2] for name in names]
        by_id = self.named({id for _, id in parted if id})
        return array("q", [_post_of(by_id.get(id, ()), platform) for platform, id in parted])


def _post_of(candidates: Sequence[tuple[str, int]], platform: str) -> int:
    return next((key for of, key in candidates if of == platform and key > 0), 0)


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))
