"""Chains, replies and conversations of an open archive."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from rejoinder.archive.body import written
from rejoinder.archive.protocol import UNTIMED, Key, Node
from rejoinder.archive.sqlite.entries import Entries
from rejoinder.archive.sqlite.rows import Column, Tables
from rejoinder.permalinks import permalink
from rejoinder.records import Ghost


class Trees:
    """Reply trees. They hold no cycle: an import cuts each at its oldest post."""

    at_once = 500
    """Posts that are looked up by one question."""

    def __init__(self, connection: Tables, entries: Entries, run: Callable[[str], Column]) -> None:
        self._connection, self._entries, self._run = connection, entries, run

    def parent(self, key: Key) -> Key:
        """The parent in the tree: 0 where there is none."""
        row = self._connection.execute("select parent from post where number = ?", (key,)).fetchone()
        return int(row[0]) if row else 0

    def root(self, key: Key) -> Key:
        """The root of the tree: a post, or a ghost. 0 where there is no such post."""
        if key < 0:
            return key
        row = self._connection.execute("select root from post where number = ?", (key,)).fetchone()
        return (int(row[0]) or key) if row else 0

    def ancestors(self, key: Key) -> list[Key]:
        """From the root down to the post itself."""
        chain = [key]
        while chain[-1] > 0 and (parent := self.parent(chain[-1])):
            chain.append(parent)
        return chain[::-1]

    def replies(self, key: Key) -> list[Key]:
        """Direct replies, oldest first."""
        return list(self._run("kids").values(key))

    def posts(self, key: Key) -> array[int]:
        """The posts of the tree that holds this one, oldest first."""
        root = self.root(key)
        found = self._run("trees").values(root)
        return found or array("i", [root] if root > 0 else [])

    def skeleton(self, key: Key, limit: int) -> list[Node]:
        """See `Archive.conversation`."""
        root = self.root(key)
        numbers = self.posts(key)
        room = limit - (root < 0)
        if len(numbers) > room:
            numbers = self._cut(numbers, [number for number in self.ancestors(key) if number > 0], room)
        ghost = [self._ghost_node(root)] if root < 0 else []
        return [node for node in ghost if node is not None] + self._nodes(numbers)

    def _cut(self, numbers: array[int], chain: Sequence[int], room: int) -> array[int]:
        """The first numbers that there is room for beside the chain, and the chain."""
        above = set(chain)
        others = (number for number in numbers if number not in above)
        kept = [number for number, _ in zip(others, range(room - len(above)), strict=False)]
        return array("i", sorted(above.union(kept)))

    def _nodes(self, numbers: array[int]) -> list[Node]:
        rows: list[tuple[int, int, int, int]] = []
        for at in range(0, len(numbers), self.at_once):
            listed = ",".join(map(str, numbers[at : at + self.at_once]))
            rows += self._connection.execute(
                f"select number, parent, author, time from post where number in ({listed}) order by number"
            )
        self._entries.learn({row[2] for row in rows})
        face = self._entries.face
        return [
            Node(number, parent or None, face(author), None if time == UNTIMED else time)
            for number, parent, author, time in rows
        ]

    def _ghost_node(self, key: Key) -> Node | None:
        row = self._connection.execute("select byline, time from ghost where number = ?", (-key,)).fetchone()
        if row is None:
            return None
        self._entries.learn({row[0]})
        return Node(key, None, self._entries.face(row[0]) if row[0] else None, row[1])

    def missing(self, orphans: array[int], listen: Callable[[], None]) -> list[int]:
        """Numbers of the ghosts that these posts reply to, most replies first. `listen` may cancel."""
        found: set[int] = set()
        for at in range(0, len(orphans), 500):
            listen()
            listed = ",".join(map(str, orphans[at : at + 500]))
            rows = self._connection.execute(f"select parent from post where number in ({listed}) and parent < 0")
            found.update(-row[0] for row in rows)
        return sorted(found)

    def ghosts(self, numbers: Sequence[int]) -> list[Ghost]:
        """These ghosts (by number, from 1), in this order."""
        found: dict[int, Ghost] = {}
        for at in range(0, len(numbers), 500):
            listed = ",".join(map(str, numbers[at : at + 500]))
            rows = self._connection.execute(
                "select g.number, g.platform, g.id, coalesce(b.id, a.id), coalesce(b.handle, a.handle), time, replies "
                "from ghost g left join byline b on b.number = g.byline left join account a on a.number = b.account "
                f"where g.number in ({listed})"
            )
            found |= {row[0]: _ghost(*row[1:]) for row in rows}
        return [found[number] for number in numbers if number in found]


def _ghost(
    platform: str, id: int | str, author: str | None, handle: str | None, time: int | None, replies: int
) -> Ghost:
    name = written(id) or ""
    return Ghost(name, platform, author, handle, time, replies, permalink(platform, handle, name))
