"""The browse screen: timeline, reply chain, search line, status line; it routes between them and asks the archive."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from textual.app import ComposeResult
from textual.containers import Container
from textual.events import DescendantFocus
from textual.events import Key as KeyPressed
from textual.timer import Timer

from rejoinder.app.commands import Place
from rejoinder.app.elsewhere import Elsewhere
from rejoinder.app.layout import Look
from rejoinder.app.narrowing import spans
from rejoinder.app.position import Positions
from rejoinder.app.questions import Questions
from rejoinder.app.screens import telling
from rejoinder.app.screens.following import Following
from rejoinder.app.screens.growing import Growing
from rejoinder.app.screens.keyboard import Keyboard
from rejoinder.app.screens.lines import Lines
from rejoinder.app.screens.panes import Panes
from rejoinder.app.screens.reading import Reader, Stretch
from rejoinder.app.screens.routing import Routing
from rejoinder.app.settings import Settings
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.status_line import StatusLine
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.conditions import Condition
from rejoinder.archive.protocol import Archive, Entry, Figures
from rejoinder.archive.query import Term
from rejoinder.errors import RejoinderError

if TYPE_CHECKING:
    from rejoinder.app.screens.parts import Parts
    from rejoinder.archive.tally import By, Tallied

PAUSE = 0.08
"""Seconds that the cursor rests before the chain follows it: a held key never loads chains."""


class BrowseScreen(Routing):
    """One archive, open for reading."""

    DEFAULT_CSS = """
    BrowseScreen #panes { height: 1fr; layout: vertical; }
    BrowseScreen #search, BrowseScreen #post { display: none; }
    BrowseScreen.-alone.-with-chain #timeline, BrowseScreen.-alone.-with-chain #post { height: 0; }
    BrowseScreen.-alone.-with-chain #panes #chain { height: 1fr; }
    BrowseScreen #chain { height: 33%; min-height: 4; display: none; }
    BrowseScreen.-with-chain #chain { display: block; }
    BrowseScreen.-wide #panes { layout: horizontal; }
    BrowseScreen.-wide #chain { height: 1fr; width: 2fr; }
    BrowseScreen.-wide #timeline, BrowseScreen.-wide #post { width: 3fr; }
    BrowseScreen.-wide.-with-chain #timeline, BrowseScreen.-wide.-with-chain #post { max-width: 106; }
    """

    def __init__(
        self, archive: Archive, first: Stretch, positions: Positions, look: Look, inks: Inks, settings: Settings
    ) -> None:
        """`first` holds the posts that the timeline opens with."""
        super().__init__()
        self.look = look
        self.inks = inks
        self._elsewhere = Elsewhere(archive, settings)
        self._archive = archive = self._elsewhere.archive
        self._settings = settings
        self._first = first
        self._positions = positions
        self._figures: Figures | None = None
        self._pause: Timer | None = None
        self._terms: tuple[Term, ...] = ()
        self._days: Mapping[int, int] = {}
        self._title = StatusLine(inks, look.glyphs.more, id="title")
        self._timeline = Timeline(look, inks, id="timeline")
        self._chain = ReplyChain(look, inks, id="chain")
        self._status = StatusLine(inks, look.glyphs.more, id="status")
        self._questions = Questions(archive, self.call_later, self.fail)
        self._reader = Reader(archive, self._questions, self._timeline, self.tell)
        self.growing = Growing(archive, self._questions, self._reader, self._timeline, self.say, self._count_anew)
        self._lines = Lines(self, self._title, self._status, self._timeline, self._reader, self.growing)
        self._following = Following(archive, self._questions, self._chain)
        self._parts: Parts | None = None
        self._timeline.opened = self._chain.opened = set()
        self._panes = Panes(self, self._timeline, self._chain, settings.chain, self._follow)
        self._panes.alone, self._status.lingers = look.plain, not look.plain
        self._keyboard = Keyboard(self, self._status, look.keys, look.glyphs.bar.isascii())

    def compose(self) -> ComposeResult:
        yield self._title
        with Container(id="panes"):
            yield self._timeline
            yield self._chain
        yield self._status

    def on_mount(self) -> None:
        self._timeline.moved_now = self.tell
        self._timeline.focus()
        self._timeline.empty = telling.EMPTY
        self._panes.arrange()  # before the first layout: it would be painted, and then another
        self._reader.open(self._first)
        self._count_anew()
        self.growing.start(self.call_later, self.fail)
        self.set_interval(1.0, self._positions.keep)
        self.set_timer(PAUSE, self.furnish)

    def _count_anew(self) -> None:
        self._questions.ask("figures", self._archive.figures, self._take_figures)
        self._questions.ask("days", self._archive.tally_days, self._take_days)

    async def furnish(self) -> Parts:
        """Bring in what the first frame does not need; at the latest when the first command is run."""
        if self._parts is None:
            from rejoinder.app.screens.parts import Parts

            self._parts = self._lines.parts = parts = Parts(
                self, self._archive, self._questions, self._reader, self._timeline, self._panes.go_home, self._settings
            )
            parts.begin_review(self._chain, self._following, self._keyboard, self._elsewhere.look_again)
            parts.searching.last = (self._figures and self._figures.last) or 0
            self._panes.post = parts.post
            self._panes.strip = parts.timing.strip
            if self.is_attached:  # the app may be leaving by now, and after any wait: hence all in one step
                await asyncio.gather(
                    self.query_one("#panes").mount(parts.post, after=self._timeline),
                    self.mount(parts.timing.strip, before=self._status),
                    self.mount(parts.bar, parts.ask),
                    self.mount(parts.editor, before=self._status),
                )
            if self.is_attached:
                self._begin(parts)
        return self._parts

    def _begin(self, parts: Parts) -> None:
        self.set_interval(1.0, parts.reviewing.keep_place)
        parts.signing.changed()
        if parts.coding.desk.review.exists():
            self._questions.ask("codes", self._elsewhere.prepare, lambda _: None)
        parts.contact_signs.learn(self._timeline.loaded.entries)

    @property
    def has_codes(self) -> bool:
        """Whether there is a review whose codes can be counted."""
        return self._parts is not None and self._parts.coding.desk.review.exists()

    def tally_said(self, condition: Condition, by: By, limit: int) -> Sequence[Tallied]:
        """In the thread of the archive: posts counted by what reviewers said."""
        return self._elsewhere.tally(condition, by, limit)

    def on_unmount(self) -> None:
        self.growing.stop()
        if self._parts is not None:
            self._parts.reviewing.keep_place()
            self._parts.coding.leaving()
        self._questions.close()
        self._positions.keep()

    @property
    def idle(self) -> bool:
        """Whether nothing is being asked of the archive."""
        return self._questions.idle

    def _take_figures(self, figures: Figures) -> None:
        self._figures = figures
        self.growing.newest(figures.last)
        if self._parts is not None:
            self._parts.searching.last = figures.last or 0
        self.tell()

    def _take_days(self, days: Sequence[tuple[int, int]]) -> None:
        """Days are counted in UTC, and 1970-01-01 is ordinal 719163; in another zone no heading gives a number."""
        if self.look.zone.name == "UTC":
            self._days = {day + 719_163: count for day, count in days}
            self.searched()

    def fail(self, error: RejoinderError) -> None:
        """A question failed: say what, and what to do."""
        self._lines.fail(error)

    def say(self, text: str) -> None:
        """A quiet message."""
        self._lines.say(text)

    @property
    def message_line(self) -> int | None:
        """The line where a message stands, if one does: `--plain` puts the cursor there."""
        return self._status.message_line

    def hold(self, text: str) -> None:
        """A question in the status line, which stays until it is answered."""
        self._status.hold(text)

    # Title and status

    def tell(self) -> None:
        """Title and status line for the post under the cursor; in the frame of the key that moved it."""
        if self._parts is not None:
            self._parts.selecting.show()
        self._lines.tell(self._archive.path, self._figures)
        if self._lines.reviewing is None:
            if (entry := self._timeline.entry) is not None:
                self._positions.stand_at(entry.post, entry.key)
            if self._parts is not None:
                self._parts.timing.follow()

    def looked_at(self) -> Entry | None:
        """The post that copying and showing are about: the focused chain's own, else the timeline's."""
        return self._chain.entry if self.focused is self._chain else self._timeline.entry

    # Keys

    async def on_key(self, event: KeyPressed) -> None:
        parts = self._parts
        if parts is not None and (parts.editor.is_open or any(each.takes(event) for each in parts.keen)):
            return
        step = self._keyboard.press(event, self.pane())
        if step.command is None:
            return
        if step.command.id == "pin" and parts is not None:
            parts.reviewing.pin(event.character or "")
        else:
            await self.run_command(step.command.id, step.count)

    async def run_command(self, id: str, count: int | None = None) -> None:
        """Run a command on the first of focused pane, screen and app that knows it. The search bar is no pane."""
        parts = await self.furnish()
        if id.startswith("value:"):
            parts.reviewing.press(id)
            return
        if not parts.reviewing.allows(id) or (
            self.focused is not self._chain and parts.reviewing.look_around(id, count)
        ):
            return
        pane = self.focused if self.focused is not parts.bar else self._panes.main
        for owner in (pane, self, self._panes, *parts.owners, self.growing, self._timeline, self.app):
            action = getattr(owner, f"action_{id}", None)
            if action is not None:
                done = action(count)
                if inspect.isawaitable(done):
                    await done
                return

    def pane(self) -> Place:
        """What has the focus, as the command table names it."""
        return self._panes.name

    # The search line

    def typed(self, is_open: bool) -> None:
        """The search line has come, or gone."""
        self._status.display = not is_open
        if not is_open:
            self._panes.go_home()
        self.tell()

    # Questions of a review, and notes

    def asked(self, is_open: bool) -> None:
        """A line or a note is being written in the place of the status line, or is done."""
        self.typed(is_open)

    def signs_changed(self, posts: Collection[str] | None = None) -> None:
        """Something was said of these posts, or somebody else looks."""
        if self._parts is not None:
            self._parts.signing.changed(posts)

    def searched(self) -> None:
        """Another search is in force, or its hits are counted: marks, empty state, title."""
        searching = self._parts.searching if self._parts is not None else None
        self._timeline.days = self._days
        self._timeline.empty = telling.EMPTY
        if searching is not None and (text := searching.filter.text):
            last = self._figures.last if self._figures is not None and spans(searching.filter.query) else None
            self._timeline.days = {}
            self._timeline.empty = telling.nothing_matches(text, last, searching.takes_back_find, self.look)
        self._timeline.refresh()
        self._mark(searching.terms if searching is not None else ())
        self.tell()
        if self._parts is not None:
            self._parts.timing.searched()

    def _mark(self, terms: tuple[Term, ...]) -> None:
        """Mark these words in the posts."""
        if terms != self._terms:
            from rejoinder.archive.highlight import matcher

            self._terms = terms
            self.restyle(msgspec.structs.replace(self.look, hits=matcher(terms) if terms else None))

    async def action_dismiss(self, result: object = None) -> None:
        """Esc: back to the timeline, then find and filter are cleared, the later one first. It never leaves."""
        if self._panes.main is not self._timeline:
            self._panes.action_unzoom()
        elif self.focused is not self._timeline:
            self._panes.go_home()
        elif self._parts is not None and not self._parts.selecting.stop():
            if not self._parts.reviewing.on or self._parts.searching.takes_back_find:
                self._parts.searching.clear()
            else:
                self.say("q leaves the review.")

    def on_timeline_moved(self, moved: Timeline.Moved) -> None:
        if self._parts is not None and self._parts.post.display:
            if moved.entry is not None:
                self._parts.post.show(moved.entry)
            else:
                self._panes.put_away_post()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._follow)

    def _follow(self) -> None:
        """The chain of the post under the cursor, if the pane is open."""
        self._following.follow(self._timeline.entry)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Whoever goes to the chain finds the post they came from, however quick they are."""
        if event.widget is self._chain:
            self._follow()
        self.tell()

    # Panes

    def on_resize(self) -> None:
        self._panes.arrange()
        self.tell()

    def action_close(self, count: int | None = None) -> None:
        """Close what lies on top; at the bottom, leave."""
        if self._panes.main is not self._timeline:
            self._panes.action_unzoom()
        else:
            self.app.exit()

    def action_stop(self, count: int | None = None) -> None:
        """Stop the running search; where nothing runs, leave."""
        if self._questions.forget("jump", "count", "found", "chain"):
            self.say("Stopped.")
        else:
            self.app.exit()

    def restyle(self, look: Look) -> None:
        """Another look for all panes."""
        self.look = look
        self._timeline.restyle(look)
        self._chain.restyle(look)
        if self._parts is not None:
            self._parts.post.restyle(look)
            self._parts.timing.strip.restyle(look)
