"""A post as wrapped, styled runs of text: what a card, the post in full and a plain print show. No Textual in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from rejoinder.app import spoken
from rejoinder.app.direction import Run as Run
from rejoinder.app.direction import paragraph_line
from rejoinder.app.glyphs import UNICODE, Glyphs
from rejoinder.app.keymap import DEFAULT, Keymap
from rejoinder.app.moments import Zone, clock, moment_words
from rejoinder.app.wrapping import Span, cells, cut, safe, wrap
from rejoinder.archive.protocol import Entry
from rejoinder.records import Media, Post, Ref

Line = tuple[Run, ...]
"""Runs: some text and the name of its style: "", name, dim, accent, hit, warning."""
Hits = Callable[[str], Sequence[Span]]
"""Where the words of a query stand in a text, in order, without overlap."""

CAP = 15
"""A card's body is never longer; what is left out is said."""
TIME_CELLS = 8
COUNT_CELLS = 7
NAMES_AT_LEAST = 22
"""Cells of a card's head that the counts leave to the names."""


class Look(msgspec.Struct, frozen=True):
    """How posts are laid out."""

    width: int
    zone: Zone = Zone()
    glyphs: Glyphs = UNICODE
    open_warnings: bool = False
    cap: int = CAP
    """Most lines of the body; 0 is no limit."""
    hits: Hits | None = None
    reorders: bool = True
    """Draw right-to-left text as it is to be seen; otherwise the terminal does."""
    plain: bool = False
    """Words instead of signs and columns, for people who hear it."""
    keys: Keymap = DEFAULT
    """What hints and help call the keys."""


def card(entry: Entry, look: Look, opened: bool = False) -> list[Line]:
    """All lines of a post, none wider than `look.width`; `opened` shows what lies behind a content warning."""
    post = entry.post
    lines = [*_repost(entry, look), *(_spoken(entry, look) if look.plain else (header(entry, look),))]
    if is_closed(post) and not (opened or look.open_warnings):
        lines.append(_closed(post, look))
    else:
        if post.warning:
            lines.append((("! " + cut(safe(post.warning), look.width - 2, look.glyphs.more), "warning"),))
        lines.extend(_body(post, look))
        lines.extend(_media(post.media, look))
        lines.extend(_quote(entry, look))
    lines.extend(_remarks(post, look))
    if look.plain:
        lines.extend(spoken.counts(entry, look.width))
    return lines


def is_closed(post: Post) -> bool:
    """Whether the post hides behind a content warning."""
    return post.sensitive or bool(post.warning)


def _spoken(entry: Entry, look: Look) -> Iterator[Line]:
    """The head of the card in words."""
    addressed = entry.post.reply_to or entry.post.reply_author
    who = " ".join(part for part in _author(entry) if part)
    return spoken.header(entry, who, _addressee(entry) if addressed else "", look.zone, look.width)


def header(entry: Entry, look: Look) -> Line:
    """Name, handle and addressee at the left; time and counts in columns that keep their place at the right."""
    right = _right(entry, look)
    room = look.width - sum(cells(text) for text, _ in right) - 1
    left = _names(entry, look, room)
    gap = look.width - sum(cells(text) for text, _ in (*left, *right))
    return (*left, (" " * gap, ""), *right)


def _names(entry: Entry, look: Look, room: int) -> Line:
    """`Mira Okafor @mira_o  ↰ Jon Vale` in at most `room` cells: the handle goes first, then the ends of the names."""
    label, handle = _author(entry)
    more = look.glyphs.more
    parts: list[Run] = [(cut(label, room, more), "name")]
    left = room - cells(parts[0][0])
    reply = f"  {look.glyphs.reply} {_addressee(entry)}" if entry.post.reply_to or entry.post.reply_author else ""
    if handle and (cells(handle) + 1 + cells(reply) <= left or (not reply and left > 6)):
        parts.append((" " + cut(handle, left - 1, more), "dim"))
        left -= cells(parts[-1][0])
    if reply and left > 6:
        parts.append((cut(reply, left, more), "dim"))
    return tuple(parts)


def _author(entry: Entry) -> tuple[str, str]:
    """Name and handle at the head of the card; a repost's card is headed by the one who wrote it."""
    post = entry.post
    if not post.is_repost:
        name, handle = post.name or entry.author.name, post.handle or entry.author.handle
        label = name or ("@" + handle if handle else entry.author.label)
    elif entry.original is not None:
        label, handle, name = entry.original.author.label, entry.original.author.handle, entry.original.author.name
    else:
        label, handle, name = _ref_label(post.repost_author), "", ""
    return safe(label), safe("@" + handle) if name and handle else ""


def _ref_label(ref: Ref | None, unknown: str = "an account not known") -> str:
    """What to call an account that another record names."""
    if ref is None:
        return unknown
    return ref.name or ("@" + ref.handle if ref.handle else ref.id or unknown)


def _addressee(entry: Entry) -> str:
    """Whom the post answers; its own author is said in words."""
    post, face = entry.post, entry.addressee
    if face is not None:
        is_own = face.account and face.account == entry.author.account  # two who are not known may be two
        return "own post" if is_own else safe(face.label)
    return safe(_ref_label(post.reply_author))


def _right(entry: Entry, look: Look) -> Line:
    """Time and counts; only where fewer than NAMES_AT_LEAST cells would be left, counts give way to the names."""
    shown: list[Run] = [(clock(entry.post, look.zone).rjust(TIME_CELLS), "dim")]
    post, signs = entry.post, look.glyphs
    counts = ((signs.replies, entry.replies_here), (signs.likes, post.likes), (signs.repost, post.reposts))
    fitting = max(0, look.width - TIME_CELLS - 1 - NAMES_AT_LEAST) // COUNT_CELLS
    for sign, count in counts[:fitting]:
        text = f"{sign}{short_number(count)}" if count else ""
        shown.append((" " * (COUNT_CELLS - cells(text)) + text, "dim"))
    return tuple(shown)


