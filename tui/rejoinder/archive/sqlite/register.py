"""One numbering for what each stage has numbered by itself, and which bylines are the same account."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from rejoinder.archive.body import Byline, Manner, Member
from rejoinder.archive.facets import account as identity
from rejoinder.archive.staged import Names
from rejoinder.archive.text import fold_handle
from rejoinder.records import Account, Source


class Numbering(msgspec.Struct):
    """Where one stage's numbers lie in the whole: position = the stage's number, value = the import's."""

    bylines: array[int]
    manners: list[int]
    members: list[int]


class Register:
    """All bylines (from 1), manners (from 0), members and sources (from 0) of an import."""

    def __init__(
        self, sources: Sequence[Source], members: Sequence[Member], citers: Mapping[int, Iterable[int]] | None = None
    ) -> None:
        self.base = len(sources)
        self.sources = list(sources)
        self._inner: dict[tuple[int, str], int] = {}
        self.citers: dict[int, set[int]] = {number: set(of) for number, of in (citers or {}).items()}
        """Of sources that inputs name themselves: the inputs' own sources."""
        self._bylines: dict[Byline, int] = {}
        self._manners: dict[Manner, int] = {}
        self._members = {member: number for number, member in enumerate(members)}

    @property
    def bylines(self) -> list[Byline]:
        return list(self._bylines)

    @property
    def manners(self) -> list[Manner]:
        return list(self._manners)

    @property
    def members(self) -> list[Member]:
        return list(self._members)

    def own(self, source: Source) -> int:
        """Number the source of an input."""
        self.sources.append(source)
        self.base = len(self.sources)
        return self.base - 1

    def take(self, names: Names, bylines: Iterable[Byline]) -> Numbering:
        """Number what a stage holds. (One that names no source inside has members of the whole import alone.)"""
        inner = [self._source(of, source) for of, source in names.sources]
        members = [
            Member(inner[member.source - self.base], member.name) if inner and member.source >= self.base else member
            for member in names.members
        ]
        return Numbering(
            array("i", (self._bylines.setdefault(byline, len(self._bylines) + 1) for byline in bylines)),
            [self._manners.setdefault(manner, len(self._manners)) for manner in names.manners],
            [self._members.setdefault(member, len(self._members)) for member in members],
        )

    def _source(self, of: int, source: Source) -> int:
        """A source that the input `of` names; two readers of one input may both have met it."""
        key = (of, source.name)
        if key not in self._inner:
            self._inner[key] = self._known(source)
            self.citers.setdefault(self._inner[key], set()).add(of)
        return self._inner[key]

    def _known(self, source: Source) -> int:
        """The number of this source; a file that has grown names again what it named before."""
        if source not in self.sources:
            self.sources.append(source)
        return self.sources.index(source)


_SEVERAL = -1
_Bearers = dict[tuple[str, str], int]
"""(platform, folded handle) -> the account that bore it, or `_SEVERAL`."""


class Person(msgspec.Struct):
    """An account as it is put together from bylines; `joined` are handles by which bylines without id named it."""

    platform: str
    id: str | None
    handle: str | None
    name: str | None
    handles: tuple[str, ...] = ()
    """Those that a source has together with the account, mostly one (an empty set takes 216 bytes)."""
    joined: tuple[str, ...] = ()
    record: Account | None = None


class People:
    """The accounts behind the bylines: number 0 is nobody.

    An account is its platform and id. A byline without an id is the account that bore the handle, if exactly one did in
    this archive; else an account of its own.
    """

    def __init__(self, bylines: Sequence[Byline], earlier: Iterable[tuple[int, str]] = ()) -> None:
        """`earlier` are (byline, handle): other handles that an account bore, as its own export says."""
        self.people = [Person("", None, None, None)]
        self.of = [0]
        """Position = byline number, value = account number."""
        self._known: dict[str, int] = {}
        bearers: _Bearers = {}
        self.of += [self._number(byline, bearers) if byline.id is not None else 0 for byline in bylines]
        for number, handle in earlier:
            self._prove(self.of[number], bylines[number - 1].platform, handle, bearers)
        for number, byline in enumerate(bylines, 1):
            if byline.id is None:
                self.of[number] = self._without_id(byline, bearers)

    def _number(self, byline: Byline, bearers: _Bearers) -> int:
        number = self._person(byline)
        if byline.handle:
            self._prove(number, byline.platform, byline.handle, bearers)
        return number

    def _prove(self, number: int, platform: str, handle: str, bearers: _Bearers) -> None:
        """A source has this account's id and this handle together."""
        if number:
            folded = fold_handle(handle)
            person = self.people[number]
            if folded not in person.handles:
                person.handles += (folded,)
            if bearers.setdefault((platform, folded), number) != number:
                bearers[platform, folded] = _SEVERAL

    def _person(self, byline: Byline) -> int:
        key = identity(byline.platform, byline.id, fold_handle(byline.handle) if byline.handle else None, byline.name)
        if not key:
            return 0
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.people)
            self.people.append(Person(byline.platform, byline.id, byline.handle, byline.name))
        return number

    def _without_id(self, byline: Byline, bearers: _Bearers) -> int:
        folded = fold_handle(byline.handle) if byline.handle else ""
        bearer = bearers.get((byline.platform, folded), _SEVERAL) if folded else _SEVERAL
        number = self._person(byline) if bearer == _SEVERAL else bearer
        person = self.people[number]
        if bearer != _SEVERAL and folded not in person.joined:
            person.joined += (folded,)
        elif bearer == _SEVERAL and folded and number and folded not in person.handles:
            person.handles += (folded,)
        return number
