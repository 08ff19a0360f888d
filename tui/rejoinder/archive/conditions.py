"""The closed set of conditions that every engine compiles; operators and the review only ever yield these.

A condition is a meaning, not a way: `tests/oracle.py` states each of them in plain Python and judges every engine.
Words in `Words` have been through `text.tokens` already, so index and query agree on what a word is.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

Kind = Literal["reply", "quote", "repost", "root", "context", "edited", "deleted", "sensitive"]
Part = Literal["media", "image", "video", "link", "alt", "mention", "tag", "poll", "replies"]
Number = Literal["likes", "reposts", "replies", "unanswered", "exchange", "depth"]
CodeField = Literal["verdict", "tag", "note", "by", "marked", "disagree", "code"]


PLACES = 3
"""How far in the timeline something is near."""


class Everything(msgspec.Struct, frozen=True, tag=True):
    """Every post of the archive, context ones too."""


class Words(msgspec.Struct, frozen=True, tag=True):
    """These normalised tokens stand next to each other, in this order, in the text; the last may be a beginning."""

    tokens: tuple[str, ...]
    prefix: bool = False


class From(msgspec.Struct, frozen=True, tag=True):
    """Written by this account (a handle without @, or an account id), as named on any platform."""

    account: str


class To(msgspec.Struct, frozen=True, tag=True):
    """A reply addressed to this account, whether or not the parent is here."""

    account: str


class Mentions(msgspec.Struct, frozen=True, tag=True):
    """The author typed this account's handle (inherited and relayed mentions don't count)."""

    account: str


class Tag(msgspec.Struct, frozen=True, tag=True):
    """Carries this hashtag (normalised by `text.fold_tag`)."""

    tag: str


class Between(msgspec.Struct, frozen=True, tag=True):
    """Time in ms: `since` inclusive, `until` exclusive; posts without a time are in no such span."""

    since: int | None = None
    until: int | None = None


class Is(msgspec.Struct, frozen=True, tag=True):
    """The post is of this kind. `root`: no reply. `deleted`/`edited`: the data say so."""

    kind: Kind


class ParentMissing(msgspec.Struct, frozen=True, tag=True):
    """A reply whose parent post is not in the archive (a ghost, or only an account known)."""


class Has(msgspec.Struct, frozen=True, tag=True):
    """The post holds such a part. `replies`: at least one reply to it is in this archive."""

    part: Part


class Language(msgspec.Struct, frozen=True, tag=True):
    """Language code as the platform says, lower case; `lang:pt` also finds `pt-br`."""

    code: str


class Platform(msgspec.Struct, frozen=True, tag=True):
    """Posts of this platform."""

    platform: str


class FromSource(msgspec.Struct, frozen=True, tag=True):
    """Posts that a source whose name contains this (case ignored) holds."""

    name: str


class Domain(msgspec.Struct, frozen=True, tag=True):
    """Links to this host or to a host below it (`example.org` finds `www.example.org`)."""

    host: str


class Numbers(msgspec.Struct, frozen=True, tag=True):
    """A count lies in [low, high]; unknown counts never do. `replies` counts the replies in this archive.

    `unanswered` is known of answers: how many posts had addressed their author before; `exchange` of the posts of an
    exchange: how many the longest through them has. See contacts/history.py for what these words mean.
    `depth` counts the posts above in the reply tree, a missing one too: 0 is a root.
    """

    number: Number
    low: int | None = None
    high: int | None = None


class Ids(msgspec.Struct, frozen=True, tag=True):
    """Posts with one of these ids: `id` (on any platform) or `platform:id`."""

    ids: tuple[str, ...]


class Conversation(msgspec.Struct, frozen=True, tag=True):
    """All posts of the conversation that holds the post of this id."""

    id: str


class Pair(msgspec.Struct, frozen=True, tag=True):
    """A post in which one of two accounts replies to, quotes, names or reposts the other."""

    one: str
    other: str


class First(msgspec.Struct, frozen=True, tag=True):
    """The first reply of one account to another, or an answer: the first to somebody who had addressed it."""

    kind: Literal["reply", "answer"]


class Side(msgspec.Struct, frozen=True, tag=True):
    """Written by a member of this side; who that is, a file beside the archive tells (contacts/sides.py)."""

    name: str


class Pattern(msgspec.Struct, frozen=True, tag=True):
    """The text holds a match of this regular expression (of the library `regex`), case ignored."""

    pattern: str


class Parent(msgspec.Struct, frozen=True, tag=True):
    """The post that this one replies to is here and meets the condition."""

    condition: Condition


class Child(msgspec.Struct, frozen=True, tag=True):
    """A direct reply that is here meets the condition."""

    condition: Condition


class Above(msgspec.Struct, frozen=True, tag=True):
    """A post somewhere below in the reply tree meets the condition: what stands above a hit."""

    condition: Condition


class Beside(msgspec.Struct, frozen=True, tag=True):
    """Any post of the same conversation meets the condition, this one too."""

    condition: Condition


class Near(msgspec.Struct, frozen=True, tag=True):
    """At most `PLACES` before or after this one in the timeline stands a post that meets the condition, or here."""

    condition: Condition


class Among(msgspec.Struct, frozen=True):
    """One of these posts, by their keys in this archive file, sorted: what other wings find is made to this.

    It can't be written as a search line, for keys mean nothing outside the file; see resolving.py.
    """

    keys: array[int]

    def __hash__(self) -> int:
        """Cheap, for plans are looked up by condition: `==` tells the rest apart."""
        return hash((len(self.keys), *self.keys[:1], *self.keys[-1:]))


class Coded(msgspec.Struct, frozen=True, tag=True):
    """What reviewers said of the post, as far as their journals are in sight: the review answers it.

    `verdict`, `tag`: some reviewer gave this value, `any` or `none`. `note`: a note holds these words. `by`: this
    reviewer said something. `marked`: `yes` or `no`. `disagree`: reviewers differ on this variable (`yes`: on the
    verdict). `code`: `variable=value` of any variable.
    """

    field: CodeField
    value: str


class Not(msgspec.Struct, frozen=True, tag=True):
    """Everything that the inner condition leaves out."""

    condition: Condition


class All(msgspec.Struct, frozen=True, tag=True):
    """Each of these holds."""

    conditions: tuple[Condition, ...]


class Any(msgspec.Struct, frozen=True, tag=True):
    """At least one of these holds."""

    conditions: tuple[Condition, ...]


Condition = (
    Everything
    | Words
    | From
    | To
    | Mentions
    | Tag
    | Between
    | Is
    | ParentMissing
    | Has
    | Language
    | Platform
    | FromSource
    | Domain
    | Numbers
    | Ids
    | Conversation
    | Pair
    | First
    | Side
    | Pattern
    | Parent
    | Child
    | Above
    | Beside
    | Near
    | Among
    | Coded
    | Not
    | All
    | Any
)


ELSEWHERE: tuple[type, ...] = (Coded, Side)
"""The conditions that other wings answer: no engine knows them, resolving.py makes each to `Among` before."""


def all_of(conditions: Iterable[Condition]) -> Condition:
    """The conjunction, without needless nesting; of nothing it is Everything."""
    flat: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, All):
            flat.extend(condition.conditions)
        elif not isinstance(condition, Everything):
            flat.append(condition)
    if not flat:
        return Everything()
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def with_inner(condition: Condition, change: Callable[[Condition], Condition]) -> Condition:
    """The condition with `change` made to those right inside it; itself where there are none."""
    if isinstance(condition, Not | Parent | Child | Above | Beside | Near):
        return msgspec.structs.replace(condition, condition=change(condition.condition))
    if isinstance(condition, All | Any):
        return type(condition)(tuple(map(change, condition.conditions)))
    return condition


def among(keys: Iterable[int]) -> Among:
    """One of these posts; keys of ghosts and repeated ones are left out."""
    return Among(array("q", sorted({key for key in keys if key > 0})))
