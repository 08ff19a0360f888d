"""Rows of the list of contacts, and which of their columns there is room for."""

from __future__ import annotations

import msgspec

from rejoinder.acts import Coverage, Pair, Party
from rejoinder.app.contact_table import LETTERS, habit, span
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.archive.protocol import Archive, Choice, Entry, PairSort
from rejoinder.reports.jsonl import iso


class Column(msgspec.Struct, frozen=True):
    """A column: what it is sorted by, its title, its width; negative widths are written from the left."""

    sort: PairSort
    title: str
    width: int
    least: int = 0
    """Cells that the whole must have before it is shown."""


COLUMNS = (
    Column("a", "A", -13), Column("b", "B", -13), Column("a_to_b", "A>B", 6), Column("b_to_a", "B>A", 5),
    Column("first", "first address", -13, 104), Column("answer", "answer", -10), Column("waited", "waited", 8),
    Column("unanswered", "unanswered", 10), Column("turns", "turns", 5, 104), Column("likes", "likes", 5, 112),
    Column("habit", "habit of B", 14, 130),
)  # fmt: skip
SORTS = tuple(column.sort for column in COLUMNS)
COVERAGE = 19
"""Width of the coverage of both, where there is room for it."""


class Row(msgspec.Struct, frozen=True):
    """One pair as it is listed: A waited, B answered."""

    pair: Pair
    waited: Party
    answered: Party
    cells: dict[str, str]
    coverage: str
    """Months with posts of A and of B, as a share of those between their first and last."""


def rows(archive: Archive, choice: Choice, at: int, limit: int, *, coverage: bool = True) -> list[Row]:
    """The rows from this position on."""
    pairs = archive.pairs(choice, at, limit)
    parties = {party.number: party for party in archive.parties([n for pair in pairs for n in (pair.a, pair.b)])}
    keys = {key for pair in pairs for key in (pair.first, pair.a_answer, pair.b_answer) if key}
    entries = {entry.key: entry for entry in archive.posts(sorted(keys))}
    covered = dict(zip(parties, map(_share, archive.coverage(list(parties))), strict=True)) if coverage else {}
    return [_row(pair, parties, entries, covered) for pair in pairs]


def _row(pair: Pair, parties: dict[int, Party], entries: dict[int, Entry], covered: dict[int, str]) -> Row:
    b_answers = pair.answerer == "b"
    a, b = parties[pair.a], parties[pair.b]
    waited, answered = (a, b) if b_answers else (b, a)
    addresses = (pair.a_addresses, pair.b_addresses)
    there, back = addresses if b_answers else addresses[::-1]
    answer = pair.b_answer if b_answers else pair.a_answer
    unanswered = (pair.b_unanswered if b_answers else pair.a_unanswered) if answer else there
    told = {
        "a": safe(waited.label),
        "b": safe(answered.label),
        "a_to_b": f"{there:,}",
        "b_to_a": f"{back:,}",
        "first": f"{_day(entries.get(pair.first))} {LETTERS[pair.kind]}",
        "answer": _day(entries.get(answer)) if answer else "" if answered.posts else "no posts",
        "waited": _waited(pair.b_waited if b_answers else pair.a_waited, entries.get(answer)) if answer else "",
        "unanswered": f"{unanswered:,}" if answered.is_collected or not answer else f"~{unanswered:,}",
        "turns": str(pair.turns or ""),
        "likes": str(pair.likes or ""),
        "habit": habit(answered.answered, answered.addressed),
    }
    both = [covered[party.number] for party in (waited, answered) if party.number in covered]
    return Row(pair, waited, answered, told, " / ".join(both))


def _waited(seconds: int | None, answer: Entry | None) -> str:
    by_day = answer is not None and answer.post.precision == "day"
    return "same day" if by_day and seconds == 0 else span(seconds)


def _day(entry: Entry | None) -> str:
    if entry is None or entry.post.time is None:
        return "undated"
    return (iso(entry.post.time) or "undated")[: {"month": 7, "year": 4}.get(entry.post.precision, 10)]


def _share(coverage: Coverage) -> str:
    """Months with posts, of those from the first to the last: `35 of 36`."""
    months = coverage.months
    return f"{len(months)} of {months[-1] - months[0] + 1}" if months else "none"


def columns(width: int) -> tuple[Column, ...]:
    """The columns that fit; what is left makes the names wider."""
    fitting = tuple(column for column in COLUMNS if column.least <= width)
    left = width - 2 - sum(abs(column.width) + 2 for column in fitting) + 2
    more = max(0, min(17, (left - (COVERAGE + 2 if width >= 150 else 0)) // 2))
    return tuple(
        msgspec.structs.replace(column, width=column.width - more) if column.sort in ("a", "b") else column
        for column in fitting
    )


def padded(text: str, width: int, more: str) -> str:
    """Text in a column."""
    text = cut(text, abs(width), more)
    gap = " " * (abs(width) - cells(text))
    return text + gap if width < 0 else gap + text
