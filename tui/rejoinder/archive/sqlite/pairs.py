"""What contacts are ranked by, worked out at import: pairs with their first answers, habits of accounts, exchanges.

The same events as in `rejoinder/contacts`, which finds them in plain Python for the few pairs that are looked at; here
they are arithmetic over columns, so that 400,000 pairs are in order when an archive is opened. A test holds the two to
each other. Posts are ordered by number; those without a time come after all others, for nothing is first by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np

from rejoinder.archive.sqlite.acts import ACT, pair_keys
from rejoinder.archive.sqlite.schema import PAIR
from rejoinder.archive.sqlite.shelf import Ints, Mask, Shelf, distinct, spans
from rejoinder.archive.staged import LIKE, MENTION, REPLY, UNKNOWN

NEVER = 1 << 40
"""A position past all others."""
NO_NUMBER = -(2**31)
"""What stands in a column of counts where there is none."""
_ACTS = 1 << 18
"""Acts that are worked on at once: fewer than of other rows, for each is looked at in twenty columns."""


class Pairs(msgspec.Struct):
    """What came of the acts beside columns: of pairs `pair.NAME` (see PAIR in schema.py), of posts `unanswered` (how
    often an answer's author had been addressed before; else NO_NUMBER) and `exchange` (how many posts the longest
    exchange through it has; NO_NUMBER where it is in none)."""

    order: Ints
    """Rows of the pairs' columns by rank. Pairs with an answer come first: by unanswered addresses, then by silence."""
    answered: int
    """How many pairs have an answer."""
    is_first: Mask
    """By post number - 1: posts that are the first reply of one account to another."""
    was_addressed: Ints
    has_answered: Ints
    """Of an account: how many posts addressed it, and how many of these it replied to."""


class _Acts(NamedTuple):
    """The columns of ACT, of all acts between some pairs."""

    source: Ints
    target: Ints
    kind: Ints
    post: Ints


class _Ways(NamedTuple):
    """Ordered pairs of accounts that addressed each other, sorted; rows are addresses, each post once a way."""

    keys: Ints
    firsts: Ints
    """Where the rows of each way begin."""
    of: Ints
    position: Ints
    post: Ints
    kind: Ints
    back: Ints
    """The way in the other direction, -1 where there is none."""

    @property
    def counts(self) -> Ints:
        return np.diff(np.append(self.firsts, len(self.of)))

    @property
    def places(self) -> Ints:
        """Way and position in one number, sorted: to find a row by."""
        return self.of << 41 | self.position


class _Posts:
    """What is asked of the posts, by number (from 1), without holding it."""

    def __init__(self, shelf: Shelf) -> None:
        self.count = shelf.count("time")
        self._shelf = shelf
        self.untimed = int(np.searchsorted(shelf.map("time"), UNKNOWN, "right")) if self.count else 0

    def parent(self, posts: Ints) -> Ints:
        """Parents that are here, else 0."""
        return np.maximum(self._shelf.at("parent", posts - 1), 0).astype(np.int64)

    def time(self, posts: Ints) -> Ints:
        return self._shelf.at("time", posts - 1)

    def position(self, posts: Ints) -> Ints:
        """Where posts stand: those without a time behind all others."""
        return np.where((posts > 0) & (posts <= self.untimed), posts + self.count, posts)


def pairs(shelf: Shelf, accounts: int) -> Pairs:
    """Work out all that contacts are ranked by, from the acts and posts on the shelf: pair after pair."""
    posts = _Posts(shelf)
    is_first = np.zeros(posts.count, bool)
    unanswered = np.full(posts.count, NO_NUMBER, np.int32)
    exchange = np.full(posts.count + 1, NO_NUMBER, np.int32)
    got, answered = np.zeros(accounts, np.int64), np.zeros(accounts, np.int64)
    for name in PAIR:
        shelf.put(f"pair.{name}", "i", np.empty(0))
    for own in _by_pairs(shelf):
        ways = _ways(own, posts)
        answer, before, waited, first_reply = _answers(ways, posts)
        is_first[first_reply - 1] = True
        np.maximum.at(unanswered, answer[answer > 0] - 1, before[answer > 0].astype(np.int32))
        turns = _exchanges(own, posts, exchange)
        for name, column in _columns(ways, answer, before, waited, own, turns).items():
            shelf.add(f"pair.{name}", "i", column)
        got += np.bincount(ways.keys[ways.of] & 0xFFFFFFFF, minlength=accounts)
        answered += _habits(ways, posts, accounts)
    shelf.put("unanswered", "i", unanswered)
    shelf.put("exchange", "i", exchange[1:])
    del unanswered, exchange
    return Pairs(*_order(shelf), is_first, got, answered)


def _by_pairs(shelf: Shelf) -> Iterator[_Acts]:
    """All acts, so many at once; those of a pair of accounts together."""
    low, rows = 0, shelf.count("act.post")
    while low < rows:
        high = low + _ACTS
        if high < rows:
            source, target = (shelf.get(f"act.{name}", high - 1, rows) for name in ("source", "target"))
            more = np.flatnonzero(np.diff(pair_keys(source, target)))
            high = high + int(more[0]) if len(more) else rows
        yield _Acts(*(shelf.get(f"act.{name}", low, min(high, rows)) for name, _ in ACT))
        low = high


