"""Rows of posts to entries: the record, its author's face, and the glimpse of a quoted or reposted post."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from rejoinder.archive.body import Body, Byline, Manner, Member, Other, Place, decode, kept, manner_of, restore
from rejoinder.archive.protocol import UNTIMED, Entry, Face, Quoted
from rejoinder.archive.protocol import Place as Spot
from rejoinder.archive.sqlite.rows import Tables, damaged, one
from rejoinder.records import Origin, Post, hidden

_COLUMNS = "number, time, id, manner, member, author, addressee, parent, root, replies, body"
_MOST_FACES = 50_000
NOBODY = Face(0, "?", "", "")
_NAMELESS = Byline("", None, None, None)


class Row(msgspec.Struct, array_like=True, gc=False):
    """One row of `post`."""

    number: int
    time: int
    id: int
    manner: int
    member: int
    author: int
    addressee: int
    parent: int
    root: int
    replies: int
    body: Body


class Entries:
    """Makes entries; keeps the faces it has met."""

    def __init__(self, connection: Tables, named: Callable[[str, str], list[int]], hides_deleted: bool = False) -> None:
        """`named` gives the numbers of posts by platform and id; `hides_deleted`: deleted posts come without words."""
        self._connection, self._named = connection, named
        self._hides = hides_deleted
        self._faces: dict[int, tuple[Byline, Face]] = {0: (_NAMELESS, NOBODY)}
        self._manners: dict[int, Manner] = {}
        self._members: dict[int, tuple[Member, str]] = {}

    def span(self, low: int, high: int) -> list[Entry]:
        """Posts `low` to `high` (excluded), in order."""
        return self._entries(self._rows("number >= ? and number < ? order by number", (low, high)))

    def of(self, numbers: Sequence[int]) -> list[Entry]:
        """These posts, in this order; those that are not here are left out."""
        found = {entry.key: entry for entry in self._entries(list(self._at(numbers)))}
        return [found[number] for number in numbers if number in found]

    def _at(self, numbers: Iterable[int]) -> Iterator[Row]:
        wanted = sorted({number for number in numbers if number > 0})
        for at in range(0, len(wanted), 500):
            yield from self._rows(f"number in ({','.join(map(str, wanted[at : at + 500]))})", ())

    def _rows(self, where: str, bindings: tuple[int, ...]) -> list[Row]:
        rows = self._connection.execute(f"select {_COLUMNS} from post where {where}", bindings)
        return [Row(*row) for row in ((*numbers, decode(body)) for *numbers, body in rows)]

    def _entries(self, rows: Sequence[Row]) -> list[Entry]:
        if len(self._faces) > _MOST_FACES:
            self._faces = {0: self._faces[0]}
        addressees = self._addressees(rows)
        self.learn({row.author for row in rows} | {row.addressee for row in rows} | set(addressees.values()))
        found = [self._entry(row, addressees.get(row.number, row.addressee)) for row in rows]
        return [self._unseen(entry) for entry in found] if self._hides else found

    def _addressees(self, rows: Sequence[Row]) -> dict[int, int]:
        """Bylines of those addressees that only the parent tells."""
        untold = {row.number: row.parent for row in rows if row.parent and not row.addressee}
        if not untold:
            return {}
        authors = self.authors(parent for parent in untold.values() if parent > 0)
        authors |= self._ghost_authors(parent for parent in untold.values() if parent < 0)
        return {number: authors.get(parent, 0) for number, parent in untold.items()}

    def authors(self, numbers: Iterable[int]) -> dict[int, int]:
        """Bylines of the authors of these posts."""
        listed = ",".join(map(str, numbers))
        if not listed:
            return {}
        return dict(self._connection.execute(f"select number, author from post where number in ({listed})"))

    def _ghost_authors(self, keys: Iterable[int]) -> dict[int, int]:
        listed = ",".join(str(-key) for key in keys)
        if not listed:
            return {}
        return dict(self._connection.execute(f"select -number, byline from ghost where number in ({listed})"))

    def _entry(self, row: Row, addressee: int) -> Entry:
        manner, body = self.manner(row.manner), row.body
        byline, face = self._faces[row.author]
        post = restore(
            body,
            row.id,
            None if row.time == UNTIMED else row.time,
            manner,
            byline,
            self._faces[row.addressee][0] if row.addressee else None,
            self._origin((row.member, body.position)),
        )
        return Entry(
            key=row.number,
            place=Spot(row.time, row.number),
            post=post,
            author=face,
            parent=row.parent or None,
            addressee=self._faces[addressee][1] if addressee else None,
            conversation=row.root or row.number,
            replies_here=row.replies,
            original=self._original(post),
            origins=(post.origin, *(self._origin(place) for place in body.rest.places)),
            versions=tuple(self._version(other) for other in body.rest.others if other.post.text_status != "absent"),
        )

    def _unseen(self, entry: Entry) -> Entry:
        """The entry without the words of a deleted post, of its own or reposted."""
        post = entry.post
        if post.deleted is None and not (post.repost is not None and self._is_deleted(post.platform, post.repost)):
            return entry
        return msgspec.structs.replace(entry, post=hidden(post), versions=())

    def _is_deleted(self, platform: str, id: str) -> bool:
        numbers = self._named(platform, id)
        if numbers:
            return any(row.body.rest.deleted is not None for row in self._at(numbers))
        rows = self._connection.execute("select 1 from gone where platform = ? and id = ?", (platform, kept(id)))
        return rows.fetchone() is not None

    def _original(self, post: Post) -> Quoted | None:
        """A glimpse of the quoted or reposted post, where it is here."""
        id = post.quote if post.quote is not None else post.repost
        numbers = self._named(post.platform, id) if id is not None else []
        for row in self._at(numbers[:1]):
            self.learn({row.author})
            deleted = row.body.rest.deleted is not None
            words = "" if deleted and self._hides else row.body.text
            return Quoted(row.number, self._faces[row.author][1], words, deleted)
        return None

    def _version(self, other: Other) -> Post:
        return msgspec.structs.replace(other.post, origin=self._origin(other.place))

    def _origin(self, place: Place) -> Origin:
        number, position = place
        if number not in self._members:
            self.know_members([number])
        member, source = self._members[number]
        return Origin(source, member.name, position)

    def know_members(self, numbers: Collection[int]) -> None:
        """Read members, with the names of their sources. Raises ArchiveError where one is not there."""
        for number, source, name, record in self._connection.execute(
            "select member.number, source, name, record from member join source on source.number = source "
            f"where member.number in ({','.join(map(str, numbers))})"
        ):
            self._members[number] = (Member(source, name), msgspec.json.decode(record)["name"])
        if not self._members.keys() >= set(numbers):
            raise damaged()

    def manner(self, number: int) -> Manner:
        """What a post shares with others, by its number."""
        if number not in self._manners:
            self.know_manners([number])
        return self._manners[number]

    def know_manners(self, numbers: Collection[int]) -> None:
        """Read manners. Raises ArchiveError where one is not there."""
        for number, record in self._connection.execute(
            f"select number, record from manner where number in ({','.join(map(str, numbers))})"
        ):
            self._manners[number] = manner_of(msgspec.json.decode(record))
        if not self._manners.keys() >= set(numbers):
            raise damaged()

    def identity(self, number: int) -> tuple[str, str]:
        """(platform, id) of a post."""
        row = one(self._connection, "select id, manner, body from post where number = ?", (number,))
        return self.identity_of(*row)

    def identity_of(self, id: int, manner: int, body: bytes) -> tuple[str, str]:
        """(platform, id) by what stands in a row."""
        rest = decode(body).rest
        return self.manner(manner).platform, str(id) if rest.id is None else rest.id

    def face(self, byline: int) -> Face:
        """The face of a byline that was learnt."""
        return self._faces[byline][1]

    def learn(self, bylines: set[int]) -> None:
        """Read the bylines that were not met yet."""
        # (`bylines - faces.keys()` would go through all faces that are known, half a millisecond)
        missing = sorted([byline for byline in bylines if byline not in self._faces])
        for at in range(0, len(missing), 500):
            listed = ",".join(map(str, missing[at : at + 500]))
            for row in self._connection.execute(
                "select b.number, b.account, b.id, b.handle, b.name, a.platform, a.id, a.handle, a.name "
                f"from byline b join account a on a.number = b.account where b.number in ({listed})"
            ):
                self._faces[row[0]] = _known(row)


def _known(row: Sequence[Any]) -> tuple[Byline, Face]:
    """A byline as it was written, and the face it shows: what it does not say, its account does."""
    _, account, id, handle, name, platform, account_id, account_handle, account_name = row
    face = Face(
        account,
        id or account_id or "",
        handle or account_handle or "",
        name or account_name or "",
    )
    return Byline(platform, id, handle, name), face if account else NOBODY
