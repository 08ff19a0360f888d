"""The lines around the posts of a timeline: the heading of a day, and how far the window has come in the whole."""

from __future__ import annotations

from rejoinder.app.glyphs import Glyphs
from rejoinder.app.layout import Line
from rejoinder.app.loaded import Day
from rejoinder.app.moments import day_words
from rejoinder.app.wrapping import cells, cut


def day_rule(day: Day, count: int, width: int, glyphs: Glyphs) -> Line:
    """`── Thursday 3 June 2021 · 14 posts ───` as wide as asked; without a number where `count` is 0."""
    told = f" {glyphs.dot} {count:,} post{'s' if count != 1 else ''}" if count else ""
    return ruled(day_words(day) + told, width, glyphs)


def ruled(words: str, width: int, glyphs: Glyphs) -> Line:
    """Words on a rule of so many cells."""
    words = cut(f" {words} ", width - 3, glyphs.more) if words else ""
    return ((glyphs.rule * 2, "dim"), (words, ""), (glyphs.rule * (width - 2 - cells(words)), "dim"))


def thumb(rank: int, seen: int, total: int, track: int) -> range:
    """The lines below the heading that stand for the window: `seen` of `total` posts from `rank` on, on `track` lines.

    None where all posts are in sight.
    """
    if not total > seen > 0:
        return range(0)
    size = max(1, track * seen // total)
    start = 1 + min(round((track - size) * rank / (total - seen)), track - size)
    return range(start, start + size)