def _ways(acts: _Acts, posts: _Posts) -> _Ways:
    at = np.flatnonzero(acts.kind <= MENTION)
    key = acts.source[at].astype(np.int64) << 32 | acts.target[at]
    post = acts.post[at].astype(np.int64)
    position, kind = posts.position(post), acts.kind[at]
    order = np.lexsort((position << 3 | kind, key))
    key, position, post, kind = key[order], position[order], post[order], kind[order]
    own = np.ones(len(key), bool)
    own[1:] = (key[1:] != key[:-1]) | (post[1:] != post[:-1])
    key, position, post, kind = key[own], position[own], post[own], kind[own]
    new = np.ones(len(key), bool)
    new[1:] = key[1:] != key[:-1]
    firsts = np.flatnonzero(new)
    keys = key[firsts]
    return _Ways(keys, firsts, np.cumsum(new) - 1, position, post, kind, _found(keys, keys << 32 | keys >> 32))


def _found(keys: Ints, wanted: Ints) -> Ints:
    """Positions in sorted keys, -1 where there is none."""
    if not len(keys):
        return np.full(len(wanted), -1)
    wanted = wanted & 0x7FFFFFFFFFFFFFFF
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)


def _answers(ways: _Ways, posts: _Posts) -> tuple[Ints, Ints, Ints, Ints]:
    """Per way (its source answers): the answering post or 0, the addresses before it, the silence in s; first replies.

    An answer is the first reply at or after the first address in the other direction, or one that the data link to such
    an address although it is dated before it.
    """
    reply = np.flatnonzero(ways.kind == REPLY)
    way, position = ways.of[reply], ways.position[reply]
    back = ways.back[way]
    begun = np.where(back >= 0, ways.position[ways.firsts[back]], NEVER)
    parent = posts.position(posts.parent(ways.post[reply]))
    linked = (back >= 0) & (parent > position)
    linked[linked] = _found(ways.places, back[linked] << 41 | parent[linked]) >= 0
    ok = np.flatnonzero((position > begun) | linked)
    answering, at = np.unique(way[ok], return_index=True)
    at = ok[at]
    answer, unanswered = np.zeros(len(ways.keys), np.int64), np.zeros(len(ways.keys), np.int64)
    waited = np.full(len(ways.keys), NO_NUMBER, np.int64)
    answer[answering] = ways.post[reply[at]]
    before = np.searchsorted(ways.places, back[at] << 41 | position[at]) - ways.firsts[back[at]]
    unanswered[answering] = before + linked[at]
    since, until = posts.time(ways.post[ways.firsts[back[at]]]), posts.time(answer[answering])
    known = (since != UNKNOWN) & (until != UNKNOWN)
    seconds = np.where(known, (until - np.where(known, since, 0)) // 1000, NO_NUMBER)
    waited[answering] = np.clip(seconds, NO_NUMBER, 2**31 - 1)
    firsts = reply[np.unique(way, return_index=True)[1]] if len(reply) else reply
    return answer, unanswered, waited, ways.post[firsts]


def _habits(ways: _Ways, posts: _Posts, accounts: int) -> Ints:
    """How many of the posts that addressed an account it has replied to.

    Only who was addressed can have: so few replies are looked at where few ways go both ways.
    """
    reply = np.flatnonzero((ways.kind == REPLY) & (ways.back[ways.of] >= 0))
    parent = posts.parent(ways.post[reply])
    reply, parent = reply[parent > 0], parent[parent > 0]
    place = np.unique(_found(ways.places, ways.back[ways.of[reply]] << 41 | posts.position(parent)))
    place = place[place >= 0]
    return np.bincount(ways.keys[ways.of[place]] & 0xFFFFFFFF, minlength=accounts)


def _exchanges(acts: _Acts, posts: _Posts, through: Ints) -> tuple[Ints, Ints]:
    """(keys of pairs with an exchange, sorted, and its most turns); the longest of each post goes to `through`.

    An exchange is a path on which two alternate. Each reply to another ends one; its turns are counted up the path.
    """
    own = np.flatnonzero(acts.kind == REPLY)
    own = own[np.argsort(acts.post[own], kind="stable")]
    parent = posts.parent(acts.post[own].astype(np.int64))
    own, parent = own[parent > 0], parent[parent > 0]
    reply, author, to = acts.post[own].astype(np.int64), acts.source[own], acts.target[own]
    up = _found(reply, parent)
    goes_on = (up >= 0) & (to[up] == author) & (author[up] == to)
    above = np.where(goes_on, up, -1)
    turns = _lengths(above)
    longest = turns.copy()
    level = np.argsort(turns, kind="stable")
    edges = np.searchsorted(turns[level], np.arange(2, int(turns.max(initial=0)) + 2))
    for low, high in zip(edges[:-1][::-1], edges[1:][::-1], strict=True):
        at = level[low:high]
        at = at[above[at] >= 0]
        np.maximum.at(longest, above[at], longest[at])
    np.maximum.at(through, reply, longest.astype(np.int32))
    np.maximum.at(through, parent, longest.astype(np.int32))
    keys = pair_keys(author, to)
    order = np.argsort(keys, kind="stable")
    known, firsts = np.unique(keys[order], return_index=True)
    return known, np.maximum.reduceat(turns[order], firsts) if len(firsts) else turns[:0]


def _lengths(above: Ints) -> Ints:
    """2 and the number of links upward (-1: none), by doubling the pointers."""
    far, length = above.copy(), (above >= 0).astype(np.int64)
    while len(at := np.flatnonzero(far >= 0)):
        length[at] += length[far[at]]
        far[at] = far[far[at]]
    return length + 2


def _columns(
    ways: _Ways, answer: Ints, unanswered: Ints, waited: Ints, acts: _Acts, turns: tuple[Ints, Ints]
) -> dict[str, Ints]:
    """The columns of the pairs; `a` is who addressed first."""
    begun = ways.position[ways.firsts]
    leading = (ways.back < 0) | (begun < begun[ways.back])
    there = np.flatnonzero(leading)
    back = ways.back[there]
    none = back < 0
    both = pair_keys(ways.keys[there] >> 32, ways.keys[there] & 0xFFFFFFFF)
    return {
        "a": ways.keys[there] >> 32,
        "b": ways.keys[there] & 0xFFFFFFFF,
        "a_addresses": ways.counts[there],
        "b_addresses": np.where(none, 0, ways.counts[back]),
        "first": ways.post[ways.firsts[there]],
        "kind": ways.kind[ways.firsts[there]],
        "a_answer": answer[there],
        "b_answer": np.where(none, 0, answer[back]),
        "a_unanswered": unanswered[there],
        "b_unanswered": np.where(none, 0, unanswered[back]),
        "a_waited": waited[there],
        "b_waited": np.where(none, NO_NUMBER, waited[back]),
        "turns": _looked_up(*turns, both),
        "likes": _likes(acts, both),
    }


def _order(shelf: Shelf) -> tuple[Ints, int]:
    """Answered pairs by unanswered addresses and silence, then one-way ones by addresses; then by the first address.

    Gives their order, and how many are answered.
    """
    best, answered = _best(shelf)
    most = np.maximum(shelf.get("pair.a_addresses"), shelf.get("pair.b_addresses")).astype(np.int64) << 33
    rank = np.where(answered, best, most)
    del best, most
    a, b, first = (shelf.get(f"pair.{name}") for name in ("a", "b", "first"))
    return np.lexsort((b, a, first, -rank, ~answered)).astype(np.int32), int(answered.sum())


def _best(shelf: Shelf) -> tuple[Ints, Mask]:
    """What answered pairs are ordered by, and which are answered."""
    sides = []
    for side in "ab":
        is_answered = shelf.get(f"pair.{side}_answer") > 0
        silence = np.where(is_answered, shelf.get(f"pair.{side}_waited").astype(np.int64), NO_NUMBER) - NO_NUMBER
        sides.append((shelf.get(f"pair.{side}_unanswered").astype(np.int64) << 33 | silence, is_answered))
    (one, is_one), (other, is_other) = sides
    return np.maximum(one, other), is_one | is_other


def _looked_up(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    place = _found(keys, wanted)
    return np.where(place >= 0, values[place], 0) if len(keys) else np.zeros(len(wanted), np.int64)


def _likes(acts: _Acts, wanted: Ints) -> Ints:
    like = acts.kind == LIKE
    keys, counts = np.unique(pair_keys(acts.source[like], acts.target[like]), return_counts=True)
    return _looked_up(keys, counts, wanted)


def months(posts: Shelf) -> Iterator[tuple[Ints, Ints]]:
    """(account, month since January 1970) in which an account has posts of known time, each once, sorted; in pieces.

    Posts are in the order of time: so the months are stretches of them, and need not be worked out one by one.
    """
    month, first = _months(posts.get("time"))
    author = posts.get("account", first, first + len(month))
    for span in spans(author):
        both = distinct(author[span].astype(np.int64) << 20 | (month[span] + _MONTHS))
        both = both[both >= 1 << 20]
        yield (both >> 20).astype(np.int32), ((both & 0xFFFFF) - _MONTHS).astype(np.int32)


def _months(time: Ints) -> tuple[Ints, int]:
    """The month of each post that has one, and the position of the first that has."""
    first = int(np.searchsorted(time, _CALENDAR[0]))
    time = time[first : max(first, int(np.searchsorted(time, _CALENDAR[1])))]
    ends = time[[0, -1]] if len(time) else np.zeros(2, np.int64)
    low, high = ends.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64).tolist()
    edges = np.arange(low, high + 2).astype("datetime64[M]").astype("datetime64[ms]").astype(np.int64)
    return np.repeat(np.arange(low, high + 1, dtype=np.int32), np.diff(np.searchsorted(time, edges))), first


_MONTHS = 1969 * 12
"""Added to a month, it is not negative, and below 2^20."""
_CALENDAR = (-62_135_596_800_000, 253_402_300_800_000)
"""Times (ms) of the years 1 to 9999: no calendar has a month for others."""
