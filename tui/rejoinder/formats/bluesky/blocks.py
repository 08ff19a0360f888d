"""A CAR file's blocks as a stream: each a name (CID) and its bytes; lengths that lie end it, and are told.

https://ipld.io/specs/transport/car/carv1/
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from rejoinder.errors import FormatError
from rejoinder.formats.blocks import LIMIT
from rejoinder.formats.export import Damaged, Export

_CHUNK = 1 << 20
_SHA256 = b"\x12\x20"
DAG_CBOR = b"\x01\x71" + _SHA256
"""How the name of nearly every block begins: version 1, DAG-CBOR, SHA-256 of 32 bytes."""
MOST_HEADER = 1 << 16


class Block(NamedTuple):
    """One block: its position (from 1), its name, its bytes, and how many bytes of the file it takes."""

    number: int
    cid: bytes
    data: bytes
    size: int


class Broken(FormatError):
    """The file can't be read on: what came before is good."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place and the place behind it; (-1, at) where it is not whole, (-2, at) where it is none."""
    number = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
        if shift > 63:
            return -2, at
    return -1, at


def header(data: bytes) -> bytes | None:
    """The header (DAG-CBOR) out of a file's first bytes; None where there is none."""
    length, at = varint(data, 0)
    return data[at : at + length] if 0 < length <= MOST_HEADER and len(data) >= at + length else None


def blocks(export: Export, name: str) -> Iterator[Block]:
    """Every block of a file. Raises Broken where it can't be read on, FormatError where it can't be opened."""
    with closing(export.open(name)) as stream:
        data, at, number, ended = b"", 0, 0, False
        while True:
            length, start = varint(data, at)
            end = start + length
            if length == -1 or (length >= 0 and end > len(data) and length <= LIMIT):
                if ended:
                    if at < len(data):
                        raise Broken(
                            f"The last block is cut short: {max(length, 1)} bytes are told, {len(data) - start} left."
                        )
                    return
                more = _read(stream, max(_CHUNK, end - len(data)))
                ended = not more
                data, at = data[at:] + more, 0
                continue
            if length == -2 or length > LIMIT:
                raise Broken(f"Block {number or 'of the header'} says that it is longer than {LIMIT >> 20} MB.")
            if number:
                cid, body = _named(data, start, end, number)
                yield Block(number, cid, body, end - at)
            number, at = number + 1, end


def _read(stream: object, size: int) -> bytes:
    """At least one byte, and `size` where there are so many; none at the end."""
    parts: list[bytes] = []
    missing = size
    try:
        while missing > 0 and (data := stream.read1(missing)):  # type: ignore[attr-defined]
            parts.append(data)
            missing -= len(data)
    except Damaged as error:
        if not parts:
            raise Broken(error.message) from error
    return b"".join(parts)


def _named(data: bytes, start: int, end: int, number: int) -> tuple[bytes, bytes]:
    """A block's name and what follows it."""
    if data.startswith(DAG_CBOR, start) and end - start >= 36:
        return data[start : start + 36], data[start + 36 : end]
    at = start
    if not data.startswith(_SHA256, at):  # a name of version 0 begins with its hash
        for _ in range(2):
            value, at = varint(data[:end], at)
            if value < 0:
                raise Broken(f"Block {number} has no name.")
    for _ in range(2):
        size, at = varint(data[:end], at)
    if size < 0 or at + size > end:
        raise Broken(f"The name of block {number} is longer than the block.")
    return data[start : at + size], data[at + size : end]
