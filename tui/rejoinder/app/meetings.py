"""Two accounts, or two sides, looked up in an archive: their acts made to a history, witnesses, coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rejoinder.acts import Attested, Coverage, Event, History, Party, Way
from rejoinder.archive.capture import Gap, gaps
from rejoinder.archive.protocol import Archive
from rejoinder.contacts.attesting import attested
from rejoinder.contacts.history import RESUMED, history
from rejoinder.contacts.sides import Sides
from rejoinder.errors import UsageError


class End(msgspec.Struct, frozen=True):
    """One of the two: an account, or a side with its accounts."""

    parties: tuple[Party, ...]
    side: str | None = None

    @property
    def label(self) -> str:
        return self.side or self.parties[0].label

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(party.number for party in self.parties)

    @property
    def addressed(self) -> int:
        """How many posts addressed it: of a side, each of its accounts."""
        return sum(party.addressed for party in self.parties)

    @property
    def answered(self) -> int:
        return sum(party.answered for party in self.parties)

    @property
    def is_collected(self) -> bool:
        """Whether posts of it were collected, and not only what others quote or repost of it."""
        return any(party.is_collected for party in self.parties)

    @property
    def is_here(self) -> bool:
        """Whether any post of it is in the archive; without one nobody can tell whether it answered."""
        return any(party.posts for party in self.parties)


class Meeting(msgspec.Struct, frozen=True):
    """What is between two; `a` is the one that addressed first."""

    a: End
    b: End
    history: History
    coverage: tuple[Coverage, Coverage]
    parties: dict[int, Party]
    """Everybody in it, by number."""


def meet(
    archive: Archive,
    one: End,
    other: End,
    *,
    witnesses: bool = True,
    resumed: int = RESUMED,
    missed: Sequence[Gap] | None = None,
) -> Meeting:
    """The history of two; `witnesses` looks up who attests each event. Whoever asks for many hands over the gaps of the
    capture, which are the same for all."""
    told = history(archive.acts(one.numbers, other.numbers), one.numbers, other.numbers, resumed)
    a, b = (one, other) if set(told.a) == set(one.numbers) else (other, one)
    if witnesses:
        told = _attested(archive, told)
    parties = {party.number: party for party in (*a.parties, *b.parties)}
    lost = tuple(gaps(archive) if missed is None else missed)
    return Meeting(a, b, told, (_covered(archive, a, lost), _covered(archive, b, lost)), parties)


def _covered(archive: Archive, end: End, missed: tuple[Gap, ...]) -> Coverage:
    each = archive.coverage(end.numbers)
    return msgspec.structs.replace(each[0] if len(each) == 1 else Coverage.union(each), missed=missed)


def _attested(archive: Archive, told: History) -> History:
    owners = archive.owners()
    cited = {source.name for source in archive.sources() if not source.format}
    events = [event for way in (told.a_to_b, told.b_to_a) for event in events_of(way)]
    witnesses = {
        entry.key: attested(
            entry.author.account,
            {origin.source for origin in entry.origins},
            owners,
            cited,
            all(version.text == entry.post.text for version in entry.versions),
        )
        for entry in archive.posts(sorted({event.act.key for event in events}))
    }
    return msgspec.structs.replace(
        told, a_to_b=_with_witnesses(told.a_to_b, witnesses), b_to_a=_with_witnesses(told.b_to_a, witnesses)
    )


def events_of(way: Way) -> list[Event]:
    """The events of one direction, in their usual order."""
    firsts = (way.first_address, way.first_reply, way.answer)
    return [event for event in firsts if event is not None] + list(way.resumed)


def _with_witnesses(way: Way, witnesses: Mapping[int, Attested]) -> Way:
    def told(event: Event | None) -> Event | None:
        return None if event is None else msgspec.structs.replace(event, attested=witnesses.get(event.act.key))

    return msgspec.structs.replace(
        way,
        first_address=told(way.first_address),
        first_reply=told(way.first_reply),
        answer=told(way.answer),
        resumed=tuple(event for event in map(told, way.resumed) if event is not None),
    )


def ends_of(archive: Archive, sides: Sides) -> list[End]:
    """The sides with those of their accounts that are here. Raises UsageError for an account that stands on two."""
    ends, taken = [], dict[int, str]()
    for side, accounts in sides.sides.items():
        parties = {party.number: party for name in accounts for party in archive.parties_named(name)}
        for number in parties:
            if number in taken:
                raise UsageError(
                    f"{written(parties[number])} stands on two sides: {taken[number]} and {side}.", "Take it from one."
                )
            taken[number] = side
        ends.append(End(tuple(parties.values()), side))
    return ends


def written(party: Party) -> str:
    """An account as a file of sides names it: by id where it has one."""
    return f"{party.platform}:{party.id}" if party.id else f"{party.platform}:@{party.handle or party.name or ''}"
