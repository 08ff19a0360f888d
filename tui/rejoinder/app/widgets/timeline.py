"""The timeline: whole posts of different height, drawn around an anchor post, with only the posts near it in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from rich.segment import Segment
from textual.cache import LRUCache
from textual.events import Click
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rejoinder.app.layout import Line, Look, Run, card, is_closed
from rejoinder.app.loaded import Loaded
from rejoinder.app.viewport import Align, Motion, Viewport
from rejoinder.app.widgets.card import Inks, strip, strips
from rejoinder.app.widgets.motions import Motions
from rejoinder.app.widgets.rules import day_rule, ruled, thumb
from rejoinder.app.wrapping import cells, cut
from rejoinder.archive.protocol import Direction, Entry, Key, Place

GUTTER = 3
MEASURE = 100
"""Text wider than this is tiring to read; what remains at the right stays blank."""
CARDS = 1_024
"""Cards kept drawn: about twelve screens of 250x70."""


class Timeline(Motions, Widget, can_focus=True):
    """Draws posts, moves a cursor over them, and asks for more before they are needed."""

    DEFAULT_CSS = "Timeline { width: 1fr; height: 1fr; }"

    @dataclass
    class PostsNeeded(Message):
        """Wish: more posts next to this place. Answer with `extend`."""

        direction: Direction
        place: Place

    @dataclass
    class EndNeeded(Message):
        """Wish: the first (older) or last (newer) posts of all. Answer with `show`."""

        direction: Direction

    @dataclass
    class RankNeeded(Message):
        """Wish: the post with so many before it. Answer with `show`."""

        rank: int

    @dataclass
    class Moved(Message):
        """The cursor stands on another post; of many in a row only the last may arrive."""

        entry: Entry | None
        """None where no post is left to stand on."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Timeline.Moved)

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.look = look
        self.inks = inks
        self.total: int | None = None
        self.days: Mapping[int, int] = {}
        """Posts of each day (by ordinal), where a heading may say so."""
        self.empty: Sequence[str] = ()
        """What to say where there is no post."""
        self.divided = False
        """Whether another pane stands at the right."""
        self.reviewed: Mapping[Key, str] = {}
        """The reviewer's sign of a post, for the second column of the gutter."""
        self.signs: Mapping[Key, str] = {}
        """The contact's sign of a post, for the third."""
        self.range: tuple[Key, Key] | None = None
        """The first and the last post of a range that is selected: each of its posts carries a bar."""
        self.moved_now: Callable[[], None] | None = None
        """Called in the very handler that moves the cursor, so that the status line changes in the same frame."""
        self._view = Viewport(lambda row: len(self._card(row)), self._wish_posts, look.zone)
        self.opened: set[Key] = set()
        """Posts whose content warning was opened."""
        self._cards: LRUCache[tuple[Key, bool], list[Strip]] = LRUCache(CARDS)
        self._laid: Size | None = None

    # What is handed down

    def show(self, entries: Sequence[Entry], at: Key | None, *, first: bool, last: bool, align: Align = "near") -> None:
        """Other posts: without a gap, oldest first, with the cursor on `at` (the last where it is not among them).

        `first` and `last` say that nothing older or newer is left in the archive.
        """
        self._ensure()
        self._view.show(Loaded(entries, self.look.zone, first, last), at, align)
        self.refresh()
        self._tell_moved()

    def extend(self, direction: Direction, place: Place, entries: Sequence[Entry], reached: bool) -> None:
        """More posts at one end; nothing where `place` is that end no more."""
        before = self.entry
        self._ensure()
        self._view.extend(direction, place, entries, reached)
        self.refresh()
        if self.entry is not before:
            self._tell_moved()

    def restyle(self, look: Look, inks: Inks | None = None) -> None:
        """Another look: zone, hits, glyphs, or warnings opened."""
        loaded = self._view.loaded
        if look.zone != self.look.zone:
            self._view.loaded = Loaded(loaded.entries, look.zone, loaded.first, loaded.last)
            self._view.loaded.rank = loaded.rank
        self.look, self.inks = look, inks or self.inks
        self._cards.clear()
        self._laid = None
        self.refresh()

    def rank_is(self, key: Key, rank: int) -> None:
        """How many posts stand before this one; all others in hand are counted from it."""
        row = self._view.loaded.row(key)
        if row is not None:
            self._view.loaded.rank = rank - row
            self.refresh()

    @property
    def loaded(self) -> Loaded:
        """The posts in hand."""
        return self._view.loaded

    @property
    def entry(self) -> Entry | None:
        """The post under the cursor."""
        return self.loaded.entries[self._view.cursor] if self.loaded.entries else None

    @property
    def at_end(self) -> bool:
        """Whether the cursor stands on the last post of all."""
        return self.loaded.last and self._view.cursor == len(self.loaded) - 1

    @property
    def in_sight(self) -> tuple[Entry, ...]:
        """The first and the last post in the window, or nothing."""
        rows = [row for row, _ in self._view.lines]
        return (self.loaded.entries[rows[0]], self.loaded.entries[rows[-1]]) if rows and self.loaded.entries else ()

    @property
    def rank(self) -> int | None:
        """How many posts stand before the one under the cursor, if that is known."""
        return self.loaded.rank_of(self._view.cursor) if self.loaded.entries else None

    def open_warning(self) -> bool:
        """Open the content warning under the cursor; False where there is none that is closed."""
        entry = self.entry
        if entry is None or self.look.open_warnings or entry.key in self.opened or not is_closed(entry.post):
            return False
        self.opened.add(entry.key)
        self._laid = None
        self.refresh()
        return True

    # Motions

    def move(self, rows: int) -> None:
        if abs(rows) > len(self.loaded) and self.rank is not None:
            self.post_message(self.RankNeeded(max(0, self.rank + rows)))
        else:
            self._run(lambda: self._view.move(rows))

    def page(self, pages: float) -> None:
        self._run(lambda: self._view.page(pages))

    def scroll_by(self, lines: int) -> None:
        self._run(lambda: self._view.scroll(lines))

    def to_day(self, days: int) -> None:
        """To the next day (1) or the beginning of this or the one before (-1)."""
        self._run(lambda: self._view.to_day(days))

    def to_end(self, direction: Direction) -> None:
        if self.loaded.reached(direction):
            self._run(lambda: self._view.goto(0 if direction == "older" else len(self.loaded) - 1))
        else:
            self.post_message(self.EndNeeded(direction))

    def to_number(self, number: int) -> None:
        self.post_message(self.RankNeeded(number - 1))

    def align_to(self, align: Align) -> None:
        self._run(lambda: self._view.align(align))

    def action_next_day(self, count: int | None = None) -> None:
        self.to_day(1)

    def action_previous_day(self, count: int | None = None) -> None:
        self.to_day(-1)

    def to_key(self, key: Key) -> bool:
        """To a post that is in hand; False where it is not."""
        row = self.loaded.row(key)
        if row is not None:
            self._run(lambda: self._view.goto(row))
        return row is not None

    def _run(self, motion: Motion) -> None:
        """Move, and repaint no more than what changed."""
        self._ensure()
        top, cursor = self._view.top, self._view.cursor
        motion()
        if self._view.top != top:
            self.refresh()
        elif self._view.cursor != cursor:
            self._refresh_gutter(cursor)
            self._refresh_gutter(self._view.cursor)
        if self._view.cursor != cursor:
            self._tell_moved()

    def _tell_moved(self) -> None:
        if self.moved_now:
            self.moved_now()
        self.post_message(self.Moved(self.entry))

    def _wish_posts(self, direction: Direction, place: Place) -> None:
        self.post_message(self.PostsNeeded(direction, place))

    def spot(self) -> Offset:
        """Where the post under the cursor begins, for the terminal's own cursor."""
        self._ensure()
        lines = [y for y, (row, _) in enumerate(self._view.lines) if row == self._view.cursor and y]
        return Offset(GUTTER, lines[0] if lines else 0)

    # Cards and sizes

    def _card(self, row: int) -> list[Strip]:
        entry = self.loaded.entries[row]
        key = (entry.key, entry.key in self.opened)
        made = self._cards.get(key)
        if made is None:
            look = msgspec.structs.replace(self.look, width=self._body_width)
            made = strips(card(entry, look, key[1]), look.width, self.inks)
            self._cards.set(key, made)
        return made

    @property
    def _body_width(self) -> int:
        return max(12, min(MEASURE, self.size.width - GUTTER - 2))

    def _ensure(self) -> None:
        """A paint can come after the size changed and before `Resize` is handled: never trust an older map."""
        if self._laid == self.size:
            return
        if self._laid is None or self._laid.width != self.size.width:
            self._cards.clear()
        self._laid = self.size
        self._view.resize(self.size.height)

    def on_resize(self) -> None:
        self._ensure()
        self.refresh()

    def on_focus(self) -> None:
        self._refresh_gutter(self._view.cursor)

    def on_blur(self) -> None:
        self._refresh_gutter(self._view.cursor)

    def on_click(self, event: Click) -> None:
        """A post takes the cursor; the last column goes to that share of the whole."""
        if event.x >= self.size.width - 1 and self.total:
            share = max(0, event.y - 1) / max(1, self.size.height - 2)
            self.post_message(self.RankNeeded(round((self.total - 1) * share)))
        elif 0 < event.y < len(self._view.lines):
            row = self._view.lines[event.y][0]
            self._run(lambda: self._view.goto(row))

    def sign_changed(self, key: Key) -> None:
        """A post has another sign."""
        row = self.loaded.row(key)
        if row is not None:
            self._refresh_gutter(row)

    def _refresh_gutter(self, row: int) -> None:
        """Only the cursor's column: a few bytes where a whole repaint costs a screen."""
        lines = [y for y, (at, _) in enumerate(self._view.lines) if at == row]
        if lines:
            self.refresh(Region(0, lines[0], GUTTER, len(lines)))

    # Paint

    def render_line(self, y: int) -> Strip:
        self._ensure()
        width, view = self.size.width, self._view
        if y == 0:
            return strip(self._heading(), width, self.inks)
        if y >= len(view.lines):
            return strip((*self._nothing(y, width - 1), self._bar(y)), width, self.inks)
        row, line = view.lines[y]
        head, last = view.head(row), view.last(row)
        if line < head:
            # A day whose first post is the topmost in sight has its heading in the first line already.
            rule = self._rule(row, width - 1) if self._topmost() != row else ((" " * (width - 1), ""),)
            return strip((*rule, self._bar(y)), width, self.inks)
        # Not Strip.blank: its segment has no style, which Textual's filter for NO_COLOR can't take.
        body = self._card(row)[line - head] if line <= last else strip((), self._body_width, self.inks)
        right = (" " * (width - GUTTER - self._body_width - 1), ""), self._bar(y)
        return Strip([*self._gutter(row, line), *body, *(Segment(text, self.inks[ink]) for text, ink in right)], width)

    def _gutter(self, row: int, line: int) -> list[Segment]:
        """Cursor bar, reviewer's sign, contact's sign."""
        key, here = self.loaded.entries[row].key, row == self._view.cursor
        ranged = self.range is not None and self.range[0] <= key <= self.range[1]
        shown = (here or ranged) and line <= self._view.last(row)
        ink = "strong" if here and self.has_focus else "accent" if ranged else "dim"
        bar = Segment(self.look.glyphs.bar if shown else " ", self.inks[ink])
        if line != self._view.head(row):
            return [bar, Segment("  ", self.inks["strong"])]
        return [bar, Segment(self.reviewed.get(key, " ") + self.signs.get(key, " "), self.inks["strong"])]

    def _heading(self) -> Line:
        """The day of the topmost post in sight."""
        row, width = self._topmost(), self.size.width - 1
        joint = self.look.glyphs.joint if self.divided else self.look.glyphs.rule
        return (*(ruled("", width, self.look.glyphs) if row is None else self._rule(row, width)), (joint, "dim"))

    def _topmost(self) -> int | None:
        """The first row of whose card a line is to be seen below the heading."""
        view = self._view
        seen = (row for row, line in view.lines[1:] if view.head(row) <= line <= view.last(row))
        return next(seen, view.lines[0][0] if view.lines else None)

    def _rule(self, row: int, width: int) -> Line:
        kind, ordinal = day = self.loaded.days[row]
        return day_rule(day, self.days.get(ordinal, 0) if kind == "day" else 0, width, self.look.glyphs)

    def _nothing(self, y: int, width: int) -> Line:
        """Below the last post; where there is none at all, what to do next."""
        text = self.empty[y - 2] if not self.loaded.entries and 0 <= y - 2 < len(self.empty) else ""
        text = cut(" " * GUTTER + text, width, self.look.glyphs.more)
        return ((text, ""), (" " * (width - cells(text)), ""))

    def _bar(self, y: int) -> Run:
        """The last column: where the window stands in the whole, by rank, and the line to the next pane."""
        glyphs, rank = self.look.glyphs, self.loaded.rank_of(self._view.top[0])
        seen = len({row for row, _ in self._view.lines})
        if rank is not None and self.total is not None and y in thumb(rank, seen, self.total, self.size.height - 1):
            return glyphs.thumb, "accent"
        return (glyphs.divider, "dim") if self.divided else (" ", "")
