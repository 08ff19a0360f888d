"""Whose X archive it is, and when it was made: out of the files beside the tweets, which carry no author."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member, stem
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line, plain
from rejoinder.formats.twitter.people import identity
from rejoinder.formats.twitter.tweet import PLATFORM
from rejoinder.formats.twitter.views import Entities
from rejoinder.records import Account

T = TypeVar("T")
_MEDIA = re.compile(r"https?://(?:\w+\.)?(?:twitter|x)\.com/(\w+)/status/(\d+)/(?:photo|video)")
_FILES = re.compile(r"^(?:tweets?|community-tweet)(?:-part\d+)?\.js$")


class Sent(msgspec.Struct, gc=False):
    """The fields of a tweet that may tell who wrote the archive."""

    id_str: str | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    entities: Entities | None = None


class SentElement(Sent, gc=False):
    """An element of tweets.js, wrapped or bare."""

    tweet: Sent | None = None


class AccountInfo(msgspec.Struct, rename="camel"):
    """account; it holds the owner's e-mail address too, which is not read."""

    username: str | None = None
    account_id: str | None = None
    account_display_name: str | None = None
    created_at: str | None = None


class AccountFile(msgspec.Struct):
    """account.js[]"""

    account: AccountInfo | None = None


class Description(msgspec.Struct):
    """profile.description"""

    bio: str | None = None


class Profile(msgspec.Struct):
    """profile"""

    description: Description | None = None


class ProfileFile(msgspec.Struct):
    """profile.js[]"""

    profile: Profile | None = None


class UserInfo(msgspec.Struct, rename="camel"):
    """userInfo"""

    account_id: str | None = None
    user_name: str | None = None
    display_name: str | None = None


class ArchiveInfo(msgspec.Struct, rename="camel"):
    """archiveInfo"""

    generation_date: str | None = None


class Listed(msgspec.Struct, rename="camel"):
    """dataTypes.*.files[]"""

    file_name: str = ""
    count: int = 0


class DataType(msgspec.Struct, rename="camel"):
    """dataTypes.*"""

    files: tuple[Listed, ...] = ()


class Manifest(msgspec.Struct, rename="camel"):
    """manifest.js"""

    user_info: UserInfo | None = None
    archive_info: ArchiveInfo | None = None
    data_types: dict[str, DataType] | None = None


class Change(msgspec.Struct, rename="camel"):
    """screenNameChange.screenNameChange"""

    changed_at: str | None = None
    changed_from: str | None = None


class ChangeOf(msgspec.Struct, rename="camel"):
    """screenNameChange"""

    screen_name_change: Change | None = None


class ChangeFile(msgspec.Struct, rename="camel"):
    """screen-name-change.js[]"""

    screen_name_change: ChangeOf | None = None


class Header(msgspec.Struct):
    """tweet-headers.js[].tweet"""

    user_id: str | None = None


class HeaderFile(msgspec.Struct):
    """tweet-headers.js[]"""

    tweet: Header | None = None


class Owner(msgspec.Struct, frozen=True):
    """The owner's account (perhaps with nothing known), when the archive was made (ms), and how many entries its
    manifest lists in each file."""

    account: Account
    exported: int | None
    listed: dict[str, int]


def find_owner(export: Export, folder: str) -> Owner:
    """The owner: from account.js, else the manifest, else the name that most links to media in the tweets carry."""
    manifest = _one(export, folder, "manifest.js", Manifest) or Manifest()
    listed = _list(export, folder, "account.js", AccountFile)
    known = next((found.account for found in listed if found.account), None) or _from_manifest(manifest)
    profile = next((found.profile for found in _list(export, folder, "profile.js", ProfileFile) if found.profile), None)
    identifier, handle = identity(known.account_id or "") or _from_headers(export, folder), known.username
    if not (identifier and handle):
        written = _from_posts(export, folder)
        identifier, handle = identifier or written[0], handle or written[1]
    account = Account(
        platform=PLATFORM,
        id=identifier,
        handle=line(handle) if handle else None,
        name=line(known.account_display_name) if known.account_display_name else None,
        created=iso_time(known.created_at or ""),
        bio=plain(profile.description.bio) if profile and profile.description and profile.description.bio else None,
        owner=True,
        handles=_earlier(_list(export, folder, "screen-name-change.js", ChangeFile)),
    )
    info = manifest.archive_info
    files = [file for kind in (manifest.data_types or {}).values() for file in kind.files]
    return Owner(
        account,
        iso_time(info.generation_date or "") if info else None,
        {file.file_name.rpartition("/")[2]: file.count for file in files},
    )


def _from_manifest(manifest: Manifest) -> AccountInfo:
    user = manifest.user_info or UserInfo()
    return AccountInfo(user.user_name, user.account_id, user.display_name)


def _from_headers(export: Export, folder: str) -> str | None:
    found = _one(export, folder, "tweet-headers.js", HeaderFile)
    return identity(found.tweet.user_id or "") if found and found.tweet else None


def _earlier(changes: list[ChangeFile]) -> tuple[tuple[str, int | None, int | None], ...]:
    """Earlier handles, oldest first: each was used until its change, from the change before."""
    found = [item.screen_name_change.screen_name_change for item in changes if item.screen_name_change]
    dated = sorted(
        (iso_time(change.changed_at or "") or 0, change.changed_from)
        for change in found
        if change and change.changed_from
    )
    starts: list[int | None] = [None, *(time or None for time, _ in dated)]
    return tuple((line(name), start, time or None) for (time, name), start in zip(dated, starts, strict=False))


def _from_posts(export: Export, folder: str) -> tuple[str | None, str | None]:
    """Id and handle as the posts themselves tell them.

    An answer to a post of the archive names its writer; so does a link to media, if it belongs to the post with it.
    """
    ids: set[str] = set()
    answered: list[tuple[str, str | None, str | None]] = []
    media: Counter[str] = Counter()
    for element in _all(export, [m for m in _beside(export, folder) if _FILES.match(stem(m.name))], SentElement):
        sent = element.tweet or element
        ids.add(sent.id_str or "")
        if sent.in_reply_to_status_id_str:
            answered.append(
                (sent.in_reply_to_status_id_str, sent.in_reply_to_user_id_str, sent.in_reply_to_screen_name)
            )
        for picture in (sent.entities.media if sent.entities else None) or ():
            match = _MEDIA.match(picture.expanded_url or "")
            if match and match.group(2) == sent.id_str:
                media[match.group(1)] += 1
    known = Counter((person, handle) for parent, person, handle in answered if parent in ids)
    people = Counter(person for person, _ in known.elements() if person and person.isdecimal())
    names = media + Counter(handle for _, handle in known.elements() if handle)
    return _first(people), _first(names)


def _first(counted: Counter[str]) -> str | None:
    return counted.most_common(1)[0][0] if counted else None


def _beside(export: Export, folder: str) -> list[Member]:
    return [member for member in export.members if member.name.rpartition("/")[0] == folder]


def _all(export: Export, members: list[Member], kind: type[T]) -> Iterator[T]:
    return decoding.beside(export, members, msgspec.json.Decoder(kind, strict=False)) if members else iter(())


def _one(export: Export, folder: str, name: str, kind: type[T]) -> T | None:
    return next(_all(export, [m for m in _beside(export, folder) if stem(m.name) == name], kind), None)


def _list(export: Export, folder: str, name: str, kind: type[T]) -> list[T]:
    return list(_all(export, [m for m in _beside(export, folder) if stem(m.name) == name], kind))
