"""What lies in a stage (see stage.py): the columns of its files, and the lists beside them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import msgspec

from rejoinder.archive.body import Byline, Id, Manner, Member, Place
from rejoinder.records import ProblemKind, Source

KEY = (
    *(("id", "q"), ("time", "q"), ("parent", "q"), ("likes", "q"), ("reposts", "q")),
    *(
        ("author", "i"),
        ("addressee", "i"),
        ("manner", "i"),
        ("member", "i"),
        ("body", "I"),
        ("words", "I"),
        ("flags", "B"),
    ),
)
"""Columns of `keys` with their struct letters; `body` and `words` are lengths in bytes."""
REF = (("row", "I"), ("kind", "B"), ("byline", "i"), ("id", "q"), ("half", "q"))
"""Columns of `refs`: an act of a row's author; byline -1 where the account is not named; half -1 where no post is."""
TEXT = (("row", "I"), ("half", "q"))
"""Columns of `texts` and `parents`: the other half of the name of an id that is not a number."""

ECHO = (("row", "I"), ("member", "i"), ("position", "q"))
"""Columns of `echoes`: where a context post that is a row already was read again, word for word."""

UNKNOWN = -(2**63)
"""A time or count that is not known."""
HAS_PARENT, IS_REPLY, IS_CONTEXT, IS_OLD, IS_REPOST, IS_DELETED, IS_NOTICE = 1, 2, 4, 8, 16, 32, 64
"""Flags of a row. A notice is no post: it is word that one was deleted."""
REPLY, QUOTE, MENTION, REPOST, LIKE = range(5)
"""Kinds of act, as contacts know them."""
INHERITED, RELAYED = 5, 6
"""Mentions that are no acts (inherited ones unless the chain above says otherwise)."""
MENTIONS = {"typed": MENTION, "inherited": INHERITED, "relayed": RELAYED}

_halves = struct.Struct("<qq").unpack


class StagedAccount(msgspec.Struct, array_like=True):
    """What a source says of an account, beyond its byline."""

    byline: int
    created: int | None
    bio: str | None
    owner: bool
    handles: tuple[tuple[str, int | None, int | None], ...]
    source: int
    """Of the export that says so."""
    gone: int | None
    back: int | None


class StagedLike(msgspec.Struct, array_like=True):
    """One like; `byline` is who liked."""

    platform: str
    post: Id
    byline: int
    place: Place
    time: int | None
    until: int | None
    text: str | None
    permalink: str | None


class StagedProblem(msgspec.Struct, array_like=True):
    """One problem."""

    place: Place
    reason: str
    excerpt: str
    kind: ProblemKind
    posts: int


class Names(msgspec.Struct, array_like=True):
    """What a stage keeps beside its rows; numbers are positions in these lists."""

    rows: int
    manners: list[Manner]
    members: list[Member]
    sources: list[tuple[int, Source]]
    """Sources named inside an input: (number of the input's own source, the source)."""
    accounts: list[StagedAccount]
    likes: list[StagedLike]
    problems: list[StagedProblem]
    places: list[tuple[int, list[int]]]
    """Rows read in several places: (row, members)."""
    forgotten: dict[int, int]
    """By source: records left out, because they are to stay forgotten."""


def halves(id: Id) -> tuple[int, int]:
    """The name of an id in two integers: (the number, 0), or 127 bits of the text's hash, the second never 0."""
    if isinstance(id, int):
        return id, 0
    low, high = _halves(blake2b(id.encode(), digest_size=16).digest())
    return low, (high & (2**63 - 1)) | 1


def write_bylines(file: BinaryIO, bylines: Sequence[Byline]) -> None:
    """Put bylines behind those of a stage's file `bylines`, in which their number is their position."""
    data = msgspec.msgpack.encode(bylines)
    file.write(len(data).to_bytes(8, "little") + data)


def read_bylines(path: Path) -> Iterator[Byline]:
    """The bylines of a closed stage, in the order of their numbers."""
    with open(f"{path}.bylines", "rb") as file:
        while size := file.read(8):
            yield from msgspec.msgpack.decode(file.read(int.from_bytes(size, "little")), type=list[Byline])


def read_names(path: Path) -> Names:
    """The lists of a closed stage."""
    return msgspec.msgpack.decode(Path(f"{path}.names").read_bytes(), type=Names)
