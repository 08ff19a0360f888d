"""The list of archives, to pick one from: what `rejoinder open` shows when it is told no path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from textual.app import ComposeResult
from textual.events import Key
from textual.message import Message

from rejoinder.app.dress import dress
from rejoinder.app.glyphs import glyphs
from rejoinder.app.keymap import keymap
from rejoinder.app.keys import Dispatcher
from rejoinder.app.layout import Line, Look
from rejoinder.app.pointing import PointingApp
from rejoinder.app.settings import Settings
from rejoinder.app.terminal.driver import driver_class
from rejoinder.app.themes import depth, palette
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.list_page import ListPage
from rejoinder.app.widgets.status_line import StatusLine
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.counting import counted

HINTS = "Enter opens   j k next, previous   g G first, last   q leaves"


class Choice(msgspec.Struct, frozen=True):
    """One archive: what is known of it without opening it in the app."""

    path: Path
    name: str
    bytes: int
    posts: int = 0
    first: str = ""
    """Day of the first post, ISO 8601; nothing where no time is known."""
    last: str = ""
    problem: str = ""
    """Why it can't be opened; nothing where it can."""


class ChooserPage(ListPage):
    """The archives, one a line, with a cursor."""

    DEFAULT_CSS = "ChooserPage { width: 1fr; height: 1fr; }"

    class Picked(Message):
        """Enter: the archive under the cursor."""

    def __init__(self, choices: Sequence[Choice], look: Look, inks: Inks) -> None:
        super().__init__(look, inks, counted(len(choices), "archive"))
        self._choices = choices

    @property
    def choice(self) -> Choice:
        """The archive under the cursor."""
        return self._choices[self._cursor]

    def lay(self, width: int) -> list[Line]:
        return [(), *(self._row(place, width) for place in range(len(self._choices)))]

    def _row(self, place: int, width: int) -> Line:
        choice, more = self._choices[place], self.look.glyphs.more
        bar = (self.look.glyphs.bar if place == self._cursor else " ") + " "
        widths = [
            max(map(cells, column))
            for column in zip(*(self._facts(each, width) for each in self._choices), strict=True)
        ]
        facts = "".join(f"   {fact:>{wide}}" for fact, wide in zip(self._facts(choice, width), widths, strict=True))
        room = max(1, width - 2 - sum(wide + 3 for wide in widths))
        names = min(room, max(cells(safe(each.name)) for each in self._choices))
        name = cut(safe(choice.name), names, more)
        problem = safe(choice.problem.replace(str(choice.path), choice.path.name))
        rest = cut(f"   {problem}", width - 2 - names, more) if choice.problem else facts
        return (
            (bar, "strong"), (name, "name"), (" " * (names - cells(name)), ""),
            (rest, "warning" if choice.problem else "dim"),
        )  # fmt: skip

    def _facts(self, choice: Choice, width: int) -> list[str]:
        """Posts, time and size; narrow without the size, then without the time."""
        if choice.problem:
            return [""] * (3 if width >= 72 else 2 if width >= 50 else 1)
        span = f"{choice.first} {self.look.glyphs.dash} {choice.last}" if choice.first else "no dates"
        facts = [counted(choice.posts, "post"), span, f"{choice.bytes / 1_000_000:,.1f} MB"]
        return facts[: 3 if width >= 72 else 2 if width >= 50 else 1]

    @property
    def _row_count(self) -> int:
        return len(self._choices)

    def _lines_of(self, row: int) -> tuple[int, int]:
        return row + 1, 1

    def on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.stop()
            self.post_message(self.Picked())


LEAVE = frozenset({"dismiss", "close", "quit", "stop"})


class ChooserApp(PointingApp[Path], inherit_bindings=False):
    """Gives the archive that was picked, or None."""

    TITLE = "Rejoinder"
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { overflow: hidden; }"

    def __init__(self, choices: Sequence[Choice], settings: Settings = Settings()) -> None:  # noqa: B008
        super().__init__(driver_class=driver_class(settings.painter))
        self.animation_level = "none"
        inks = dress(self, palette(settings.theme, depth(settings.colours)))
        self.points = settings.plain
        signs = glyphs(settings.ascii, settings.plain)
        self._dispatcher = Dispatcher(keymap(settings.keys).valid_in("overlay"), signs.bar.isascii())
        self._page = ChooserPage(choices, Look(width=80, glyphs=signs), inks)
        self._title = StatusLine(inks, signs.more)
        self._status = StatusLine(inks, signs.more)

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._page
        yield self._status

    def on_mount(self) -> None:
        self.show_cursor()
        self._title.show(((" Rejoinder", "name"),), ())
        self._status.show(((" " + HINTS, "dim"),), ())
        self._page.focus()

    def on_chooser_page_picked(self) -> None:
        if problem := self._page.choice.problem:
            self._status.say(problem, "warning")
        else:
            self.exit(self._page.choice.path)

    def on_key(self, event: Key) -> None:
        step = self._dispatcher.feed(event.key, event.character)
        if (command := step.command) is None:
            return
        event.stop()
        if command.id in LEAVE:
            self.exit()
        elif action := getattr(self._page, f"action_{command.id}", None):
            action(step.count)
