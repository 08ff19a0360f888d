"""Going from a post to another one that belongs to it, to a date or a share of the whole, and back again."""

from __future__ import annotations

from collections.abc import Callable

from rejoinder.app.screens.reading import Reader
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import Archive, Direction, Entry, Key, Place

Say = Callable[[str], None]
MOST = 100
"""Jumps remembered."""
YEAR = 1_000 * 60 * 60 * 24 * 366


class Jumping:
    """The commands that move the timeline by what the archive knows; each remembers where it began."""

    def __init__(self, archive: Archive, reader: Reader, timeline: Timeline, say: Say) -> None:
        self._archive = archive
        self._reader = reader
        self._timeline = timeline
        self._say = say
        self._back: list[Key] = []
        self._forward: list[Key] = []

    def remember(self) -> None:
        """The present post begins a jump."""
        entry = self._timeline.entry
        if entry is not None and self._back[-1:] != [entry.key]:
            self._back = [*self._back, entry.key][-MOST:]
            self._forward.clear()

    def to_key(self, key: Key) -> None:
        """Jump to a post."""
        self.remember()
        self._reader.to_key(key)

    def to_time(self, ms: int) -> None:
        """Jump to the first post at or after a time."""
        self._jump(lambda condition: self._reader.view.seek(condition, time=ms))

    def to_fraction(self, fraction: float) -> None:
        """Jump to a share of the timeline, 0 the oldest, 1 the newest."""
        self._jump(lambda condition: self._reader.view.seek(condition, fraction=fraction))

    def to_id(self, id: str) -> None:
        """Jump to a post by its platform's id, `platform:id` or its address on the web."""

        def seek(condition: c.Condition) -> Place | None:
            keys = self._archive.find(id)
            return self._reader.view.seek(condition, key=keys[0]) if keys else None

        self._jump(seek, f"There is no post {id} in this archive.")

    def action_jump_back(self, count: int | None = None) -> None:
        self._return(self._back, self._forward, count or 1, "No earlier place to go back to.")

    def action_jump_forward(self, count: int | None = None) -> None:
        self._return(self._forward, self._back, count or 1, "No later place to go forward to.")

    def action_goto_percent(self, count: int | None = None) -> None:
        self.to_fraction(min(100, count or 0) / 100)

    def action_parent(self, count: int | None = None) -> None:
        entry = self._timeline.entry
        if entry is None:
            return
        if entry.parent is None:
            self._say(
                "This post answers no other." if not entry.post.reply_author else "Which post it answers is not known."
            )
        elif entry.parent < 0:
            self._say(f"The post that this one answers ({entry.post.reply_to}) is not in this archive.")
        else:
            self.to_key(entry.parent)

    def action_first_reply(self, count: int | None = None) -> None:
        if (entry := self._timeline.entry) is not None:
            self._jump(
                lambda condition: self._place_of(condition, self._first_reply(entry)), "No reply to it is here.", "near"
            )

    def action_root(self, count: int | None = None) -> None:
        if (entry := self._timeline.entry) is not None:
            self._jump(lambda condition: self._place_of(condition, self._root(entry)), "", "near")

    def action_next_by_author(self, count: int | None = None) -> None:
        self._beside("newer", count, self._by_author, "No later post by the same author.")

    def action_previous_by_author(self, count: int | None = None) -> None:
        self._beside("older", count, self._by_author, "No earlier post by the same author.")

    def action_next_in_conversation(self, count: int | None = None) -> None:
        self._beside("newer", count, self._in_conversation, "No later post in this conversation.")

    def action_previous_in_conversation(self, count: int | None = None) -> None:
        self._beside("older", count, self._in_conversation, "No earlier post in this conversation.")

    def action_next_conversation(self, count: int | None = None) -> None:
        self._beside("newer", count, self._conversations, "No later post begins a conversation.")

    def action_previous_conversation(self, count: int | None = None) -> None:
        self._beside("older", count, self._conversations, "No earlier post begins a conversation.")

    def action_next_marked(self, count: int | None = None) -> None:
        self._beside("newer", count, self._marked, "No later post is marked.")

    def action_previous_marked(self, count: int | None = None) -> None:
        self._beside("older", count, self._marked, "No earlier post is marked.")

    def action_next_noted(self, count: int | None = None) -> None:
        self._beside("newer", count, self._noted, "No later post has a note.")

    def action_previous_noted(self, count: int | None = None) -> None:
        self._beside("older", count, self._noted, "No earlier post has a note.")

    def action_next_undecided(self, count: int | None = None) -> None:
        self._beside("newer", count, self._undecided, "Every later post has a verdict.")

    def action_previous_undecided(self, count: int | None = None) -> None:
        self._beside("older", count, self._undecided, "Every earlier post has a verdict.")

    def action_next_contact(self, count: int | None = None) -> None:
        self._beside("newer", count, self._contacts, "No later post is a first reply or an answer.")

    def action_previous_contact(self, count: int | None = None) -> None:
        self._beside("older", count, self._contacts, "No earlier post is a first reply or an answer.")

    def action_next_year(self, count: int | None = None) -> None:
        self._year(1)

    def action_previous_year(self, count: int | None = None) -> None:
        self._year(-1)

    def _jump(self, seek: Callable[[c.Condition], Place | None], missing: str = "", align: str = "middle") -> None:
        """Remember, go, and say so where there is nothing to go to."""
        origin = self._timeline.entry

        def arrived(found: bool) -> None:
            if not found:
                self._say(missing or "There is nothing to go to.")
            elif origin is not None and self._timeline.entry is not None and origin.key != self._timeline.entry.key:
                self._back = [*self._back, origin.key][-MOST:]
                self._forward.clear()

        self._reader.jump(seek, "near" if align == "near" else "middle", arrived)

    def _return(self, path: list[Key], other: list[Key], count: int, nothing: str) -> None:
        entry = self._timeline.entry
        if not path:
            self._say(nothing)
        elif entry is not None:
            here = entry.key
            for _ in range(min(count, len(path))):
                other.append(here)
                here = path.pop()
            self._reader.to_key(here)

    def _beside(
        self, direction: Direction, count: int | None, meaning: Callable[[Entry], c.Condition], nothing: str
    ) -> None:
        """The next post that meets the timeline's condition and one more."""
        entry = self._timeline.entry
        if entry is None:
            return

        def seek(condition: c.Condition) -> Place | None:
            both = c.all_of((condition, meaning(entry)))
            found = self._reader.view.page(both, entry.place, direction, count or 1)
            return None if not found else found[-1 if direction == "newer" else 0].place

        self._jump(seek, nothing, "near")

    def _place_of(self, condition: c.Condition, key: Key | None) -> Place | None:
        return self._reader.view.seek(condition, key=key) if key is not None else None

    def _first_reply(self, entry: Entry) -> Key | None:
        return next(iter(self._archive.replies(entry.key)), None)

    def _root(self, entry: Entry) -> Key | None:
        return next((key for key in self._archive.ancestors(entry.key) if key > 0), None)

    def _by_author(self, entry: Entry) -> c.Condition:
        return c.From(entry.author.handle or entry.author.id)

    def _in_conversation(self, entry: Entry) -> c.Condition:
        return c.Conversation(entry.post.id)

    def _marked(self, _entry: Entry) -> c.Condition:
        return c.Coded("marked", "yes")

    def _noted(self, _entry: Entry) -> c.Condition:
        return c.Coded("note", "any")

    def _undecided(self, _entry: Entry) -> c.Condition:
        return c.Coded("verdict", "none")

    def _conversations(self, _entry: Entry) -> c.Condition:
        return c.all_of((c.Is("root"), c.Has("replies")))

    def _contacts(self, _entry: Entry) -> c.Condition:
        return c.Any((c.First("reply"), c.First("answer")))

    def _year(self, step: int) -> None:
        """The first post of the next year, or of this one, or of the one before."""
        entry = self._timeline.entry
        moment = self._timeline.look.zone.local(entry.place.time) if entry is not None else None
        if entry is None or moment is None:
            return
        begins = moment.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        if step > 0 or entry.place.time == int(begins.timestamp() * 1000):
            begins = begins.replace(year=begins.year + step)
        self.to_time(int(begins.timestamp() * 1000))
