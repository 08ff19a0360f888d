"""The review mode: a queue, one key that decides and goes on, looking around, and the same place the next time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from textual.events import Key as KeyPressed

from rejoinder.app import review_lines
from rejoinder.app.commands import Command
from rejoinder.app.desk import name_of
from rejoinder.app.layout import Run
from rejoinder.app.questions import Questions
from rejoinder.app.review_queue import Ready
from rejoinder.app.screens import offering
from rejoinder.app.screens.coding import Coding, Verb
from rejoinder.app.screens.keyboard import Keyboard
from rejoinder.app.screens.offering import Offering
from rejoinder.app.screens.reading import Reader
from rejoinder.app.screens.searching import Searching
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.app.wrapping import cells, cut
from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import Archive, Key, Place
from rejoinder.errors import RejoinderError, ReviewError
from rejoinder.review import queues
from rejoinder.review.acts import Act, PostName
from rejoinder.review.codebook import LATER, YES

LOOKING = frozenset({"parent", "first_reply", "root", "next_in_conversation", "previous_in_conversation"})
"""Commands that lead out of the queue: the timeline is whole then, until one comes back."""
NOT_HERE = frozenset({"filter", "filter_author", "filter_pair", "filter_conversation", "filter_hashtag", "filter_day"})
"""Commands that would take the queue away."""
VALUE = "value:"
"""Begins the id of a command that gives a value: `value:verdict:include`."""


class Screen(offering.Screen, Protocol):
    """What reviewing is handed by its screen."""

    async def run_command(self, id: str, count: int | None = None) -> None: ...

    def post_message(self, message: KeyPressed) -> bool: ...


class Reviewing:
    """Offers a queue, works through it, and leaves it."""

    def __init__(
        self,
        screen: Screen,
        archive: Archive,
        questions: Questions,
        reader: Reader,
        searching: Searching,
        timeline: Timeline,
        work: Coding,
        keyboard: Keyboard,
        advances: bool,
    ) -> None:
        """`advances`: a decision leads to the next post by itself."""
        self._screen = screen
        self._archive = archive
        self._reader = reader
        self._searching = searching
        self._timeline = timeline
        self._coding = work
        self._desk = work.desk
        self._keyboard = keyboard
        self._advances = advances
        self.said = ""
        """What was done last, for the title."""
        self._ready: Ready | None = None
        self._posts: c.Condition = c.Everything()
        self._offering = Offering(screen, archive, questions, searching, self._desk, self.start)
        self._return: Key | None = None
        self._is_travelling = False
        self._early: list[KeyPressed] = []
        self._expected: PostName | None = None
        work.after = self._acted

    @property
    def on(self) -> bool:
        """Whether a review is going on."""
        return self._ready is not None

    def action_review(self, count: int | None = None) -> None:
        if self.on:
            self._screen.say("This is the review; q leaves it.")
            return
        self._coding.with_name(self._offering.survey)

    def takes(self, event: KeyPressed) -> bool:
        """Whether a key is for the line before the start, or comes while the next post is on its way."""
        if self._is_travelling and event.key != "ctrl+c":
            self._early.append(event)
        elif self._offering.is_open:
            self._offering.answer(event.key)
        else:
            return False
        event.stop()
        event.prevent_default()
        return True

    # Start and end

    def start(self, ready: Ready) -> None:
        """Begin, or go on. A new queue is frozen first: its file is there before its first post is shown."""
        desk = self._desk
        try:
            desk.review.begin()
            if ready.is_new:
                queues.write(desk.review.queue_path(ready.queue.head.name), ready.queue)
                desk.look_again()
            pen = desk.pen
        except RejoinderError as error:
            self._screen.fail(error)
            return
        self._ready, self._coding.selection.queue = ready, ready.queue.head.name
        self._posts = c.among(ready.keys)
        self._return, self.said, self._expected = None, "", ready.at
        pen.open = bool(desk.others)
        if desk.warnings:
            self._screen.fail(ReviewError(desk.warnings[0]))
        self._keyboard.enter(self._commands())
        first = ready.at if ready.at is not None else next(iter(ready.queue.posts), None)
        self._travel(self._key(first) if first is not None else None)
        if ready.at is None:
            self._screen.say("Everything here is decided; q leaves.")

    def action_leave_review(self, count: int | None = None) -> None:
        """Back from looking around; else out of the review."""
        if self._coding.selection.stop():
            return
        if self._return is not None:
            key, self._return = self._return, None
            self._travel(key)
            return
        self.keep_place()
        ready, self._ready, self._coding.selection.queue = self._ready, None, ""
        self._keyboard.leave()
        self._desk.look_again()
        entry = self._timeline.entry
        condition = self._searching.filter.query.condition
        self._reader.narrow(condition, entry.key if entry is not None else None, self._screen.tell)
        if ready is not None:
            done, posts = ready.progress.done, len(ready.queue)
            self._screen.say(f"{done:,} of {posts:,} decided. R goes on at this post.")

    def keep_place(self) -> None:
        """Remember the post that is looked at, where it is not the one that follows by itself."""
        entry = self._timeline.entry
        if self._ready is None or entry is None or self._return is not None:
            return
        name = name_of(entry)
        if name == self._expected or name not in self._ready.progress:
            return
        try:
            self._desk.pen.stand_at(self._ready.queue.head.name, name)
            self._expected = name
        except RejoinderError as error:
            self._screen.fail(error)

    # Deciding

    def press(self, id: str) -> None:
        """A key of the codebook."""
        _, name, value = id.split(":", 2)
        variable = self._desk.codebook.variable(name)
        if variable is not None and self._may_decide():
            self._coding.do(Verb(variable, value, toggles=variable.kind == "many"))

    def action_postpone(self, count: int | None = None) -> None:
        later = self._desk.codebook.variable(LATER)
        if later is not None and self._may_decide():
            self._coding.do(Verb(later, YES))

    def action_step_back(self, count: int | None = None) -> None:
        self._coding.action_undo()

    def _may_decide(self) -> bool:
        """Only the queue's own posts are decided on: another one is met by looking around."""
        entry, ready = self._screen.looked_at(), self._ready
        if (
            ready is None
            or (entry is not None and name_of(entry) in ready.progress)
            or self._coding.selection.is_selecting
        ):
            return ready is not None
        self._screen.say("This post is not in the queue; q comes back to the one that is.")
        return False

    def _acted(self, act: Act, words: str) -> None:
        """An act is durable: it is said, and shown in progress; on to the next, or to where it was taken back."""
        ready, verdict = self._ready, self._desk.codebook.verdict.name
        if ready is None:
            if act.kind == "code":
                self._screen.say(words)
            else:
                self._go_to(act, words)
            return
        self._screen.say(words)
        for change in act.changes:
            if change.post is None:
                continue
            if change.variable == verdict:
                at = act.time if act.kind == "code" and change.on else None
                ready.progress.decide(change.post, change.value if change.on else None, at)
            elif change.variable == LATER:
                ready.progress.postpone(change.post, change.on)
        first = act.changes[0] if act.changes else None
        if act.kind == "undo":
            self._go_to(act, words)
        elif self._advances and first is not None and first.variable in (verdict, LATER):
            self._advance(act.changes[-1].post if len(act.changes) > 2 else first.post)
        else:
            self._screen.tell()

    def _advance(self, post: PostName | None) -> None:
        ready = self._ready
        assert ready is not None
        following = ready.progress.after(post)
        while following is not None and not self._key(following):
            ready.progress.postpone(following)  # not in this archive: nothing is to be seen of it
            other = ready.progress.after(following)
            following = other if other is not None and self._key(other) else None
        self._expected = following
        if following is None:
            self._screen.tell()
            self._screen.say(f"All {len(ready.queue):,} posts are decided; q leaves, u takes the last one back.")
        else:
            self._return = None
            self._travel(self._key(following))

    def _go_to(self, act: Act, words: str) -> None:
        """To the post of an act, and there the words."""
        post = next((change.post for change in act.changes if change.post is not None), None)
        if post is not None and self._ready is not None and post in self._ready.progress:
            self._expected, self._return = post, None
            self._travel(self._key(post))
        elif post is not None and self._ready is None and not self._is_here(post):
            self._find(post, words)
        else:
            self._screen.tell()
            self._screen.say(words)

    def _is_here(self, post: PostName) -> bool:
        """Whether the cursor stands on this post."""
        entry = self._timeline.entry
        return entry is not None and name_of(entry) == post

    def _find(self, post: PostName, words: str) -> None:
        """To a post by its name, where the archive has it."""
        archive = self._archive

        def seek(condition: c.Condition) -> Place | None:
            key = archive.keys_of([post])[0]
            return archive.seek(condition, key=key) if key else None

        def arrived(found: bool) -> None:
            self._screen.say(words if found else f"{words}    The post is not in this archive.")

        self._reader.jump(seek, "near", arrived)

    def _key(self, post: PostName) -> Key:
        """The archive's key of a post of the queue, 0 where it is not here."""
        ready = self._ready
        number = ready.progress.number(post) if ready is not None else None
        return ready.keys[number - 1] if ready is not None and number is not None else 0

    def _travel(self, key: Key | None) -> None:
        """Show the queue with the cursor on a post; keys that come before it is there wait for it."""
        if key and self._reader.condition == self._posts and self._timeline.to_key(key):
            self._screen.tell()
            return
        self._is_travelling = True
        if self._reader.condition == self._posts and key:
            self._reader.to_key(key, "middle", lambda _: self._arrived())
        else:
            self._reader.narrow(self._posts, key or None, self._arrived)

    def _arrived(self) -> None:
        early, self._is_travelling, self._early = self._early, False, []
        self._screen.tell()
        for event in early:
            self._screen.post_message(KeyPressed(event.key, event.character))

    # Looking around

    def allows(self, id: str) -> bool:
        """Whether a command makes sense in a review; says why not."""
        if not self.on or id not in NOT_HERE:
            return True
        self._screen.say("In a review the queue stays as it is: / finds in it, q leaves it.")
        return False

    def look_around(self, id: str, count: int | None) -> bool:
        """Whether this command leads out of the queue; then the timeline is made whole first, and it runs after."""
        entry = self._timeline.entry
        if not self.on or id not in LOOKING or self._return is not None or entry is None:
            return False

        def arrived() -> None:
            self._arrived()
            self._screen.app.call_later(self._screen.run_command, id, count)

        self._return, self._is_travelling = entry.key, True
        self._reader.narrow(c.Everything(), entry.key, arrived)
        self._screen.say("Looking around: q comes back to the post.")
        return True

    def look_at(self, key: Key) -> bool:
        """Look at a post of the chain; False where no review is going on."""
        entry = self._timeline.entry
        if not self.on or entry is None:
            return False
        if self._return is None:
            self._return = entry.key
        self._is_travelling = True
        self._reader.narrow(c.Everything(), key, self._arrived)
        self._screen.say("Looking around: q comes back to the post.")
        return True

    # What is shown

    def title(self, width: int) -> tuple[Sequence[Run], Sequence[Run]]:
        """Both ends of the title."""
        ready, look = self._ready, self._screen.look
        assert ready is not None
        room = width - cells(self.said) - 1
        left = review_lines.title(ready.queue.head, ready.progress, time.time_ns() // 1_000_000, look, room)
        if self.said:
            if sum(cells(text) for text, _ in left) > room - 1:  # what was done comes before what is reviewed
                left = ((" ", ""), left[-1])
            free = width - sum(cells(text) for text, _ in left) - 2
            return left, ((cut(self.said, max(0, free), look.glyphs.more) + " ", "accent"),)
        return left, review_lines.whose(self._desk.review.path, self._desk.reviewer, self._desk.blind, look)

    def legend(self, width: int) -> Sequence[Run]:
        """The keys, and which of their values stand on the post under the cursor."""
        entry, desk, glyphs = self._timeline.entry, self._desk, self._screen.look.glyphs
        standing: list[tuple[str, str]] = []
        if entry is not None and desk.own is not None:
            standing = [(variable, value) for _, variable, value in desk.own.standing([name_of(entry)])]
        return review_lines.legend(review_lines.items(desk.codebook, desk.pinned(), standing, glyphs), width, glyphs)

    def _commands(self) -> tuple[Command, ...]:
        """The keys of this review: those of the codebook's values, and those of the mode itself."""
        codebook, keys = self._desk.codebook, self._screen.look.keys
        found = [
            Command(f"{VALUE}{variable.name}:{value.name}", (value.key,), value.name, "", "Review", "review")
            for variable, value in codebook.keyed()
            if variable is not codebook.tags or value.key not in "123456789"
        ]
        found += [command for command in keys.commands if command.scope == "review" and command.id != "decide"]
        return tuple(found)

    def pin(self, digit: str) -> None:
        """A digit: the tag that is pinned to it, on or off."""
        tags = self._desk.codebook.tags
        tag = dict(self._desk.pinned()).get(digit)
        if tags is None or tag is None:
            self._screen.say(f"No tag is pinned to {digit} yet; T sets one, and it takes the next free digit.")
        else:
            self.press(f"{VALUE}{tags.name}:{tag}")
