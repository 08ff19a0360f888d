"""A sealed archive and the small live tail beside it, asked as one: what a growing capture is read through.

Both are files of this engine, so posts of the one are placed among those of the other by time and number. Pairs are
ranked by the sealed file alone, and count the tail after the next import; the acts of two accounts are those of both.
A condition about relatives (`parent:( )` and the like), and `to:` where only the parent tells who is addressed, look
within each of the two.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo

import msgspec

from rejoinder.acts import Act, Coverage, Pair, Party
from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import (
    Borne,
    Choice,
    ContactSign,
    Count,
    Direction,
    Entry,
    Face,
    Figures,
    Key,
    Node,
    Place,
)
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.archive.sqlite.joined_accounts import JoinedAccounts
from rejoinder.archive.sqlite.joined_conditions import JoinedConditions
from rejoinder.archive.sqlite.joined_places import JoinedPlaces
from rejoinder.archive.sqlite.kin import Kin
from rejoinder.archive.sqlite.twins import FAR, Twins, merged
from rejoinder.archive.tally import By, Tallied, by_month, edges, union
from rejoinder.archive.values import Ordering
from rejoinder.records import Account, Ghost, Problem, Source

_ALL = 1 << 30
"""No limit for a conversation."""


class JoinedArchive:
    """See `archive/protocol.py`; `renew` brings in the tail as it has become."""

    def __init__(self, sealed: SqliteArchive, open_tail: Callable[[], SqliteArchive | None]) -> None:
        """`open_tail` opens the tail as it is now; None while there is none."""
        self.path = sealed.path
        self._sealed = sealed
        self._open_tail = open_tail
        self._twins = Twins(sealed)
        self._kin = Kin(self._twins)
        self._accounts = JoinedAccounts(self._twins)
        self._conditions = JoinedConditions(sealed, self._twins, self._members)
        self._places = JoinedPlaces(self, sealed, self._twins, self._conditions)
        self._new_accounts: dict[str, bool] = {}
        self.renew()

    @property
    def _tail(self) -> SqliteArchive | None:
        return self._twins.tail

    def renew(self) -> Sequence[Key]:
        """Read through the tail as it is now; its posts that were not there before."""
        old, tail = self._twins.tail, self._open_tail()
        more = self._twins.renew(tail)
        if old is not None and old is not tail:
            old.close()
        return more

    def figures(self) -> Figures:
        sealed, tail = self._sealed.figures(), self._tail
        if tail is None:
            return sealed
        more = tail.figures()
        ends = [moment for moment in (sealed.first, sealed.last, more.first, more.last) if moment is not None]
        return msgspec.structs.replace(
            sealed,
            posts=sealed.posts + more.posts,
            context=sealed.context + more.context,
            accounts=sealed.accounts + self._accounts_only_in(tail),
            replies=sealed.replies + more.replies,
            ghosts=len(self.ghosts(c.Everything())),
            conversations=sealed.conversations + more.conversations - self._kin.merged(),
            likes=sealed.likes + more.likes,
            problems=sealed.problems + more.problems,
            private=sealed.private + more.private,
            unloaded=sealed.unloaded + more.unloaded,
            first=min(ends, default=None),
            last=max(ends, default=None),
            bytes=sealed.bytes + more.bytes,
        )

    def _accounts_only_in(self, tail: SqliteArchive) -> int:
        labels = [row.label for row in tail.tally(c.Everything(), "account") if row.label]
        for label in labels:
            if label not in self._new_accounts:
                self._new_accounts[label] = not self._sealed.count(c.From(label)).n
        return sum(self._new_accounts[label] for label in labels)

    # Pages

    def page(self, condition: c.Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]:
        tail = self._tail
        if tail is None:
            return self._sealed.page(condition, at, direction, limit)
        mine, its = self._conditions.bounds(at, direction) if at is not None else (None, None)
        of_sealed, of_tail = self._conditions.of_each(condition)
        old = self._sealed.page(of_sealed, mine, direction, limit)
        new = tail.page(of_tail, its, direction, limit)
        both = merged(old, [self._twins.entry(entry) for entry in new])
        kept = both[:limit] if direction == "newer" else both[-limit:]
        return [self._kin.grown(entry) for entry in kept]

    def count(self, condition: c.Condition) -> Count:
        if self._tail is None:
            return self._sealed.count(condition)
        of_sealed, of_tail = self._conditions.of_each(condition)
        return Count(self._sealed.count(of_sealed).n + self._tail.count(of_tail).n)

    def rank(self, condition: c.Condition, at: Place) -> Count:
        if self._tail is None:
            return self._sealed.rank(condition, at)
        mine, its = self._conditions.bounds(at, "older")
        of_sealed, of_tail = self._conditions.of_each(condition)
        return Count(self._sealed.rank(of_sealed, mine).n + self._tail.rank(of_tail, its).n)

    def _members(self, id: str) -> set[Key]:
        """The posts of the conversation that holds the post of this id, over both files."""
        named = [key for key in self.find(id) if key > 0]
        return {node.key for key in named for node in self.conversation(key, _ALL)}

    def seek(
        self,
        condition: c.Condition,
        *,
        time: int | None = None,
        fraction: float | None = None,
        key: Key | None = None,
    ) -> Place | None:
        if self._tail is None:
            return self._sealed.seek(condition, time=time, fraction=fraction, key=key)
        return self._places.seek(condition, time, fraction, key)

    def ordered(self, condition: c.Condition, order: Ordering, limit: int = 0) -> Sequence[Key]:
        if self._tail is None:
            return self._sealed.ordered(condition, order, limit)
        keys = self.keys(condition)
        if order in ("new", "old"):
            return list(keys if order == "old" else reversed(keys))[: limit or None]
        entries = self.posts(keys)
        first: dict[Key, int] = {}
        for at, entry in enumerate(entries):
            first.setdefault(self._twins.root(entry.conversation), at)
        ranks: dict[Ordering, Callable[[Entry], int]] = {
            "likes": lambda entry: 1 if entry.post.likes is None else -entry.post.likes,
            "replies": lambda entry: -entry.replies_here,
            "conversation": lambda entry: first[self._twins.root(entry.conversation)],
        }
        return [entry.key for entry in sorted(entries, key=ranks[order])][: limit or None]

    # Posts

    def post(self, key: Key) -> Entry | None:
        return next(iter(self.posts([key])), None)

    def posts(self, keys: Sequence[Key]) -> Sequence[Entry]:
        if self._tail is None:
            return self._sealed.posts(keys)
        found = {entry.key: entry for entry in self._sealed.posts([key for key in keys if 0 < key < FAR])}
        tail = (self._twins.entry(entry) for entry in self._tail.posts(self._conditions.numbers(keys)))
        found |= {entry.key: entry for entry in tail}
        return [self._kin.grown(found[key]) for key in keys if key in found]

    def find(self, id: str) -> Sequence[Key]:
        sealed = list(self._sealed.find(id))
        if self._tail is None:
            return sealed
        tail = (self._twins.key(number) for number in self._tail.find(id))
        return list(dict.fromkeys(key for key in (*(self._kin.here(key) for key in sealed), *tail)))

    def keys(self, condition: c.Condition) -> array[int]:
        if self._tail is None:
            return self._sealed.keys(condition)
        found = array("q", self._sealed.keys(self._conditions.for_sealed(condition)))
        merged_keys, start = array("q"), 0
        for number in self._tail.keys(self._conditions.for_tail(condition)):
            place = self._places.place_of(number)
            end = bisect_right(found, self._conditions.bounds(place, "newer")[0].key)
            merged_keys.extend(found[start:end])
            merged_keys.append(place.key)
            start = end
        return merged_keys + found[start:]

    def names_of(self, keys: Sequence[Key]) -> Sequence[str]:
        if self._tail is None:
            return self._sealed.names_of(keys)
        return [name for key in keys for name in self._name(key)]

    def _name(self, key: Key) -> Sequence[str]:
        if key < FAR:
            return self._sealed.names_of([key])
        return self._tail.names_of(self._conditions.numbers([key])) if self._tail is not None else ()

    def keys_of(self, names: Sequence[str]) -> array[int]:
        found = self._sealed.keys_of(names)
        if self._tail is None:
            return found
        numbers = self._tail.keys_of(names)
        return array("q", [key or (self._twins.key(n) if n else 0) for key, n in zip(found, numbers, strict=True)])

    # Kin

    def ghost(self, key: Key) -> Ghost | None:
        if key > -FAR:
            return self._sealed.ghost(key)
        number = self._twins.number(key)
        return self._tail.ghost(number) if self._tail is not None and number is not None and number < 0 else None

    def ancestors(self, key: Key) -> Sequence[Key]:
        return self._kin.ancestors(key) if self._tail is not None else self._sealed.ancestors(key)

    def replies(self, key: Key) -> Sequence[Key]:
        return self._kin.replies(key) if self._tail is not None else self._sealed.replies(key)

    def conversation(self, key: Key, limit: int = 5_000) -> Sequence[Node]:
        return self._kin.conversation(key, limit) if self._tail is not None else self._sealed.conversation(key, limit)

    def ghosts(self, condition: c.Condition, limit: int = 0) -> Sequence[Ghost]:
        if self._tail is None:
            return self._sealed.ghosts(condition, limit)
        found = {(each.platform, each.id): each for each in self._sealed.ghosts(self._conditions.for_sealed(condition))}
        for each in self._tail.ghosts(self._conditions.for_tail(condition)):
            name = (each.platform, each.id)
            if name in found:
                found[name] = msgspec.structs.replace(each, replies=each.replies + found[name].replies)
            elif self._twins.in_sealed(":".join(name)) <= 0:
                found[name] = each
        missing = [each for name, each in found.items() if (self._twins.in_tail(":".join(name)) or -1) < 0]
        missing.sort(key=lambda each: -each.replies)
        return missing[: limit or None]

    # Accounts, sources, counts

    def accounts(self, prefix: str, limit: int = 20) -> Sequence[tuple[Face, int]]:
        return self._accounts.beginning(prefix, limit)

    def account(self, number: int) -> Account | None:
        return self._accounts.account(number)

    def borne(self, number: int) -> Sequence[Borne]:
        return self._accounts.borne(number)

    def account_names(self) -> tuple[set[str], set[str]]:
        handles, ids = self._sealed.account_names()
        tail = self._tail
        others, more = tail.account_names() if tail is not None else (set(), set())
        return handles | others, ids | more

    def sources(self) -> Sequence[Source]:
        return [*self._sealed.sources(), *(self._tail.sources() if self._tail is not None else ())]

    def problems(self, limit: int = 0) -> Sequence[Problem]:
        both = [*self._sealed.problems(limit), *(self._tail.problems(limit) if self._tail is not None else ())]
        return both[: limit or None]

    def histogram(self, condition: c.Condition, edges: Sequence[int]) -> Sequence[int]:
        if self._tail is None:
            return self._sealed.histogram(condition, edges)
        of_sealed, of_tail = self._conditions.of_each(condition)
        found, more = self._sealed.histogram(of_sealed, edges), self._tail.histogram(of_tail, edges)
        return [a + b for a, b in zip(found, more, strict=True)]

    def tally(self, condition: c.Condition, by: By, *, limit: int = 0, zone: tzinfo = UTC) -> Sequence[Tallied]:
        if self._tail is None:
            return self._sealed.tally(condition, by, limit=limit, zone=zone)
        of_sealed, of_tail = self._conditions.of_each(condition)
        rows = union((self._sealed.tally(of_sealed, by, zone=zone), self._tail.tally(of_tail, by, zone=zone)), by)
        return (self._months(condition, rows, zone) if by == "month" else rows)[: limit or None]

    def _months(self, condition: c.Condition, rows: list[Tallied], zone: tzinfo) -> list[Tallied]:
        """The same rows, and one for each month without a post between them."""
        spans = [row.condition for row in rows if isinstance(row.condition, c.Between)]
        since = min((span.since for span in spans if span.since is not None), default=None)
        until = max((span.until for span in spans if span.until is not None), default=None)
        if since is None or until is None:
            return rows
        starts = edges(since, until, "month", zone)
        return [*by_month(starts, self.histogram(condition, starts), zone), *(row for row in rows if not row.label)]

    def tags(self, prefix: str, limit: int = 20) -> Sequence[tuple[str, int]]:
        posts = Counter(dict(self._sealed.tags(prefix, limit)))
        posts.update(dict(self._tail.tags(prefix, limit) if self._tail is not None else ()))
        return posts.most_common(limit)

    def tally_days(self) -> Sequence[tuple[int, int]]:
        posts = Counter(dict(self._sealed.tally_days()))
        posts.update(dict(self._tail.tally_days() if self._tail is not None else ()))
        return sorted(posts.items())

    # Contacts

    def pairs(self, choice: Choice, at: int = 0, limit: int = 50) -> Sequence[Pair]:
        return self._sealed.pairs(choice, at, limit)

    def count_pairs(self, choice: Choice) -> int:
        return self._sealed.count_pairs(choice)

    def acts(self, ones: Sequence[int], others: Sequence[int]) -> Sequence[Act]:
        return self._accounts.acts(ones, others)

    def all_acts(self, condition: c.Condition) -> Iterator[Act]:
        return self._sealed.all_acts(condition)

    def parties(self, numbers: Sequence[int]) -> Sequence[Party]:
        return self._accounts.parties(numbers)

    def parties_named(self, name: str, part: bool = False) -> Sequence[Party]:
        return self._accounts.named(name, part)

    def coverage(self, accounts: Sequence[int]) -> Sequence[Coverage]:
        return [self._accounts.coverage(account) for account in accounts]

    def owners(self) -> Mapping[str, int]:
        return self._sealed.owners()

    def contact_signs(self, keys: Sequence[Key]) -> Mapping[Key, ContactSign]:
        return self._sealed.contact_signs([key for key in keys if key < FAR])

    def cancel(self) -> None:
        self._sealed.cancel()
        if self._tail is not None:
            self._tail.cancel()

    def close(self) -> None:
        self._sealed.close()
        if self._tail is not None:
            self._tail.close()
