"""Questions in a thread: the newest of a kind, the most urgent first, and every interrupted one asked again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import pytest
from tests.app.memory_archive import MemoryArchive

from rejoinder.app.questions import Questions
from rejoinder.errors import ArchiveError, Cancelled, RejoinderError


class SlowArchive(MemoryArchive):
    """Answers when it is let; `cancel` interrupts what is asked just now."""

    def __init__(self) -> None:
        super().__init__([])
        self.begun = threading.Event()
        self.go = threading.Event()
        self.interrupted = threading.Event()

    def slow(self) -> str:
        self.begun.set()
        for _ in range(500):
            if self.interrupted.is_set():
                self.interrupted.clear()
                self.begun.clear()
                raise Cancelled("stopped")
            if self.go.wait(0.01):
                return "answer"
        raise AssertionError("nobody let the archive answer")

    def cancel(self) -> None:
        self.interrupted.set()


class Desk:
    """What the app does: runs deliveries in one thread, this one."""

    def __init__(self) -> None:
        self.archive = SlowArchive()
        self.box: queue.Queue[Callable[[], None]] = queue.Queue()
        self.failed: list[RejoinderError] = []
        self.answers: list[str] = []
        self.questions = Questions(self.archive, self.box.put, self.failed.append)

    def deliver(self) -> None:
        while not self.questions.idle:
            self.box.get(timeout=5)()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_answer_comes_back(desk: Desk) -> None:
    desk.questions.ask("count", lambda: "one", desk.answers.append)
    desk.deliver()
    assert desk.answers == ["one"]
    desk.questions.close()


def test_a_newer_question_takes_the_place_of_the_older(desk: Desk) -> None:
    desk.questions.ask("count", desk.archive.slow, lambda _: desk.answers.append("older"))
    assert desk.archive.begun.wait(5)
    desk.questions.ask("count", lambda: "newer", desk.answers.append)
    desk.deliver()
    assert desk.answers == ["newer"]
    desk.questions.close()


def test_a_more_urgent_question_interrupts_and_the_other_is_asked_again(desk: Desk) -> None:
    desk.questions.ask("count", desk.archive.slow, desk.answers.append)
    assert desk.archive.begun.wait(5)
    desk.questions.ask("jump", lambda: "jump", desk.answers.append)
    desk.box.get(timeout=5)()
    assert desk.answers == ["jump"]
    desk.archive.go.set()
    desk.deliver()
    assert desk.answers == ["jump", "answer"]
    desk.questions.close()


def test_what_is_forgotten_never_answers(desk: Desk) -> None:
    desk.questions.ask("count", desk.archive.slow, desk.answers.append)
    assert desk.archive.begun.wait(5)
    assert desk.questions.forget("count")
    assert not desk.questions.forget("count")
    desk.questions.ask("jump", lambda: "jump", desk.answers.append)
    desk.deliver()
    assert desk.answers == ["jump"]
    desk.questions.close()


def test_an_error_is_told_and_a_mistake_is_raised(desk: Desk) -> None:
    def fail() -> str:
        raise ArchiveError("The archive is damaged.", "Import it again.")

    desk.questions.ask("count", fail, desk.answers.append)
    desk.deliver()
    assert [error.message for error in desk.failed] == ["The archive is damaged."]
    desk.questions.ask("count", lambda: str(1 // 0), desk.answers.append)
    with pytest.raises(ZeroDivisionError):
        desk.box.get(timeout=5)()
    desk.questions.close()


def test_closing_interrupts(desk: Desk) -> None:
    desk.questions.ask("count", desk.archive.slow, desk.answers.append)
    assert desk.archive.begun.wait(5)
    desk.questions.close()
    assert desk.answers == []
