"""An archive that is added to, read back as it was staged once: the old posts go the way of the new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_bytes
from typing import Any

import apsw
import msgspec

from rejoinder.archive.body import Byline, Manner, Member, Other, Place, decode, manner_of, restore
from rejoinder.archive.ingest import Line
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.sqlite.fold import Telling, without
from rejoinder.archive.sqlite.rows import Tables
from rejoinder.archive.sqlite.schema import VERSION, check_header
from rejoinder.archive.stage import Stage
from rejoinder.archive.staged import IS_OLD, UNKNOWN
from rejoinder.errors import ArchiveError
from rejoinder.records import Account, Deletion, Like, Origin, Problem, Source

_LEAVES = -1
"""What a member's number becomes where its source is left out."""


class Without(msgspec.Struct, frozen=True):
    """What is left behind when an archive is carried over. Picklable."""

    sources: frozenset[int] = frozenset()
    """Numbers of sources."""
    hashes: frozenset[bytes] = frozenset()
    """Keyed hashes (keeping.Keeping) of posts and accounts."""
    excerpts: frozenset[str] = frozenset()
    """Names of the sources whose problems must not show what stood there: it may be what is forgotten."""


NOTHING = Without()


def keeping_of(path: Path, upgrading: bool = False) -> Keeping:
    """The rules by which an archive is kept. Raises ArchiveError where it can't be read, or is of an older version
    and not being upgraded."""
    check_header(path, upgrading)
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        meta = dict(connection.execute("select key, value from meta where key in ('deleted', 'key')"))
        hashes = frozenset(bytes(row[0]) for row in connection.execute("select hash from forgotten"))
    except apsw.Error as error:
        raise ArchiveError(f"{path} is damaged: {error}", "Import its exports into a new archive.") from error
    finally:
        connection.close()
    return Keeping(meta["deleted"], bytes(meta["key"]), hashes)


