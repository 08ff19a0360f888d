"""What the browse screen needs only after its first frame: search line, post in full, jumps, copies, pages over it.

Importing them costs a third of what `import textual.app` does; so they come when the first posts are to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from textual.geometry import Size

from rejoinder.app.commands import Place
from rejoinder.app.desk import Desk
from rejoinder.app.layout import Run
from rejoinder.app.questions import Questions
from rejoinder.app.screens import reviewing, tallies, telling
from rejoinder.app.screens.coding import Coding
from rejoinder.app.screens.contact_signs import ContactSigns
from rejoinder.app.screens.contacts import Contacting
from rejoinder.app.screens.copying import Copying
from rejoinder.app.screens.following import Following
from rejoinder.app.screens.jumping import Jumping
from rejoinder.app.screens.keyboard import Keyboard
from rejoinder.app.screens.naming import Naming
from rejoinder.app.screens.reading import Reader
from rejoinder.app.screens.reviewing import Reviewing
from rejoinder.app.screens.saving import Saving
from rejoinder.app.screens.searching import Searching
from rejoinder.app.screens.selecting import Selecting
from rejoinder.app.screens.showing import Showing
from rejoinder.app.screens.sides import Siding
from rejoinder.app.screens.signing import Signing
from rejoinder.app.screens.tallies import Tallying
from rejoinder.app.screens.timing import Timing
from rejoinder.app.screens.typing_line import TypingLine
from rejoinder.app.screens.writing_out import WritingOut
from rejoinder.app.settings import Settings, resumed_after
from rejoinder.app.widgets.ask_line import AskLine
from rejoinder.app.widgets.note_editor import NoteEditor
from rejoinder.app.widgets.post_view import PostView
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.search_bar import SearchBar
from rejoinder.app.widgets.time_strip import TimeStrip
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.protocol import Archive, Count, Entry
from rejoinder.review.folder import Review, beside


class Screen(tallies.Screen, reviewing.Screen, Protocol):
    """What the parts are handed by the screen they belong to."""

    @property
    def size(self) -> Size: ...

    def looked_at(self) -> Entry | None: ...

    def pane(self) -> Place: ...

    def searched(self) -> None: ...

    def typed(self, is_open: bool) -> None: ...


class Parts:
    """The later half of the browse screen; `owners` are those of its parts that have commands."""

    def __init__(
        self,
        screen: Screen,
        archive: Archive,
        questions: Questions,
        reader: Reader,
        timeline: Timeline,
        home: Callable[[], None],
        settings: Settings,
    ) -> None:
        """`home` gives the focus back to the timeline."""
        self._screen, self._settings = screen, settings
        self.bar = SearchBar(screen.look.glyphs, screen.inks, id="search")
        self.post = PostView(screen.look, screen.inks, id="post")
        self.searching = Searching(archive, questions, reader, timeline, screen.say, screen.searched)
        self.jumping = Jumping(archive, reader, timeline, screen.say)
        self.line = TypingLine(self.bar, self.searching, self.jumping, timeline, screen.typed, archive, questions)
        strip = TimeStrip(screen.look, screen.inks, id="strip")
        self.timing = Timing(archive, questions, reader, timeline, self.searching, self.jumping, strip, home)
        tallying = Tallying(screen, archive, questions, reader, self.searching)
        siding = Siding(screen, archive, questions, screen.looked_at)
        contacting = Contacting(
            screen, archive, questions, reader, self.searching, siding.open, resumed_after(settings)
        )
        copying = Copying(lambda: screen.app, archive, questions, screen.looked_at, screen.say)
        showing = Showing(screen, archive, questions, screen.looked_at, screen.pane)
        self.ask = AskLine(screen.look.glyphs, screen.inks, id="ask")
        self.editor = NoteEditor(screen.look, screen.inks, id="note")
        self._archive, self._questions, self._reader, self._timeline = archive, questions, reader, timeline
        self._naming = naming = Naming(timeline, self.jumping, screen.say)
        self.owners: tuple[object, ...] = (
            self.line,
            self.jumping,
            naming,
            self.searching,
            self.timing,
            tallying,
            contacting,
            siding,
            copying,
            showing,
        )

    def begin_review(
        self,
        chain: ReplyChain,
        following: Following,
        keyboard: Keyboard,
        look_again: Callable[[str], None],
    ) -> None:
        """What a reviewer needs. `look_again` is told who looks when other codes may have come in sight."""
        archive, questions, reader, timeline = self._archive, self._questions, self._reader, self._timeline
        settings = self._settings
        folder = Path(settings.review).expanduser() if settings.review else beside(Path(archive.path))
        desk = Desk(Review(folder), settings.reviewer, settings.review_keys, look_again)
        self.signing = Signing(desk, timeline, chain, self._screen.look.glyphs)
        self.contact_signs = ContactSigns(archive, questions, timeline, chain, self._screen.look.glyphs)
        reader.shown = following.shown = self.shown
        self.post.codes = desk.codes
        self.selecting = Selecting(self._screen, archive, questions, reader, self.searching, timeline)
        self.coding = Coding(self._screen, self.selecting, desk, self.ask, self.editor)
        self.reviewing = Reviewing(
            self._screen, archive, questions, reader, self.searching, timeline, self.coding, keyboard,
            settings.review_advance,
        )  # fmt: skip
        writing = WritingOut(self._screen, archive, self.searching, self.coding)
        saving = Saving(self.searching, self.coding.ask, self._screen.say)
        self.owners = (self.reviewing, self.coding, self.selecting, writing, saving, *self.owners)
        self.keen = (self.bar, self.ask, self._naming, self.reviewing)
        """Those that take keys before they become commands."""

    def shown(self, entries: Sequence[Entry]) -> None:
        """Posts that are about to be shown: what reviewers and contacts say of them."""
        self.signing.learn(entries)
        self.contact_signs.learn(entries)

    def tell(self, count: Count | None, total: int | None, room: int) -> Sequence[Run]:
        """What the title says of find and filter, in so many cells; one that is typed has its count in its own line."""
        look, typing = self._screen.look, self.line.mode
        found = self.searching.found
        if typing in ("find", "filter"):
            words = telling.hits(found, look) if typing == "find" else telling.number_of(count, total, look)
            self.bar.say(words if self.bar.text else "")
        filtered = "" if typing == "filter" else self.searching.filter.text
        if filtered and self.searching.width != "matches":
            filtered += f" + {self.searching.width}"
        finding = "" if typing == "find" else self.searching.find.text
        return telling.searches(filtered, count, total, finding, found, look, room)
