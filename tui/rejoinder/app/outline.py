"""A cursor, folds and a window over the rows of a tree, without any screen: what the reply-chain pane moves."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.app.tree import Row, plant, rows
from rejoinder.archive.protocol import Key, Node


class Outline:
    """The rows of one conversation in a window of `height` lines; the cursor is always on a row and in the window."""

    def __init__(self, nodes: Sequence[Node] = (), tail: int = 0) -> None:
        self.tree = plant(nodes)
        self.rows: list[Row] = []
        self.top = 0
        """The first row in the window."""
        self.place = 0
        """The cursor's row."""
        self.tail = tail
        """Lines that stand after the last row."""
        self._height = 1_000_000  # until the first height is known: then the window begins with the first row
        self._folded: set[Key] = set()
        self._places: dict[Key, int] = {}
        self._lay(None)

    @property
    def cursor(self) -> Key | None:
        """The post or ghost under the cursor; None only where there is no row at all."""
        return self.rows[self.place].key if self.rows else None

    @property
    def height(self) -> int:
        """Lines of the window, at least one."""
        return self._height

    @height.setter
    def height(self, lines: int) -> None:
        self._height = max(1, lines)
        self.goto(self.place)

    @property
    def seen(self) -> list[Row]:
        """The rows in the window."""
        return self.rows[self.top : self.top + self.height]

    # Motions

    def goto(self, place: int) -> None:
        """The cursor to a row, and the window after it: no blank line below while there are rows above."""
        self.place = max(0, min(place, len(self.rows) - 1))
        below = self.place + 1 + (self.tail if self.place == len(self.rows) - 1 else 0)
        lowest = max(0, len(self.rows) + self.tail - self.height)
        self.top = max(0, min(max(below - self.height, min(self.top, lowest)), self.place))

    def move(self, count: int) -> None:
        self.goto(self.place + count)

    def page(self, lines: int) -> None:
        """Window and cursor together."""
        self.top = max(0, self.top + lines)
        self.move(lines)

    def scroll(self, lines: int) -> None:
        """The window alone; the cursor only follows where it would leave it."""
        self.top = max(0, min(self.top + lines, len(self.rows) + self.tail - self.height))
        self.goto(max(self.top, min(self.place, self.top + self.height - 1)))

    def align(self, line: int) -> None:
        """The cursor's row to this line of the window, as far as the ends allow."""
        self.top = self.place - min(line, self.height - 1)
        self.goto(self.place)

    def to(self, key: Key) -> None:
        """To a post of the conversation, opening the folds above it."""
        self.reveal(key)
        self.goto(self._places[key])

    def to_parent(self, count: int = 1) -> None:
        above = list(self.tree.ancestors(self.cursor)) if self.cursor is not None else []
        if above:
            self.to(above[min(count, len(above)) - 1])

    def to_reply(self, count: int = 1) -> None:
        """To the first reply, and on to the first reply to that."""
        for _ in range(min(count, len(self.tree.nodes))):
            if self.cursor is None or not (below := self.tree.replies.get(self.cursor)):
                return
            self.to(below[0])

    def to_root(self) -> None:
        self.to_parent(len(self.tree.nodes))

    def to_sibling(self, step: int) -> None:
        """Along the replies to the same post, not beyond the first and the last."""
        if self.cursor is not None:
            beside = self.tree.siblings(self.cursor)
            self.to(beside[max(0, min(beside.index(self.cursor) + step, len(beside) - 1))])

    # Folds

    def is_folded(self, key: Key | None) -> bool:
        return key in self._folded

    def is_open(self, key: Key | None) -> bool:
        """Whether replies are shown below it."""
        return key in self.tree.replies and key not in self._folded

    def fold(self) -> None:
        """Fold the replies away; where none are shown, those of the parent, as vim does."""
        if self.cursor is None:
            return
        key = self.cursor if self.is_open(self.cursor) else self.tree.parents.get(self.cursor)
        if key is not None:
            self._folded.add(key)
            self._lay(key)

    def unfold(self) -> None:
        if self.cursor in self._folded:
            self._folded.discard(self.cursor)
            self._lay(self.cursor)

    def fold_all(self) -> None:
        """Every branch becomes one row; what stands on the first rail stays."""
        self._folded = {row.key for row in rows(self.tree) if row.branch and row.key in self.tree.replies}
        self._lay(self.cursor)

    def unfold_all(self) -> None:
        self._folded.clear()
        self._lay(self.cursor)

    def reveal(self, key: Key) -> None:
        """Open every fold above a post; the cursor stays where it is."""
        if closed := self._folded.intersection(self.tree.ancestors(key)):
            self._folded -= closed
            self._lay(self.cursor)

    def _lay(self, key: Key | None) -> None:
        """The rows anew, the cursor on this post or, where a fold hides it, on the post that hides it."""
        self.rows = rows(self.tree, self._folded)
        self._places = {row.key: place for place, row in enumerate(self.rows)}
        if key is not None:
            self.goto(next(self._places[each] for each in (key, *self.tree.ancestors(key)) if each in self._places))
