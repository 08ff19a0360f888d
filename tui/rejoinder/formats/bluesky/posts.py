"""The post that a Bluesky record makes: text with its facets, what it answers and quotes, media, and two clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rejoinder.formats.bluesky.lexicon import PLATFORM, POST, Embed, Entity, Facet, Picture, Record, Strong
from rejoinder.formats.bluesky.names import Handles, author_of
from rejoinder.formats.moments import Placed, iso_moment, placed
from rejoinder.formats.prose import line, plain
from rejoinder.id_times import key_time
from rejoinder.records import Link, Media, Mention, Origin, Post, Ref

_SHORT = ("...", "…")
_HARSH = frozenset(("porn", "sexual", "nudity", "graphic-media", "gore", "nsfl"))


def moment(record: Record, uri: str, observed: int | None) -> Placed:
    """When a post was written: what its author's program says, unless whoever saw it first saw it before that."""
    time, precision = iso_moment(record.created_at) if record.created_at else (None, "unknown")
    if time is None:
        time, precision = key_time(uri.rpartition("/")[2]), "millisecond"
    return placed(time, precision, observed)


def post(uri: str, did: str, record: Record, known: Handles, observed: int | None, origin: Origin) -> Post:
    """The post that a record at this address makes."""
    raw = record.text or ""
    spans = _spans(raw, record.facets) if record.facets else _old_spans(raw, record.entities) if record.entities else ()
    text = plain(_expanded(raw, spans) if spans else raw)
    time, clock, precision, other = moment(record, uri, observed)
    reply = record.reply
    parent = reply.parent.uri if reply is not None and reply.parent is not None else None
    root = reply.root.uri if reply is not None and reply.root is not None else None
    embed = record.embed
    quote = _quote(embed) if embed is not None else None
    links, media = _shown(embed, did) if embed is not None else ((), ())
    labels = [label.val for label in record.labels.values if label.val] if record.labels is not None else ()
    parent, root = line(parent) if parent else None, line(root) if root else None
    identity = line(uri)
    return Post(
        id=identity,
        platform=PLATFORM,
        author=did if identity is uri and did in uri else line(did),  # what is clean as a part needs no cleaning
        handle=known.get(did) if known else None,
        time=time,
        clock=clock,
        precision=precision,
        text=text,
        reply_to=parent,
        reply_author=person(parent, known) if parent else None,
        quote=line(quote) if quote else None,
        quote_author=person(quote, known) if quote else None,
        conversation=root,
        mentions=tuple(_mentions(spans, known)) if spans else (),
        tags=tuple(_tags(record, spans)) if spans or record.tags else (),
        links=tuple([Link(line(span.uri)) for span in spans if span.uri]) + links if spans else links,
        media=media,
        language=line(record.langs[0]) if record.langs else None,
        sensitive=bool(labels) and not _HARSH.isdisjoint(labels),
        warning=", ".join(map(line, labels)) or None if labels else None,
        origin=origin,
        other_time=other,
    )


def person(uri: str | None, known: Handles) -> Ref | None:
    """The account in a post's address."""
    did = author_of(uri)
    return Ref(line(did), known.get(did) if known else None) if did else None


class _Span:
    """A stretch of a text (in code points) and what it stands for."""

    __slots__ = ("did", "end", "start", "tag", "text", "uri")

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start, self.end, self.text = start, end, text
        self.did: str | None = None
        self.uri: str | None = None
        self.tag: str | None = None


def _spans(text: str, facets: Sequence[Facet]) -> list[_Span]:
    """Facets count bytes of UTF-8; one that ends inside of a character, or beyond the text, counts nothing."""
    found = []
    data = None if text.isascii() else text.encode("utf-8", "replace")
    for facet in facets:
        start, end = facet.index.byte_start, facet.index.byte_end
        if not 0 <= start < end <= (len(text) if data is None else len(data)):
            continue
        if data is not None:
            try:
                start, end = len(data[:start].decode()), len(data[:end].decode())
            except UnicodeDecodeError:
                continue
        span = _Span(start, end, text[start:end])
        for feature in facet.features:
            span.did, span.uri = feature.did or span.did, feature.uri or span.uri
            span.tag = feature.tag or span.tag
        found.append(span)
    return found


