"""All that is known of one post, in words: the post in full, and below it a line for each fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from rejoinder.app.layout import Line, Look, card
from rejoinder.app.moments import CLOCKED, Zone, moment_words, when
from rejoinder.app.wrapping import cells, safe, wrap
from rejoinder.archive.protocol import Entry
from rejoinder.counting import counted
from rejoinder.permalinks import permalink
from rejoinder.records import Media, Mention, Origin, Post, Ref
from rejoinder.review.acts import Code

LABEL = 14
"""Cells of the label's column."""
CLOCKS = {
    "platform": "by the platform's clock",
    "observed": "when a collector saw it",
    "claimed": "as the sender's program claims",
    "day": "only the day is known",
}
STATUS = {
    "verbatim": "",
    "partial": "only a part of it is known",
    "paraphrase": "a paraphrase, not the words of the post",
    "absent": "the text is not known",
    "hidden": "deleted, so this archive does not show it",
}
VISIBILITY = {
    "public": "",
    "unlisted": "public, but left out of public timelines",
    "followers": "for followers only",
    "direct": "a direct message",
    "circle": "for a circle only",
    "community": "in a community",
}
MENTIONS = {"typed": "", "inherited": " (inherited from the parent)", "relayed": " (in the reposted words)"}


def full(entry: Entry, look: Look, codes: Sequence[Code] = ()) -> list[Line]:
    """The whole text without a cap and with its warning open, what reviewers say, then every fact the archive knows."""
    body = card(entry, msgspec.structs.replace(look, cap=0), opened=True)
    lines: list[Line] = [*body, ()]
    said = [(code.variable, _said(code, look.zone)) for code in codes]
    for label, value in (*said, *facts(entry, look.zone)):
        lines.extend(fact(label, safe(value), look.width))
    return lines


def facts(entry: Entry, zone: Zone) -> Iterator[tuple[str, str]]:
    """(label, value) of every known fact."""
    post = entry.post
    yield from _who(entry)
    yield "time", _time(post, zone)
    if post.other_time is not None:
        other = "claimed" if post.clock == "observed" else "observed"
        yield "other clock", f"{moment_words(post.other_time, zone)}, {CLOCKS[other]}"
    yield "address", address(post) or "none is known"
    yield from _relations(entry)
    yield from _counts(entry)
    yield from _contents(post)
    yield from _state(post, zone)
    yield "source", origin(post.origin)


def _said(code: Code, zone: Zone) -> str:
    """`include, by ada, 3 Jun 2021 14:07 UTC`; of a mark, only when."""
    what = "" if code.value == "yes" else f"{code.value}, "
    return f"{what}by {code.reviewer}, {moment_words(code.time, zone)}"


def address(post: Post) -> str | None:
    """The post's address on the web, as the data say or made from platform, handle and id."""
    return post.permalink or permalink(post.platform, post.handle, post.id, post.conversation)


def origin(where: Origin) -> str:
    """Where a record was read: `tweets.zip, data/tweets.js, record 12`."""
    member = where.member if where.member != where.source else ""
    place = [where.source, member, f"record {where.position:,}" if where.position else ""]
    return ", ".join(part for part in place if part) or "not known"


def _who(entry: Entry) -> Iterator[tuple[str, str]]:
    post, face = entry.post, entry.author
    name, handle = post.name or face.name, post.handle or face.handle
    yield "author", " ".join(part for part in (name, handle and "@" + handle) if part) or face.label
    if post.author:
        yield "account id", post.author
    yield "id", f"{post.id} on {post.platform}"


def _time(post: Post, zone: Zone) -> str:
    """`3 Jun 2021 14:07:33 UTC, by the platform's clock`."""
    words = when(post, zone)
    moment = zone.local(post.time) if post.time is not None else None
    if moment is not None and post.precision in ("second", "millisecond"):
        fine = f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 1000:03d}" if post.precision == "millisecond" else "")
        words = words.replace(f"{moment:%H:%M}", fine)
    if post.time is None or post.precision == "unknown":
        return words
    coarse = "" if post.precision in CLOCKED else f", to the {post.precision}"
    return f"{words}, {CLOCKS[post.clock]}" + (coarse if post.clock != post.precision else "")


