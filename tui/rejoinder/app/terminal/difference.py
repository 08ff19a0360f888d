"""Writes what makes one screen of another: the cells that differ, ends of lines erased, with the fewest pen changes."""

from __future__ import annotations

from operator import is_not

from rejoinder.app.terminal.cells import BLANK, Cell, Row
from rejoinder.app.terminal.pens import PLAIN, change, shows_on_space
from rejoinder.app.terminal.scrolling import Scroll

GAP = 4
"""So many bytes between two changes are sent again: a jump over them costs no less."""
ERASED = 12
"""From so many blanks on, ECH and a jump are shorter than the blanks."""


class Writing:
    """Bytes for the terminal, and where its cursor and pen are after them. Needs a terminal with wrapping off."""

    def __init__(self, feeds: bool = False) -> None:
        """`feeds`: a line feed reaches the terminal as it is, and leaves the column alone.

        The cursor is taken to be anywhere, so that every frame mends what a lost byte left; the pen is plain.
        """
        self.parts: list[str] = []
        self._feeds = feeds
        self._width = 0
        self.pen = PLAIN
        self.y: int | None = None
        self.x: int | None = None

    def clear(self) -> None:
        """Erase the whole screen."""
        self.parts.append("\x1b[m\x1b[r\x1b[H\x1b[2J")
        self.y, self.x = 0, 0

    def scroll(self, scroll: Scroll) -> None:
        """By deleting or inserting lines, which the Linux console knows, too."""
        self._draw_with(PLAIN)
        self.parts.append(f"\x1b[{scroll.top + 1};{scroll.bottom + 1}r\x1b[{scroll.top + 1}H")
        count = "" if abs(scroll.lines) == 1 else str(abs(scroll.lines))
        self.parts.append(f"\x1b[{count}{'M' if scroll.lines > 0 else 'L'}\x1b[r")
        self.y = self.x = None  # most terminals go to the corner, not all

    def row(self, y: int, old: Row, new: Row) -> None:
        """Make one row of another."""
        tail = self._width = len(new)
        while tail and new[tail - 1] is BLANK:
            tail -= 1
        erases = sum(map(is_not, old[tail:], new[tail:])) > 3
        changed = [x for x, differs in enumerate(map(is_not, old, new)) if differs and not (erases and x >= tail)]
        for start, end in _spans(changed, old, new, tail if erases else len(new)):
            self._cells(y, start, new[start:end])
        if erases:
            self._move(y, tail)
            self._draw_with(PLAIN)
            self.parts.append("\x1b[K")

    def finish(self, cursor: tuple[int, int] | None) -> str:
        """All of it, with the pen as it was before, and the cursor (column, row) where it is to be."""
        self._draw_with(PLAIN)
        if cursor is not None:
            self._move(cursor[1], cursor[0])
        return "".join(self.parts)

    def _draw_with(self, pen: str) -> None:
        if pen != self.pen:
            self.parts.append(change(self.pen, pen))
            self.pen = pen

    def _cells(self, y: int, x: int, run: list[Cell]) -> None:
        """Draw cells from this place on."""
        at = 0
        while at < len(run):
            cell = run[at]
            end = at + 1
            if cell is BLANK:
                if shows_on_space(self.pen):
                    self._draw_with(PLAIN)
                while end < len(run) and run[end] is BLANK:
                    end += 1
                if end - at >= ERASED:
                    self._move(y, x + at)
                    self.parts.append(f"\x1b[{end - at}X")
                    at = end
                    continue
            else:
                self._draw_with(cell.pen)
            self._move(y, x + at)
            if cell.sure:
                while end < len(run) and self._goes_on(run[end]):
                    end += 1
                self.parts.append("".join([each.text for each in run[at:end]]))
                self.x = x + end if x + end < self._width else None
            else:
                while end < len(run) and not run[end].text:
                    end += 1
                self._unsure(y, x + at, end - at, cell.text)
            at = end

    def _goes_on(self, cell: Cell) -> bool:
        return cell.sure and (cell.pen == self.pen or (cell is BLANK and not shows_on_space(self.pen)))

    def _unsure(self, y: int, x: int, width: int, text: str) -> None:
        """A grapheme that this terminal may draw narrower or wider than we think.

        Its cells are blanked first, for a narrow one would leave what stood there; afterwards the cursor is anywhere.
        """
        if width > 1:
            self.parts.append(" " * width)
            self.x = x + width if x + width < self._width else None
            self._move(y, x)
        self.parts.append(text)
        self.x = None

    def _move(self, y: int, x: int) -> None:
        """The shortest way there."""
        if (self.y, self.x) == (y, x):
            return
        ways = [f"\x1b[{y + 1}H" if x == 0 else f"\x1b[{y + 1};{x + 1}H"]
        if self.y is not None:
            ways.append(self._vertical(y - self.y) + self._horizontal(x))
            if self.y == y - 1 and x == 0:
                ways.append("\r\n")
        self.parts.append(min(ways, key=len))
        self.y, self.x = y, x

    def _vertical(self, lines: int) -> str:
        if lines < 0:
            return f"\x1b[{-lines if lines < -1 else ''}A"
        if self._feeds and lines < 4:
            return "\n" * lines
        return f"\x1b[{lines if lines > 1 else ''}B" if lines else ""

    def _horizontal(self, x: int) -> str:
        if self.x == x:
            return ""
        if x == 0:
            return "\r"
        ways = [f"\x1b[{x + 1}G"]
        if self.x is not None:
            far = x - self.x
            ways.append(f"\x1b[{far if far > 1 else ''}C" if far > 0 else "\b" * -far)
        return min(ways, key=len)


def _spans(changed: list[int], old: Row, new: Row, width: int) -> list[tuple[int, int]]:
    """Runs of cells to be drawn: whole graphemes, with the neighbours of unsure ones, joined over small gaps."""
    spans: list[tuple[int, int]] = []
    for x in changed:
        if spans and x < spans[-1][1]:
            continue
        start, end = x, x + 1
        while start and not new[start].text:
            start -= 1
        while end < width and (not new[end].text or not (old[end - 1].sure and new[end - 1].sure)):
            end += 1
        if spans and (start <= spans[-1][1] or _is_cheap(new, spans[-1][1], start)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _is_cheap(row: Row, start: int, end: int) -> bool:
    """Whether the unchanged cells between two spans are sent sooner than jumped over."""
    if end - start > GAP:
        return False
    pen = row[start - 1].pen
    gap = row[start:end]
    alike = all(cell.sure and (cell is BLANK or cell.pen == pen) for cell in gap)
    return alike and sum(len(cell.text.encode()) for cell in gap) <= GAP
