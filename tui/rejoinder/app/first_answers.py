"""First answers among posts that have just come: who answered whom for the first time, in one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rejoinder.acts import Event
from rejoinder.app.wrapping import safe
from rejoinder.archive.protocol import Archive, Face, Key
from rejoinder.contacts.history import history

MOST = 200
"""Replies looked at in one go: a flood of posts must not keep the archive from answering."""


def first_answers(archive: Archive, keys: Sequence[Key]) -> list[str]:
    """`First answer: @b to @a, after 12 posts without one.` for each of these posts that is one, the oldest first."""
    told = []
    for who, whom, event in answering(archive, keys):
        n = event.unanswered
        names = f"{safe(who.label)} to {safe(whom.label)}"
        told.append(f"First answer: {names}, after {n:,} post{'' if n == 1 else 's'} without one.")
    return told


def answering(archive: Archive, keys: Sequence[Key]) -> Iterator[tuple[Face, Face, Event]]:
    """Who answered whom for the first time in one of these posts, and the event; the oldest first."""
    replies = [entry for entry in archive.posts(keys) if entry.addressee is not None]
    for entry in replies[-MOST:]:
        assert entry.addressee is not None
        who, whom = entry.author.account, entry.addressee.account
        if who == whom:
            continue
        met = history(archive.acts([who], [whom]), [who], [whom])
        answer = (met.a_to_b if who in met.a else met.b_to_a).answer
        if answer is not None and answer.act.key == entry.key:
            yield entry.author, entry.addressee, answer
