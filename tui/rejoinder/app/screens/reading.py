"""What the timeline shows of the archive: asks for posts around a place, for more at the ends, for ranks and counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from rejoinder.app.ordering import TooMany, View, view
from rejoinder.app.questions import Questions
from rejoinder.app.viewport import Align
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.conditions import Condition, Everything
from rejoinder.archive.protocol import Archive, Count, Direction, Entry, Key, Place
from rejoinder.archive.values import Ordering

AROUND = 60
"""Posts fetched on each side of a place: a few screens, in less than a frame."""
PAGE = 250
"""Posts fetched when the window comes near an end."""


class Stretch(msgspec.Struct, frozen=True):
    """Posts without a gap around a place, and whether they reach the first and the last."""

    entries: tuple[Entry, ...]
    at: Key | None
    first: bool
    last: bool


def around(view: View, condition: Condition, place: Place | None) -> Stretch:
    """The posts on both sides of a place; those at the end of the timeline where there is no place."""
    older = tuple(view.page(condition, place, "older", AROUND))
    if place is None:
        return Stretch(older, older[-1].key if older else None, len(older) < AROUND, True)
    here = tuple(view.posts([place.key]))
    newer = tuple(view.page(condition, place, "newer", AROUND))
    return Stretch((*older, *here, *newer), place.key, len(older) < AROUND, len(newer) < AROUND)


def beginning(view: View, condition: Condition) -> Stretch:
    """The first posts."""
    entries = tuple(view.page(condition, None, "newer", AROUND))
    return Stretch(entries, entries[0].key if entries else None, True, len(entries) < AROUND)


class Reader:
    """Fills a timeline with the posts that meet a condition."""

    def __init__(self, archive: Archive, questions: Questions, timeline: Timeline, counted: Callable[[], None]) -> None:
        """`counted` is called when a rank or a count has become known."""
        self.condition: Condition = Everything()
        self.count: Count | None = None
        """How many posts meet the condition."""
        self.order: Ordering | None = None
        """As `order:` asks."""
        self.view: View = archive
        """The posts in that order; asked where the archive is asked."""
        self._archive = archive
        self._questions = questions
        self._timeline = timeline
        self._counted = counted
        self.too_many = 0
        """How many posts were too many for the order that was asked for; 0: none."""
        self.shown: Callable[[Sequence[Entry]], None] = lambda entries: None
        """Called with posts before they are shown."""

    @property
    def is_by_time(self) -> bool:
        """Whether the posts stand in the order of time."""
        return self.view is self._archive

    def open(self, stretch: Stretch) -> None:
        """The first posts to be seen, asked for already."""
        self._show(stretch, "middle" if stretch.at and not stretch.last else "near")
        self._ask_count()

    def narrow(
        self,
        condition: Condition,
        key: Key | None,
        arrived: Callable[[], None] | None = None,
        order: Ordering | None = None,
    ) -> None:
        """Show what meets another condition, with the cursor on the post with this key or the nearest after it.

        In another order than before it is shown from its beginning; where there is too much for it, in that of time.
        """
        same = order == self.order

        def find() -> tuple[View, Stretch, int]:
            many = 0
            try:
                ordered = view(self._archive, condition, order)
            except TooMany as error:
                ordered, many = self._archive, error.args[0]
            if not same and order not in (None, "old") and not many:
                return ordered, beginning(ordered, condition), many
            place = ordered.seek(condition, key=key) if key is not None else None
            return ordered, around(ordered, condition, place), many

        def show(found: tuple[View, Stretch, int]) -> None:
            self.view, stretch, self.too_many = found
            self.condition, self.count, self._timeline.total = condition, None, None
            self.order = order
            self._show(stretch, "keep")
            self._ask_count()
            if arrived:
                arrived()

        self._questions.ask("jump", find, show)

    def jump(
        self,
        seek: Callable[[Condition], Place | None],
        align: Align = "middle",
        arrived: Callable[[bool], None] | None = None,
    ) -> None:
        """Go to the place that the archive finds; `arrived` is told whether there was one."""
        condition = self.condition

        def find() -> Stretch | None:
            place = seek(condition)
            return around(self.view, condition, place) if place is not None else None

        def show(stretch: Stretch | None) -> None:
            if stretch is not None and not (align == "near" and stretch.at and self._timeline.to_key(stretch.at)):
                self._show(stretch, "middle" if align == "near" else align)
            if arrived:
                arrived(stretch is not None)

        self._questions.ask("jump", find, show)

    def to_key(self, key: Key, align: Align = "near", arrived: Callable[[bool], None] | None = None) -> None:
        """Go to a post, or the nearest that meets the condition."""
        self.jump(lambda condition: self.view.seek(condition, key=key), align, arrived)

    def to_rank(self, rank: int) -> None:
        """Go to the post with so many before it."""
        last = max(1, (self.count.n if self.count else 1) - 1)
        self.jump(lambda condition: self.view.seek(condition, fraction=min(1.0, rank / last)))

    def to_end(self, direction: Direction) -> None:
        """Go to the first or the last post."""
        condition, shown = self.condition, self.view
        if direction == "older":
            self._questions.ask("jump", lambda: beginning(shown, condition), lambda found: self._show(found, "top"))
        else:
            self._questions.ask("jump", lambda: around(shown, condition, None), lambda found: self._show(found, "near"))

    def more(self, direction: Direction, place: Place) -> None:
        """Posts beyond an end of those in hand."""
        condition, shown = self.condition, self.view

        def extend(entries: tuple[Entry, ...]) -> None:
            self.shown(entries)
            self._timeline.extend(direction, place, entries, len(entries) < PAGE)
            self._counted()

        self._questions.ask(direction, lambda: tuple(shown.page(condition, place, direction, PAGE)), extend)

    def _show(self, stretch: Stretch, align: Align) -> None:
        self._questions.forget("newer", "older", "rank")
        self.shown(stretch.entries)
        self._timeline.show(stretch.entries, stretch.at, first=stretch.first, last=stretch.last, align=align)
        self._ask_rank()
        self._counted()

    def _ask_rank(self) -> None:
        entry, condition, shown = self._timeline.entry, self.condition, self.view
        if entry is None:
            return
        if self._timeline.loaded.first:
            self._timeline.rank_is(self._timeline.loaded.entries[0].key, 0)
            return

        def take(rank: Count) -> None:
            if rank.exact:
                self._timeline.rank_is(entry.key, rank.n)
                self._counted()

        self._questions.ask("rank", lambda: shown.rank(condition, entry.place), take)

    def _ask_count(self) -> None:
        condition, archive = self.condition, self._archive

        def take(count: Count) -> None:
            self.count = count
            self._timeline.total = count.n
            self._timeline.refresh()
            self._counted()

        self._questions.ask("count", lambda: archive.count(condition), take)
