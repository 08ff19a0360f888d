"""Writes what makes one screen of another: the cells that differ, ends of lines erased, with the fewest pen changes."""

from __future__ import annotations

from operator import is_not

from rejoinder.app.terminal.cells import BLANK, Cell, Row
from rejoinder.app.terminal.pens import PLAIN, change, shows_on_space
from rejoinder.app.terminal.scrolling import Scroll
from rejoinder.app.terminal.stretches import common, slack

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
        self._width = len(new)
        loose = common(old, new)
        limit = loose[-1][0] if loose and loose[-1][1] == self._width else self._width
        tail = limit
        while limit == self._width and tail and new[tail - 1] is BLANK:
            tail -= 1
        erases = sum(map(is_not, old[tail:limit], new[tail:limit])) > 3
        changed = [x for x, differs in enumerate(map(is_not, old[: tail if erases else limit], new)) if differs]
        changed = [x for x in changed if not any(start <= x < end for start, end in loose)] if loose else changed
        spilled = 0
        for start, end in sorted((*_spans(changed, new, tail if erases else limit), *loose)):
            if (start, end) not in loose:
                self._cells(y, start, new[start:end])
            elif start < spilled or old[start:end] != new[start:end]:
                spilled = self._stretch(y, start, end, old, new)
                following = min((other for other, _ in loose if other >= end), default=self._width)
                self._cells(y, end, new[end : _whole(new, min(spilled, following))])
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
            while end < len(run) and self._goes_on(run[end]):
                end += 1
            self._move(y, x + at)
            self.parts.append("".join([each.text for each in run[at:end]]))
            self.x = x + end if x + end < self._width else None
            at = end

    def _goes_on(self, cell: Cell) -> bool:
        return cell.pen == self.pen or (cell is BLANK and not shows_on_space(self.pen))

    def _stretch(self, y: int, start: int, end: int, old: Row, new: Row) -> int:
        """Draw one as its text runs; gives the cell up to which it may have drawn over the next column."""
        text_end = end
        while text_end > start and new[text_end - 1] == new[end - 1] and new[end - 1].text == " ":
            text_end -= 1
        self._fill(y, start, end, new[end - 1].pen if text_end < end else PLAIN, old)
        self._move(y, start)
        for cell in new[start:text_end]:
            if not (cell is BLANK and not shows_on_space(self.pen)):
                self._draw_with(cell.pen)
            self.parts.append(cell.text)
        self.x = None
        return text_end + slack(new[start:text_end])

    def _fill(self, y: int, start: int, end: int, pen: str, old: Row) -> None:
        """Blank a stretch: what is drawn there may turn out narrower."""
        if not pen and all(cell is BLANK for cell in old[start:end]):
            return
        self._move(y, start)
        self._draw_with(pen)
        if pen:
            self.parts.append(" " * (end - start))
            self.x = None
        else:
            self.parts.append("\x1b[K" if end == self._width else f"\x1b[{end - start}X")

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


def _spans(changed: list[int], new: Row, width: int) -> list[tuple[int, int]]:
    """Runs of cells to be drawn: whole graphemes, joined over small gaps."""
    spans: list[tuple[int, int]] = []
    for x in changed:
        if spans and x < spans[-1][1]:
            continue
        start, end = x, x + 1
        while start and not new[start].text:
            start -= 1
        end = min(width, _whole(new, end))
        if spans and (start <= spans[-1][1] or _is_cheap(new, spans[-1][1], start)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _whole(row: Row, end: int) -> int:
    """The end of a run that cuts no wide cell."""
    while end < len(row) and not row[end].text:
        end += 1
    return end


def _is_cheap(row: Row, start: int, end: int) -> bool:
    """Whether the unchanged cells between two spans are sent sooner than jumped over."""
    if end - start > GAP:
        return False
    pen = row[start - 1].pen
    gap = row[start:end]
    alike = all(cell.sure and (cell is BLANK or cell.pen == pen) for cell in gap)
    return alike and sum(len(cell.text.encode()) for cell in gap) <= GAP
