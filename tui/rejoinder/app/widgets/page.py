"""A page of finished lines that scrolls: what the post in full, the inspector and the list of links are made of."""

from __future__ import annotations

from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

from rejoinder.app.commands import Place
from rejoinder.app.keymap import Hint
from rejoinder.app.layout import Line, Look
from rejoinder.app.widgets.card import Inks, strip
from rejoinder.app.widgets.motions import Motions, at_least_one
from rejoinder.app.wrapping import cells, cut
from rejoinder.archive.protocol import Direction

MARGIN = 2
ESC: Hint = ("", "Esc closes")
STEPS: Hint = ("down up", "next, previous")


class Page(Motions, Widget, can_focus=True):
    """A heading and lines below it. Whoever has other lines for another width overrides `lay`."""

    DEFAULT_CSS = "Page { width: 1fr; height: 1fr; }"
    PLACE: Place = "overlay"
    """Which keys work here, beside those that do everywhere."""
    HINTS: tuple[Hint, ...] = (("down up", "scroll"), ESC)
    MEASURE = 100
    """Text wider than this is tiring to read."""

    def __init__(self, look: Look, inks: Inks, title: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.look = look
        self.inks = inks
        self.title = title
        self.divided = False
        """Whether another pane stands at the right."""
        self._laid: list[Line] = []
        self._laid_for: int | None = None
        self._top = 0

    def lay(self, width: int) -> list[Line]:
        """All lines, none wider than `width` cells."""
        raise NotImplementedError

    def renew(self, *, top: bool = False) -> None:
        """Lay the lines anew; `top` shows the first ones."""
        self._laid_for = None
        if top:
            self._top = 0
        self.refresh()

    def restyle(self, look: Look, inks: Inks | None = None) -> None:
        """Another look."""
        self.look, self.inks = look, inks or self.inks
        self.renew()

    @property
    def hints(self) -> str:
        """The keys that a newcomer needs here."""
        return self.look.keys.hints(self.HINTS, self.look.glyphs.bar.isascii())

    # Motions

    def move(self, rows: int) -> None:
        self._scroll(rows)

    def page(self, pages: float) -> None:
        self._scroll(at_least_one(pages * max(1, self._height - 1)))

    def scroll_by(self, lines: int) -> None:
        self._scroll(lines)

    def to_number(self, number: int) -> None:
        self._scroll(number - 1 - self._top)

    def to_end(self, direction: Direction) -> None:
        self._scroll((0 if direction == "older" else len(self.lines)) - self._top)

    def keep_in_sight(self, line: int, lines: int = 1) -> None:
        """Scroll as little as needed to show a line, and those that belong to it."""
        self._top = min(max(self._top, line + lines - self._height), line)
        self.refresh()

    def _scroll(self, lines: int) -> None:
        self._top += lines
        self._fit()
        self.refresh()

    @property
    def selected_line(self) -> int:
        """The line of what is selected; of a text that only scrolls, the first in sight."""
        return self._top

    def spot(self) -> Offset:
        """Where that is, for the terminal's own cursor."""
        return Offset(MARGIN, max(0, self.selected_line - self._top) + 1)

    # Paint

    @property
    def lines(self) -> list[Line]:
        """The lines for the present width."""
        width = max(1, min(self.MEASURE, self.size.width - 2 * MARGIN))
        if self._laid_for != width:
            self._laid, self._laid_for = self.lay(width), width
        return self._laid

    @property
    def _height(self) -> int:
        return max(0, self.size.height - 1)

    def _fit(self) -> None:
        self._top = max(0, min(self._top, len(self.lines) - self._height))

    def render_line(self, y: int) -> Strip:
        self._fit()
        width, at = self.size.width, self._top + y - 1
        if y == 0:
            return strip(self._head(width), width, self.inks)
        line = self.lines[at] if at < len(self.lines) else ()
        if not self.divided:
            return strip(((" " * MARGIN, ""), *line), width, self.inks)
        gap = width - MARGIN - 1 - sum(cells(text) for text, _ in line)
        divider = (" " * max(0, gap), ""), (self.look.glyphs.divider, "dim")
        return strip(((" " * MARGIN, ""), *line, *divider), width, self.inks)

    def _head(self, width: int) -> Line:
        """`── Post ─────── 12–34 of 56 ──`."""
        glyphs = self.look.glyphs
        seen = f" {self._top + 1}{glyphs.dash}{min(self._top + self._height, len(self.lines))} of {len(self.lines)} "
        seen = seen if len(self.lines) > self._height > 0 and width > 40 else ""
        words = cut(f" {self.title} ", max(0, width - 4 - len(seen)), glyphs.more)
        ruled = glyphs.rule * max(0, width - 4 - cells(words) - len(seen))
        return (
            (glyphs.rule * 2, "dim"), (words, "strong" if self.has_focus else ""),
            (ruled, "dim"), (seen, "dim"), (glyphs.rule + (glyphs.joint if self.divided else glyphs.rule), "dim"),
        )  # fmt: skip

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
