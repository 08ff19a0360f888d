"""The post that a tweet makes, from API v1.1 and from X archives alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from rejoinder.formats.entities import links_in, named_in, tags_in
from rejoinder.formats.export import Member
from rejoinder.formats.prose import Cut, line, plain, replaced, unescaped
from rejoinder.formats.twitter.people import (
    addressee,
    addressees,
    author,
    authors,
    clean,
    face,
    identity,
    mention,
    mentions,
)
from rejoinder.formats.twitter.times import api_time, id_time
from rejoinder.formats.twitter.views import Address, Entities, Named, Picture, Tag, Tweet, User
from rejoinder.records import (
    Clock,
    Link,
    Media,
    MediaKind,
    Mention,
    MentionKind,
    Origin,
    Post,
    Precision,
    Ref,
    TextStatus,
)

PLATFORM = "twitter"
STATUS = re.compile(
    r"https?://(?:(?:www|mobile|m)\.)?(?:twitter|x)\.com/(?:#!/)?(\w+)/status(?:es)?/(\d+)(?!\d|/(?:photo|video))"
)
"""A link to a post: handle and id. Links to a post's own pictures are no such links."""
_LEADING = re.compile(r"(?:@\w+\s+)*(?:@\w+)?")
_RELAYING = re.compile(r"(?<!\w)(?:(RT|MT)|via|HT|h/t)[:\s]*$", re.IGNORECASE)
_BEFORE = frozenset(("T ", "t ", "a ", "A ", ": ", "T:", "t:"))
"""What may stand right before a relayed @name: a cheap test before the expression."""
_TAG = re.compile(r"<[^>]*>")
_KINDS: dict[str | None, MediaKind] = {"photo": "image", "video": "video", "animated_gif": "gif"}
_NOBODY = User()
_NOTHING = Entities()
Moment = tuple[int | None, Clock, Precision]
"""A post's time (ms), whose it is and how exact."""


def is_tweet(view: Tweet) -> bool:
    """Whether this object is a post: it has a text and an id, then in `id_str` (even if only `id` was there)."""
    if view.id_str is None and view.id is not None:
        view.id_str = str(view.id)
    own = view.id_str
    return own is not None and own.isdecimal() and (view.full_text is not None or view.text is not None)


def tombstone(identifier: str, member: str, position: int, deleted: int | None = None) -> Post:
    """The place of a post that others speak of and that the platform would not give."""
    time, clock, precision = told_or_decoded(None, identifier)
    return Post(
        id=identifier,
        platform=PLATFORM,
        time=time,
        clock=clock,
        precision=precision,
        text_status="absent",
        deleted=deleted,
        context=True,
        origin=Origin("", member, position),
    )


def told_or_decoded(time: int | None, identifier: str) -> Moment:
    """A post's time to the second where its date could be read, else what the id holds."""
    if time is not None:
        return time, "platform", "second"
    time = id_time(identifier)
    return time, "platform", "unknown" if time is None else "millisecond"


def nested(view: Tweet, member: str, position: int, moment: Callable[[Tweet], Moment] | None = None) -> list[Post]:
    """The originals that lie inside of a tweet (reposted, quoted, quoted by the reposted): posts for context."""
    found: list[Post] = []
    for inner in (view.retweeted_status, view.quoted_status):
        if inner is not None and is_tweet(inner):
            found.extend(nested(inner, member, position, moment))
            found.append(post(inner, member, position, context=True, moment=moment))
    return found


