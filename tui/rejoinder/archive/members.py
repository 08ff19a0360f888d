"""What the posts of a stage share, numbered: the members they were read in, the sources of these, their manners."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rejoinder.archive.body import Manner, Member
from rejoinder.archive.marks import manner_marks
from rejoinder.records import Post, Source


class Members:
    """Members and sources. What is numbered already, in the whole import, comes before what is new here.

    Both raise UnicodeEncodeError for a name that can't be written, before it has a number.
    """

    def __init__(self, members: Sequence[Member], sources: int) -> None:
        """`sources`: how many are numbered."""
        self._base = sources
        self._members = {member: number for number, member in enumerate(members)}
        self._sources: dict[tuple[int, str], tuple[int, Source]] = {}
        self.input = 0
        """Number of the input's own source."""
        self.input_name = ""

    def of(self, source: str, name: str) -> int:
        """A member of the input, or of a source that the input names."""
        number = self.input
        if source and source != self.input_name:
            known = self._sources.get((number, source))
            number = known[0] if known else self.source(Source(source))
        member = (number, name)
        found = self._members.get(member)  # type: ignore[call-overload]
        if found is None:
            keepable(member)
            found = self._members[Member(*member)] = len(self._members)
        return int(found)

    def source(self, source: Source) -> int:
        """A source that the input itself names; the first that bears a name counts."""
        key = (self.input, source.name)
        if key not in self._sources:
            keepable(source)
            self._sources[key] = (self._base + len(self._sources), source)
        return self._sources[key][0]

    def listed(self) -> tuple[list[Member], list[tuple[int, Source]]]:
        """All members; and the sources named inside inputs, each with the number of the input's own."""
        return list(self._members), [(of, source) for (of, _), (_, source) in self._sources.items()]


class Manners:
    """Manners, and the marks that they give a post."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._marks: list[bytes] = []

    def of(self, post: Post) -> tuple[int, bytes]:
        """(number, marks) of a post's manner."""
        key = (
            post.platform,
            post.language,
            post.app,
            post.clock,
            post.precision,
            post.text_status,
            post.visibility,
            post.context,
            post.sensitive,
            post.is_repost,
            post.reply_asserted,
            post.poll,
        )
        number = self._numbers.get(key)
        if number is None:
            keepable(key)
            number = self._numbers[key] = len(self._numbers)
            self._marks.append(manner_marks(post))
        return number, self._marks[number]

    def listed(self) -> list[Manner]:
        """All of them, in the order of their numbers."""
        return [Manner(*key) for key in self._numbers]  # type: ignore[arg-type]


def keepable(thing: object) -> None:
    """Raises UnicodeEncodeError or OverflowError for what can't be written, before it is given a number."""
    msgspec.msgpack.encode(thing)
