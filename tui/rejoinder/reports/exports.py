"""Rows written as a file: CSV, JSON Lines, Markdown, HTML; each with a head that says how it was made."""

from __future__ import annotations

import csv
import html
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import msgspec

from rejoinder.folders import private_file
from rejoinder.reports.jsonl import encode
from rejoinder.reports.tables import About, flat, harmless

Row = dict[str, Any]
Writer = Callable[[IO[str], About, Iterable[Row]], int]
"""Writes rows to an open file and says how many."""


def write_csv(file: IO[str], about: About, rows: Iterable[Row]) -> int:
    """A table; its head lies beside it (see `beside`), for a line of comment would be a row to whatever reads it."""
    count, writer = 0, csv.writer(file)
    for found in rows:
        for cells in flat(found, about.variables, about.verdict):
            if not count:
                writer.writerow(cells)
            writer.writerow([harmless(value) for value in cells.values()])
            count += 1
    return count


def write_jsonl(file: IO[str], about: About, rows: Iterable[Row]) -> int:
    """The head as the first line (`"type": "export"`), then one post a line."""
    file.write(encode(msgspec.structs.asdict(about)).decode() + "\n")
    count = 0
    for found in rows:
        file.write(encode(found).decode() + "\n")
        count += 1
    return count


def write_markdown(file: IO[str], about: About, rows: Iterable[Row]) -> int:
    """A report to be read: the head, then each post with its words and what was said of it."""
    file.write("# Posts\n\n")
    for name, value in told(about):
        file.write(f"- {name}: {_marked(value)}\n")
    count = 0
    for found in rows:
        file.write(f"\n## {_marked(_who(found))}\n\n")
        for line in (found.get("text") or "").split("\n"):
            file.write(f"> {_marked(line)}\n")
        for name, value in _facts(found):
            file.write(f"\n- {name}: {_marked(value)}")
        file.write("\n")
        count += 1
    return count


def write_html(file: IO[str], about: About, rows: Iterable[Row]) -> int:
    """The same as a page of its own, without a script or anything that is fetched."""
    file.write(_HEAD)
    for name, value in told(about):
        file.write(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>\n")
    file.write("</dl>\n")
    count = 0
    for found in rows:
        text = html.escape(found.get("text") or "").replace("\n", "<br>")
        facts = "".join(f"<dt>{html.escape(n)}</dt><dd>{html.escape(v)}</dd>" for n, v in _facts(found))
        file.write(f"<article><h2>{html.escape(_who(found))}</h2><p dir=auto>{text}</p><dl>{facts}</dl></article>\n")
        count += 1
    file.write("</body></html>\n")
    return count


WRITERS: dict[str, Writer] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "md": write_markdown,
    "html": write_html,
}


def write(path: Path, format: str, about: About, rows: Iterable[Row]) -> int:
    """Write a private file of one of these formats; it stands under its name when it is whole. How many rows."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with private_file(draft).open("w", encoding="utf-8", newline="") as file:
            count = WRITERS[format](file, about, rows)
        if format == "csv":
            head = {"@context": "http://www.w3.org/ns/csvw", "url": path.name, "notes": [msgspec.structs.asdict(about)]}
            private_file(beside(path)).write_bytes(msgspec.json.format(msgspec.json.encode(head)))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)  # there is none where it has taken its place
    return count


def beside(path: Path) -> Path:
    """Where the head of a CSV file lies, as https://www.w3.org/TR/tabular-data-primer/ names it."""
    return path.with_name(path.name + "-metadata.json")


def told(about: About) -> list[tuple[str, str]]:
    """The head for a reader."""
    found = [
        ("query", about.query or "every post"),
        ("in absolute form", about.absolute or "every post"),
        ("archive", f"{about.archive}, fingerprint {about.fingerprint}"),
        ("made", f"{about.made} by rejoinder {about.tool}"),
    ]
    if about.review:
        found.append(("review", f"{about.review}, codebook {about.codebook}, by {', '.join(about.reviewers)}"))
    found.append(("deleted posts", about.deleted))
    if about.pseudonyms:
        found.append(("pseudonyms", "handles and ids are replaced; verbatim text can still be searched"))
    return found


def _who(found: Mapping[str, Any]) -> str:
    handle = found.get("handle")
    who = found.get("name") or (f"@{handle}" if handle else found.get("author")) or found["id"]
    return f"{who} {found.get('created') or ''}".strip()


def _facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands below a post."""
    facts = [("id", f"{found['platform']}:{found['id']}")]
    if found.get("permalink"):
        facts.append(("address", found["permalink"]))
    if found.get("reply_to"):
        facts.append(("reply to", str(found["reply_to"])))
    if found.get("state") not in (None, "as posted"):
        facts.append(("state", found["state"]))
    if found.get("source"):
        where = f"{found['source']}, {found['member']}, record {found['position']}"
        facts.append(("source", where + (f", SHA-256 {found['sha256']}" if found.get("sha256") else "")))
    said = (
        (code["variable"], f"{code['value']} ({code['reviewer']}, {code['time']})") for code in found.get("codes", ())
    )
    return [*facts, *said]


def _marked(text: str) -> str:
    """Words that Markdown takes as they are."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#+-!|~" else sign for sign in text)


_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Posts</title><style>
body { max-width: 46em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 serif; }
h2 { font-size: 1em; margin: 2em 0 0; } p { margin: .2em 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; font-size: .8em; color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
</style></head><body><h1>Posts</h1><dl>
"""
