"""Who addressed whom in which post: what contacts are found from. And the likes, each once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from rejoinder.archive.sqlite.loading import Ints, Loaded, Mask, Rows
from rejoinder.archive.sqlite.order import Forest
from rejoinder.archive.sqlite.register import People
from rejoinder.archive.staged import INHERITED, IS_REPLY, IS_REPOST, LIKE, MENTION, RELAYED, REPLY, StagedLike, halves

KeptLike = tuple[StagedLike, int, int]
"""A like, with the import's numbers of who liked (byline) and of the member it was read in."""
Refs = npt.NDArray[np.void]
_ZERO = np.zeros(1, np.int32)


class Kin(msgspec.Struct):
    """The order of posts and how they hang together."""

    order: Ints
    """Rows in the timeline's order."""
    forest: Forest
    ghosts: list[tuple[str, int | str, int, int | None, int]]
    """(platform, id, byline, time, replies), by ghost number."""
    target: Ints
    """Per ref: the post it points at, 0 where that is not here."""
    liked: Ints
    """Per like: the same."""


class Acts(msgspec.Struct):
    """All acts between two different accounts, sorted by the two, then by post; likes of posts not here are left out.

    The columns `source`, `target` (accounts), `kind`, `post` (of a like: the post that was liked) belong together.
    """

    source: Ints
    target: Ints
    kind: Ints
    post: Ints
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


def targets(
    rows: Rows,
    platform_of: Ints,
    refs: Refs,
    likes: Sequence[KeptLike],
    platforms: list[str],
) -> tuple[Ints, Ints, Ints]:
    """(platform, half, id) of the posts that refs and likes point at."""
    at = {platform: n for n, platform in enumerate(platforms)}
    liked = [(at.get(like.platform, -1), *reversed(halves(like.post))) for like, _, _ in likes]
    wide = np.array(liked, np.int64).reshape(-1, 3)
    return (
        np.concatenate((platform_of[rows.manner[refs["row"]]], wide[:, 0])),
        np.concatenate((refs["half"], wide[:, 1])),
        np.concatenate((refs["id"], wide[:, 2])),
    )


class _Posts:
    """Columns by post number (0 is nobody's): who wrote it, who is replied to, by the parent and by the data's word."""

    def __init__(self, rows: Rows, kin: Kin, author: Ints, account_of: Ints) -> None:
        order = kin.order
        parent, flags = np.maximum(kin.forest.parent, 0), rows.flags[order]
        self.author = np.concatenate((_ZERO, author))
        named = account_of[rows.addressee[order]]
        wrote = self.author[parent]
        to = np.where(wrote > 0, wrote, named)
        self.named = np.concatenate((_ZERO, named))
        self.is_reply = np.concatenate(([False], (flags & (IS_REPLY | IS_REPOST)) == IS_REPLY))
        """Replies by their author: not a reply that somebody reposts."""
        self.to = np.where(self.is_reply, np.concatenate((_ZERO, to)), 0)
        self.parent = np.concatenate((_ZERO, kin.forest.tree_parent))
        number_of = np.zeros(rows.count, np.int32)
        number_of[order] = np.arange(1, len(order) + 1, dtype=np.int32)
        self.number_of = number_of


def acts(rows: Rows, kin: Kin, author: Ints, account_of: Ints, refs: Refs, likes: Sequence[KeptLike]) -> Acts:
    """Who addressed whom, where: replies, typed mentions (of others than the addressee), quotes, reposts, likes."""
    posts = _Posts(rows, kin, author, account_of)
    post, byline = posts.number_of[refs["row"]], refs["byline"]
    kind = refs["kind"].astype(np.int32)
    aim = np.where(kin.target > 0, posts.author[kin.target], account_of[byline])
    typed = _typed(posts, post, kind, aim)
    typed_here = (post[typed], byline[typed])
    kind[typed] = MENTION
    aim[(kind == MENTION) & (aim == posts.to[post])] = 0
    aim[(kind == INHERITED) | (kind == RELAYED)] = 0
    replies = np.flatnonzero(posts.is_reply)
    liker = np.array([account_of[byline] for _, byline, _ in likes], np.int32)
    liked = np.flatnonzero(kin.liked)
    by_post = np.argsort(kin.liked[liked], kind="stable")
    columns = _sorted(
        (posts.author[replies], posts.to[replies], np.full(len(replies), REPLY), replies),
        (posts.author[post], aim, kind, post),
        (liker[liked], posts.author[kin.liked[liked]], np.full(len(liked), LIKE), kin.liked[liked]),
    )
    return Acts(*columns, typed_here, (kin.liked[liked][by_post], liked[by_post] + 1))


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
    names = np.flatnonzero((kind == MENTION) | (kind == INHERITED) | (kind == RELAYED))
    known = np.unique(post[names].astype(np.int64) << 32 | aim[names])
    wanted = where.astype(np.int64) << 32 | who
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    mask: Mask = known[place] == wanted
    return mask


def _sorted(*parts: tuple[Ints, Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    """The acts between two different known accounts by the lower, the higher, post and kind, each once."""
    source, target, kind, post = (np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True))
    real = np.flatnonzero((source > 0) & (target > 0) & (source != target))
    source, target, kind, post = source[real], target[real], kind[real], post[real]
    both = pair_keys(source, target)
    what = post.astype(np.int64) << 4 | kind << 1 | (source > target)
    order = np.lexsort((what, both))
    both, what = both[order], what[order]
    new = np.ones(len(order), bool)
    new[1:] = (both[1:] != both[:-1]) | (what[1:] != what[:-1])
    order = order[new]
    return source[order], target[order], kind[order], post[order]


def pair_keys(one: Ints, other: Ints) -> Ints:
    """What two accounts are looked up by, whichever comes first."""
    keys: Ints = np.minimum(one, other).astype(np.int64) << 32 | np.maximum(one, other)
    return keys
