"""What reviews and sides answer in a search, asked in the thread of the archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rejoinder.app.settings import Settings
from rejoinder.archive.conditions import Coded, Condition, Side
from rejoinder.archive.protocol import Archive
from rejoinder.archive.resolving import answering

if TYPE_CHECKING:
    from rejoinder.app.coded import Codes
    from rejoinder.archive.tally import By, Tallied


class Elsewhere:
    """Brings other wings in when the first search asks for them; `archive` answers for all of them."""

    def __init__(self, archive: Archive, settings: Settings) -> None:
        self.archive = answering(archive, {Coded: self._coded, Side: self._side})
        self._told, self._settings = archive, settings
        self._codes: Codes | None = None

    def prepare(self) -> None:
        """Look the posts of every journal up, before the first search asks for them."""
        self._known_codes().prepare()

    def tally(self, condition: Condition, by: By, limit: int) -> Sequence[Tallied]:
        """Posts counted by what reviewers said."""
        return self._known_codes().tally(condition, by, limit)

    def look_again(self, reviewer: str) -> None:
        """Another reviewer looks, or a queue was begun or finished: other codes may be in sight."""
        if self._codes is not None:
            self._codes.look_again(reviewer)

    def _coded(self, condition: Coded) -> Condition:
        """The posts of which reviewers say this."""
        return self._known_codes().resolve(condition)

    def _side(self, condition: Side) -> Condition:
        """What the members of a side wrote, as its file says now."""
        from rejoinder.app.siding import with_sides

        return with_sides(condition, self._told.path)

    def _known_codes(self) -> Codes:
        if self._codes is None:
            from rejoinder.app.coded import codes_for
            from rejoinder.app.desk import remembered_name

            who = self._settings.reviewer or remembered_name()
            self._codes = codes_for(self._told, self._settings.review, who)
        return self._codes
