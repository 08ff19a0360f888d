"""Bytes of an export decoded to Structs, in batches; one problem for each piece that can't be, with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from rejoinder.errors import FormatError
from rejoinder.formats.blocks import BLOCK, INVALID, Pieces
from rejoinder.formats.export import Damaged, Export, Member
from rejoinder.formats.pieces import first, piece, pieces
from rejoinder.formats.prose import excerpt, line
from rejoinder.records import Origin, Problem, ProblemKind

T = TypeVar("T")
Inner = Callable[[bytes], list[bytes]]
"""The values that lie inside of one, as bytes; none where there are none."""
MORE = 1 << 22
"""How many bytes of a member are looked at where its first value is a long one."""
_PLACE = re.compile(r" \(byte \d+\)$| - at `.*`$")


class Batch(NamedTuple, Generic[T]):
    """Some decoded values of one member with their positions (from 1), and what could not be decoded among them."""

    member: str
    positions: Sequence[int]
    values: list[T]
    problems: list[Problem]


def batches(
    export: Export,
    members: Iterable[Member],
    decoder: msgspec.json.Decoder[T],
    within: str = "",
    inner: Inner | None = None,
) -> Iterator[Batch[T]]:
    """Every value in these members that belongs to this reader's share; with `within`, the elements of the list of that
    name in each (an outbox is one object, and may be larger than any value that is read at once).

    `inner` gives the values inside of one that could not be decoded: a page of a hundred posts is not lost for one of
    them. They stand at the position of the page. A member that can't be opened is a problem. Raises FormatError where
    it must not be opened (encrypted, a bomb).
    """
    for member, mine in dealt(export, members):
        try:
            for found in pieces(export, member, mine, within):
                yield from _decoded(member.name, found, decoder, inner)
        except Damaged as error:
            if mine(0):
                yield Batch(member.name, [], [], [problem(error.message, member.name, 0)])


def first_value(export: Export, name: str, decoder: msgspec.json.Decoder[T], inner: Inner | None = None) -> T | None:
    """The first value of a member that is whole, for recognisers: of its first 64 KiB, or (a page of a hundred posts is
    longer than that) of its first 4 MiB. None where there is none, or it is of another kind.

    Of one that can't be decoded, the first of those inside that can.
    """
    data = first(export.head(name)) or first(export.head(name, MORE))
    if data is None:
        return None
    saved = (value for value, _ in _saved(data, decoder, inner))
    return next((value for value in saved if not isinstance(value, Failure)), None)


def beside(
    export: Export, members: Iterable[Member], decoder: msgspec.json.Decoder[T], inner: Inner | None = None
) -> Iterator[T]:
    """Every value in small files that lie beside the posts and that each share needs whole (the owner, an index).

    They count neither as work done nor, where they are broken, as a problem: the posts are read all the same.
    """
    for batch in batches(export.aside(), members, decoder, inner=inner):
        yield from batch.values


def listed(data: bytes, lists: msgspec.json.Decoder[Any]) -> list[bytes]:
    """The objects inside of a page, as bytes: `lists` decodes it to a Struct whose fields are `Raw` or tuples of it.

    What `inner` of `batches` is made of; none where the page is no object.
    """
    page = decoded(data, lists)
    if isinstance(page, Failure):
        return []
    fields = [getattr(page, name) for name in page.__struct_fields__]
    found = [raw for field in fields for raw in (field if isinstance(field, tuple) else (field,))]
    return [data for raw in found if isinstance(raw, msgspec.Raw) and (data := bytes(raw))[:1] == b"{"]


def count(export: Export, member: Member) -> int:
    """How many values a member holds, broken ones too. Raises FormatError where it can't be opened."""
    return sum(len(found.parts) for found in pieces(export.aside(), member, lambda _: True))


def raw(export: Export, name: str, position: int, within: str = "") -> bytes:
    """The bytes at a place. Raises FormatError where the member or the position is not there (any more)."""
    member = next((member for member in export.members if member.name == name), None)
    found = None if member is None else piece(export, member, position, within)
    if found is None:
        raise FormatError(
            f"There is no record {position} in {name} of {export.name} (any more).",
            "The export seems to have changed since it was imported.",
        )
    return found


