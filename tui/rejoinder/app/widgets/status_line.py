"""One line of text with two ends: the title at the top of a screen, and the status at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from rejoinder.app.layout import Run
from rejoinder.app.widgets.card import Inks, ends, strip

LINGER = 6.0
"""Seconds that a message stays."""


class StatusLine(Widget):
    """Shows runs at its left and right end; a message stands at the left for a while instead."""

    DEFAULT_CSS = "StatusLine { width: 1fr; height: 1; }"

    def __init__(self, inks: Inks, more: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.inks = inks
        self._more = more
        self.lingers = True
        """Whether a message goes by itself; else the next key takes it away."""
        self._left: Sequence[Run] = ()
        self._right: Sequence[Run] = ()
        self._said: Sequence[Run] = ()
        self._silence: Timer | None = None

    @property
    def message_line(self) -> int | None:
        """The line of the screen where a message stands; None where none does."""
        return self.region.y if self._said and self.display else None

    def show(self, left: Sequence[Run], right: Sequence[Run]) -> None:
        """What stands at both ends; where there is too little room, runs of the right end give way from its end."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def say(self, text: str, ink: str = "") -> None:
        """A message, for a while or until the next."""
        self._said = ((" " + text, ink),) if text else ()
        if self._silence is not None:
            self._silence.stop()
        self._silence = self.set_timer(LINGER, self.be_quiet) if text and self.lingers else None
        self.refresh()

    def hold(self, text: str) -> None:
        """A message that stays until the next, or until it is taken back."""
        self.say(text, "accent")
        if self._silence is not None:
            self._silence.stop()

    def be_quiet(self) -> None:
        """Take the message back."""
        if self._said:
            self._said = ()
            self.refresh()

    @property
    def text(self) -> str:
        """What stands there now, without the blanks between."""
        return "".join(text for text, _ in (*(self._said or self._left), *self._right))

    def render_line(self, y: int) -> Strip:
        left, right = (self._said, ()) if self._said else (self._left, self._right)
        return strip(ends(left, right, self.size.width, self._more), self.size.width, self.inks)
