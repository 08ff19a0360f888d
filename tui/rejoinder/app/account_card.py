"""All that an archive knows of one account, gathered once, and said in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from rejoinder.acts import Coverage, Party
from rejoinder.app.moments import Zone, moment_words
from rejoinder.archive import conditions as c
from rejoinder.archive.capture import gaps, told
from rejoinder.archive.protocol import Archive, Borne
from rejoinder.counting import counted
from rejoinder.records import Account

_KINDS: tuple[Literal["reply", "quote", "repost", "context", "deleted"], ...] = (
    *("reply", "quote", "repost"),
    *("context", "deleted"),
)
_MOST_GAPS = 6


class Card(msgspec.Struct, frozen=True):
    """What is known of an account."""

    party: Party
    account: Account
    """As the exports tell of it."""
    borne: tuple[Borne, ...]
    coverage: Coverage
    kinds: dict[str, int]
    """Posts of each kind that are here (a post may be of several)."""
    sources: tuple[tuple[str, int], ...]
    """(source, posts of this account in it)."""


def describe(archive: Archive, number: int) -> Card:
    """Ask the archive for all of it."""
    account = archive.account(number) or Account("")
    known = archive.parties((number,))
    # one that has only written since the last import has no contacts yet
    party = known[0] if known else Party(number, account.platform, account.id, account.handle, account.name)
    mine = c.all_of((c.From(party.id or party.handle or ""), c.Platform(party.platform)))
    kinds: dict[str, int] = {kind: archive.count(c.all_of((mine, c.Is(kind)))).n for kind in _KINDS}
    return Card(
        party,
        account,
        tuple(archive.borne(number)),
        msgspec.structs.replace(archive.coverage([number])[0], missed=tuple(gaps(archive))),
        kinds,
        tuple((row.label, row.n) for row in archive.tally(mine, "source") if row.label),
    )


def facts(card: Card, zone: Zone) -> Iterator[tuple[str, str]]:
    """(label, value) of every known fact."""
    party, account, coverage = card.party, card.account, card.coverage
    yield "name", party.name or "not known"
    yield "handle", f"@{party.handle}" if party.handle else "not known"
    yield "account id", f"{party.id or 'not known'} on {party.platform}"
    if account.created is not None:
        yield "created", moment_words(account.created, zone)
    if account.gone is not None:
        yield "gone", moment_words(account.gone, zone) if account.gone else "since when is not known"
    if account.bio:
        yield "biography", account.bio
    if account.owner:
        yield "export", "one of the exports here is this account's own"
    yield "posts here", f"{party.posts:,}"
    yield from ((label, f"{n:,}") for label, n in _named(card.kinds) if n)
    yield from _covered(coverage, zone)
    if party.addressed:
        yield "addressed", f"by {counted(party.addressed, 'post')} here, of which it answered {party.answered:,}"
    yield from ((f"{n}. name", _words(borne, zone)) for n, borne in enumerate(card.borne, 1))
    for handle, since, until in account.handles:
        yield "earlier handle", f"@{handle}, as its export says: " + _span(since, until, zone)
    yield from (("source", f"{name}: {counted(n, 'post')}") for name, n in card.sources)


def _named(kinds: dict[str, int]) -> Iterator[tuple[str, int]]:
    words = {"reply": "replies", "quote": "quotes", "repost": "reposts", "context": "for context", "deleted": "deleted"}
    return ((words[kind], n) for kind, n in kinds.items())


def _covered(coverage: Coverage, zone: Zone) -> Iterator[tuple[str, str]]:
    """What is here of the account's time, and what may be missing: nobody can tell from an archive what it lacks."""
    yield "first here", moment_words(coverage.first, zone) if coverage.first is not None else "no post has a time"
    if coverage.last is not None:
        yield "last here", moment_words(coverage.last, zone)
    if coverage.missing_parents:
        yield "missing", f"{coverage.missing_parents:,} of its replies answer posts that are not in this archive"
    if coverage.undated:
        yield "undated", f"{coverage.undated:,} of its posts have no known time"
    if coverage.missed:
        yield "not collected", f"{told(coverage.missed)}: what was written then is not here"
    empty = [f"{month(since)} – {month(until)}" if since != until else month(since) for since, until in coverage.gaps]
    if empty:
        more = f" and {len(empty) - _MOST_GAPS:,} more" if len(empty) > _MOST_GAPS else ""
        yield "no post in", ", ".join(empty[:_MOST_GAPS]) + more


def month(number: int) -> str:
    """A month, counted from January 1970."""
    return f"{1970 + number // 12}-{number % 12 + 1:02}"


def _words(borne: Borne, zone: Zone) -> str:
    who = " ".join(part for part in (borne.name, f"@{borne.handle}" if borne.handle else "") if part) or "no name"
    return f"{who}: {counted(borne.posts, 'post')}, {_span(borne.first, borne.last, zone)}"


def _span(first: int | None, last: int | None, zone: Zone) -> str:
    if first is None and last is None:
        return "it is not known when"
    ends = [moment_words(end, zone) if end is not None else "" for end in (first, last)]
    return f"until {ends[1]}" if first is None else f"since {ends[0]}" if last is None else f"{ends[0]} – {ends[1]}"
