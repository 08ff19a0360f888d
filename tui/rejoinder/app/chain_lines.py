"""The rows of the reply-chain pane: one line a post or ghost, in columns that are the same for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from rejoinder.app.layout import Line, Look, Run, is_closed, marked
from rejoinder.app.moments import CLOCKED, short_date
from rejoinder.app.tree import ASCII_TWIN, Row, prefix
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.archive.protocol import Entry, Node
from rejoinder.records import Ghost, Post

NOT_HERE = "not in this archive"
NAMES_AT_LEAST = 10
"""Cells that the rails leave to a name, however deep the row."""
TIMES_FROM = 40
"""Narrower panes leave the times out."""
TIMES = 7
"""Cells of the times' column: `~14:07` or `22 Oct`, apart from the name."""
_ADDRESSED = re.compile(r"(?:@[^\s@]+\s+)+(?=\S)")


class Columns:
    """Where a row's columns stand: they are the same for all rows, so nothing jumps from post to post."""

    def __init__(self, nodes: Sequence[Node], look: Look) -> None:
        self.look = look
        self.names = max(12, min(26, look.width * 2 // 5))
        self.levels = max(1, (self.names - NAMES_AT_LEAST) // 2)
        moments = [look.zone.local(node.time) for node in nodes if node.time is not None]
        days = {moment.date() for moment in moments if moment}
        self.one_day = len(days) <= 1
        self.one_year = len({day.year for day in days}) <= 1
        self.times = TIMES if look.width >= TIMES_FROM else 0

    def day(self, ms: int | None) -> str:
        """Said where the row above has another day: `3 Jun`, `3 Jun 2021`; nothing if all are of one."""
        moment = self.look.zone.local(ms) if ms is not None else None
        if moment is None or self.one_day or not self.times:
            return ""
        return short_date(moment)[:-5] if self.one_year else short_date(moment)

    def time(self, post: Post) -> str:
        """The post's time of day, or what is known instead: `14:07`, `3 Jun`, `2021`."""
        moment = self.look.zone.local(post.time) if post.time is not None else None
        if moment is None or post.precision == "unknown":
            return ""
        if post.precision in CLOCKED:
            return self._clocked(post.time)
        if post.precision in ("month", "year"):
            return str(moment.year)
        return short_date(moment)[:-5]

    def ghost_time(self, ghost: Ghost) -> str:
        """A ghost's time, decoded from its id."""
        return self.look.glyphs.about + self._clocked(ghost.time) if ghost.time is not None else ""

    def _clocked(self, ms: int | None) -> str:
        moment = self.look.zone.local(ms) if ms is not None else None
        return f"{moment.hour:02d}:{moment.minute:02d}" if moment is not None else ""


class Mark(msgspec.Struct, frozen=True):
    """What a row says beside its post."""

    here: bool = False
    """It is the post of the timeline's cursor."""
    above: bool = False
    """It is one of that post's ancestors."""
    day: str = ""
    """The day, where the row above has another."""
    opened: bool = False
    """Its content warning was opened."""


def post_line(row: Row, entry: Entry | None, columns: Columns, mark: Mark) -> Line:
    """One post: rails, name, time, the beginning of its text; only the rails while its entry is being fetched."""
    look = columns.look
    sign = look.glyphs.here if mark.here else "▸" if row.hidden else ""
    rails = _rails(row, sign, columns, mark.above or mark.here)
    if entry is None:
        return _columns(rails, "", "", (), columns)
    day = mark.day if entry.post.precision in CLOCKED else ""
    gist = (*_day(day, look), *_gist(row, entry, look, mark.opened))
    return _columns(rails, safe(entry.post.name or entry.author.label), columns.time(entry.post), gist, columns)


def ghost_line(row: Row, ghost: Ghost | None, columns: Columns, mark: Mark) -> Line:
    """A post that is known only by the replies to it: what is known, and that it is not here."""
    look = columns.look
    rails = _rails(row, look.glyphs.here if mark.here else look.glyphs.ghost, columns, mark.above or mark.here)
    who = "account not known"
    if ghost is not None and (ghost.handle or ghost.author):
        who = "@" + ghost.handle if ghost.handle else ghost.author or who
    hidden = ((f"{row.hidden} hidden {look.glyphs.dot} ", "accent"),) if row.hidden else ()
    when = columns.ghost_time(ghost) if ghost else ""
    day = _day(look.glyphs.about + mark.day if mark.day else "", look)
    return _columns(rails, safe(who), when, (*day, *hidden, (NOT_HERE, "dim")), columns, "dim")


def _rails(row: Row, sign: str, columns: Columns, accented: bool) -> tuple[Run, ...]:
    """The rails, dim; the row's own sign stands out on the way from the root to the timeline's post.

    In plain words a number: how deep it stands.
    """
    if columns.look.plain:
        return ((f"{row.level + 1}. ", "dim"),)
    drawn = prefix(row, sign, columns.levels)
    if columns.look.glyphs.bar.isascii():
        drawn = drawn.translate(ASCII_TWIN)
    return ((drawn[:-1], "dim"), (drawn[-1], "strong" if accented else "dim"), (" ", ""))


def _columns(
    rails: tuple[Run, ...], label: str, time: str, gist: tuple[Run, ...], columns: Columns, name: str = "name"
) -> Line:
    """The parts in their columns."""
    look = columns.look
    room = columns.names - sum(cells(text) for text, _ in rails)
    label = cut(label, room, look.glyphs.more)
    runs = [*rails, (label, name), (" " * (room - cells(label)), "")]
    used = columns.names
    if columns.times:
        runs.append((cut(time, columns.times, look.glyphs.more).rjust(columns.times), "dim"))
        used += columns.times
    runs.append(("  ", ""))
    left = look.width - used - 2
    for text, style in gist:
        shown = cut(text, left, look.glyphs.more)
        runs.append((shown, style))
        left -= cells(shown)
        if left <= 0:
            break
    return tuple(run for run in runs if run[0])


def _day(day: str, look: Look) -> tuple[Run, ...]:
    """`3 Jun · `, before what a row says."""
    return ((f"{day} {look.glyphs.dot} ", "dim"),) if day else ()


def _gist(row: Row, entry: Entry, look: Look, opened: bool) -> Iterator[Run]:
    """What one line can say of a post."""
    post = entry.post
    if row.hidden:
        yield f"{row.hidden:,} hidden {look.glyphs.dot} ", "accent"
    if is_closed(post) and not (opened or look.open_warnings):
        yield "! " + (safe(post.warning) if post.warning else "marked as sensitive"), "warning"
        return
    if post.deleted is not None:
        yield f"deleted {look.glyphs.dot} ", "dim"
    if post.text_status == "paraphrase":
        yield f"paraphrase {look.glyphs.dot} ", "dim"
    if post.is_repost:
        whose = (
            f" {cut(safe(entry.original.author.label), look.width // 5, look.glyphs.more)}:" if entry.original else ""
        )
        yield f"{look.glyphs.repost}{whose} ", "dim"
    text = safe(post.text)
    found = _ADDRESSED.match(text) if post.reply_to or post.reply_author else None
    if text:
        gist = text[found.end() if found else 0 :][: look.width]
        yield from marked(gist, 0, len(gist), look.hits(gist) if look.hits else ())
    elif post.media:
        kind = "photo" if post.media[0].kind == "image" else post.media[0].kind
        yield f"{look.glyphs.media} {kind}{': ' + safe(post.media[0].alt) if post.media[0].alt else ''}", "dim"
    elif post.text_status == "absent":
        yield "the text is not known", "dim"
    elif post.text_status == "hidden":
        yield "not shown", "dim"
