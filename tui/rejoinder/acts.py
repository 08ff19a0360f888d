"""What contacts are made of: acts of one account towards another, pairs, events and coverage, as frozen Structs.

They pass between the archive, which keeps acts and ranks pairs, the contacts wing, which finds the events, and reports.
Times are ms since 1970 (None = unknown); accounts and keys are numbers of one archive file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from rejoinder.records import Clock, Precision

ActKind = Literal["reply", "quote", "mention", "repost", "like"]
ADDRESSES: tuple[ActKind, ...] = ("reply", "quote", "mention")
"""The kinds of act that address somebody; reposts and likes are shown beside them."""


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account in a contact, as the archive knows it by its latest post."""

    number: int
    """The account's number in one archive file."""
    platform: str
    id: str | None = None
    handle: str | None = None
    name: str | None = None
    posts: int = 0
    """How many posts of it are here: without any, nobody can tell whether it answered."""
    addressed: int = 0
    """How many posts here address it …"""
    answered: int = 0
    """… and to how many of these it replied."""
    context: int = 0
    """How many of its posts are here only because others quote or repost them."""

    @property
    def is_collected(self) -> bool:
        """Whether its posts were collected; else what is here of it says nothing of when it first did something."""
        return self.posts > self.context

    @property
    def label(self) -> str:
        """Handle, else name, else id: never empty."""
        return self.handle or self.name or self.id or "?"


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """One account replies to another, quotes it, types its name, reposts or likes it. Accounts and keys are of one
    archive file."""

    kind: ActKind
    source: int
    target: int
    key: int
    """The post that proves it (of a like: the post that is liked)."""
    post: str
    """That post's id on the platform."""
    platform: str
    time: int | None = None
    """Of the act, in ms."""
    until: int | None = None
    """Of an undated like: it was given by then (`time` is that of the liked post, which it can't precede)."""
    precision: Precision = "second"
    clock: Clock = "platform"
    parent: int | None = None
    """Key of the post replied to: negative where it is not here."""
    parent_time: int | None = None
    """Its time, where it is here."""
    asserted: bool = False
    """The link to the parent is a secondary source's."""
    dated: bool = True
    """False where `time` only bounds the act, or is not known."""


class Pair(msgspec.Struct, frozen=True, omit_defaults=True):
    """Two accounts of which one addressed the other, as they are ranked. `a` addressed first; keys are posts'."""

    a: int
    b: int
    a_addresses: int
    """How many posts of a address b."""
    b_addresses: int
    first: int
    """The first address."""
    kind: ActKind
    """How it addresses."""
    a_answer: int = 0
    """The post in which a answers b; 0 where it never does here."""
    b_answer: int = 0
    a_unanswered: int = 0
    """How often b had addressed a before a's answer."""
    b_unanswered: int = 0
    a_waited: int | None = None
    """Seconds from b's first address to a's answer; None where one of them has no time."""
    b_waited: int | None = None
    turns: int = 0
    """Posts of the longest exchange."""
    likes: int = 0

    @property
    def answerer(self) -> Literal["a", "b"]:
        """Whose answer ranks the pair: the one that more addresses waited for; without any, who was addressed more."""
        a, b = (self.a_unanswered, self.a_waited or 0), (self.b_unanswered, self.b_waited or 0)
        if not self.a_answer and not self.b_answer:
            a, b = (self.b_addresses, 0), (self.a_addresses, 0)
        return "a" if a > b else "b"


class Coverage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an archive holds of one account."""

    first: int | None
    """Time of its earliest post here, in ms."""
    last: int | None
    months: tuple[int, ...]
    """Months in which it has posts, counted from January 1970."""
    missing_parents: int
    """Its replies whose parent is not here."""
    undated: int
    """Its posts without a time."""
    posts: int
    context: int = 0
    """Those that are here only because others quote or repost them."""
    missed: tuple[tuple[int, int], ...] = ()
    """From when until when (ms) a capture that was followed brought nothing of anybody: what was written then is not
    here, whereas in a month of `gaps` perhaps nothing was written."""

    @classmethod
    def union(cls, each: Sequence[Coverage]) -> Coverage:
        """Of several that have no post in common, as if they were one."""
        return cls(
            min((one.first for one in each if one.first is not None), default=None),
            max((one.last for one in each if one.last is not None), default=None),
            tuple(sorted({month for one in each for month in one.months})),
            sum(one.missing_parents for one in each),
            sum(one.undated for one in each),
            sum(one.posts for one in each),
            sum(one.context for one in each),
        )

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """(first, last) of each stretch of months without a post between months with some."""
        between = zip(self.months, self.months[1:], strict=False)
        return tuple((one + 1, other - 1) for one, other in between if other > one + 1)


Verdict = Literal["witnessed", "inferred", "bounded"]
"""Both posts are here, linked by the data and dated; the parent is not here, or another source asserts the link; a date
is missing."""
EventKind = Literal["first address", "first reply", "answer", "resumed"]
Witness = Literal["own export", "capture", "both", "citation"]


class Attested(msgspec.Struct, frozen=True):
    """Who says so."""

    by: Witness
    """The author's own export (which its owner can edit), another's capture, both; or only a source that is cited."""
    sources: int
    agree: bool
    """Whether all of them have the same text."""


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened for the first time between two accounts or sides, in this archive."""

    kind: EventKind
    act: Act
    verdict: Verdict
    clock: Clock
    """The weakest of the clocks that date it."""
    since: Act | None = None
    """Of an answer the first address that it answers; of what is resumed, the reply before."""
    unanswered: int = 0
    """Of an answer: how many posts had addressed its author before."""
    silence: int | None = None
    """From `since` to the act, in ms; None where one of them has no date. Negative: the dates contradict the link."""
    contradicted: bool = False
    """A reply that is dated before its parent."""
    attested: Attested | None = None


class Exchange(msgspec.Struct, frozen=True):
    """A path in a reply tree on which the two alternate, by its posts' keys, the first one first."""

    keys: tuple[int, ...]


class Way(msgspec.Struct, frozen=True, omit_defaults=True):
    """All acts in one direction, and the events among them."""

    replies: int = 0
    quotes: int = 0
    mentions: int = 0
    reposts: int = 0
    likes: int = 0
    addresses: int = 0
    """Posts that reply, quote or mention, each counted once."""
    undated: int = 0
    """Acts that have no date of their own."""
    first_address: Event | None = None
    first_reply: Event | None = None
    answer: Event | None = None
    resumed: tuple[Event, ...] = ()


class History(msgspec.Struct, frozen=True):
    """What two accounts, or two sides, did to each other; `a` is the one that addressed first."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    a_to_b: Way
    b_to_a: Way
    exchanges: tuple[Exchange, ...]
    """The longest first."""
    acts: tuple[Act, ...]
    """By time; those without a date last."""

    @property
    def turns(self) -> int:
        """Posts of the longest exchange; 0 where there is none."""
        return len(self.exchanges[0].keys) if self.exchanges else 0
