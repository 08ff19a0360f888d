"""The screen as Textual wants it: its text is drawn here, instead of on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rejoinder.app.terminal.cells import BLANK, Cell, Row, blank_row, cells, is_detached, joined
from rejoinder.app.terminal.pens import PLAIN, after, linked
from rejoinder.app.terminal.sequences import tokens


class Canvas:
    """Rows of cells, a cursor and a pen. Drawing never wraps and never scrolls: Textual places every line."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.rows: list[Row] = [blank_row(width) for _ in range(height)]
        self.touched: set[int] = set()
        """Rows that were drawn on since `settle`; the others are shared with whoever took them then."""
        self.x = self.y = 0
        self.pen = PLAIN

    def resize(self, width: int, height: int) -> None:
        """Another size; what still fits stays."""
        self.rows = [(row + blank_row(width))[:width] for row in self.rows[:height]]
        self.rows += [blank_row(width) for _ in range(height - len(self.rows))]
        for row in self.rows:
            self._close(row, width)
        self.width, self.height = width, height
        self.touched = set(range(height))

    def settle(self) -> None:
        """The rows were taken: from now on, whoever draws on one draws on a copy."""
        self.touched.clear()

    def draw(self, data: str) -> Iterator[str]:
        """Draw; yields, at its place between the others, each sequence that is no screen content."""
        for kind, value in tokens(data):
            if kind == "text":
                self._put(cells(value, self.pen))
            elif kind == "m":
                self.pen = after(self.pen, value)
            elif kind == "line":
                self.x, self.y = 0, self.y + 1
            elif kind in ("H", "f"):
                row, _, column = value.partition(";")
                self.y, self.x = int(row or 1) - 1, int(column or 1) - 1
            elif kind == "link":
                self.pen = linked(self.pen, value)
            elif kind == "K":
                self._erase_line(value or "0")
            elif kind == "J":
                self._erase_screen(value or "0")
            else:
                yield value

    def _row(self, y: int) -> Row:
        if y not in self.touched:
            self.touched.add(y)
            self.rows[y] = self.rows[y][:]
        return self.rows[y]

    def _put(self, run: Sequence[Cell]) -> None:
        """Draw cells at the cursor, and leave no half of a wide one."""
        if not 0 <= self.y < self.height or self.x >= self.width:
            return
        row, x = self._row(self.y), self.x
        if is_detached(run[0]):
            self._mark(row, x, run[0])
            run = run[1:]
        end = x + len(run)
        if not row[x].text:
            self._clear_lead(row, x - 1)
        row[x:end] = run
        if end > self.width:
            del row[self.width :]
            self._close(row, self.width)
        elif end < self.width and not row[end].text:
            row[end] = BLANK
        self.x = min(end, self.width)

    def _mark(self, row: Row, x: int, mark: Cell) -> None:
        """A combining mark belongs to the cell before the cursor."""
        while x > 0 and not row[x - 1].text:
            x -= 1
        if x > 0:
            row[x - 1] = joined(row[x - 1], mark)

    @staticmethod
    def _clear_lead(row: Row, x: int) -> None:
        """The right half of a wide cell is drawn over: nothing is left of its left half."""
        while x > 0 and not row[x].text:
            row[x] = BLANK
            x -= 1
        row[x] = BLANK

    @staticmethod
    def _close(row: Row, width: int) -> None:
        """A wide cell that is cut at the right edge is not drawn."""
        from rich.cells import cell_len

        if row and row[width - 1].text and not row[width - 1].text.isascii() and cell_len(row[width - 1].text) > 1:
            row[width - 1] = BLANK

    def _erase_line(self, part: str) -> None:
        if 0 <= self.y < self.height:
            start, end = (0 if part != "0" else self.x), (self.width if part != "1" else self.x + 1)
            row = self._row(self.y)
            row[start:end] = blank_row(max(0, min(end, self.width) - start))

    def _erase_screen(self, part: str) -> None:
        if part == "0":
            self._erase_line("0")
        for y in range(self.y + 1 if part == "0" else 0, self.height if part != "1" else self.y):
            self.rows[y] = blank_row(self.width)
            self.touched.add(y)
