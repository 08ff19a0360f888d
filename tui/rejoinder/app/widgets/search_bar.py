"""The search bar: one line to type a query or a place in, with help or an error on a second line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual.events import Key, Paste
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rejoinder.app.completing import Completing
from rejoinder.app.glyphs import Glyphs
from rejoinder.app.history import History
from rejoinder.app.layout import Line
from rejoinder.app.line_editor import LineEditor
from rejoinder.app.search_help import Mode, help_line, operator
from rejoinder.app.widgets.card import Inks, strip
from rejoinder.app.wrapping import cells, cut, safe, wrap
from rejoinder.archive.completion import Choice, Wanted

SIGNS: dict[Mode, str] = {"find": "/", "filter": "&", "goto": "D"}
PASSED_ON = frozenset({"pageup", "pagedown", "f1"})
"""Keys that mean nothing in a line of text and go on to the screen."""
LEAVE = frozenset({"escape", "ctrl+c", "ctrl+g"})
OLDER, NEWER = frozenset({"up", "ctrl+p"}), frozenset({"down", "ctrl+n"})
AS_SELECTED = "type to replace it   arrows, Home, End, Backspace edit it   Enter keeps it"
"""Help for a line that stands there from before."""
LEAST = 16
"""Cells that the count leaves to the text."""


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong with the line; `column` counts code points from 1."""

    message: str
    advice: str
    column: int


