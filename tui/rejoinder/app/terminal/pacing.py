"""Big frames wait until the terminal has shown the one before: it is asked where its cursor is, and answers then.

Without it a held key fills the line with pages that nobody will look at. A terminal that never answers is not asked
again; one that answers late is given longer.
"""

from __future__ import annotations

ASK = "\x1b[6n"
"""CPR, ECMA-48 8.3.14: the terminal answers `ESC [ row ; column R`."""
BIG = 1_000
"""Bytes of a frame from which it is paced; smaller ones are never held back."""
PATIENCE = 2.0
"""Seconds that an answer may take at first."""
MOST_PATIENCE = 16.0


class Pacing:
    """Knows whether an answer is awaited, and whether to go on asking."""

    def __init__(self) -> None:
        self.patience = PATIENCE
        self.awaits = False
        """Whether the terminal has been asked and has not answered."""
        self._gave_up = False

    def holds(self, size: int) -> bool:
        """Whether a frame of so many bytes has to wait."""
        return size > BIG and self.awaits and not self._gave_up

    def asks(self, size: int) -> bool:
        """Whether to send the question after a frame of so many bytes."""
        return size > BIG and not self.awaits

    def asked(self) -> None:
        """The question was sent."""
        self.awaits, self._gave_up = True, False

    def answered(self) -> None:
        """An answer came; after a late one the next may take longer."""
        if self._gave_up:
            self.patience = min(2 * self.patience, MOST_PATIENCE)
        self.awaits = self._gave_up = False

    def give_up(self) -> None:
        """No answer came in time: nothing waits any more, and until a late one comes nothing is asked."""
        self._gave_up = self.awaits
