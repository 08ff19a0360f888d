"""What title and status line say, as runs of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rejoinder.app.commands import Needs, Place, spoken
from rejoinder.app.keymap import Keymap
from rejoinder.app.layout import Look, Run
from rejoinder.app.moments import CLOCKED, clock, month_of, when
from rejoinder.app.screens.panes import WIDE
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.archive.protocol import Count, Entry, Figures
from rejoinder.counting import counted

HINTS: dict[Place, tuple[str, ...]] = {
    "timeline": ("help", "next_hit", "toggle_chain", "find", "filter", "goto"),
    "chain": ("help", "open", "toggle_fold", "parent", "toggle_chain"),
    "post": ("help", "unzoom", "next_hit", "links", "inspect"),
    "strip": ("help", "filter_period", "zoom_in", "zoom_out", "toggle_strip"),
}
"""The most needed first: where the line is too short, the last ones go."""
EMPTY = ("This archive holds no posts.", "", "Import an export into it: rejoinder import ARCHIVE PATH")


def title(path: str, figures: Figures | None, look: Look, width: int) -> Sequence[Run]:
    """` harbour · 4,012 posts · 60 accounts · 2019-03 – 2022-02 · UTC`; narrow without accounts and span."""
    dot, dash = look.glyphs.dot, look.glyphs.dash
    words: list[str] = []
    if figures is not None:
        words.append(counted(figures.posts, "post"))
        if width >= WIDE:
            words += [f"{figures.context:,} for context"] if figures.context else []
            words.append(counted(figures.accounts, "account"))
            first, last = month_of(figures.first, look.zone), month_of(figures.last, look.zone)
            words += [f"{first} {dash} {last}" if first != last else first] if first else []
    told = "".join(f" {dot} {word}" for word in (*words, look.zone.name))
    return ((" " + cut(safe(Path(path).stem), width // 2, look.glyphs.more), "name"), (told, ""))


def searches(
    filtered: str, count: Count | None, of: int | None, finding: str, found: Count | None, look: Look, room: int
) -> Sequence[Run]:
    """`⟂ ferry · 214 of 4,012` at the right end of the title, and before it the find; words give way to numbers.

    `room`: the cells that the title's left end leaves.
    """
    number = f" {look.glyphs.dot} {number_of(count, of, look)} " if count is not None else f" {look.glyphs.more} "
    hit = f" {look.glyphs.dot} {hits(found, look)}"
    numbers = (cells(number) + cells(look.glyphs.filter) + 1 if filtered else 0) + (cells(hit) + 4 if finding else 0)
    each = max(8, (room - numbers - 1) // (bool(filtered) + bool(finding) or 1))
    runs: list[Run] = []
    if finding:
        runs += [("/ ", "dim"), (cut(safe(finding), each, look.glyphs.more) + hit, "accent"), ("  ", "")]
    if filtered:
        runs.append((f"{look.glyphs.filter} {cut(safe(filtered), each, look.glyphs.more)}", "accent"))
        runs.append((number, ""))
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
    post, of = (" post ", " of ") if look.plain else (" ", " / ")
    where = f"{post}{rank + 1:,}" if rank is not None else f" {look.glyphs.more}"
    if count is not None:
        where += f"{of}{number_of(count, None, look)}"
        if rank is not None:
            where += f" {look.glyphs.dot} {100 * (rank + 1) // max(1, count.n)} %"
    moment = when(entry.post, look.zone)
    if width < WIDE and entry.post.time is not None and entry.post.precision in CLOCKED:
        moment = f"{clock(entry.post, look.zone)} {look.zone.name}"
    found = f" {look.glyphs.dot} {hit}" if hit else ""
    return ((where, ""), (found, "accent"), (f" {look.glyphs.dot} {moment}", "dim"))


class Hints:
    """The keys that a newcomer needs first in each pane, of those alone that mean something there now."""

    def __init__(self, keys: Keymap, ascii_only: bool) -> None:
        self._keys = keys
        self._ascii_only = ascii_only
        self._made: dict[tuple[Place, frozenset[Needs]], Sequence[Run]] = {}

    def __call__(self, place: Place, there: frozenset[Needs]) -> Sequence[Run]:
        """`there` says what is there of what commands need: a post, a query."""
        if (place, there) not in self._made:
            self._made[place, there] = tuple((f" {word} ", "dim") for word in self._words(place, there))
        return self._made[place, there]

    def _words(self, place: Place, there: frozenset[Needs]) -> Iterator[str]:
        valid = {command.id: command for command in self._keys.valid_in(place)}
        for command in (valid[id] for id in HINTS.get(place, ()) if id in valid):
            if command.keys and (not command.needs or command.needs in there):
                yield f"{spoken(command.keys[0], self._ascii_only)} {command.label}"


def nothing_matches(text: str, last: int | None, find_first: bool, look: Look) -> Sequence[str]:
    """The empty state of a filter. `last` is the archive's last moment (ms), where the filter asks for a time;
    `find_first`: Esc takes a find back before it."""
    lines = [f"No post matches “{safe(text)}”." if look.glyphs.bar != ">" else f'No post matches "{safe(text)}".', ""]
    ended = look.zone.local(last) if last is not None else None
    if ended is not None:
        lines.append(f"The archive ends on {ended.day} {ended:%B} {ended.year}.")
    if " or " in text:
        lines.append("Alternatives have OR between them, in capital letters.")
    return [*lines, "Esc clears the find, Esc again the filter." if find_first else "Esc clears the filter."]
