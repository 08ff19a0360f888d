"""A model of the terminal: the screen as it is wanted, as it is shown, and what makes one of the other."""

from __future__ import annotations

from collections.abc import Iterator

from rejoinder.app.terminal.canvas import Canvas
from rejoinder.app.terminal.cells import blank_row
from rejoinder.app.terminal.difference import Writing
from rejoinder.app.terminal.scrolling import find_scroll
from rejoinder.app.terminal.sequences import (
    CURSOR_OFF,
    CURSOR_ON,
    ENTER,
    LEAVE,
    SYNC_END,
    SYNC_START,
    leaves_the_screen,
)

SYNC_FROM = 600
"""Bytes from which a frame is sent in one piece to a terminal that can show it in one piece; smaller ones arrive so."""
SCROLLS = 2
"""Scrolls in one frame: two panes, one above the other, may both have moved."""


class Painter:
    """Draws what Textual sends on a canvas, and compares it with what the terminal shows."""

    def __init__(self, width: int, height: int) -> None:
        self._canvas = Canvas(width, height)
        self._shown = [blank_row(width) for _ in range(height)]
        self._is_known = False
        self._is_away = False
        """Whether the terminal was given back to the shell."""
        self._cursor_on = True
        self._syncs = False
        self._cursor = (0, 0)
        self.feeds = False
        """Whether a line feed reaches the terminal as it is."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._canvas.width, self._canvas.height

    def resize(self, width: int, height: int) -> None:
        """The terminal has another size; nobody knows what it shows now."""
        if (width, height) != self.size:
            self._canvas.resize(width, height)
            self.forget()

    def forget(self) -> None:
        """Somebody else has written on the terminal: erase and draw everything with the next frame."""
        self._is_known = False

    def take(self, data: str) -> Iterator[str]:
        """Draw; yields at its place each sequence that is not for the screen. What came before it is drawn by then."""
        for sequence in self._canvas.draw(data):
            if sequence in (SYNC_START, SYNC_END):
                self._syncs = True
                continue
            if sequence in (CURSOR_ON, CURSOR_OFF):
                self._cursor_on = sequence == CURSOR_ON
            if sequence in (ENTER, LEAVE):
                self._is_away = sequence == LEAVE
            if not leaves_the_screen(sequence):
                self.forget()
            if sequence == LEAVE:
                # Where there is no other screen to go back to (the Linux console), the shell goes on at the bottom.
                yield f"\x1b[{self._canvas.height}H\x1b[K"
            yield sequence

    @property
    def is_drawn_on(self) -> bool:
        """Whether anything was drawn since the last frame."""
        return bool(self._canvas.touched)

    def frame(self) -> str:
        """What makes the wanted screen of the shown one; call `shows` when it was sent."""
        if self._is_away:
            return ""
        canvas, writing = self._canvas, Writing(self.feeds)
        shown = self._shown
        if not self._is_known:
            writing.clear()
            shown = [blank_row(canvas.width) for _ in range(canvas.height)]
        elif all(shown[y] == canvas.rows[y] for y in canvas.touched):
            return self._cursor_alone()
        else:
            for _ in range(SCROLLS):
                if (scroll := find_scroll(shown, canvas.rows)) is None:
                    break
                writing.scroll(scroll)
                shown = scroll.moved(shown)
        for y, (old, new) in enumerate(zip(shown, canvas.rows, strict=True)):
            if old is not new and old != new:
                writing.row(y, old, new)
        text = writing.finish(self._wanted_cursor())
        return f"{SYNC_START}{text}{SYNC_END}" if self._syncs and len(text) > SYNC_FROM else text

    def shows(self) -> None:
        """The last frame was sent."""
        self._shown = list(self._canvas.rows)
        self._canvas.settle()
        self._is_known = True
        self._cursor = (self._canvas.x, self._canvas.y)

    def _wanted_cursor(self) -> tuple[int, int] | None:
        """Where the cursor is to be. One that is hidden in the corner is nobody's, and may be left anywhere."""
        x, y = min(self._canvas.x, self._canvas.width - 1), min(self._canvas.y, self._canvas.height - 1)
        return (x, y) if self._cursor_on or (x, y) != (0, 0) else None

    def _cursor_alone(self) -> str:
        """Only the cursor may have moved."""
        if (self._canvas.x, self._canvas.y) == self._cursor:
            return ""
        return Writing().finish(self._wanted_cursor())
