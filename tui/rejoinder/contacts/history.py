"""The events between two accounts or two sides, found among their acts; every one is "first in this archive".

Acts are in the order of time, those of one moment in the order of the timeline, those without a date last: nothing is
first by them while there is another. All events are per direction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from rejoinder.acts import ADDRESSES, Act, Event, EventKind, History, Verdict, Way
from rejoinder.contacts.exchanges import exchanges
from rejoinder.records import Clock

DAY = 86_400_000
RESUMED = 365 * DAY
"""A reply after so long without one in its direction is an event (ms)."""
_WEAKEST: tuple[Clock, ...] = ("platform", "observed", "claimed", "day")


def history(acts: Sequence[Act], ones: Collection[int], others: Collection[int], resumed: int = RESUMED) -> History:
    """What is between two groups of accounts; a group's inner traffic is not among the acts and does not count."""
    here, there = frozenset(ones), frozenset(others)
    ordered = sorted(acts, key=_order)
    forth = [act for act in ordered if act.source in here and act.target in there]
    back = [act for act in ordered if act.source in there and act.target in here]
    if _first(back) < _first(forth):
        here, there, forth, back = there, here, back, forth
    return History(
        tuple(sorted(here)),
        tuple(sorted(there)),
        _way(forth, back, resumed),
        _way(back, forth, resumed),
        exchanges(ordered, here),
        tuple(sorted((*forth, *back), key=_order)),
    )


def _order(act: Act) -> tuple[bool, int]:
    """Where an act stands: keys run with time. (A like is no event: it stands by the post it is given to.)"""
    return act.time is None, act.key


def _first(acts: Sequence[Act]) -> tuple[bool, bool, int]:
    """Where the first address of these stands; after all others if there is none."""
    return min(((False, *_order(act)) for act in acts if act.kind in ADDRESSES), default=(True, True, 0))


def _way(forth: Sequence[Act], back: Sequence[Act], resumed: int) -> Way:
    """The direction of the acts `forth`, of which some may answer those `back`."""
    counts = {kind: sum(act.kind == kind for act in forth) for kind in (*ADDRESSES, "repost", "like")}
    addresses = posts_of(forth)
    replies = [act for act in forth if act.kind == "reply"]
    return Way(
        replies=counts["reply"],
        quotes=counts["quote"],
        mentions=counts["mention"],
        reposts=counts["repost"],
        likes=counts["like"],
        addresses=len(addresses),
        undated=sum(not act.dated for act in forth),
        first_address=_event("first address", addresses[0]) if addresses else None,
        first_reply=_event("first reply", replies[0]) if replies else None,
        answer=_answer(replies, posts_of(back)),
        resumed=tuple(_resumed(replies, resumed)),
    )


def posts_of(acts: Sequence[Act]) -> list[Act]:
    """The acts that address, one a post: a reply before a quote before a mention."""
    found: dict[int, Act] = {}
    for act in sorted((act for act in acts if act.kind in ADDRESSES), key=lambda act: ADDRESSES.index(act.kind)):
        found.setdefault(act.key, act)
    return sorted(found.values(), key=_order)


def _answer(replies: Sequence[Act], addresses: Sequence[Act]) -> Event | None:
    """The first reply at or after the first address, or one that is linked to an address dated after it."""
    if not addresses:
        return None
    known = {act.key: act for act in addresses}
    for reply in replies:
        later = known.get(reply.parent or 0)
        later = later if later is not None and _order(later) > _order(reply) else None
        if later is None and _order(reply) < _order(addresses[0]):
            continue
        before = sum(_order(act) < _order(reply) for act in addresses) + (later is not None)
        return _event("answer", reply, addresses[0], before)
    return None


def _resumed(replies: Sequence[Act], after: int) -> Iterator[Event]:
    dated = [act for act in replies if act.time is not None]
    for earlier, later in pairwise(dated):
        if (later.time or 0) - (earlier.time or 0) >= after:
            yield _event("resumed", later, earlier)


def _event(kind: EventKind, act: Act, since: Act | None = None, unanswered: int = 0) -> Event:
    both = [act] if since is None else [act, since]
    silence = None
    if since is not None and act.time is not None and since.time is not None:
        silence = act.time - since.time
    return Event(
        kind,
        act,
        verdict(both),
        max((each.clock for each in both), key=_WEAKEST.index),
        since,
        unanswered,
        silence,
        contradicted=is_contradicted(act),
    )


def verdict(acts: Sequence[Act]) -> Verdict:
    """How sure an event is that these acts make; the least sure of them tells."""
    if any(not act.dated for act in acts):
        return "bounded"
    return "inferred" if any(act.kind == "reply" and _is_inferred(act) for act in acts) else "witnessed"


def _is_inferred(reply: Act) -> bool:
    return reply.asserted or reply.parent is None or reply.parent < 0


def is_contradicted(act: Act) -> bool:
    """Whether a reply is dated before its parent."""
    return act.time is not None and act.parent_time is not None and act.time < act.parent_time


def one_way(way: Way, back: Way) -> bool:
    """Whether the one has addressed the other, who has not replied in this archive."""
    return way.addresses > 0 and back.replies == 0
