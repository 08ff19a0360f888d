"""What contacts mean, by looking at every post: slow, readable, and the judge of the import, the archive and the wing.

It shares with them the records and the facts of `tests/oracle.py` (who is whose parent, which name is which account).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from rejoinder.archive.text import fold_handle
from rejoinder.records import Like, Post, Ref
from tests.oracle import Person, Town, is_reply, is_repost

Kind = str
ADDRESSES = ("reply", "quote", "mention")
YEAR = 365 * 86_400_000


class Did(NamedTuple):
    """One account did something to another in a post."""

    who: Person
    whom: Person
    kind: Kind
    post: Post


class Met(NamedTuple):
    """An answer: the post, how many posts had addressed its author before, and since which."""

    post: Post
    unanswered: int
    since: Post

    @property
    def waited(self) -> int | None:
        """Seconds."""
        if self.post.time is None or self.since.time is None:
            return None
        return (self.post.time - self.since.time) // 1000


class Contacts:
    """All that can be said of who addressed whom in a town."""

    def __init__(self, town: Town, likes: Sequence[Like] = ()) -> None:
        self.town = town
        town.named_beside += [(like.platform, like.account) for like in likes]
        self.did = sorted(
            {each for each in self._all(likes) if each.who != each.whom}, key=lambda d: self.place(d.post)
        )

    def _all(self, likes: Sequence[Like]) -> Iterator[Did]:
        town = self.town
        for post in town.posts.values():
            author = town.author(post)
            for kind, person in self._to(post):
                if author is not None and person is not None:
                    yield Did(author, person, kind, post)
        for like in likes:
            post = town.posts.get((like.platform, like.post))
            liker, author = town.person(like.platform, like.account), post and town.author(post)
            if post is not None and liker is not None and author is not None:
                yield Did(liker, author, "like", post)

    def _to(self, post: Post) -> Iterator[tuple[Kind, Person | None]]:
        town = self.town
        if is_repost(post):
            yield "repost", self._theirs(post, post.repost, post.repost_author)
            return
        if is_reply(post):
            yield "reply", town.target(post)
        if post.quote is not None or post.quote_author is not None:
            yield "quote", self._theirs(post, post.quote, post.quote_author)
        for person in town.named(post):
            if not is_reply(post) or person != town.target(post):
                yield "mention", person
        if found := re.match(r"RT @(\w+)(?:[:\s]|$)", post.text):
            handle = found.group(1)
            named = [m for m in post.mentions if m.handle and fold_handle(m.handle) == fold_handle(handle)]
            yield "repost", town.person(post.platform, Ref(named[0].id if named else None, handle))

    def _theirs(self, post: Post, id: str | None, told: Ref | None) -> Person | None:
        """Whose post is quoted or reposted: as it is here, else as the post says."""
        other = self.town.posts.get((post.platform, id or ""))
        if other is not None:
            return self.town.author(other)
        return self.town.person(post.platform, told) if told is not None else None

    def place(self, post: Post) -> tuple[bool, int]:
        """Where a post stands among others: those without a time come last."""
        return post.time is None, self.town.key(post)

    # Between two

    def posts(self, who: Person, whom: Person, *kinds: Kind) -> list[Post]:
        """The posts in which the one did such a thing to the other, each once, in order."""
        names = {each.post.id: each.post for each in self.did if each[:2] == (who, whom) and each.kind in kinds}
        return sorted(names.values(), key=self.place)

    def answer(self, who: Person, whom: Person) -> Met | None:
        """The first reply of `who` to `whom` at or after the first address by `whom` (or linked to one dated later)."""
        addresses = self.posts(whom, who, *ADDRESSES)
        for reply in self.posts(who, whom, "reply"):
            before = [post for post in addresses if self.place(post) < self.place(reply)]
            parent = self.town.up(reply)
            if parent is not None and parent in addresses and parent not in before:
                before.append(parent)
            if before:
                return Met(reply, len(before), addresses[0])
        return None

    def resumed(self, who: Person, whom: Person) -> list[Post]:
        """Replies after a year without one."""
        replies = [post for post in self.posts(who, whom, "reply") if post.time is not None]
        return [b for a, b in pairwise(replies) if (b.time or 0) - (a.time or 0) >= YEAR]

    def path(self, post: Post) -> list[Post]:
        """The exchange that this reply ends, its first post first; the post alone where it is in none."""
        line, at = [post], self._replied(post)
        while at is not None:
            parent = self.town.up(line[0])
            if parent is None:
                break
            line.insert(0, parent)
            above = self._replied(parent)
            at = above if above is not None and above[:2] == at[1::-1] else None
        return line

    def _replied(self, post: Post) -> Did | None:
        """The reply that a post is, of one account to another."""
        return next((each for each in self.did if each.kind == "reply" and each.post is post), None)

    def turns(self, one: Person, other: Person) -> int:
        """Posts of the longest exchange between two."""
        paths = (self.path(each.post) for each in self.did if each.kind == "reply" and set(each[:2]) == {one, other})
        return max((len(path) for path in paths if len(path) > 1), default=0)

    def through(self, post: Post) -> int | None:
        """Posts of the longest exchange that this post is part of."""
        paths = map(self.path, self.town.posts.values())
        return max((len(path) for path in paths if len(path) > 1 and post in path), default=None)

    @cached_property
    def first_replies(self) -> list[Post]:
        """The first reply of every account to every other."""
        ways = {each[:2] for each in self.did if each.kind == "reply"}
        return [self.posts(*way, "reply")[0] for way in ways]

    @cached_property
    def _answers(self) -> list[Met]:
        ways = {each[:2] for each in self.did if each.kind == "reply"}
        return [answer for way in ways if (answer := self.answer(*way)) is not None]

    @property
    def answers(self) -> list[Post]:
        """The posts that are an answer."""
        return [answer.post for answer in self._answers]

    def unanswered(self, post: Post) -> int | None:
        """Of an answer: how many posts had addressed its author before."""
        return max((answer.unanswered for answer in self._answers if answer.post is post), default=None)

    def pairs(self) -> set[frozenset[Person]]:
        """All pairs of which one addressed the other."""
        return {frozenset(each[:2]) for each in self.did if each.kind in ADDRESSES}

    def habit(self, person: Person) -> tuple[int, int]:
        """(posts that addressed an account, how many of these it replied to)."""
        got = {each.post.id: each.post for each in self.did if each.whom == person and each.kind in ADDRESSES}
        replies = [each.post for each in self.did if each.who == person and each.kind == "reply"]
        return len(got), sum(any(self.town.up(reply) is post for reply in replies) for post in got.values())
