"""The time strip: posts or hits over time as bars of characters, the window on screen below them, and a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rejoinder.app.layout import Line, Look, Run
from rejoinder.app.periods import SHORTEST, Periods, heights, periods
from rejoinder.app.widgets.card import Inks, ends, strip
from rejoinder.app.wrapping import cells
from rejoinder.archive.capture import Gap, told

MARGIN = 1
AROUND = 3
"""Lines that are no bars: heading, axis, labels."""
_Cell = tuple[str, str]


class TimeStrip(Widget, can_focus=True):
    """Draws counts between moments; the screen asks the archive for them."""

    DEFAULT_CSS = "TimeStrip { width: 1fr; height: 6; display: none; }"

    @dataclass
    class CountsNeeded(Message):
        """Wish: how many posts lie between each two of these moments. Answer with `take`."""

        starts: tuple[int, ...]

    @dataclass
    class Moved(Message):
        """The cursor went to a bar that holds posts."""

        since: int
        until: int

    @dataclass
    class Chosen(Message):
        """Wish: only the posts of this time."""

        since: int
        until: int

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.look = look
        self.inks = inks
        self._bounds: tuple[int, int] | None = None
        self._range: tuple[int, int] | None = None
        self._periods: Periods | None = None
        self._counts: Sequence[int] = ()
        self._cursor: int | None = None
        self._seen: tuple[int, int] | None = None
        self._moment: int | None = None
        """Where the timeline's cursor stands; kept, for the strip may not know its width yet."""
        self._gaps: Sequence[Gap] = ()

    # What is handed down

    def span(self, first: int | None, last: int | None) -> None:
        """The whole time of the archive (ms), all of which is shown at first; None where no post has a time."""
        self._bounds = self._range = (first, last) if first is not None and last is not None else None
        self.ask()

    def ask(self) -> None:
        """Ask for the counts: of another search, another range, another width."""
        if self._range is None or self._room < 1:
            return
        made = periods(*self._range, self._room, self.look.zone)
        if made != self._periods:
            stood = self._place
            self._periods, self._counts = made, ()
            self._to_moment(stood)
        self.post_message(self.CountsNeeded(made.starts))

    def show_only(self, since: int, until: int) -> None:
        """This time alone, as far as the strip may be narrowed; zooming out comes back."""
        if self._bounds is not None and until - since >= SHORTEST:
            self._range = (max(since, self._bounds[0]), min(until - 1, self._bounds[1]))
            self._cursor = None
            self.ask()

    def show_all(self) -> None:
        """The whole time of the archive again."""
        if self._range != self._bounds:
            self._range, self._cursor = self._bounds, None
        self.ask()

    def take(self, starts: tuple[int, ...], counts: Sequence[int]) -> None:
        """The counts between these moments; nothing if others have been asked for since."""
        if self._periods is not None and starts == self._periods.starts:
            self._counts = counts
            self.refresh()

    def without(self, gaps: Sequence[Gap]) -> None:
        """The times in which the capture that the posts come from brought nothing."""
        self._gaps = gaps
        self.refresh()

    def stand_at(self, moment: int | None, seen: tuple[int, int] | None) -> None:
        """The timeline's cursor, and the times of the first and the last post in sight."""
        if seen != self._seen or moment is not None:
            self._seen, self._moment = seen, moment
            if self._bounds and self._range and moment is not None and not self._range[0] <= moment <= self._range[1]:
                self._show(moment, self._range[1] - self._range[0])
            self._to_moment(moment)
            self.refresh()

    def restyle(self, look: Look, inks: Inks | None = None) -> None:
        """Another look; in another zone the bars begin elsewhere."""
        other = look.zone != self.look.zone
        self.look, self.inks = look, inks or self.inks
        self.ask() if other else self.refresh()

    def _to_moment(self, moment: int | None) -> None:
        if self._periods is not None and moment is not None:
            self._cursor = self._periods.bar_of(moment)

    # Commands

    def action_strip_left(self, count: int | None = None) -> None:
        self._go(-(count or 1))

    def action_strip_right(self, count: int | None = None) -> None:
        self._go(count or 1)

    def action_page_down(self, count: int | None = None) -> None:
        self._go(self._page * (count or 1))

    def action_page_up(self, count: int | None = None) -> None:
        self._go(-self._page * (count or 1))

    def action_zoom_in(self, count: int | None = None) -> None:
        self._zoom(0.5 ** (count or 1))

    def action_zoom_out(self, count: int | None = None) -> None:
        self._zoom(2.0 ** (count or 1))

    def action_filter_period(self, count: int | None = None) -> None:
        if (bar := self._bar) is not None:
            self.post_message(self.Chosen(*bar))

    @property
    def _page(self) -> int:
        """Bars that a page is: an eighth of the strip."""
        return max(1, self._periods.bars // 8) if self._periods else 1

    @property
    def _bar(self) -> tuple[int, int] | None:
        """From when until when the bar under the cursor lasts."""
        if self._periods is None or self._cursor is None:
            return None
        return self._periods.starts[self._cursor], self._periods.starts[self._cursor + 1]

    @property
    def _place(self) -> int | None:
        """The moment that the cursor stands for: that of the timeline's post, where it lies in the cursor's bar."""
        bar, moment = self._bar, self._moment
        if bar is None or (moment is not None and bar[0] <= moment < bar[1]):
            return moment
        return sum(bar) // 2

    def _go(self, bars: int) -> None:
        if self._periods is None:
            return
        self._cursor = max(0, min(self._periods.bars - 1, (self._cursor or 0) + bars))
        self.refresh()
        if self._counts and self._counts[self._cursor] and (bar := self._bar):
            self.post_message(self.Moved(*bar))

    def _zoom(self, factor: float) -> None:
        """Show a shorter or longer time around the cursor."""
        if self._range is not None and (middle := self._place) is not None:
            self._show(middle, max(SHORTEST, int((self._range[1] - self._range[0]) * factor)))

    def _show(self, middle: int, length: int) -> None:
        """So many ms around a moment, as far as the archive goes."""
        if self._bounds is None:
            return
        low, high = self._bounds
        since = max(low, min(middle - length // 2, high - length))
        self._range = (since, min(high, since + length))
        self._cursor = None
        self.ask()
        self._to_moment(middle)
        self.refresh()

    def spot(self) -> Offset:
        """Where the bar under the cursor is told in words, for the terminal's own cursor."""
        return Offset(3, 0)

    def on_click(self, event: Click) -> None:
        if self._periods is not None and event.y:
            bar = max(0, event.x - MARGIN) * self._periods.bars // max(1, self._room)
            self._go(bar - (self._cursor or 0))

    # Paint

    def on_resize(self) -> None:
        self.ask()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def _room(self) -> int:
        return self.size.width - 2 * MARGIN

    def _cells(self, bar: int) -> int:
        """How many cells a bar takes: all of them fill the width, so some are a cell wider than others."""
        bars = self._periods.bars if self._periods else 1
        return self._begin(bar + 1, bars) - self._begin(bar, bars)

    def _begin(self, bar: int, bars: int) -> int:
        return bar * self._room // bars

    def render_line(self, y: int) -> Strip:
        width, height = self.size.width, self.size.height
        if y == 0:
            return strip(self._heading(width), width, self.inks)
        if self._periods is None:
            return strip(((" " * MARGIN + "No post has a time." if y == 1 else "", "dim"),), width, self.inks)
        if y < height - 2:
            cells_of_line = self._bars(height - AROUND, height - 3 - y)
        else:
            cells_of_line = self._axis() if y == height - 2 else self._labels()
        return strip(((" " * MARGIN, ""), *_runs(cells_of_line)), width, self.inks)

    def _heading(self, width: int) -> Line:
        """`── Time · June 2021 · 214 posts ───── a bar is a month · + - zoom · Enter filters ──`."""
        glyphs, ink = self.look.glyphs, "strong" if self.has_focus else ""
        words, right = "Time", ""
        if self._periods is not None:
            right = f" a bar is {self._periods.words} "
            if self._cursor is not None:
                words += f" {glyphs.dot} {self._periods.name(self._cursor)}"
                if self._counts:
                    n = self._counts[self._cursor]
                    words += f" {glyphs.dot} {n:,} post{'' if n == 1 else 's'}"
        if self.has_focus and width >= 100:
            right = right.rstrip() + f" {glyphs.dot} h l go along {glyphs.dot} + - zoom {glyphs.dot} Enter filters "
        if self._gaps:
            right = f" {told(self._gaps)} {glyphs.dot}" + right
        room = width - 4 - cells(words) - 2
        right = right if cells(right) + 2 <= room else ""
        rule = glyphs.rule * max(0, room - cells(right))
        line = (glyphs.rule * 2, "dim"), (f" {words} ", ink), (rule, "dim"), (right, "dim"), (glyphs.rule * 2, "dim")
        return ends(line, (), width, glyphs.more)

    def _bars(self, rows: int, row: int) -> Iterable[_Cell]:
        """One line of bars, row 0 the lowest."""
        levels = self.look.glyphs.levels
        steps = len(levels)
        for bar, height in enumerate(heights(self._counts, rows * steps)):
            level = max(0, min(steps, height - row * steps))
            sign = levels[level - 1] if level else " "
            ink = "strong" if bar == self._cursor else ""
            yield from self._spread(bar, sign, ink, apart=True)

    def _axis(self) -> Iterable[_Cell]:
        """The window on screen thick, the cursor's bar marked, a thin line below bars that hold posts, else nothing."""
        made, glyphs = self._periods, self.look.glyphs
        assert made is not None
        lost = {bar for bar in range(made.bars) if self._is_gap(made.starts[bar], made.starts[bar + 1])}
        low, high = (made.bar_of(self._seen[0]), made.bar_of(self._seen[1])) if self._seen else (0, -1)
        for bar in range(made.bars):
            seen, some = low <= bar <= high, bool(self._counts) and self._counts[bar] > 0
            if bar == self._cursor:
                yield glyphs.pointer, "strong"
                rest = (glyphs.window, "accent") if seen else (glyphs.rule if some else " ", "dim")
                yield from [rest] * (self._cells(bar) - 1)
            else:
                sign = glyphs.window if seen else glyphs.rule if some else glyphs.gap if bar in lost else " "
                yield from self._spread(bar, sign, "accent" if seen else "dim" if some else "warning")

    def _is_gap(self, since: int, until: int) -> bool:
        """Whether most of a bar's time fell into gaps of the capture."""
        lost = sum(max(0, min(until, end) - max(since, begin)) for begin, end in self._gaps)
        return 2 * lost > until - since

    def _labels(self) -> Iterable[_Cell]:
        made = self._periods
        assert made is not None
        line = [" "] * self._room
        free, span = 0, made.starts[-1] - made.starts[0]
        for bar in range(made.bars):
            label, at = made.label(bar, span), self._begin(bar, made.bars)
            if label and at >= free and at + len(label) <= self._room:
                line[at : at + len(label)] = label
                free = at + len(label) + 1
        return ((letter, "dim") for letter in line)

    def _spread(self, bar: int, sign: str, ink: str, apart: bool = False) -> Iterable[_Cell]:
        """A sign over all cells of a bar; `apart` leaves the last one blank where there is room."""
        gap = apart and self._room >= 3 * (self._periods.bars if self._periods else 1)
        yield from [(sign, ink)] * (self._cells(bar) - gap)
        if gap:
            yield " ", ""


def _runs(line: Iterable[_Cell]) -> Iterable[Run]:
    for ink, run in groupby(line, key=lambda cell: cell[1]):
        yield "".join(sign for sign, _ in run), ink
