"""A page of rows with a cursor over them: links, help, tallies, sides, archives."""

from __future__ import annotations

from rejoinder.app.widgets.motions import at_least_one
from rejoinder.app.widgets.page import Page
from rejoinder.archive.protocol import Direction


class ListPage(Page):
    """Its motions move the cursor; who has one says how many rows there are, and where each lies."""

    _cursor = 0
    """The row under it, from 0."""

    @property
    def _row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def _lines_of(self, row: int) -> tuple[int, int]:
        """(the first line of a row, how many lines it has); asked when the lines are laid."""
        raise NotImplementedError

    def move(self, rows: int) -> None:
        self._go(self._cursor + rows)

    def page(self, pages: float) -> None:
        """The cursor to the row that lies a window further; what stands beyond the last row is scrolled to."""
        step = at_least_one(pages * max(1, self._height - 1))
        beyond = range(self._cursor + 1, self._row_count) if step > 0 else range(self._cursor)
        if not beyond or not self.lines:
            self._scroll(step)
            return
        wanted = self._lines_of(self._cursor)[0] + step
        # of two as near (the help has two columns) the one that stands nearer in the list
        self._go(min(beyond, key=lambda row: (abs(self._lines_of(row)[0] - wanted), abs(row - self._cursor))))

    def to_number(self, number: int) -> None:
        self._go(number - 1)

    def to_end(self, direction: Direction) -> None:
        self._go(0 if direction == "older" else self._row_count - 1)

    @property
    def selected_line(self) -> int:
        return self._lines_of(self._cursor)[0] if self.lines and self._row_count else self._top

    def _go(self, row: int) -> None:
        self._cursor = max(0, min(row, self._row_count - 1))
        self.renew()
        if self.lines and self._row_count:
            line, lines = self._lines_of(self._cursor)
            self.keep_in_sight(0 if self._cursor == 0 else line, lines)  # before the first stands what is over it
