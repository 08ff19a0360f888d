"""Keys over a sealed archive and the live tail beside it: stable while the tail is made anew, and one for one post.

The tail's file is replaced every few seconds, and its numbers change with it; so a post or ghost of the tail gets a key
of its own, far above the sealed file's, by its name (`platform:id`), for as long as the app is open. A ghost of the one
file that is a post of the other has the post's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rejoinder.acts import Act
from rejoinder.archive.protocol import Entry, Face, Key, Node, Place, Quoted
from rejoinder.archive.sqlite.archive import SqliteArchive

FAR = 1 << 40
"""Above every number of a sealed file."""


class Twins:
    """Translates between the keys of the two files and those that the reader of both is given."""

    def __init__(self, sealed: SqliteArchive) -> None:
        self.sealed = sealed
        self.tail: SqliteArchive | None = None
        self._given: dict[str, Key] = {}
        self._names: list[str] = []
        self._keys: list[Key] = []
        self._numbers: dict[Key, int] = {}
        self._ghosts: dict[int, Key] = {}
        self._sealed_of: dict[str, Key] = {}
        self._faces: dict[Face, Face] = {}

    def renew(self, tail: SqliteArchive | None) -> Sequence[Key]:
        """Another tail; its posts that were not there before."""
        before = len(self._names)
        self.tail = tail
        names = tail.names_of(range(1, tail.size + 1)) if tail is not None else ()
        self._keys = [self._give(name) for name in names]
        self._numbers = {key: number for number, key in enumerate(self._keys, 1)}
        self._ghosts.clear()
        return [key for key in self._keys if key > FAR + before]

    def _give(self, name: str) -> Key:
        key = self._given.get(name)
        if key is None:
            self._names.append(name)
            key = self._given[name] = FAR + len(self._names)
        return key

    def come(self) -> list[Key]:
        """The ghosts of the sealed file that are posts of the tail."""
        found = (self.in_sealed(self._names[key - FAR - 1]) for key in self._keys)
        return [key for key in found if key < 0]

    # From the tail's numbers

    def key(self, number: int) -> Key:
        """The key of a post (positive) or ghost (negative) of the tail; a ghost that the sealed file has is that."""
        if number > 0:
            return self._keys[number - 1]
        if number not in self._ghosts:
            assert self.tail is not None
            ghost = self.tail.ghost(number)
            name = f"{ghost.platform}:{ghost.id}" if ghost is not None else f"?:{number}"
            self._ghosts[number] = self.in_sealed(name) or -self._give(name)
        return self._ghosts[number]

    def entry(self, entry: Entry) -> Entry:
        """An entry of the tail, with the keys of both."""
        key, original = self.key(entry.key), entry.original
        return msgspec.structs.replace(
            entry,
            key=key,
            place=Place(entry.place.time, key),
            author=self.face(entry.author),
            parent=self.key(entry.parent) if entry.parent is not None else None,
            addressee=self.face(entry.addressee) if entry.addressee is not None else None,
            conversation=self.root(self.key(entry.conversation)),
            original=Quoted(self.key(original.key), self.face(original.author), original.text, original.deleted)
            if original is not None
            else None,
        )

    def root(self, key: Key) -> Key:
        """The root of the sealed conversation that a key is in; a key of the tail is its own."""
        if 0 < key < FAR and (entry := self.sealed.post(key)) is not None:
            return entry.conversation
        return key

    def face(self, face: Face) -> Face:
        """An account of the tail as the sealed file numbers it, where it is there too."""
        if face not in self._faces:
            named = self.sealed.accounts(face.handle, 5) if face.handle else ()
            same = (known for known, _ in named if known.id == face.id and known.handle == face.handle)
            number = next((known.account for known in same), FAR + face.account)
            self._faces[face] = Face(number, face.id, face.handle, face.name)
        return self._faces[face]

    def act(self, act: Act, accounts: Mapping[int, int]) -> Act:
        """An act of the tail, between accounts that are numbered as told."""
        return msgspec.structs.replace(
            act,
            source=accounts.get(act.source, FAR + act.source),
            target=accounts.get(act.target, FAR + act.target),
            key=self.key(act.key),
            parent=self.key(act.parent) if act.parent is not None else None,
        )

    def node(self, node: Node) -> Node:
        """A node of the tail's skeleton."""
        parent = self.key(node.parent) if node.parent is not None else None
        return Node(self.key(node.key), parent, self.face(node.author) if node.author is not None else None, node.time)

    # To the tail's numbers

    def number(self, key: Key) -> int | None:
        """The tail's number of a key of its own; None where it is not (any more) in the tail."""
        if key >= FAR:
            return self._numbers.get(key)
        return self.in_tail(self._names[-key - FAR - 1]) if key <= -FAR else None

    def in_tail(self, name: str) -> int | None:
        """The post or ghost of this name (`platform:id`) in the tail."""
        found = self.tail.find(name) if self.tail is not None else ()
        return found[0] if found else None

    def in_sealed(self, name: str) -> Key:
        """The post or ghost of this name in the sealed file; 0 where there is none."""
        if name not in self._sealed_of:
            found = self.sealed.find(name)
            self._sealed_of[name] = found[0] if found else 0
        return self._sealed_of[name]

    def twin(self, name: str) -> int | None:
        """Of a post of the sealed file: the ghost by which the tail knows it, if the tail holds replies to it."""
        number = self.in_tail(name)
        return number if number is not None and number < 0 else None


def name_of(entry: Entry) -> str:
    """`platform:id`."""
    return f"{entry.post.platform}:{entry.post.id}"


def merged(sealed: Sequence[Entry], tail: Sequence[Entry]) -> list[Entry]:
    """Both by time; at the same moment the sealed file's come first."""
    return sorted([*sealed, *tail], key=lambda entry: (entry.place.time, entry.key >= FAR))
