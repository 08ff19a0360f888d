"""The time strip on the browse screen: what it counts, where its cursor goes, and the filter that a bar makes."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

from rejoinder.app.narrowing import with_time
from rejoinder.app.questions import Questions
from rejoinder.app.screens.jumping import Jumping
from rejoinder.app.screens.reading import Reader
from rejoinder.app.screens.searching import Searching
from rejoinder.app.widgets.time_strip import TimeStrip
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive import conditions as c
from rejoinder.archive.capture import gaps
from rejoinder.archive.protocol import Archive, Figures, Key

PAUSE = 0.06
"""Seconds that the strip's cursor rests before the timeline follows: a held key asks for no posts."""
LOW, HIGH, TALL = 5, 7, 30
"""Lines of the strip, and from how many lines of the screen on it is the higher one."""


class Timing:
    """Joins the strip with the archive, the timeline and the filter."""

    def __init__(
        self,
        archive: Archive,
        questions: Questions,
        reader: Reader,
        timeline: Timeline,
        searching: Searching,
        jumping: Jumping,
        strip: TimeStrip,
        home: Callable[[], None],
    ) -> None:
        """`home` gives the focus back to the timeline, or what stands in its place."""
        self._archive, self._questions = archive, questions
        self._reader, self._timeline = reader, timeline
        self._searching, self._jumping = searching, jumping
        self._home = home
        self.strip = strip
        self._counted: c.Condition | None = None
        self._pause: Timer | None = None
        self._landed: Key | None = None
        """The post that the strip has brought under the timeline's cursor."""
        self._has_span = self._narrowed = False

    def action_toggle_strip(self, count: int | None = None) -> None:
        """Hidden: show it and go there. In sight: go there. There already: hide it."""
        if self.strip.display and self.strip.has_focus:
            self.strip.display = False
            self._home()
            return
        self.strip.styles.height = HIGH if self.strip.screen.size.height >= TALL else LOW
        self.strip.display = True
        self.strip.screen.set_focus(self.strip, scroll_visible=False)
        if not self._has_span:
            self._questions.ask("figures", self._archive.figures, self._spans)
        else:
            self.searched()
        self.follow()

    def _spans(self, figures: Figures) -> None:
        self._has_span = True
        self._questions.ask("gaps", lambda: gaps(self._archive), self.strip.without)
        self.strip.span(figures.first, figures.last)
        self.follow()

    def follow(self) -> None:
        """The timeline's cursor moved, or other posts stand in its window."""
        if self.strip.display and self._pause is None:
            entry, seen = self._timeline.entry, self._timeline.in_sight
            times = [each.post.time for each in seen if each.post.time is not None]
            moment = entry.post.time if entry is not None else None
            self.strip.stand_at(moment, (min(times), max(times)) if times else None)

    def searched(self) -> None:
        """Another search is in force: its posts are counted."""
        if not self.strip.display or self._condition == self._counted:
            return
        if self._narrowed and not self._searching.filter:
            self._narrowed = False
            self.strip.show_all()
        else:
            self.strip.ask()

    def count(self, starts: tuple[int, ...]) -> None:
        """The strip asks for the counts of its bars."""
        condition = self._counted = self._condition
        self._questions.ask(
            "histogram",
            lambda: self._archive.histogram(condition, starts),
            lambda counts: self.strip.take(starts, counts),
        )

    @property
    def _condition(self) -> c.Condition:
        return c.all_of((self._reader.condition, self._searching.find.query.condition))

    def moved(self, since: int) -> None:
        """The strip's cursor went to a bar: the timeline goes to its first post, once the key is let go.

        However many bars it went along, one jump back returns to where it began.
        """
        entry = self._timeline.entry
        if self._pause is not None:
            self._pause.stop()
        elif entry is not None and entry.key != self._landed:
            self._jumping.remember()
        self._pause = self.strip.set_timer(PAUSE, lambda: self._go(since))

    def _go(self, since: int) -> None:
        self._reader.jump(
            lambda condition: self._reader.view.seek(self._both(condition), time=since),
            arrived=lambda _: self._arrived(),
        )

    def _both(self, condition: c.Condition) -> c.Condition:
        return c.all_of((condition, self._searching.find.query.condition))

    def _arrived(self) -> None:
        self._pause, entry = None, self._timeline.entry
        self._landed = entry.key if entry is not None else None
        self.follow()

    def chosen(self, since: int, until: int) -> None:
        """Only the posts of this time; the strip then shows it alone."""
        filtered = self._searching.filter
        self._searching.narrow_to(with_time(filtered.text, filtered.query, since, until, self._timeline.look.zone))
        self._narrowed = True
        self.strip.show_only(since, until)
