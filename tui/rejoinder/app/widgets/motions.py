"""The keys that move in anything one scrolls, in terms of the few motions that each widget has of its own."""

from __future__ import annotations

from math import copysign

from textual.events import MouseScrollDown, MouseScrollUp

from rejoinder.app.viewport import Align
from rejoinder.archive.protocol import Direction

WHEEL = 3
"""Lines that one step of a mouse's wheel scrolls."""


class Motions:
    """Mixed into a widget, before `Widget`. `count` is the number typed before a key."""

    def move(self, rows: int) -> None:
        """So many rows down, or up where negative."""
        raise NotImplementedError

    def page(self, pages: float) -> None:
        """So many windows down, or up where negative."""
        raise NotImplementedError

    def to_number(self, number: int) -> None:
        """To the row of this number, counted from 1."""
        raise NotImplementedError

    def to_end(self, direction: Direction) -> None:
        """To the first row of all (`older`), or the last."""
        raise NotImplementedError

    def scroll_by(self, lines: int) -> None:
        """So many lines down, or up where negative, without moving a cursor that stays in sight."""
        self.move(lines)

    def align_to(self, align: Align) -> None:
        """Put the row under the cursor at the top, in the middle or at the bottom, where there is a cursor."""

    def action_down(self, count: int | None = None) -> None:
        self.move(count or 1)

    def action_up(self, count: int | None = None) -> None:
        self.move(-(count or 1))

    def action_first(self, count: int | None = None) -> None:
        self.to_number(count) if count else self.to_end("older")

    def action_last(self, count: int | None = None) -> None:
        self.to_number(count) if count else self.to_end("newer")

    def action_page_down(self, count: int | None = None) -> None:
        self.page(count or 1)

    def action_page_up(self, count: int | None = None) -> None:
        self.page(-(count or 1))

    def action_half_page_down(self, count: int | None = None) -> None:
        self.page((count or 1) / 2)

    def action_half_page_up(self, count: int | None = None) -> None:
        self.page(-(count or 1) / 2)

    def action_line_down(self, count: int | None = None) -> None:
        self.scroll_by(count or 1)

    def action_line_up(self, count: int | None = None) -> None:
        self.scroll_by(-(count or 1))

    def action_align_top(self, count: int | None = None) -> None:
        self.align_to("top")

    def action_align_middle(self, count: int | None = None) -> None:
        self.align_to("middle")

    def action_align_bottom(self, count: int | None = None) -> None:
        self.align_to("bottom")

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self.scroll_by(WHEEL)
        event.stop()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self.scroll_by(-WHEEL)
        event.stop()


def at_least_one(step: float) -> int:
    """A step in whole rows, and never none."""
    return int(copysign(max(1, round(abs(step))), step))
