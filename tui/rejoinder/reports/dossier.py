"""What a report of contacts says, whatever it is written as: people, posts in order, events, and what is not known."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from rejoinder.acts import ActKind
from rejoinder.counting import counted
from rejoinder.reports.jsonl import iso

DISCLAIMER = (
    "Everything is first in this archive. The tool states events, never relations. An owner can edit an own export."
)


class Person(msgspec.Struct, frozen=True):
    """One of the two: an account or a side, with what the archive holds of it."""

    label: str
    accounts: tuple[dict[str, Any], ...]
    coverage: dict[str, Any]
    posts: int
    habit: str


class Piece(msgspec.Struct, frozen=True):
    """A post of the report, where it was read, and what it is between the two."""

    id: str
    platform: str
    account: str
    name: str | None
    time: str | None
    """ISO 8601 in UTC."""
    precision: str
    clock: str
    text: str
    text_status: str
    permalink: str | None
    kinds: tuple[str, ...]
    """What it does to the other: `reply`, `mention` …; of events, `answer` … too."""
    lane: int
    """0: of A, 1: of B; anything else: of neither."""
    source: str
    member: str
    position: int
    sha256: str | None
    """Of the export it was read from."""
    raw: str | None = None
    """The file of the bundle that holds the record's own bytes."""


class Fact(msgspec.Struct, frozen=True):
    """An event in a sentence, and its evidence."""

    sentence: str
    evidence: str


class Mark(msgspec.Struct, frozen=True):
    """A sign of the two-lane picture."""

    lane: int
    kind: ActKind
    time: int | None
    is_answer: bool
    title: str
    is_day: bool = False
    """Of its time only the day is known."""


def at_once(time: int, is_day: bool, several: bool) -> str:
    """What the picture says instead of an axis where all acts are of one day without a time, or of one second (ms)."""
    moment = iso(time) or "?"
    if is_day:
        return f"{moment[:10]}: in their order, the time of day is not known"
    return f"{moment[:10]} {moment[11:19]}" + (", all in one second: in their order" if several else "")


class Dossier(msgspec.Struct, frozen=True):
    """A report."""

    title: str
    a: Person
    b: Person
    facts: tuple[Fact, ...]
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    silences: tuple[tuple[int, int, int], ...]
    """(lane, from, until): an answer was waited for."""
    unknown: tuple[str, ...]
    query: str
    tool: str
    archive: str
    fingerprint: str
    """SHA-256 of the archive file."""
    made: str
    contact: dict[str, Any]
    """The row that `rejoinder contacts --json` prints."""


def as_json(dossier: Dossier) -> bytes:
    """The report as one JSON object."""
    told = msgspec.to_builtins(dossier)
    for name in ("marks", "silences"):
        told.pop(name)
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def as_markdown(dossier: Dossier) -> str:
    """The report as Markdown; nothing of a post's text is read as markup."""
    lines = [f"# {_plain(dossier.title)}", "", DISCLAIMER, "", "## Who", ""]
    for letter, person in (("A", dossier.a), ("B", dossier.b)):
        lines.append(
            f"- **{letter}: {_plain(person.label)}**: {_plain(accounts_of(person))}. {_plain(coverage_of(person))}"
        )
    lines += ["", "## Events", ""]
    lines += [f"- {_plain(fact.sentence)}  \n  {_plain(fact.evidence)}" for fact in dossier.facts]
    lines += ["", "## Posts", ""]
    for number, piece in enumerate(dossier.pieces, 1):
        lines += [f"### {number}. {_plain(heading(piece))}", "", *_quoted(piece), "", _plain(whence(piece)), ""]
        if piece.permalink:
            lines += [f"<{piece.permalink}>" if is_web(piece.permalink) else _plain(piece.permalink), ""]
    lines += ["## What is not known", "", *(f"- {_plain(each)}" for each in dossier.unknown), ""]
    return "\n".join([*lines, "## Made", "", *(f"- {_plain(each)}" for each in made(dossier)), ""])


def heading(piece: Piece) -> str:
    """When, who, and what it is."""
    when = f"{piece.time or 'time unknown'}" + (
        "" if piece.precision in ("second", "millisecond") else f" ({piece.precision})"
    )
    return f"{when} · {piece.account} · {', '.join(piece.kinds) or 'context'}"


def whence(piece: Piece) -> str:
    """Id, clock, source and its SHA-256."""
    parts = [
        f"id {piece.platform}:{piece.id}",
        f"clock: {piece.clock}",
        f"source {piece.source}, {piece.member} {piece.position}",
    ]
    parts += [f"SHA-256 of the source {piece.sha256}"] if piece.sha256 else []
    return " · ".join([*parts, f"raw record: {piece.raw}"] if piece.raw else parts)


def words(piece: Piece) -> str:
    """The text, or what there is instead."""
    if piece.text_status == "hidden":
        return "[deleted; its words are left out]"
    note = {"partial": "[partly quoted] ", "paraphrase": "[paraphrase] ", "absent": "[no wording known]"}
    return note.get(piece.text_status, "") + piece.text


def made(dossier: Dossier) -> list[str]:
    """Query, tool, archive and its fingerprint."""
    return [
        f"query: {dossier.query}",
        f"made {dossier.made} by Rejoinder {dossier.tool}",
        f"archive {dossier.archive}, SHA-256 {dossier.fingerprint}",
    ]


def accounts_of(person: Person) -> str:
    """The accounts by platform, id, handle and name."""
    return "; ".join(
        " ".join(
            str(part)
            for part in (
                account["platform"],
                account["id"],
                account["handle"] and f"@{account['handle']}",
                account["name"],
            )
            if part
        )
        for account in person.accounts
    )


def coverage_of(person: Person) -> str:
    """What the archive holds of them."""
    told = person.coverage
    if not person.posts:
        return "No posts of it are in this archive."
    gaps = f"nothing in {', '.join(told['gaps'])}" if told["gaps"] else "no month without a post"
    span = f"{counted(person.posts, 'post')} here from {told['first'] or '?'} to {told['last'] or '?'}, {gaps}"
    if lost := told.get("capture_gaps"):
        span += f"; not collected: {', '.join(f'{since} to {until}' for since, until in lost)}"
    missing = f"{told['missing_parents']:,} parents of its replies are missing"
    return f"{span}; {missing}. It answered {person.habit or 'none'} of the posts that addressed it."


def _quoted(piece: Piece) -> list[str]:
    return [f"> {_plain(line)}" for line in words(piece).split("\n")]


_MARKUP = {ord(sign): f"\\{sign}" for sign in "\\`*_[]|~"} | {
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("&"): "&amp;",
}
_NUMBERED = re.compile(r"^(\d+)([.)])")
"""A line that could begin a numbered list."""


def _plain(text: str) -> str:
    """Text of which Markdown and HTML read nothing as markup."""
    line = text.replace("\n", " ").translate(_MARKUP)
    return f"\\{line}" if line[:1] in ("#", "+", "-", "=") else _NUMBERED.sub(r"\1\\\2", line, count=1)


def is_web(address: str) -> bool:
    """Whether an address may be a link."""
    return address.startswith(("https://", "http://")) and not any(sign in '<>"' or sign.isspace() for sign in address)