def dealt(export: Export, members: Iterable[Member]) -> Iterator[tuple[Member, Callable[[int], bool]]]:
    """The members this share reads, and which of their blocks (by number, from 0) are its own: small members are read
    whole, by the share that has least to do, big ones by blocks in turn."""
    index, count = export.share
    load = [0] * count
    for member in members:
        if count == 1:
            yield member, _every
        elif member.size > BLOCK:
            yield member, lambda number: number % count == index
        else:
            least = load.index(min(load))
            load[least] += member.size + 1
            if least == index:
                yield member, _every


def _every(_: int) -> bool:
    return True


def _decoded(member: str, found: Pieces, decoder: msgspec.json.Decoder[T], inner: Inner | None) -> Iterator[Batch[T]]:
    first, parts, trouble = found
    if trouble:
        yield Batch(member, [], [], [problem(trouble, member, first, bytes(parts[0]))])
        return
    try:
        values = list(map(decoder.decode, parts))
    except INVALID:
        yield from _one_by_one(member, found, decoder, inner)
    else:
        yield Batch(member, range(first, first + len(parts)), values, [])


def _one_by_one(
    member: str, found: Pieces, decoder: msgspec.json.Decoder[T], inner: Inner | None
) -> Iterator[Batch[T]]:
    """The values between the broken ones, and those, in their order."""
    positions: list[int] = []
    values: list[T] = []
    for position, part in enumerate(found.parts, found.first):
        data = bytes(part).strip()
        if not data:
            continue  # blank lines keep a stream alive
        for value, shown in _saved(data, decoder, inner):
            if isinstance(value, Failure):
                yield Batch(member, positions, values, [])
                yield Batch(member, [], [], [problem(value.reason, member, position, shown)])
                positions, values = [], []
            else:
                positions.append(position)
                values.append(value)
    yield Batch(member, positions, values, [])


def _saved(data: bytes, decoder: msgspec.json.Decoder[T], inner: Inner | None) -> Iterator[tuple[T | Failure, bytes]]:
    """A value, or of one that can't be decoded what can be of those inside; each with its bytes. What is nested so that
    this would read everything again and again is given up."""
    pending = [data]
    left = 20 * len(data) + 10_000
    while pending:
        found = pending.pop()
        left -= len(found)
        value = decoded(found, decoder)
        parts = inner(found) if inner is not None and left > 0 and isinstance(value, Failure) else []
        if parts:
            pending.extend(reversed(parts))
        else:
            yield value, found


class Failure(NamedTuple):
    """Why a piece could not be decoded."""

    reason: str


def decoded(data: bytes, decoder: msgspec.json.Decoder[T]) -> T | Failure:
    """One value; what only a strict reader refuses is read all the same: bytes that are no UTF-8, half of a surrogate
    pair, NaN, bare control characters in a string."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        return Failure(f"A field is not as expected: {error}.")
    except RecursionError:
        return Failure("Its brackets are nested too deeply.")
    except INVALID as error:
        strict = error
    try:
        told = _whole(json.loads(data.decode("utf-8", "replace"), strict=False))
        return msgspec.convert(told, decoder.type, strict=decoder.strict)
    except msgspec.ValidationError as error:
        return Failure(f"A field is not as expected: {error}.")
    except RecursionError:
        return Failure("Its brackets are nested too deeply.")
    except ValueError:
        return Failure(_reason(strict))


def _whole(value: Any) -> Any:
    """The same value with U+FFFD for every half of a surrogate pair: no text, id or name may hold one."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value


def _reason(error: Exception) -> str:
    text = str(error)
    if isinstance(error, UnicodeDecodeError):
        return "This is not UTF-8 text."
    if "truncated" in text:
        return "This is cut short."
    return f"This is no valid JSON: {_PLACE.sub('', text.removeprefix('JSON is malformed: '))}."


def missing(kind: ProblemKind, posts: int, reason: str, member: str, position: int) -> Problem:
    """So many posts (0: nobody knows) that are not here, through no fault of the data."""
    return Problem(line(reason), Origin(member=member, position=position), kind=kind, posts=posts)


def private(posts: int, member: str) -> Iterator[Problem]:
    """Word of the posts of a member that were left out, if any were."""
    if posts:
        reason = "For followers or for named people alone, and left out; --include-private reads them."
        yield missing("private", posts, reason, member, 0)


def problem(reason: str, member: str, position: int, data: bytes = b"") -> Problem:
    """A problem at a place, with a clean short excerpt of what stands there."""
    return Problem(reason=line(reason), origin=Origin(member=member, position=position), excerpt=excerpt(data))
