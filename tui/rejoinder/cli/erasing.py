"""What is to be forgotten leaves the review, the history of the search line and the places kept, too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive


def names_meant(archive: Archive, accounts: Sequence[int], posts: Sequence[tuple[str, str]]) -> list[str]:
    """The names (`platform:id`) of these posts, and of all that these accounts (by number) wrote."""
    from rejoinder.archive.conditions import From, Platform, all_of

    names = {f"{platform}:{id}" for platform, id in posts}
    for party in archive.parties(accounts):
        written = all_of((From(party.id or party.handle or ""), Platform(party.platform)))
        names.update(archive.names_of(archive.keys(written)))
    return sorted(names)


def erase_everywhere(archive: Path, names: Sequence[str], words: Sequence[str]) -> int:
    """Take these posts out of the review beside the archive, and lines with these words out of the search history.

    How many of the posts the journals knew. Raises ReviewError where a journal is being written in a window.
    """
    from rejoinder.app.history import History
    from rejoinder.app.position import Positions
    from rejoinder.review import custody
    from rejoinder.review.erasing import erase
    from rejoinder.review.folder import Review, beside

    review = Review(beside(archive))
    count = erase(review, names)
    if review.exists():
        custody.add(review.path, "forget", f"{len(names):,} posts, {count:,} of them with codes")
    history = History()
    ids = [name.partition(":")[2] for name in names]
    history.forget([word.lstrip("@") for word in words] + (ids if len(ids) < 1_000 else []))
    positions = Positions(str(archive))
    kept = positions.read()
    if kept is not None and f"{kept.platform}:{kept.id}" in set(names):
        positions.forget()
    return count
