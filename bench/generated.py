"""Files of any size in the forms of four platforms, of an invented vocabulary: the same bytes for the same size."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zstandard
from libipld import encode_dag_cbor

WORDS = """
ferry pier harbour tide gull council storm lamp rope net salt winter morning bell crane barge notice meeting petition
minutes timetable cancelled late early again never always perhaps nobody everybody bridge quay bakery oven bread rain
fog wind light window letter radio market stall herring mackerel crab boat engine oil paint brush ladder roof
""".split()  # noqa: SIM905
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
START = 1_700_000_000
_CHUNK = 1 << 22


def text(dice: random.Random) -> str:
    """Five to sixty words."""
    return " ".join(dice.choices(WORDS, k=dice.choice((5, 12, 12, 20, 35, 60))))


def tid(ms: int) -> str:
    """A record key made at this time."""
    number = ms * 1000 << 10
    return "".join(LETTERS[number >> 5 * n & 31] for n in range(12, -1, -1))


def comment(n: int, dice: random.Random) -> bytes:
    """A line of a Pushshift dump of 2024, with the fields that nobody reads."""
    above = f"t1_{_base36(n - dice.randrange(1, 40))}" if n > 40 and dice.random() < 0.6 else f"t3_{_base36(n // 50)}"
    idle = dict.fromkeys(("approved_at_utc", "author_flair_text", "banned_at_utc", "mod_note", "removal_reason"))
    told = {
        "all_awardings": [],
        "archived": False,
        "author": f"mate_{dice.randrange(20_000)}",
        "author_fullname": "t2_x",
    }
    told |= idle | {"body": text(dice), "controversiality": 0, "created_utc": START + n, "distinguished": None}
    told |= {"edited": False, "gilded": 0, "id": _base36(n), "is_submitter": False, "link_id": f"t3_{_base36(n // 50)}"}
    told |= {
        "name": f"t1_{_base36(n)}",
        "parent_id": above,
        "permalink": f"/r/harbour/comments/{n}/x/{n}/",
        "score": n % 90,
    }
    told |= {"retrieved_on": START + n + 9, "stickied": False, "subreddit": "harbour", "subreddit_id": "t5_x"}
    told |= {
        "subreddit_name_prefixed": "r/harbour",
        "subreddit_type": "public",
        "top_awarded_type": None,
        "treatment_tags": [],
    }
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"


def sky_post(n: int, dice: random.Random) -> dict[str, Any]:
    """A post's record; half are replies."""
    told: dict[str, Any] = {"$type": "app.bsky.feed.post", "text": text(dice), "langs": ["en"], "createdAt": _iso(n)}
    if dice.random() < 0.5:
        uri = f"at://did:plc:mate{dice.randrange(20_000):020}/app.bsky.feed.post/{tid((START + n - 99) * 1000)}"
        told["reply"] = {"root": {"uri": uri, "cid": "bafyx" * 11}, "parent": {"uri": uri, "cid": "bafyx" * 11}}
    return told