def _old_spans(text: str, entities: Sequence[Entity]) -> list[_Span]:
    """Entities count units of UTF-16, as the programs of 2022 did."""
    found = []
    data = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        start, end = entity.index.start, entity.index.end
        if not 0 <= start < end <= len(data) // 2:
            continue
        before = len(data[: 2 * start].decode("utf-16-le", "replace"))
        shown = data[2 * start : 2 * end].decode("utf-16-le", "replace")
        span = _Span(before, before + len(shown), shown)
        span.did = entity.value if entity.type == "mention" else None
        span.uri = entity.value if entity.type == "link" else None
        found.append(span)
    return found


def _expanded(text: str, spans: Sequence[_Span]) -> str:
    """The text with every link that is shown cut short shown whole; words that are a link stay words."""
    for span in sorted(spans, key=lambda span: -span.start):
        shown = span.text.rstrip(".…")
        if span.uri and shown and span.text.endswith(_SHORT):
            bare = span.uri.partition("://")[2]
            if any(whole.startswith(shown) for whole in (span.uri, bare, bare.removeprefix("www."))):
                text = text[: span.start] + span.uri + text[span.end :]
    return text


def _mentions(spans: Sequence[_Span], known: Handles) -> Iterator[Mention]:
    for span in spans:
        if span.did:
            shown = line(span.text).lstrip("@").strip()
            yield Mention(line(span.did), shown or known.get(span.did))


def _tags(record: Record, spans: Sequence[_Span]) -> Iterator[str]:
    for tag in (*(span.tag for span in spans), *(record.tags or ())):
        if tag and (shown := line(tag).lstrip("#＃")):
            yield shown


def _quote(embed: Embed) -> str | None:
    """The quoted post's address; feeds, lists and packs of accounts are embedded likewise, and are no posts."""
    record = embed.record
    if record is None:
        return None
    uri = record.record.uri if record.record is not None else record.uri
    return uri if uri and f"/{POST}/" in uri else None


def _shown(embed: Embed, did: str) -> tuple[tuple[Link, ...], tuple[Media, ...]]:
    links: tuple[Link, ...] = ()
    media: list[Media] = []
    for each in (embed, embed.media):
        if each is None:
            continue
        if each.external is not None and each.external.uri:
            title = each.external.title
            links = (Link(line(each.external.uri), plain(title) if title else None),)
        media.extend(_picture(picture, did) for picture in each.images or ())
        if each.video is not None or each.playlist:
            media.append(_film(each, did))
    return links, tuple(media)


def _picture(picture: Picture, did: str) -> Media:
    blob = reference(picture.image)
    made = f"https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{blob}@jpeg" if blob else None
    address = picture.fullsize or made
    return Media("image", line(address) if address else None, alt=plain(picture.alt) if picture.alt else None)


def _film(embed: Embed, did: str) -> Media:
    blob = reference(embed.video)
    address = embed.playlist or (f"https://video.bsky.app/watch/{did}/{blob}/playlist.m3u8" if blob else None)
    return Media("video", line(address) if address else None, alt=plain(embed.alt) if embed.alt else None)


def reference(blob: Any) -> str | None:
    """The name (CID) of a blob: `{"$link": …}` in JSON, text once a repository is read; older blobs say `cid`."""
    if not isinstance(blob, dict):
        return None
    found = blob.get("ref", blob.get("cid"))
    if isinstance(found, dict):
        found = found.get("$link")
    return found if isinstance(found, str) and found.isalnum() else None


def subject(record: Record) -> str | None:
    """The address of what a like or a repost is of."""
    found = record.subject
    return found.uri if isinstance(found, Strong) else None


def repost(uri: str, did: str, record: Record, known: Handles, observed: int | None, origin: Origin) -> Post | None:
    """A repost names the post that it passes on; its text is not known here."""
    original = subject(record)
    if original is None:
        return None
    time, clock, precision, other = moment(record, uri, observed)
    return Post(
        id=line(uri),
        platform=PLATFORM,
        author=line(did),
        handle=known.get(did),
        time=time,
        clock=clock,
        precision=precision,
        text_status="absent",
        repost=line(original),
        repost_author=person(original, known),
        is_repost=True,
        origin=origin,
        other_time=other,
    )
