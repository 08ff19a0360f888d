"""Twitter API v2 as JSON Lines: pages of answers, objects of a stream, and what `twarc2 flatten` makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member
from rejoinder.formats.moments import iso_time
from rejoinder.formats.prose import line, plain
from rejoinder.formats.twitter.pages import V2, Expanded, Medium, Page, Referenced, Trouble, Url
from rejoinder.formats.twitter.people import identity
from rejoinder.formats.twitter.times import id_time
from rejoinder.formats.twitter.tweet import PLATFORM, post, told_or_decoded, tombstone
from rejoinder.formats.twitter.views import Address, Entities, Film, Named, Picture, Tag, Tweet, User, Variant
from rejoinder.records import Deletion, Link, Origin, Post, Reading, Ref

TITLE = "Twitter API v2"
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt|log)$")
_OWN_MEDIA = re.compile(r"/status/(\d+)/(?:photo|video)/")
_REPOST = re.compile(r"RT @(\w+)")
_decoder = msgspec.json.Decoder(Page)


def recognise(export: Export) -> bool:
    """Whether the files hold pages, stream objects, flattened tweets or deletions of API v2 (and not users, counts or
    lists)."""
    return export.is_all(members(export), _is_ours)


def members(export: Export) -> list[Member]:
    """The members that may hold answers."""
    return export.like(_NAME)


def _is_ours(export: Export, name: str) -> bool:
    page = decoding.first_value(export, name, _decoder)
    if page is None:
        return False
    if (gone := _deletion(page, "", 0)) is not None:
        # results for users look alike, but the id of a post tells the moment when it was written
        return (
            page.action is None or (id_time(gone.post) or 0) // 1000 == (iso_time(page.created_at or "") or 0) // 1000
        )
    return any(_is_post(view) and (view.author_id or iso_time(view.created_at or "")) for view in _collected(page))


def read(export: Export) -> Iterator[Reading]:
    """Posts in file order; included, referenced and missing posts of an answer come before it, as context."""
    for batch in decoding.batches(export, members(export), _decoder):
        yield from batch.problems
        for position, page in zip(batch.positions, batch.values, strict=True):
            if (gone := _deletion(page, batch.member, position)) is not None:
                yield gone
            else:
                yield from _Answer(page, batch.member, position).posts()


def _deletion(page: Page, member: str, position: int) -> Deletion | None:
    """The post that this line of a compliance job, or of the compliance stream, tells to be gone."""
    event = page.data.delete if isinstance(page.data, V2) else None
    if event is not None:
        own, time = (event.tweet.id if event.tweet else None), event.event_at
    elif page.action == "delete" and page.text is None:
        own, time = page.id, page.redacted_at
    else:
        return None
    found = identity(own or "")
    return None if found is None else Deletion(PLATFORM, found, iso_time(time or ""), Origin("", member, position))


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the line, which may be a page with many posts."""
    return decoding.raw(export, member, position)


def _collected(page: Page) -> Iterable[V2]:
    """The posts that were asked for: of a page, of a stream object, or the flattened line itself."""
    if page.text is not None:
        return (page,)
    if isinstance(page.data, V2):
        return (page.data,)
    return page.data or ()


def _is_post(view: V2) -> bool:
    return view.text is not None and identity(view.id or "") is not None


