"""The lines of the reply-chain pane: its heading, one line a post or ghost, and what is said where there is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rejoinder.app.layout import LRM, Line, Look, Run, is_closed
from rejoinder.app.moments import CLOCKED, short_date
from rejoinder.app.tree import ASCII_TWIN, Row, prefix
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.archive.protocol import Entry, Node
from rejoinder.records import Ghost, Post

NOT_HERE = "not in this archive"
NAMES_AT_LEAST = 9
"""Cells that the rails leave to a name, however deep the row."""
TIMES_FROM = 40
"""Narrower panes leave the times out."""
_BACKWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""A letter of a script that runs from right to left."""
_ADDRESSED = re.compile(r"(?:@[^\s@]+\s+)+(?=\S)")


class Columns:
    """Where a row's columns stand: they are the same for all rows, so nothing jumps from post to post."""

    def __init__(self, nodes: Sequence[Node], look: Look) -> None:
        self.look = look
        self.names = max(12, min(26, look.width * 3 // 8))
        self.levels = max(1, (self.names - NAMES_AT_LEAST) // 2)
        moments = [look.zone.local(node.time) for node in nodes if node.time is not None]
        days = {moment.date() for moment in moments if moment}
        self.one_day = len(days) <= 1
        self.one_year = len({day.year for day in days}) <= 1
        self.times = 0 if look.width < TIMES_FROM else 7 if self.one_day else 13 if self.one_year else 12

    def time(self, post: Post) -> str:
        """The post's time, as short as the conversation allows: `14:07`, `3 Jun 14:07`, `3 Jun 2021`."""
        moment = self.look.zone.local(post.time) if post.time is not None else None
        if moment is None or post.precision == "unknown":
            return ""
        if post.precision in CLOCKED:
            return self._clocked(post.time)
        if post.precision in ("month", "year"):
            return str(moment.year)
        return short_date(moment) if not self.one_year else short_date(moment)[:-5]

    def ghost_time(self, ghost: Ghost) -> str:
        """A ghost's time, decoded from its id."""
        return self.look.glyphs.about + self._clocked(ghost.time) if ghost.time is not None else ""

    def _clocked(self, ms: int | None) -> str:
        moment = self.look.zone.local(ms) if ms is not None else None
        if moment is None:
            return ""
        if not self.one_year:
            return short_date(moment)
        clock = f"{moment.hour:02d}:{moment.minute:02d}"
        return clock if self.one_day else f"{short_date(moment)[:-5]} {clock}"


def post_line(row: Row, entry: Entry | None, columns: Columns, here: bool, above: bool) -> Line:
    """One post: rails, name, time, the beginning of its text. Without its entry only the rails (it is being fetched).

    `here`: the post of the timeline's cursor; `above`: one of that post's ancestors.
    """
    look = columns.look
    sign = look.glyphs.here if here else "▸" if row.hidden else ""
    if entry is None:
        return _columns(_rails(row, sign, columns, above or here), "", "", (), columns)
    gist = tuple(_gist(row, entry, look))
    label = safe(entry.post.name or entry.author.label)
    return _columns(_rails(row, sign, columns, above or here), label, columns.time(entry.post), gist, columns)


def ghost_line(row: Row, ghost: Ghost | None, columns: Columns, here: bool, above: bool) -> Line:
    """A post that is known only by the replies to it: what is known, and that it is not here."""
    look = columns.look
    rails = _rails(row, look.glyphs.here if here else look.glyphs.ghost, columns, above or here)
    who = "account not known"
    if ghost is not None and (ghost.handle or ghost.author):
        who = "@" + ghost.handle if ghost.handle else ghost.author or who
    hidden = ((f"{row.hidden} hidden {look.glyphs.dot} ", "accent"),) if row.hidden else ()
    when = columns.ghost_time(ghost) if ghost else ""
    return _columns(rails, safe(who), when, (*hidden, (NOT_HERE, "dim")), columns, "dim")


def heading(nodes: Sequence[Node], truncated: bool) -> str:
    """`Chain · 9 posts · 4 accounts · 2 h 13 min · 1 missing`, in words that fit any width when cut from the right."""
    if not nodes:
        return "Chain"
    posts = [node for node in nodes if node.key > 0]
    authors = {node.author.account for node in posts if node.author is not None}
    times = [node.time for node in posts if node.time is not None]
    parts = ["Chain", ("first " if truncated else "") + _several(len(posts), "post")]
    if len(authors) > 0:
        parts.append(_several(len(authors), "account"))
    if len(times) > 1 and max(times) > min(times):
        parts.append(lasting(max(times) - min(times)))
    if missing := len(nodes) - len(posts):
        parts.append(f"{missing:,} missing")
    return " · ".join(parts)


def lasting(ms: int) -> str:
    """A length of time in at most two units: `40 s`, `17 min`, `2 h 13 min`, `3 days 4 h`, `2 years 40 days`."""
    seconds = ms // 1000
    units = (("year", 31_557_600), ("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    for place, (unit, length) in enumerate(units):
        count, rest = divmod(seconds, length)
        if count or unit == "s":
            words = _several(count, unit)
            if unit != "min" and place + 1 < len(units) and rest // units[place + 1][1]:
                words += " " + _several(rest // units[place + 1][1], units[place + 1][0])
            return words
    return "0 s"


def nothing_else(node: Node) -> str:
    """What to say below a post that stands alone."""
    if node.key < 0:
        return ""
    return (
        "Its parent and the replies to it are not in this archive."
        if node.parent
        else "No reply to it is in this archive."
    )


def more_line(shown: int) -> str:
    """The last row of a conversation too large to be drawn whole."""
    return f"only the first {shown:,} posts are drawn; ft filters the timeline by this conversation"


def _rails(row: Row, sign: str, columns: Columns, accented: bool) -> tuple[Run, ...]:
    """The rails, dim; the row's own sign stands out on the way from the root to the timeline's post."""
    drawn = prefix(row, sign, columns.levels)
    if columns.look.glyphs.bar.isascii():
        drawn = drawn.translate(ASCII_TWIN)
    return ((drawn[:-1], "dim"), (drawn[-1], "strong" if accented else "dim"), (" ", ""))


def _columns(
    rails: tuple[Run, ...], label: str, time: str, gist: tuple[Run, ...], columns: Columns, name: str = "name"
) -> Line:
    """The parts in their columns; fenced by LRM where a terminal would reorder them."""
    look = columns.look
    room = columns.names - sum(cells(text) for text, _ in rails)
    label = cut(label, room, look.glyphs.more)
    fence = LRM if any(_BACKWARDS.search(text) for text in (label, *(text for text, _ in gist))) else ""
    runs = [(fence, ""), *rails, (label, name), (fence + " " * (room - cells(label)), "")]
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
    runs.append((fence, ""))
    return tuple(run for run in runs if run[0])


def _gist(row: Row, entry: Entry, look: Look) -> Iterator[Run]:
    """What one line can say of a post."""
    post = entry.post
    if row.hidden:
        yield f"{row.hidden:,} hidden {look.glyphs.dot} ", "accent"
    if is_closed(post) and not look.open_warnings:
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
        yield text[found.end() :] if found else text, ""
    elif post.media:
        kind = "photo" if post.media[0].kind == "image" else post.media[0].kind
        yield f"{look.glyphs.media} {kind}{': ' + safe(post.media[0].alt) if post.media[0].alt else ''}", "dim"
    elif post.text_status == "absent":
        yield "the text is not known", "dim"


def _several(count: int, word: str) -> str:
    """`1 post`, `9 posts`, `2 h`."""
    plural = "s" if count != 1 and word not in ("h", "min", "s") else ""
    return f"{count:,} {word}{plural}"
