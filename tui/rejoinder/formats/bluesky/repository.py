"""A Bluesky repository (CAR): all that one account wrote. Its tree tells the records' keys, and so their addresses.

Read twice: once for the tree, once for the records, so that memory holds only which record has which key. Decoding
DAG-CBOR is left to libipld, the library of the field's own SDK. https://atproto.com/specs/repository
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec

from rejoinder.errors import FormatError
from rejoinder.formats import decoding
from rejoinder.formats.bluesky.blocks import DAG_CBOR, MOST_HEADER, Block, Broken, blocks, header
from rejoinder.formats.bluesky.lexicon import LIKE, PLATFORM, POST, REPOST, Record
from rejoinder.formats.bluesky.names import handles
from rejoinder.formats.bluesky.posts import post, repost, subject
from rejoinder.formats.bluesky.tree import Tree, cbor, roots
from rejoinder.formats.export import Export, Member
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line, plain
from rejoinder.formats.search import Cut, find
from rejoinder.id_times import key_time
from rejoinder.records import Account, Like, Origin, Reading, Ref

TITLE = "Bluesky repository (CAR)"


def recognise(export: Export) -> bool:
    """Whether the files begin with a CAR's header."""
    return not export.is_folder and bool(members(export))


def members(export: Export) -> list[Member]:
    """The CAR files."""
    return [member for member in export.members if member.size and _is_car(export, member.name)]


def _is_car(export: Export, name: str) -> bool:
    try:
        found = header(export.head(name, 4096))
    except FormatError:
        return False
    return found is not None and b"eroots" in found and b"gversion" in found


def read(export: Export) -> Iterator[Reading]:
    """The account, its posts, reposts and likes, in the order in which they lie there; trouble with the tree first."""
    for member in members(export):
        yield from _Repository(export, member).readings()


def raw(export: Export, member: str, position: int) -> bytes:
    """The record as JSON: what lies in the file is DAG-CBOR, which nobody reads."""

    def cut() -> Cut:
        return ((block.number, (block.data,)) for block in blocks(export.aside(), member))

    with suppress(Broken):
        found = find(export, (member,), position, cut)
        if found is not None:
            return msgspec.json.encode(_readable(cbor(found)))
    raise FormatError(
        f"There is no block {position} in {member} of {export.name} (any more).",
        "The export seems to have changed since it was imported.",
    )


def _readable(value: Any) -> Any:
    """A decoded block as the protocol writes it in JSON."""
    pending = [[value]]
    top = pending[0]
    while pending:
        here = pending.pop()
        for key in list(here) if isinstance(here, dict) else range(len(here)):
            inner = here[key]
            if isinstance(inner, bytes):
                here[key] = (
                    {"$link": name_of(inner)} if inner[:2] in (b"\x01\x71", b"\x01\x55") else {"$bytes": inner.hex()}
                )
            elif isinstance(inner, dict | list):
                pending.append(inner)  # type: ignore[arg-type]
    return top[0]


def name_of(cid: bytes) -> str:
    """A CID as text."""
    return "b" + b32encode(cid).decode().lower().rstrip("=")


class _Repository:
    """One CAR file."""

    def __init__(self, export: Export, member: Member) -> None:
        self._export = export
        self._member = member
        self._known = handles(export.choices.accounts)
        self._tree = Tree(roots(header(export.head(member.name, MOST_HEADER))), export.share)

    def readings(self) -> Iterator[Reading]:
        name = self._member.name
        tree = self._tree
        with suppress(Broken):  # the second reading comes to the same place, and tells
            tree.read(blocks(self._export.aside(), name))
        index = self._export.share[0]
        if index == 0:
            for trouble in tree.troubles():
                yield decoding.problem(trouble, name, 0)
        number = 0
        try:
            for block in blocks(self._export, name):
                number = block.number
                if tree.is_mine(block.cid):
                    self._export.consumed += block.size
                    if keys := tree.take(block.cid):
                        yield from self._records(block, keys)
        except Broken as error:
            if index == 0:
                yield decoding.problem(error.message, name, number + 1)

    def _records(self, block: Block, keys: tuple[str, ...]) -> Iterator[Reading]:
        """What a record makes under each of its keys (two likes of the same post in one moment are one record)."""
        origin = Origin("", self._member.name, block.number)
        if block.cid.startswith(DAG_CBOR) and hashlib.sha256(block.data).digest() != block.cid[4:]:
            yield decoding.problem(
                "This record is damaged: it is not what its name (CID) says.", origin.member, block.number
            )
            return
        try:
            record = msgspec.convert(_named_links(cbor(block.data)), Record)
        except msgspec.ValidationError as error:
            yield decoding.problem(f"A field is not as expected: {error}.", origin.member, block.number)
            return
        except ValueError as error:
            yield decoding.problem(f"This is no valid DAG-CBOR: {error}.", origin.member, block.number)
            return
        for key in keys:
            collection, _, rkey = key.partition("/")
            found = self._reading(collection, rkey, record, origin)
            if found is not None:
                yield found

    def _reading(self, collection: str, rkey: str, record: Record, origin: Origin) -> Reading | None:
        did = self._tree.did
        uri = f"at://{did}/{collection}/{rkey}"
        observed = self._observed(record, rkey)
        if collection == POST:
            return post(uri, did, record, self._known, observed, origin)
        if collection == REPOST:
            return repost(uri, did, record, self._known, observed, origin)
        if collection == LIKE:
            liked = subject(record)
            who = Ref(line(did), self._known.get(did))
            return Like(PLATFORM, line(liked), who, iso_time(record.created_at or ""), origin=origin) if liked else None
        name, bio, created = record.display_name, record.description, iso_time(record.created_at or "")
        return Account(
            PLATFORM, line(did), self._known.get(did), line(name) if name else None, created,
            plain(bio) if bio else None, owner=True,
        )  # fmt: skip

    def _observed(self, record: Record, rkey: str) -> int | None:
        """Nobody observed a record here; but none is younger than the repository's last commit. One that claims to be
        is placed by its key's time, or by that commit's."""
        last = self._tree.committed
        claimed = iso_time(record.created_at or "")
        if last is None or (claimed is not None and claimed <= last):
            return None
        made = key_time(rkey)
        return made if made is not None and made <= last else last


def _named_links(value: Any) -> Any:
    """The record with the links (CIDs) in its blobs as text; a record has few, and they lie near the top."""
    embed = value.get("embed") if isinstance(value, dict) else None
    pending = [embed] if isinstance(embed, dict) else []
    while pending:
        here = pending.pop()
        ref = here.get("ref")
        if isinstance(ref, bytes):
            here["ref"] = name_of(ref)
        for inner in here.values():
            if isinstance(inner, dict):
                pending.append(inner)
            elif isinstance(inner, list):
                pending.extend(each for each in inner if isinstance(each, dict))
    return value
