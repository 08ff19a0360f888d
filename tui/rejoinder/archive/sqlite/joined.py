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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

import msgspec

from rejoinder.acts import Act, Coverage, Pair, Party
from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import (
    UNTIMED,
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
        mine, its = self._bounds(at, direction) if at is not None else (None, None)
        old = self._sealed.page(self._for_sealed(condition), mine, direction, limit)
        new = tail.page(self._for_tail(condition), its, direction, limit)
        both = merged(old, [self._twins.entry(entry) for entry in new])
        kept = both[:limit] if direction == "newer" else both[-limit:]
        return [self._kin.grown(entry) for entry in kept]

    def _bounds(self, at: Place, direction: Direction) -> tuple[Place, Place]:
        """The place in the sealed file and in the tail: its own number in the one, the number of posts before it in the
        other, and there one more where what is older is asked for, since the post at a place is left out."""
        tail, beyond = self._tail, int(direction == "older")
        assert tail is not None
        number = self._twins.number(at.key) if at.key >= FAR else None
        if at.key < FAR or number is None:
            its = 0 if at.time == UNTIMED else tail.first_at(at.time) - 1
        else:
            its = number - beyond
        if at.key >= FAR:
            mine = self._sealed.untimed() if at.time == UNTIMED else self._sealed.first_at(at.time + 1) - 1
        else:
            mine = at.key - beyond
        return Place(at.time, mine + beyond), Place(at.time, its + beyond)

    def count(self, condition: c.Condition) -> Count:
        if self._tail is None:
            return self._sealed.count(condition)
        return Count(self._sealed.count(self._for_sealed(condition)).n + self._tail.count(self._for_tail(condition)).n)

    def rank(self, condition: c.Condition, at: Place) -> Count:
        if self._tail is None:
            return self._sealed.rank(condition, at)
        mine, its = self._bounds(at, "older")
        return Count(
            self._sealed.rank(self._for_sealed(condition), mine).n + self._tail.rank(self._for_tail(condition), its).n
        )

    def _for_tail(self, condition: c.Condition) -> c.Condition:
        """The condition as the tail alone can answer it."""
        assert self._tail is not None
        if isinstance(condition, c.Conversation):
            return c.among(self._numbers(self._members(condition)))
        if isinstance(condition, c.Among):
            return c.among(self._numbers(condition.keys))
        if isinstance(condition, c.ParentMissing):
            orphans = self._tail.page(condition, None, "newer", self._tail.size)
            here = (entry.key for entry in orphans if entry.parent is not None and self._twins.key(entry.parent) > 0)
            return c.all_of((condition, c.Not(c.among(here))))
        return c.with_inner(condition, self._for_tail)

    def _for_sealed(self, condition: c.Condition) -> c.Condition:
        """The condition as the sealed file alone can answer it."""
        if isinstance(condition, c.Conversation):
            return c.among(key for key in self._members(condition) if key < FAR)
        if isinstance(condition, c.Among):
            return c.among(key for key in condition.keys if key < FAR)
        if isinstance(condition, c.ParentMissing):
            here = (key for ghost in self._twins.come() for key in self._sealed.replies(ghost))
            return c.all_of((condition, c.Not(c.among(here))))
        return c.with_inner(condition, self._for_sealed)

    def _members(self, condition: c.Conversation) -> set[Key]:
        """The posts of the conversation that holds the post of this id, over both files."""
        named = [key for key in self.find(condition.id) if key > 0]
        return {node.key for key in named for node in self.conversation(key, _ALL)}

    def _numbers(self, keys: Iterable[Key]) -> list[int]:
        return [number for key in keys if key >= FAR and (number := self._twins.number(key)) is not None]

    # Places

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
        if fraction is not None:
            return self._at_fraction(condition, fraction)
        if time is not None:
            return self._at_time(condition, time)
        assert key is not None
        return self._at_key(condition, key if key > 0 else min(self.replies(key), default=1))

    def _at_time(self, condition: c.Condition, time: int) -> Place | None:
        assert self._tail is not None
        found = [
            self._sealed.seek(self._for_sealed(condition), time=time),
            self._place(self._tail.seek(self._for_tail(condition), time=time)),
        ]
        places = [place for place in found if place is not None]
        later = [place for place in places if place.time >= time]
        return min(later) if later else max(places, default=None)

    def _at_key(self, condition: c.Condition, key: Key) -> Place | None:
        entry = self.post(key)
        if entry is None:
            return next((entry.place for entry in self.page(condition, None, "newer", 1)), None)
        if self.count(c.all_of((condition, c.Among(array("q", [key]))))).n:
            return entry.place
        newer = self.page(condition, entry.place, "newer", 1)
        return next((found.place for found in newer or self.page(condition, entry.place, "older", 1)), None)

    def _at_fraction(self, condition: c.Condition, fraction: float) -> Place | None:
        """Posts of the tail are few: their ranks among all are found by halving, and the rest are the sealed file's."""
        assert self._tail is not None
        numbers = self._tail.keys(self._for_tail(condition))
        condition = self._for_sealed(condition)
        sealed = self._sealed.count(condition).n
        total = sealed + len(numbers)
        if not total:
            return None
        wanted = round(min(1.0, max(0.0, fraction)) * (total - 1))
        places = [self._place_of(number) for number in numbers]
        ranks = _Ranks(
            lambda at: at + self._sealed.rank(condition, self._bounds(places[at], "older")[0]).n, len(places)
        )
        at = bisect_right(ranks, wanted) - 1
        if at >= 0 and ranks[at] == wanted:
            return places[at]
        return self._sealed.seek(condition, fraction=(wanted - at - 1) / max(1, sealed - 1))

    def _place(self, place: Place | None) -> Place | None:
        return Place(place.time, self._twins.key(place.key)) if place is not None else None

    def _place_of(self, number: int) -> Place:
        assert self._tail is not None
        entry = self._tail.post(number)
        assert entry is not None
        return Place(entry.place.time, self._twins.key(number))

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
        tail = (self._twins.entry(entry) for entry in self._tail.posts(self._numbers(keys)))
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
        found = array("q", self._sealed.keys(self._for_sealed(condition)))
        merged_keys, start = array("q"), 0
        for number in self._tail.keys(self._for_tail(condition)):
            place = self._place_of(number)
            end = bisect_right(found, self._bounds(place, "newer")[0].key)
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
        return self._tail.names_of(self._numbers([key])) if self._tail is not None else ()

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
        found = {(each.platform, each.id): each for each in self._sealed.ghosts(self._for_sealed(condition))}
        for each in self._tail.ghosts(self._for_tail(condition)):
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
        found = self._sealed.histogram(self._for_sealed(condition), edges)
        return [a + b for a, b in zip(found, self._tail.histogram(self._for_tail(condition), edges), strict=True)]

    def tally(self, condition: c.Condition, by: By, *, limit: int = 0, zone: tzinfo = UTC) -> Sequence[Tallied]:
        if self._tail is None:
            return self._sealed.tally(condition, by, limit=limit, zone=zone)
        both = (
            self._sealed.tally(self._for_sealed(condition), by, zone=zone),
            self._tail.tally(self._for_tail(condition), by, zone=zone),
        )
        rows = union(both, by)
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

    def coverage(self, account: int) -> Coverage:
        return self._accounts.coverage(account)

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


class _Ranks(Sequence[int]):
    """Ranks that are found out only where halving looks."""

    def __init__(self, rank: Callable[[int], int], length: int) -> None:
        self._rank, self._length = rank, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: Any) -> Any:
        return self._rank(at)
