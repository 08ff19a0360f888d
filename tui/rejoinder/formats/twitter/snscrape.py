"""What snscrape wrote of Twitter, as JSON Lines: its names of 2018 to 2022 (`content`) and of 2023 (`rawContent`).

Fields: JustAnotherArchivist/snscrape, snscrape/modules/twitter.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line
from rejoinder.formats.twitter.people import identity
from rejoinder.formats.twitter.tweet import post, told_or_decoded, tombstone
from rejoinder.formats.twitter.views import Address, Entities, Film, Named, Picture, Tag, Tweet, User, Variant
from rejoinder.records import Post, Reading, Ref

TITLE = "snscrape (Twitter)"
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt)$")
_TYPE = "snscrape.modules.twitter."
_LAST_LINK = re.compile(r"\s*(https?://t\.co/\w+)\s*$")
_KINDS = {"Photo": "photo", "Video": "video", "Gif": "animated_gif"}


class Person(msgspec.Struct, gc=False):
    """user, inReplyToUser, mentionedUsers[]"""

    username: str | None = None
    id: int | str | None = None
    displayname: str | None = None


class Outlink(msgspec.Struct, gc=False):
    """links[] (the new form)"""

    url: str | None = None
    tcourl: str | None = None


class Cut(msgspec.Struct, gc=False):
    """media[].variants[]"""

    url: str | None = None
    bitrate: int | None = None


class Medium(msgspec.Struct, gc=False, rename="camel"):
    """media[]: Photo, Video or Gif"""

    type: str | None = msgspec.field(default=None, name="_type")
    full_url: str | None = None
    preview_url: str | None = None
    thumbnail_url: str | None = None
    alt_text: str | None = None
    variants: tuple[Cut, ...] | None = None


class Scraped(msgspec.Struct, gc=False, rename="camel"):
    """Tweet, TweetRef or Tombstone; of the last two little more than the id."""

    type: str | None = msgspec.field(default=None, name="_type")
    date: str | None = None
    content: str | None = None
    raw_content: str | None = None
    id: int | str | None = None
    user: Person | None = None
    reply_count: int | None = None
    retweet_count: int | None = None
    like_count: int | None = None
    quote_count: int | None = None
    conversation_id: int | str | None = None
    lang: str | None = None
    source_label: str | None = None
    outlinks: tuple[str, ...] | None = None
    tcooutlinks: tuple[str, ...] | None = None
    links: tuple[Outlink, ...] | None = None
    media: tuple[Medium, ...] | None = None
    retweeted_tweet: Scraped | None = None
    quoted_tweet: Scraped | None = None
    in_reply_to_tweet_id: int | str | None = None
    in_reply_to_user: Person | None = None
    mentioned_users: tuple[Person, ...] | None = None
    hashtags: tuple[str, ...] | None = None


_decoder = msgspec.json.Decoder(Scraped)


def recognise(export: Export) -> bool:
    """Whether the first records are tweets as snscrape writes them."""
    return export.is_all(members(export), _is_ours)


def members(export: Export) -> list[Member]:
    """The members that may hold tweets."""
    return export.like(_NAME)


def _is_ours(export: Export, name: str) -> bool:
    view = decoding.first_value(export, name, _decoder)
    if view is None:
        return False
    named = view.user is not None and view.user.username is not None
    return (view.type or "").startswith(_TYPE) or (named and _is_post(view) and iso_time(view.date or "") is not None)


def _is_post(view: Scraped) -> bool:
    return (view.content is not None or view.raw_content is not None) and identity(view.id or "") is not None


def read(export: Export) -> Iterator[Reading]:
    """Posts in file order; what they quote or repost comes first, as context."""
    for batch in decoding.batches(export, members(export), _decoder):
        yield from batch.problems
        for position, view in zip(batch.positions, batch.values, strict=True):
            if _is_post(view):
                yield from _posts(view, batch.member, position, context=False)
            elif gone := _tombstone(view, batch.member, position):
                yield gone
            else:
                yield decoding.problem("This is no post: it has no id or no text.", batch.member, position)


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the line."""
    return decoding.raw(export, member, position)


