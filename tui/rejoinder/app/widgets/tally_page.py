"""Tallies: the posts in force counted by month, account, hashtag …, a row a value with a bar; Enter filters by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from rejoinder.app.commands import Place
from rejoinder.app.layout import Line, Look
from rejoinder.app.moments import LONG_MONTHS
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.list_page import ListPage
from rejoinder.app.widgets.page import ESC, STEPS
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.archive.tally import BY, SAID, By, Tallied

MOST = 1_000
"""Rows asked for: more than anybody reads, and the command line gives all."""
LONGEST = 64
"""Cells of the longest bar."""
TITLES: dict[By, str] = {"language": "language", "domain": "site"}
NONE: dict[By, str] = {
    "month": "no time", "account": "no account", "tag": "no hashtag", "language": "no language", "source": "no source",
    "domain": "no link", "hour": "no time of day", "platform": "no platform",
    "verdict": "no verdict", "code": "no tag of a reviewer", "reviewer": "nothing said",
}  # fmt: skip


class TallyPage(ListPage):
    """Rows of a tally with a cursor; other tallies of the same posts beside it."""

    DEFAULT_CSS = "TallyPage { width: 1fr; height: 1fr; }"
    MEASURE = 140
    PLACE: Place = "tallies"
    HINTS = (("previous_tally next_tally", "other tally"), ("filter_row", "filters"), STEPS, ESC)

    @dataclass
    class Needed(Message):
        """Wish: count the posts in another way. Answer with `take`."""

        by: By

    @dataclass
    class Chosen(Message):
        """Wish: only the posts of this row."""

        row: Tallied

    def __init__(
        self, look: Look, inks: Inks, by: By, what: str, has_codes: bool = False, *, id: str | None = None
    ) -> None:
        """`what` says which posts are counted."""
        super().__init__(look, inks, "Tallies", id=id)
        self._what = what
        self.by: By = by
        self._every = (*BY, *SAID) if has_codes else BY
        self._rows: Sequence[Tallied] | None = None
        self._retitle()

    def on_mount(self) -> None:
        self.post_message(self.Needed(self.by))

    def take(self, by: By, rows: Sequence[Tallied]) -> None:
        """The rows of a tally; nothing if another has been asked for since."""
        if by == self.by:
            self._rows = rows
            self._cursor = 0
            self.renew(top=True)

    @property
    def row(self) -> Tallied | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    def lay(self, width: int) -> list[Line]:
        if self._rows is None:
            return [((f"counting {self.look.glyphs.more}", "dim"),)]
        if not self._rows:
            return [(), (("There is nothing to count: no post is here.", ""),)]
        names = [self._words(row) for row in self._rows]
        name_width = min(max(cells(name) for name in names), max(12, width // 3))
        most, total = max(row.n for row in self._rows), sum(row.n for row in self._rows)
        number_width = len(f"{most:,}")
        room = min(LONGEST, width - name_width - number_width - 12)
        lines: list[Line] = [(("  " + cut(self._what, width - 2, self.look.glyphs.more), "dim"),), ()]
        for place, (row, name) in enumerate(zip(self._rows, names, strict=True)):
            shown = cut(name, name_width, self.look.glyphs.more)
            here = place == self._cursor
            lines.append(
                (
                    ((self.look.glyphs.bar if here else " ") + " ", "strong"),
                    (shown + " " * (name_width - cells(shown) + 2), "strong" if here else "" if row.label else "dim"),
                    (f"{row.n:>{number_width},}", ""),
                    (f"{100 * row.n / max(1, total):4.0f} %  " if self._parts else "  ", "dim"),
                    (self._bar(row.n, most, room), "strong" if here else "dim"),
                )
            )
        return lines

    @property
    def _parts(self) -> bool:
        """Whether every post is in one row, so that shares add up to a whole."""
        return self.by not in ("tag", "domain", "source", *SAID)

    def _words(self, row: Tallied) -> str:
        if not row.label:
            return NONE[self.by]
        if self.by == "month" and len(row.label) == 7:
            year, month = row.label.split("-")
            return f"{LONG_MONTHS[int(month) - 1]} {year}"
        if self.by == "hour":
            return f"{row.label}:00"
        sign = {"account": "@", "tag": "#"}.get(self.by, "")
        return sign + safe(row.label)

    def _bar(self, n: int, most: int, room: int) -> str:
        """A bar of full cells and one part of a cell; whatever is counted is to be seen."""
        parts = self.look.glyphs.parts
        eighths = max(1, round(max(0, room) * len(parts) * n / max(1, most))) if n else 0
        whole, rest = divmod(eighths, len(parts))
        return parts[-1] * whole + (parts[rest - 1] if rest else "")

    def _retitle(self) -> None:
        names = [f"[{_title(by)}]" if by == self.by else _title(by) for by in self._every]
        self.title = f"By {' '.join(names)}"

    def _other(self, step: int) -> None:
        self.by = self._every[(self._every.index(self.by) + step) % len(self._every)]
        self._rows = None
        self._retitle()
        self.renew(top=True)
        self.post_message(self.Needed(self.by))

    # Keys

    def action_next_tally(self, count: int | None = None) -> None:
        self._other(count or 1)

    def action_previous_tally(self, count: int | None = None) -> None:
        self._other(-(count or 1))

    def action_filter_row(self, count: int | None = None) -> None:
        if (row := self.row) is not None:
            self.post_message(self.Chosen(row))

    @property
    def _row_count(self) -> int:
        return len(self._rows or ())

    def _lines_of(self, row: int) -> tuple[int, int]:
        return row + 2, 1


def _title(by: By) -> str:
    return TITLES.get(by, by)
