"""How far a queue is: what is undecided, where to go on, how fast it goes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from itertools import pairwise

from rejoinder.review.acts import PostName

_RATE_OF = 50
"""The rate is that of the last decisions."""
_PAUSE = 600_000
"""ms: a longer gap is a pause and no work."""


class Progress:
    """The state of one queue while it is worked on. `decided` maps posts to the value of the deciding variable."""

    def __init__(
        self, posts: Sequence[PostName], decided: Mapping[PostName, str], put_off: set[PostName] | None = None
    ) -> None:
        self.posts = posts
        self._at = {post: at for at, post in enumerate(posts)}
        self._decided = {post: value for post, value in decided.items() if post in self._at}
        self._put_off = {post for post in put_off or () if post in self._at}
        self._values = Counter(self._decided.values())
        self._times: deque[int] = deque(maxlen=_RATE_OF)

    def __contains__(self, post: PostName) -> bool:
        return post in self._at

    @property
    def done(self) -> int:
        """Posts decided."""
        return len(self._decided)

    @property
    def put_off(self) -> int:
        """Posts put off and not decided."""
        return sum(post not in self._decided for post in self._put_off)

    def with_value(self, value: str) -> int:
        """Posts with this value."""
        return self._values[value]

    def value(self, post: PostName) -> str | None:
        """What was decided of a post."""
        return self._decided.get(post)

    def is_put_off(self, post: PostName) -> bool:
        """Whether the post was put off."""
        return post in self._put_off

    def number(self, post: PostName) -> int | None:
        """The post's number in the queue, from 1."""
        at = self._at.get(post)
        return None if at is None else at + 1

    def decide(self, post: PostName, value: str | None, at: int | None = None) -> None:
        """A value was set, or cleared; `at` (ms) counts for the rate."""
        if post not in self._at:
            return
        before = self._decided.pop(post, None)
        if before is not None:
            self._values[before] -= 1
        if value is not None:
            self._decided[post] = value
            self._values[value] += 1
        if at is not None:
            self._times.append(at)

    def postpone(self, post: PostName, off: bool = True) -> None:
        """The post was put off, or is no more."""
        if off and post in self._at:
            self._put_off.add(post)
        else:
            self._put_off.discard(post)

    def after(self, post: PostName | None) -> PostName | None:
        """The next undecided post after this one, around the end; those put off come last. None: all is decided."""
        start = self._at[post] + 1 if post in self._at else 0
        for from_, to in ((start, len(self.posts)), (0, start)):
            for at in range(from_, to):
                found = self.posts[at]
                if found not in self._decided and found not in self._put_off:
                    return found
        for from_, to in ((start, len(self.posts)), (0, start)):
            for at in range(from_, to):
                if self.posts[at] not in self._decided:
                    return self.posts[at]
        return None

    def resume(self, place: PostName | None, last: PostName | None) -> PostName | None:
        """Where to go on: at the post last looked at; else after the last act, or at its post where that is open."""
        if place in self._at:
            return place
        if last in self._at and last not in self._decided and last not in self._put_off:
            return last
        return self.after(last)

    def rate(self, now: int) -> int | None:
        """Decisions an hour, of the last ones without their pauses; None before there are a few."""
        times = [*self._times]
        gaps = [b - a for a, b in pairwise(times) if 0 <= b - a < _PAUSE]
        if len(gaps) < 3 or now - times[-1] > _PAUSE:
            return None
        return round(3_600_000 * len(gaps) / max(1, sum(gaps)))
