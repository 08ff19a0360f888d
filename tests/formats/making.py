"""Small made-up exports for the tests of the formats, and short ways to read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rejoinder.formats import registry
from rejoinder.records import Account, Deletion, Like, Post, Problem, Reading

SECOND = "Thu Nov 07 18:26:50 +0000 2024"
SNOWFLAKE = 1854591356741861770


def tweet(number: int = 0, text: str = "a quiet harbour", **fields: Any) -> dict[str, Any]:
    """A v1.1 tweet of an invented person."""
    identity = str(SNOWFLAKE + number)
    user = {"id_str": "77", "screen_name": "harbourmaster", "name": "Harbour Master"}
    entities: dict[str, Any] = {"hashtags": [], "user_mentions": [], "urls": []}
    base = {
        "created_at": SECOND,
        "id_str": identity,
        "full_text": text,
        "entities": entities,
        "user": user,
        "lang": "en",
    }
    return base | fields


def lines(tweets: Sequence[dict[str, Any]]) -> bytes:
    """JSON Lines."""
    return b"".join(json.dumps(found).encode() + b"\n" for found in tweets)


def archive(folder: Path, tweets: Sequence[dict[str, Any]], **files: Any) -> Path:
    """An unpacked X archive: `tweets.js` and other files by name (`like=…` is data/like.js)."""
    data = folder / "data"
    data.mkdir(parents=True)
    wrapped = [{"tweet": found} for found in tweets]
    account = [{"account": {"username": "harbourmaster", "accountId": "77", "accountDisplayName": "Harbour Master"}}]
    for name, content in {"tweets": wrapped, "account": account, **files}.items():
        part = json.dumps(content, indent=2)
        (data / f"{name.replace('_', '-')}.js").write_text(f"window.YTD.{name}.part0 = {part}", encoding="utf-8")
    return folder


def read(path: Path, format: str | None = None, count: int = 1) -> list[Reading]:
    """Everything that an export holds, read in so many shares."""
    name = format or registry.recognise(path)
    assert name is not None, f"{path.name} was not recognised"
    return [record for index in range(count) for record in registry.open_share(path, name, index, count)]


def posts(records: Sequence[Reading], context: bool = False) -> list[Post]:
    """The posts among the records: those collected, or those here for context."""
    return [record for record in records if isinstance(record, Post) and record.context == context]


def problems(records: Sequence[Reading]) -> list[Problem]:
    """The problems among the records."""
    return [record for record in records if isinstance(record, Problem)]


def likes(records: Sequence[Reading]) -> list[Like]:
    """The likes among the records."""
    return [record for record in records if isinstance(record, Like)]


def deletions(records: Sequence[Reading]) -> list[Deletion]:
    """The notices of deletion among the records."""
    return [record for record in records if isinstance(record, Deletion)]


def owner(records: Sequence[Reading]) -> Account:
    """The one account that an export tells of."""
    (found,) = [record for record in records if isinstance(record, Account)]
    return found


def deepest(found: Sequence[Post]) -> int:
    """Posts in the longest chain of replies among these."""
    parents = {post.id: post.reply_to for post in found}
    best = 0
    for identity in parents:
        depth, at = 0, identity
        while at in parents:
            depth, at = depth + 1, parents[at] or ""
        best = max(best, depth)
    return best
