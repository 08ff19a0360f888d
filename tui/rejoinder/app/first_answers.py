"""First answers among posts that have just come: who answered whom for the first time, in one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rejoinder.app.wrapping import safe
from rejoinder.archive.protocol import Archive, Entry, Key
from rejoinder.contacts.history import history

MOST = 200
"""Replies looked at in one go: a flood of posts must not keep the archive from answering."""


def first_answers(archive: Archive, keys: Sequence[Key]) -> list[str]:
    """`First answer: @b to @a, after 12 posts without one.` for each of these posts that is one, the oldest first."""
    replies = [entry for entry in archive.posts(keys) if entry.addressee is not None]
    return [line for entry in replies[-MOST:] for line in _told(archive, entry)]


def _told(archive: Archive, entry: Entry) -> Iterator[str]:
    assert entry.addressee is not None
    who, whom = entry.author.account, entry.addressee.account
    if who == whom:
        return
    met = history(archive.acts([who], [whom]), [who], [whom])
    way = met.a_to_b if who in met.a else met.b_to_a
    if way.answer is not None and way.answer.act.key == entry.key:
        n = way.answer.unanswered
        names = f"{safe(entry.author.label)} to {safe(entry.addressee.label)}"
        yield f"First answer: {names}, after {n:,} post{'' if n == 1 else 's'} without one."
