"""Chains, replies and conversations that reach over a sealed archive and its tail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from rejoinder.archive.conditions import Everything
from rejoinder.archive.protocol import UNTIMED, Entry, Key, Node
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.archive.sqlite.twins import FAR, Twins, name_of


class Kin:
    """Who replies to whom, whichever of the two files holds them."""

    def __init__(self, twins: Twins) -> None:
        self._twins = twins

    def name(self, key: Key) -> str:
        """`platform:id` of a post or ghost of the sealed file; empty where it is not there."""
        if key > 0:
            return next(iter(self._twins.sealed.names_of([key])), "")
        ghost = self._twins.sealed.ghost(key)
        return f"{ghost.platform}:{ghost.id}" if ghost is not None else ""

    def here(self, key: Key) -> Key:
        """The post that a ghost of the sealed file is, where the tail has it; else the key itself."""
        if -FAR < key < 0:
            number = self._twins.in_tail(self.name(key))
            return self._twins.key(number) if number is not None and number > 0 else key
        return key

    def replies(self, key: Key) -> list[Key]:
        """Direct replies, those of the sealed file first."""
        if abs(key) >= FAR:
            number = self._twins.number(key)
            own = self._of_tail(number)
            ghost = self._twins.in_sealed(self._name_in_tail(number)) if number is not None else 0
            return [*(self._twins.sealed.replies(ghost) if ghost < 0 else ()), *own]
        return [*self._twins.sealed.replies(key), *self._of_tail(self._twins.in_tail(self.name(key)))]

    def _of_tail(self, number: int | None) -> list[Key]:
        tail = self._twins.tail
        return [self._twins.key(each) for each in tail.replies(number)] if tail is not None and number else []

    def _name_in_tail(self, number: int) -> str:
        tail = self._twins.tail
        if tail is None:
            return ""
        if number > 0:
            return next(iter(tail.names_of([number])), "")
        ghost = tail.ghost(number)
        return f"{ghost.platform}:{ghost.id}" if ghost is not None else ""

    def ancestors(self, key: Key) -> list[Key]:
        """From the root down to the post itself."""
        chain: list[Key] = []
        at: Key | None = key
        while at is not None:
            above = [each for each in self._above(at) if each not in chain]
            chain = [*above, *chain]
            first = self.here(chain[0]) if chain else 0
            at = first if above and first != chain[0] else self._tail_root(chain[0]) if above else None
            if at is not None:
                chain = chain[1:]
        return chain

    def _above(self, key: Key) -> Sequence[Key]:
        if abs(key) < FAR:
            return self._twins.sealed.ancestors(key)
        number, tail = self._twins.number(key), self._twins.tail
        if number is None or tail is None:
            return [key]
        return [self._twins.key(each) for each in tail.ancestors(number)]

    def _tail_root(self, key: Key) -> Key | None:
        """A root that the tail knows as a ghost only, and the sealed file has with posts above it."""
        if 0 < key < FAR and len(self._twins.sealed.ancestors(key)) > 1:
            return key
        return None

    def conversation(self, key: Key, limit: int) -> list[Node]:
        """The skeleton over both: trees of the tail are hung below the posts of the sealed file that they answer."""
        nodes: dict[Key, Node] = {}
        todo = [self.ancestors(key)[0] if self.ancestors(key) else key]
        while todo and len(nodes) < limit:
            for node in self._tree(todo.pop(), limit):
                real = self.here(node.key)
                if real != node.key:
                    todo += [real] if real not in nodes else []
                elif node.key not in nodes:
                    nodes[node.key] = self._raised(node)
                    todo += self._hung(node.key)
        return sorted(nodes.values(), key=_by_time)[:limit]

    def _tree(self, key: Key, limit: int) -> Sequence[Node]:
        if abs(key) < FAR:
            return self._twins.sealed.conversation(key, limit)
        number, tail = self._twins.number(key), self._twins.tail
        if number is None or tail is None:
            return ()
        return [self._twins.node(node) for node in tail.conversation(number, limit)]

    def _raised(self, node: Node) -> Node:
        """A node whose parent is a ghost of the sealed file and a post of the tail hangs below the post."""
        parent = self.here(node.parent) if node.parent is not None else None
        return Node(node.key, parent, node.author, node.time)

    def _hung(self, key: Key) -> list[Key]:
        """Posts of the other file that answer this one, each in a tree of its own there."""
        if key >= FAR:
            number = self._twins.number(key)
            ghost = self._twins.in_sealed(self._name_in_tail(number)) if number is not None else 0
            return list(self._twins.sealed.replies(ghost)) if ghost < 0 else []
        return self._of_tail(self._twins.in_tail(self.name(key))) if key > -FAR else []

    def merged(self) -> int:
        """How many conversations of the two files are one with another."""
        tail, parent, found = self._twins.tail, dict[Key, Key](), 0
        if tail is None:
            return 0

        def top(key: Key) -> Key:
            while key in parent:
                key = parent[key]
            return key

        for sealed, its in (*self._adopted(tail), *self._come(tail)):
            one, other = top(sealed), top(its)
            if one != other:
                parent[other] = one
                found += 1
        return found

    def _adopted(self, tail: SqliteArchive) -> Iterator[tuple[Key, Key]]:
        """Conversations of the sealed file, and those of the tail that a ghost of the tail joins to them."""
        for ghost in tail.ghosts(Everything()):
            name = f"{ghost.platform}:{ghost.id}"
            root = _conversation(self._twins.sealed, self._twins.in_sealed(name))
            if root:
                yield root, FAR * 2 + (self._twins.in_tail(name) or 0)

    def _come(self, tail: SqliteArchive) -> Iterator[tuple[Key, Key]]:
        """Conversations of the sealed file whose missing parent has come, and those of the tail that hold it."""
        for ghost in self._twins.come():
            root = _conversation(tail, self._twins.in_tail(self.name(ghost)) or 0)
            if root:
                yield ghost, FAR * 2 + root

    def grown(self, entry: Entry) -> Entry:
        """An entry of either file as both together know it: its parent, its conversation, the replies to it."""
        name = name_of(entry)
        if entry.key >= FAR:
            ghost = self._twins.in_sealed(name)
            more = len(self._twins.sealed.replies(ghost)) if ghost < 0 else 0
            return msgspec.structs.replace(entry, replies_here=entry.replies_here + more) if more else entry
        twin = self._twins.twin(name)
        more = len(self._of_tail(twin))
        parent = self.here(entry.parent) if entry.parent is not None else None
        if not more and parent == entry.parent:
            return entry
        return msgspec.structs.replace(entry, replies_here=entry.replies_here + more, parent=parent)


def _conversation(archive: SqliteArchive, key: Key) -> Key:
    """The root of the conversation that holds a post or ghost; 0 where it stands alone, or is not here."""
    if key < 0:
        return key
    entry = archive.post(key) if key else None
    return entry.conversation if entry is not None and (entry.replies_here or entry.parent is not None) else 0


def _by_time(node: Node) -> tuple[bool, int, bool]:
    return node.key > 0, UNTIMED if node.time is None else node.time, node.key >= FAR
