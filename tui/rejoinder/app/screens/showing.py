"""The commands that lay a page over the browse screen: help, the links of a post, its record in the export."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from threading import Lock, Thread

from textual.app import App

from rejoinder.app import originals
from rejoinder.app.commands import Place
from rejoinder.app.layout import Look
from rejoinder.app.questions import Questions
from rejoinder.app.screens.overlay import Overlay
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.help_page import HelpPage
from rejoinder.app.widgets.links_page import LinksPage
from rejoinder.app.widgets.record_page import RecordPage
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.errors import RejoinderError
from rejoinder.records import Source

Run = Callable[[str], Awaitable[None]]


class Showing:
    """Opens pages. `entry` is the post that the person looks at, `place` the pane with the focus."""

    def __init__(
        self,
        app: Callable[[], App[object]],
        archive: Archive,
        questions: Questions,
        entry: Callable[[], Entry | None],
        place: Callable[[], Place],
        dress: Callable[[], tuple[Look, Inks]],
        run: Run,
        say: Callable[[str], None],
    ) -> None:
        """`dress` gives look and inks as they are now; `run` runs the command that was chosen in the help."""
        self._app = app
        self._archive = archive
        self._questions = questions
        self._entry = entry
        self._place = place
        self._dress = dress
        self._run = run
        self._say = say
        self._reading = Lock()

    def action_help(self, count: int | None = None) -> None:
        self._push(HelpPage(self._place(), *self._dress()), HelpPage.HINTS)

    def action_palette(self, count: int | None = None) -> None:
        self._push(HelpPage(self._place(), *self._dress(), palette=True), HelpPage.PALETTE_HINTS)

    def action_links(self, count: int | None = None) -> None:
        if (entry := self._entry_or_word()) is not None:
            self._push(LinksPage(entry, *self._dress()), LinksPage.HINTS)

    def action_inspect(self, count: int | None = None) -> None:
        """Show the page at once; the record follows when it was read."""
        if (entry := self._entry_or_word()) is not None:
            page = RecordPage(entry, *self._dress())
            self._push(page, RecordPage.HINTS)
            self._questions.ask("sources", self._archive.sources, lambda sources: self._read(entry, sources, page))

    def _entry_or_word(self) -> Entry | None:
        entry = self._entry()
        if entry is None:
            self._say("There is no post here.")
        return entry

    def _push(self, page: HelpPage | LinksPage | RecordPage, hints: str) -> None:
        app = self._app()

        async def ran(command: str | None) -> None:
            if command:
                await self._run(command)

        app.push_screen(Overlay(page, hints), ran)

    def _read(self, entry: Entry, sources: Sequence[Source], page: RecordPage) -> None:
        """In a thread of its own, which nobody waits for: not the app when it ends, not the next record."""
        work = (entry, sources, page, self._app().call_later)
        Thread(target=self._read_record, args=work, name="record", daemon=True).start()

    def _read_record(
        self, entry: Entry, sources: Sequence[Source], page: RecordPage, deliver: Callable[..., bool]
    ) -> None:
        """One record at a time; a page that was closed meanwhile costs nothing more."""
        with self._reading:
            try:
                if page.is_wanted:
                    source = originals.source_of(entry.post, sources)
                    deliver(page.take, originals.read(entry.post, source))
                if page.is_wanted:
                    deliver(page.judge, originals.has_changed(source))
            except RejoinderError as error:
                if page.is_wanted:
                    deliver(page.fail, error)