class SearchBar(Widget, can_focus=True):
    """Takes the place of the status line while something is typed; knows no query, only the line.

    What stands there from before is selected: the first letter replaces it, a key that moves or cuts edits it.
    """

    DEFAULT_CSS = "SearchBar { width: 1fr; height: 2; }"

    @dataclass
    class Changed(Message):
        """The line is another; of many in a row only the last may arrive."""

        text: str
        mode: Mode

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, SearchBar.Changed)

    @dataclass
    class Submitted(Message):
        """Enter."""

        text: str
        mode: Mode

    @dataclass
    class ChoicesNeeded(Message):
        """Wish: what the archive has for the unfinished word. Answer with `offer`."""

        wish: Wanted

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, SearchBar.ChoicesNeeded)

    @dataclass
    class Left(Message):
        """Esc: the line is given up."""

    def __init__(self, glyphs: Glyphs, inks: Inks, history: History | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.inks = inks
        self.mode: Mode = "find"
        self._history = history or History()
        self._editor = LineEditor()
        self._completing = Completing()
        self._older: list[str] = []
        self._back = 0
        self._draft = self._stem = ""
        self._said = ""
        self._complaint: Complaint | None = None
        self._insisting = False
        self._selected = False
        self._asked = False
        self._early: list[Key] = []

    # What is handed down

    def open(self, mode: Mode, text: str = "") -> None:
        """Show the bar with this text, ready to be replaced or edited."""
        self.mode = mode
        self._editor.replace(text)
        self._selected = bool(self._editor.text)
        self._older = self._history.lines(self._kind)
        self._back, self._draft = 0, text
        self._said, self._complaint, self._insisting = "", None, False
        self._asked, self._early = False, []
        self._completing = Completing()
        self.display = True
        self.screen.set_focus(self, scroll_visible=False)  # Widget.focus() is later than the next key of a fast hand
        self._renew()

    def close(self) -> None:
        """Put the bar away; what was typed after Enter is the screen's."""
        self.display = False
        self._replay(self.screen)

    def say(self, words: str) -> None:
        """How many there are, at the right end (`214 of ~1,900 …`); clears a complaint."""
        if words != self._said or self._complaint:
            self._said, self._complaint = safe(words), None
            self._renew()

    def complain(self, message: str, column: int, advice: str = "") -> None:
        """Say below the line what is wrong, and where (`column` from 1)."""
        self._complaint = Complaint(safe(message), safe(advice), column)
        self._said = ""
        self._renew()
        self._replay(self)

    def offer(self, wish: Wanted, choices: Sequence[Choice]) -> None:
        """What the archive has for the unfinished word; nothing if it has gone on since."""
        if self._completing.offer(wish, choices):
            self._renew()

    @property
    def text(self) -> str:
        return self._editor.text

    # Keys

    def on_key(self, event: Key) -> None:
        self.takes(event)

    def takes(self, event: Key) -> bool:
        """Whether a key is the line's, as all but a few are while it is open, though it reached another widget."""
        if event.key in PASSED_ON or not self.display:
            return False
        event.stop()
        event.prevent_default()
        if event.key in LEAVE:
            self.post_message(self.Left())
        elif self._asked:
            self._early.append(event)
        elif event.key == "enter":
            self._submit()
        else:
            before = self._editor.text
            self._edit(event)
            self._after(before, completed=event.key in ("tab", "shift+tab"))
        return True

    def _replay(self, owner: Widget) -> None:
        """Enter was answered: the keys that came meanwhile go on."""
        early, self._asked, self._early = self._early, False, []
        for event in early:
            owner.post_message(Key(event.key, event.character))

    def on_paste(self, event: Paste) -> None:
        event.stop()
        before = self._editor.text
        self._insert(event.text)
        self._after(before)

    def _insert(self, text: str) -> None:
        """Typed or pasted, it takes the place of what is selected."""
        if self._selected:
            self._editor.replace("")
        self._selected = False
        self._editor.insert(text)

    def _edit(self, event: Key) -> None:
        if event.key in OLDER:
            self._remember(1)
        elif event.key in NEWER:
            self._remember(-1)
        elif event.key in ("tab", "shift+tab"):
            self._selected = False
            self._complete(1 if event.key == "tab" else -1)
        elif self._editor.press(event.key):
            self._selected = False
        elif event.is_printable and event.character:
            self._insert(event.character)

    def _complete(self, step: int) -> None:
        """Put the next choice into the line; after an operator its values are offered, after a value Tab goes on."""
        if self.mode != "goto" and (done := self._completing.complete(step)):
            self._editor.text, self._editor.at = done
            if not self._completing.is_word:
                self._follow()

    def _follow(self) -> None:
        """What may follow the word under the cursor."""
        if self.mode != "goto" and (wish := self._completing.follow(self._editor.text, self._editor.at)):
            self.post_message(self.ChoicesNeeded(wish))

    def _after(self, before: str, completed: bool = False) -> None:
        """Paint, and tell a change."""
        if not completed:
            self._follow()
        if self._editor.text != before:
            self._complaint, self._insisting = None, False
            self.post_message(self.Changed(self._editor.text, self.mode))
        self._renew()
        self._place_cursor()

    def _submit(self) -> None:
        self._history.add(self._kind, self._editor.text)
        self._insisting, self._selected, self._asked = True, False, True
        self._renew()
        self.post_message(self.Submitted(self._editor.text, self.mode))

    def _remember(self, steps: int) -> None:
        """An older line that begins as what was typed, or a newer one again."""
        if self._back == 0:
            self._draft, self._stem = self._editor.text, "" if self._selected else self._editor.text
        self._selected = False
        fitting = [self._draft, *(line for line in reversed(self._older) if line.startswith(self._stem))]
        fitting = list(dict.fromkeys(fitting))
        self._back = max(0, min(self._back + steps, len(fitting) - 1))
        self._editor.replace(fitting[self._back])

    @property
    def _kind(self) -> str:
        return "goto" if self.mode == "goto" else "query"

    # Paint

    def on_resize(self) -> None:
        self._renew()
        self._place_cursor()

    def _renew(self) -> None:
        """Paint, as high as an error needs; before the first layout no width is known, and `Resize` follows."""
        if self.size.width:
            self.styles.height = 1 + len(self._below())
        self.refresh()

    def _place_cursor(self) -> None:
        """The terminal's own cursor, where an input method draws what is being composed."""
        if self.has_focus:
            before, _, _ = self._editor.window(self._room)
            self.app.cursor_position = Offset(self.region.x + self._lead + cells(before), self.region.y)

    @property
    def _lead(self) -> int:
        """Cells before the text: ` & `."""
        return 3

    @property
    def _room(self) -> int:
        """Cells for the text."""
        width = self.size.width - self._lead
        said = cells(self._said) + 2 if self._said else 0
        return max(1, width - said if width - said >= LEAST else width)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self._typed(width)
        below = self._below()
        return strip(below[y - 1] if y <= len(below) else (), width, self.inks)

    def _typed(self, width: int) -> Strip:
        before, under, after = self._editor.window(self._room)
        used = self._lead + cells(before) + cells(under) + cells(after)
        said = self._said if self._room + self._lead < width else ""
        fault = (
            self.inks["warning"]
            if self._complaint and self._insisting
            else self.inks[""] + Style(reverse=self._selected)
        )
        made = Strip(
            [
                Segment(f" {SIGNS[self.mode]} ", self.inks["strong"]),
                Segment(before, fault),
                Segment(under, fault + Style(reverse=self.has_focus)),
                Segment(after, fault),
                Segment(" " * (width - used - cells(said) - bool(said)), self.inks[""]),
                Segment(said + " " * bool(said), self.inks["dim"]),
            ]
        )
        return made.adjust_cell_length(width)

    def _below(self) -> list[Line]:
        """An error, unless the word under the cursor is only not yet finished; else help."""
        editor, width = self._editor, self.size.width - self._lead
        unfinished = self.mode != "goto" and operator(editor.text, editor.at) is not None
        if self._complaint and (self._insisting or not unfinished):
            return self._fault(self._complaint, width)
        help = (
            ((AS_SELECTED, "dim"),)
            if self._selected
            else help_line(editor.text, editor.at, self.mode, self._completing)
        )
        return [((" " * self._lead, ""), *_fitted(help, width, self.glyphs.more))]

    def _fault(self, complaint: Complaint, width: int) -> list[Line]:
        """A sign below the place where the error is, what is wrong beside it, and the advice there or a line below.

        Words that fit on neither side of the sign, or whose place is scrolled away, name the column instead.
        """
        message, advice, more = complaint.message, complaint.advice, self.glyphs.more
        column = f"column {complaint.column}" if complaint.column else ""
        both = f"{message} {advice}".rstrip()
        for words in (f"{both}   {column}", both):
            if line := self._pointed(complaint, words, width):
                return [line]
        if advice and (line := self._pointed(complaint, message, width)):
            return [line, self._warned(0, cut(f"{advice}   {column}" if column else advice, width, more))]
        whole = f"{column}: {both}" if column else both
        start, end = wrap(whole, max(1, width))[0]
        rest = whole[end:].strip()
        return [self._warned(0, whole[start:end]), *([self._warned(0, cut(rest, width, more))] if rest else [])]

    def _pointed(self, complaint: Complaint, words: str, width: int) -> Line | None:
        """The words right or left of a sign that stands below the error; None where they fit on neither side."""
        left = cells(self._editor.text[: complaint.column - 1])
        if not complaint.column or cells(self._editor.text) > self._room:  # then the line is scrolled
            return None
        if left + 2 + cells(words) <= width:
            return self._warned(left, f"^ {words}")
        if cells(words) + 1 <= left < width:
            return self._warned(left - 1 - cells(words), f"{words} ^")
        return None

    def _warned(self, at: int, words: str) -> Line:
        return ((" " * (self._lead + at), ""), (words, "warning"))


def _fitted(line: Line, width: int, more: str) -> Line:
    """As much of a line as fits."""
    runs, left = [], width
    for text, ink in line:
        shown = cut(text, left, more)
        if left > 0:
            runs.append((shown, ink))
        left -= cells(text)
    return tuple(runs)
