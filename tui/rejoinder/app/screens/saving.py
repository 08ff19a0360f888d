"""Searches kept under a name, and taken again: the filter in force, or else the find."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rejoinder.app.screens.searching import Search, Searching
from rejoinder.archive.saved import SavedSearches, query_of
from rejoinder.errors import RejoinderError, UsageError

Ask = Callable[[str, str, str, Sequence[str], Callable[[str], None]], None]
"""Asks for a line: label, text, help, words that Tab completes to, and what to do with the answer."""


class Saving:
    """The commands for saved searches; they are the same ones that the command line knows."""

    def __init__(self, searching: Searching, ask: Ask, say: Callable[[str], None]) -> None:
        self._searching, self._ask, self._say = searching, ask, say
        self._saved = SavedSearches()

    def action_save_search(self, count: int | None = None) -> None:
        """Keep the filter in force, or else the find, in its absolute form."""
        search = self._searching.filter or self._searching.find
        if not search:
            self._say("There is no search to save: / finds, & filters.")
        elif (names := self._names()) is not None:
            self._ask(
                "Save as:", "", f"a name for {search.text}; one that is there is replaced", names, self._keep(search)
            )

    def action_saved_searches(self, count: int | None = None) -> None:
        """Filter by a saved search."""
        names = self._names()
        if names:
            self._ask("Saved search:", "", "Tab completes   " + "  ".join(names), names, self._take)
        elif names is not None:
            self._say("No search is saved yet: fw saves the one in force.")

    def _names(self) -> list[str] | None:
        try:
            return [saved.name for saved in self._saved.all()]
        except RejoinderError as error:
            self._say(f"{error.message} {error.advice}")
            return None

    def _keep(self, search: Search) -> Callable[[str], None]:
        def keep(name: str) -> None:
            try:
                saved = self._saved.keep(name, search.query, search.text)
            except UsageError:
                raise
            except RejoinderError as error:
                self._say(f"{error.message} {error.advice}")
            else:
                self._say(f"Saved as {saved.name}: {saved.line}")

        return keep

    def _take(self, name: str) -> None:
        """Put it in force as a filter. Raises UsageError with the nearest name where there is none of this name."""
        saved = self._saved.find(name.strip())
        try:
            self._searching.begin()
            self._searching.apply_filter(Search(saved.line, query_of(saved)))
        except RejoinderError as error:
            self._say(f"{error.message} {error.advice}")
