"""A corpus in ConvoKit's layout (https://convokit.cornell.edu/documentation/data_format.html): a folder of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from rejoinder.folders import private_file, private_folder
from rejoinder.reports.jsonl import encode
from rejoinder.reports.tables import About

_META = ("platform", "clock", "precision", "likes", "reposts", "state", "source", "sha256", "member", "position")


def write(folder: Path, about: About, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write the corpus. A parent that is not among the posts is kept in the meta data: ConvoKit wants whole chains."""
    private_folder(folder)
    kept = list(rows)
    ids = {row["id"] for row in kept}
    speakers: dict[str, dict[str, Any]] = {}
    conversations: dict[str, dict[str, Any]] = {}
    with private_file(folder / "utterances.jsonl").open("wb") as file:
        for row in kept:
            speaker = row["author"] or row["handle"] or "unknown"
            meta = {"handle": row["handle"], "name": row["name"]}
            speakers.setdefault(speaker, {"meta": meta, "vectors": []})
            conversations.setdefault(row["conversation"], {"meta": {}, "vectors": []})
            file.write(encode(_utterance(row, speaker, ids)) + b"\n")
    _write(folder / "speakers.json", speakers)
    _write(folder / "conversations.json", conversations)
    _write(folder / "corpus.json", {"export": msgspec.structs.asdict(about)})
    _write(folder / "index.json", _index(kept))
    return len(kept)


def _utterance(row: Mapping[str, Any], speaker: str, ids: set[str]) -> dict[str, Any]:
    parent = row["reply_to"]
    meta = {name: row[name] for name in _META} | {"codes": row.get("codes", [])}
    if parent is not None and parent not in ids:
        meta["reply_to_missing"] = parent
    return {
        "id": row["id"],
        "conversation_id": row["conversation"],
        "text": row["text"],
        "speaker": speaker,
        "meta": meta,
        "reply-to": parent if parent in ids else None,
        "timestamp": _seconds(row["created"]),
        "vectors": [],
    }


def _seconds(created: str | None) -> int | None:
    return int(datetime.fromisoformat(created).timestamp()) if created else None


def _index(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The kinds of the meta data, as ConvoKit reads them."""
    kinds: dict[str, list[str]] = {name: [] for name in (*_META, "codes", "reply_to_missing")}
    for row in rows:
        for name in _META:
            kind = str(type(row[name]))
            if row[name] is not None and kind not in kinds[name]:
                kinds[name].append(kind)
    kinds["codes"], kinds["reply_to_missing"] = ["<class 'list'>"], ["<class 'str'>"]
    return {
        "utterances-index": kinds,
        "speakers-index": {"handle": ["<class 'str'>"], "name": ["<class 'str'>"]},
        "conversations-index": {},
        "overall-index": {"export": ["<class 'dict'>"]},
        "version": 1,
        "vectors": [],
    }


def _write(path: Path, value: object) -> None:
    private_file(path).write_bytes(encode(value))
