"""What a reader makes of records before their order is known: rows of a stage on disk, in the order they were read.

A stage is a few files in the import's private folder. `keys` has one fixed-width row a post (what ordering needs);
`bodies` and `words` hold, one after another, what the archive and its index will hold of each; `refs` names whom posts
address, `texts` and `parents` the second half of ids that are not numbers, `echoes` where a post was read again,
`bylines` whom posts name. Bylines, manners and members are numbered within the stage: the import renumbers them all at
once. Nothing here knows numpy or SQLite: a reader stays small.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from typing import BinaryIO

import msgspec

from rejoinder.archive.body import Id, Member, Other, Place, Said, encode, kept
from rejoinder.archive.bylines import Bylines, Named, marks_of
from rejoinder.archive.keeping import KEEP_ALL, Keeping
from rejoinder.archive.marks import REPLY_MARK, Marks
from rejoinder.archive.members import Manners, Members, keepable
from rejoinder.archive.refs import Refs
from rejoinder.archive.staged import (
    ECHO,
    HAS_PARENT,
    INHERITED,
    IS_CONTEXT,
    IS_DELETED,
    IS_NOTICE,
    IS_REPLY,
    IS_REPOST,
    KEY,
    TEXT,
    UNKNOWN,
    Names,
    StagedAccount,
    StagedLike,
    StagedProblem,
    halves,
)
from rejoinder.archive.text import encoded
from rejoinder.folders import private_file
from rejoinder.records import (
    Account,
    Deletion,
    Like,
    Origin,
    Post,
    Problem,
    Reading,
    Source,
    erased,
    hidden,
)

_NOWHERE = Origin()
_MOST_PROBLEMS = 100_000
"""Pieces that can't be read, told one by one (of each reader); a gigabyte of rubbish would else fill the memory."""
_MOST_CONTEXTS = 200_000
"""Context posts remembered (40 MB): what repeats mostly repeats soon."""

_GATHERED = ("keys", "bodies", "words")
"""Files of which every post has a piece; those of `_FEW` posts are written at once."""
_OTHERS = ("refs", "texts", "parents", "echoes", "bylines")
_FEW = 2048

_key = struct.Struct("<" + "".join(letter for _, letter in KEY)).pack
_echo = struct.Struct("<" + "".join(letter for _, letter in ECHO)).pack
_text = struct.Struct("<" + "".join(letter for _, letter in TEXT)).pack


