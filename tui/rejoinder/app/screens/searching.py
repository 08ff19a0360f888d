"""Find and filter: what is typed in the search line becomes what the timeline shows and marks, while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from rejoinder.app.questions import Questions
from rejoinder.app.screens.reading import Reader
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive import conditions as c
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.protocol import Archive, Count, Direction, Entry, Key, Place
from rejoinder.archive.query import Query, Term, parse
from rejoinder.archive.widening import Width, widened, wider
from rejoinder.errors import QueryError

Mode = Literal["find", "filter"]
NOTHING = Query(c.Everything())


class Search:
    """A search line that is in force, and what it means."""

    def __init__(self, text: str = "", query: Query = NOTHING) -> None:
        self.text = text
        self.query = query

    def __bool__(self) -> bool:
        return bool(self.text)


class Searching:
    """Keeps one filter and one find, and the post from which a search line was begun."""

    def __init__(
        self,
        archive: Archive,
        questions: Questions,
        reader: Reader,
        timeline: Timeline,
        say: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when another search is in force, or the number of its hits is known."""
        self.filter = Search()
        self.find = Search()
        self.found: Count | None = None
        """How many posts of the timeline the find hits."""
        self.width: Width = "matches"
        """What of the posts around its matches the filter shows."""
        self.latest: Mode = "find"
        """Which of the two was set last: the one that is taken back first."""
        self._hit: tuple[Key, int] | None = None
        self.last = 0
        """Time of the archive's last post (ms); dates such as -2w count back from it."""
        self._archive = archive
        self._questions = questions
        self._reader = reader
        self._timeline = timeline
        self._say = say
        self._changed = changed
        self._origin: Key | None = None
        self._stood: Key | None = None
        """The post under the cursor when a filter was last set or taken back: one that finds nothing leaves none."""
        self._before: tuple[Search, Search, Mode] = (self.filter, self.find, self.latest)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The words to be marked in the posts."""
        return (*self.filter.query.terms, *self.find.query.terms)

    def begin(self) -> None:
        """A search line is opened: from here it looks, and here it comes back to."""
        entry = self._timeline.entry
        self._origin = entry.key if entry else self._origin
        self._before = (self.filter, self.find, self.latest)

    def read(self, text: str, live: bool) -> Search:
        """What a line means; raises QueryError with the column of the culprit."""
        text = text.strip()
        if not text:
            return Search()
        return Search(text, parse(text, now=self.last, zone=self._timeline.look.zone.tz, live=live))

    def apply_filter(self, search: Search) -> None:
        """Show only what matches; the cursor stays on its post, or goes to the next that is left."""
        if search.query.condition == self.filter.query.condition and search.text == self.filter.text:
            return
        entry = self._timeline.entry
        self.filter, self.latest = search, "filter"
        self._stood = entry.key if entry else self._stood
        origin = self._origin if self._origin is not None else self._stood
        self.width = self.width if search else "matches"
        self._reader.narrow(self._shown, origin, self._narrowed, self.filter.query.order)
        self.found, self._hit = None, None
        self._count()
        self._changed()

    def _narrowed(self) -> None:
        """The filtered posts are there; a word about their order would not outlive the cursor's move before."""
        self._changed()
        if self._origin is None:
            self._tell_order()

    def _tell_order(self) -> None:
        order = self.filter.query.order
        if self._reader.too_many and order:
            self._say(f"{self._reader.too_many:,} posts are too many for order:{order}; they stay in that of time.")

    @property
    def _shown(self) -> c.Condition:
        """What the timeline shows: what the filter finds, and what stands around it."""
        return widened(self.filter.query.condition, self.width)

    def action_widen(self, count: int | None = None) -> None:
        self._widen(count or 1)

    def action_unwiden(self, count: int | None = None) -> None:
        self._widen(-(count or 1))

    def _widen(self, steps: int) -> None:
        """More or less around each match; the cursor stays on its post where that is still shown."""
        entry, width = self._timeline.entry, wider(self.width, steps)
        if not self.filter:
            self._say("Nothing is filtered: & filters, then + shows what stands around each match.")
        elif width == self.width:
            self._say("There is nothing wider." if steps > 0 else "Only the matches are shown.")
        else:
            self.width, self.found, self._hit = width, None, None
            self._reader.narrow(self._shown, entry.key if entry else None, self._narrowed, self.filter.query.order)
            self._count()
            self._changed()

    def apply_find(self, search: Search) -> None:
        """Mark what matches, and go to the first hit from where the search line was begun."""
        self.find, self.found, self.latest, self._hit = search, None, "find", None
        self._changed()
        if search:
            origin = self._origin  # as it is now: when the archive is asked, the line may be done
            self._go(
                lambda both: self._reader.view.seek(both, key=origin) if origin is not None else None,
                lambda found: self._number_hit() if found else None,
            )
            self._count()
        elif self._origin is not None:
            self._reader.to_key(self._origin)

    def leave(self) -> None:
        """The search line is given up: as before, and back to where it was begun."""
        filter_before, find_before, latest = self._before
        if self.filter.text != filter_before.text:
            self.apply_filter(filter_before)
        self.latest = latest
        if self.find.text != find_before.text:
            self.find, self.found, self._hit = find_before, None, None
            self._count()
            self._changed()
            if self._origin is not None:
                self._reader.to_key(self._origin)
        self._origin = None

    def settle(self, mode: Mode) -> None:
        """The search line is done: what was typed stays in force."""
        self._origin = None
        if mode == "find" and self.find.query.order:
            self._say("Only a filter has an order: & filters.")
        else:
            self._tell_order()

    def clear(self) -> bool:
        """Take back find or filter, what was set last; the cursor keeps its post. False where neither is in force."""
        if self.takes_back_find:
            self.find, self.found, self._hit = Search(), None, None
            self._changed()
            return True
        if self.filter:
            self.apply_filter(Search())
            return True
        return False

    @property
    def takes_back_find(self) -> bool:
        """Whether it is the find that `clear` takes back."""
        return bool(self.find) and (self.latest == "find" or not self.filter)

    def hit(self, entry: Entry | None) -> str:
        """`hit 3 of 86` for the post that n, N or Enter led to, once both numbers are known exactly."""
        if entry is None or self._hit is None or self._hit[0] != entry.key:
            return ""
        return f"hit {self._hit[1]:,} of {self.found.n:,}" if self.found is not None and self.found.exact else ""

    # Commands

    def action_next_hit(self, count: int | None = None) -> None:
        self._step("newer", count or 1, "No later hit.")

    def action_previous_hit(self, count: int | None = None) -> None:
        self._step("older", count or 1, "No earlier hit.")

    def action_filter_author(self, count: int | None = None) -> None:
        entry = self._timeline.entry
        if entry is not None and entry.author.account:
            self.narrow_to(print_condition(c.From(account(entry))))
        elif entry is not None:
            self._say("It is not known who wrote this post.")

    def action_filter_pair(self, count: int | None = None) -> None:
        """Only what two wrote to each other."""
        entry = self._timeline.entry
        other = addressed(entry) if entry is not None else ""
        if entry is not None and not entry.author.account:
            self._say("It is not known who wrote this post.")
        elif entry is not None and other:
            self.narrow_to(print_condition(c.Pair(account(entry), other)))
        elif entry is not None:
            self._say("This post is addressed to nobody whose name is known.")

    def action_filter_conversation(self, count: int | None = None) -> None:
        if (entry := self._timeline.entry) is not None:
            self.narrow_to(print_condition(c.Conversation(entry.post.id)))

    def action_filter_hashtag(self, count: int | None = None) -> None:
        entry = self._timeline.entry
        if entry is not None and entry.post.tags:
            self.narrow_to(f"#{entry.post.tags[0]}")
        else:
            self._say("This post has no hashtag.")

    def action_filter_day(self, count: int | None = None) -> None:
        entry = self._timeline.entry
        moment = self._timeline.look.zone.local(entry.post.time) if entry and entry.post.time is not None else None
        if moment is None:
            self._say("The day of this post is not known.")
        else:
            self.narrow_to(f"on:{moment:%Y-%m-%d}")

    def narrow_to(self, text: str) -> None:
        """A filter that a key made; it can be edited afterwards like a typed one."""
        try:
            search = self.read(text, live=False)
        except QueryError as error:
            self._say(error.message)
            return
        self.apply_filter(search)

    def narrow_at(self, text: str, key: Key) -> None:
        """A filter that a key made, with the cursor on this post."""
        before = self.filter.text
        self._origin = key
        self.narrow_to(text)
        self._origin = None
        if self.filter.text == before:
            self._reader.to_key(key)

    # The archive

    def _step(self, direction: Direction, count: int, nothing: str) -> None:
        entry = self._timeline.entry
        if not (self.find or self.filter):
            self._say("Nothing is searched for: / finds, & filters.")
        elif not self.find:
            self._timeline.move(count if direction == "newer" else -count)
        elif entry is not None:
            self._go(
                lambda both: self._beside(both, entry, direction, count),
                lambda found: self._number_hit() if found else self._say(nothing),
            )

    def _beside(self, both: c.Condition, entry: Entry, direction: Direction, count: int) -> Place | None:
        found = self._reader.view.page(both, entry.place, direction, count)
        return None if not found else found[-1 if direction == "newer" else 0].place

    def _go(self, seek: Callable[[c.Condition], Place | None], arrived: Callable[[bool], None]) -> None:
        """Go to a place among the posts that meet both filter and find."""
        find = self.find.query.condition
        self._reader.jump(lambda condition: seek(c.all_of((condition, find))), "near", arrived)

    def _number_hit(self) -> None:
        """Ask which of the hits the post under the cursor is."""
        entry, both = self._timeline.entry, c.all_of((self._shown, self.find.query.condition))
        if entry is None or not self.find:
            return

        def take(before: Count) -> None:
            self._hit = (entry.key, before.n + 1) if before.exact else None
            self._changed()

        self._questions.ask("hit", lambda: self._reader.view.rank(both, entry.place), take)

    def _count(self) -> None:
        if not self.find:
            return
        search, both = self.find, c.all_of((self._shown, self.find.query.condition))

        def take(count: Count) -> None:
            if self.find is search:
                self.found = count
                self._changed()

        self._questions.ask("found", lambda: self._archive.count(both), take)


def account(entry: Entry) -> str:
    """What `from:` takes for the author of a post."""
    return entry.author.handle or entry.author.id


def addressed(entry: Entry) -> str:
    """Whom a post replies to, else quotes or reposts, else names; empty where nobody is known."""
    post = entry.post
    for face in (entry.addressee, entry.original.author if entry.original else None):
        if face is not None and face.account:
            return face.handle or face.id
    for ref in (post.reply_author, post.quote_author, post.repost_author, *post.mentions):
        if ref is not None and (ref.handle or ref.id):
            return ref.handle or ref.id or ""
    return ""