def short_number(count: int) -> str:
    """At most four signs: `999`, `1.2k`, `12k`, `999k`, `1.2M`."""
    for limit, unit in ((1_000, ""), (1_000_000, "k"), (1_000_000_000, "M"), (1_000_000_000_000, "G")):
        if count < limit:
            tenths = count * 10_000 // limit
            return (
                f"{count}"
                if not unit
                else f"{tenths // 10}.{tenths % 10}{unit}"
                if tenths < 100
                else f"{tenths // 10}{unit}"
            )
    return "many"


def _repost(entry: Entry, look: Look) -> Iterator[Line]:
    """`⟲ Ana Brandt reposted`, above the original's card."""
    if entry.post.is_repost:
        words = " reposted"
        room = look.width - cells(look.glyphs.repost) - 1 - len(words)
        label = cut(safe(entry.post.name or entry.author.label), room, look.glyphs.more)
        yield ((f"{look.glyphs.repost} ", "dim"), (label, "dim"), (words, "dim"))


def _closed(post: Post, look: Look) -> Line:
    """The warning, and the key that opens it."""
    words = safe(post.warning) if post.warning else "marked as sensitive"
    tail = f" {look.glyphs.more} Enter"
    return (("! ", "warning"), (cut(words, look.width - 2 - cells(tail), look.glyphs.more), "warning"), (tail, "dim"))


def _body(post: Post, look: Look) -> Iterator[Line]:
    """The text, wrapped, with its hits marked, at most `look.cap` lines."""
    text = safe(post.text)
    if not text:
        return
    spans = wrap(text, look.width)
    hits = look.hits(text) if look.hits else ()
    shown = spans if not look.cap or len(spans) <= look.cap else spans[: look.cap - 1]
    for start, end in shown:
        line = tuple(marked(text, start, end, hits))
        yield line if text.isascii() else paragraph_line(line, text, start, end, look.width, look.reorders)
    if len(shown) < len(spans):
        yield ((f"{look.glyphs.more} {len(spans) - len(shown)} more lines, Enter", "accent"),)


def marked(text: str, start: int, end: int, hits: Sequence[Span]) -> Iterator[Run]:
    """One line's runs: the hits in it, and what stands between them."""
    at = start
    for first, last in hits:
        if last <= at or first >= end:
            continue
        first, last = max(first, at), min(last, end)
        if first > at:
            yield text[at:first], ""
        yield text[first:last], "hit"
        at = last
    if at < end:
        yield text[at:end], ""


def _media(media: tuple[Media, ...], look: Look) -> Iterator[Line]:
    """A line for each described picture or film; those without words are counted together."""
    sign = look.glyphs.media
    silent: dict[str, int] = {}
    for item in media:
        kind = "photo" if item.kind == "image" else item.kind
        if item.alt:
            yield ((cut(f"{sign} {kind}: {safe(item.alt)}", look.width, look.glyphs.more), "dim"),)
        else:
            silent[kind] = silent.get(kind, 0) + 1
    if silent:
        words = ", ".join(f"{n} {kind}s" if n > 1 else kind for kind, n in silent.items())
        yield ((cut(f"{sign} {words}, not described", look.width, look.glyphs.more), "dim"),)


def _quote(entry: Entry, look: Look) -> Iterator[Line]:
    """One line of the quoted post, or the word that it is not here."""
    sign, more, post = look.glyphs.quote, look.glyphs.more, entry.post
    if post.quote is None:
        return
    if entry.original is None:
        who = f" by {_ref_label(post.quote_author)}" if post.quote_author else ""
        yield ((cut(f"{sign} quotes a post{safe(who)} that is not in this archive", look.width, more), "dim"),)
        return
    label = cut(safe(entry.original.author.label), look.width // 3, more)
    room = look.width - cells(label) - cells(sign) - 3
    yield ((f"{sign} {label}: ", "dim"), (cut(safe(entry.original.text), room, more), "dim"))


def _remarks(post: Post, look: Look) -> Iterator[Line]:
    """What a reader has to know of the post and can't see, in words."""
    words = list(_remark_words(post, look.zone))
    if words:
        text = f" {look.glyphs.dot} ".join(words)
        for start, end in wrap(text, look.width):
            yield ((text[start:end], "dim"),)


def _remark_words(post: Post, zone: Zone) -> Iterator[str]:
    """The remarks one by one."""
    if post.text_status == "paraphrase":
        yield "a paraphrase, not the words of the post"
    elif post.text_status == "partial":
        yield "only a part of the text is known"
    elif post.text_status == "absent":
        yield "the text is not known" if post.deleted is None else "no words of it are kept"
    elif post.text_status == "hidden":
        yield "its words are not shown"
    if post.deleted is not None:
        yield f"deleted {moment_words(post.deleted, zone)}" if post.deleted else "deleted"
    if post.edited is not None:
        yield f"edited {moment_words(post.edited, zone)}" if post.edited else "edited"
    if post.reply_asserted:
        yield "that it is a reply is said by another source"
    if post.context:
        yield "here because others refer to it"
    if post.visibility != "public":
        yield {"unlisted": "unlisted", "followers": "for followers", "direct": "a direct message",
               "circle": "for a circle", "community": "in a community"}[post.visibility]  # fmt: skip