class Stage:
    """The writing side of a stage."""

    def __init__(
        self, path: Path, members: Sequence[Member] = (), sources: int = 0, keeping: Keeping = KEEP_ALL
    ) -> None:
        """`members` and `sources` (their count) are numbered already; what is new here comes after them."""
        self._keeping = keeping
        self._path = path
        self._files = {name: _create(path, name) for name in (*_GATHERED, *_OTHERS)}
        self._gathered: dict[str, list[bytes]] = {name: [] for name in _GATHERED}
        self._put_key, self._put_body, self._put_words = (self._gathered[name].append for name in _GATHERED)
        self._bylines = Bylines(self._files["bylines"])
        self._known = self._bylines.known.get
        self._named = self._bylines.mentions.get
        self._acts = Refs(self._bylines, self._files["refs"].write).acts
        self._marks = Marks()
        self._manners = Manners()
        self._members = Members(members, sources)
        self._accounts: list[StagedAccount] = []
        self._likes: list[StagedLike] = []
        self._problems: list[StagedProblem] = []
        self._untold: dict[int, int] = {}
        self._places: list[tuple[int, list[int]]] = []
        self._last_name: str | None = None
        self._last_member = 0
        self._contexts: dict[tuple[str, str], tuple[int, int]] = {}
        self.posts = 0
        self.problems = 0
        self._forgotten: dict[int, int] = {}

    def begin(self, source: int, name: str) -> None:
        """The records that follow are of this source."""
        self._members.input, self._members.input_name, self._last_name = source, name, None

    def add(self, record: Reading) -> None:
        """Stage any record; what no archive can hold (numbers beyond 64 bit, half a surrogate) becomes a problem."""
        try:
            if self._keeping.forgotten and self.forgets(record):
                source = self._members.input
                self._forgotten[source] = self._forgotten.get(source, 0) + 1
                return
            if not isinstance(record, Post):
                self._other(record)
                return
            if self._keeping.forgotten:
                record = self._keeping.scrubbed(record)
            origin = record.origin
            if origin.member is not self._last_name or origin.source:
                self._last_member, self._last_name = self._members.of(origin.source, origin.member), origin.member
            if record.context:
                self._context(record, self._last_member)
            else:
                self.post(record, self._last_member)
        except (UnicodeEncodeError, OverflowError, struct.error) as error:
            self._unkeepable(record, error)

    def forgets(self, record: Reading) -> bool:
        """Whether this record is to stay forgotten."""
        return bool(self._keeping.forgotten) and self._keeping.forgets(record)

    def scrubbed(self, post: Post, others: tuple[Other, ...]) -> tuple[Post, tuple[Other, ...]]:
        """A post and its other tellings without the names of forgotten accounts."""
        if not self._keeping.forgotten:
            return post, others
        scrub = self._keeping.scrubbed
        return scrub(post), tuple(Other(other.place, scrub(other.post), other.also) for other in others)

    def _context(self, post: Post, member: int) -> None:
        """Stage a context post, unless it was before just as it is: an export repeats a post in each repost of it."""
        name = (post.platform, post.id)
        told = hash(msgspec.structs.replace(post, origin=_NOWHERE))
        known = self._contexts.get(name)
        if known is not None and known[1] == told:
            self._files["echoes"].write(_echo(known[0], member, post.origin.position))
            return
        row = self.posts
        self.post(post, member)
        if len(self._contexts) > _MOST_CONTEXTS:
            self._contexts.clear()
        self._contexts[name] = (row, told)

    def _other(self, record: Reading) -> None:
        if isinstance(record, Like):
            self.like(record, (self._members.of(record.origin.source, record.origin.member), record.origin.position))
        elif isinstance(record, Problem):
            self._problem(record)
        elif isinstance(record, Account):
            self.account(record, self._members.input)
        elif isinstance(record, Deletion):
            self.deletion(record, self._members.of(record.origin.source, record.origin.member))
        elif isinstance(record, Source):
            self._members.source(record)

    def deletion(self, deletion: Deletion, member: int, mark: int = 0) -> None:
        """Stage word of a deletion: a row that is no post, but tells of one if it is here."""
        notice = Post(
            deletion.post,
            deletion.platform,
            text_status="absent",
            deleted=deletion.time or 0,
            context=True,
            origin=deletion.origin,
        )
        self.post(notice, member, mark=mark | IS_NOTICE)

    def post(
        self,
        post: Post,
        member: int,
        places: tuple[Place, ...] = (),
        others: tuple[Other, ...] = (),
        mark: int = 0,
        *,
        contexts: tuple[Place, ...] = (),
        gone: bool = False,
    ) -> None:
        """Stage a post of this member; `places`, `others` and `contexts` are what an earlier merge knows of it, `mark`
        is a flag, and one that is `gone` reposts a deleted post, so that its words go the way of those.

        This function is long because it is hot: 60,000 posts a second leave 8 µs for it, and a call costs 0.1.
        """
        shown = post
        if post.deleted is not None or gone:
            post, shown, others = self._as_deleted(post, others)
        platform, reply_to, ref, text, row = post.platform, post.reply_to, post.reply_author, shown.text, self.posts
        id = kept(post.id)
        low, half = (id, 0) if isinstance(id, int) else halves(id)
        author, by, _ = self._known(
            (platform, post.author, post.handle, post.name)  # type: ignore[call-overload]
        ) or self._bylines.of(platform, post.author, post.handle, post.name)
        manner, shared = self._manners.of(post)
        parent: Id | None = None
        up, up_half, addressee, flags, to = 0, 0, -1, mark, b""
        if reply_to is not None:
            parent = kept(reply_to)
            up, up_half = (parent, 0) if isinstance(parent, int) else halves(parent)
            flags |= HAS_PARENT | IS_REPLY
            to = REPLY_MARK
        if ref is not None:
            addressee, _, to = self._known(
                (platform, ref.id, ref.handle, ref.name)  # type: ignore[call-overload]
            ) or self._bylines.of(platform, ref.id, ref.handle, ref.name)
            flags |= IS_REPLY
        if post.context:
            flags |= IS_CONTEXT
        named: Sequence[Named] = ()
        said: Sequence[Said] = ()
        mentioned = held = b""
        acts = False  # a mention of whom a reply addresses is no act of its own, and is mostly the only one
        mentions = post.mentions
        if len(mentions) == 1:
            one = self._named((platform, mentions[0])) or self._bylines.mention(platform, mentions[0])
            byline, kind, told, mentioned = one
            named, said = (one,), (told,)
            acts = kind != INHERITED or byline != addressee
        elif mentions:
            named = list(map(self._bylines.mention, repeat(platform), mentions))
            said, mentioned, acts = [each.said for each in named], marks_of(named), True
        rich = bool(
            post.links
            or post.media
            or post.tags
            or post.quote is not None
            or post.repost is not None
            or post.conversation is not None
            or post.replies is not None
            or post.quotes is not None
            or post.quote_author is not None
            or post.repost_author is not None
            or post.edited is not None
            or post.versions
            or post.deleted is not None
            or post.warning is not None
            or post.permalink is not None
            or post.other_time is not None
        )
        if rich:
            held = self._marks.of(shown)
        if post.is_repost or post.repost is not None:
            flags |= IS_REPOST
        if post.deleted is not None:
            flags |= IS_DELETED
        body = encode(post, id, parent, said, rich, places, others, contexts)
        words = b"".join((by, shared, to, mentioned, held, text.encode() if text.isascii() else encoded(text)))
        time, likes, reposts = post.time, post.likes, post.reposts
        self._put_key(
            _key(
                low,
                UNKNOWN if time is None else time,
                up,
                UNKNOWN if likes is None else likes,
                UNKNOWN if reposts is None else reposts,
                author,
                addressee,
                manner,
                member,
                len(body),
                len(words),
                flags,
            )
        )
        self._put_body(body)
        self._put_words(words)
        if half:
            self._files["texts"].write(_text(row, half))
        if up_half:
            self._files["parents"].write(_text(row, up_half))
        if (
            acts
            or (rich and (flags & IS_REPOST or post.quote is not None or post.quote_author is not None))
            or post.is_repost
            or post.text[:4] == "RT @"
        ):
            self._acts(post, row, named, addressee)
        if places:
            self._places.append((row, [place[0] for place in places]))
        self.posts = row + 1
        if not self.posts % _FEW:
            self._write()

    def _write(self) -> None:
        """Write what was gathered. A file's own buffer takes 0.15 µs more for each of the three pieces of a post."""
        for name, pieces in self._gathered.items():
            self._files[name].write(b"".join(pieces))
            pieces.clear()

    def _as_deleted(self, post: Post, others: tuple[Other, ...]) -> tuple[Post, Post, tuple[Other, ...]]:
        """(what is kept of a deleted post, what of it can be found by words, which other tellings are kept)."""
        if self._keeping.deleted == "erase":
            left = erased(post)
            return left, left, tuple(Other(other.place, erased(other.post), other.also) for other in others)
        return post, hidden(post) if self._keeping.deleted == "hide-text" else post, others

    def like(self, like: Like, place: Place) -> None:
        """Stage a like read at this place."""
        byline, _, _ = self._bylines.of(like.platform, like.account.id, like.account.handle, like.account.name)
        row = StagedLike(
            like.platform, kept(like.post), byline, place, like.time, like.until, like.text, like.permalink
        )
        keepable(row)
        self._likes.append(row)

    def account(self, account: Account, source: int) -> None:
        """Stage what the export with this number (-1: none any more) says of an account."""
        byline, _, _ = self._bylines.of(account.platform, account.id, account.handle, account.name)
        row = StagedAccount(
            byline, account.created, account.bio, account.owner, account.handles, source, account.gone, account.back
        )
        keepable(row)
        self._accounts.append(row)

    def _problem(self, problem: Problem) -> None:
        place = (self._members.of(problem.origin.source, problem.origin.member), problem.origin.position)
        if self.problems >= _MOST_PROBLEMS and problem.kind == "unreadable":
            self.problems += 1
            self._untold[place[0]] = self._untold.get(place[0], 0) + 1
            return
        self._problems.append(
            StagedProblem(place, _sound(problem.reason), _sound(problem.excerpt), problem.kind, problem.posts)
        )
        self.problems += problem.kind == "unreadable"

    def _unkeepable(self, record: Reading, error: Exception) -> None:
        reason = "half a character (surrogate)" if isinstance(error, UnicodeEncodeError) else "a number is too large"
        origin = getattr(record, "origin", Origin())
        self._problem(Problem(reason, Origin(_sound(origin.source), _sound(origin.member), origin.position)))

    def close(self) -> None:
        """Write the lists; after that the stage can be read."""
        self._write()
        self._bylines.write()
        for file in self._files.values():
            file.close()
        for member, count in self._untold.items():
            more = StagedProblem(
                (member, 0), "More pieces than are told one by one can't be read.", "", "unreadable", count
            )
            self._problems.append(more)
        members, sources = self._members.listed()
        names = Names(
            self.posts,
            self._manners.listed(),
            members,
            sources,
            self._accounts,
            self._likes,
            self._problems,
            self._places,
            self._forgotten,
        )
        with _create(self._path, "names") as file:
            file.write(msgspec.msgpack.encode(names))


def _create(path: Path, name: str) -> BinaryIO:
    return open(private_file(Path(f"{path}.{name}")), "wb", buffering=1 << 20)


def _sound(text: str) -> str:
    return text.encode(errors="replace").decode()
