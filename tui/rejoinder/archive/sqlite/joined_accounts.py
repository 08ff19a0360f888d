"""Accounts over a sealed archive and the live tail beside it: one account of both has the sealed file's number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from rejoinder.acts import Act, Coverage, Party
from rejoinder.archive.protocol import Borne, Face
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.archive.sqlite.twins import FAR, Twins
from rejoinder.records import Account


class JoinedAccounts:
    """What is asked of accounts; those that only the tail knows are numbered from FAR on."""

    def __init__(self, twins: Twins) -> None:
        self._twins = twins
        self._sealed = twins.sealed

    def beginning(self, prefix: str, limit: int) -> list[tuple[Face, int]]:
        """See `Archive.accounts`."""
        posts = dict(self._sealed.accounts(prefix, limit))
        for face, n in self._twins.tail.accounts(prefix, limit) if self._twins.tail is not None else ():
            same = self._twins.face(face)
            posts[same] = posts.get(same, 0) + n
        return sorted(posts.items(), key=lambda row: -row[1])[:limit]

    def account(self, number: int) -> Account | None:
        if number < FAR:
            return self._sealed.account(number)
        return self._twins.tail.account(number - FAR) if self._twins.tail is not None else None

    def borne(self, number: int) -> list[Borne]:
        """See `Archive.borne`."""
        found: dict[tuple[str, str], Borne] = {}
        every = list(self._sealed.borne(number)) if number < FAR else []
        for tail, its in self._in_tail(number):
            every.extend(tail.borne(its))
        for one in every:
            known = found.get((one.handle, one.name))
            found[one.handle, one.name] = _together(known, one) if known is not None else one
        return list(found.values())

    def coverage(self, account: int) -> Coverage:
        """See `Archive.coverage`, of one account."""
        each = self._sealed.coverage([account]) if account < FAR else []
        return Coverage.union(
            [*each, *(found for tail, its in self._in_tail(account) for found in tail.coverage([its]))]
        )

    def parties(self, numbers: Sequence[int]) -> list[Party]:
        """See `Archive.parties`."""
        found = {party.number: party for party in self._sealed.parties([n for n in numbers if n < FAR])}
        if self._twins.tail is not None:
            for party in self._twins.tail.parties([n - FAR for n in numbers if n >= FAR]):
                found[FAR + party.number] = msgspec.structs.replace(party, number=FAR + party.number)
        return [found[number] for number in numbers if number in found]

    def named(self, name: str, part: bool) -> list[Party]:
        """See `Archive.parties_named`."""
        found = list(self._sealed.parties_named(name, part))
        known = {_identity(party) for party in found}
        more = self._twins.tail.parties_named(name, part) if self._twins.tail is not None else ()
        found += [
            msgspec.structs.replace(party, number=FAR + party.number)
            for party in more
            if _identity(party) not in known and not self._sealed.parties_named(_identity(party))
        ]
        return found

    def acts(self, ones: Sequence[int], others: Sequence[int]) -> list[Act]:
        """See `Archive.acts`."""
        found = list(self._sealed.acts([n for n in ones if n < FAR], [n for n in others if n < FAR]))
        if self._twins.tail is not None:
            mine = {its: n for n in (*ones, *others) for _, its in self._in_tail(n)}
            its_ones, its_others = ([n for n in mine if mine[n] in group] for group in (ones, others))
            found += [self._twins.act(act, mine) for act in self._twins.tail.acts(its_ones, its_others)]
        return sorted(found, key=lambda act: (act.time is None, act.time or 0))

    def _in_tail(self, account: int) -> Iterator[tuple[SqliteArchive, int]]:
        """The tail, and its numbers of an account."""
        tail = self._twins.tail
        if tail is None:
            return
        if account >= FAR:
            yield tail, account - FAR
            return
        for party in self._sealed.parties([account]):
            yield from ((tail, its.number) for its in tail.parties_named(_identity(party)))


def _identity(party: Party) -> str:
    return f"{party.platform}:{party.id or party.handle}"


def _together(one: Borne, other: Borne) -> Borne:
    first, last = _known((one.first, other.first)), _known((one.last, other.last))
    return Borne(one.handle, one.name, one.posts + other.posts, min(first, default=None), max(last, default=None))


def _known(times: Iterable[int | None]) -> list[int]:
    return [time for time in times if time is not None]
