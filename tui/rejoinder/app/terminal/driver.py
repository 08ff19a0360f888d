"""A driver that leaves at once and cleanly when the terminal goes away: on SIGHUP, on SIGTERM and at the end of input.

Textual's own goes on reading at the end of input and spins for ever (textual#5140). Here whatever ends the line ends
the app, with the terminal put back; and should the app hang, two last resorts end the process all the same.
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
from typing import IO, Any

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

PATIENCE = 1.2
"""Seconds that the app may take to leave; then it is left."""
RESTORE = "\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
"""Undoes what Textual asked of the terminal."""


class Line:
    """The output; once the other end is gone, what is written is dropped instead of failing in the writing thread."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._gone = False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                self._file.write(text)
            except OSError:
                self._lose()
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._file.flush()
            except OSError:
                self._lose()

    def _lose(self) -> None:
        """What Python still holds back goes nowhere too: it would fail to write it at its end, and exit with 120."""
        self._gone = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._file.fileno())
        os.close(nowhere)

    def fileno(self) -> int:
        return self._file.fileno()


class Driver(LinuxDriver):
    """Textual's driver for a terminal, with clean exits."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._file = Line(sys.__stderr__ or sys.stderr)  # type: ignore[assignment]
        self._leaving = False
        self._attributes: list[Any] | None = None

    def start_application_mode(self) -> None:
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(self.fileno)
        # Python's own handlers and not the event loop's: they run even while the loop waits for a dead line.
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, self._signalled)
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def run_input_thread(self) -> None:
        """Read keys until the app leaves or the input ends."""
        selector = selectors.SelectSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        parser = XTermParser(self._debug)
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