def post(
    view: Tweet,
    member: str,
    position: int,
    *,
    context: bool = False,
    reposted: Ref | None = None,
    quoted: tuple[str, Ref | None] | None = None,
    files: Mapping[str, Member] | None = None,
    moment: Callable[[Tweet], Moment] | None = None,
) -> Post:
    """The post that a tweet makes; `view` must be one (`is_tweet`).

    `reposted` and `quoted` are for exports that tell of them in the text alone, `moment` for those that write their
    dates otherwise; `files` maps names of media files to the members that hold them. The time is `created_at`, to the
    second; the milliseconds in the id are used only where no date can be read, so that every export of a post agrees on
    its time. (Ids order the posts of one second.)

    This function is long because it is hot: 60,000 posts a second leave 9 µs for reading one, and a call costs 0.1.
    """
    own = view.id_str or ""
    original = view.retweeted_status
    if original is not None and not is_tweet(original):
        original = None
    is_repost = original is not None or reposted is not None
    entities, extended, raw = view.entities or _NOTHING, view.extended_entities, view.full_text
    status: TextStatus = "verbatim"
    if original is not None or raw is None or view.extended_tweet is not None:
        raw, entities, extended, status = _content(original or view)
    if entities is _NOTHING and raw:
        entities = _named_in(raw)
    pictures = extended.media if extended is not None and extended.media else entities.media
    parent: str | None = None
    reply_author: Ref | None = None
    if at := view.in_reply_to_status_id_str or view.in_reply_to_status_id:
        parent = at if isinstance(at, str) and at.isdecimal() else identity(at)
    if to := view.in_reply_to_user_id_str or view.in_reply_to_user_id:
        reply_author = addressees.get(to)
        if reply_author is None or reply_author.handle != view.in_reply_to_screen_name:
            reply_author = addressee(to, view.in_reply_to_screen_name)
    elif view.in_reply_to_screen_name:
        reply_author = Ref(None, line(view.in_reply_to_screen_name))
    if original is None and (view.quoted_status_id_str or view.quoted_status_id or view.quoted_status):
        quoted = _quoted(view)
    named, urls, tags = entities.user_mentions, entities.urls, entities.hashtags
    text = _resolved(raw, urls, entities.media) if urls or entities.media else unescaped(raw) if "&" in raw else raw
    user = view.user or _NOBODY
    time = api_time(view.created_at or "")
    clock: Clock = "platform"
    precision: Precision = "second"
    if moment is not None:
        time, clock, precision = moment(view)
    elif time is None:
        time, clock, precision = told_or_decoded(None, own)
    who = authors.get(user.id_str)
    if who is None or who[0] != user.screen_name or who[1] != user.name:
        who = author(user)
    try:
        language, app = _languages[view.lang], _apps[view.source]
    except KeyError:
        language, app = _language(view.lang), _app(view.source)
    # all by position, in the order of records.Post: by keyword this call takes a whole microsecond more
    return Post(
        own,
        PLATFORM,
        who[2],
        who[3],
        who[4],
        time,
        clock,
        precision,
        text if text.isascii() and text.isprintable() else plain(text),
        "partial" if reposted is not None and raw[-1:] == "…" else status,
        parent,
        reply_author,
        False,
        None if quoted is None else quoted[0],
        None if quoted is None else quoted[1],
        None if original is None else original.id_str,
        reposted if original is None else face(original.user),
        is_repost,
        None,
        _mentions(named, raw, parent is not None or reply_author is not None, is_repost) if named else (),
        _tags(tags) if tags else (),
        _links(urls) if urls else (),
        _media(pictures, own, files) if pictures else (),
        language,
        # a repost's own counts are copies of the original's, which the original carries
        view.favorite_count if original is None else None,
        view.retweet_count if original is None else None,
        None,
        None,
        None,
        (),
        None,
        view.possibly_sensitive is True,
        None,
        "public",
        context,
        app,
        None,
        Origin("", member, position),
    )


def _content(view: Tweet) -> tuple[str, Entities, Entities | None, TextStatus]:
    """The best text there is (still escaped), its entities, those with all media, and whether it is the whole text."""
    entities = view.entities or _NOTHING
    extended = view.extended_entities
    text = view.full_text
    status: TextStatus = "verbatim"
    whole = view.extended_tweet
    if whole is not None and whole.full_text is not None:
        text, entities, extended = whole.full_text, whole.entities or _NOTHING, whole.extended_entities
    elif text is None:
        text = view.text or ""
        if view.truncated:
            status = "partial"
    return text, entities, extended, status


def _named_in(raw: str) -> Entities:
    """What a text names, where the export says nothing of it: collectors that kept a few fields did so."""
    text = unescaped(raw)
    return Entities(
        tuple([Tag(tag) for tag in tags_in(text)]),
        tuple([Named(name) for name in named_in(text)]),
        tuple([Address(link) for link in links_in(text)]),
    )


def _quoted(view: Tweet) -> tuple[str, Ref | None] | None:
    """Id and author of the quoted post: out of the post itself, else out of its link."""
    inner = view.quoted_status
    if inner is not None and is_tweet(inner) and inner.id_str:
        return inner.id_str, face(inner.user)
    found = identity(view.quoted_status_id_str or view.quoted_status_id or "")
    if found is None:
        return None
    link = view.quoted_status_permalink
    match = STATUS.match(link.expanded) if link and link.expanded else None
    return found, Ref(handle=match.group(1)) if match and match.group(2) == found else None


