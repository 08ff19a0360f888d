"""The way out to the terminal: bytes are written by a thread, so that a line that takes nothing holds nobody up."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Condition, Thread


class Outgoing(Thread):
    """Writes to a file descriptor what it is given, in order; once the other end is gone it drops it."""

    def __init__(self, file: int, drained: Callable[[], None]) -> None:
        """`drained` is called in the thread whenever everything has been written."""
        super().__init__(name="terminal", daemon=True)
        self._file = file
        self._drained = drained
        self._change = Condition()
        self._waiting = bytearray()
        self._is_writing = False
        self._is_gone = False
        self._ends = False

    @property
    def size(self) -> int:
        """Bytes that the line has not taken yet, not counting those that are being written."""
        return len(self._waiting)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be written."""
        return self._is_writing or bool(self._waiting)

    def send(self, data: bytes) -> None:
        """Write, as soon as the line takes it; returns at once."""
        with self._change:
            if not self._is_gone:
                self._waiting += data
                self._change.notify_all()

    def drain(self, seconds: float) -> bool:
        """Wait so long for what is still to be written; whether all of it was."""
        with self._change:
            return self._change.wait_for(lambda: not self.is_busy, seconds) and not self._is_gone

    def close(self, seconds: float) -> None:
        """Wait so long for what is still to be written, and end.

        A thread that hangs in a write to a dead line is left to it: it ends with the process.
        """
        self.drain(seconds)
        with self._change:
            self._ends = True
            self._change.notify_all()

    def run(self) -> None:
        """Write until `close`."""
        while data := self._next():
            self._write(data)
            with self._change:
                self._is_writing = False
                is_last = not self._waiting
                self._change.notify_all()
            if is_last:
                self._drained()

    def _next(self) -> bytes:
        """What is to be written now; nothing at the end."""
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._ends)
            if self._ends:
                return b""
            data = bytes(self._waiting)
            self._waiting.clear()
            self._is_writing = True
        return data

    def _write(self, data: bytes) -> None:
        """Write all, or find that the other end is gone."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._file, view) :]
            except BlockingIOError:  # somebody made the shared terminal non-blocking
                self._wait_for_room()
            except OSError:
                with self._change:
                    self._is_gone = True
                    self._waiting.clear()
                return

    def _wait_for_room(self) -> None:
        import select

        select.select([], [self._file], [], 1.0)
