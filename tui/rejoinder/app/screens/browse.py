"""The browse screen: timeline, reply chain, search line, status line; it routes between them and asks the archive."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from pathlib import Path

import msgspec
from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key as KeyPressed
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from rejoinder.app.commands import BY_ID, Place, spoken, valid_in
from rejoinder.app.keys import Dispatcher
from rejoinder.app.layout import Look, Run
from rejoinder.app.moments import month_of, when
from rejoinder.app.position import Positions
from rejoinder.app.questions import Questions
from rejoinder.app.screens.jumping import Jumping
from rejoinder.app.screens.reading import Reader, Stretch
from rejoinder.app.settings import ChainPane
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.status_line import StatusLine
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.protocol import Archive, Entry, Figures, Node
from rejoinder.archive.protocol import Key as PostKey
from rejoinder.errors import RejoinderError
from rejoinder.records import Ghost

PAUSE = 0.08
"""Seconds that the cursor rests before the chain follows it: a held key never loads chains."""
WIDE = 110
CHAIN_MOST = 5_000
HINTS = ("help", "find", "filter", "toggle_chain", "goto")


class BrowseScreen(Screen[None]):
    """One archive, open for reading."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]
    DEFAULT_CSS = """
    BrowseScreen #panes { height: 1fr; layout: vertical; }
    BrowseScreen #chain { height: 33%; min-height: 4; display: none; }
    BrowseScreen.-with-chain #chain { display: block; }
    BrowseScreen.-wide #panes { layout: horizontal; }
    BrowseScreen.-wide #chain { height: 1fr; width: 2fr; }
    BrowseScreen.-wide #timeline { width: 3fr; }
    BrowseScreen.-wide.-with-chain #timeline { max-width: 106; }
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
        self._texts: set[PostKey] = set()
        self._title = StatusLine(inks, look.glyphs.more, id="title")
        self._timeline = Timeline(look, inks, id="timeline")
        self._chain = ReplyChain(look, inks, id="chain")
        self._status = StatusLine(inks, look.glyphs.more, id="status")
        self._questions = Questions(archive, self.call_later, self.fail)
        self._reader = Reader(archive, self._questions, self._timeline, self.tell)
        self._jumping = Jumping(archive, self._reader, self._timeline, self.say)
        self._dispatchers = {place: Dispatcher(valid_in(place)) for place in ("timeline", "chain", "post")}

    def compose(self) -> ComposeResult:
        yield self._title
        with Container(id="panes"):
            yield self._timeline
            yield self._chain
        yield self._status

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

    # What the archive answered

    def _take_figures(self, figures: Figures) -> None:
        self._figures = figures
        self.tell()

    def _take_days(self, days: Sequence[tuple[int, int]]) -> None:
        """Days are counted in UTC, and 1970-01-01 is ordinal 719163; in another zone no heading gives a number."""
        if self.look.zone.name == "UTC":
            self._timeline.days = {day + 719_163: count for day, count in days}
            self._timeline.refresh()

    def fail(self, error: RejoinderError) -> None:
        """A question failed: say what, and what to do."""
        self._status.say(f"{error.message} {error.advice}".strip(), "warning")

    def say(self, text: str) -> None:
        """A quiet message in the status line."""
        self._status.say(text)

    # Title and status

    def tell(self) -> None:
        """Title and status line for the post under the cursor; in the frame of the key that moved it."""
        self._title.show(self._title_runs(), ())
        self._status.be_quiet()
        self._status.show(self._status_runs(), self._hints())
        if (entry := self._timeline.entry) is not None:
            self._positions.stand_at(entry.post)

    def _title_runs(self) -> Sequence[Run]:
        dot, dash, figures = self.look.glyphs.dot, self.look.glyphs.dash, self._figures
        runs: list[Run] = [(f" {Path(self._archive.path).stem}", "name")]
        if figures is not None:
            words = [f"{figures.posts:,} posts"]
            if self.size.width >= WIDE:
                words.append(f"{figures.accounts:,} accounts")
                first, last = month_of(figures.first, self.look.zone), month_of(figures.last, self.look.zone)
                words += [f"{first} {dash} {last}" if first != last else first] if first else []
            runs.append(("".join(f" {dot} {word}" for word in words), ""))
        return (*runs, (f" {dot} {self.look.zone.name}", ""))

    def _status_runs(self) -> Sequence[Run]:
        entry, rank, count = self._timeline.entry, self._timeline.rank, self._reader.count
        dot, more = self.look.glyphs.dot, self.look.glyphs.more
        if entry is None:
            return ((" no posts", "dim"),)
        where = f" {rank + 1:,}" if rank is not None else f" {more}"
        if count is not None:
            where += f" / {'' if count.exact else '~'}{count.n:,}"
            if rank is not None:
                where += f" {dot} {100 * (rank + 1) // max(1, count.n)} %"
        return ((where, ""), (f" {dot} {when(entry.post, self.look.zone)}", "dim"))

    def _hints(self) -> Sequence[Run]:
        hints = (f"{spoken(BY_ID[id].keys[0])} {BY_ID[id].label}" for id in HINTS)
        return tuple((f"  {hint}", "dim") for hint in hints)

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
        for owner in (self.focused, self, self._jumping, self._timeline, self.app):
            action = getattr(owner, f"action_{id}", None)
            if action is not None:
                done = action(count)
                if inspect.isawaitable(done):
                    await done
                return

    def _pane(self) -> Place:
        return "chain" if self.focused is self._chain else "timeline"

    # The timeline's wishes

    def on_timeline_posts_needed(self, wish: Timeline.PostsNeeded) -> None:
        self._reader.more(wish.direction, wish.place)

    def on_timeline_end_needed(self, wish: Timeline.EndNeeded) -> None:
        self._jumping.remember()
        self._reader.to_end(wish.direction)

    def on_timeline_rank_needed(self, wish: Timeline.RankNeeded) -> None:
        self._jumping.remember()
        self._reader.to_rank(wish.rank)

    def on_timeline_moved(self, _moved: Timeline.Moved) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._follow)

    # The chain

    def _follow(self) -> None:
        """The chain of the post under the cursor, if the pane is open."""
        entry = self._timeline.entry
        if entry is None or not self._chain.display:
            return
        if entry.parent is None and not entry.replies_here:
            self._chain.show((Node(entry.key, None, entry.author, entry.post.time),), {}, entry.key, False)
        elif not self._chain.mark(entry.key):
            self._questions.ask("chain", lambda: self._ask_chain(entry), lambda found: self._take_chain(entry, *found))

    def _ask_chain(self, entry: Entry) -> tuple[Sequence[Node], dict[PostKey, Ghost]]:
        nodes = self._archive.conversation(entry.key, CHAIN_MOST)
        ghosts = ((node.key, self._archive.ghost(node.key)) for node in nodes if node.key < 0)
        return nodes, {key: ghost for key, ghost in ghosts if ghost is not None}

    def _take_chain(self, entry: Entry, nodes: Sequence[Node], ghosts: dict[PostKey, Ghost]) -> None:
        self._chain.show(nodes, ghosts, entry.key, len(nodes) >= CHAIN_MOST)

    def on_reply_chain_texts_needed(self, wish: ReplyChain.TextsNeeded) -> None:
        self._texts.update(wish.keys)
        keys = tuple(self._texts)
        self._questions.ask("texts", lambda: self._archive.posts(keys), self._take_texts)

    def _take_texts(self, entries: Sequence[Entry]) -> None:
        self._texts.clear()
        self._chain.texts({entry.key: entry for entry in entries})

    def on_reply_chain_opened(self, wish: ReplyChain.Opened) -> None:
        if wish.key < 0:
            self.say("This post is not in this archive: it is known only because others reply to it.")
            return
        self._jumping.to_key(wish.key)
        self._timeline.focus()

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
            self._timeline.focus()
            self._arrange()

    def action_next_pane(self, count: int | None = None) -> None:
        self._step_pane(1)

    def action_previous_pane(self, count: int | None = None) -> None:
        self._step_pane(-1)

    def action_pane_right(self, count: int | None = None) -> None:
        if self._chain.display:
            self._chain.focus()

    def action_pane_left(self, count: int | None = None) -> None:
        self._timeline.focus()

    def _step_pane(self, step: int) -> None:
        panes: list[Widget] = [pane for pane in (self._timeline, self._chain) if pane.display]
        here = panes.index(self.focused) if self.focused in panes else 0
        panes[(here + step) % len(panes)].focus()

    def action_zoom(self, count: int | None = None) -> None:
        self._timeline.open_warning()

    def restyle(self, look: Look) -> None:
        """Another look for all panes."""
        self.look = look
        self._timeline.restyle(look)
        self._chain.restyle(msgspec.structs.replace(look, hits=None))
