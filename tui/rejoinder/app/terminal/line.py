"""The line to the terminal: what is sent when, so that it never holds up the app and never carries a stale page."""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable
from threading import Event, RLock

from rejoinder.app.terminal.outgoing import Outgoing
from rejoinder.app.terminal.pacing import ASK, Pacing
from rejoinder.app.terminal.painter import Painter

MOST = 1 << 20
"""Bytes kept for a line that takes nothing where no painter is; what comes then is dropped and drawn anew later."""
Size = Callable[[], tuple[int, int]]


class Line:
    """Takes what Textual writes. With a painter only differences are sent, and only when the one before has gone out.

    Called from the event loop's thread and from the one that reads keys.
    """

    def __init__(self, file: int, encoding: str, loop: AbstractEventLoop, painter: Painter | None, size: Size) -> None:
        """`size` gives columns and rows of the app's present screen."""
        self._encoding = encoding
        self._loop = loop
        self._painter = painter
        self._size = size
        self._pacing = Pacing()
        self._patience: TimerHandle | None = None
        self._lock = RLock()
        self._is_held = False
        self._answer = Event()
        self._outgoing = Outgoing(file, self._drained)
        self._outgoing.start()
        self.is_ready = True
        """Whether the terminal no longer echoes: what it answers would else stand on the screen."""
        self.redraw: Callable[[], object] = lambda: None
        """Called in the loop where frames were dropped and all has to be drawn anew."""

    def take(self, data: str) -> None:
        """What Textual writes: screen content waits for `flush`, everything else is sent at its place."""
        with self._lock:
            if self._painter is None:
                self._pass(data)
                return
            self._painter.resize(*self._size())
            for sequence in self._painter.take(data):
                if self._painter.is_drawn_on:
                    self._paint()
                self._send(sequence)

    def flush(self) -> None:
        """A frame is complete."""
        with self._lock:
            if self._painter is not None:
                self._paint()

    def feeds(self, feeds: bool) -> None:
        """Whether line feeds reach the terminal as they are."""
        if self._painter is not None:
            self._painter.feeds = feeds

    def forget(self) -> None:
        """The terminal was resized, or written on by somebody else: draw everything with the next frame."""
        with self._lock:
            if self._painter is not None:
                self._painter.forget()

    def answered(self) -> bool:
        """The terminal has told where its cursor is; whether it was asked. Not in the loop's thread."""
        if not self._pacing.awaits:
            return False
        self._answer.set()
        self._loop.call_soon_threadsafe(self._go_on)
        return True

    def wait_for_answer(self, seconds: float) -> None:
        """Let an answer that is on its way arrive while it is still read: else it would be typed into the shell."""
        if self._pacing.awaits and self._outgoing.drain(seconds):
            self._answer.wait(seconds)

    def close(self, seconds: float) -> None:
        """Send what is left, for so long at most."""
        if self._patience is not None:
            self._patience.cancel()
        self._outgoing.close(seconds)
        with self._lock:
            self._painter = None  # another line may have it; what still comes back here has nothing to send

    def _paint(self) -> None:
        """Send the next difference, unless something has to be waited for; then what it waits for comes back here."""
        if self._painter is None or not self.is_ready:
            return
        if self._outgoing.is_busy:
            self._is_held = True
            return
        text = self._painter.frame()
        if not text:
            return
        size = len(text) if text.isascii() else len(text.encode(self._encoding, "replace"))
        if self._pacing.holds(size):
            return
        self._painter.shows()
        if self._pacing.asks(size):
            text += ASK
            self._asked()
        self._send(text)

    def _asked(self) -> None:
        self._pacing.asked()
        self._answer.clear()
        self._loop.call_soon_threadsafe(self._be_patient)

    def _be_patient(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = self._loop.call_later(self._pacing.patience, self._give_up)

    def _give_up(self) -> None:
        with self._lock:
            self._pacing.give_up()
            self._paint()

    def _go_on(self) -> None:
        """The terminal has answered: what has changed meanwhile is sent."""
        if self._patience is not None:
            self._patience.cancel()
        with self._lock:
            self._pacing.answered()
            self._paint()

    def _drained(self) -> None:
        """In the writing thread: the line has taken everything."""
        with self._lock:
            if self._is_held and not self._loop.is_closed():
                self._is_held = False
                self._loop.call_soon_threadsafe(self.flush if self._painter else self.redraw)

    def _pass(self, data: str) -> None:
        """Without a painter: send it, or drop it where the line has not taken what is before it."""
        if self._outgoing.size > MOST:
            self._is_held = True
        else:
            self._send(data)

    def _send(self, text: str) -> None:
        self._outgoing.send(text.encode(self._encoding, "replace"))
