"""The panes of the browse screen: which of them are to be seen, which has the focus, and the keys that change both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widget import Widget

from rejoinder.app.commands import Place
from rejoinder.app.settings import ChainPane
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.timeline import Timeline

if TYPE_CHECKING:
    from rejoinder.app.widgets.post_view import PostView
    from rejoinder.app.widgets.time_strip import TimeStrip

WIDE = 110
"""From so many columns on the chain stands beside the timeline, and title and status say more."""


class Panes:
    """Timeline, the post in full in its place, and the chain beside or below them."""

    def __init__(
        self, screen: Screen[None], timeline: Timeline, chain: ReplyChain, wish: ChainPane, follow: Callable[[], None]
    ) -> None:
        """`follow` is called when the chain has come into sight."""
        self._screen = screen
        self._timeline = timeline
        self._chain = chain
        self._wish = wish
        self._follow = follow
        self.alone = False
        """Whether only one pane is to be seen at a time, as who hears them wants it."""
        self.post: PostView | None = None
        """The post in full, once it was brought in."""
        self.strip: TimeStrip | None = None
        """The time strip, likewise."""

    @property
    def main(self) -> Widget:
        """The timeline, or the post in full that stands in its place."""
        return self.post if self.post is not None and self.post.display else self._timeline

    @property
    def name(self) -> Place:
        """What has the focus, as the command table names it."""
        if self._screen.focused is self._chain:
            return "chain"
        if self.strip is not None and self._screen.focused is self.strip:
            return "strip"
        return "timeline" if self.main is self._timeline else "post"

    def arrange(self) -> None:
        """Show the chain where it is wanted; the timeline draws the line between the two."""
        wide = self._screen.app.size.width >= WIDE and not self.alone
        self._screen.set_class(self.alone, "-alone")
        self._screen.set_class(wide, "-wide")
        shown = self._wish == "open" or (self._wish == "auto" and wide)
        self._screen.set_class(shown, "-with-chain")
        self._timeline.divided = shown and wide
        self._timeline.refresh()
        if self.post is not None:
            self.post.divided = shown and wide
        if shown:
            self._screen.call_after_refresh(self._follow)

    def go_home(self) -> None:
        """The focus back to the timeline, or the post in full."""
        self._focus(self.main)

    def put_away_post(self) -> None:
        """The timeline stands in its place again; the focus stays where it is."""
        self.main.display, self._timeline.display = False, True

    def action_toggle_chain(self, count: int | None = None) -> None:
        """Hidden: show it. In sight: go to it. There already: hide it."""
        if not self._chain.display:
            self._wish = "open"
            self.arrange()
            if self.alone:
                self._screen.call_after_refresh(self._focus, self._chain)
        elif self._screen.focused is not self._chain:
            self._focus(self._chain)
        else:
            self._wish = "closed"
            self._focus(self.main)
            self.arrange()

    def action_next_pane(self, count: int | None = None) -> None:
        self._step(1)

    def action_previous_pane(self, count: int | None = None) -> None:
        self._step(-1)

    def action_pane_right(self, count: int | None = None) -> None:
        if self._chain.display:
            self._focus(self._chain)
        elif self.alone:
            self.action_toggle_chain()

    def action_pane_left(self, count: int | None = None) -> None:
        self._focus(self.main)

    def action_zoom(self, count: int | None = None) -> None:
        """The post in full, in the timeline's place; a closed warning is opened first, in the chain too."""
        entry = self._timeline.entry
        if self._timeline.open_warning():
            self._chain.refresh()
        elif entry is not None and self.post is not None:
            self.post.divided = self._timeline.divided
            self.post.show(entry)
            self.post.display, self._timeline.display = True, False
            self._focus(self.post)

    def action_unzoom(self, count: int | None = None) -> None:
        self.put_away_post()
        self._focus(self._timeline)

    def _focus(self, pane: Widget) -> None:
        """At once, unlike Widget.focus(): the next key of a fast hand is there before."""
        if self.alone and pane is not self._chain and self._wish == "open":
            self._wish = "closed"
            self.arrange()
        self._screen.set_focus(pane, scroll_visible=False)

    def _step(self, step: int) -> None:
        every = (self.main, self._chain, self.strip)
        panes: list[Widget] = [pane for pane in every if pane is not None and pane.display]
        here = panes.index(self._screen.focused) if self._screen.focused in panes else 0
        self._focus(panes[(here + step) % len(panes)])
