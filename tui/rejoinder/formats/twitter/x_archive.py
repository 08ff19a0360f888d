"""The archive that X (Twitter) gives an account's owner: zip, folder, or only some of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member, stem
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line, plain, unescaped
from rejoinder.formats.twitter.notes import Notes, read_notes
from rejoinder.formats.twitter.owner import Owner, find_owner
from rejoinder.formats.twitter.people import identity
from rejoinder.formats.twitter.times import api_time, id_time
from rejoinder.formats.twitter.tweet import PLATFORM, STATUS, is_tweet, post
from rejoinder.formats.twitter.views import Tweet, User
from rejoinder.records import Deletion, Like, Origin, Post, Problem, Reading, Ref, Visibility

TITLE = "X archive"
_POSTS = re.compile(r"^(tweets?|community-tweet|twitter-circle-tweet|deleted-tweets)(?:-part\d+)?\.js$")
_HEADERS = re.compile(r"^deleted-tweet-headers(?:-part\d+)?\.js$")
_LIKES = re.compile(r"^like(?:-part\d+)?\.js$")

_HEAD = re.compile(rb"\s*(?:window\.(?:YTD\.|__THAR_CONFIG)|module\.exports\s*=|export default|\[)")
_REPOST = re.compile(r"RT @(\w+)(?::|\s)")
_VISIBILITY: dict[str, Visibility] = {"community-tweet": "community", "twitter-circle-tweet": "circle"}


class Control(msgspec.Struct, gc=False):
    """edit_info.edit.editControlInitial"""

    edit_tweet_ids: tuple[str, ...] = msgspec.field(default=(), name="editTweetIds")


class Edit(msgspec.Struct, gc=False):
    """edit_info.edit: this is a later version."""

    control: Control | None = msgspec.field(default=None, name="editControlInitial")


class EditInfo(msgspec.Struct, gc=False):
    """edit_info"""

    initial: Control | None = None
    edit: Edit | None = None


class Archived(Tweet, gc=False):
    """A tweet of an archive: its numbers are strings, it has no author, no original and nothing quoted."""

    edit_info: EditInfo | None = None
    deleted_at: str | None = None


class Element(Archived, gc=False):
    """An element of a .js file; the first archives (2018) held the tweet bare."""

    tweet: Archived | None = None


class Header(msgspec.Struct, gc=False):
    """tweet of deleted-tweet-headers.js: an id and no text"""

    tweet_id: str | None = None
    deleted_at: str | None = None


class HeaderElement(msgspec.Struct, gc=False):
    """An element of deleted-tweet-headers.js"""

    tweet: Header | None = None


class Liked(msgspec.Struct, gc=False):
    """like"""

    tweet_id: str = msgspec.field(default="", name="tweetId")
    full_text: str | None = msgspec.field(default=None, name="fullText")
    expanded_url: str | None = msgspec.field(default=None, name="expandedUrl")


class LikeElement(msgspec.Struct, gc=False):
    """An element of like.js"""

    like: Liked | None = None


_posts = msgspec.json.Decoder(Element, strict=False)
_headers = msgspec.json.Decoder(HeaderElement, strict=False)
_likes = msgspec.json.Decoder(LikeElement)


def recognise(export: Export) -> bool:
    """Whether files of an archive lie here, all in one folder; a folder with two archives is two exports."""
    found = [m.name for m in export.members if _POSTS.match(stem(m.name)) or _LIKES.match(stem(m.name))]
    folders = {name.rpartition("/")[0] for name in found}
    if not found or (export.is_folder and (len(folders) > 1 or not _alone(export, folders.pop()))):
        return False
    return any(_HEAD.match(export.head(name).removeprefix(b"\xef\xbb\xbf")) for name in found)


def _alone(export: Export, folder: str) -> bool:
    """Whether nothing that could be another export lies beside an archive's folder."""
    top = folder.partition("/")[0]
    if folder in ("", "data"):
        return True
    return all(
        m.name.startswith(f"{top}/") or "." not in m.name or m.name.endswith((".md", ".html")) for m in export.members
    )


def members(export: Export) -> list[Member]:
    """The members that are read: posts, deletions, likes. Direct messages and advertisers' files are never opened."""
    return [m for kind in (_POSTS, _HEADERS, _LIKES) for m in export.members if kind.match(stem(m.name))]


def read(export: Export) -> Iterator[Reading]:
    """The owner's account, posts in file order, likes. An archive without its tweets.js is read as far as it goes."""
    for folder in sorted({member.name.rpartition("/")[0] for member in members(export)}):
        yield from _Archive(export, folder).read()


