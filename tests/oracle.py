"""What every condition means, in plain Python over a list of posts: slow, readable, and the judge of every engine.

It shares with the engines only the records, the conditions and the normaliser of words. Where the conditions leave a
question open, the answer stands here as a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rejoinder.archive import conditions as c
from rejoinder.archive.tally import By
from rejoinder.archive.text import fold_handle, fold_tag, tokens
from rejoinder.records import Media, Mention, Post, Ref

if TYPE_CHECKING:
    from tests.contacts.brute import Contacts, Did

Name = tuple[str, str]
"""(platform, id) of a post: what makes it one and the same."""
Person = tuple[str, str, str]
"""(platform, "id" | "handle" | "name", which): an account as the archive knows it."""


class Town:
    """The facts of one archive: each post once, who wrote what, what answers what."""

    def __init__(self, told: Sequence[Post]) -> None:
        """`told` are posts as their sources tell them; the same post from several sources may only differ in origin."""
        self.named_beside: list[tuple[str, Ref]] = []
        """Accounts that other records name (platform, who): they prove handles too."""
        self.posts: dict[Name, Post] = {}
        self.sources: dict[Name, set[str]] = {}
        for post in told:
            self.posts.setdefault(name(post), post)
            self.sources.setdefault(name(post), set()).add(post.origin.source)

    def meeting(self, condition: c.Condition) -> set[Name]:
        """The posts that meet a condition."""
        return {of for of, post in self.posts.items() if self.meets(post, condition)}

    def meets(self, post: Post, condition: c.Condition) -> bool:
        """Whether this post meets the condition."""
        match condition:
            case c.Everything():
                return True
            case c.Not():
                return not self.meets(post, condition.condition)
            case c.All():
                return all(self.meets(post, inner) for inner in condition.conditions)
            case c.Any():
                return any(self.meets(post, inner) for inner in condition.conditions)
            case c.Words():
                return stands_in(condition, tokens(post.text))
            case c.Between():
                return lies_between(post.time, condition)
            case c.From():
                return self.is_meant(condition.account, self.author(post))
            case c.To():
                return self.is_meant(condition.account, self.addressee(post))
            case c.Mentions():
                return any(self.is_meant(condition.account, person) for person in self.named(post))
            case c.Tag():
                return fold_tag(condition.tag) in map(fold_tag, post.tags)
            case c.Is():
                return is_kind(post, condition.kind)
            case c.ParentMissing():
                return is_reply(post) and self.parent(post) is None
            case c.Has():
                return self.replies_to(post) > 0 if condition.part == "replies" else holds(post, condition.part)
            case c.Language():
                return speaks(post, condition.code)
            case c.Platform():
                return post.platform == condition.platform
            case c.FromSource():
                return any(condition.name.casefold() in source.casefold() for source in self.sources[name(post)])
            case c.Domain():
                return any(is_below(link.url, condition.host) for link in post.links)
            case c.Numbers():
                return is_within(self.number(post, condition.number), condition)
            case c.Ids():
                return any(post in self._bearing.get(id, ()) for id in condition.ids)
            case c.Conversation():
                return any(self.root(post) == self.root(other) for other in self._bearing.get(condition.id, ()))
            case c.Pair():
                return any(self.is_between(condition, each) for each in self.contacts.did if each.post is post)
            case c.First():
                return post in (self.contacts.first_replies if condition.kind == "reply" else self.contacts.answers)
            case c.Pattern():
                return re.search(condition.pattern, post.text, re.IGNORECASE) is not None
            case c.Parent():
                parent = self.tree_parent(post)
                return parent is not None and self.meets(parent, condition.condition)
            case c.Child():
                return any(self.meets(other, condition.condition) for other in self.below(post))
            case c.Above():
                return any(self.meets(other, condition.condition) for other in self.all_below(post))
            case c.Beside():
                others = (other for other in self.posts.values() if self.root(other) == self.root(post))
                return any(self.meets(other, condition.condition) for other in others)
            case c.Near():
                near = [other for other in self.posts.values() if abs(self.key(other) - self.key(post)) <= c.PLACES]
                return any(self.meets(other, condition.condition) for other in near)
            case c.Among():
                return self.key(post) in condition.keys
        raise NotImplementedError(condition)

    # Order

    def key(self, post: Post) -> int:
        """Its number in the timeline, from 1: by time (unknown first), platform, id (numbers first, as numbers)."""
        return self._keys[name(post)]

    @cached_property
    def _keys(self) -> dict[Name, int]:
        return {name(post): number for number, post in enumerate(sorted(self.posts.values(), key=place), 1)}

    # Kin

    def parent(self, post: Post) -> Post | None:
        """The parent, where it is here. (A post may be its own, in damaged data.)"""
        return self.posts.get((post.platform, post.reply_to)) if post.reply_to is not None else None

    def tree_parent(self, post: Post) -> Post | None:
        """The parent in the reply tree: where parents go in a circle, the oldest post of it has none."""
        circle = [post]
        while (above := self.parent(circle[-1])) is not None and above not in circle:
            circle.append(above)
        if above is post and post is min(circle, key=place):
            return None
        return self.parent(post)

    def below(self, post: Post) -> list[Post]:
        """Direct replies in the reply tree."""
        return [other for other in self.posts.values() if self.tree_parent(other) is post]

    def all_below(self, post: Post) -> list[Post]:
        """Replies, their replies, and so on."""
        return [each for other in self.below(post) for each in (other, *self.all_below(other))]

    def depth(self, post: Post) -> int:
        """How many posts stand above it, a missing one too."""
        parent = self.tree_parent(post)
        if parent is not None:
            return 1 + self.depth(parent)
        return int(post.reply_to is not None and self.parent(post) is None)

    def replies_to(self, post: Post) -> int:
        """How many posts here answer it directly, context ones too."""
        return self._replies.get(name(post), 0)

    @cached_property
    def _replies(self) -> dict[Name, int]:
        replies: dict[Name, int] = {}
        for post in self.posts.values():
            if post.reply_to is not None:
                of = (post.platform, post.reply_to)
                replies[of] = replies.get(of, 0) + 1
        return replies

    def root(self, post: Post) -> Name:
        """The same name for all posts of one conversation; missing parents hold their replies together."""
        return self._roots[name(post)]

    @cached_property
    def _roots(self) -> dict[Name, Name]:
        together: dict[Name, set[Name]] = {}
        for post in self.posts.values():
            both = [name(post)] if post.reply_to is None else [name(post), (post.platform, post.reply_to)]
            joined = set().union(*(together.get(each, {each}) for each in both))
            together.update((each, joined) for each in joined)
        return {each: min(joined) for each, joined in together.items()}

    @cached_property
    def _bearing(self) -> dict[str, list[Post]]:
        """The posts by what they may be asked for: `id` and `platform:id`."""
        bearing: dict[str, list[Post]] = {}
        for post in self.posts.values():
            for id in (post.id, f"{post.platform}:{post.id}"):
                bearing.setdefault(id, []).append(post)
        return bearing

    # Counts

    def histogram(self, condition: c.Condition, edges: Sequence[int]) -> list[int]:
        """How many meet the condition between each two moments."""
        times = [self.posts[of].time for of in self.meeting(condition)]
        return [sum(lies_between(time, c.Between(*span)) for time in times) for span in pairwise(edges)]

    def tally(self, condition: c.Condition, by: By, zone: tzinfo = UTC) -> dict[str, int]:
        """How many meet the condition by each value; those of none by the empty one."""
        counts: dict[str, int] = {}
        for of in self.meeting(condition):
            for label in {*self.values(self.posts[of], by, zone)} or {""}:
                counts[label] = counts.get(label, 0) + 1
        return counts

    def values(self, post: Post, by: By, zone: tzinfo) -> list[str]:
        """What a post is counted under (not by account: what an account is called is the archive's affair)."""
        if by in ("month", "hour"):
            if post.time is None:
                return []
            local = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=post.time)
            return [f"{local.astimezone(zone):{'%Y-%m' if by == 'month' else '%H'}}"]
        return {
            "tag": [folded for folded in map(fold_tag, post.tags) if folded],
            "language": [post.language.lower()] if post.language else [],
            "source": sorted(self.sources[name(post)]),
            "domain": [host for link in post.links if (host := urlsplit(link.url).hostname)],
            "platform": [post.platform],
        }[by]

    # Accounts

    def author(self, post: Post) -> Person | None:
        return self.person(post.platform, Ref(post.author, post.handle, post.name))

    def addressee(self, post: Post) -> Person | None:
        """Who is replied to: as the post says, else whoever wrote the parent."""
        if post.reply_author is not None:
            return self.person(post.platform, post.reply_author)
        parent = self.parent(post)
        return self.author(parent) if parent else None

    def named(self, post: Post) -> Iterator[Person | None]:
        """Whom the author typed."""
        for mention in post.mentions:
            if self.is_typed(post, mention):
                yield self.person(post.platform, as_ref(mention))

    def is_typed(self, post: Post, mention: Mention) -> bool:
        """Whether the author typed a name: a leading one of a reply is inherited where it belongs to those above."""
        if mention.kind != "inherited":
            return mention.kind == "typed"
        if is_repost(post) or not is_reply(post) or self.up(post) is None:
            return False
        person = self.person(post.platform, as_ref(mention))
        return person is not None and person not in self.above(post)

    def above(self, post: Post) -> set[Person | None]:
        """The accounts above a reply: authors and addressees up to the root, and all whom the parent mentions."""
        people = self.answered(post)
        parent = at = self.up(post)
        if parent is not None and not is_repost(parent):
            people |= {self.person(parent.platform, as_ref(mention)) for mention in parent.mentions}
        while at is not None:
            people |= {self.author(at), *self.answered(at)}
            at = self.up(at)
        return people

    def answered(self, post: Post) -> set[Person | None]:
        """Whom a post replies to, as its parent and as its data say."""
        told = self.person(post.platform, post.reply_author) if post.reply_author is not None else None
        return {told, self.target(post)} if is_reply(post) and not is_repost(post) else {told}

    def target(self, post: Post) -> Person | None:
        """Who is replied to among the acts: whoever wrote the parent; where it is not here, as the post says."""
        parent = self.parent(post)
        if parent is not None and self.author(parent) is not None:
            return self.author(parent)
        return self.person(post.platform, post.reply_author) if post.reply_author is not None else None

    def up(self, post: Post) -> Post | None:
        """The parent in the tree: no post is its own, and a cycle is cut above its oldest post."""
        parent = self.parent(post)
        if parent is None or parent is post:
            return None
        cycle, at = [post], parent
        while at not in cycle:
            cycle.append(at)
            following = self.parent(at)
            if following is None or following is at:
                return parent
            at = following
        is_in_cycle = at is post
        return None if is_in_cycle and self.key(post) == min(map(self.key, cycle)) else parent

    def person(self, platform: str, ref: Ref) -> Person | None:
        """The account that this names. Without an id it is the account that bore the handle, if exactly one did."""
        if ref.id is not None:
            return platform, "id", ref.id
        if not ref.handle:
            return (platform, "name", ref.name) if ref.name else None
        handle = fold_handle(ref.handle)
        bearers = self._bearers.get((platform, handle), set())
        return (platform, "id", next(iter(bearers))) if len(bearers) == 1 else (platform, "handle", handle)

    @cached_property
    def _bearers(self) -> dict[tuple[str, str], set[str]]:
        """(platform, folded handle) -> ids that bore it, as the posts say, and what was named beside them."""
        bearers: dict[tuple[str, str], set[str]] = {}
        told = [(post.platform, ref) for post in self.posts.values() for ref in refs_of(post)]
        for platform, ref in (*told, *self.named_beside):
            if ref.id is not None and ref.handle:
                bearers.setdefault((platform, fold_handle(ref.handle)), set()).add(ref.id)
        return bearers

    def is_meant(self, typed: str, person: Person | None) -> bool:
        """Whether what was typed (an id, or any handle that the account bore) means this account."""
        if person is None:
            return False
        platform, kind, which = person
        if kind != "id":
            return kind == "handle" and which == fold_handle(typed)
        return which == typed or which in self._bearers.get((platform, fold_handle(typed)), set())

    def number(self, post: Post, number: c.Number) -> int | None:
        """Likes and reposts as told; replies and depth as they are here."""
        if number == "unanswered":
            return self.contacts.unanswered(post)
        if number == "exchange":
            return self.contacts.through(post)
        if number == "depth":
            return self.depth(post)
        return {"likes": post.likes, "reposts": post.reposts, "replies": self.replies_to(post)}[number]

    # Contacts

    @cached_property
    def contacts(self) -> Contacts:
        from tests.contacts.brute import Contacts  # which looks at towns

        return Contacts(self)

    def is_between(self, pair: c.Pair, did: Did) -> bool:
        """Whether one of the two accounts did this to the other."""
        return any(
            self.is_meant(who, did.who) and self.is_meant(whom, did.whom) and did.kind != "like"
            for who, whom in ((pair.one, pair.other), (pair.other, pair.one))
        )


