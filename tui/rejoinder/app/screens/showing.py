"""The commands that lay a page over the browse screen: help, the links of a post, its record in the export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock, Thread
from typing import Protocol

from textual.app import App

from rejoinder.app import originals
from rejoinder.app.account_card import describe
from rejoinder.app.commands import Place
from rejoinder.app.layout import Look
from rejoinder.app.questions import Questions
from rejoinder.app.screens.overlay import Overlay
from rejoinder.app.widgets.account_page import AccountPage
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.help_page import HelpPage
from rejoinder.app.widgets.links_page import LinksPage
from rejoinder.app.widgets.problems_page import MOST, ProblemsPage
from rejoinder.app.widgets.record_page import RecordPage
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.errors import RejoinderError
from rejoinder.records import Origin, Source


class Browser(Protocol):
    """What the browse screen gives: its look, its app, its commands, its status line."""

    look: Look
    inks: Inks

    @property
    def app(self) -> App[object]: ...

    async def run_command(self, id: str, count: int | None = None) -> None: ...

    def say(self, text: str) -> None: ...


class ProblemsScreen(Overlay):
    """The problems page; Enter lays the record itself over it."""

    def __init__(self, page: ProblemsPage, show: Callable[[Origin], None]) -> None:
        super().__init__(page)
        self._show = show

    def on_problems_page_chosen(self, chosen: ProblemsPage.Chosen) -> None:
        self._show(chosen.problem.origin)


class Showing:
    """Opens pages. `entry` gives the post that the person looks at, `place` the pane with the focus."""

    def __init__(
        self,
        screen: Browser,
        archive: Archive,
        questions: Questions,
        entry: Callable[[], Entry | None],
        place: Callable[[], Place],
    ) -> None:
        self._screen = screen
        self._archive = archive
        self._questions = questions
        self._entry = entry
        self._place = place
        self._reading = Lock()

    def action_help(self, count: int | None = None) -> None:
        self._push(HelpPage(self._place(), self._screen.look, self._screen.inks))

    def action_palette(self, count: int | None = None) -> None:
        self._push(HelpPage(self._place(), self._screen.look, self._screen.inks, palette=True))

    def action_links(self, count: int | None = None) -> None:
        if (entry := self._entry_or_word()) is not None:
            self._push(LinksPage(entry, self._screen.look, self._screen.inks))

    def action_inspect(self, count: int | None = None) -> None:
        """Show the page at once; the record follows when it was read."""
        if (entry := self._entry_or_word()) is not None:
            self._show_record(entry.post.origin)

    def _show_record(self, where: Origin) -> None:
        page = RecordPage(where, self._screen.look, self._screen.inks)
        self._push(page)
        self._questions.ask("sources", self._archive.sources, lambda sources: self._read(where, sources, page))

    def action_problems(self, count: int | None = None) -> None:
        """Show the page at once; the problems follow."""
        page = ProblemsPage(self._screen.look, self._screen.inks)
        self._screen.app.push_screen(ProblemsScreen(page, self._show_record))
        self._questions.ask("problems", lambda: self._archive.problems(MOST), page.take)

    def action_account(self, count: int | None = None) -> None:
        """The account that wrote the post; of a repost, too, the one that reposted."""
        if (entry := self._entry_or_word()) is None:
            return
        if not entry.author.account:
            self._screen.say("It is not known who wrote this post.")
            return
        page = AccountPage(self._screen.look, self._screen.inks)
        self._push(page)
        self._questions.ask("account", lambda: describe(self._archive, entry.author.account), page.take)

    def _entry_or_word(self) -> Entry | None:
        entry = self._entry()
        if entry is None:
            self._screen.say("There is no post here.")
        return entry

    def _push(self, page: AccountPage | HelpPage | LinksPage | RecordPage) -> None:
        async def ran(command: str | None) -> None:
            if command:
                await self._screen.run_command(command)

        self._screen.app.push_screen(Overlay(page), ran)

    def _read(self, where: Origin, sources: Sequence[Source], page: RecordPage) -> None:
        """In a thread of its own, which nobody waits for: not the app when it ends, not the next record."""
        work = (where, sources, page, self._screen.app.call_later)
        Thread(target=self._read_record, args=work, name="record", daemon=True).start()

    def _read_record(
        self, where: Origin, sources: Sequence[Source], page: RecordPage, deliver: Callable[..., bool]
    ) -> None:
        """One record at a time; a page that was closed meanwhile costs nothing more."""
        with self._reading:
            try:
                if page.is_wanted:
                    source = originals.source_of(where, sources)
                    deliver(page.take, originals.read(where, source, page.closed))
                if page.is_wanted:
                    deliver(page.judge, originals.has_changed(source))
            except RejoinderError as error:
                if page.is_wanted:
                    deliver(page.fail, error)