class _Archive:
    """One archive: the members of one folder."""

    def __init__(self, export: Export, folder: str) -> None:
        self._export = export
        self._members = [m for m in members(export) if m.name.rpartition("/")[0] == folder]
        self._owner: Owner = find_owner(export, folder)
        self._notes: Notes = read_notes(export, folder)
        account = self._owner.account
        self._user = User(id_str=account.id, screen_name=account.handle, name=account.name)
        self._files = {
            m.name.rpartition("/")[2]: m
            for m in export.members
            if (top := m.name.rpartition("/")[0]).startswith(folder) and top.endswith(("_media", "-media"))
        }

    def read(self) -> Iterator[Reading]:
        """All of it (that belongs to this reader's share)."""
        if self._export.share[0] == 0 and (self._owner.account.id or self._owner.account.handle):
            yield self._owner.account
        if self._export.share[0] == 0:
            yield from self._compared()
        yield from self._read_posts([m for m in self._members if _POSTS.match(stem(m.name))])
        yield from self._read_deletions([m for m in self._members if _HEADERS.match(stem(m.name))])
        yield from self._read_likes([m for m in self._members if _LIKES.match(stem(m.name))])

    def _compared(self) -> Iterator[Problem]:
        """What the archive's own list of files says otherwise than the files."""
        names = {stem(member.name): member for member in self._members}
        for name, listed in self._owner.listed.items():
            member = names.get(name)
            if member is None and listed and _POSTS.match(name):
                reason = f"{line(name)} is listed with {listed} entries, but it is not in the export."
                yield decoding.problem(reason, line(name), 0)
            elif member is not None and (there := decoding.count(self._export, member)) != listed:
                reason = f"The archive lists {listed} entries in {line(name)}, but {there} are there."
                yield decoding.problem(reason, member.name, 0)

    def _read_posts(self, files: list[Member]) -> Iterator[Post | Problem]:
        for batch in decoding.batches(self._export, files, _posts):
            yield from batch.problems
            match = _POSTS.match(stem(batch.member))
            kind = match.group(1) if match else "tweets"
            for position, element in zip(batch.positions, batch.values, strict=True):
                view = element.tweet or element
                if is_tweet(view):
                    yield self._post(view, batch.member, position, kind)
                else:
                    yield decoding.problem("This is no post: it has no id or no text.", batch.member, position)

    def _post(self, view: Archived, member: str, position: int, kind: str) -> Post:
        text = view.full_text or view.text or ""
        reposted = _REPOST.match(text)
        view.user = view.user or self._user
        note = None if reposted else self._notes.pop(view)
        if note:
            note.replace(view)
        found = post(
            view,
            member,
            position,
            reposted=Ref(handle=reposted.group(1)) if reposted else None,
            quoted=None if reposted else _quoted(view),
            files=self._files,
        )
        return _with_fate(found, view, kind)

    def _read_deletions(self, files: list[Member]) -> Iterator[Deletion | Problem]:
        for batch in decoding.batches(self._export, files, _headers):
            yield from batch.problems
            for position, element in zip(batch.positions, batch.values, strict=True):
                header = element.tweet
                own = identity(header.tweet_id or "") if header else None
                if header is None or own is None:
                    yield decoding.problem("This deletion names no post.", batch.member, position)
                else:
                    yield Deletion(PLATFORM, own, _moment(header.deleted_at), Origin("", batch.member, position))

    def _read_likes(self, files: list[Member]) -> Iterator[Like | Problem]:
        account = Ref(self._owner.account.id, self._owner.account.handle)
        for batch in decoding.batches(self._export, files, _likes):
            yield from batch.problems
            for position, element in zip(batch.positions, batch.values, strict=True):
                like = element.like
                if like is None or identity(like.tweet_id) is None:
                    yield decoding.problem("This like names no post.", batch.member, position)
                    continue
                yield Like(
                    PLATFORM,
                    like.tweet_id,
                    account,
                    until=self._owner.exported,
                    text=None if like.full_text is None else plain(unescaped(like.full_text)),
                    origin=Origin("", batch.member, position),
                )


def _quoted(view: Tweet) -> tuple[str, Ref | None] | None:
    """The quoted post: an archive tells of it only by a link, the last in the text that leads to another post."""
    urls = (view.entities.urls if view.entities else None) or ()
    found = [match for url in urls if url.expanded_url and (match := STATUS.match(url.expanded_url))]
    for match in reversed(found):
        handle, identifier = match.groups()
        if identifier != view.id_str:
            return identifier, None if handle == "i" else Ref(handle=handle)
    return None


def _with_fate(found: Post, view: Archived, kind: str) -> Post:
    """The post with what became of it: edited, deleted, shown to some only."""
    changes: dict[str, object] = {}
    if kind in _VISIBILITY:
        changes["visibility"] = _VISIBILITY[kind]
    if kind == "deleted-tweets" or view.deleted_at:
        changes["deleted"] = _moment(view.deleted_at) or 0
    if len(versions := _versions(view)) > 1:
        changes["versions"] = versions
        if found.id != versions[0]:
            changes["edited"] = id_time(found.id) or 0
    return msgspec.structs.replace(found, **changes) if changes else found


def _moment(written: str | None) -> int | None:
    return api_time(written or "") or iso_time(written or "")


def _versions(view: Archived) -> tuple[str, ...]:
    """Ids of all versions of an edited post, oldest first; every version lies in the archive as a tweet of its own."""
    info = view.edit_info
    control = info and (info.initial or (info.edit and info.edit.control))
    return tuple(map(line, control.edit_tweet_ids)) if control else ()


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the element at this place."""
    return decoding.raw(export, member, position)
