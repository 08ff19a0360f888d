"""What of a timeline stands in the window, and where the cursor is: motions over posts of different height.

The window's first line is covered by the heading of the day, so a post counts as visible from the second line on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from rejoinder.app.anchor import Spot, back, clamp, forward, visible
from rejoinder.app.loaded import Loaded
from rejoinder.app.moments import Zone
from rejoinder.archive.protocol import Direction, Entry, Key, Place

Align = Literal["near", "keep", "top", "middle", "bottom"]
"""Where a post is put: as little away as needed, on the line where the cursor was, or at one of three heights."""
Motion = Callable[[], None]
Ask = Callable[[Direction, Place], None]

WAITING = 1_000
"""Motions kept until the posts they need are there; a held key can't pile up more."""


class Viewport:
    """Anchor and cursor over the posts in hand. A motion that runs over their end waits until more are there."""

    def __init__(self, card_lines: Callable[[int], int], ask: Ask, zone: Zone) -> None:
        """`card_lines` gives the lines of a row's card; `ask` is called when more posts will be needed."""
        self.loaded = Loaded((), zone)
        self.cursor = 0
        self.top: Spot = (0, 0)
        self.lines: list[Spot] = []
        """What stands on each line of the window."""
        self.window = 0
        self._card_lines = card_lines
        self._ask = ask
        self._asked: set[tuple[Direction, Place]] = set()
        self._waiting: list[Motion] = []

    # Posts handed down

    def show(self, loaded: Loaded, at: Key | None, align: Align) -> None:
        """Other posts, with the cursor on `at`, or on the last where it is not among them."""
        height = self.height_of_cursor() if align == "keep" else None
        self.loaded = loaded
        self._waiting.clear()
        self._asked.clear()
        row = loaded.row(at) if at is not None else None
        self.cursor = max(0, len(loaded) - 1 if row is None else row)
        self.top, self.lines = (self.cursor, 0), []
        self.align(align, height)

    def extend(self, direction: Direction, place: Place, entries: Sequence[Entry], reached: bool) -> None:
        """More posts at one end; nothing where `place` is that end no more. Motions that waited run now."""
        self._asked.discard((direction, place))
        if self.loaded.end(direction) != place:
            return
        headed = self.loaded.begins_day(0)
        shift = self.loaded.extend(direction, entries, reached)
        line = self.top[1]
        if direction == "older" and self.top[0] == 0 and self.loaded.begins_day(shift) != headed:
            line = max(0, line + (-1 if headed else 1))
        self.top = (self.top[0] + shift, line)
        self.cursor += shift
        gone = self.loaded.cut(self.cursor)
        self.cursor -= gone
        self._put((self.top[0] - gone, line))
        waiting, self._waiting = self._waiting, []
        for motion in waiting:
            motion()

    def resize(self, window: int) -> None:
        """Another height of the window, or of the cards: the anchor's post stays, and the cursor stays in sight."""
        self.window = window
        if self.loaded.entries:
            row, line = self.top
            self._put((row, min(line, self.height(row) - 1)))
            self.align("near")
        else:
            self.lines = []

    # Motions

    def move(self, posts: int) -> None:
        """The cursor so many posts down (up where negative); through a post taller than the window line by line."""
        if abs(posts) == 1 and self._scroll_within(posts):
            return
        row = self.cursor + posts
        if not self._wait(lambda: self.move(posts), row < 0, row >= len(self.loaded)):
            self.goto(row)

    def page(self, pages: float) -> None:
        """So many windows down or up; the cursor goes along."""
        lines = max(1, round(abs(pages) * (self.window - 2)))
        if self._wait(lambda: self.page(pages), *self._short(lines if pages > 0 else -lines)):
            return
        if not self._put(self._walk(lines if pages > 0 else -lines)):
            self.goto(len(self.loaded) - 1 if pages > 0 else 0)
        elif self.lines:
            heads = [row for row, line in self.lines[1:] if line == self.head(row)]
            self.cursor = (heads or self._rows_in_sight() or [self.cursor])[0]

    def scroll(self, lines: int) -> None:
        """So many lines down or up; the cursor goes along only where it would leave the window."""
        if self._wait(lambda: self.scroll(lines), *self._short(lines)) or not self._put(self._walk(lines)):
            return
        rows = self._rows_in_sight()
        if rows:
            self.cursor = max(rows[0], min(self.cursor, rows[-1]))

    def to_day(self, days: int) -> None:
        """To the first post of the next day that has posts (1), or of this day, or the one before (-1)."""
        row, rows = self.cursor, len(self.loaded)
        if days > 0:
            row = next((at for at in range(row + 1, rows) if self.loaded.begins_day(at)), rows)
        else:
            row = next((at for at in range(row - 1, -1, -1) if self.loaded.begins_day(at)), -1)
        if self._wait(lambda: self.to_day(days), row < 0, row >= rows) or not 0 <= row < rows:
            return
        self.cursor = row
        self.align("top")

    def goto(self, row: int, align: Align = "near") -> None:
        """The cursor to a row that is in hand, or to the end that is nearest to it."""
        if self.loaded.entries:
            upwards = row < self.cursor
            self.cursor = max(0, min(row, len(self.loaded) - 1))
            self.align(align, upwards=upwards)
        self._look_ahead()

    # The anchor

    def align(self, align: Align, height: int | None = None, upwards: bool | None = None) -> None:
        """Move the anchor so that the post under the cursor stands as asked."""
        if not self.loaded.entries:
            return
        row, head, last = self.cursor, self.head(self.cursor), self.last(self.cursor)
        edge = self._nearest(upwards) if align == "near" else align
        if edge == "keep":
            above = self.window // 2 if height is None else max(1, min(height, self.window - 1))
            self._put(back(self.height, (row, head), above))
        elif edge == "middle":
            self._put(back(self.height, (row, head), max(1, (self.window - (last - head + 1)) // 2)))
        elif edge == "bottom":
            self._put(back(self.height, (row, last), self.window - 1))
        elif edge == "top":
            self._put(back(self.height, (row, head), 1))

    def _nearest(self, upwards: bool | None) -> Align | None:
        """Which edge the post under the cursor has to be brought to, if any; by where the cursor came from if tall."""
        row, head, last = self.cursor, self.head(self.cursor), self.last(self.cursor)
        shown = [line for at, line in self.lines[1:] if at == row and head <= line <= last]
        if shown and shown[0] <= head and shown[-1] >= last:
            return None
        if last - head + 2 > self.window:
            return None if shown and upwards is None else "bottom" if upwards else "top"
        return "bottom" if len(self.lines) > 1 and (row, head) > self.lines[1] else "top"

    def height_of_cursor(self) -> int | None:
        """The line of the window on which the post under the cursor begins."""
        spot = (self.cursor, self.head(self.cursor)) if self.loaded.entries else None
        return next((y for y, at in enumerate(self.lines) if at == spot), None)

    def _rows_in_sight(self) -> list[int]:
        """The rows of whose cards a line can be seen."""
        return [row for row, line in self.lines[1:] if self.head(row) <= line <= self.last(row)]

    def _put(self, spot: Spot) -> bool:
        """Put the window there, as far as there are posts to fill it; whether it moved."""
        old = self.top
        self.top = clamp(self.height, len(self.loaded), spot, self.window)
        self.lines = visible(self.height, len(self.loaded), self.top, self.window)
        self._look_ahead()
        return self.top != old

    def _walk(self, lines: int) -> Spot:
        """The anchor so many lines further down or up."""
        if not self.loaded.entries:
            return self.top
        if lines < 0:
            return back(self.height, self.top, -lines)
        return forward(self.height, len(self.loaded), self.top, lines)

    def _scroll_within(self, step: int) -> bool:
        """Scroll inside a post that is taller than the window, if there is more of it that way."""
        if not self.loaded.entries or self.last(self.cursor) - self.head(self.cursor) + 2 <= self.window:
            return False
        lines = [line for row, line in self.lines[1:] if row == self.cursor]
        if not lines or (lines[-1] >= self.last(self.cursor) if step > 0 else lines[0] <= self.head(self.cursor)):
            return False
        return self._put(self._walk(step))

    # Heights: heading of the day, card, blank line; the very last has no blank

    def height(self, row: int) -> int:
        """Lines of a row."""
        is_very_last = self.loaded.last and row == len(self.loaded) - 1
        return self.head(row) + self._card_lines(row) + (0 if is_very_last else 1)

    def head(self, row: int) -> int:
        """The line of a row on which its card begins."""
        return 1 if self.loaded.begins_day(row) else 0

    def last(self, row: int) -> int:
        """The last line of a row's card."""
        return self.head(row) + self._card_lines(row) - 1

    # Asking for more

    def _wait(self, motion: Motion, older: bool, newer: bool) -> bool:
        """Keep a motion that runs over an end of the posts in hand until more are there; whether it has to wait."""
        direction: Direction = "older" if older else "newer"
        if not (older or newer) or not self.loaded.entries or self.loaded.reached(direction):
            return False
        if len(self._waiting) < WAITING:
            self._waiting.append(motion)
        self._ask_once(direction)
        return True

    def _short(self, lines: int) -> tuple[bool, bool]:
        """Whether a walk over so many lines would meet the (older, newer) end of the posts in hand."""
        if not self.loaded.entries:
            return False, False
        if lines < 0:
            return back(self.height, self.top, -lines) == (0, 0), False
        rows = len(self.loaded)
        return False, forward(self.height, rows, self.top, lines + self.window)[0] == rows - 1

    def _look_ahead(self) -> None:
        """Ask for more posts before the window comes near an end of those in hand."""
        margin = max(60, 3 * self.window)
        if self.top[0] < margin:
            self._ask_once("older")
        if len(self.loaded) - self.top[0] < margin + self.window:
            self._ask_once("newer")

    def _ask_once(self, direction: Direction) -> None:
        place = self.loaded.end(direction)
        if place is not None and not self.loaded.reached(direction) and (direction, place) not in self._asked:
            self._asked.add((direction, place))
            self._ask(direction, place)
