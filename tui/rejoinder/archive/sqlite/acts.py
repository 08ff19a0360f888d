"""Who addressed whom in which post: what contacts are found from. And the likes, each once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from rejoinder.archive.sqlite.loading import Ints, Loaded, Rows
from rejoinder.archive.sqlite.order import Forest
from rejoinder.archive.sqlite.register import People
from rejoinder.archive.staged import IS_REPLY, LIKE, MENTION, REPLY, StagedLike, halves

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


def unique_likes(loaded: Loaded, people: People) -> list[KeptLike]:
    """Each account's like of each post once: the first read, unless only a later one knows its time."""
    found: dict[tuple[str, int | str, int], KeptLike] = {}
    for stage, numbering in zip(loaded.names, loaded.numberings, strict=True):
        for like in stage.likes:
            byline = numbering.bylines[like.byline]
            key = (like.platform, like.post, people.of[byline] or -byline)
            known = found.get(key)
            if known is None or (known[0].time is None and like.time is not None):
                found[key] = (like, byline, numbering.members[like.place[0]])
    return list(found.values())


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


def acts(
    rows: Rows, kin: Kin, author: Ints, account_of: Ints, refs: Refs, likes: Sequence[KeptLike]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Who addressed whom, where: replies, typed mentions (of others than the addressee), quotes, reposts, likes."""
    order, target, liked = kin.order, kin.target, kin.liked
    numbers = np.arange(1, len(order) + 1, dtype=np.int32)
    wrote = np.concatenate((_ZERO, author))
    parent, flags = np.maximum(kin.forest.parent, 0), rows.flags[order]
    reply_to = np.where(parent > 0, wrote[parent], account_of[rows.addressee[order]])
    is_reply = (flags & IS_REPLY) != 0
    number_of = np.zeros(rows.count, np.int32)
    number_of[order] = numbers
    post = number_of[refs["row"]]
    aim = np.where(target > 0, wrote[target], account_of[refs["byline"]])
    answered = np.concatenate((_ZERO, np.where(is_reply, reply_to, 0)))[post]
    aim[(refs["kind"] == MENTION) & (aim == answered)] = 0
    liker = np.array([account_of[byline] for _, byline, _ in likes], np.int32)
    liker[liked == 0] = 0
    return _sorted(
        (author[is_reply], reply_to[is_reply], np.full(int(is_reply.sum()), REPLY), numbers[is_reply]),
        (wrote[post], aim, refs["kind"].astype(np.int32), post),
        (liker, wrote[liked], np.full(len(liker), LIKE), liked),
    )


def _sorted(*parts: tuple[Ints, Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    """The acts between two different known accounts, by source, target, kind and post."""
    columns = [np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True)]
    source, target = columns[0], columns[1]
    real = (source > 0) & (target > 0) & (source != target)
    columns = [column[real] for column in columns]
    order = np.lexsort(columns[::-1])
    source, target, kind, post = (column[order] for column in columns)
    return source, target, kind, post
