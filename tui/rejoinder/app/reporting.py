"""Reports of a pair, made from an archive: who, posts in order, events and their evidence, what is not known."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from rejoinder import __version__
from rejoinder.acts import Act, Event, Way
from rejoinder.app import originals
from rejoinder.app.contact_pane import evidence, sentences
from rejoinder.app.contact_table import after, day, habit
from rejoinder.app.meetings import End, Meeting
from rejoinder.archive import conditions as c
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.errors import UsageError
from rejoinder.folders import private_file
from rejoinder.permalinks import permalink
from rejoinder.records import Origin, Post, Source
from rejoinder.reports.bundle import fingerprint, write_bundle
from rejoinder.reports.contacts import account_row, contact_row, coverage_row
from rejoinder.reports.dossier import Dossier, Fact, Mark, Person, Piece, as_json, as_markdown
from rejoinder.reports.jsonl import iso
from rejoinder.reports.page import as_html

ENDINGS = (".md", ".html", ".json")


def dossier(archive: Archive, meeting: Meeting, query: str, include_deleted: bool = False) -> Dossier:
    """All that a report of these two says; the words of deleted posts only where they are asked for."""
    told, path = meeting.history, Path(archive.path)
    pieces = tuple(_pieces(archive, meeting, include_deleted))
    return Dossier(
        title=f"{meeting.a.label} and {meeting.b.label}: who first answered whom",
        a=_person(meeting, meeting.a, 0),
        b=_person(meeting, meeting.b, 1),
        facts=tuple(_facts(meeting)),
        pieces=pieces,
        marks=tuple(_marks(meeting)),
        silences=tuple(_silences(0, told.a_to_b)) + tuple(_silences(1, told.b_to_a)),
        unknown=tuple(_unknown(meeting, pieces)),
        query=query,
        tool=__version__,
        archive=path.name,
        fingerprint=fingerprint(path),
        made=iso(time.time_ns() // 10**9 * 1000) or "",
        contact=row(meeting),
    )


def row(meeting: Meeting) -> dict[str, Any]:
    """A meeting as the JSON of the command line."""
    a, b = ((end.addressed, end.answered) for end in (meeting.a, meeting.b))
    return contact_row(meeting.history, _end(meeting.a), _end(meeting.b), (a, b), meeting.coverage)


def _end(end: End) -> dict[str, Any]:
    if end.side is None:
        return account_row(end.parties[0])
    return {"id": None, "platform": None, "handle": None, "name": end.side, "side": end.side}


def _person(meeting: Meeting, end: End, place: int) -> Person:
    coverage = meeting.coverage[place]
    accounts = tuple(account_row(party) for party in end.parties)
    return Person(end.label, accounts, coverage_row(coverage), coverage.posts, habit(end.answered, end.addressed))


def _facts(meeting: Meeting) -> Iterator[Fact]:
    for who, whom, way in _ways(meeting):
        for event, words in _events(way):
            yield Fact(f"{who.label} {words.format(whom=whom.label)}: {day(event.act)}{_told(event)}", evidence(event))
    exchanges = meeting.history.exchanges
    if exchanges:
        posts = {act.key: act.post for act in meeting.history.acts}
        ids = [posts[key] for key in exchanges[0].keys if key in posts]
        count = f"{len(exchanges):,} exchanges; the longest has" if len(exchanges) > 1 else "One exchange of"
        yield Fact(f"{count} {meeting.history.turns} turns.", f"its replies: {', '.join(ids)}")


def _ways(meeting: Meeting) -> tuple[tuple[End, End, Way], ...]:
    told = meeting.history
    return (meeting.a, meeting.b, told.a_to_b), (meeting.b, meeting.a, told.b_to_a)


def _events(way: Way) -> Iterator[tuple[Event, str]]:
    firsts = ((way.first_address, "first addresses {whom}"), (way.first_reply, "first replies to {whom}"))
    for event, words in (*firsts, (way.answer, "answers {whom}")):
        if event is not None:
            yield event, words
    yield from ((event, "replies again to {whom}") for event in way.resumed)


def _told(event: Event) -> str:
    return after(event) if event.kind == "answer" else f" ({event.act.kind})" if event.kind == "first address" else ""


def _pieces(archive: Archive, meeting: Meeting, include_deleted: bool) -> Iterator[Piece]:
    sources = {source.name: source for source in archive.sources()}
    told = meeting.history
    kinds: dict[int, list[str]] = {}
    for act in told.acts:
        kinds.setdefault(act.key, []).append("liked" if act.kind == "like" else act.kind)
    for _, _, way in _ways(meeting):
        if way.answer is not None:
            kinds[way.answer.act.key].insert(0, "answer")
    keys = set(kinds) | {key for exchange in told.exchanges for key in exchange.keys}
    keys |= {act.parent for act in told.acts if act.parent is not None and act.parent > 0}
    for entry in archive.posts(sorted(keys)):
        lane = 0 if entry.author.account in meeting.a.numbers else 1 if entry.author.account in meeting.b.numbers else 2
        source = sources.get(entry.post.origin.source)
        yield _piece(entry, entry.exported(include_deleted), tuple(kinds.get(entry.key, ())), lane, source)


def _piece(entry: Entry, post: Post, kinds: tuple[str, ...], lane: int, source: Source | None) -> Piece:
    handle = entry.author.handle or None
    return Piece(
        post.id, post.platform, entry.author.handle or entry.author.label, entry.author.name or None, iso(post.time),
        post.precision, post.clock, post.text, post.text_status,
        post.permalink or permalink(post.platform, handle, post.id), kinds, lane,
        post.origin.source, post.origin.member, post.origin.position,
        (source.fingerprint or None) if source is not None else None,
    )  # fmt: skip


def _marks(meeting: Meeting) -> Iterator[Mark]:
    told = meeting.history
    answers = [way.answer.act for way in (told.a_to_b, told.b_to_a) if way.answer is not None]
    for act in told.acts:
        lane = 0 if act.source in meeting.a.numbers else 1
        who = meeting.parties[act.source].label
        title = f"{_when(act)} {who}: {act.kind}"
        yield Mark(lane, act.kind, act.time, act in answers, title, act.precision == "day")


def _when(act: Act) -> str:
    return day(act) if act.dated else f"between {iso(act.time) or '?'} and {iso(act.until) or '?'}"


def _silences(lane: int, way: Way) -> Iterator[tuple[int, int, int]]:
    answer = way.answer
    if (
        answer is not None
        and answer.since is not None
        and answer.since.time is not None
        and answer.act.time is not None
    ):
        yield lane, answer.since.time, answer.act.time


def _unknown(meeting: Meeting, pieces: tuple[Piece, ...]) -> Iterator[str]:
    """What this archive cannot tell."""
    yield "Whether the two addressed each other before or elsewhere: everything is first in this archive."
    for words, _ in sentences(meeting):
        if "cannot be known" in words:
            yield words
    told = meeting.history
    missing = sum(act.kind == "reply" and (act.parent is None or act.parent < 0) for act in told.acts)
    if missing:
        yield f"{missing:,} of the replies answer posts that are not in this archive."
    if undated := sum(not act.dated for act in told.acts):
        yield f"{undated:,} acts have no date of their own."
    if any(act.asserted for act in told.acts):
        yield "That some posts are replies is asserted by a secondary source, not by the platform's data."
    if unsaid := sum(piece.text_status != "verbatim" for piece in pieces):
        yield f"Of {unsaid:,} posts the text is not known, or not whole, or a paraphrase."


def write(archive: Archive, meeting: Meeting, path: Path, query: str, include_deleted: bool = False) -> None:
    """Write a report as its name's ending says. Raises UsageError for another ending."""
    made = render(dossier(archive, meeting, query, include_deleted), path.suffix)
    private_file(path).write_bytes(made)


