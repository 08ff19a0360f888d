"""Questions to the archive, asked in one thread of their own: the most urgent first, a newer one instead of an older.

The app never waits for an answer. A question that a more urgent one interrupts is asked again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.thread import ThreadPoolExecutor
from threading import Lock
from typing import Any

from rejoinder.archive.protocol import Archive
from rejoinder.errors import Cancelled, RejoinderError

URGENCY = (
    "grown",
    "jump",
    "queue",
    "range",
    "newer",
    "older",
    "entry",
    "chain",
    "texts",
    "pairs",
    "pair",
    "signs",
    "rank",
    "count",
    "found",
    "hit",
    "histogram",
    "gaps",
    "news",
    "tally",
    "values",
    "figures",
    "days",
    "account",
    "problems",
    "sources",
    "json",
    "codes",
)
"""Kinds of questions, the most urgent first. Of each kind only the newest is answered."""


class Question:
    """One question: what to ask in the thread, and what to do with the answer outside of it."""

    def __init__(self, kind: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self.kind = kind
        self.work = work
        self.then = then
        self.urgency = URGENCY.index(kind)


class Questions:
    """Asks an archive. `deliver` runs a function in the app's own thread; `failed` is told what went wrong."""

    def __init__(
        self,
        archive: Archive,
        deliver: Callable[[Callable[[], None]], object],
        failed: Callable[[RejoinderError], None],
    ) -> None:
        self._archive = archive
        self._deliver = deliver
        self._failed = failed
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="questions")
        self._lock = Lock()
        self._pending: dict[str, Question] = {}
        self._running: Question | None = None
        self._latest: dict[str, Question] = {}

    def ask(self, kind: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Ask; an older question of this kind is forgotten, and interrupted if it is being asked just now."""
        question = Question(kind, work, then)
        with self._lock:
            self._latest[kind] = self._pending[kind] = question
            if self._running and (self._running.kind == kind or question.urgency < self._running.urgency):
                self._archive.cancel()
        self._thread.submit(self._answer_next).add_done_callback(self._answered)

    def forget(self, *kinds: str) -> bool:
        """Nobody wants these answers any more; whether any was still to come."""
        with self._lock:
            awaited = [kind for kind in kinds if self._latest.pop(kind, None)]
            for kind in kinds:
                self._pending.pop(kind, None)
            if self._running and self._running.kind in kinds:
                self._archive.cancel()
        return bool(awaited)

    @property
    def idle(self) -> bool:
        """Whether every question has been answered and the answers handed over."""
        with self._lock:
            return not self._latest

    def close(self) -> None:
        """Interrupt, and wait for the thread."""
        with self._lock:
            self._pending.clear()
            self._latest.clear()
            if self._running:
                self._archive.cancel()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _answer_next(self) -> tuple[Question, Any] | None:
        """In the thread: take the most urgent question and ask it."""
        with self._lock:
            if not self._pending:
                return None
            question = self._running = min(self._pending.values(), key=lambda waiting: waiting.urgency)
            del self._pending[question.kind]
        try:
            return question, question.work()
        except Cancelled:
            self._ask_again(question)
            return None
        except RejoinderError as error:
            return question, error
        finally:
            with self._lock:
                self._running = None

    def _ask_again(self, question: Question) -> None:
        """A question was interrupted for a more urgent one: put it back, unless it is out of date."""
        with self._lock:
            if self._latest.get(question.kind) is question:
                self._pending.setdefault(question.kind, question)
                self._thread.submit(self._answer_next).add_done_callback(self._answered)

    def _answered(self, future: Future[tuple[Question, Any] | None]) -> None:
        """In either thread: hand the answer over. A mistake in the code is raised where the app sees it."""
        if not future.cancelled() and (future.exception() or future.result()):
            self._deliver(lambda: self._hand_over(future))

    def _hand_over(self, future: Future[tuple[Question, Any] | None]) -> None:
        answer = future.result()
        if answer is None:
            return
        question, result = answer
        with self._lock:
            if self._latest.get(question.kind) is not question:
                return
            del self._latest[question.kind]
        if isinstance(result, RejoinderError):
            self._failed(result)
        else:
            question.then(result)
