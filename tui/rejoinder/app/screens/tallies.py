"""The tallies screen: counts the posts in force in one way after another, and makes a filter of the row chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rejoinder.app.narrowing import with_term, with_time
from rejoinder.app.questions import Questions
from rejoinder.app.screens.overlay import Overlay
from rejoinder.app.screens.reading import Reader
from rejoinder.app.screens.searching import Searching
from rejoinder.app.screens.showing import Browser
from rejoinder.app.widgets.tally_page import MOST, TallyPage
from rejoinder.app.wrapping import safe
from rejoinder.archive import conditions as c
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.protocol import Archive
from rejoinder.archive.tally import SAID, By, Tallied


class TalliesScreen(Overlay):
    """Asks for each tally as it is wanted."""

    def __init__(self, page: TallyPage, ask: Callable[[By], None], narrow: Callable[[Tallied], bool]) -> None:
        """`narrow` makes a filter of a row; False where no search says what the row says."""
        super().__init__(page)
        self._ask, self._narrow = ask, narrow

    def on_tally_page_needed(self, wish: TallyPage.Needed) -> None:
        self._ask(wish.by)

    def on_tally_page_chosen(self, wish: TallyPage.Chosen) -> None:
        if self._narrow(wish.row):
            self.dismiss(None)
        else:
            self.say("No search finds the posts of this row alone.")


class Screen(Browser, Protocol):
    """What tallying is handed by its screen."""

    @property
    def has_codes(self) -> bool: ...

    def tally_said(self, condition: c.Condition, by: By, limit: int) -> Sequence[Tallied]: ...


class Tallying:
    """The command that opens the tallies of what filter and find have left."""

    def __init__(
        self, screen: Screen, archive: Archive, questions: Questions, reader: Reader, searching: Searching
    ) -> None:
        self._screen, self._archive, self._questions = screen, archive, questions
        self._reader, self._searching = reader, searching
        self._by: By = "month"

    def action_tally(self, count: int | None = None) -> None:
        condition = c.all_of((self._reader.condition, self._searching.find.query.condition))
        zone = self._screen.look.zone.tz
        page = TallyPage(self._screen.look, self._screen.inks, self._by, self._what(), self._screen.has_codes)

        def ask(by: By) -> None:
            self._by = by
            self._questions.ask(
                "tally",
                lambda: (
                    self._screen.tally_said(condition, by, MOST)
                    if by in SAID
                    else self._archive.tally(condition, by, limit=MOST, zone=zone)
                ),
                lambda rows: page.take(by, rows),
            )

        self._screen.app.push_screen(TalliesScreen(page, ask, self._narrow))

    def _what(self) -> str:
        """Which posts are counted."""
        searches = [safe(search.text) for search in (self._searching.filter, self._searching.find) if search]
        return "posts that match " + " and ".join(searches) if searches else "all posts, context ones too"

    def _narrow(self, row: Tallied) -> bool:
        if row.condition is None:
            return False
        filtered, condition = self._searching.filter, row.condition
        if isinstance(condition, c.Between) and condition.since is not None and condition.until is not None:
            zone = self._screen.look.zone
            text = with_time(filtered.text, filtered.query, condition.since, condition.until, zone)
        else:
            text = with_term(filtered.text, filtered.query, print_condition(condition))
        self._searching.narrow_to(text)
        return True
