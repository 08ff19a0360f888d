"""The sides: groups of accounts with a cursor over them, and the matrix of what they did to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rejoinder.app.commands import Place
from rejoinder.app.layout import Line, Look
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.list_page import ListPage
from rejoinder.app.widgets.page import ESC
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.contacts.sides import Sides


class Cell(msgspec.Struct, frozen=True):
    """What one side did to another."""

    source: str
    target: str
    addresses: int
    replies: int
    first_answer: str
    """Day of its first answer to the other, and after how many addresses; empty where there is none."""


class SidesPage(ListPage):
    """Sides and their accounts as rows; the matrix follows when it is counted."""

    DEFAULT_CSS = "SidesPage { width: 1fr; height: 1fr; }"
    PLACE: Place = "sides"
    HINTS = (
        ("add_to_side", "adds the account"), ("new_side", "new side"), ("take_from_side", "takes away"),
        ("other_account", "other account"), ESC,
    )  # fmt: skip

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(look, inks, "Sides", id=id)
        self.sides = Sides()
        self.candidates: Sequence[tuple[str, str]] = ()
        """(account as the file writes it, what it is called) of whoever can be added."""
        self.at = 0
        """Which of them."""
        self.typed: str | None = None
        """The name of a new side, while it is typed."""
        self._cells: Sequence[Cell] | None = None
        self._names: Mapping[str, str] = {}

    def take(self, sides: Sides) -> None:
        """Other sides; their matrix is not known yet."""
        self.sides, self._cells = sides, None
        self._cursor = min(self._cursor, max(0, len(self._rows) - 1))
        self.renew()

    def count(self, counted: Sequence[Cell], names: Mapping[str, str]) -> None:
        """The matrix, and what the accounts are called."""
        self._cells, self._names = counted, names
        self.renew()

    @property
    def candidate(self) -> tuple[str, str] | None:
        """Who would be added."""
        return self.candidates[self.at] if self.candidates else None

    @property
    def _rows(self) -> list[tuple[str, str | None]]:
        """(side, account or None for the side itself)."""
        sides = self.sides.sides.items()
        return [(name, account) for name, accounts in sides for account in (None, *accounts)]

    @property
    def row(self) -> tuple[str, str | None] | None:
        """The side, and the account, under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    def lay(self, width: int) -> list[Line]:
        more = self.look.glyphs.more
        lines: list[Line] = [((cut(self._who(), width, more), "dim"),), ()]
        if self.typed is not None:
            lines += [(("  name of the new side: ", ""), (f"{self.typed}_", "accent")), ()]
        if not self._rows:
            lines += [(("No sides yet. n names one and puts the account into it.", ""),)]
        self._first = len(lines)
        for place, (side, account) in enumerate(self._rows):
            bar = self.look.glyphs.bar if place == self._cursor else " "
            known = self._names.get(account or "", "")
            words = safe(side) if account is None else f"   {safe(account)}  {safe(known)}"
            lines.append(((f"{bar} ", "strong"), (cut(words, width - 2, more), "name" if account is None else "")))
        return [*lines, (), *self._matrix(width)]

    def _who(self) -> str:
        if self.candidate is None:
            return "The account of the post under the cursor can be added here."
        account, name = self.candidate
        side = self.sides.of(account)
        return f"{safe(name)} ({safe(account)})" + (f" stands on the side {safe(side)}" if side else " is on no side")

    def _matrix(self, width: int) -> list[Line]:
        if self._cells is None:
            return [((f"counting {self.look.glyphs.more}", "dim"),)] if len(self.sides.sides) > 1 else []
        if not self._cells:
            return []
        names = [f"{safe(cell.source)} {self.look.glyphs.onward} {safe(cell.target)}" for cell in self._cells]
        room = min(max(map(cells, names)), max(16, width - 50))
        head = f"  {'':<{room}}  {'addresses':>9}  {'replies':>7}  first answer"
        lines: list[Line] = [((cut(head, width, self.look.glyphs.more), "dim"),)]
        for name, cell in zip(names, self._cells, strict=True):
            shown = cut(name, room, self.look.glyphs.more)
            figures = f"  {cell.addresses:>9,}  {cell.replies:>7,}  {cell.first_answer or 'none in this archive'}"
            lines.append((("  " + shown + " " * (room - cells(shown)), ""), (figures, "")))
        return lines

    _first = 2

    @property
    def _row_count(self) -> int:
        return len(self._rows)

    def _lines_of(self, row: int) -> tuple[int, int]:
        return self._first + row, 1
