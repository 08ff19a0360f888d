"""The reply chain of a post: its conversation as a flat list of one-line rows; only those in sight are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rejoinder.app.chain_frame import GUTTER, NO_POST, aside, head_line, heading, hint_line, more_line, nothing_else
from rejoinder.app.chain_lines import Columns, Mark, ghost_line, post_line
from rejoinder.app.layout import Line, Look
from rejoinder.app.outline import Outline
from rejoinder.app.viewport import Align
from rejoinder.app.widgets.card import Inks, strip
from rejoinder.app.widgets.motions import Motions, at_least_one
from rejoinder.archive.protocol import Direction, Entry, Key, Node
from rejoinder.records import Ghost

MOST = 5_000
"""Posts that are drawn; what is more is said in a last row."""
HINTS_FROM = 12
"""A pane of at least so many lines spends the last one on its keys."""


class ReplyChain(Motions, Widget, can_focus=True):
    """Shows a conversation, marks the timeline's post in it, and moves a cursor of its own while it has the focus."""

    DEFAULT_CSS = "ReplyChain { width: 1fr; height: 1fr; }"

    @dataclass
    class Moved(Message):
        """The focused chain's cursor stands on another post or ghost; of many in a row only the last may arrive."""

        key: Key

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ReplyChain.Moved)

    @dataclass
    class Opened(Message):
        """Wish: make this post the timeline's. A ghost (negative key) can't be; say so."""

        key: Key

    @dataclass
    class TextsNeeded(Message):
        """Wish: the entries of these posts, which are in sight. Answer with `texts`."""

        keys: tuple[Key, ...]

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.look = look
        self.inks = inks
        self._outline = Outline()
        self._skeleton: Sequence[Node] = ()
        self._keys: list[Key] = []
        self._ghosts: Mapping[Key, Ghost] = {}
        self._entries: dict[Key, Entry] = {}
        self._truncated = False
        self._heading = heading((), False)
        self._at: Key | None = None
        self._above: frozenset[Key] = frozenset()
        self._asked: tuple[Key, ...] = ()
        self._columns: Columns | None = None
        self._strayed = False
        self._bereft = False
        self.reviewed: Mapping[Key, str] = {}
        self.signs: Mapping[Key, str] = {}
        """The contact's sign, where the reviewer has none."""
        """The reviewer's sign of a post, beside the cursor's bar."""
        self.opened: set[Key] = set()
        """Posts whose content warning was opened."""

    # What is handed down

    def show(self, nodes: Sequence[Node], ghosts: Mapping[Key, Ghost], at: Key, truncated: bool) -> None:
        """A conversation, with the timeline's post in it; of the conversation already shown only the mark moves."""
        keys = [node.key for node in nodes[:MOST]]
        self._ghosts, self._bereft = ghosts, False
        if keys != self._keys:
            self._skeleton, self._keys = nodes[:MOST], keys
            self._truncated = truncated or len(nodes) > MOST
            self._heading = heading(self._skeleton, self._truncated)
            self._outline = Outline(self._skeleton, tail=int(self._truncated))
            self._entries, self._asked, self._columns = {}, (), None
            if self.size.height:
                self._outline.height = self._lines_for_rows
            if at in self._outline.tree.nodes:
                self._outline.to(at)
                self._outline.align(self._outline.height // 3)
        self.mark(at)

    def mark(self, at: Key) -> bool:
        """Another post of the same conversation is the timeline's; False where it is not in this conversation."""
        if at not in self._outline.tree.nodes:
            return False
        self._at = at
        self._above = frozenset(self._outline.tree.ancestors(at))
        if self._strayed:
            self._outline.reveal(at)
        else:
            self._outline.to(at)
        self._redraw()
        return True

    def texts(self, entries: Mapping[Key, Entry]) -> None:
        """Posts that were asked for."""
        self._entries.update((key, entry) for key, entry in entries.items() if key in self._outline.tree.nodes)
        self._redraw()

    def clear(self) -> None:
        """No conversation, for there is no post."""
        self._outline, self._skeleton, self._keys, self._at, self._entries = Outline(), (), [], None, {}
        self._heading, self._columns, self._truncated, self._asked = heading((), False), None, False, ()
        self._bereft = True
        self.refresh()

    def restyle(self, look: Look, inks: Inks | None = None) -> None:
        """Another look: zone, glyphs, or warnings opened."""
        self.look, self.inks, self._columns = look, inks or self.inks, None
        self.refresh()

    @property
    def cursor(self) -> Key | None:
        """The post or ghost under the chain's own cursor."""
        return self._outline.cursor

    @property
    def entry(self) -> Entry | None:
        """The post under the cursor, once it was fetched."""
        return self._entries.get(self.cursor) if self.cursor is not None else None

    # Motions

    def move(self, rows: int) -> None:
        self._outline.move(rows)
        self._moved()

    def page(self, pages: float) -> None:
        self._outline.page(at_least_one(pages * self._outline.height))
        self._moved()

    def scroll_by(self, lines: int) -> None:
        self._outline.scroll(lines)
        self._moved()

    def to_number(self, number: int) -> None:
        self._outline.goto(number - 1)
        self._moved()

    def to_end(self, direction: Direction) -> None:
        self.to_number(1 if direction == "older" else len(self._outline.rows))

    def align_to(self, align: Align) -> None:
        height = self._outline.height
        self._outline.align({"top": 0, "middle": height // 2}.get(align, height - 1))
        self._moved()

    def action_parent(self, count: int | None = None) -> None:
        self._outline.to_parent(count or 1)
        self._moved()

    def action_first_reply(self, count: int | None = None) -> None:
        self._outline.to_reply(count or 1)
        self._moved()

    def action_root(self, count: int | None = None) -> None:
        self._outline.to_root()
        self._moved()

    def action_next_sibling(self, count: int | None = None) -> None:
        self._outline.to_sibling(count or 1)
        self._moved()

    def action_previous_sibling(self, count: int | None = None) -> None:
        self._outline.to_sibling(-(count or 1))
        self._moved()

    def action_open(self, count: int | None = None) -> None:
        if self.cursor is not None:
            self.post_message(self.Opened(self.cursor))

    # Folds

    def action_collapse(self, count: int | None = None) -> None:
        if self._outline.is_open(self.cursor):
            self.action_fold()
        else:
            self.action_parent(count)

    def action_expand(self, count: int | None = None) -> None:
        if self._outline.is_folded(self.cursor):
            self.action_unfold()
        else:
            self.action_first_reply(count)

    def action_fold(self, count: int | None = None) -> None:
        self._outline.fold()
        self._moved()

    def action_unfold(self, count: int | None = None) -> None:
        self._outline.unfold()
        self._moved()

    def action_toggle_fold(self, count: int | None = None) -> None:
        if self._outline.is_folded(self.cursor):
            self.action_unfold()
        else:
            self.action_fold()

    def action_fold_all(self, count: int | None = None) -> None:
        self._outline.fold_all()
        self._moved()

    def action_unfold_all(self, count: int | None = None) -> None:
        self._outline.unfold_all()
        self._moved()

    def _moved(self) -> None:
        """After every motion: paint, ask, tell. From now on the cursor is the chain's own."""
        self._strayed = self.has_focus
        self._redraw()
        if self.has_focus and self.cursor is not None:
            self.post_message(self.Moved(self.cursor))

    def _redraw(self) -> None:
        """Paint; ask for the posts in sight that are not here, unless just these were asked for and did not come."""
        self.refresh()
        if self.size.height:
            self._outline.height = self._lines_for_rows
        missing = tuple(row.key for row in self._outline.seen if row.key > 0 and row.key not in self._entries)
        if missing and missing != self._asked and self.size.height > 1:
            self._asked = missing
            self.post_message(self.TextsNeeded(missing))

    def on_resize(self) -> None:
        self._redraw()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        """Left alone, the cursor goes back to the timeline's post."""
        self._strayed = False
        if self._at is not None:
            self.mark(self._at)

    def on_click(self, event: Click) -> None:
        place = self._outline.top + event.y - 1
        if 0 < event.y <= self._lines_for_rows and place < len(self._outline.rows):
            self._outline.goto(place)
            self._moved()
            if event.chain == 2:
                self.action_open()

    def spot(self) -> Offset:
        """Where the row under the cursor is, for the terminal's own cursor."""
        return Offset(GUTTER, self._outline.place - self._outline.top + 1)

    # Paint

    @property
    def _lines_for_rows(self) -> int:
        return self.size.height - 1 - self._has_hints

    @property
    def _has_hints(self) -> bool:
        return self.size.height >= HINTS_FROM

    def render_line(self, y: int) -> Strip:
        """A paint can come after the size changed and before `Resize` is handled: the window is fitted here too."""
        if self._outline.height != max(1, self._lines_for_rows):
            self._outline.height = self._lines_for_rows
        return strip(self._line(y), self.size.width, self.inks)

    def _line(self, y: int) -> Line:
        place, width, glyphs = self._outline.top + y - 1, self.size.width, self.look.glyphs
        if y == 0:
            return head_line(self._heading, width, glyphs, "strong" if self.has_focus else "")
        if self._has_hints and y == self.size.height - 1:
            return hint_line(width, glyphs, self.look.keys) if self._skeleton else ()
        if place < len(self._outline.rows):
            return self._row(place)
        return self._after(place - len(self._outline.rows))

    def _row(self, place: int) -> Line:
        bar = self.look.glyphs.bar if place == self._outline.place else " "
        ink = "strong" if self.has_focus else "dim"
        key = self._outline.rows[place].key
        sign = self.reviewed.get(key) or self.signs.get(key, " ")
        return ((bar, ink), (sign, "strong"), *self._post(place))

    def _post(self, place: int) -> Line:
        row, columns = self._outline.rows[place], self._fresh_columns()
        mark = Mark(row.key == self._at, row.key in self._above, self._day(place, columns), row.key in self.opened)
        if row.key < 0:
            return ghost_line(row, self._ghosts.get(row.key), columns, mark)
        return post_line(row, self._entries.get(row.key), columns, mark)

    def _day(self, place: int, columns: Columns) -> str:
        """The day of a row, unless the row above in the window has the same."""
        day, above = columns.day(self._time(place)), place - 1
        return day if above < self._outline.top or columns.day(self._time(above)) != day else ""

    def _time(self, place: int) -> int | None:
        key = self._outline.rows[place].key
        ghost = self._ghosts.get(key)
        return ghost.time if ghost is not None else self._outline.tree.nodes[key].time

    def _fresh_columns(self) -> Columns:
        """The columns for the present width."""
        width = max(1, self.size.width - GUTTER)
        if self._columns is None or self._columns.look.width != width:
            self._columns = Columns(self._skeleton, msgspec.structs.replace(self.look, width=width))
        return self._columns

    def _after(self, line: int) -> Line:
        """What stands after the last row."""
        words, glyphs = "", self.look.glyphs
        if line == 0 and self._truncated:
            words = f"{glyphs.more} {more_line(len(self._skeleton))}"
        elif line == 1 and len(self._skeleton) == 1:
            words = nothing_else(self._skeleton[0])
        elif line == 1 and self._bereft:
            words = NO_POST
        return aside(words, self.size.width, glyphs) if words else ()
