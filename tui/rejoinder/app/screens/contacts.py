"""The contacts screen: pairs sorted and filtered while one types, and below them the pair under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from textual.app import ComposeResult
from textual.events import Key
from textual.screen import Screen
from textual.timer import Timer

from rejoinder.acts import Party
from rejoinder.app.contact_filter import FORMS, chosen
from rejoinder.app.contact_rows import Row, rows
from rejoinder.app.contact_table import ONE_ACCOUNT
from rejoinder.app.keys import Dispatcher
from rejoinder.app.line_editor import LineEditor
from rejoinder.app.meetings import End, Meeting, meet
from rejoinder.app.questions import Questions
from rejoinder.app.screens.overlay import help_over, run
from rejoinder.app.screens.reading import Reader
from rejoinder.app.screens.searching import Searching
from rejoinder.app.screens.showing import Browser
from rejoinder.app.widgets.contact_list import BATCH, ContactList, PairPage, next_sort
from rejoinder.app.widgets.status_line import StatusLine
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.conditions import Pair
from rejoinder.archive.protocol import Archive, Choice
from rejoinder.contacts import sides
from rejoinder.errors import QueryError, RejoinderError

HINTS = (
    ("open_pair", "timeline"), ("filter_pairs", "filter"), ("sort_previous sort_next", "sort"),
    ("turn_round", "turn"), ("one_way", "one-way"), ("write_report", "report"), ("help", "keys"),
    ("close", "back"),
)  # fmt: skip
PAUSE = 0.06
"""Seconds after which the pair under a resting cursor is looked up."""


class Wanted(msgspec.Struct):
    """What is listed, kept while the app is open: who comes back finds it as it was."""

    text: str = ""
    choice: Choice = Choice()
    cursor: int = 0


class ContactsScreen(Screen[Row]):
    """Asks for rows as they are to be seen; answers with the pair that was chosen, or nothing."""

    DEFAULT_CSS = "ContactsScreen { overflow: hidden; }"

    def __init__(
        self,
        screen: Browser,
        archive: Archive,
        questions: Questions,
        wanted: Wanted,
        report: Callable[[Meeting], str],
        open_sides: Callable[[Sequence[Party]], None],
        resumed: int,
    ) -> None:
        super().__init__()
        look, inks = screen.look, screen.inks
        self._hints = look.keys.hints(HINTS, look.glyphs.bar.isascii(), "  ")
        self._look, self._archive, self._questions, self._wanted = look, archive, questions, wanted
        self._report, self._open_sides, self._resumed = report, open_sides, resumed
        self.list = ContactList(look, inks, id="pairs")
        self.page = PairPage(look, inks, id="pair")
        self._status = StatusLine(inks, look.glyphs.more)
        self._dispatcher = Dispatcher(look.keys.valid_in("contacts"), look.glyphs.bar.isascii())
        self._editor: LineEditor | None = None
        self._pause: Timer | None = None
        self.complaint = ""
        """Why the filter line is not understood."""

    @property
    def message_line(self) -> int | None:
        """The line where a message stands, if one does."""
        return self._status.message_line

    def compose(self) -> ComposeResult:
        yield self.list
        yield self.page
        yield self._status

    def on_mount(self) -> None:
        self.set_focus(self.list)
        self._hint()
        self._renew(self._wanted.cursor)

    def _hint(self) -> None:
        if self._editor is None:
            self._status.show(((" " + self._hints, "dim"),), ())
        else:
            self._status.show(
                ((" & ", "accent"), (self._editor.text + "_", ""), (f"   {self.complaint or FORMS}", "dim")), ()
            )

    # Keys

    async def on_key(self, event: Key) -> None:
        if self._editor is not None and self._type(event):
            event.stop()
            event.prevent_default()
            return
        step = self._dispatcher.feed(event.key, event.character)
        if step.taken or step.command:
            event.stop()
            event.prevent_default()
        if step.command is not None:
            await run(self._owners, step.command.id, step.count)

    @property
    def _owners(self) -> tuple[object, ...]:
        """Who may know a command, the pane with the focus first."""
        return self.focused, self, self.list, self.app

    def action_help(self, count: int | None = None) -> None:
        help_over(self, "contacts", self.page, self._owners)

    def _type(self, event: Key) -> bool:
        """A key of the filter line; False where it is none."""
        editor = self._editor
        if editor is None or event.key in ("up", "down", "pageup", "pagedown"):
            return False
        if event.key in ("enter", "escape", "ctrl+c"):
            if event.key != "enter":
                editor.replace("")
                self._filter("")
            self._editor = None
            self._hint()
            return True
        if not editor.press(event.key) and event.is_printable and event.character:
            editor.insert(event.character)
        self._filter(editor.text)
        self._hint()
        return True

    def action_filter_pairs(self, count: int | None = None) -> None:
        self._editor = LineEditor(self._wanted.text)
        self._hint()

    def action_sort_next(self, count: int | None = None) -> None:
        self._sort(1)

    def action_sort_previous(self, count: int | None = None) -> None:
        self._sort(-1)

    def _sort(self, step: int) -> None:
        sort = next_sort(self._wanted.choice.sort, step, self.size.width)
        self._wanted.choice = msgspec.structs.replace(self._wanted.choice, sort=sort, reverse=False)
        self._renew()

    def action_turn_round(self, count: int | None = None) -> None:
        choice = self._wanted.choice
        self._wanted.choice = msgspec.structs.replace(choice, reverse=not choice.reverse)
        self._renew()

    def action_one_way(self, count: int | None = None) -> None:
        choice = self._wanted.choice
        self._wanted.choice = msgspec.structs.replace(choice, one_way=not choice.one_way)
        self._renew()

    def action_switch_pane(self, count: int | None = None) -> None:
        self.set_focus(self.page if self.focused is self.list else self.list)

    def action_write_report(self, count: int | None = None) -> None:
        meeting = self.page.meeting
        if meeting is not None:
            self._questions.ask("pair", lambda: self._report(meeting), self._status.say)

    def action_sides_of_pair(self, count: int | None = None) -> None:
        row = self.list.row
        self._open_sides([row.waited, row.answered] if row is not None else [])

    def action_open_pair(self, count: int | None = None) -> None:
        self.list.action_open_pair()

    async def action_dismiss(self, result: Row | None = None) -> None:
        """Esc: the filter goes first, then the screen."""
        if self._wanted.text:
            self._filter("")
        else:
            self._leave(None)

    def action_close(self, count: int | None = None) -> None:
        self._leave(None)

    def action_stop(self, count: int | None = None) -> None:
        self._leave(None)

    def _leave(self, row: Row | None) -> None:
        if self.is_current:
            self._wanted.cursor = self.list.cursor
            self._questions.forget("pairs", "pair")
            self.dismiss(row)

    # The archive

    def _filter(self, text: str) -> None:
        """Another filter; one that is not understood yet leaves the list as it is, and says why."""
        archive, before = self._archive, self._wanted.choice

        def find() -> Choice | str:
            try:
                told = sides.read(sides.path_beside(Path(archive.path)))
                return chosen(archive, text, told, before)
            except RejoinderError as error:
                return f"{error.message} {error.advice if isinstance(error, QueryError) else ''}".strip()

        def take(found: Choice | str) -> None:
            if isinstance(found, str):
                self.complaint = found
            else:
                self.complaint, self._wanted.text = "", text
                self._wanted.choice = found
                self._renew()
            self._hint()

        self._questions.ask("entry", find, take)

    def _renew(self, cursor: int = 0) -> None:
        choice = self._wanted.choice
        self.list.begin("Contacts", choice.sort, choice.reverse)
        self.list.cursor = cursor
        self._ask(max(0, cursor - BATCH // 2))

    def on_contact_list_rows_needed(self, wish: ContactList.RowsNeeded) -> None:
        self._ask(wish.at)

    def _ask(self, at: int) -> None:
        archive, choice, wide = self._archive, self._wanted.choice, self.size.width >= 150

        def find() -> tuple[list[Row], int, int, int, bool]:
            every = msgspec.structs.replace(Choice(), one_way=choice.one_way)
            other = Choice(one_way=not choice.one_way)
            total = archive.count_pairs(every)
            both = total + archive.count_pairs(other)
            count = archive.count_pairs(choice)
            alone = not count and archive.figures().accounts == 1
            return rows(archive, choice, at, BATCH, coverage=wide), count, total, both, alone

        def take(found: tuple[list[Row], int, int, int, bool]) -> None:
            listed, count, total, both, alone = found
            dot = self._look.glyphs.dot
            what = "pairs without an answer" if choice.one_way else f"of {both:,} pairs answered"
            shown = f"{total:,} {what}" if count == total else f"{count:,} of {total:,} shown"
            filtered = f" {dot} {self._wanted.text}" if self._wanted.text else ""
            self.list.empty = self._nothing(both, alone)
            self.list.take(at, listed, count, f"Contacts {dot} first in this archive {dot} {shown}{filtered}")
            if not count:
                self.page.take(None)

        self._questions.ask("pairs", find, take)

    def _nothing(self, both: int, alone: bool) -> tuple[str, ...]:
        if self._wanted.text:
            return (f"No pair matches “{self._wanted.text}”.", "", "Esc clears the filter.")
        if not both:
            return ("Nobody addresses anybody in this archive.", "", "q goes back.")
        words = ONE_ACCOUNT if alone else "Nobody answered anybody in this archive."
        return (words, "", "u shows the pairs in which one addressed the other.")

    def on_contact_list_moved(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._look_up)

    def _look_up(self) -> None:
        row, archive = self.list.row, self._archive
        if row is not None:
            one, other = End((row.waited,)), End((row.answered,))
            self._questions.ask("pair", lambda: meet(archive, one, other, resumed=self._resumed), self.page.take)

    def on_contact_list_chosen(self, chosen: ContactList.Chosen) -> None:
        self._leave(chosen.row)


class Contacting:
    """The command that opens the contacts, and what becomes of the pair that is chosen there."""

    def __init__(
        self,
        screen: Browser,
        archive: Archive,
        questions: Questions,
        reader: Reader,
        searching: Searching,
        open_sides: Callable[[Sequence[Party]], None],
        resumed: int,
    ) -> None:
        """`resumed`: the time (ms) without a reply after which one counts as resumed."""
        self._resumed = resumed
        self._screen, self._archive, self._questions = screen, archive, questions
        self._reader, self._searching, self._open_sides = reader, searching, open_sides
        self._wanted = Wanted()

    def action_contacts(self, count: int | None = None) -> None:
        screen = ContactsScreen(
            self._screen, self._archive, self._questions, self._wanted, self._report, self._open_sides, self._resumed
        )
        self._screen.app.push_screen(screen, self._open)

    def _open(self, row: Row | None) -> None:
        """The pair's timeline, at the answer; C comes back to the list."""
        if row is None:
            return
        pair = row.pair
        answer = pair.b_answer if pair.answerer == "b" else pair.a_answer
        one, other = (party.handle or party.id or party.label for party in (row.waited, row.answered))
        self._searching.narrow_at(print_condition(Pair(one, other)), answer or pair.first)
        self._screen.say(f"{self._screen.look.keys.key('contacts')} goes back to the contacts.")

    def _report(self, meeting: Meeting) -> str:
        """In the thread of the archive: write the pair's reports beside the archive, and say where."""
        from rejoinder.app.reporting import write_beside

        return write_beside(self._archive, meeting)
