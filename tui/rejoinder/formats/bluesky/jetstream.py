"""Jetstream: the stream of all that happens on Bluesky, as JSON Lines; its events of 2024 (short words) too.

https://github.com/bluesky-social/jetstream. Accounts are named by DID alone: `--accounts` gives them handles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.blocks import INVALID
from rejoinder.formats.bluesky.lexicon import LIKE, PLATFORM, POST, PROFILE, REPOST, Record
from rejoinder.formats.bluesky.names import Handles, handles
from rejoinder.formats.bluesky.posts import post, repost, subject
from rejoinder.formats.export import Export, Member
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line, plain
from rejoinder.records import Account, Deletion, Like, Origin, Reading, Ref

TITLE = "Bluesky Jetstream"
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt|log)$")
_KINDS = {
    "commit": "commit",
    "com": "commit",
    "identity": "identity",
    "id": "identity",
    "account": "account",
    "acc": "account",
}
_ACTS = {"create": "create", "c": "create", "update": "update", "u": "update", "delete": "delete", "d": "delete"}


_WANTED = frozenset((POST, REPOST, LIKE, PROFILE))


class Commit(msgspec.Struct, gc=False):
    """commit; `type` is the operation in events of 2024. Records of other collections may have any shape."""

    operation: str | None = None
    type: str | None = None
    collection: str | None = None
    rkey: str | None = None
    record: msgspec.Raw = msgspec.Raw()


class Identity(msgspec.Struct, gc=False):
    """identity"""

    handle: str | None = None


class Standing(msgspec.Struct, gc=False):
    """account; `status` says why one is not active: deleted, deactivated, takendown, suspended …"""

    active: bool | None = None
    status: str | None = None


class Event(msgspec.Struct, gc=False):
    """A line."""

    did: str | None = None
    time_us: int | None = None
    kind: str | None = None
    type: str | None = None
    commit: Commit | None = None
    identity: Identity | None = None
    account: Standing | None = None


_decoder = msgspec.json.Decoder(Event)
_record = msgspec.json.Decoder(Record | None)


def recognise(export: Export) -> bool:
    """Whether the files hold events."""
    return export.is_all(members(export), _is_ours)


def members(export: Export) -> list[Member]:
    """The members that may hold events."""
    return export.like(_NAME)


def _is_ours(export: Export, name: str) -> bool:
    event = decoding.first_value(export, name, _decoder)
    return event is not None and event.did is not None and event.time_us is not None and _kind(event) in _KINDS


def _kind(event: Event) -> str:
    return event.kind or event.type or ""


def read(export: Export) -> Iterator[Reading]:
    """What the events tell of posts, reposts, likes and accounts, in their order; of other things nothing."""
    known = handles(export.choices.accounts)
    for batch in decoding.batches(export, members(export), _decoder):
        yield from batch.problems
        member = batch.member
        for position, event in zip(batch.positions, batch.values, strict=True):
            did, commit = event.did, event.commit
            if did is not None and commit is not None:
                if commit.collection in _WANTED:
                    found = _told(did, commit, event.time_us, known, Origin("", member, position))
                    if found is not None:
                        yield found
            elif event.identity is not None and event.identity.handle and did:
                yield Account(PLATFORM, line(did), line(event.identity.handle))
            elif event.account is not None and did:
                yield _standing(did, event.account, event.time_us)
            elif did is None or _kind(event) not in _KINDS:
                yield decoding.problem("This is no event of a Jetstream.", member, position)


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the line."""
    return decoding.raw(export, member, position)


def _decoded(record: msgspec.Raw) -> Record | decoding.Failure | None:
    try:
        return _record.decode(record) if record else None
    except INVALID:
        return decoding.decoded(bytes(record), _record)


def _standing(did: str, told: Standing, time: int | None) -> Account:
    """Whether the account is there: its posts are not to be shown on while it is not, whoever took it away."""
    seen = 0 if time is None else time // 1000
    is_gone = told.active is False or (told.active is None and told.status is not None)
    return Account(PLATFORM, line(did), gone=seen) if is_gone else Account(PLATFORM, line(did), back=seen)


def _told(did: str, commit: Commit, time: int | None, known: Handles, origin: Origin) -> Reading | None:
    act = _ACTS.get(commit.operation or commit.type or "")
    seen = None if time is None else time // 1000
    uri = f"at://{did}/{commit.collection}/{commit.rkey}"
    if not commit.rkey or act is None:
        return decoding.problem("This event says not what was done to which record.", origin.member, origin.position)
    if act == "delete":
        return Deletion(PLATFORM, line(uri), seen, origin) if commit.collection in (POST, REPOST) else None
    record = _decoded(commit.record)
    if not isinstance(record, Record):
        reason = "This event brings no record." if record is None else record.reason
        return decoding.problem(reason, origin.member, origin.position)
    if commit.collection == POST:
        found = post(uri, did, record, known, seen, origin)
        return found if act == "create" else msgspec.structs.replace(found, edited=seen or 0)
    if commit.collection == REPOST:
        return repost(uri, did, record, known, seen, origin)
    if commit.collection == LIKE:
        liked = subject(record)
        who = Ref(line(did), known.get(did))
        return (
            Like(PLATFORM, line(liked), who, iso_time(record.created_at or "") or seen, origin=origin)
            if liked
            else None
        )
    name, bio = record.display_name, record.description
    return Account(PLATFORM, line(did), known.get(did), line(name) if name else None, bio=plain(bio) if bio else None)
