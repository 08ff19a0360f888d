"""The processes that do an import's work beside the one that asked for it, and what happens when one of them fails.

Each is spawned (a fork of a program with threads may hang), is a daemon, ignores Ctrl-C (the importing process tells it
to stop) and holds only its own ends of its two pipes, so that it ends by itself when the importing process is killed.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

from rejoinder.errors import ArchiveError, RejoinderError

Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function that takes a Tick first, and its other arguments; both travel by pickle."""

Watch = Callable[[int, Any], None]
"""Is told of a job, by its number, what it reports or gives."""


def _unheard(job: int, told: Any) -> None:
    """Nobody listens."""


_NEW = 200_000
"""New objects after which a mate looks for garbage in rings. Records make none, and by default (700) the tables of
names, which only grow, would be gone through again and again: 1 % of an import."""

_PAUSE = 0.15
"""Seconds between two reports of one job."""


class Tick:
    """What a job calls now and then with how far it is; passed on, but not too often."""

    def __init__(self, tell: Callable[[Any], object], more: Callable[[Sequence[Job]], object]) -> None:
        self._tell, self._next = tell, 0.0
        self.more = more
        """Add jobs that can be done from now on, beside this one."""

    def __call__(self, seen: Any) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PAUSE
            self._tell(seen)


class Crew:
    """Some processes, or none: with `size` 0 all jobs are done by the caller, one after another."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._mates = [_Mate() for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for mate in self._mates:
            mate.let_go(kindly=error is None)  # all at once: each takes a moment
        for mate in self._mates:
            mate.end()

    def run(self, jobs: Sequence[Job], watch: Watch, ended: Watch = _unheard, *, renewing: bool = False) -> list[Any]:
        """Do the jobs, the first ones first; `watch(job, report)` hears of each as it goes, `ended(job, result)` when
        it is done, while the crew goes on.

        `renewing`: a process that is left without a job is replaced, for what it has had in use it keeps. Gives the
        results in order, those of jobs that a job has added (`Tick.more`) behind. Raises what a job raised,
        ArchiveError where a process died.
        """
        if self._mates:
            return _Shift(self._mates, jobs, watch, ended, renewing).done()
        waiting = deque(jobs)
        results: list[Any] = []
        while waiting:
            job, args = waiting.popleft()
            results.append(job(Tick(partial(watch, len(results)), waiting.extend), *args))
            ended(len(results) - 1, results[-1])
        return results


class _Shift:
    """Jobs handed to mates as they become free."""

    def __init__(self, mates: list[_Mate], jobs: Sequence[Job], watch: Watch, ended: Watch, renewing: bool) -> None:
        self._waiting = deque(enumerate(jobs))
        self._results: list[Any] = [None] * len(jobs)
        self._left = len(jobs)
        self._watch, self._ended = watch, ended
        self._mates, self._renewing = mates, renewing

    def done(self) -> list[Any]:
        for mate in self._mates:
            self._hand(mate)
        while self._left:
            busy = {mate.pipe: mate for mate in self._mates if mate.job is not None}
            for ready in wait(list(busy), timeout=1.0):
                self._hear(busy[ready])  # type: ignore[index]
        return self._results

    def _hand(self, mate: _Mate) -> None:
        was_busy, mate.job = mate.job is not None, None
        if self._waiting:
            mate.job, job = self._waiting.popleft()
            mate.send(job)
        elif was_busy and self._renewing:  # the new one starts while others are still at work
            self._mates[self._mates.index(mate)] = _Mate()
            mate.let_go(kindly=True)
            mate.end()

    def _hear(self, mate: _Mate) -> None:
        kind, value = mate.receive()
        assert mate.job is not None
        if kind == "report":
            self._watch(mate.job, value)
        elif kind == "more":
            self._add(value)
        elif kind == "result":
            job = mate.job
            self._results[job] = value
            self._left -= 1
            self._hand(mate)
            self._ended(job, value)
        else:
            raise value

    def _add(self, jobs: Sequence[Job]) -> None:
        self._waiting.extend(enumerate(jobs, len(self._results)))
        self._results += [None] * len(jobs)
        self._left += len(jobs)
        for mate in self._mates:
            if mate.job is None:
                self._hand(mate)


class _Mate:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.job: int | None = None
        self.process: BaseProcess = context.Process(target=_work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def send(self, job: Job) -> None:
        try:
            self.pipe.send(job)
        except OSError as error:
            raise self._dead() from error

    def receive(self) -> tuple[str, Any]:
        try:
            return self.pipe.recv()  # type: ignore[no-any-return]
        except (EOFError, OSError) as error:
            raise self._dead() from error

    def _dead(self) -> ArchiveError:
        self.process.join(2.0)
        code = self.process.exitcode
        if code == -signal.SIGBUS:  # a page of a mapped file could not be had
            return ArchiveError(
                "The import can't read its working files again.", "Nothing was changed. See to the disk."
            )
        return ArchiveError(
            f"A process of the import ended unexpectedly (exit code {code}).",
            "Nothing was changed. Perhaps memory ran out; try again with less open beside it.",
        )

    def let_go(self, kindly: bool) -> None:
        """Closing its pipe is enough for an idle process; where something went wrong it must not live to write or say
        anything about it."""
        if not kindly:
            self.process.kill()
        self.pipe.close()

    def end(self) -> None:
        """Wait until it is gone."""
        self.process.join(2.0)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def _work(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.set_threshold(_NEW, 10, 100)
    while True:
        try:
            job, args = pipe.recv()
        except (EOFError, ConnectionResetError):
            os._exit(0)  # nothing is left to be told or written, and to give back a reader's tables takes 0.1 s
        with _Relay(pipe):
            tick = Tick(lambda seen: pipe.send(("report", seen)), lambda jobs: pipe.send(("more", jobs)))
            pipe.send(("result", job(tick, *args)))


class _Relay:
    """Hands whatever goes wrong to the importing process: it decides, and no traceback is printed over a screen."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if isinstance(error, (BrokenPipeError, ConnectionResetError)):
            raise SystemExit(1)  # the importing process is gone: there is nobody to tell
        if not isinstance(error, Exception):
            return False
        if isinstance(error, (RejoinderError, OSError, MemoryError)):
            error = told(error)
        error.add_note("".join(traceback.format_exception(error)))
        try:
            self._pipe.send(("error", error))
        except OSError:
            os._exit(1)  # as above
        return True


def told(error: Exception) -> RejoinderError:
    """The error as a person is told it."""
    if isinstance(error, RejoinderError):
        return error
    if isinstance(error, MemoryError):
        return ArchiveError("There is not enough memory for this import.", "Nothing was changed.")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ArchiveError("The disk is full.", "Nothing was changed. Make room and import again.")
    return ArchiveError(f"The import can't go on: {error}", "Nothing was changed.")
