"""The help: one page of keys and operators, with a cursor; `/` searches in it, Enter runs the row's command.

As a palette it holds commands alone, and one types at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.events import Key
from textual.message import Message

from rejoinder.app.commands import Place
from rejoinder.app.help_lines import TWO_FROM, HelpRow, Section, matching, sections, sheet
from rejoinder.app.keymap import Hint
from rejoinder.app.keys import stroke
from rejoinder.app.layout import Line, Look
from rejoinder.app.line_editor import LineEditor
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.list_page import ListPage
from rejoinder.app.widgets.page import ESC, STEPS

PASSED_ON = frozenset({"up", "down", "pageup", "pagedown", "ctrl+c"})
"""Keys that mean the same while a search is typed."""


class HelpPage(ListPage):
    """Rows of help; its motions move the cursor."""

    DEFAULT_CSS = "HelpPage { width: 1fr; height: 1fr; }"
    MEASURE = 190
    HINTS: tuple[Hint, ...] = (("", "/ search"), ("", "Enter runs"), STEPS, ESC)
    PALETTE_HINTS: tuple[Hint, ...] = (("", "type what you want to do"), ("", "Enter runs"), ESC)

    @dataclass
    class Chosen(Message):
        """Wish: run this command."""

        command: str

    def __init__(self, place: Place, look: Look, inks: Inks, *, palette: bool = False, id: str | None = None) -> None:
        self._heading = "Commands" if palette else "Keys and operators"
        super().__init__(look, inks, self._heading, id=id)
        if palette:
            self.HINTS = self.PALETTE_HINTS
        self._is_palette = palette
        every = sections(place, look.glyphs, look.keys)
        self._all = [each for each in every if each.rows[0].command] if palette else every
        self._shown: list[Section] = self._all
        self._places: list[tuple[int, int]] = []
        self._editor = LineEditor()
        self._searching = palette
        self._retitle()

    @property
    def row(self) -> HelpRow | None:
        """The row under the cursor."""
        rows = [row for section in self._shown for row in section.rows]
        return rows[self._cursor] if rows else None

    def lay(self, width: int) -> list[Line]:
        if not self._shown:
            return [(), (("No key and no operator is described by these words.", ""),)]
        laid = sheet(
            self._shown, min(width, TWO_FROM - 1) if self.look.plain else width, self._cursor, self.look.glyphs
        )
        self._places = laid.places
        return laid.lines

    def on_key(self, event: Key) -> None:
        """`/` begins a search in the help; while one is typed all keys are letters."""
        pressed = stroke(event.key, event.character)
        if self._searching and pressed not in PASSED_ON and self._type(event):
            event.stop()
        elif pressed == "/":
            event.stop()
            self._searching = True
            self._retitle()
        elif pressed == "enter" and (row := self.row) is not None and row.command:
            event.stop()
            self.post_message(self.Chosen(row.command))

    def _type(self, event: Key) -> bool:
        """A key of the search; False where it means what it always means (Esc and Enter in the palette)."""
        if event.key in ("escape", "enter"):
            if self._is_palette:
                return False
            self._searching = False
            if event.key == "enter":
                self._retitle()
                return True
            self._editor.replace("")
        elif not self._editor.press(event.key) and event.is_printable and event.character:
            self._editor.insert(event.character)
        self._shown = matching(self._all, self._editor.text)
        self._cursor = 0
        self._retitle()
        return True

    def _retitle(self) -> None:
        typed = f" {self.look.glyphs.dot} / {self._editor.text}" if self._searching or self._editor.text else ""
        self.title = self._heading + typed + ("_" if self._searching else "")
        self.renew(top=True)

    @property
    def _row_count(self) -> int:
        return len(self._places)

    def _lines_of(self, row: int) -> tuple[int, int]:
        return self._places[row]
