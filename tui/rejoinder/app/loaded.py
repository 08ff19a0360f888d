"""The posts that a timeline has in hand: a window on the archive that grows and is cut at both ends."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.app.moments import Zone, day_key
from rejoinder.archive.protocol import Direction, Entry, Key, Place

Day = tuple[str, int]
MOST = 1_000
"""Posts kept in hand; about 2 MB. Beyond that the far end is let go."""


class Loaded:
    """A run of posts without a gap, oldest first, and what is known of its ends."""

    def __init__(self, entries: Sequence[Entry], zone: Zone, first: bool = True, last: bool = True) -> None:
        self.zone = zone
        self.entries = list(entries)
        self.days: list[Day] = [day_key(entry.post, zone) for entry in entries]
        self.first = first
        """Nothing older meets the condition."""
        self.last = last
        """Nothing newer meets it."""
        self.rank: int | None = None
        """How many matching posts stand before the first of these; None until it is known."""

    def __len__(self) -> int:
        return len(self.entries)

    def row(self, key: Key) -> int | None:
        """Where a post stands among these."""
        return next((row for row, entry in enumerate(self.entries) if entry.key == key), None)

    def reached(self, direction: Direction) -> bool:
        """Whether the archive has nothing more that way."""
        return self.first if direction == "older" else self.last

    def end(self, direction: Direction) -> Place | None:
        """The place of the post at that end."""
        if not self.entries:
            return None
        return self.entries[0 if direction == "older" else -1].place

    def begins_day(self, row: int) -> bool:
        """Whether a heading with the day stands above this post."""
        return self.days[row] != self.days[row - 1] if row else self.first

    def rank_of(self, row: int) -> int | None:
        """How many matching posts stand before this one."""
        return None if self.rank is None else self.rank + row

    def extend(self, direction: Direction, entries: Sequence[Entry], reached: bool) -> int:
        """Add posts at one end; the rows of those in hand grow by the number returned."""
        days = [day_key(entry.post, self.zone) for entry in entries]
        if direction == "newer":
            self.entries += entries
            self.days += days
            self.last = reached
            return 0
        self.entries[:0] = entries
        self.days[:0] = days
        self.first = reached
        if self.rank is not None:
            self.rank -= len(entries)
        return len(entries)

    def cut(self, around: int) -> int:
        """Let the end go that is further from this row, if too many are in hand; rows shrink by the number returned."""
        excess = len(self.entries) - MOST
        if excess <= 0:
            return 0
        if around > len(self.entries) // 2:
            gone = min(excess, around - MOST // 4)
            del self.entries[:gone], self.days[:gone]
            self.first = False
            if self.rank is not None:
                self.rank += gone
            return gone
        kept = max(MOST, around + MOST // 4)
        del self.entries[kept:], self.days[kept:]
        self.last = False
        return 0
