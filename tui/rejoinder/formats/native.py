"""Rejoinder's own JSON Lines: one record a line, tagged by its `type` (post, like …), in a file or a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member
from rejoinder.formats.prose import line, plain
from rejoinder.records import Deletion, Like, Link, Media, Mention, Origin, Post, Problem, Reading, Record, Ref

TITLE = "Rejoinder JSON Lines"
_NAME = re.compile(r"\.(?:jsonl|ndjson)$")
_PROSE = frozenset(("text", "warning", "bio", "alt", "title"))
"""Fields that may have several lines; all others are put on one."""
_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def recognise(export: Export) -> bool:
    """Whether every file of JSON Lines begins with a record of ours; a folder must say its origin (SOURCE.md)."""
    found = members(export)
    if not found or (export.is_folder and not any(m.name == "SOURCE.md" for m in export.members)):
        return False
    return all(_first(export, member.name) is not None for member in found)


def members(export: Export) -> list[Member]:
    """The files of JSON Lines; a single file may have any name."""
    return export.like(_NAME)


def _first(export: Export, name: str) -> Record | None:
    return decoding.first_value(export, name, _decoder)


def read(export: Export) -> Iterator[Reading]:
    """The records in file order, every text in them cleaned."""
    for batch in decoding.batches(export, members(export), _decoder):
        yield from batch.problems
        for position, record in zip(batch.positions, batch.values, strict=True):
            yield _placed(record, batch.member, position)


def _placed(record: Record, member: str, position: int) -> Record | Problem:
    if isinstance(record, Post | Like | Deletion) and not (record.id if isinstance(record, Post) else record.post):
        return decoding.problem("This record names no post: its id is empty.", member, position)
    cleaned = clean(record)
    if isinstance(cleaned, Post | Like | Deletion):
        return msgspec.structs.replace(cleaned, origin=Origin("", member, position))
    return cleaned


def clean(value: Record) -> Record:
    """The record with every text in it cleaned: prose as prose, names, ids and addresses on one line."""
    changes: dict[str, object] = {}
    for field in value.__struct_fields__:
        old = getattr(value, field)
        new = _cleaned(old, field)
        if new is not old:
            changes[field] = new
    return msgspec.structs.replace(value, **changes) if changes else value


def _cleaned(value: object, field: str) -> object:
    if isinstance(value, str):
        return plain(value) if field in _PROSE else line(value)
    if isinstance(value, tuple):
        new = tuple(map(partial(_cleaned, field=field), value))
        return value if all(one is other for one, other in zip(new, value, strict=True)) else new
    if isinstance(value, Ref | Mention | Link | Media | Origin):
        return _struct(value)
    return value


def _struct(value: Ref | Mention | Link | Media | Origin) -> object:
    old = msgspec.structs.asdict(value)
    changes = {field: new for field, inner in old.items() if (new := _cleaned(inner, field)) is not inner}
    return msgspec.structs.replace(value, **changes) if changes else value


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the line."""
    return decoding.raw(export, member, position)


def schema() -> dict[str, object]:
    """The JSON Schema of one line."""
    return msgspec.json.schema(Record)
