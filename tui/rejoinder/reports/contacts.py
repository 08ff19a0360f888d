"""Contacts as JSON: one row for two accounts, or two sides."""

from __future__ import annotations

from typing import Any

from rejoinder.acts import Coverage, Event, History, Party, Way
from rejoinder.reports.jsonl import iso


def contact_row(
    told: History,
    a: dict[str, Any],
    b: dict[str, Any],
    habits: tuple[tuple[int, int], tuple[int, int]],
    coverage: tuple[Coverage, Coverage],
) -> dict[str, Any]:
    """What two did to each other; `a` and `b` are the accounts as JSON, `habits` (addressed, answered) of each.

    In `a_to_b`, `answer` is A's first reply to B after B addressed A, `unanswered` B's addresses before it, and
    `addressed` and `answered` are A's habit.
    """
    return {
        "a": a,
        "b": b,
        "a_to_b": _way(told.a_to_b, habits[0]),
        "b_to_a": _way(told.b_to_a, habits[1]),
        "turns": told.turns,
        "coverage": {"a": coverage_row(coverage[0]), "b": coverage_row(coverage[1])},
    }


def account_row(party: Party) -> dict[str, Any]:
    """An account as JSON."""
    return {"id": party.id, "platform": party.platform, "handle": party.handle, "name": party.name}


def _way(way: Way, habit: tuple[int, int]) -> dict[str, Any]:
    return {
        "addresses": way.addresses,
        "replies": way.replies,
        "mentions": way.mentions,
        "quotes": way.quotes,
        "reposts": way.reposts,
        "likes": way.likes,
        "first_address": first_row(way.first_address),
        "first_reply": first_row(way.first_reply),
        "answer": answer_row(way.answer),
        "resumed": [_resumed(event) for event in way.resumed],
        "addressed": habit[0],
        "answered": habit[1],
    }


def first_row(event: Event | None) -> dict[str, Any] | None:
    """A first address or reply as JSON."""
    if event is None:
        return None
    act = event.act
    return {"post": act.post, "kind": act.kind, "time": iso(act.time), "precision": act.precision}


def answer_row(event: Event | None) -> dict[str, Any] | None:
    """An answer as JSON; `contradicted` stands there only where the reply is dated before its parent."""
    if event is None:
        return None
    row: dict[str, Any] = {
        "post": event.act.post,
        "time": iso(event.act.time),
        "unanswered": event.unanswered,
        "silence_seconds": _seconds(event.silence),
        "verdict": event.verdict,
        "attested": _attested(event),
        "clock": event.clock,
    }
    return {**row, "contradicted": True} if event.contradicted else row


def _resumed(event: Event) -> dict[str, Any]:
    return {
        "post": event.act.post,
        "time": iso(event.act.time),
        "silence_seconds": _seconds(event.silence),
        "verdict": event.verdict,
        "attested": _attested(event),
        "clock": event.clock,
    }


def _seconds(silence: int | None) -> int | None:
    return None if silence is None else silence // 1000


def _attested(event: Event) -> dict[str, Any] | None:
    witness = event.attested
    return None if witness is None else {"by": witness.by, "sources": witness.sources, "agree": witness.agree}


def coverage_row(coverage: Coverage) -> dict[str, Any]:
    """Coverage as JSON: `gaps` are months without a post, `2020-08` or `2020-08..2020-11`.

    `only_context` stands there only where all of the posts are here because others quote or repost them,
    `capture_gaps` (from, until) only where a capture that was followed has some.
    """
    row: dict[str, Any] = {
        "first": iso(coverage.first),
        "last": iso(coverage.last),
        "gaps": [gap(*months) for months in coverage.gaps],
        "missing_parents": coverage.missing_parents,
    }
    if coverage.missed:
        row["capture_gaps"] = [[iso(since), iso(until)] for since, until in coverage.missed]
    return {**row, "only_context": True} if coverage.posts and coverage.context == coverage.posts else row


def month(number: int) -> str:
    """A month counted from January 1970: `2013-10`."""
    return f"{1970 + number // 12:04}-{number % 12 + 1:02}"


def gap(first: int, last: int) -> str:
    """A stretch of months."""
    return month(first) if first == last else f"{month(first)}..{month(last)}"
