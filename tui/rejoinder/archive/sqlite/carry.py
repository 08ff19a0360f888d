"""An archive that is added to, read back as it was staged once: the old posts go the way of the new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import msgspec

from rejoinder.archive.body import Byline, Manner, Member, Other, Place, decode, manner_of, restore
from rejoinder.archive.ingest import Line
from rejoinder.archive.sqlite.schema import check_header, version_of
from rejoinder.archive.stage import Stage
from rejoinder.archive.staged import IS_OLD, UNKNOWN
from rejoinder.errors import ArchiveError
from rejoinder.records import Account, Like, Origin, Post, Source

Kept = tuple[Post, int, tuple[Place, ...], tuple[Other, ...]]
"""A post with its member's number, the other places it was read, and other tellings of it."""


class Carried:
    """The archive that is there. Raises ArchiveError where the file is no archive, newer, or damaged."""

    def __init__(self, path: Path) -> None:
        check_header(path, upgrading=True)
        self.path = path
        self.version = version_of(path)
        self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        rows = self._rows("select record, line from source order by number")
        self.sources = [msgspec.json.decode(row[0], type=Source) for row in rows]
        self.lines = [msgspec.json.decode(row[1], type=Line) for row in rows]
        self.members = [Member(*row) for row in self._rows("select source, name from member order by number")]
        self.problems = [bytes(row[0]) for row in self._rows("select record from problem order by number")]
        self.posts = int(self._rows("select value from meta where key = 'posts'")[0][0])

    def _rows(self, sql: str, bindings: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, bindings).fetchall()
        except apsw.Error as error:
            raise ArchiveError(f"{self.path} is damaged: {error}", "Import its exports into a new archive.") from error

    def close(self) -> None:
        self._connection.close()

    def kept(self, low: int, high: int) -> Iterator[Kept]:
        """Posts with these numbers, `high` excluded."""
        manners = self._manners()
        bylines = self._bylines()
        for at in range(low, high, 4096):
            for time, id, manner, member, author, addressee, data in self._rows(
                "select time, id, manner, member, author, addressee, body from post "
                "where number >= ? and number < ? order by number",
                (at, min(high, at + 4096)),
            ):
                body = decode(data)
                origin = Origin(member=self.members[member].name, position=body.position)
                post = restore(
                    body,
                    id,
                    None if time == UNKNOWN else time,
                    manners[manner],
                    bylines[author],
                    bylines[addressee] if addressee else None,
                    origin,
                )
                yield post, member, body.rest.places, body.rest.others

    def _manners(self) -> list[Manner]:
        rows = self._rows("select record from manner order by number")
        return [manner_of(msgspec.json.decode(row[0])) for row in rows]

    def _bylines(self) -> dict[int, Byline]:
        rows = self._rows(
            "select byline.number, platform, byline.id, byline.handle, byline.name, account "
            "from byline join account on account.number = account"
        )
        return {row[0]: Byline(*row[1:5]) for row in rows}

    def accounts(self) -> list[tuple[Account, int]]:
        """What exports said of accounts, each with the number of the source that is its own export, or -1."""
        rows = self._rows("select number, record from account where record is not null order by number")
        owned: defaultdict[int, list[int]] = defaultdict(list)
        for number, owner in self._rows("select number, owner from source where owner") if self.version > 1 else []:
            owned[owner].append(number)
        return [(msgspec.json.decode(row[1], type=Account), of) for row in rows for of in owned.get(row[0], [-1])]

    def likes(self) -> list[tuple[Like, Place]]:
        """All likes, with where they were read."""
        rows = self._rows("select record from liked order by number")
        likes = [msgspec.json.decode(row[0], type=Like) for row in rows]
        return [(like, (int(like.origin.source), like.origin.position)) for like in likes]


def carry(stage: Stage, old: Carried, share: int, shares: int) -> Iterator[int]:
    """Stage a share of the old archive; yields 1 for each post."""
    size = -(-old.posts // shares)
    for post, member, places, others in old.kept(1 + share * size, min(old.posts, (share + 1) * size) + 1):
        stage.post(post, member, places, others, IS_OLD)
        yield 1
    if share == 0:
        for account, source in old.accounts():
            stage.account(account, source)
        for like, place in old.likes():
            stage.like(like, place)
