"""One post told by several sources becomes one: which telling is kept, what it takes from the others.

The fullest text is kept, of equal ones the collected before the context one, then the earlier read. What it lacks is
filled from the others (a time known more finely, a parent, media …): that is data of this very post, not a guess. Every
place it was read is kept. A telling that differs is kept whole beside it, unless it differs in nothing but counts:
those grow from day to day, and two captures of one timeline would double the archive.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rejoinder.archive.body import Other, Place
from rejoinder.records import Origin, Post

_STATUS = {"verbatim": 0, "partial": 1, "paraphrase": 2, "absent": 3}
_PRECISION = {name: n for n, name in enumerate(("millisecond", "second", "minute", "day", "month", "year", "unknown"))}
_COUNTS = ("likes", "reposts", "replies", "quotes")
_FILLED = (
    *("author", "handle", "name", "reply_author", "quote", "quote_author", "repost", "repost_author", "conversation"),
    *("mentions", "tags", "links", "media", "language", "edited", "versions", "deleted", "warning", "app", "permalink"),
    *("is_repost", "sensitive"),
    *_COUNTS,
)
"""Fields of which any value says more than the default."""
_DEFAULTS = Post(id="", platform="")


class Telling(msgspec.Struct, frozen=True):
    """A post as one stage row has it; `old` ones come from the archive that is added to."""

    place: Place
    post: Post
    places: tuple[Place, ...] = ()
    others: tuple[Other, ...] = ()
    old: bool = False


class Folded(msgspec.Struct, frozen=True):
    """What several tellings come to; `kept` is the position of the telling that was kept."""

    telling: Telling
    kept: int


def fold(tellings: Sequence[Telling]) -> Folded:
    """Make one of the tellings, which are in the order old before new, then as read."""
    known: set[Place] = set()
    candidates: list[tuple[int, Telling]] = []
    for number, telling in enumerate(tellings):
        if telling.place not in known:
            candidates.append((number, telling))
            known.add(telling.place)
            known.update(telling.places)
    kept, best = min(candidates, key=lambda each: _rank(each[1].post))
    versions = _different(best.post, candidates)
    merged = _filled(best.post, [telling.post for telling in versions])
    if merged.context and not all(telling.post.context for _, telling in candidates):
        merged = msgspec.structs.replace(merged, context=False)
    others = _others(merged, best, versions, candidates)
    places = tuple(sorted(known - {best.place}))
    return Folded(Telling(best.place, merged, places, others), kept)


def _different(best: Post, candidates: Sequence[tuple[int, Telling]]) -> list[Telling]:
    """The tellings that are not simply the best one read elsewhere: few, even where an export repeats a post."""
    own = _alike(best)
    return [telling for _, telling in candidates if telling.post is not best and _alike(telling.post) != own]


def _alike(post: Post) -> Post:
    return msgspec.structs.replace(post, origin=Origin(), context=False)


def _rank(post: Post) -> tuple[int, int, bool]:
    return _STATUS[post.text_status], -len(post.text), post.context


def _others(
    merged: Post, best: Telling, versions: Sequence[Telling], candidates: Sequence[tuple[int, Telling]]
) -> tuple[Other, ...]:
    """The tellings that differ from the merged post, each once."""
    said = [other for _, telling in candidates for other in telling.others]
    if not said and not versions:
        return ()
    said += [Other(telling.place, _bare(telling.post)) for telling in (best, *versions)]
    seen = [_comparable(merged)]
    different = []
    for other in said:
        if _comparable(other.post) not in seen:
            seen.append(_comparable(other.post))
            different.append(other)
    return tuple(different)


def _bare(post: Post) -> Post:
    return msgspec.structs.replace(post, origin=Origin())


def _comparable(post: Post) -> Post:
    return msgspec.structs.replace(
        post, origin=Origin(), context=False, likes=None, reposts=None, replies=None, quotes=None
    )


def _filled(best: Post, versions: Sequence[Post]) -> Post:
    if not versions:
        return best
    changes: dict[str, object] = {}
    for name in _FILLED:
        if getattr(best, name) == getattr(_DEFAULTS, name):
            said = next((value for v in versions if (value := getattr(v, name)) != getattr(_DEFAULTS, name)), None)
            if said is not None:
                changes[name] = said
    changes |= _time(best, versions)
    changes |= _parent(best, versions)
    return msgspec.structs.replace(best, **changes) if changes else best


def _time(best: Post, versions: Sequence[Post]) -> dict[str, object]:
    """Time, clock and precision belong together: those of the post that knows its time most finely."""
    finest = min([best, *versions], key=lambda post: (post.time is None, _PRECISION[post.precision]))
    if finest is best:
        return {}
    return {"time": finest.time, "clock": finest.clock, "precision": finest.precision}


def _parent(best: Post, versions: Sequence[Post]) -> dict[str, object]:
    """The parent and who says so: the platform's data before a secondary source."""
    tellers = [post for post in (best, *versions) if post.reply_to is not None]
    teller = min(tellers, key=lambda post: post.reply_asserted, default=best)
    if teller is best:
        return {}
    return {"reply_to": teller.reply_to, "reply_asserted": teller.reply_asserted}
