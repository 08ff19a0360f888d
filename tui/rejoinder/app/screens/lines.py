"""The first and the last line of the browse screen: what they tell of the post under the cursor, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.geometry import Size
from textual.timer import Timer

from rejoinder.app.commands import Needs, Place
from rejoinder.app.layout import Look
from rejoinder.app.screens import telling
from rejoinder.app.screens.growing import Growing
from rejoinder.app.screens.reading import Reader
from rejoinder.app.widgets.status_line import LINGER, StatusLine
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.app.wrapping import cells
from rejoinder.archive.protocol import Entry, Figures
from rejoinder.errors import RejoinderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rejoinder.app.screens.parts import Parts
    from rejoinder.app.screens.reviewing import Reviewing


class Screen(Protocol):
    """What the lines ask of the screen between them."""

    look: Look

    @property
    def size(self) -> Size: ...

    def pane(self) -> Place: ...

    def tell(self) -> None: ...

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class Lines:
    """Fills title and status line."""

    def __init__(
        self,
        screen: Screen,
        title: StatusLine,
        status: StatusLine,
        timeline: Timeline,
        reader: Reader,
        growing: Growing,
    ) -> None:
        self._screen, self._title, self._status = screen, title, status
        self._timeline, self._reader, self._growing = timeline, reader, growing
        self.parts: Parts | None = None
        """The later half of the screen, once it is there."""
        self._hints = telling.Hints(screen.look.keys, screen.look.glyphs.bar.isascii())
        self._said_at: Entry | None = None
        self._silence: Timer | None = None

    @property
    def reviewing(self) -> Reviewing | None:
        """The review that is going on, if one is."""
        return self.parts.reviewing if self.parts is not None and self.parts.reviewing.on else None

    def tell(self, path: str, figures: Figures | None) -> None:
        """What is to be known of the post under the cursor; in a review how far it is, and its keys."""
        if self.reviewing is not None:
            self._title.show(*self.reviewing.title(self._screen.size.width))
            self._status.show(self.reviewing.legend(self._screen.size.width), ())
            return
        look, entry, width = self._screen.look, self._timeline.entry, self._screen.size.width
        title = telling.title(path, figures, look, width)
        room = width - sum(cells(text) for text, _ in title)
        count, total = self._reader.count, figures.posts + figures.context if figures else None
        searches = self.parts.tell(count, total, room) if self.parts is not None else ()
        hit = self.parts.searching.hit(entry) if self.parts is not None else ""
        self._title.show(title, (*self._growing.told(look.glyphs.dot), *searches))
        if entry is not self._said_at:
            self._status.be_quiet()
        status = telling.status(entry, self._timeline.rank, count, hit, look, width)
        there: set[Needs] = {"post"} if entry is not None else set()
        if searches and there:
            there.add("query")
        self._status.show(status, () if look.plain else self._hints(self._screen.pane(), frozenset(there)))

    def say(self, text: str) -> None:
        """A quiet message: in the status line, in a review at the end of the title."""
        if self.reviewing is not None:
            self.reviewing.said = text
            self._status.be_quiet()
            self._screen.tell()
            if self._silence is not None:
                self._silence.stop()
            self._silence = self._screen.set_timer(LINGER, self._quiet)
        else:
            self._said_at = self._timeline.entry
            self._status.say(text)

    def _quiet(self) -> None:
        if self.parts is not None and self.parts.reviewing.said:
            self.parts.reviewing.said = ""
            self._screen.tell()

    def fail(self, error: RejoinderError) -> None:
        """A question failed: say what, and what to do."""
        self._said_at = self._timeline.entry
        if self.parts is not None and self.parts.editor.is_open:
            self._status.display = True
        self._status.say(f"{error.message} {error.advice}".strip(), "warning")