def name(post: Post) -> Name:
    return post.platform, post.id


def place(post: Post) -> tuple[bool, int, str, bool, int, str]:
    """What the timeline is ordered by."""
    number = int(post.id) if post.id.isdigit() and (post.id == "0" or post.id[0] != "0") else None
    return post.time is not None, post.time or 0, post.platform, number is None, number or 0, post.id


def refs_of(post: Post) -> list[Ref]:
    """The accounts that a post tells of: its author, who is replied to, quoted, reposted, and whom it mentions."""
    told = [Ref(post.author, post.handle), post.reply_author]
    told += [post.repost_author if is_repost(post) else post.quote_author]
    return [ref for ref in told if ref] + [as_ref(mention) for mention in post.mentions]


def as_ref(mention: Mention) -> Ref:
    return Ref(mention.id, mention.handle)


def stands_in(words: c.Words, text: Sequence[str]) -> bool:
    """Whether the words stand next to each other in the text; of a prefix, the last may go on."""
    if not words.tokens:
        return True
    *head, last = words.tokens
    for start in range(len(text) - len(head)):
        ending = text[start + len(head)]
        if list(text[start : start + len(head)]) == head and (
            ending.startswith(last) if words.prefix else ending == last
        ):
            return True
    return False


def lies_between(time: int | None, span: c.Between) -> bool:
    if time is None:
        return False
    return (span.since is None or span.since <= time) and (span.until is None or time < span.until)