def render(made: Dossier, ending: str) -> bytes:
    """The report in one of the forms."""
    if ending == ".md":
        return as_markdown(made).encode()
    if ending == ".html":
        return as_html(made).encode()
    if ending == ".json":
        return as_json(made)
    raise UsageError(f"A report is written as {', '.join(ENDINGS)}, not {ending or 'without an ending'}.")


def bundle(archive: Archive, meeting: Meeting, path: Path, query: str, include_deleted: bool = False) -> int:
    """Write the report with the raw record of each post and a manifest; how many records are not in it."""
    made = dossier(archive, meeting, query, include_deleted)
    raws: list[tuple[str, bytes]] = []
    pieces: list[Piece] = []
    missed: list[str] = []
    wanted = {_origin(piece) for piece in made.pieces if piece.text_status != "hidden"}
    records = dict(originals.read_all(wanted, archive.sources()))
    for number, piece in enumerate(made.pieces, 1):
        record = records.get(_origin(piece))
        if isinstance(record, bytes):
            name = f"raw/{number:04}-{re.sub(r'[^0-9A-Za-z_.-]+', '-', piece.id)[:60]}.bin"
            raws.append((name, record))
            pieces.append(msgspec.structs.replace(piece, raw=name))
            continue
        pieces.append(piece)
        why = "is left out: the post was deleted." if record is None else f"could not be read again: {record.message}"
        missed.append(f"The raw record of {piece.platform}:{piece.id} {why}")
    made = msgspec.structs.replace(made, pieces=tuple(pieces), unknown=(*made.unknown, *missed))
    write_bundle(path, [*((f"report{ending}", render(made, ending)) for ending in ENDINGS), *raws])
    return len(missed)


def _origin(piece: Piece) -> Origin:
    return Origin(piece.source, piece.member, piece.position)


def write_beside(archive: Archive, meeting: Meeting) -> str:
    """Write the pair's reports beside the archive; the sentence that says where."""
    path = Path(archive.path)
    stem = re.sub(r"[^\w.-]+", "-", f"{path.stem}.{meeting.a.label}-{meeting.b.label}")[:120]
    one, other = (end.parties[0].handle or end.label for end in (meeting.a, meeting.b))
    made = dossier(archive, meeting, print_condition(c.Pair(one, other)))
    for ending in ENDINGS:
        private_file(path.with_name(stem + ending)).write_bytes(render(made, ending))
    return f"Written: {stem}.html, .md and .json, in {path.parent}"
