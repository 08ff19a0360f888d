"""Who addressed whom in which post: what contacts are found from. And the likes, each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rejoinder.archive.sqlite.loading import Loaded, Rows
from rejoinder.archive.sqlite.order import Many, numbers
from rejoinder.archive.sqlite.register import People
from rejoinder.archive.sqlite.shelf import Ints, Mask, Shelf, spans
from rejoinder.archive.staged import INHERITED, IS_REPLY, IS_REPOST, LIKE, MENTION, RELAYED, REPLY, StagedLike, halves

KeptLike = tuple[StagedLike, int, int]
"""A like, with the import's numbers of who liked (byline) and of the member it was read in."""
ACT = (("source", "i"), ("target", "i"), ("kind", "b"), ("post", "i"))
"""Columns of all acts between two different accounts, sorted by the two, then by post. Of a like `post` is the post
that was liked; likes of posts that are not here are left out."""


class Refs(NamedTuple):
    """Whom or what rows point at, beside their parents; only those of rows that are posts."""

    row: Ints
    kind: Ints
    byline: Ints
    """0 where it is not named."""
    aims: Ints
    """Positions of those refs that point at a post."""


class Kin(NamedTuple):
    """What refs and likes point at, as post numbers; 0 where that is not here."""

    target: Ints
    """Per ref."""
    liked: Ints
    """Per like."""


class Acts(NamedTuple):
    """The acts, and what came up on the way to them."""

    shelf: Shelf
    """The columns of ACT, as `act.NAME`."""
    typed: tuple[Ints, Ints]
    """(post, byline) of the leading @names of replies that the author typed after all."""
    likes: tuple[Ints, Ints]
    """(post, like's number from 1) of the likes of posts that are here, sorted."""


def unique_likes(loaded: Loaded, people: People, source_of: Sequence[int]) -> tuple[list[KeptLike], list[KeptLike]]:
    """(each account's like of each post once, the same likes as other sources tell them).

    The first read counts, unless only a later one knows its time. `source_of` names the source of each member.
    """
    found: dict[tuple[str, int | str, int], dict[int, KeptLike]] = {}
    for stage, numbering in zip(loaded.names, loaded.numberings, strict=True):
        for like in stage.likes:
            byline, member = numbering.bylines[like.byline], numbering.members[like.place[0]]
            key = (like.platform, like.post, people.of[byline] or -byline)
            found.setdefault(key, {}).setdefault(source_of[member], (like, byline, member))
    first: list[KeptLike] = []
    others: list[KeptLike] = []
    for tellings in found.values():
        best, *rest = sorted(tellings.values(), key=lambda kept: kept[0].time is None)
        first.append(best)
        others += rest
    return first, others


def refs(rows: Rows, alive: Mask) -> tuple[Refs, Ints]:
    """The refs of the rows that are `alive`, and which of all aims are theirs."""
    shelf = rows.shelf
    row, of = shelf.get("ref.row"), shelf.get("aim.ref")
    left = alive[row]
    place = np.cumsum(left, dtype=np.int32) - 1
    aims = np.flatnonzero(left[of])
    return Refs(row[left], shelf.get("ref.kind")[left], shelf.get("ref.byline")[left], place[of[aims]]), aims


def targets(
    rows: Rows, platform_of: Ints, row: Ints, aims: Ints, likes: Sequence[KeptLike], at: dict[str, int]
) -> Many:
    """The posts that aims (of these rows) and likes point at; `at` are the positions of platforms."""
    liked = [(at.get(like.platform, -1), *reversed(halves(like.post))) for like, _, _ in likes]
    wide = np.array(liked, np.int64).reshape(-1, 3)
    return (
        np.concatenate((platform_of[rows.shelf.at("manner", row)], wide[:, 0])),
        np.concatenate((rows.shelf.at("aim.half", aims), wide[:, 1])),
        np.concatenate((rows.shelf.at("aim.id", aims), wide[:, 2])),
    )


class _Posts:
    """Columns by post number (0 is nobody's): who wrote it, who is replied to, by the parent and by the data's word."""

    def __init__(self, shelf: Shelf, account_of: Ints) -> None:
        self.author = _from_one(shelf, "account")
        self.to = self.author[np.maximum(_from_one(shelf, "told_parent"), 0)]
        self.named = account_of[_from_one(shelf, "addressee")]
        np.copyto(self.to, self.named, where=self.to == 0)
        self.is_reply = (_from_one(shelf, "flags") & (IS_REPLY | IS_REPOST)) == IS_REPLY
        """Replies by their author: not a reply that somebody reposts."""
        self.to[~self.is_reply] = 0
        self.parent = _from_one(shelf, "parent")


def _from_one(shelf: Shelf, name: str) -> Ints:
    """A column by post number, with 0 for nobody's."""
    found = np.zeros(shelf.count(name) + 1, np.int32)
    shelf.fill(name, found[1:])
    return found


