"""What the widgets of the browse screen tell and wish, on its way to the part that knows what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from rejoinder.app.screens.following import Following
from rejoinder.app.screens.panes import Panes
from rejoinder.app.screens.reading import Reader
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.timeline import Timeline

if TYPE_CHECKING:
    from rejoinder.app.screens.parts import Parts
    from rejoinder.app.widgets.ask_line import AskLine
    from rejoinder.app.widgets.note_editor import NoteEditor
    from rejoinder.app.widgets.search_bar import SearchBar
    from rejoinder.app.widgets.time_strip import TimeStrip


class Routing(Screen[None]):
    """Hands messages on; until the parts are there, nobody can have sent those that need them."""

    _parts: Parts | None
    _reader: Reader
    _following: Following
    _panes: Panes

    def say(self, text: str) -> None:
        """A quiet message to the person."""
        raise NotImplementedError

    # The timeline

    def on_timeline_posts_needed(self, wish: Timeline.PostsNeeded) -> None:
        self._reader.more(wish.direction, wish.place)

    def on_timeline_end_needed(self, wish: Timeline.EndNeeded) -> None:
        self._remember()
        self._reader.to_end(wish.direction)

    def on_timeline_rank_needed(self, wish: Timeline.RankNeeded) -> None:
        self._remember()
        self._reader.to_rank(wish.rank)

    def _remember(self) -> None:
        if self._parts is not None:
            self._parts.jumping.remember()

    # The chain

    def on_reply_chain_texts_needed(self, wish: ReplyChain.TextsNeeded) -> None:
        self._following.fetch(wish.keys)

    def on_reply_chain_opened(self, wish: ReplyChain.Opened) -> None:
        if wish.key < 0:
            self.say("This post is not in this archive: it is known only because others reply to it.")
        elif self._parts is not None:
            if not self._parts.reviewing.look_at(wish.key):
                self._parts.jumping.to_key(wish.key)
            self._panes.go_home()

    # The search line

    def on_search_bar_changed(self, typed: SearchBar.Changed) -> None:
        if self._parts is not None:
            self._parts.line.changed(typed.text, typed.mode)

    def on_search_bar_submitted(self, typed: SearchBar.Submitted) -> None:
        if self._parts is not None:
            self._parts.line.submitted(typed.text, typed.mode)

    def on_search_bar_choices_needed(self, wish: SearchBar.ChoicesNeeded) -> None:
        if self._parts is not None:
            self._parts.line.wants(wish.wish)

    def on_search_bar_left(self) -> None:
        if self._parts is not None:
            self._parts.line.left()

    # Questions of a review, and notes

    def on_ask_line_answered(self, answer: AskLine.Answered) -> None:
        if self._parts is not None:
            self._parts.coding.answered(answer.text)

    def on_ask_line_left(self) -> None:
        if self._parts is not None:
            self._parts.coding.gave_up()

    def on_note_editor_paused(self, paused: NoteEditor.Paused) -> None:
        if self._parts is not None:
            self._parts.coding.paused(paused.text)

    def on_note_editor_ended(self, ended: NoteEditor.Ended) -> None:
        if self._parts is not None:
            self._parts.coding.note_ended(ended.text, ended.keep)

    # The time strip

    def on_time_strip_counts_needed(self, wish: TimeStrip.CountsNeeded) -> None:
        if self._parts is not None:
            self._parts.timing.count(wish.starts)

    def on_time_strip_moved(self, moved: TimeStrip.Moved) -> None:
        if self._parts is not None:
            self._parts.timing.moved(moved.since)

    def on_time_strip_chosen(self, wish: TimeStrip.Chosen) -> None:
        if self._parts is not None:
            self._parts.timing.chosen(wish.since, wish.until)
