"""What title and status line say, as runs of text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rejoinder.app.commands import BY_ID, spoken
from rejoinder.app.layout import Look, Run
from rejoinder.app.moments import CLOCKED, clock, month_of, when
from rejoinder.app.screens.panes import WIDE
from rejoinder.app.wrapping import cut, safe
from rejoinder.archive.protocol import Count, Entry, Figures

HINTS = ("help", "toggle_chain", "find", "filter", "goto")
"""The most needed first: where the line is too short, the last ones go."""
EMPTY = ("This archive holds no posts.", "", "Import an export into it: rejoinder import ARCHIVE PATH")


def title(path: str, figures: Figures | None, look: Look, width: int) -> Sequence[Run]:
    """` harbour · 4,012 posts · 60 accounts · 2019-03 – 2022-02 · UTC`; narrow without accounts and span."""
    dot, dash = look.glyphs.dot, look.glyphs.dash
    words: list[str] = []
    if figures is not None:
        words.append(plural(figures.posts, "post"))
        if width >= WIDE:
            words += [f"{figures.context:,} for context"] if figures.context else []
            words.append(plural(figures.accounts, "account"))
            first, last = month_of(figures.first, look.zone), month_of(figures.last, look.zone)
            words += [f"{first} {dash} {last}" if first != last else first] if first else []
    told = "".join(f" {dot} {word}" for word in (*words, look.zone.name))
    return ((" " + cut(safe(Path(path).stem), width // 2, look.glyphs.more), "name"), (told, ""))


def searches(
    filtered: str, count: Count | None, of: int | None, finding: str, found: Count | None, look: Look, width: int
) -> Sequence[Run]:
    """`⟂ ferry · 214 of 4,012` at the right end of the title, and before it the find; words give way to numbers."""
    runs: list[Run] = []
    room = max(8, width // 4)
    if finding:
        told = f"{cut(safe(finding), room, look.glyphs.more)} {look.glyphs.dot} {hits(found, look)}"
        runs += [("/ ", "dim"), (told, "accent"), ("  ", "")]
    if filtered:
        number = f" {look.glyphs.dot} {number_of(count, of, look)}" if count is not None else f" {look.glyphs.more}"
        runs.append((f"{look.glyphs.filter} {cut(safe(filtered), room, look.glyphs.more)}", "accent"))
        runs.append((number + " ", ""))
    return runs


def number_of(count: Count | None, of: int | None, look: Look) -> str:
    """`214 of 4,012`; `~` where it is an estimate."""
    if count is None:
        return look.glyphs.more
    about = "" if count.exact else look.glyphs.about
    return f"{about}{count.n:,}" + (f" of {of:,}" if of is not None else "")


def hits(count: Count | None, look: Look) -> str:
    """`86 hits`."""
    return f"{number_of(count, None, look)} hit{'' if count and count.n == 1 else 's'}"


def status(
    entry: Entry | None, rank: int | None, count: Count | None, hit: str, look: Look, width: int
) -> Sequence[Run]:
    """` 3,104 / 4,012 · 77 % · hit 3 of 86 · 3 Jun 2021 14:07 UTC`; what is not known yet is `…`.

    Narrow without the date, which a heading above every post says.
    """
    if entry is None:
        return ((" no posts", "dim"),)
    where = f" {rank + 1:,}" if rank is not None else f" {look.glyphs.more}"
    if count is not None:
        where += f" / {number_of(count, None, look)}"
        if rank is not None:
            where += f" {look.glyphs.dot} {100 * (rank + 1) // max(1, count.n)} %"
    moment = when(entry.post, look.zone)
    if width < WIDE and entry.post.time is not None and entry.post.precision in CLOCKED:
        moment = f"{clock(entry.post, look.zone)} {look.zone.name}"
    found = f" {look.glyphs.dot} {hit}" if hit else ""
    return ((where, ""), (found, "accent"), (f" {look.glyphs.dot} {moment}", "dim"))


def hints() -> Sequence[Run]:
    """The keys that a newcomer needs first."""
    words = (f"{spoken(BY_ID[id].keys[0])} {BY_ID[id].label}" for id in HINTS)
    return tuple((f"  {word}", "dim") for word in words)


def nothing_matches(text: str, last: int | None, find_first: bool, look: Look) -> Sequence[str]:
    """The empty state of a filter; `find_first`: Esc takes a find back before it."""
    lines = [f"No post matches “{safe(text)}”." if look.glyphs.bar != ">" else f'No post matches "{safe(text)}".', ""]
    ended = look.zone.local(last) if last is not None else None
    if ended is not None:
        lines.append(f"The archive ends on {ended.day} {ended:%B} {ended.year}.")
    return [*lines, "Esc clears the find, Esc again the filter." if find_first else "Esc clears the filter."]


def plural(count: int, word: str) -> str:
    """`1 post`, `4,012 posts`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