def is_reply(post: Post) -> bool:
    """To a post, or only to an account."""
    return post.reply_to is not None or post.reply_author is not None


def is_repost(post: Post) -> bool:
    """What such a post holds is another's."""
    return post.is_repost or post.repost is not None


def is_kind(post: Post, kind: c.Kind) -> bool:
    return {
        "reply": is_reply(post),
        "root": not is_reply(post),
        "quote": post.quote is not None,
        "repost": is_repost(post),
        "context": post.context,
        "edited": post.edited is not None,
        "deleted": post.deleted is not None,
        "sensitive": post.sensitive,
    }[kind]


def holds(post: Post, part: c.Part) -> bool:
    """What the post itself holds. A GIF is a video, as on the platforms; a mention counts whoever typed it."""
    return {
        "media": bool(post.media),
        "image": any(each.kind == "image" for each in post.media),
        "video": any(each.kind in ("video", "gif") for each in post.media),
        "link": bool(post.links),
        "alt": any(map(has_alt, post.media)),
        "mention": bool(post.mentions),
        "tag": bool(post.tags),
        "poll": post.poll,
    }[part]


def has_alt(media: Media) -> bool:
    return bool(media.alt)


def speaks(post: Post, code: str) -> bool:
    """`pt` also finds `pt-br`."""
    return post.language is not None and f"{post.language.lower()}-".startswith(f"{code}-")


def is_below(url: str, host: str) -> bool:
    """Whether the link leads to this host or to one below it."""
    return f".{urlsplit(url).hostname or ''}".endswith(f".{host}")


def is_within(number: int | None, wanted: c.Numbers) -> bool:
    if number is None:
        return False
    return (wanted.low is None or wanted.low <= number) and (wanted.high is None or number <= wanted.high)
