"""Posts as rows for an export: every field, where it came from, and what reviewers said of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from rejoinder.records import Origin, Post
from rejoinder.reports.jsonl import iso, post_row

REFERENCES = ("reply_to", "conversation", "quote", "repost")
"""Fields that hold the id of a post."""
_EVIL = frozenset("=+-@\t\r")
"""A spreadsheet takes a cell that begins so for a formula."""


class Said(msgspec.Struct, frozen=True):
    """One code of a post, as the review hands it over."""

    reviewer: str
    variable: str
    value: str
    time: int
    """UTC, ms."""
    codebook: str = ""
    queue: str = ""
    open: bool = False
    """Given while the codes of others were in sight."""


class About(msgspec.Struct, frozen=True):
    """The head of an export: how it was made, so that it can be made again and checked."""

    query: str
    """As it was typed."""
    absolute: str
    """The same with its relative dates resolved; empty is every post."""
    archive: str
    fingerprint: str
    tool: str
    made: str
    """ISO 8601, UTC."""
    format: str
    review: str = ""
    codebook: str = ""
    """Hash of the codebook."""
    variables: tuple[str, ...] = ()
    """Of the codebook, and those that only older versions of it had."""
    verdict: str = ""
    """The variable that decides."""
    reviewers: tuple[str, ...] = ()
    pseudonyms: bool = False
    coarse_time: bool = False
    ids_only: bool = False
    deleted: str = "the words of deleted posts are left out"
    type: str = "export"
    version: int = 1


def row(
    post: Post, conversation: str | None, replies: int, origins: Sequence[Origin], hashes: Mapping[str, str]
) -> dict[str, Any]:
    """Every field of a post, its state, and the SHA-256 of the source it came from."""
    found = post_row(post, conversation, replies, origins)
    found["state"] = ",".join(name for name in ("deleted", "edited") if found[name]) or "as posted"
    found["sha256"] = hashes.get(post.origin.source) or None
    for origin in found["origins"]:
        origin["sha256"] = hashes.get(origin["source"]) or None
    return found


def coded(found: dict[str, Any], said: Sequence[Said]) -> dict[str, Any]:
    """A row with its codes, each with who said it and when."""
    found["codes"] = [{**msgspec.structs.asdict(code), "time": iso(code.time)} for code in said]
    return found


def flat(found: Mapping[str, Any], variables: Sequence[str], verdict: str = "") -> Iterator[dict[str, Any]]:
    """A row as cells of a table: one line for each reviewer who said something of the post, else one.

    `verdict` is the variable that decides: when it was given is the time of the decision.
    """
    cells = {name: _cell(value) for name, value in found.items() if name not in ("codes", "origins", "reply_author")}
    if "reply_author" in found:
        other = found["reply_author"] or {}
        cells |= {"reply_author": other.get("id") or "", "reply_handle": other.get("handle") or ""}
    by_reviewer: dict[str, list[Mapping[str, Any]]] = {}
    for code in found.get("codes", ()):
        by_reviewer.setdefault(code["reviewer"], []).append(code)
    for reviewer, codes in by_reviewer.items() or [("", [])]:
        said = {
            name: "; ".join(sorted(code["value"] for code in codes if code["variable"] == name)) for name in variables
        }
        decided = max((code["time"] or "" for code in codes if code["variable"] == verdict), default="")
        yield {**cells, "reviewer": reviewer, **said, "decided": decided}


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before the sign."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _EVIL else value


def _cell(value: object) -> object:
    if isinstance(value, str):
        return value
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list):
        return "; ".join(_item(item) for item in value)
    return value


def _item(item: object) -> str:
    if isinstance(item, Mapping):
        return str(item.get("handle") or item.get("id") or item.get("url") or item.get("file") or item.get("alt") or "")
    return str(item)


def ids_alone(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of nothing but the post's name and its codes."""
    for found in rows:
        yield {name: found[name] for name in ("platform", "id", "codes") if name in found}


def coarse(found: dict[str, Any]) -> dict[str, Any]:
    """A row whose times are days."""
    for name in ("created", "edited", "deleted"):
        if isinstance(found.get(name), str):
            found[name] = found[name][:10]
    if "precision" in found and found["precision"] in ("millisecond", "second", "minute"):
        found["precision"] = "day"
    for code in found.get("codes", ()):
        code["time"] = (code["time"] or "")[:10]
    return found
