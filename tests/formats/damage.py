"""Two ways to spoil an export: its bytes, and (knowing that it is made of JSON) its values."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

PIECES = [
    *(b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\0", b"\r", b"\x1b[31m", b"\xff\xfe"),
    *(b"null", b"true", b"1e999", b"-1", b'""', b"9" * 30, b"[" * 2000, b'{"a":' * 2000, b'"id_str": 5'),
    *("\u202e".encode(), b"\\ud800", b"\\u0000"),
]
"""What is put into the bytes."""
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**53 + 1, 2**63, -(2**63), 10**30, 1e308, "", [], {}, [[]], [None], {"a": {}}),
    *("0", "-1", "9" * 40, "1.2E+18", "null", "Thu Nov 07 18:26:50 +0000 2024", "0000-00-00T00:00:00Z", "9999-12-31"),
    *("\x1b]0;x\x07", "\x9b31m", "\u202e\u2066", "a\u0301" * 500, "[/markup][bold]", "\ud800", "\0", "\u2028", "../up"),
    *(
        "https://twitter.com/i/status/" + "9" * 19,
        "RT @a: " * 40,
        "@a " * 300,
        "&amp;lt;",
        "x" * 100_000,
        "https://t.co/a",
    ),
]
"""Values that stand where others were expected."""
_PREFIX = re.compile(rb"^[^\[{]{0,200}=\s*")


def battered(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some of them changed, cut out, doubled or swapped."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        at = chance.randrange(len(found) + 1)
        kind = chance.randrange(6)
        if kind == 0 and at < len(found):
            found[at] = chance.randrange(256)
        elif kind == 1:
            del found[at : at + chance.choice((1, 2, 10, 500))]
        elif kind == 2:
            found[at:at] = chance.choice(PIECES)
        elif kind == 3:
            other = chance.randrange(len(found) + 1)
            found[at:at] = found[other : other + chance.choice((1, 20, 900))]
        elif kind == 4:
            found[at : at + 4] = chance.choice(PIECES)
        elif chance.random() < 0.1:
            del found[at:]
    return bytes(found)


def restructured(data: bytes, chance: random.Random) -> bytes:
    """The same export with some of its values exchanged, left out, doubled, or put where they do not belong.

    Lines of JSON, one JSON value, a script that assigns one, and all of these packed are taken apart and put together.
    """
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            name = chance.choice(packed.namelist())
        return _of_zip(data, lambda member, found: _spoilt(found, chance) if member == name else found)
    for start, packer in ((b"\x1f\x8b", gzip), (b"BZh", bz2)):
        if data.startswith(start):
            return packer.compress(restructured(packer.decompress(data), chance))
    prefix = _PREFIX.match(data)
    head = prefix.group() if prefix else b""
    body = data[len(head) :]
    try:
        return head + _written(changed(json.loads(body), chance))
    except ValueError:
        rows = body.split(b"\n")
    for _ in range(chance.choice((1, 2, 5))):
        at = chance.randrange(len(rows))
        try:
            rows[at] = _written(changed(json.loads(rows[at]), chance))
        except (ValueError, RecursionError):
            rows[at] = battered(rows[at], chance)
    return head + b"\n".join(rows)


def trimmed(data: bytes, most: int = 40) -> bytes:
    """The first values of an export, in the same form: damage is tried a hundred times as often on a small one."""
    if data.startswith(b"PK"):
        return _of_zip(data, lambda name, member: trimmed(member, most), 12)
    for start, packer in ((b"\x1f\x8b", gzip), (b"BZh", bz2)):
        if data.startswith(start):
            return packer.compress(trimmed(packer.decompress(data), most))
    prefix = _PREFIX.match(data)
    head = prefix.group() if prefix else b""
    try:
        value = json.loads(data[len(head) :])
    except ValueError:
        return b"\n".join(data.split(b"\n")[:most]) + b"\n"
    return head + _written(value[:most] if isinstance(value, list) else value)


def changed(value: Any, chance: random.Random) -> Any:
    """A JSON value with one to nine of its inner values changed."""
    for _ in range(chance.choice((1, 1, 2, 9))):
        places = _places(value, chance)
        if not places:
            return chance.choice(ODD)
        holder, key = chance.choice(places)
        other_holder, other_key = chance.choice(places)
        kind = chance.randrange(6)
        if kind == 0:
            del holder[key]
        elif kind == 1:
            holder[key] = other_holder[other_key] if other_holder is not holder else chance.choice(ODD)
        elif kind == 2:
            holder[key] = [holder[key]] * chance.choice((0, 1, 2, 50))
        elif kind == 3 and isinstance(holder[key], int | str):
            holder[key] = str(holder[key]) if isinstance(holder[key], int) else int(_digits(holder[key]))
        else:
            holder[key] = chance.choice(ODD)
        value = json.loads(json.dumps(value))  # what was put in twice becomes two
    return value


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)[:4000] or "0"


def _places(value: Any, chance: random.Random) -> list[tuple[Any, Any]]:
    """(holder, key) of a few hundred inner values, found by going down at random: every depth is as likely."""
    places = []
    for _ in range(40):
        at = value
        while isinstance(at, list | dict) and at:
            key = chance.randrange(len(at)) if isinstance(at, list) else chance.choice(list(at))
            places.append((at, key))
            at = at[key]
    return places


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _of_zip(data: bytes, change: Callable[[str, bytes], bytes], most: int = 10_000) -> bytes:
    """A zip with its members (the first `most` files) changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [name for name in old.namelist() if not name.endswith("/")][:most]:
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def _spoilt(member: bytes, chance: random.Random) -> bytes:
    return restructured(member, chance) if chance.random() < 0.8 else battered(member, chance)