class _Answer:
    """One line: posts with the people, media and other posts that they speak of."""

    def __init__(self, page: Page, member: str, position: int) -> None:
        includes = page.includes or Expanded()
        self._page = page
        self._place = (member, position)
        self._faces = {user.id: user for user in includes.users or () if user.id}
        self._media = {medium.media_key: medium for medium in includes.media or () if medium.media_key}
        self._around: dict[str, V2] = {view.id: view for view in includes.tweets or () if view.id and _is_post(view)}

    def posts(self) -> Iterator[Post]:
        """The posts of this answer, those for context first."""
        collected = [view for view in _collected(self._page) if _is_post(view)]
        if not collected:
            return  # users with their pinned posts, counts, lists: no collection of posts
        for view in collected:
            self._collect_referenced(view)
        for trouble in self._page.errors or ():
            if tombstone := self._tombstone(trouble):
                yield tombstone
        own = {view.id for view in collected}
        for view in self._around.values():
            if view.id not in own:
                yield self._post(view, context=True)
        for view in collected:
            yield self._post(view, context=False)

    def _collect_referenced(self, view: V2) -> None:
        """Posts that a flattened line holds inside of its references."""
        for reference in view.referenced_tweets or ():
            if reference.id and reference.text is not None and _is_post(reference) and reference.id not in self._around:
                self._around[reference.id] = reference
                self._collect_referenced(reference)

    def _tombstone(self, trouble: Trouble) -> Post | None:
        """A referenced post that the platform would not give: deleted, or shown to some only."""
        own = identity(trouble.resource_id or "")
        if trouble.resource_type != "tweet" or own is None or own in self._around:
            return None
        return tombstone(own, *self._place, deleted=0 if trouble.title == "Not Found Error" else None)

    def _post(self, view: V2, context: bool) -> Post:
        member, position = self._place
        references = {reference.type: reference for reference in view.referenced_tweets or ()}
        replied, quoted, reposted = (references.get(kind) for kind in ("replied_to", "quoted", "retweeted"))
        original = self._around.get(reposted.id or "") if reposted else None
        tweet = self._tweet(view)
        tweet.in_reply_to_status_id_str = replied.id if replied else None
        if original is not None:
            tweet.retweeted_status = self._tweet(original)
        found = post(
            tweet,
            member,
            position,
            context=context,
            reposted=self._reposted(view, reposted) if reposted and original is None else None,
            quoted=(quote, self._author(quoted)) if quoted and (quote := identity(quoted.id or "")) else None,
            moment=lambda _: told_or_decoded(iso_time(view.created_at or ""), view.id or ""),
        )
        return msgspec.structs.replace(found, **self._more(view, original or view, reposted))

    def _more(self, view: V2, source: V2, reposted: Referenced | None) -> dict[str, object]:
        """What v1.1 has no word for."""
        metrics = view.public_metrics
        versions = tuple(map(line, view.edit_history_tweet_ids or ()))
        changes: dict[str, object] = {
            "conversation": identity(view.conversation_id or ""),
            "links": _links(source),
            "replies": metrics.reply_count if metrics and not reposted else None,
            "quotes": metrics.quote_count if metrics and not reposted else None,
        }
        if source.attachments is not None and source.attachments.poll_ids:
            changes["poll"] = True
        if reposted:
            changes |= {"is_repost": True, "repost": identity(reposted.id or ""), "likes": None, "reposts": None}
        if len(versions) > 1:
            changes |= {
                "versions": versions,
                "edited": (id_time(view.id or "") or 0) if view.id != versions[0] else None,
            }
        return changes

    def _tweet(self, view: V2) -> Tweet:
        """The v1.1 form of a tweet, from which posts are made."""
        note = view.note_tweet if view.note_tweet and view.note_tweet.text else None
        entities = (note.entities if note else None) or view.entities
        metrics = view.public_metrics
        face = view.author or self._faces.get(view.author_id or "")
        addressee = view.in_reply_to_user or self._faces.get(view.in_reply_to_user_id or "")
        mentions = entities.mentions if entities else None
        urls = (entities.urls if entities else None) or ()
        return Tweet(
            id_str=view.id,
            full_text=note.text if note else view.text,
            entities=Entities(
                hashtags=tuple(Tag(tag.tag or "") for tag in (entities.hashtags if entities else None) or ()),
                user_mentions=tuple(Named(name.username, name.id, (name.start, name.end)) for name in mentions or ()),
                urls=tuple(
                    Address(url.url, url.expanded_url, (url.start, url.end)) for url in urls if not _own(url, view)
                ),
                media=tuple(Picture(url=url.url, indices=(url.start, url.end)) for url in urls if _own(url, view)),
            ),
            extended_entities=Entities(media=tuple(map(_picture, self._pictures(view)))),
            in_reply_to_user_id_str=view.in_reply_to_user_id,
            in_reply_to_screen_name=addressee.username if addressee else None,
            user=User(view.author_id, None, face.username if face else None, face.name if face else None),
            retweet_count=metrics.retweet_count if metrics else None,
            favorite_count=metrics.like_count if metrics else None,
            possibly_sensitive=view.possibly_sensitive,
            lang=view.lang,
            source=view.source,
        )

    def _pictures(self, view: V2) -> list[Medium]:
        attached = view.attachments
        if attached is None:
            return []
        keys = attached.media_keys or ()
        return list(attached.media or ()) or [self._media[key] for key in keys if key in self._media]

    def _author(self, reference: Referenced) -> Ref | None:
        """Who wrote a referenced post, if the answer tells."""
        view = self._around.get(reference.id or "")
        if view is None:
            return None
        face = view.author or self._faces.get(view.author_id or "")
        named = (line(face.username or "") or None, line(face.name or "") or None) if face else (None, None)
        return Ref(identity(view.author_id or ""), *named)

    def _reposted(self, view: V2, reference: Referenced) -> Ref | None:
        """Who wrote a reposted post that is not in the answer: the text still begins with the name."""
        match = _REPOST.match(view.text or "")
        return self._author(reference) or (Ref(handle=match.group(1)) if match else None)


def _own(url: Url, view: V2) -> bool:
    """Whether a link stands for the post's own media."""
    match = _OWN_MEDIA.search(url.expanded_url or "")
    return url.media_key is not None or (match is not None and match.group(1) == view.id)


def _links(view: V2) -> tuple[Link, ...]:
    """The links of a post, as far as they were followed, with their pages' titles; its own media are none."""
    note = view.note_tweet.entities if view.note_tweet else None
    entities = note or view.entities
    urls = (entities.urls if entities else None) or ()
    return tuple(
        Link(line(found), plain(url.title) if url.title else None)
        for url in urls
        if (found := url.unwound_url or url.expanded_url or url.url) and not _own(url, view)
    )


def _picture(medium: Medium) -> Picture:
    films = tuple(Variant(cut.url, cut.bit_rate) for cut in medium.variants or ())
    return Picture(
        media_url_https=medium.url or medium.preview_image_url,
        type=medium.type,
        ext_alt_text=medium.alt_text,
        video_info=Film(films) if films else None,
    )