def _mentions(named: Sequence[Named], text: str, is_reply: bool, is_repost: bool) -> tuple[Mention, ...]:
    """Who is named, and how: `text` is the escaped text that the offsets count."""
    leading = -1
    if is_reply and text[:1] == "@":
        found = _LEADING.match(text) if len(named) > 1 else None
        leading = found.end() if found else 1
    passed_on = is_repost
    made = []
    for name in named:
        start = name.indices[0] if name.indices else text.find(f"@{name.screen_name}")
        kind: MentionKind = "typed"
        if passed_on:
            kind = "relayed"
        elif 0 <= start < leading:
            kind = "inherited"
        elif start > 2 and text[start - 2 : start] in _BEFORE and (word := _relaying(text, start)):
            passed_on = word.group(1) is not None  # after RT all that follows is another's; after "via" one name
            kind = "relayed"
        made.append(mentions.get((name.id_str, name.screen_name, kind)) or mention(name, kind))
    return tuple(made)


def _relaying(text: str, start: int) -> re.Match[str] | None:
    return _RELAYING.search(text, max(0, start - 6), start)


def _tags(tags: Sequence[Tag]) -> tuple[str, ...]:
    return tuple([text if text.isascii() and text.isprintable() else line(text) for tag in tags if (text := tag.text)])


def _links(urls: Sequence[Address]) -> tuple[Link, ...]:
    return tuple([Link(line(found)) for url in urls if (found := url.expanded_url or url.url)])


def _resolved(text: str, urls: Sequence[Address] | None, pictures: Sequence[Picture] | None) -> str:
    """The text with its links expanded and the links that stand for its own media taken out.

    Nearly always the media's link is the last word and there is one other at most, which is done here; the rest is not.
    """
    if pictures and (last := pictures[0].url) and text.endswith(last) and len(pictures) == 1:
        text = text[: -len(last)].rstrip()
        pictures = None
    if pictures or (urls and len(urls) > 1):
        return _all_resolved(text, urls or (), pictures or ())
    if urls and (new := urls[0].expanded_url) and len(urls[0].indices) == 2:
        start, end = urls[0].indices
        if text[start:end] != urls[0].url:
            return _all_resolved(text, urls, ())
        return unescaped(text[:start]) + new + unescaped(text[end:])
    return unescaped(text)


def _all_resolved(text: str, urls: Sequence[Address], pictures: Sequence[Picture]) -> str:
    cuts = [
        Cut(url.indices[0], url.indices[1], url.url, url.expanded_url)
        for url in urls
        if url.url and url.expanded_url and len(url.indices) == 2
    ]
    places = {picture.url: picture.indices for picture in pictures if picture.url and len(picture.indices) == 2}
    cuts.extend(Cut(place[0], place[1], address, "") for address, place in places.items())
    resolved = replaced(text, cuts)
    return resolved.rstrip() if places else resolved


def _media(pictures: Sequence[Picture], own: str, files: Mapping[str, Member] | None) -> tuple[Media, ...]:
    return tuple([_medium(picture, own, files) for picture in pictures])


def _medium(picture: Picture, own: str, files: Mapping[str, Member] | None) -> Media:
    still = picture.media_url_https or picture.media_url
    address = still if picture.video_info is None else _film(picture) or still
    alt = plain(picture.ext_alt_text) if picture.ext_alt_text else None
    file = _file(address, own, files) or _file(still, own, files) if files else None
    kind = _KINDS.get(picture.type, "image")
    return (
        Media(kind, clean(address), None, alt)
        if file is None
        else Media(kind, clean(address), file.name, alt, file.size)
    )


def _file(address: str | None, own: str, files: Mapping[str, Member]) -> Member | None:
    """The member that holds a medium: an X archive names it after the post and the last part of the address."""
    return files.get(f"{own}-{address.partition('?')[0].rpartition('/')[2]}") if address else None


def _film(picture: Picture) -> str | None:
    """The address of the best film, where the medium is one."""
    variants = picture.video_info.variants if picture.video_info else ()
    films = [variant for variant in variants if variant.url and ".m3u8" not in variant.url]
    return max(films, key=lambda variant: variant.bitrate or 0).url if films else None


_languages: dict[str | None, str | None] = {None: None, "und": None, "": None}
_apps: dict[str | None, str | None] = {None: None, "": None}


def _language(code: str | None) -> str | None:
    return _languages[code] if code in _languages else _remember(_languages, code, line(code or ""))


def _app(source: str | None) -> str | None:
    """The client's name out of `<a href="…">Twitter Web App</a>`."""
    if source in _apps:
        return _apps[source]
    return _remember(_apps, source, line(unescaped(_TAG.sub("", source or ""))).strip() or None)


def _remember(table: dict[str | None, str | None], key: str | None, value: str | None) -> str | None:
    """Keep a value for a key that will come again; a hostile export can't make the table grow without end."""
    if len(table) < 10_000:
        table[key] = value
    return value
