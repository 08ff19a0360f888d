"""A page over the browse screen: help, links, the record; any of them closes with Esc or q."""

from __future__ import annotations

import inspect
import os
from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import Screen

from rejoinder.app.commands import Place
from rejoinder.app.keys import Dispatcher
from rejoinder.app.terminal import visiting
from rejoinder.app.terminal.clipboard import copy
from rejoinder.app.widgets.help_page import HelpPage
from rejoinder.app.widgets.links_page import LinksPage
from rejoinder.app.widgets.page import Page
from rejoinder.app.widgets.status_line import StatusLine


async def run(owners: Sequence[object], id: str, count: int | None = None) -> None:
    """Run a command: the first of the owners that knows it does."""
    for owner in owners:
        if (action := getattr(owner, f"action_{id}", None)) is not None:
            done = action(count)
            if inspect.isawaitable(done):
                await done
            return


def help_over(screen: Screen[Any], place: Place, like: Page, owners: Sequence[object]) -> None:
    """Lay the help of a place over its screen, in the look of one of its pages; what is chosen in it is run there."""

    async def ran(command: str | None) -> None:
        if command:
            await run(owners, command)

    screen.app.push_screen(Overlay(HelpPage(place, like.look, like.inks)), ran)


class Overlay(Screen[str]):
    """Gives the keys to its page; answers with the id of a command to run, or nothing."""

    DEFAULT_CSS = "Overlay { overflow: hidden; }"

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._asked = ""
        """The address that a first o asked to open."""
        self._status = StatusLine(page.inks, page.look.glyphs.more)
        self._status.lingers = not page.look.plain
        self._dispatcher = Dispatcher(page.look.keys.valid_in(page.PLACE), page.look.glyphs.bar.isascii())

    @property
    def message_line(self) -> int | None:
        """The line where a message stands, if one does."""
        return self._status.message_line

    def compose(self) -> ComposeResult:
        yield self._page
        yield self._status

    def on_mount(self) -> None:
        self._page.focus()
        self._status.show(((" " + self._page.hints, "dim"),), ())

    def say(self, text: str) -> None:
        """A message in the last line."""
        self._status.say(text)

    async def on_key(self, event: Key) -> None:
        if self._page.look.plain:
            self._status.be_quiet()
        step = self._dispatcher.feed(event.key, event.character)
        if step.command is None or step.command.id != "open_link_anyway":
            self._asked = ""
        if step.taken or step.command:
            event.stop()
            event.prevent_default()
        if step.command is not None:
            await run((self._page, self, self.app), step.command.id, step.count)

    def on_help_page_chosen(self, chosen: HelpPage.Chosen) -> None:
        self._leave(chosen.command)

    def on_links_page_copied(self, wish: LinksPage.Copied) -> None:
        """Copied here, where the answer can be read."""
        kind = wish.item.kind if wish.item.kind in ("link", "file") else "address"
        self.say(copy(self.app, wish.item.target, kind))

    def on_links_page_visited(self, wish: LinksPage.Visited) -> None:
        """Opened where it may be; over SSH a first o only tells what the second key, O, would do."""
        url, asked, self._asked = wish.item.target, self._asked, ""
        if refused := visiting.refusal(url, bool(getattr(self.app, "opens_links", False))):
            self.say(refused)
        elif "SSH_CONNECTION" in os.environ and not (wish.insists and asked == url):
            self._asked = url
            self.say(visiting.ASK)
        else:
            self.say(visiting.visit(self.app, url))

    async def action_dismiss(self, result: str | int | None = None) -> None:
        """Esc: back to what lies below, without a command."""
        self._leave()

    def action_help(self, count: int | None = None) -> None:
        """The keys of this page; over the help itself the same key closes it."""
        if isinstance(self._page, HelpPage):
            self._leave()
        else:
            help_over(self, self._page.PLACE, self._page, (self._page, self, self.app))

    def action_close(self, count: int | None = None) -> None:
        self._leave()

    def action_stop(self, count: int | None = None) -> None:
        self._leave()

    def _leave(self, command: str | None = None) -> None:
        """Once: a second Esc of a fast hand comes before the screen is gone."""
        if self.is_current:
            self.dismiss(command)