def _posts(view: Scraped, member: str, position: int, context: bool) -> Iterator[Post]:
    for inner in (view.retweeted_tweet, view.quoted_tweet):
        if inner is not None and _is_post(inner):
            yield from _posts(inner, member, position, context=True)
        elif inner is not None and (gone := _tombstone(inner, member, position)):
            yield gone
    yield _post(view, member, position, context)


def _tombstone(view: Scraped, member: str, position: int) -> Post | None:
    """The place of a post that is gone; a TweetRef is only an id and says nothing of what became of it."""
    own = identity(view.id or "")
    if own is None or view.type != _TYPE + "Tombstone":
        return None
    return tombstone(own, member, position)


def _post(view: Scraped, member: str, position: int, context: bool) -> Post:
    original = view.retweeted_tweet
    quoted = identity(view.quoted_tweet.id or "") if view.quoted_tweet else None
    tweet = _tweet(view)
    if original is not None and _is_post(original):
        tweet.retweeted_status = _tweet(original)
    found = post(
        tweet,
        member,
        position,
        context=context,
        quoted=(quoted, _face(view.quoted_tweet)) if quoted else None,
        moment=lambda _: told_or_decoded(iso_time(view.date or ""), str(view.id)),
    )
    changes: dict[str, object] = {"conversation": identity(view.conversation_id or "")}
    if original is None:
        changes |= {"replies": view.reply_count, "quotes": view.quote_count}
    elif not found.is_repost:
        changes |= {"is_repost": True, "repost": identity(original.id or ""), "likes": None, "reposts": None}
    return msgspec.structs.replace(found, **changes)


def _face(view: Scraped | None) -> Ref | None:
    person = view.user if view else None
    if person is None:
        return None
    return Ref(identity(person.id or ""), line(person.username or "") or None, line(person.displayname or "") or None)


def _tweet(view: Scraped) -> Tweet:
    """The v1.1 form of a tweet, from which posts are made."""
    text = view.raw_content if view.raw_content is not None else view.content or ""
    addressee = view.in_reply_to_user
    user = view.user or Person()
    links = _links(view)
    return Tweet(
        id_str=str(view.id),
        full_text=text,
        entities=Entities(
            hashtags=tuple(map(Tag, view.hashtags or ())),
            user_mentions=tuple(_named(person, text) for person in view.mentioned_users or ()),
            urls=links,
            media=_stands_for_media(view, text, links),
        ),
        extended_entities=Entities(media=tuple(map(_picture, view.media or ()))),
        in_reply_to_status_id=view.in_reply_to_tweet_id,
        in_reply_to_user_id=addressee.id if addressee else None,
        in_reply_to_screen_name=addressee.username if addressee else None,
        user=User(None, user.id, user.username, user.displayname),
        retweet_count=view.retweet_count,
        favorite_count=view.like_count,
        lang=view.lang,
        source=view.source_label,
    )


def _links(view: Scraped) -> tuple[Address, ...]:
    """The links with what they stand for. No offsets are given, so each is looked for in the text."""
    if view.links is not None:
        return tuple(Address(link.tcourl, link.url, (0, 0)) for link in view.links)
    pairs = zip(view.tcooutlinks or (), view.outlinks or (), strict=False)
    return tuple(Address(short, long, (0, 0)) for short, long in pairs)


def _stands_for_media(view: Scraped, text: str, links: tuple[Address, ...]) -> tuple[Picture, ...]:
    """The link at the end of a text with media that none of the other links is: it stands for the media."""
    match = _LAST_LINK.search(text) if view.media else None
    if match is None or match.group(1) in {link.url for link in links}:
        return ()
    return (Picture(url=match.group(1), indices=(match.start(1), match.end(1))),)


def _named(person: Person, text: str) -> Named:
    """Somebody named, with the place in the text (a longer name may begin the same)."""
    match = re.search(rf"@{re.escape(person.username or '')}(?!\w)", text, re.IGNORECASE)
    place = (match.start(), match.end()) if match else (len(text), len(text))
    return Named(person.username, identity(person.id or ""), place)


def _picture(medium: Medium) -> Picture:
    films = tuple(Variant(cut.url, cut.bitrate) for cut in medium.variants or ())
    return Picture(
        media_url_https=medium.full_url or medium.thumbnail_url or medium.preview_url,
        type=_KINDS.get((medium.type or "").removeprefix(_TYPE)),
        ext_alt_text=medium.alt_text,
        video_info=Film(films) if films else None,
    )
