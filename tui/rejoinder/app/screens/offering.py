"""The line before a review starts: the queues there are, the posts of the filter, and which of them it is to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rejoinder.app import review_lines, review_queue
from rejoinder.app.desk import Desk
from rejoinder.app.questions import Questions
from rejoinder.app.review_queue import Ready
from rejoinder.app.screens import coding
from rejoinder.app.screens.searching import Searching
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.protocol import Archive
from rejoinder.review.queues import Order


class Screen(coding.Screen, Protocol):
    """What offering is handed by its screen."""

    def tell(self) -> None: ...


class Offering:
    """Offers queues, one at a time, until one of them is taken or Esc is pressed."""

    def __init__(
        self,
        screen: Screen,
        archive: Archive,
        questions: Questions,
        searching: Searching,
        desk: Desk,
        start: Callable[[Ready], None],
    ) -> None:
        """`start` begins the review of the one that is taken."""
        self._screen = screen
        self._archive = archive
        self._questions = questions
        self._searching = searching
        self._desk = desk
        self._start = start
        self.is_open = False
        self._offers: list[Ready] = []
        self._order: Order = "time"
        self._is_eager = False
        """Enter came before the line was there: a fast hand's review starts as soon as it is."""

    def survey(self) -> None:
        """What there is to review: queues that are not done, and the posts of the filter."""
        desk, archive, order = self._desk, self._archive, self._order
        query = self._searching.filter.text
        condition = self._searching.filter.query.condition
        absolute = print_condition(condition)

        def look() -> list[Ready]:
            found = review_queue.renewed(desk, archive, desk.queues())
            same = any(ready.queue.head.absolute == absolute and not ready.queue.head.blind for ready in found)
            if (query and not same) or not found:
                found.insert(0, review_queue.made(desk, archive, condition, query, absolute, order))
            return found

        self.is_open, self._is_eager, self._offers = True, False, []
        self._screen.say("Review " + self._screen.look.glyphs.more)
        self._questions.ask("queue", look, self._offer)

    def _offer(self, found: list[Ready]) -> None:
        if self.is_open:
            self._offers = found
            self._say_offer()
            if self._is_eager:
                self.answer("enter")

    def _say_offer(self) -> None:
        ready, desk = self._offers[0], self._desk
        head, posts = ready.queue.head, len(ready.queue)
        more = len(self._offers) > 1
        words = review_lines.offer(
            head, posts, ready.progress.done, desk.reviewer, ready.is_new, more, self._screen.look
        )
        self._screen.hold(words if posts else "No post matches, and so there is nothing to review.   Esc")

    def answer(self, key: str) -> None:
        """A key while the line is there."""
        if key in ("escape", "q", "ctrl+c", "ctrl+g"):
            self.is_open = False
            self._questions.forget("queue")
            self._screen.hold("")
            self._screen.tell()
        elif key == "enter" and not self._offers:
            self._is_eager = True
        elif key == "enter" and len(self._offers[0].queue):
            self.is_open = False
            self._screen.hold("")
            self._start(self._offers[0])
        elif key == "tab" and len(self._offers) > 1:
            self._offers.append(self._offers.pop(0))
            self._say_offer()
        elif key == "o" and self._offers and self._offers[0].is_new:
            at = review_lines.ORDERS.index(self._order)
            self._order = review_lines.ORDERS[(at + 1) % len(review_lines.ORDERS)]
            self.survey()
