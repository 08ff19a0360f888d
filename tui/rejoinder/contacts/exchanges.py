"""Exchanges: paths in reply trees on which two accounts, or two sides, alternate."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rejoinder.acts import Act, Exchange

CONVERSATION = 3
"""From so many turns on an exchange is a conversation and no retort."""


def exchanges(acts: Sequence[Act], ones: Collection[int]) -> tuple[Exchange, ...]:
    """The exchanges that are part of no longer one, the longest first, of one length by time.

    Only posts that are here count: a missing parent begins no exchange.
    """
    replies = {act.key: act for act in acts if act.kind == "reply" and act.parent is not None and act.parent > 0}
    answered: set[int] = set()
    paths: dict[int, tuple[int, ...]] = {}
    for key in replies:
        for at in _upwards(replies, key, ones, paths):
            act = replies[at]
            parent = act.parent or 0
            above = replies.get(parent)
            goes_on = above is not None and (above.source in ones) != (act.source in ones)
            paths[at] = (*(paths[parent] if goes_on else (parent,)), at)
            if goes_on:
                answered.add(parent)
    ends = [path for key, path in paths.items() if key not in answered]
    return tuple(Exchange(path) for path in sorted(ends, key=lambda path: (-len(path), path)))


def _upwards(replies: dict[int, Act], key: int, ones: Collection[int], known: dict[int, tuple[int, ...]]) -> list[int]:
    """The replies from one whose path is known, or ends, down to this one. (Trees hold no cycle.)"""
    line = []
    at: int | None = key
    while at is not None and at in replies and at not in known:
        line.append(at)
        parent = replies[at].parent
        above = replies.get(parent or 0)
        at = parent if above is not None and (above.source in ones) != (replies[at].source in ones) else None
    return line[::-1]