def _relations(entry: Entry) -> Iterator[tuple[str, str]]:
    post = entry.post
    if post.reply_to or post.reply_author:
        label = entry.addressee.label if entry.addressee else _ref(post.reply_author)
        here = "in this archive" if entry.parent and entry.parent > 0 else "not in this archive"
        words = f"{label}, post {post.reply_to}, {here}" if post.reply_to else f"{label}; which post is not known"
        yield "in reply to", words + ("; said by another source, not by the platform" if post.reply_asserted else "")
    here = "in this archive" if entry.original else "not in this archive"
    if post.quote:
        yield "quotes", f"{_ref(post.quote_author, entry)}, post {post.quote}, {here}"
    if post.is_repost or post.repost:
        known = f"post {post.repost}, {here}" if post.repost else "which post is not known"
        yield "reposts", f"{_ref(post.repost_author, entry)}, {known}"
    if post.conversation:
        yield "conversation", f"{post.conversation} (the platform's own id)"


def _ref(ref: Ref | None, entry: Entry | None = None) -> str:
    """What to call the other account."""
    if entry is not None and entry.original is not None:
        return entry.original.author.label
    if ref is None:
        return "an account not known"
    return ref.name or ("@" + ref.handle if ref.handle else ref.id or "an account not known")


def _counts(entry: Entry) -> Iterator[tuple[str, str]]:
    post = entry.post
    yield "replies here", f"{entry.replies_here:,}"
    pairs = ((post.likes, "like"), (post.reposts, "repost"), (post.replies, "reply"), (post.quotes, "quote"))
    known = [counted(count, word) for count, word in pairs if count is not None]
    if known:
        yield "when exported", ", ".join(known)


def _contents(post: Post) -> Iterator[tuple[str, str]]:
    if post.mentions:
        yield "mentions", ", ".join(_mention(mention) for mention in post.mentions)
    if post.tags:
        yield "hashtags", " ".join("#" + tag for tag in post.tags)
    for link in post.links:
        yield "link", link.url + (f" ({link.title})" if link.title else "")
    for media in post.media:
        yield ("photo" if media.kind == "image" else media.kind), media_words(media)
    if post.language:
        yield "language", post.language
    if post.app:
        yield "sent with", post.app


def _mention(mention: Mention) -> str:
    return ("@" + mention.handle if mention.handle else mention.id or "?") + MENTIONS[mention.kind]


def size_words(size: int) -> str:
    """Bytes as a person reads them: `417 kB`."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,.0f} {unit}"
        size = round(size / 1000)
    return f"{size:,} GB"


def media_words(media: Media) -> str:
    """The description, and where the file is."""
    alt = media.alt or "not described"
    size = f" ({size_words(media.size)})" if media.size is not None else ""
    places = [media.url or "", f"{media.file} in the export{size}" if media.file else ""]
    return " · ".join(part for part in (alt, *places) if part)


def _state(post: Post, zone: Zone) -> Iterator[tuple[str, str]]:
    if post.warning or post.sensitive:
        yield "warning", post.warning or "marked as sensitive"
    if STATUS[post.text_status]:
        yield "text", STATUS[post.text_status]
    if post.edited is not None:
        yield "edited", moment_words(post.edited, zone) if post.edited else "yes, it is not known when"
    if post.versions:
        yield "versions", " ".join(post.versions)
    if post.deleted is not None:
        yield "deleted", moment_words(post.deleted, zone) if post.deleted else "yes, it is not known when"
    if VISIBILITY[post.visibility]:
        yield "visibility", VISIBILITY[post.visibility]
    if post.context:
        yield "context", "here only because another post quotes, reposts or includes it"


def fact(label: str, value: str, width: int) -> Iterator[Line]:
    """The label at the left, the value wrapped beside it; narrow, below it."""
    beside = width >= LABEL * 3
    room = max(1, width - LABEL if beside else width - 2)
    if not beside:
        yield ((label, "dim"),)
    for place, (start, end) in enumerate(wrap(value, room)):
        head = label if place == 0 else ""
        gap = head + " " * (LABEL - cells(head)) if beside else "  "
        yield ((gap, "dim"), (value[start:end], ""))
