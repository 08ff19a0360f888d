"""The terminal's own cursor on what is selected, for `--plain`: a screen reader reads the line on which it stands."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App
from textual.geometry import Offset

SHOW = "\x1b[?25h"
Answer = TypeVar("Answer")


class PointingApp(App[Answer]):
    """Where it points, the cursor is shown: on a message while one stands, else at the focused widget's `spot`."""

    points = False
    _placed = Offset(0, 0)

    @property
    def cursor_position(self) -> Offset:
        """Where Textual leaves the cursor after each frame."""
        return (self._pointed() or self._placed) if self.points else self._placed

    @cursor_position.setter
    def cursor_position(self, place: Offset) -> None:
        self._placed = place

    def show_cursor(self) -> None:
        """Textual hides it whenever it takes the terminal: at the start, and after it was left for a while."""
        if self.points and self._driver is not None and not self.is_headless:
            self._driver.write(SHOW)

    def _pointed(self) -> Offset | None:
        """None where a widget that takes text has placed the cursor itself."""
        if not self._screen_stack:
            return None
        message = getattr(self.screen, "message_line", None)
        if message is not None:
            return Offset(1, int(message))
        spot = getattr(self.focused, "spot", None)
        if spot is None or self.focused is None:
            return None
        region, place = self.focused.content_region, spot()
        return Offset(
            min(region.right - 1, region.x + place.x), min(max(region.y, region.bottom - 1), region.y + place.y)
        )
