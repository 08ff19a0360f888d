"""Grailbird, the "Your Twitter archive" of 2012 to 2018: one JavaScript file a month, as zip or folder."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member, stem
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line, plain
from rejoinder.formats.twitter.people import identity
from rejoinder.formats.twitter.times import FIRST_SNOWFLAKE, api_time, id_time
from rejoinder.formats.twitter.tweet import PLATFORM, Moment, is_tweet, nested, post, told_or_decoded
from rejoinder.formats.twitter.views import Tweet, User
from rejoinder.records import Account, Problem, Reading

TITLE = "Twitter archive (Grailbird, 2012-2018)"
_MONTH = re.compile(r"^\d{4}_\d{2}\.js$")
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*Grailbird\.data\.tweets_")
_MIDNIGHT = " 00:00:00 +0000"
_DAY = 86_400_000


class Details(msgspec.Struct, frozen=True):
    """user_details"""

    screen_name: str | None = None
    full_name: str | None = None
    id: str | int | None = None
    bio: str | None = None
    created_at: str | None = None


class Month(msgspec.Struct, frozen=True):
    """tweet_index[]"""

    file_name: str = ""
    tweet_count: int = 0


_tweets = msgspec.json.Decoder(Tweet)
_details = msgspec.json.Decoder(Details)
_index = msgspec.json.Decoder(Month, strict=False)


def recognise(export: Export) -> bool:
    """Whether the months of one archive lie here; a folder with two archives is two exports."""
    found = members(export)
    if not found or (export.is_folder and len({member.name.rpartition("/")[0] for member in found}) > 1):
        return False
    if export.is_folder and not all(_beside(member.name, found[0].name) for member in export.members):
        return False
    return _HEAD.match(export.head(found[0].name)) is not None


def _beside(name: str, month: str) -> bool:
    """Whether a file belongs to the archive in which a month lies (or is a word about it), and is no other export."""
    root = month.rpartition("/")[0].removesuffix("data/js/tweets")
    return name.startswith(root) or "." not in name or name.endswith((".md", ".html", ".txt"))


def members(export: Export) -> list[Member]:
    """The months, oldest first."""
    return [member for member in export.members if _MONTH.match(stem(member.name))]


def read(export: Export) -> Iterator[Reading]:
    """The owner's account, months that are listed but absent, then posts by month; whole originals of reposts come
    first, as context. Sites that kept an archive going added the posts of others: those are posts like any."""
    found = members(export)
    root = found[0].name.rpartition("/")[0].removesuffix("tweets") if found else ""
    details = next(decoding.beside(export, _named(export, f"{root}user_details.js"), _details), Details())
    if export.share[0] == 0:
        yield from _about(export, root, details)
    owner = User(id=details.id, screen_name=details.screen_name, name=details.full_name)
    for batch in decoding.batches(export, found, _tweets):
        yield from batch.problems
        for position, view in zip(batch.positions, batch.values, strict=True):
            if is_tweet(view):
                view.user = view.user or owner
                yield from nested(view, batch.member, position, moment)
                yield post(view, batch.member, position, moment=moment)
            else:
                yield decoding.problem("This is no post: it has no id or no text.", batch.member, position)


def moment(view: Tweet) -> Moment:
    """The time of a tweet. Up to the change of ids in November 2010 these exports have 00:00:00 for every time of day,
    so midnight says only the day; a later midnight that the id contradicts has the id's time, to the second."""
    written = view.created_at or ""
    time = api_time(written)
    if time is not None:
        return time, "platform", "second"
    time = iso_time(written.replace(" +0000", "+00:00"))
    own = id_time(view.id_str or "")
    if time is None:
        return told_or_decoded(None, view.id_str or "")
    if written.endswith(_MIDNIGHT):
        if int(view.id_str or 0) < FIRST_SNOWFLAKE:
            return time, "day", "day"
        if own is not None and 0 <= own - time < _DAY:
            return own - own % 1000, "platform", "second"
    return time, "platform", "second"


def _about(export: Export, root: str, details: Details) -> Iterator[Account | Problem]:
    if details.screen_name or details.id:
        yield Account(
            platform=PLATFORM,
            id=identity(details.id or ""),
            handle=line(details.screen_name) if details.screen_name else None,
            name=line(details.full_name) if details.full_name else None,
            created=api_time(details.created_at or "")
            or iso_time((details.created_at or "").replace(" +0000", "+00:00")),
            bio=plain(details.bio) if details.bio else None,
            owner=True,
        )
    names = {member.name for member in export.members}
    for number, month in enumerate(decoding.beside(export, _named(export, f"{root}tweet_index.js"), _index), 1):
        name = root.removesuffix("data/js/") + month.file_name
        if month.file_name and name not in names:
            reason = f"{line(month.file_name)} is listed with {month.tweet_count} posts, but it is not in the export."
            yield decoding.problem(reason, f"{root}tweet_index.js", number)


def _named(export: Export, name: str) -> list[Member]:
    return [member for member in export.members if member.name == name]


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the tweet at this element."""
    return decoding.raw(export, member, position)
