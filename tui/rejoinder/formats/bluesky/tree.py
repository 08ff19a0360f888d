"""The tree of a repository (a Merkle search tree): which record lies under which key; what of it is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rejoinder.errors import FormatError
from rejoinder.formats.bluesky.blocks import Block
from rejoinder.formats.bluesky.lexicon import LIKE, POST, PROFILE, REPOST
from rejoinder.id_times import key_time

_NODE = b"\xa2\x61e"
"""How every node begins: a map of two, the first called e."""
_WANTED = tuple(f"{collection}/" for collection in (LIKE, POST, REPOST, PROFILE))


_NAME = 16
"""How many bytes of a record's name (a SHA-256) are kept: no two records agree in them."""


def cbor(data: bytes) -> Any:
    """A block decoded. Raises ValueError for what is no DAG-CBOR, FormatError where the library is missing."""
    try:
        from libipld import decode_dag_cbor
    except ImportError as error:
        raise FormatError(
            "Bluesky repositories need a package that is missing.", "Install it with: pip install libipld"
        ) from error
    try:
        return decode_dag_cbor(data)
    except RecursionError as error:
        raise ValueError("its lists are nested too deeply") from error


def roots(header: bytes | None) -> frozenset[bytes]:
    """The names of the commits that a file's header points to."""
    try:
        told = cbor(header).get("roots") if header else None
    except (ValueError, AttributeError):
        return frozenset()
    return frozenset(each for each in told if isinstance(each, bytes)) if isinstance(told, list) else frozenset()


class Node:
    """A node's keys with their records (those of this reader's share), and the nodes below it."""

    __slots__ = ("below", "entries")

    def __init__(self, entries: list[tuple[str, bytes]], below: list[bytes]) -> None:
        self.entries, self.below = entries, below


class Tree:
    """The keys of one repository, as far as they are this reader's. Only those of posts, reposts, likes and the profile
    are kept. The last byte of a record's name says whose share it is: so each of two readers holds half of the keys."""

    def __init__(self, roots: frozenset[bytes], share: tuple[int, int] = (0, 1)) -> None:
        self._roots = roots
        self._index, self._count = share
        self.did = ""
        self.committed: int | None = None
        """When the repository was last changed, as the server that keeps it says."""
        self._keys: dict[bytes, str] = {}
        self._nodes: dict[bytes, Node] = {}
        self._root = b""
        self._missing = 0
        self._strayed = 0
        self._broken = 0

    def is_mine(self, record: bytes) -> bool:
        """Whether the record of this name is this share's to read."""
        return record[-1] % self._count == self._index

    def take(self, record: bytes) -> tuple[str, ...]:
        """The keys of a record, which are then forgotten: a block that lies there twice counts once."""
        found = self._keys.pop(record[-_NAME:], None)
        return () if found is None else tuple(found.split(" "))

    def read(self, found: Iterable[Block]) -> None:
        """Take the nodes and the commit out of a repository's blocks, then walk. Raises Broken as `blocks` does, after
        the walk over what there is."""
        try:
            for block in found:
                if block.data.startswith(_NODE):
                    self._node(block)
                elif block.cid in self._roots or not self.did:
                    self._commit(block)
        finally:
            self._walk()

    def _commit(self, block: Block) -> None:
        """A commit: the one that the header names, or the first there is (a piece of a repository may lack that)."""
        if b"cdid" not in block.data or b"csig" not in block.data:
            return
        try:
            value = cbor(block.data)
        except ValueError:
            return
        if not isinstance(value, dict) or not isinstance(value.get("data"), bytes):
            return
        did, revision = value.get("did"), value.get("rev")
        if isinstance(did, str) and did.startswith("did:"):
            self.did, self._root = did, value["data"]
            self.committed = key_time(revision) if isinstance(revision, str) else None

    def _node(self, block: Block) -> None:
        try:
            node = self._parsed(cbor(block.data))
        except ValueError:
            node = None
        if node is None:
            self._broken += 1
        else:
            self._nodes[block.cid] = node

    def _parsed(self, value: Any) -> Node | None:
        found = _entries(value)
        if found is None:
            return None
        keys: list[tuple[str, bytes]] = []
        below = [value["l"]] if isinstance(value.get("l"), bytes) else []
        for key, record, subtree in found:
            if key.startswith(_WANTED) and self.is_mine(record):
                keys.append((key, record[-_NAME:]))
            if isinstance(subtree, bytes):
                below.append(subtree)
        return Node(keys, below)

    def _walk(self) -> None:
        """From the root down; where a part is missing, the nodes that nothing leads to are taken too: a node's keys are
        whole without those above it."""
        if not self.did:
            return
        self._follow([self._root])
        if self._missing:
            self._strayed = len(self._nodes)
            self._follow(list(self._nodes))
        self._nodes.clear()

    def _follow(self, pending: list[bytes]) -> None:
        again = bool(self._missing)
        while pending:
            cid = pending.pop()
            node = self._nodes.pop(cid, None)
            if node is None:
                self._missing += not again
                continue
            for key, record in node.entries:
                before = self._keys.get(record)
                self._keys[record] = key if before is None else f"{before} {key}"
            pending.extend(node.below)

    def troubles(self) -> Iterator[str]:
        """What of the tree could not be read."""
        if not self.did:
            yield "This repository holds no commit: whose it is, and what its records are called, can't be told."
        if self._missing:
            yield (
                f"{self._missing} part{'s' if self._missing > 1 else ''} of this repository's tree missing: "
                f"it is a piece of a repository. What lies in it is read; {self._strayed} parts hang loose."
            )
        if self._broken:
            yield f"{self._broken} part{'s' if self._broken > 1 else ''} of this repository's tree damaged."


def _entries(value: Any) -> Iterator[tuple[str, bytes, Any]] | None:
    """A node's (key, record, subtree): each key is told by how much of the one before begins it, and the rest."""
    entries = value.get("e") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        return None
    found = []
    last = b""
    for entry in entries:
        if not isinstance(entry, dict):
            return None
        shared, rest, record = entry.get("p"), entry.get("k"), entry.get("v")
        if not isinstance(shared, int) or not isinstance(rest, bytes) or not isinstance(record, bytes) or not record:
            return None
        if not 0 <= shared <= len(last) or shared + len(rest) > 1024:
            return None
        last = last[:shared] + rest
        found.append((last.decode("ascii", "replace"), record, entry.get("t")))
    return iter(found)
