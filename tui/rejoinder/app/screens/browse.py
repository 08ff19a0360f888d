"""The browse screen: timeline, reply chain, search line, status line; it routes between them and asks the archive."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence

import msgspec
from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key as KeyPressed
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from rejoinder.app.commands import Place, valid_in
from rejoinder.app.keys import Dispatcher
from rejoinder.app.layout import Look
from rejoinder.app.position import Positions
from rejoinder.app.questions import Questions
from rejoinder.app.screens import telling
from rejoinder.app.screens.copying import Copying
from rejoinder.app.screens.following import Following
from rejoinder.app.screens.jumping import Jumping
from rejoinder.app.screens.reading import Reader, Stretch
from rejoinder.app.screens.searching import Searching
from rejoinder.app.screens.showing import Showing
from rejoinder.app.screens.telling import WIDE
from rejoinder.app.screens.typing_line import TypingLine
from rejoinder.app.search_help import Mode
from rejoinder.app.settings import ChainPane
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.post_view import PostView
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.search_bar import SearchBar
from rejoinder.app.widgets.status_line import StatusLine
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.conditions import Words
from rejoinder.archive.highlight import matcher
from rejoinder.archive.protocol import Archive, Entry, Figures
from rejoinder.errors import RejoinderError

PAUSE = 0.08
"""Seconds that the cursor rests before the chain follows it: a held key never loads chains."""


class BrowseScreen(Screen[None]):
    """One archive, open for reading."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]
    DEFAULT_CSS = """
    BrowseScreen #panes { height: 1fr; layout: vertical; }
    BrowseScreen #search, BrowseScreen #post { display: none; }
    BrowseScreen #chain { height: 33%; min-height: 4; display: none; }
    BrowseScreen.-with-chain #chain { display: block; }
    BrowseScreen.-wide #panes { layout: horizontal; }
    BrowseScreen.-wide #chain { height: 1fr; width: 2fr; }
    BrowseScreen.-wide #timeline, BrowseScreen.-wide #post { width: 3fr; }
    BrowseScreen.-wide.-with-chain #timeline, BrowseScreen.-wide.-with-chain #post { max-width: 106; }
    """

    def __init__(
        self, archive: Archive, first: Stretch, positions: Positions, look: Look, inks: Inks, chain: ChainPane
    ) -> None:
        """`first` holds the posts that the timeline opens with."""
        super().__init__()
        self.look = look
        self.inks = inks
        self._archive = archive
        self._first = first
        self._positions = positions
        self._chain_wish = chain
        self._figures: Figures | None = None
        self._pause: Timer | None = None
        self._terms: tuple[Words, ...] = ()
        self._days: Mapping[int, int] = {}
        self._title = StatusLine(inks, look.glyphs.more, id="title")
        self._timeline = Timeline(look, inks, id="timeline")
        self._post = PostView(look, inks, id="post")
        self._chain = ReplyChain(look, inks, id="chain")
        self._status = StatusLine(inks, look.glyphs.more, id="status")
        self._questions = Questions(archive, self.call_later, self.fail)
        self._reader = Reader(archive, self._questions, self._timeline, self.tell)
        self._jumping = Jumping(archive, self._reader, self._timeline, self.say)
        self._searching = Searching(archive, self._questions, self._reader, self._timeline, self.say, self._searched)
        self._bar = SearchBar(look.glyphs, inks, id="search")
        self._line = TypingLine(self._bar, self._searching, self._jumping, self._timeline, self._typed)
        self._following = Following(archive, self._questions, self._chain)
        self._copying = Copying(lambda: self.app, archive, self._questions, self._looked_at, self.say)
        self._showing = Showing(self, archive, self._questions, self._looked_at, self._pane)
        self._dispatchers = {place: Dispatcher(valid_in(place)) for place in ("timeline", "chain", "post")}

    def compose(self) -> ComposeResult:
        yield self._title
        with Container(id="panes"):
            yield self._timeline
            yield self._post
            yield self._chain
        yield self._status
        yield self._bar

    def on_mount(self) -> None:
        self._timeline.moved_now = self.tell
        self._timeline.focus()
        self._timeline.empty = (
            "This archive holds no posts.",
            "Import an export into it: rejoinder import ARCHIVE PATH",
        )
        self._reader.open(self._first)
        self._questions.ask("figures", self._archive.figures, self._take_figures)
        self._questions.ask("days", self._archive.tally_days, self._take_days)
        self.set_interval(1.0, self._positions.keep)

    def on_unmount(self) -> None:
        self._questions.close()
        self._positions.keep()

    @property
    def idle(self) -> bool:
        """Whether nothing is being asked of the archive."""
        return self._questions.idle

    # What the archive answered

    def _take_figures(self, figures: Figures) -> None:
        self._figures = figures
        self._searching.last = figures.last or 0
        self.tell()

    def _take_days(self, days: Sequence[tuple[int, int]]) -> None:
        """Days are counted in UTC, and 1970-01-01 is ordinal 719163; in another zone no heading gives a number."""
        if self.look.zone.name == "UTC":
            self._days = {day + 719_163: count for day, count in days}
            self._searched()

    def fail(self, error: RejoinderError) -> None:
        """A question failed: say what, and what to do."""
        self._status.say(f"{error.message} {error.advice}".strip(), "warning")

    def say(self, text: str) -> None:
        """A quiet message in the status line."""
        self._status.say(text)

    # Title and status

    def tell(self) -> None:
        """Title and status line for the post under the cursor; in the frame of the key that moved it."""
        width, reader, searching = self.size.width, self._reader, self._searching
        total = self._figures.posts + self._figures.context if self._figures else None
        typing = self._line.mode
        found = (
            ""
            if typing == "find"
            else searching.find.text and f"{searching.find.text} {self.look.glyphs.dot} {self._found()}"
        )
        self._title.show(
            telling.title(self._archive.path, self._figures, self.look, width),
            telling.searches(
                "" if typing == "filter" else searching.filter.text, reader.count, total, found, self.look, width
            ),
        )
        self._status.be_quiet()
        self._status.show(
            telling.status(self._timeline.entry, self._timeline.rank, reader.count, self.look), telling.hints()
        )
        if (entry := self._timeline.entry) is not None:
            self._positions.stand_at(entry.post)
        if typing in ("find", "filter"):
            counted = self._found() if typing == "find" else telling.number_of(reader.count, total, self.look)
            self._bar.say(counted if self._bar.text else "")

    def _found(self) -> str:
        count = self._searching.found
        return f"{telling.number_of(count, None, self.look)} hit{'' if count and count.n == 1 else 's'}"

    # Keys

    async def on_key(self, event: KeyPressed) -> None:
        dispatcher = self._dispatchers.get(self._pane())
        if dispatcher is None:
            return
        step = dispatcher.feed(event.key, event.character)
        if step.taken or step.command:
            event.stop()
            event.prevent_default()
        self._status.say(dispatcher.pending) if dispatcher.pending else self._status.be_quiet()
        if step.command is not None:
            await self.run_command(step.command.id, step.count)

    async def run_command(self, id: str, count: int | None = None) -> None:
        """Run a command on the first of focused pane, screen and app that knows it."""
        helpers = (self._jumping, self._searching, self._copying, self._showing)
        for owner in (self.focused, self, *helpers, self._timeline, self.app):
            action = getattr(owner, f"action_{id}", None)
            if action is not None:
                done = action(count)
                if inspect.isawaitable(done):
                    await done
                return

    def _read_on(self) -> None:
        """The focus to the timeline, or to the post in full that stands in its place."""
        (self._post if self._post.display else self._timeline).focus()

    def _looked_at(self) -> Entry | None:
        """The post that copying and showing are about: the focused chain's own, else the timeline's."""
        return self._chain.entry if self.focused is self._chain else self._timeline.entry

    def _pane(self) -> Place:
        return "chain" if self.focused is self._chain else "post" if self.focused is self._post else "timeline"

    # The search line

    def action_find(self, count: int | None = None) -> None:
        self._type("find", self._searching.find.text)

    def action_filter(self, count: int | None = None) -> None:
        self._type("filter", self._searching.filter.text)

    def action_goto(self, count: int | None = None) -> None:
        self._type("goto", "")

    def _type(self, mode: Mode, text: str) -> None:
        self._status.display = False
        self._line.open(mode, text)
        self.tell()

    def _typed(self) -> None:
        """The search line has gone."""
        self._status.display = True
        self._read_on()
        self.tell()

    def on_search_bar_changed(self, typed: SearchBar.Changed) -> None:
        self._line.changed(typed.text, typed.mode)

    def on_search_bar_submitted(self, typed: SearchBar.Submitted) -> None:
        self._line.submitted(typed.text, typed.mode)

    def on_search_bar_left(self) -> None:
        self._line.left()

    def _searched(self) -> None:
        """Another search is in force, or its hits are counted: marks, empty state, title."""
        searching = self._searching
        self._timeline.days = {} if searching.filter else self._days
        self._timeline.refresh()
        if searching.filter:
            self._timeline.empty = telling.nothing_matches(searching.filter.text, searching.last, self.look)
        else:
            self._timeline.empty = telling.EMPTY
        terms = (*searching.filter.query.terms, *searching.find.query.terms)
        if terms != self._terms:
            self._terms = terms
            self._timeline.restyle(msgspec.structs.replace(self.look, hits=matcher(terms) if terms else None))
        self.tell()

    async def action_dismiss(self, result: object = None) -> None:
        """Esc: back to the timeline, then the find and the filter are cleared. It never leaves."""
        if self._post.display:
            self.action_unzoom()
        elif self.focused is not self._timeline:
            self._read_on()
        else:
            self._searching.clear()

    # The timeline's wishes

    def on_timeline_posts_needed(self, wish: Timeline.PostsNeeded) -> None:
        self._reader.more(wish.direction, wish.place)

    def on_timeline_end_needed(self, wish: Timeline.EndNeeded) -> None:
        self._jumping.remember()
        self._reader.to_end(wish.direction)

    def on_timeline_rank_needed(self, wish: Timeline.RankNeeded) -> None:
        self._jumping.remember()
        self._reader.to_rank(wish.rank)

    def on_timeline_moved(self, moved: Timeline.Moved) -> None:
        if self._post.display:
            self._post.show(moved.entry)
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._follow)

    # The chain

    def _follow(self) -> None:
        """The chain of the post under the cursor, if the pane is open."""
        entry = self._timeline.entry
        if entry is not None and self._chain.display:
            self._following.follow(entry)

    def on_reply_chain_texts_needed(self, wish: ReplyChain.TextsNeeded) -> None:
        self._following.fetch(wish.keys)

    def on_reply_chain_opened(self, wish: ReplyChain.Opened) -> None:
        if wish.key < 0:
            self.say("This post is not in this archive: it is known only because others reply to it.")
            return
        self._jumping.to_key(wish.key)
        self._read_on()

    # Panes

    def on_resize(self) -> None:
        self._arrange()
        self.tell()

    def _arrange(self) -> None:
        """Show the chain where it is wanted; the timeline draws the line between the two."""
        wide = self.size.width >= WIDE
        shown = self._chain_wish == "open" or (self._chain_wish == "auto" and wide)
        self.set_class(shown, "-with-chain")
        self._timeline.divided = shown and wide
        self._timeline.refresh()
        if shown:
            self.call_after_refresh(self._follow)

    def action_toggle_chain(self, count: int | None = None) -> None:
        """Hidden: show it. In sight: go to it. There already: hide it."""
        if not self._chain.display:
            self._chain_wish = "open"
            self._arrange()
        elif self.focused is not self._chain:
            self._chain.focus()
        else:
            self._chain_wish = "closed"
            self._read_on()
            self._arrange()

    def action_next_pane(self, count: int | None = None) -> None:
        self._step_pane(1)

    def action_previous_pane(self, count: int | None = None) -> None:
        self._step_pane(-1)

    def action_pane_right(self, count: int | None = None) -> None:
        if self._chain.display:
            self._chain.focus()

    def action_pane_left(self, count: int | None = None) -> None:
        self._read_on()

    def _step_pane(self, step: int) -> None:
        panes: list[Widget] = [pane for pane in (self._timeline, self._post, self._chain) if pane.display]
        here = panes.index(self.focused) if self.focused in panes else 0
        panes[(here + step) % len(panes)].focus()

    def action_zoom(self, count: int | None = None) -> None:
        """The post in full, in the timeline's place; a closed warning is opened first."""
        entry = self._timeline.entry
        if entry is not None and not self._timeline.open_warning():
            self._post.show(entry)
            self._post.display, self._timeline.display = True, False
            self._post.focus()

    def action_unzoom(self, count: int | None = None) -> None:
        self._post.display, self._timeline.display = False, True
        self._timeline.focus()

    def action_close(self, count: int | None = None) -> None:
        """Close what lies on top; at the bottom, leave."""
        if self._post.display:
            self.action_unzoom()
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
        self._chain.restyle(msgspec.structs.replace(look, hits=None))