def acts(posts: Shelf, rows: Rows, kin: Kin, account_of: Ints, refs: Refs, likes: Sequence[KeptLike]) -> Acts:
    """Who addressed whom, where: replies, typed mentions (of others than the addressee), quotes, reposts, likes."""
    post = numbers(posts.get("row"), rows.count)[refs.row]
    known = _Posts(posts, account_of)
    kind, byline = refs.kind.copy(), refs.byline
    aim = np.where(kin.target > 0, known.author[kin.target], account_of[byline])
    typed = _typed(known, post, kind, aim)
    typed_here = (post[typed], byline[typed])
    kind[typed] = MENTION
    aim[(kind == MENTION) & (aim == known.to[post])] = 0
    aim[(kind == INHERITED) | (kind == RELAYED)] = 0
    replies = np.flatnonzero(known.is_reply).astype(np.int32)
    liker = np.array([account_of[byline] for _, byline, _ in likes], np.int32)
    liked = np.flatnonzero(kin.liked)
    by_post = np.argsort(kin.liked[liked], kind="stable")
    parts = (
        (known.author[replies], known.to[replies], np.full(len(replies), REPLY, np.int8), replies),
        (known.author[post], aim, kind, post),
        (liker[liked], known.author[kin.liked[liked]], np.full(len(liked), LIKE, np.int8), kin.liked[liked]),
    )
    del known
    _write_sorted(posts, [_real(*part) for part in parts])
    return Acts(posts, typed_here, (kin.liked[liked][by_post], liked[by_post] + 1))


def _typed(posts: _Posts, post: Ints, kind: Ints, aim: Ints) -> Ints:
    """Positions of the refs that seemed inherited and are not: nobody above bears the name.

    A leading @name of a reply is inherited where it belongs to the author of a post above, to whoever that post replies
    to, or to an account that the parent mentions; and always where the parent is not here to tell.
    """
    at = np.flatnonzero((kind == INHERITED) & (posts.parent[post] > 0) & (aim > 0) & posts.is_reply[post])
    at = at[(aim[at] != posts.to[post[at]]) & (aim[at] != posts.named[post[at]])]
    if not len(at):
        return np.empty(0, np.int64)
    at = at[~_mentioned(posts.parent[post[at]], aim[at], post, kind, aim)]
    here, left = posts.parent[post[at]].astype(np.int64), np.ones(len(at), bool)
    waiting = np.arange(len(at))
    while len(waiting):
        who, where = aim[at[waiting]], here[waiting]
        found = (posts.author[where] == who) | (posts.to[where] == who) | (posts.named[where] == who)
        left[waiting[found]] = False
        here[waiting] = posts.parent[where]
        waiting = waiting[~found & (here[waiting] > 0)]
    typed: Ints = at[left]
    return typed


def _mentioned(where: Ints, who: Ints, post: Ints, kind: Ints, aim: Ints) -> Mask:
    """Whether these posts mention these accounts, in whatever way."""
    asked = np.zeros(max(int(post.max()), int(where.max())) + 1, bool)
    asked[where] = True
    names = np.flatnonzero(asked[post] & ((kind == MENTION) | (kind == INHERITED) | (kind == RELAYED)))
    known = post[names].astype(np.int64) << 32 | aim[names]
    return np.isin(where.astype(np.int64) << 32 | who, known)


_Part = tuple[Ints, Ints, Ints, Ints]


def _real(source: Ints, target: Ints, kind: Ints, post: Ints) -> _Part:
    """The acts between two different known accounts."""
    real = np.flatnonzero((source > 0) & (target > 0) & (source != target))
    return source[real], target[real], kind[real], post[real]


def _write_sorted(shelf: Shelf, parts: list[_Part]) -> None:
    """Acts by the lower account, the higher, post and kind, each once."""
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    parts.clear()
    for name, letter in ACT:
        shelf.put(f"act.{name}", letter, np.empty(0))
    for span in spans(np.minimum(columns[0], columns[1])):
        source, target, kind, post = (column[span] for column in columns)
        both = pair_keys(source, target)
        what = post.astype(np.int64) << 4 | kind.astype(np.int64) << 1 | (source > target)
        order = np.lexsort((what, both))
        both, what = both[order], what[order]
        new = np.ones(len(order), bool)
        new[1:] = (both[1:] != both[:-1]) | (what[1:] != what[:-1])
        order = order[new]
        for (name, letter), column in zip(ACT, (source, target, kind, post), strict=True):
            shelf.add(f"act.{name}", letter, column[order])


def pair_keys(one: Ints, other: Ints) -> Ints:
    """What two accounts are looked up by, whichever comes first."""
    keys: Ints = np.minimum(one, other).astype(np.int64) << 32 | np.maximum(one, other)
    return keys
