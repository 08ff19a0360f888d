"""What could not be read at import: where it stands, why, and what stands there; Enter shows the record whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.events import Key
from textual.message import Message

from rejoinder.app.layout import Line, Look
from rejoinder.app.post_lines import origin
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.page import ESC, STEPS, Page
from rejoinder.app.wrapping import cut, safe, wrap
from rejoinder.records import Problem

MOST = 10_000
"""Problems that are asked for: nobody reads more, and the command line gives all."""


class ProblemsPage(Page):
    """A cursor over the problems."""

    DEFAULT_CSS = "ProblemsPage { width: 1fr; height: 1fr; }"
    HINTS = (("", "Enter shows the record"), STEPS, ESC)

    @dataclass
    class Chosen(Message):
        """Wish: show what stands there."""

        problem: Problem

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(look, inks, "Records that could not be read", id=id)
        self._problems: Sequence[Problem] | None = None
        self._cursor = 0
        self._starts: list[int] = []

    def take(self, problems: Sequence[Problem]) -> None:
        """The problems."""
        self._problems = problems
        self.renew(top=True)

    def lay(self, width: int) -> list[Line]:
        if self._problems is None:
            return [(), ((f"being read {self.look.glyphs.more}", "dim"),)]
        if not self._problems:
            return [(), (("Every record could be read.", ""),)]
        lines: list[Line] = [()]
        self._starts = []
        for place, problem in enumerate(self._problems):
            self._starts.append(len(lines))
            lines.extend(self._row(problem, place == self._cursor, width))
        if len(self._problems) == MOST:
            lines.append(((f"  only the first {MOST:,}; rejoinder problems prints all", "warning"),))
        return lines

    def _row(self, problem: Problem, here: bool, width: int) -> Iterator[Line]:
        """Where; why; what stands there; an empty line."""
        bar, room = (self.look.glyphs.bar if here else " ") + " ", max(1, width - 4)
        yield (bar, "strong"), (cut(safe(origin(problem.origin)), width - 2, self.look.glyphs.more), "strong")
        for start, end in wrap(reason := safe(problem.reason), room):
            yield (bar, "strong"), ("  " + reason[start:end], "")
        for start, end in wrap(found := safe(problem.excerpt), room) if problem.excerpt else ():
            yield (bar, "strong"), ("  " + found[start:end], "dim")
        yield ()

    def action_down(self, count: int | None = None) -> None:
        self._go(self._cursor + (count or 1))

    def action_up(self, count: int | None = None) -> None:
        self._go(self._cursor - (count or 1))

    def action_first(self, count: int | None = None) -> None:
        self._go((count or 1) - 1)

    def action_last(self, count: int | None = None) -> None:
        self._go((count or len(self._problems or ())) - 1)

    def on_key(self, event: Key) -> None:
        if event.key == "enter" and self._problems:
            event.stop()
            self.post_message(self.Chosen(self._problems[self._cursor]))

    def _go(self, place: int) -> None:
        self._cursor = max(0, min(place, len(self._problems or ()) - 1))
        self.renew()
        if self._problems and self.lines:
            end = self._starts[self._cursor + 1] if self._cursor + 1 < len(self._starts) else len(self.lines)
            self.keep_in_sight(self._starts[self._cursor], end - self._starts[self._cursor])
