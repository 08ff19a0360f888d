"""The sides screen: groups of accounts named, filled and emptied; each change is written at once beside the archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

from textual.events import Key

from rejoinder.acts import Party
from rejoinder.app.contact_table import after, day
from rejoinder.app.line_editor import LineEditor
from rejoinder.app.meetings import ends_of, meet, written
from rejoinder.app.questions import Questions
from rejoinder.app.screens.overlay import Overlay
from rejoinder.app.screens.showing import Browser
from rejoinder.app.widgets.sides_page import Cell, SidesPage
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.contacts.sides import Sides, path_beside, read, write
from rejoinder.errors import RejoinderError


class SidesScreen(Overlay):
    """Changes the file of sides, and counts what the sides did to each other."""

    def __init__(self, page: SidesPage, archive: Archive, questions: Questions) -> None:
        super().__init__(page)
        self._sides_page, self._archive, self._questions = page, archive, questions
        self._path = path_beside(Path(archive.path))
        self._editor: LineEditor | None = None
        self._is_sound = True

    def on_mount(self) -> None:
        super().on_mount()
        try:
            self._show(read(self._path))
        except RejoinderError as error:
            self._is_sound = False
            self.say(f"{error.message} It stays as it is.")

    async def on_key(self, event: Key) -> None:
        if self._editor is None:
            await super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        self._type(self._editor, event)

    def _type(self, editor: LineEditor, event: Key) -> None:
        """A key of the name of a new side."""
        if event.key in ("enter", "escape", "ctrl+c"):
            name = editor.text.strip()
            self._editor = self._sides_page.typed = None
            if event.key == "enter" and name:
                self._change(lambda sides: self._named(sides, name))
        elif not editor.press(event.key) and event.is_printable and event.character:
            editor.insert(event.character)
        if self._editor is not None:
            self._sides_page.typed = editor.text
        self._sides_page.renew()

    def _named(self, sides: Sides, name: str) -> Sides:
        candidate = self._sides_page.candidate
        if candidate is not None:
            return sides.adding(name, candidate[0])
        return Sides({**sides.sides, name: sides.sides.get(name, ())})

    def action_new_side(self, count: int | None = None) -> None:
        if self._is_sound:
            self._editor, self._sides_page.typed = LineEditor(), ""
            self._sides_page.renew(top=True)

    def action_add_to_side(self, count: int | None = None) -> None:
        row, candidate = self._sides_page.row, self._sides_page.candidate
        if row is None or candidate is None:
            self.say("There is no side yet: n names one." if row is None else "No account is under the cursor.")
            return
        self._change(lambda sides: sides.adding(row[0], candidate[0]))

    def action_take_from_side(self, count: int | None = None) -> None:
        row = self._sides_page.row
        if row is not None:
            self._change(lambda sides: sides.without(*row))

    def action_other_account(self, count: int | None = None) -> None:
        page = self._sides_page
        page.at = (page.at + 1) % max(1, len(page.candidates))
        page.renew()

    def _change(self, change: Callable[[Sides], Sides]) -> None:
        """What the file says now, changed, and written at once."""
        if not self._is_sound:
            return
        try:
            sides = change(read(self._path))
            write(self._path, sides)
        except (RejoinderError, OSError) as error:
            self.say(f"{self._path.name} can't be written: {error}")
            return
        self._show(sides)

    def _show(self, sides: Sides) -> None:
        self._sides_page.take(sides)
        archive = self._archive

        def find() -> tuple[Sequence[Cell], dict[str, str]] | RejoinderError:
            try:
                return matrix(archive, sides), called(archive, sides)
            except RejoinderError as error:
                return error

        def take(found: tuple[Sequence[Cell], dict[str, str]] | RejoinderError) -> None:
            if isinstance(found, RejoinderError):
                self.say(found.message)
            else:
                self._sides_page.count(*found)

        self._questions.ask("pair", find, take)


def matrix(archive: Archive, sides: Sides) -> list[Cell]:
    """What each side did to each other side."""
    ends = [end for end in ends_of(archive, sides) if end.parties]
    cells = []
    for one, other in permutations(ends, 2):
        meeting = meet(archive, one, other, witnesses=False)
        way = meeting.history.a_to_b if meeting.a == one else meeting.history.b_to_a
        answer = f"{day(way.answer.act)}{after(way.answer)}" if way.answer else ""
        cells.append(Cell(one.label, other.label, way.addresses, way.replies, answer))
    return cells


def called(archive: Archive, sides: Sides) -> dict[str, str]:
    """What each account of the sides is called here; those that are not here say so."""
    accounts = [account for each in sides.sides.values() for account in each]
    found = {account: [party.label for party in archive.parties_named(account)] for account in accounts}
    return {account: ", ".join(labels) or "not in this archive" for account, labels in found.items()}


class Siding:
    """The command that opens the sides, with the account of the post under the cursor at hand."""

    def __init__(
        self, screen: Browser, archive: Archive, questions: Questions, entry: Callable[[], Entry | None]
    ) -> None:
        self._screen, self._archive, self._questions, self._entry = screen, archive, questions, entry

    def action_sides(self, count: int | None = None) -> None:
        entry = self._entry()
        numbers = [] if entry is None else [entry.author.account]
        if entry is not None and entry.addressee is not None:
            numbers.append(entry.addressee.account)
        self._questions.ask("entry", lambda: self._archive.parties(numbers), self.open)

    def open(self, parties: Sequence[Party]) -> None:
        """The sides, with these accounts to be added."""
        page = SidesPage(self._screen.look, self._screen.inks)
        page.candidates = [(written(party), party.label) for party in parties]
        self._screen.app.push_screen(SidesScreen(page, self._archive, self._questions))