def _iso(n: int) -> str:
    return datetime.fromtimestamp(START + n / 40, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(n: int, dice: random.Random) -> bytes:
    """A line of Jetstream: six of ten are posts, the others likes, reposts and deletions."""
    kind = dice.choices(("post", "like", "repost", "delete"), (60, 30, 7, 3))[0]
    commit: dict[str, Any] = {"rev": tid(n), "operation": "create", "rkey": tid((START + n) * 1000)}
    commit["collection"] = "app.bsky.feed." + ("post" if kind == "delete" else kind)
    if kind == "delete":
        commit["operation"] = "delete"
    elif kind == "post":
        commit |= {"record": sky_post(n, dice), "cid": "bafyreib" * 7}
    else:
        subject = {"uri": f"at://did:plc:x/app.bsky.feed.post/{tid((START + n - 50) * 1000)}", "cid": "bafyreib" * 7}
        commit |= {
            "record": {"$type": commit["collection"], "createdAt": _iso(n), "subject": subject},
            "cid": "bafyreib" * 7,
        }
    told = {"did": f"did:plc:mate{dice.randrange(20_000):020}", "time_us": (START + n) * 1_000_000, "kind": "commit"}
    return json.dumps(told | {"commit": commit}, separators=(",", ":")).encode() + b"\n"


def letter(n: int, dice: random.Random) -> bytes:
    """A letter of a mailing list, as Pipermail keeps it."""
    who = dice.randrange(2_000)
    above = f"In-Reply-To: <{n - dice.randrange(1, 30)}@town.example>\n" if n > 30 and dice.random() < 0.7 else ""
    body = "\n\n".join(text(dice) + "\n> " + text(dice) for _ in range(dice.choice((1, 2, 4, 8))))
    day = f"Oct {n // 1000 % 28 + 1:2} {n // 60 % 24:02}:{n % 60:02}:00 {1997 + n // 30_000 % 28}"
    date = f"{n // 1000 % 28 + 1} Oct {1997 + n // 30_000 % 28} {n // 60 % 24:02}:{n % 60:02}:00 +0200"
    head = (
        f"From mate{who} at town.example  Tue {day}\nFrom: mate{who} at town.example (Mate {who})\nDate: Tue, {date}\n"
    )
    return (
        head + f"Subject: [harbour] {text(dice)[:50]}\n{above}Message-ID: <{n}@town.example>\n\n{body}\n\n"
    ).encode()


def write_lines(path: Path, size: int, make: Callable[[int, random.Random], bytes]) -> int:
    """Write so many bytes of what `make` makes (packed, where the name ends in .zst); how many it made."""
    dice = random.Random(1)
    n = written = 0
    packer = (
        zstandard.ZstdCompressor(level=3, write_content_size=False).compressobj() if path.suffix == ".zst" else None
    )
    with path.open("wb") as file:
        parts: list[bytes] = []
        held = 0
        while written < size:
            parts.append(make(n, dice))
            n, held, written = n + 1, held + len(parts[-1]), written + len(parts[-1])
            if held > _CHUNK or written >= size:
                data = b"".join(parts)
                file.write(packer.compress(data) if packer else data)
                parts, held = [], 0
        if packer:
            file.write(packer.flush())
    return n


def cid(data: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes((*found, number))


def _framed(name: bytes, data: bytes) -> bytes:
    return _varint(len(name) + len(data)) + name + data


def write_repository(path: Path, size: int) -> int:
    """Write a repository of so many bytes: records first, then their tree, the commit last; how many posts it holds.

    (Where the commit stands in a CAR is left open; written last, nothing has to be held but the keys.)
    """
    dice = random.Random(1)
    body = path.with_suffix(".body")
    keys: list[tuple[bytes, bytes]] = []
    written = 0
    with body.open("wb") as file:
        while written < size * 0.8:
            data = encode_dag_cbor(sky_post(len(keys), dice))
            name = cid(data)
            keys.append((b"app.bsky.feed.post/" + tid((START + len(keys)) * 1000).encode(), name))
            written += file.write(_framed(name, data))
        root = b""
        for node in _tree(keys):
            root = cid(node)
            file.write(_framed(root, node))
    commit = _commit(root)
    head = b"\xa2eroots\x81" + _link(cid(commit)) + b"gversion\x01"
    with path.open("wb") as file, body.open("rb") as parts:
        file.write(_varint(len(head)) + head + _framed(cid(commit), commit))
        while data := parts.read(_CHUNK):
            file.write(data)
    body.unlink()
    return len(keys)


def _tree(keys: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The nodes, from the last keys to the first, each the right-most subtree of the one written after it."""
    below: bytes | None = None
    for start in range(len(keys) - len(keys) % 16, -1, -16):
        part = keys[start : start + 16]
        if part:
            entries, last = [], b""
            for key, name in part:
                shared = next((n for n, (a, b) in enumerate(zip(last, key, strict=False)) if a != b), len(last))
                at = _link(below) if key == part[-1][0] and below else b"\xf6"
                entries.append(
                    b"\xa4ak"
                    + encode_dag_cbor(key[shared:])
                    + b"ap"
                    + encode_dag_cbor(shared)
                    + b"at"
                    + at
                    + b"av"
                    + _link(name)
                )
                last = key
            node = (
                b"\xa2ae"
                + (bytes((0x80 + len(entries),)) if len(entries) < 24 else b"")
                + b"".join(entries)
                + b"al\xf6"
            )
            below = cid(node)
            yield node


def _link(name: bytes) -> bytes:
    return b"\xd8\x2a\x58\x25\x00" + name


def _commit(root: bytes) -> bytes:
    fields = [b"cdid" + encode_dag_cbor("did:plc:mate"), b"crev" + encode_dag_cbor(tid(2_000_000_000_000)), b"csig\x40"]
    return b"\xa6" + b"".join((*fields, b"ddata" + _link(root), b"dprev\xf6", b"gversion\x03"))
