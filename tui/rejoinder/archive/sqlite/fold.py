"""One post told by several sources becomes one: which telling is kept, what it takes from the others.

The fullest text is kept, of equal ones the collected before the context one, then the earlier read. What it lacks is
filled from the others (a time known more finely, a parent, media …): that is data of this very post, not a guess. Every
place it was read is kept. A telling that differs is kept whole beside it, with all places that told it so, unless it
differs in nothing but counts, which grow from day to day (two captures of one timeline would double the archive), or
but in the mark of deletion, which once told stays told. So an archive always knows what each source said, and one
source can be taken out of it again (`without`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from rejoinder.archive.body import Other, Place
from rejoinder.records import Origin, Post

_STATUS = {"verbatim": 0, "partial": 1, "paraphrase": 2, "absent": 3, "hidden": 3}
_PRECISION = {name: n for n, name in enumerate(("millisecond", "second", "minute", "day", "month", "year", "unknown"))}
_COUNTS = ("likes", "reposts", "replies", "quotes")
_FILLED = (
    *("author", "handle", "name", "reply_author", "quote", "quote_author", "repost", "repost_author", "conversation"),
    *("mentions", "tags", "links", "media", "language", "edited", "versions", "deleted", "warning", "app", "permalink"),
    *("is_repost", "sensitive", "poll"),
    *_COUNTS,
)
"""Fields of which any value says more than the default."""
_DEFAULTS = Post(id="", platform="")


class Telling(msgspec.Struct, frozen=True):
    """A post as one stage row has it; `old` ones come from the archive that is added to."""

    place: Place
    post: Post
    places: tuple[Place, ...] = ()
    """Where else the post was read."""
    others: tuple[Other, ...] = ()
    old: bool = False
    notice: bool = False
    """It only says that the post was deleted."""
    contexts: tuple[Place, ...] = ()
    """Of a collected post: the places where it was read for context only."""

    @property
    def told(self) -> tuple[Place, ...]:
        """The places that told it just so; none where it was filled from several."""
        differ = {place for other in self.others for place in (other.place, *other.also)}
        return tuple(place for place in (self.place, *self.places) if place not in differ)

    @property
    def surroundings(self) -> frozenset[Place]:
        """The places where the post was read for context."""
        return frozenset((self.place, *self.places) if self.post.context else self.contexts)


class Folded(msgspec.Struct, frozen=True):
    """What several tellings come to; `kept` is the position of the telling that was kept."""

    telling: Telling
    kept: int


def fold(tellings: Sequence[Telling]) -> Folded:
    """Make one of the tellings, which are in the order old before new, then as read. One at least is no notice."""
    known: set[Place] = set()
    candidates: list[tuple[int, Telling]] = []
    for number, telling in enumerate(tellings):
        if telling.place not in known:
            candidates.append((number, telling))
            known.add(telling.place)
            known.update(telling.places)
    kept, best = min(candidates, key=lambda each: (each[1].notice, _rank(each[1].post)))
    alike, versions = _different(best, candidates)
    merged = _filled(best.post, [telling.post for telling in versions])
    surroundings = frozenset().union(*(telling.surroundings for _, telling in candidates))
    places = tuple(sorted(known - {best.place}))
    if merged.context and not surroundings.issuperset(known):
        merged = msgspec.structs.replace(merged, context=False)
    contexts = () if merged.context else tuple(sorted(surroundings))
    others = _others(merged, [(best, alike), *((telling, telling.told) for telling in versions)], candidates)
    return Folded(Telling(best.place, merged, places, others, contexts=contexts), kept)


def without(telling: Telling, leaves: Callable[[Place], bool]) -> Telling | None:
    """The post as the places that stay tell it, those that leave being taken out; None where none stays.

    Where only word of its deletion stays, a `notice` is what is left.
    """
    if not any(map(leaves, (telling.place, *telling.places))):
        return telling
    said = [(telling.post, telling.told), *((other.post, (other.place, *other.also)) for other in telling.others)]
    left = [
        Telling(staying[0], msgspec.structs.replace(post, context=surrounding), tuple(staying[1:]))
        for post, places in said
        for surrounding in (False, True)
        if (staying := [p for p in places if not leaves(p) and (p in telling.surroundings) == surrounding])
    ]
    if not left:
        return None
    found = fold(sorted(left, key=lambda each: each.place)).telling
    return msgspec.structs.replace(found, notice=True) if is_notice(found.post) else found


def is_notice(post: Post) -> bool:
    """Whether this is no more than word that a post was deleted: as `stage.Stage.deletion` writes it."""
    return post.deleted is not None and post == Post(
        post.id, post.platform, text_status="absent", deleted=post.deleted, context=True, origin=post.origin
    )


def _different(best: Telling, candidates: Sequence[tuple[int, Telling]]) -> tuple[tuple[Place, ...], list[Telling]]:
    """(places that told just the best one, the tellings that are not it read elsewhere): the latter are few, even where
    an export repeats a post."""
    own = _alike(best.post)
    places: list[Place] = []
    versions = []
    for _, telling in candidates:
        if telling is best or _alike(telling.post) == own:
            places.extend(telling.told)
        else:
            versions.append(telling)
    return tuple(places), versions


def _alike(post: Post) -> Post:
    return msgspec.structs.replace(post, origin=Origin(), context=False)


def _rank(post: Post) -> tuple[int, int, bool]:
    return _STATUS[post.text_status], -len(post.text), post.context


def _others(
    merged: Post, said: Sequence[tuple[Telling, tuple[Place, ...]]], candidates: Sequence[tuple[int, Telling]]
) -> tuple[Other, ...]:
    """The tellings that differ from the merged post, each once."""
    older = [other for _, telling in candidates for other in telling.others]
    if not older and len(said) == 1:
        return ()
    told = [(other.post, (other.place, *other.also)) for other in older]
    told += [(_bare(telling.post), places) for telling, places in said if places]
    own = _comparable(merged)
    different: list[tuple[Post, Post, list[Place]]] = []
    for post, places in told:
        comparable = _comparable(post)
        if comparable == own:
            continue
        same = next((listed for known, _, listed in different if known == comparable), None)
        if same is None:
            different.append((comparable, post, list(places)))
        else:
            same.extend(place for place in places if place not in same)
    return tuple(Other(places[0], post, tuple(places[1:])) for _, post, places in different)


def _bare(post: Post) -> Post:
    return msgspec.structs.replace(post, origin=Origin())


def _comparable(post: Post) -> Post:
    return msgspec.structs.replace(
        post, origin=Origin(), context=False, likes=None, reposts=None, replies=None, quotes=None, deleted=None
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
    if best.deleted == 0:
        changes["deleted"] = max(version.deleted or 0 for version in versions)  # when, where another knows
    changes |= _time(best, versions)
    changes |= _parent(best, versions)
    return msgspec.structs.replace(best, **changes) if changes else best


def _time(best: Post, versions: Sequence[Post]) -> dict[str, object]:
    """Times, clock and precision belong together: those of the post that knows its time most finely."""
    finest = min([best, *versions], key=lambda post: (post.time is None, _PRECISION[post.precision]))
    if finest is best:
        return {}
    return {name: getattr(finest, name) for name in ("time", "clock", "precision", "other_time")}


def _parent(best: Post, versions: Sequence[Post]) -> dict[str, object]:
    """The parent and who says so: the platform's data before a secondary source."""
    tellers = [post for post in (best, *versions) if post.reply_to is not None]
    teller = min(tellers, key=lambda post: post.reply_asserted, default=best)
    if teller is best:
        return {}
    return {"reply_to": teller.reply_to, "reply_asserted": teller.reply_asserted}
