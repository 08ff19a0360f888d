"""The search line while it is typed in: opens it, reads what is written, and puts it in force or complains."""

from __future__ import annotations

from collections.abc import Callable

from rejoinder.app import goto
from rejoinder.app.completing import SHOWN
from rejoinder.app.questions import Questions
from rejoinder.app.screens.jumping import Jumping
from rejoinder.app.screens.searching import Searching
from rejoinder.app.search_help import Mode
from rejoinder.app.widgets.search_bar import SearchBar
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.completion import Wanted, choices
from rejoinder.archive.protocol import Archive
from rejoinder.errors import QueryError


class TypingLine:
    """Joins the search bar with what it finds, filters, and goes to."""

    def __init__(
        self,
        bar: SearchBar,
        searching: Searching,
        jumping: Jumping,
        timeline: Timeline,
        typed: Callable[[bool], None],
        archive: Archive,
        questions: Questions,
    ) -> None:
        """`typed` is told that the bar has come (True) or gone."""
        self._bar = bar
        self._searching = searching
        self._jumping = jumping
        self._timeline = timeline
        self._typed = typed
        self._archive, self._questions = archive, questions

    @property
    def mode(self) -> Mode | None:
        """What is being typed, if anything is."""
        return self._bar.mode if self._bar.display else None

    def action_find(self, count: int | None = None) -> None:
        self._open("find", self._searching.find.text)

    def action_filter(self, count: int | None = None) -> None:
        self._open("filter", self._searching.filter.text)

    def action_goto(self, count: int | None = None) -> None:
        self._open("goto", "")

    def _open(self, mode: Mode, text: str) -> None:
        self._searching.begin()
        self._bar.open(mode, text)
        self._typed(True)

    def changed(self, text: str, mode: Mode) -> None:
        """Something was typed: it is in force at once."""
        if mode != "goto" and self._bar.display:
            self._search(text, mode, live=True)

    def wants(self, wish: Wanted) -> None:
        """Ask the archive how the unfinished word may go on."""
        self._questions.ask(
            "values", lambda: choices(self._archive, wish, SHOWN), lambda found: self._bar.offer(wish, found)
        )

    def submitted(self, text: str, mode: Mode) -> None:
        """Enter: what is typed stays in force; what can't be understood stays to be mended."""
        if mode == "goto":
            if self._go_to(text):
                self._close()
        elif self._search(text, mode, live=False):
            self._close()
            self._searching.settle(mode)

    def left(self) -> None:
        """Esc: as before."""
        self._close()
        if self._bar.mode != "goto":
            self._searching.leave()

    def _close(self) -> None:
        self._bar.close()
        self._typed(False)

    def _search(self, text: str, mode: Mode, live: bool) -> bool:
        try:
            search = self._searching.read(text, live)
        except QueryError as error:
            self._bar.complain(error.message, error.column, error.advice)
            return False
        self._searching.apply_find(search) if mode == "find" else self._searching.apply_filter(search)
        return True

    def _go_to(self, text: str) -> bool:
        try:
            target = goto.parse(text, last=self._searching.last, zone=self._timeline.look.zone.tz)
        except QueryError as error:
            self._bar.complain(error.message, error.column, error.advice)
            return False
        if target.time is not None:
            self._jumping.to_time(target.time)
        elif target.fraction is not None:
            self._jumping.to_fraction(target.fraction)
        elif target.id is not None:
            self._jumping.to_id(target.id)
        return True
