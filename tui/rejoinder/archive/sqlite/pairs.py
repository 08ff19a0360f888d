"""What contacts are ranked by, worked out at import: pairs with their first answers, habits of accounts, exchanges.

The same events as in `rejoinder/contacts`, which finds them in plain Python for the few pairs that are looked at; here
they are arithmetic over columns, so that 400,000 pairs are in order when an archive is opened. A test holds the two to
each other. Posts are ordered by number; those without a time come after all others, for nothing is first by them.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np

from rejoinder.archive.sqlite.acts import Acts, pair_keys
from rejoinder.archive.sqlite.loading import Ints, Mask
from rejoinder.archive.sqlite.order import Forest
from rejoinder.archive.staged import LIKE, MENTION, REPLY, UNKNOWN

NEVER = 1 << 40
"""A position past all others."""
NO_NUMBER = -(2**31)
"""What stands in a column of counts where there is none."""


class Posts(NamedTuple):
    """What is asked of the posts, by number - 1."""

    time: Ints
    author: Ints
    forest: Forest


class Pairs(msgspec.Struct):
    """`columns` by the rank of the pair; the others by post number - 1, and by account number."""

    columns: dict[str, Ints]
    """See PAIR in schema.py. Pairs with an answer come first: by unanswered addresses, then by the silence."""
    answered: int
    """How many pairs have an answer."""
    unanswered: Ints
    """Of posts that are an answer: how often they had been addressed before; else NO_NUMBER."""
    is_first: Mask
    """Posts that are the first reply of one account to another."""
    exchange: Ints
    """How many posts the longest exchange through this one has; NO_NUMBER where it is in none."""
    was_addressed: Ints
    has_answered: Ints
    """Of an account: how many posts addressed it, and how many of these it replied to."""


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


def pairs(acts: Acts, posts: Posts) -> Pairs:
    """Work out all that contacts are ranked by."""
    ways = _ways(acts, int(np.searchsorted(posts.time, UNKNOWN, "right")), len(posts.time))
    answer, unanswered, waited, first_reply = _answers(ways, posts)
    turns, exchange = _exchanges(acts, posts)
    columns, answered = _ranked(ways, answer, unanswered, waited, acts, turns)
    is_first = np.zeros(len(posts.time), bool)
    is_first[first_reply - 1] = True
    told = np.full(len(posts.time), NO_NUMBER, np.int32)
    np.maximum.at(told, answer[answer > 0] - 1, unanswered[answer > 0])
    accounts = int(posts.author.max(initial=0)) + 1
    accounts = max(accounts, int(acts.source.max(initial=0)) + 1, int(acts.target.max(initial=0)) + 1)
    got = np.bincount(ways.keys[ways.of] & 0xFFFFFFFF, minlength=accounts)
    return Pairs(columns, answered, told, is_first, exchange, got, _habits(ways, posts, accounts))


def _ways(acts: Acts, untimed: int, posts: int) -> _Ways:
    at = np.flatnonzero(acts.kind <= MENTION)
    key = acts.source[at].astype(np.int64) << 32 | acts.target[at]
    post = acts.post[at].astype(np.int64)
    position = np.where(post <= untimed, post + posts, post)
    order = np.lexsort((position << 3 | acts.kind[at], key))
    key, position, post, kind = key[order], position[order], post[order], acts.kind[at][order]
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


def _answers(ways: _Ways, posts: Posts) -> tuple[Ints, Ints, Ints, Ints]:
    """Per way (its source answers): the answering post or 0, the addresses before it, the silence in s; first replies.

    An answer is the first reply at or after the first address in the other direction, or one that the data link to such
    an address although it is dated before it.
    """
    reply = np.flatnonzero(ways.kind == REPLY)
    way, position = ways.of[reply], ways.position[reply]
    back = ways.back[way]
    begun = np.where(back >= 0, ways.position[ways.firsts[back]], NEVER)
    parent = np.maximum(posts.forest.tree_parent[ways.post[reply] - 1], 0).astype(np.int64)
    parent_position = np.where(
        (parent > 0) & (posts.time[np.maximum(parent, 1) - 1] == UNKNOWN), parent + len(posts.time), parent
    )
    linked = (back >= 0) & (parent_position > position)
    linked[linked] = _found(ways.places, back[linked] << 41 | parent_position[linked]) >= 0
    ok = np.flatnonzero((position > begun) | linked)
    answering, at = np.unique(way[ok], return_index=True)
    at = ok[at]
    answer, unanswered = np.zeros(len(ways.keys), np.int64), np.zeros(len(ways.keys), np.int64)
    waited = np.full(len(ways.keys), NO_NUMBER, np.int64)
    answer[answering] = ways.post[reply[at]]
    before = np.searchsorted(ways.places, back[at] << 41 | position[at]) - ways.firsts[back[at]]
    unanswered[answering] = before + linked[at]
    since, until = posts.time[ways.post[ways.firsts[back[at]]] - 1], posts.time[answer[answering] - 1]
    known = (since != UNKNOWN) & (until != UNKNOWN)
    seconds = np.where(known, (until - np.where(known, since, 0)) // 1000, NO_NUMBER)
    waited[answering] = np.clip(seconds, NO_NUMBER, 2**31 - 1)
    firsts = reply[np.unique(way, return_index=True)[1]] if len(reply) else reply
    return answer, unanswered, waited, ways.post[firsts]


def _habits(ways: _Ways, posts: Posts, accounts: int) -> Ints:
    """How many of the posts that addressed an account it has replied to.

    Only who was addressed can have: so few replies are looked at where few ways go both ways.
    """
    reply = np.flatnonzero((ways.kind == REPLY) & (ways.back[ways.of] >= 0))
    parent = np.maximum(posts.forest.tree_parent[ways.post[reply] - 1], 0).astype(np.int64)
    reply, parent = reply[parent > 0], parent[parent > 0]
    undated = posts.time[parent - 1] == UNKNOWN
    position = np.where(undated, parent + len(posts.time), parent)
    place = np.unique(_found(ways.places, ways.back[ways.of[reply]] << 41 | position))
    place = place[place >= 0]
    return np.bincount(ways.keys[ways.of[place]] & 0xFFFFFFFF, minlength=accounts)


def _exchanges(acts: Acts, posts: Posts) -> tuple[tuple[Ints, Ints], Ints]:
    """(keys of pairs with an exchange, sorted, and its most turns), and the longest exchange through each post.

    An exchange is a path on which two alternate. Each reply to another ends one; its turns are counted up the path.
    """
    count = len(posts.time)
    parent, author, to = (np.zeros(count + 1, np.int64) for _ in range(3))
    reply = acts.post[acts.kind == REPLY]
    author[reply], to[reply] = acts.source[acts.kind == REPLY], acts.target[acts.kind == REPLY]
    parent[reply] = np.maximum(posts.forest.tree_parent[reply - 1], 0)
    ends = np.flatnonzero(parent)
    above = np.zeros(count + 1, np.int64)
    up = parent[ends]
    goes_on = (parent[up] > 0) & (to[up] == author[ends]) & (author[up] == to[ends])
    above[ends[goes_on]] = up[goes_on]
    turns = _lengths(above)
    longest = turns.copy()
    level = np.argsort(turns[ends], kind="stable")
    edges = np.searchsorted(turns[ends][level], np.arange(2, int(turns.max(initial=0)) + 2))
    for low, high in zip(edges[:-1][::-1], edges[1:][::-1], strict=True):
        at = ends[level[low:high]]
        at = at[above[at] > 0]
        np.maximum.at(longest, above[at], longest[at])
    through = np.full(count + 1, NO_NUMBER, np.int32)
    through[ends] = longest[ends]
    np.maximum.at(through, parent[ends], longest[ends].astype(np.int32))
    keys = pair_keys(author[ends], to[ends])
    order = np.argsort(keys, kind="stable")
    known, firsts = np.unique(keys[order], return_index=True)
    most = np.maximum.reduceat(turns[ends][order], firsts) if len(firsts) else turns[:0]
    return (known, most), through[1:]


def _lengths(above: Ints) -> Ints:
    """2 and the number of links upward, by doubling the pointers."""
    far, length = above.copy(), (above > 0).astype(np.int64)
    while len(at := np.flatnonzero(far)):
        length[at] += length[far[at]]
        far[at] = far[far[at]]
    return length + 2


def _ranked(
    ways: _Ways, answer: Ints, unanswered: Ints, waited: Ints, acts: Acts, turns: tuple[Ints, Ints]
) -> tuple[dict[str, Ints], int]:
    """The columns of the pairs, in their order, and how many of them have an answer; `a` is who addressed first."""
    begun = ways.position[ways.firsts]
    leading = (ways.back < 0) | (begun < begun[ways.back])
    there = np.flatnonzero(leading)
    back = ways.back[there]
    none = back < 0
    both = pair_keys(ways.keys[there] >> 32, ways.keys[there] & 0xFFFFFFFF)
    columns = {
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
    order, answered = _order(columns)
    return {name: column[order] for name, column in columns.items()}, answered


def _order(columns: dict[str, Ints]) -> tuple[Ints, int]:
    """Answered pairs by unanswered addresses and silence, then one-way ones by addresses; then by the first address."""
    silence = {side: np.where(columns[f"{side}_answer"] > 0, columns[f"{side}_waited"], NO_NUMBER) for side in "ab"}
    best = [columns[f"{side}_unanswered"].astype(np.int64) << 33 | silence[side] - NO_NUMBER for side in "ab"]
    answered = (columns["a_answer"] > 0) | (columns["b_answer"] > 0)
    most = np.maximum(columns["a_addresses"], columns["b_addresses"]).astype(np.int64) << 33
    rank = np.where(answered, np.maximum(*best), most)
    return np.lexsort((columns["b"], columns["a"], columns["first"], -rank, ~answered)), int(answered.sum())


def _looked_up(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    place = _found(keys, wanted)
    return np.where(place >= 0, values[place], 0) if len(keys) else np.zeros(len(wanted), np.int64)


def _likes(acts: Acts, wanted: Ints) -> Ints:
    like = acts.kind == LIKE
    keys, counts = np.unique(pair_keys(acts.source[like], acts.target[like]), return_counts=True)
    return _looked_up(keys, counts, wanted)


def months(author: Ints, time: Ints) -> tuple[Ints, Ints]:
    """(account, month since January 1970) in which an account has posts of known time, each once, sorted.

    Posts are in the order of time: so the months are stretches of them, and need not be worked out one by one.
    """
    first = int(np.searchsorted(time, _CALENDAR[0]))
    author, time = author[first : int(np.searchsorted(time, _CALENDAR[1]))], time[first:]
    time = time[: len(author)]
    ends = time[[0, -1]] if len(time) else np.zeros(2, np.int64)
    low, high = ends.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64).tolist()
    edges = np.arange(low, high + 2).astype("datetime64[M]").astype("datetime64[ms]").astype(np.int64)
    month = np.repeat(np.arange(low, high + 1), np.diff(np.searchsorted(time, edges)))
    order = np.argsort(author, kind="stable")
    author, month = author[order].astype(np.int64), month[order]
    new = author > 0
    new[1:] &= (author[1:] != author[:-1]) | (month[1:] != month[:-1])
    return author[new], month[new]


_CALENDAR = (-62_135_596_800_000, 253_402_300_800_000)
"""Times (ms) of the years 1 to 9999: no calendar has a month for others."""
