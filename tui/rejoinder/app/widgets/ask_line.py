"""One line that asks for a word or a few (a name, tags), with help below it; Tab completes, Enter gives the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.events import Key, Paste
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rejoinder.app.glyphs import Glyphs
from rejoinder.app.line_editor import LineEditor
from rejoinder.app.widgets.card import Inks, strip
from rejoinder.app.wrapping import cells, cut, safe

LEAVE = frozenset({"escape", "ctrl+c", "ctrl+g"})


class AskLine(Widget, can_focus=True):
    """Takes the place of the status line while a question is answered."""

    DEFAULT_CSS = "AskLine { width: 1fr; height: 2; display: none; }"

    @dataclass
    class Answered(Message):
        """Enter."""

        text: str

    @dataclass
    class Left(Message):
        """Esc: no answer."""

    def __init__(self, glyphs: Glyphs, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.inks = inks
        self._editor = LineEditor()
        self.label = self.help = ""
        self.words: Sequence[str] = ()
        """What Tab completes to."""
        self._complaint = ""

    def open(self, label: str, text: str, help: str, words: Sequence[str] = ()) -> None:
        """Ask: `words` are what Tab completes to."""
        self.label, self.help, self.words, self._complaint = label, help, words, ""
        self._editor.replace(text)
        self.display = True
        self.screen.set_focus(self, scroll_visible=False)
        self._renew()

    def close(self) -> None:
        """Put the line away."""
        self.display = False

    def complain(self, words: str) -> None:
        """Say below what is wrong with the answer."""
        self._complaint = safe(words)
        self.refresh()

    def takes(self, event: Key) -> bool:
        """Whether a key is the line's, as all are while it is open, though it reached another widget."""
        if not self.display:
            return False
        event.stop()
        event.prevent_default()
        if event.key in LEAVE:
            self.post_message(self.Left())
        elif event.key == "enter":
            self.post_message(self.Answered(self._editor.text.strip()))
        elif event.key == "tab":
            self._complete()
        elif not self._editor.press(event.key) and event.is_printable and event.character:
            self._editor.insert(event.character)
        self._renew()
        return True

    def on_key(self, event: Key) -> None:
        self.takes(event)

    def on_paste(self, event: Paste) -> None:
        event.stop()
        self._editor.insert(event.text)
        self._renew()

    def _complete(self) -> None:
        """The first word that goes on as the one before the cursor begins; its sign stays."""
        before = self._editor.text[: self._editor.at]
        typed = before.rpartition(" ")[2]
        sign = typed[:1] if typed[:1] in ("+", "-") else ""
        begun = typed.removeprefix(sign)
        fitting = [word for word in self.words if word.startswith(begun) and word != begun]
        if fitting and begun:
            self._editor.insert(fitting[0][len(begun) :] + " ")

    def _renew(self) -> None:
        self.refresh()
        if self.has_focus:
            text, _, _ = self._editor.window(self._room)
            self.app.cursor_position = Offset(self.region.x + cells(self._lead) + cells(text), self.region.y)

    @property
    def _lead(self) -> str:
        return f" {self.label} "

    @property
    def _room(self) -> int:
        return max(1, self.size.width - cells(self._lead))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y:
            words, ink = (self._complaint, "warning") if self._complaint else (self.help, "dim")
            return strip(((" " + cut(words, width - 1, self.glyphs.more), ink),), width, self.inks)
        before, under, after = self._editor.window(self._room)
        made = Strip(
            [
                Segment(self._lead, self.inks["strong"]),
                Segment(before, Style()),
                Segment(under, Style(reverse=self.has_focus)),
                Segment(after, Style()),
            ]
        )
        return made.adjust_cell_length(width)