class Carried:
    """The archive that is there, numbered anew. Raises ArchiveError where the file is no archive, newer, or damaged."""

    def __init__(self, path: Path, leaving: Without = NOTHING, tables: Tables | None = None) -> None:
        """`tables` are those of another engine, for which `path` stands."""
        self.version = VERSION if tables is not None else check_header(path, upgrading=True)
        self.path, self.without = path, leaving
        self._tables = tables or apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        citers = "citers" if self.version > 1 else "null"
        rows = [
            (row[0], msgspec.json.decode(row[1], type=Source), *row[2:])
            for row in self._rows(f"select number, record, line, {citers} from source order by number")
        ]
        left = [row for row in rows if row[0] not in leaving.sources]
        number_of = {row[0]: n for n, row in enumerate(left)}
        self._source_at = number_of
        self.sources: list[Source] = [row[1] for row in left]
        self.lines = [msgspec.json.decode(row[2], type=Line) for row in left]
        self.citers = {
            n: {number_of[of] for of in msgspec.json.decode(row[3]) if of in number_of}
            for n, row in enumerate(left)
            if row[3]
        }
        self._take_members(number_of)
        gone = {row[1].name for row in rows if row[0] in leaving.sources}
        self.problems = list(self._problems(gone, leaving.excerpts))
        self._meta = dict(self._rows("select key, value from meta"))
        self.posts = int(self._meta["posts"])
        self.keeping = self._keeping()

    def _take_members(self, number_of: dict[int, int]) -> None:
        self.members: list[Member] = []
        self._member_at: dict[int, int] = {}
        for number, source, name in self._rows("select number, source, name from member order by number"):
            self._member_at[number] = len(self.members) if source in number_of else _LEAVES
            if source in number_of:
                self.members.append(Member(number_of[source], name))

    def _problems(self, gone: set[str], silenced: frozenset[str]) -> Iterator[bytes]:
        for (record,) in self._rows("select record from problem order by number"):
            problem = msgspec.json.decode(record, type=Problem)
            if problem.origin.source in silenced:
                record = msgspec.json.encode(msgspec.structs.replace(problem, excerpt=""))
            if problem.origin.source not in gone:
                yield bytes(record)

    def _keeping(self) -> Keeping:
        """The rules of this archive, and what is forgotten now; version 1 had neither rules nor a key."""
        if self.version == 1:
            return Keeping(key=token_bytes(32))
        forgotten = frozenset(bytes(row[0]) for row in self._rows("select hash from forgotten"))
        return Keeping(self._meta["deleted"], bytes(self._meta["key"]), forgotten | self.without.hashes)

    def _rows(self, sql: str, bindings: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            rows: list[tuple[Any, ...]] = self._tables.execute(sql, bindings).fetchall()
            return rows
        except apsw.Error as error:
            raise ArchiveError(f"{self.path} is damaged: {error}", "Import its exports into a new archive.") from error

    def close(self) -> None:
        self._tables.close()

    def kept(self, low: int, high: int) -> Iterator[Telling]:
        """Posts with these numbers, `high` excluded; without what leaves with its source."""
        for _, telling in self._tellings(low, high):
            left = without(telling, _leaves) if self.without.sources else telling
            if left is not None:
                yield left

    def authored(self) -> Iterator[tuple[int, Telling]]:
        """All posts, each with the number of its author's account."""
        of = dict(self._rows("select number, account from byline"))
        return ((of.get(byline, 0), telling) for byline, telling in self._tellings(1, self.posts + 1))

    def people(self, numbers: Iterable[int]) -> Iterator[Account]:
        """These accounts, with every handle that they are known by."""
        for number in sorted(numbers):
            for platform, id, handle in self._rows(
                "select platform, id, handle from account where number = ?", (number,)
            ):
                known = self._rows("select folded from handle where account = ?", (number,))
                yield Account(platform, id, handle, handles=tuple((row[0], None, None) for row in known))

    def _tellings(self, low: int, high: int) -> Iterator[tuple[int, Telling]]:
        """(byline of the author, telling) of these posts, `high` excluded."""
        manners, bylines = self._manners(), self._bylines()
        for at in range(low, high, 4096):
            for time, id, manner, member, author, addressee, data in self._rows(
                "select time, id, manner, member, author, addressee, body from post "
                "where number >= ? and number < ? order by number",
                (at, min(high, at + 4096)),
            ):
                body = decode(data)
                place = (self._member_at[member], body.position)
                name = self.members[place[0]].name if place[0] >= 0 else ""
                post = restore(
                    body,
                    id,
                    None if time == UNKNOWN else time,
                    manners[manner],
                    bylines[author],
                    bylines[addressee] if addressee else None,
                    Origin(member=name, position=body.position),
                )
                rest = body.rest
                others = tuple([self._other(other) for other in rest.others]) if rest.others else ()
                places, contexts = self._places(rest.places), self._places(rest.contexts)
                yield author, Telling(place, post, places, others, contexts=contexts)

    def _places(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        return tuple([(self._member_at[member], position) for member, position in places]) if places else ()

    def _other(self, other: Other) -> Other:
        place, *also = self._places((other.place, *other.also))
        return Other(place, other.post, tuple(also))

    def _manners(self) -> list[Manner]:
        rows = self._rows("select record from manner order by number")
        return [manner_of(msgspec.json.decode(row[0])) for row in rows]

    def _bylines(self) -> dict[int, Byline]:
        rows = self._rows(
            "select byline.number, platform, byline.id, byline.handle, byline.name, account "
            "from byline join account on account.number = account"
        )
        return {row[0]: Byline(*row[1:5]) for row in rows}

    def accounts(self) -> Iterator[tuple[int, Account]]:
        """What sources (by number) said of accounts; -1 where it was not kept which source did."""
        first = "select -1, record from account where record is not null"
        sql = "select source, record from told" if self.version > 1 else first
        for source, record in self._rows(sql):
            if source < 0 or source in self._source_at:
                yield self._source_at.get(source, -1), msgspec.json.decode(record, type=Account)

    def likes(self) -> Iterator[tuple[Like, Place]]:
        """All likes, with where they were read."""
        for (record,) in self._rows("select record from liked order by number"):
            like = msgspec.json.decode(record, type=Like)
            place = (self._member_at[int(like.origin.source)], like.origin.position)
            if not _leaves(place):
                yield like, place

    def deletions(self) -> Iterator[tuple[Deletion, int]]:
        """Posts that are not here and were deleted, with the member in which that stood."""
        if self.version > 1:
            for platform, id, time, member, position in self._rows("select * from gone"):
                if (at := self._member_at[member]) >= 0:
                    origin = Origin(member=self.members[at].name, position=position)
                    yield Deletion(platform, str(id), time or None, origin), at


def _leaves(place: Place) -> bool:
    return place[0] < 0


def carry(stage: Stage, old: Carried, share: int, shares: int) -> Iterator[int]:
    """Stage a share of the old archive; yields 1 for each post."""
    size = -(-old.posts // shares)
    for told in old.kept(1 + share * size, min(old.posts, (share + 1) * size) + 1):
        if not stage.forgets(told.post):
            _again(stage, told)
        yield 1
    if share == 0:
        for source, account in old.accounts():
            if not stage.forgets(account):
                stage.account(account, source)
        for like, place in old.likes():
            if not stage.forgets(like):
                stage.like(like, place)
        for deletion, member in old.deletions():
            if not stage.forgets(deletion):
                stage.deletion(deletion, member, IS_OLD)


def _again(stage: Stage, told: Telling) -> None:
    post, member = told.post, told.place[0]
    if told.notice:
        stage.deletion(Deletion(post.platform, post.id, post.deleted or None, post.origin), member, IS_OLD)
    else:
        post, others = stage.scrubbed(post, told.others)
        stage.post(post, member, told.places, others, IS_OLD, contexts=told.contexts)
