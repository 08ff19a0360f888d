"""The list of pairs: columns in a window that only holds what is seen, with a cursor; and the page of one pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rejoinder.app.contact_pane import pane
from rejoinder.app.contact_rows import COVERAGE, SORTS, Row, columns, padded
from rejoinder.app.layout import Line, Look
from rejoinder.app.meetings import Meeting
from rejoinder.app.widgets.card import Inks, ends, strip
from rejoinder.app.widgets.motions import Motions, at_least_one
from rejoinder.app.widgets.page import Page
from rejoinder.app.wrapping import cut
from rejoinder.archive.protocol import Direction, PairSort

HEAD = 2
"""Lines above the rows: what is listed, and the names of the columns."""
BATCH = 120
"""Rows asked for at a time: more than two screens."""


class ContactList(Motions, Widget, can_focus=True):
    """Pairs by position; those not in hand are asked for."""

    DEFAULT_CSS = "ContactList { width: 1fr; height: 2fr; }"

    @dataclass
    class RowsNeeded(Message):
        """Wish: rows from this position on. Answer with `take`."""

        at: int

    @dataclass
    class Moved(Message):
        """The cursor stands on another pair."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ContactList.Moved)

    @dataclass
    class Chosen(Message):
        """Wish: the pair's timeline."""

        row: Row

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.look, self.inks = look, inks
        self.title = ""
        self.sort: PairSort = "unanswered"
        self.reverse = False
        self.total: int | None = None
        self.empty: Sequence[str] = ()
        self.cursor = 0
        self._top = 0
        self._rows: dict[int, Row] = {}
        self._asked: set[int] = set()

    # What is handed down

    def begin(self, title: str, sort: PairSort, reverse: bool) -> None:
        """Another choice of pairs: nothing is known of it yet."""
        self.title, self.sort, self.reverse = title, sort, reverse
        self._rows, self._asked, self.total = {}, set(), None
        self.cursor = self._top = 0
        self.refresh()

    def take(self, at: int, rows: Sequence[Row], total: int, title: str) -> None:
        """Rows from a position on, and how many there are in all."""
        before = self.row
        self._rows.update(enumerate(rows, at))
        self.total, self.title = total, title
        self.cursor = min(self.cursor, max(0, total - 1))
        self._fit()
        self.refresh()
        if before is None and self.row is not None:
            self.post_message(self.Moved())

    @property
    def row(self) -> Row | None:
        """The pair under the cursor."""
        return self._rows.get(self.cursor)

    # Motions

    def move(self, rows: int) -> None:
        self.go(self.cursor + rows)

    def page(self, pages: float) -> None:
        self.go(self.cursor + at_least_one(pages * self._room))

    def to_number(self, number: int) -> None:
        self.go(number - 1)

    def to_end(self, direction: Direction) -> None:
        self.go(0 if direction == "older" else (self.total or 1) - 1)

    def action_open_pair(self, count: int | None = None) -> None:
        if (row := self.row) is not None:
            self.post_message(self.Chosen(row))

    def go(self, place: int) -> None:
        """The cursor to a position."""
        self.cursor = max(0, min(place, (self.total or 1) - 1))
        self._fit()
        self.refresh()
        self.post_message(self.Moved())

    def spot(self) -> Offset:
        """Where the pair under the cursor stands, for the terminal's own cursor."""
        return Offset(2, HEAD + self.cursor - self._top)

    @property
    def _room(self) -> int:
        return max(1, self.size.height - HEAD)

    def _fit(self) -> None:
        """Keep the cursor in sight, and ask for the rows that are to be seen."""
        self._top = min(max(self._top, self.cursor - self._room + 1), self.cursor)
        wanted = range(self._top, min(self._top + self._room, self.total or 0))
        missing = next((at for at in wanted if at not in self._rows), None)
        if missing is not None:
            at = max(0, missing - BATCH // 4)
            if at not in self._asked:
                self._asked.add(at)
                self.post_message(self.RowsNeeded(at))

    def on_resize(self) -> None:
        self._fit()
        self.refresh()

    def on_click(self, event: Click) -> None:
        if event.y >= HEAD and self._top + event.y - HEAD < (self.total or 0):
            self.go(self._top + event.y - HEAD)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # Paint

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return strip(self._head(width), width, self.inks)
        if y == 1:
            return strip(self._names(width), width, self.inks)
        return strip(self._line(self._top + y - HEAD, y - HEAD, width), width, self.inks)

    def _head(self, width: int) -> Line:
        arrow = ("^" if self.reverse else "v") if self.look.glyphs.bar.isascii() else "↑" if self.reverse else "↓"
        title = next(column.title for column in columns(1000) if column.sort == self.sort)
        name = title.replace(">", self.look.glyphs.onward)
        return ends([(f" {self.title}", "strong")], [(f"sort {name} {arrow} ", "dim")], width, self.look.glyphs.more)

    def _names(self, width: int) -> Line:
        runs: list[tuple[str, str]] = [("  ", "")]
        for n, column in enumerate(columns(width)):
            ink = "accent" if column.sort == self.sort else "dim"
            title = column.title.replace(">", self.look.glyphs.onward)
            runs += [("  " if n else "", ""), (padded(title, column.width, self.look.glyphs.more), ink)]
        if width >= 150:
            runs.append((f"  {'months here, A / B':<{COVERAGE}}", "dim"))
        return tuple(runs)

    def _line(self, at: int, y: int, width: int) -> Line:
        row = self._rows.get(at)
        if row is None:
            text = self.empty[y - 1] if self.total == 0 and 1 <= y <= len(self.empty) else ""
            return ((cut("   " + text, width, self.look.glyphs.more), ""),)
        here = at == self.cursor
        bar = (self.look.glyphs.bar if here else " ") + " "
        runs: list[tuple[str, str]] = [(bar, "strong" if self.has_focus else "dim")]
        for n, column in enumerate(columns(width)):
            ink = ("name" if here else "") if column.sort in ("a", "b", "answer", "unanswered") else "dim"
            text = padded(row.cells[column.sort], column.width, self.look.glyphs.more)
            runs += [("  " if n else "", ""), (text, ink)]
        if width >= 150:
            runs.append((f"  {row.coverage:<{COVERAGE}}", "dim"))
        return tuple(runs)


def next_sort(sort: PairSort, step: int, width: int) -> PairSort:
    """The column beside the one that is sorted by, of those to be seen."""
    seen = [column.sort for column in columns(width)]
    at = seen.index(sort) if sort in seen else SORTS.index(sort)
    return seen[(at + step) % len(seen)]


class PairPage(Page):
    """The pair under the cursor: its picture, events, evidence and coverage."""

    DEFAULT_CSS = "PairPage { width: 1fr; height: 3fr; }"
    MEASURE = 180

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(look, inks, "", id=id)
        self._meeting: Meeting | None = None

    def take(self, meeting: Meeting | None) -> None:
        """Another pair, or none."""
        self._meeting = meeting
        arrows = "<->" if self.look.glyphs.bar.isascii() else "⇄"
        self.title = f"{meeting.a.label} {arrows} {meeting.b.label}" if meeting else ""
        self.renew(top=True)

    @property
    def meeting(self) -> Meeting | None:
        return self._meeting

    def lay(self, width: int) -> list[Line]:
        return pane(self._meeting, width, self.look.glyphs) if self._meeting else []
