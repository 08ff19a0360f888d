"""Which posts an act is done to: the one looked at, a range of them, or all matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rejoinder.app.desk import name_of
from rejoinder.app.layout import Look
from rejoinder.app.questions import Questions
from rejoinder.app.screens.reading import Reader
from rejoinder.app.screens.searching import Searching
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.conditions import Condition
from rejoinder.archive.protocol import Archive, Entry, Key, Place
from rejoinder.review.acts import PostName

Names = Sequence[PostName]
MOST = 200_000
"""Posts that one act may be done to."""


class Screen(Protocol):
    """What selecting is handed by its screen."""

    look: Look

    def looked_at(self) -> Entry | None: ...

    def say(self, text: str) -> None: ...


class Selecting:
    """The range that is begun, and the names of the posts in it."""

    def __init__(
        self,
        screen: Screen,
        archive: Archive,
        questions: Questions,
        reader: Reader,
        searching: Searching,
        timeline: Timeline,
    ) -> None:
        self.queue = ""
        """Name of the queue that is worked on: its posts can be meant as the matches of a filter can."""
        self._screen = screen
        self._archive = archive
        self._questions = questions
        self._reader = reader
        self._searching = searching
        self._timeline = timeline
        self._anchor: Place | None = None
        self._all: Condition | None = None

    def with_posts(self, then: Callable[[Names], None]) -> None:
        """Hand over the posts that are meant: those in hand at once, of a longer range when the archive has told."""
        self._keep_to_time()
        entry = self._screen.looked_at()
        if self._anchor is None and self._all is None:
            then([name_of(entry)] if entry is not None else [])
            return
        loaded = self._timeline.loaded
        first, last = (None, None) if self._all is not None else self._ends()
        if self._all is None and first is not None and last is not None:
            rows = [loaded.row(key) for key in (first, last)]
            if rows[0] is not None and rows[1] is not None:
                then([name_of(each) for each in loaded.entries[rows[0] : rows[1] + 1]])
                return
        condition = self._all if self._all is not None else self._reader.condition
        self._questions.ask("range", lambda: self._named(condition, first, last), lambda found: self._few(found, then))

    def _few(self, posts: Names, then: Callable[[Names], None]) -> None:
        if len(posts) > MOST:
            self._screen.say(f"{len(posts):,} posts are too many for one act: {MOST:,} at most.")
        else:
            then(posts)

    def _named(self, condition: Condition, first: Key | None, last: Key | None) -> Names:
        """In the thread of the archive: the names of the posts between two keys."""
        keys = [
            key
            for key in self._archive.keys(condition)
            if (first is None or key >= first) and (last is None or key <= last)
        ]
        return self._archive.names_of(keys[: MOST + 1])

    def _ends(self) -> tuple[Key | None, Key | None]:
        entry = self._timeline.entry
        if self._anchor is None or entry is None:
            return None, None
        return min(self._anchor, entry.place).key, max(self._anchor, entry.place).key

    def _keep_to_time(self) -> None:
        """A range lies between two places in time: in another order it would be other posts than those seen."""
        if not self._reader.is_by_time:
            self._anchor = None

    def end(self) -> None:
        """No range any more."""
        self._anchor = self._all = None
        self.show()

    def show(self) -> None:
        """The posts of the range carry a bar; called whenever the cursor moves."""
        self._keep_to_time()
        first, last = self._ends()
        span = (first, last) if first is not None and last is not None else None
        if self._all is not None:
            span = (1, 2**62)
        if span != self._timeline.range:
            self._timeline.range = span
            self._timeline.refresh()

    @property
    def is_selecting(self) -> bool:
        """Whether a range is begun, or all matches are selected."""
        return self._anchor is not None or self._all is not None

    def stop(self) -> bool:
        """Esc: no range any more; False where there was none."""
        was = self.is_selecting
        if was:
            self.end()
            self._screen.say("")
        return was

    def select_matches(self) -> bool:
        """Mean every match of the filter or post of the queue; False, and told, where there is neither."""
        if not self._searching.filter and not self.queue:
            keys, glyphs = self._screen.look.keys, self._screen.look.glyphs
            self._screen.say(
                f"{keys.key('filter', glyphs.bar.isascii())} filters first: then every match can be meant."
            )
            return False
        self._anchor, self._all = None, self._reader.condition
        self.show()
        return True

    # Commands

    def action_select(self, count: int | None = None) -> None:
        entry = self._timeline.entry
        if self.stop() or entry is None:
            return
        if not self._reader.is_by_time:
            self._screen.say("A range needs the order of time; all matches can be meant in any order.")
            return
        self._anchor = entry.place
        self.show()
        self._screen.say("A range begins: j k extend it; m, T, e or a verdict is done to all of it; v or Esc ends it.")

    def action_select_all(self, count: int | None = None) -> None:
        if self.select_matches():
            number = f"{self._reader.count.n:,}" if self._reader.count is not None else "All"
            self._screen.say(f"{number} posts selected: m, T, e or a verdict is done to all of them; Esc ends it.")
