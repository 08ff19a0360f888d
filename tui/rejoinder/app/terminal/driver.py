"""Textual's driver for a terminal, with a painter before the line, and with clean exits.

What Textual writes goes to a `Line`, which sends differences and never blocks. And whatever ends the line (SIGHUP,
SIGTERM, the end of input, where Textual's own driver goes on reading and spins for ever: textual#5140) ends the app,
with the terminal put back; should the app hang, two last resorts end the process all the same.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import termios
from codecs import getincrementaldecoder
from threading import Timer
from types import FrameType
from typing import Any

from textual._parser import ParseError
from textual.app import App
from textual.events import CursorPosition, Resize
from textual.message import Message

from rejoinder.app.terminal.answers import Parser
from rejoinder.app.terminal.line import Line
from rejoinder.app.terminal.mouse import OFF, Clicks
from rejoinder.app.terminal.painter import Painter

PATIENCE = 1.2
"""Seconds that the app may take to leave; then it is left."""
RESTORE = OFF + "\x1b[?2026l\x1b[r\x1b[m\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
"""Undoes what Textual asked of the terminal."""


class Driver(Clicks):
    """Sends only what differs on the screen."""

    PAINTS = True

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._output = next((file for file in (2, 1) if os.isatty(file)), 2)
        self._line: Line | None = None
        self._painter: Painter | None = None
        self._has_begun = False
        self._leaving = False
        self._attributes: list[Any] | None = None

    # What Textual writes

    def write(self, data: str) -> None:
        if self._line is not None:
            self._line.take(data)

    def flush(self) -> None:
        if self._line is not None:
            self._line.flush()

    def forget(self) -> None:
        """Somebody else may have written on the terminal: draw everything anew."""
        if self._line is not None:
            self._line.forget()
            self._line.flush()

    def _columns_and_rows(self) -> tuple[int, int]:
        size = self._app.size
        return size.width, size.height

    # Beginning and end

    def start_application_mode(self) -> None:
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(self.fileno)
        # Python's own handlers and not the event loop's: they run even while the loop waits for something.
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, self._signalled)
        encoding = (sys.__stderr__ and sys.__stderr__.encoding) or "utf-8"
        if self.PAINTS and self._painter is None:
            self._painter = Painter(*self._columns_and_rows())
        elif self._has_begun:
            self._loop.call_soon_threadsafe(self._redraw)
        self._line = Line(self._output, encoding, self._loop, self._painter, self._columns_and_rows)
        self._line.redraw = self._redraw
        self._line.is_ready = False
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._line.feeds(self._line_feeds_pass())
        self._line.is_ready = True
        if self._has_begun:
            self._line.flush()
        self._has_begun = True
        self._watch_the_size()

    def _redraw(self) -> None:
        """Every widget anew; Textual itself draws only some of them when the process goes on after a stop."""
        for widget in (self._app.screen, *self._app.screen.query("*")):
            widget.refresh()

    def _line_feeds_pass(self) -> bool:
        """Have the terminal device leave line feeds alone: alone they go down, and cost one byte."""
        try:
            attributes = termios.tcgetattr(self.fileno)
            attributes[1] &= ~termios.OPOST
            termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
        except termios.error:
            return False
        return os.path.samestat(os.fstat(self.fileno), os.fstat(self._output))

    def _watch_the_size(self) -> None:
        """A terminal that was resized shows nobody knows what, also where its size is the old one in the end."""
        before = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self._loop.call_soon_threadsafe(self._resized)
            if callable(before):
                before(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _resized(self) -> None:
        if self._line is not None:
            self._line.forget()

    def stop_application_mode(self) -> None:
        if self._line is not None and not self._leaving:
            self._line.wait_for_answer(PATIENCE)
        super().stop_application_mode()

    def close(self) -> None:
        if self._line is not None:
            self._line.close(0 if self._leaving else PATIENCE)
            self._line = None
        super().close()

    # Input

    def process_message(self, message: Message) -> None:
        """In the thread that reads: an answer to the pacing's question is nobody else's."""
        if isinstance(message, CursorPosition) and self._line is not None and self._line.answered():
            return
        if isinstance(message, Resize):
            self._resized()
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read keys until the app leaves or the input ends."""
        selector = selectors.SelectSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        parser = Parser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        try:
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = self._read()
                    if not data:
                        self._leave(signal.SIGHUP)
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        finally:
            selector.close()
            with contextlib.suppress(EOFError, ParseError):
                list(parser.feed(""))

    def _read(self) -> bytes:
        """What was typed; nothing where the input has ended."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:  # EIO: the terminal is gone
            return b""

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        self._leave(number)

    def _leave(self, number: int) -> None:
        """Ask the app to exit with 128 + the signal's number, and see to it that it does."""
        if self._leaving:
            return
        self._leaving = True
        resort = Timer(PATIENCE, self._last_resort, (number,))
        resort.daemon = True
        resort.start()
        signal.setitimer(signal.ITIMER_REAL, PATIENCE + 0.5)
        self._loop.call_soon_threadsafe(lambda: self._app.exit(return_code=128 + number))

    def _last_resort(self, number: int) -> None:
        """The app hangs: put the terminal back without it, and go. What is to be kept was kept when it was made."""
        with contextlib.suppress(OSError, termios.error):
            if self._attributes is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._attributes)
            os.set_blocking(self.fileno, False)
            os.write(self.fileno, RESTORE.encode())
        os._exit(128 + number)


class UnpaintedDriver(Driver):
    """Sends what Textual writes as it is."""

    PAINTS = False


def driver_class(paints: bool) -> type[Driver]:
    """The driver to run an app with."""
    return Driver if paints else UnpaintedDriver
