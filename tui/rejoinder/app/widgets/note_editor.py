"""Where a note of several lines is written: below the posts, with its heading; every pause tells its draft."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from rejoinder.app.layout import Look
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.status_line import StatusLine
from rejoinder.app.wrapping import cells, cut

PAUSE = 0.25
"""Seconds without a key after which the draft is kept."""
KEEP = frozenset({"escape", "ctrl+s"})
GIVE_UP = frozenset({"ctrl+c", "ctrl+g"})
HELP = "Esc keeps it   Ctrl-C gives the change up"


class Writing(TextArea):
    """The text itself."""

    DEFAULT_CSS = """
    Writing { border: none; padding: 0 1 0 2; height: 1fr; background: transparent; color: ansi_default; }
    Writing:focus { border: none; }
    Writing .text-area--cursor-line { background: transparent; }
    Writing .text-area--cursor { color: ansi_default; text-style: reverse; background: transparent; }
    """

    @dataclass
    class Ended(Message):
        """Done: to be kept, or to be as it was."""

        keep: bool

    async def _on_key(self, event: Key) -> None:
        if event.key in KEEP | GIVE_UP:
            event.stop()
            event.prevent_default()
            self.post_message(self.Ended(event.key in KEEP))
            return
        await super()._on_key(event)


class NoteEditor(Vertical):
    """Heading and text; not there until a note is opened."""

    DEFAULT_CSS = "NoteEditor { height: 8; max-height: 50%; display: none; } NoteEditor StatusLine { height: 1; }"

    @dataclass
    class Paused(Message):
        """What was typed so far is to be kept as a draft."""

        text: str

    @dataclass
    class Ended(Message):
        """The note is done, or its change given up."""

        text: str
        keep: bool

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._look, self._inks = look, inks
        self._head = StatusLine(inks, look.glyphs.more)
        self._writing = Writing("", soft_wrap=True, show_line_numbers=False, theme="css", tab_behavior="indent")
        self._pause: Timer | None = None
        self._told = ""
        self.is_open = False
        """Whether a note is being written; still so when the app ends in the midst of it."""

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._writing

    def open(self, heading: str, text: str) -> None:
        """Write: `text` is what stands already."""
        self._told = text
        self.display = self.is_open = True
        self._heading = heading
        self._writing.load_text(text)
        self._writing.move_cursor(self._writing.document.end)
        self.screen.set_focus(self._writing, scroll_visible=False)
        self.call_after_refresh(self._show_heading)

    def _show_heading(self) -> None:
        glyphs, width = self._look.glyphs, self.size.width
        words = cut(f" {self._heading} ", max(0, width - 4), glyphs.more)
        help = f" {HELP} " if cells(words) + len(HELP) + 8 < width else ""
        rule = glyphs.rule * max(0, width - 4 - cells(words) - len(help))
        runs = ((glyphs.rule * 2, "dim"), (words, "strong"), (rule, "dim"), (help, "dim"), (glyphs.rule * 2, "dim"))
        self._head.show(runs, ())

    def on_resize(self) -> None:
        if self.display:
            self._show_heading()

    def close(self) -> None:
        """Put the editor away."""
        if self._pause is not None:
            self._pause.stop()
        self.display = self.is_open = False

    @property
    def text(self) -> str:
        """What stands there now."""
        return self._writing.text

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._tell)

    def _tell(self) -> None:
        if self.is_open and self.text != self._told:
            self._told = self.text
            self.post_message(self.Paused(self.text))

    def on_writing_ended(self, ended: Writing.Ended) -> None:
        ended.stop()
        self.post_message(self.Ended(self.text, ended.keep))
