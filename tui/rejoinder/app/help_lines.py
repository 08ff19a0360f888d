"""The help screen's rows, made from the command table and the operators: the focused pane's keys first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from rejoinder.app.commands import GROUPS, Command, Place, Scope, spoken
from rejoinder.app.glyphs import Glyphs
from rejoinder.app.keymap import DEFAULT, Keymap
from rejoinder.app.layout import Line
from rejoinder.app.wrapping import cells, cut, wrap
from rejoinder.archive.operators import rows as operator_rows

KEYS = 17
"""Cells of the keys' column."""
TWO_FROM = 110
"""From so many columns on there are two side by side."""
BETWEEN = 3
SCOPES: dict[Scope, str] = {
    "browse": "While browsing",
    "timeline": "In the timeline", "chain": "In the reply chain", "post": "In the post", "strip": "In the time strip",
    "review": "In a review", "contacts": "In the contacts", "sides": "In the sides", "links": "In the links",
    "tallies": "In the tallies",
}  # fmt: skip
WORDS = (
    ("ferry quay", "both words, case and accents ignored"),
    ('"ferry desk"', "these words next to each other"),
    ("ferr*", "words that begin so"),
    ("-ferry", "without this; also before any operator"),
    ("ferry OR bus", "one or the other; ( ) group"),
    ("#harbourferry", "this hashtag"),
    ("@mira_o", "names this account"),
    ("/fer+y|boat/", "text that this regular expression matches, case ignored"),
)


class HelpRow(msgspec.Struct, frozen=True):
    """A key or an operator, and what it does; a key's row can be run."""

    head: str
    words: str
    command: str | None = None
    label: str = ""
    """Other words that a search finds it by."""


class Section(msgspec.Struct, frozen=True):
    """Rows under a title."""

    title: str
    rows: tuple[HelpRow, ...]


class Sheet(msgspec.Struct, frozen=True):
    """The laid-out help: its lines, and for each row its line and how many it takes."""

    lines: list[Line]
    places: list[tuple[int, int]]


def sections(place: Place, glyphs: Glyphs, keys: Keymap = DEFAULT) -> list[Section]:
    """Everything: the keys of the focused pane, the groups, what keys mean elsewhere, the search line."""
    valid = keys.valid_in(place)
    own = [command for command in valid if command.scope == place]
    made = [Section(title, _rows(own, glyphs)) for scope, title in SCOPES.items() if own and scope == place]
    for group in GROUPS:
        rest = [command for command in valid if command.group == group and command not in own]
        if rest:
            made.append(Section(group, _rows(rest, glyphs)))
    for scope, title in SCOPES.items():
        there = [command for command in keys.commands if command.scope == scope and command not in valid]
        if there:
            rows = _rows(there, glyphs)
            made.append(Section(title, tuple(msgspec.structs.replace(row, command=None) for row in rows)))
    typed = [HelpRow(example, meaning) for example, meaning in WORDS]
    typed += [HelpRow(row.example, _operator(row.help, row.aliases)) for row in operator_rows()]
    return [*made, Section("Search line", tuple(typed))]


def matching(all_sections: Sequence[Section], text: str) -> list[Section]:
    """Only the rows that hold every word of the text, in their keys, their words or their title."""
    wanted = text.lower().split()
    found = []
    for section in all_sections:
        rows = tuple(
            row
            for row in section.rows
            if all(word in f"{section.title} {row.head} {row.words} {row.label}".lower() for word in wanted)
        )
        if rows:
            found.append(Section(section.title, rows))
    return found


def sheet(all_sections: Sequence[Section], width: int, cursor: int, glyphs: Glyphs) -> Sheet:
    """The lines for a width; `cursor` counts rows over all sections."""
    if width < TWO_FROM:
        return _column(all_sections, width, cursor, 0, glyphs)
    half = (width - BETWEEN) // 2
    split = _half(all_sections, half, glyphs)
    left = _column(all_sections[:split], half, cursor, 0, glyphs)
    right = _column(all_sections[split:], half, cursor, len(left.places), glyphs)
    return Sheet(list(_beside(left.lines, right.lines, half)), [*left.places, *right.places])


def _half(all_sections: Sequence[Section], width: int, glyphs: Glyphs) -> int:
    """How many sections stand in the first column, so that both are about as long."""
    lengths = [len(_column([section], width, -1, 0, glyphs).lines) for section in all_sections]
    return min(range(len(lengths) + 1), key=lambda split: max(sum(lengths[:split]), sum(lengths[split:])))


def _column(all_sections: Sequence[Section], width: int, cursor: int, first: int, glyphs: Glyphs) -> Sheet:
    made = Sheet([], [])
    for section in all_sections:
        made.lines.extend(((), ((cut(section.title, width, glyphs.more), "name"),)))
        for row in section.rows:
            lines = list(_row(row, width, first + len(made.places) == cursor, glyphs))
            made.places.append((len(made.lines), len(lines)))
            made.lines.extend(lines)
    return made


def _row(row: HelpRow, width: int, here: bool, glyphs: Glyphs) -> Iterator[Line]:
    """Keys at the left, words wrapped beside them; keys that are too long stand on a line of their own."""
    bar = (glyphs.bar if here else " ") + " "
    room = max(1, width - 2 - KEYS)
    head = cut(row.head, width - 2, glyphs.more)
    if cells(head) >= KEYS:
        yield (bar, "strong"), (head, "accent")
        head = ""
    for start, end in wrap(row.words, room):
        yield (bar, "strong"), (head + " " * (KEYS - cells(head)), "accent"), (row.words[start:end], "")
        head, bar = "", "  "


def _beside(left: list[Line], right: list[Line], width: int) -> Iterator[Line]:
    """Two columns as one."""
    for place in range(max(len(left), len(right))):
        line = left[place] if place < len(left) else ()
        gap = width - sum(cells(text) for text, _ in line) + BETWEEN
        yield (*line, (" " * gap, ""), *(right[place] if place < len(right) else ()))


def _rows(commands: Sequence[Command], glyphs: Glyphs) -> tuple[HelpRow, ...]:
    ascii = glyphs.bar.isascii()
    return tuple(
        HelpRow(" ".join(spoken(key, ascii) for key in each.keys) or f": {each.label}", each.help, each.id, each.label)
        for each in commands
    )


def _operator(words: str, aliases: Sequence[str]) -> str:
    return words + (f"; also {' '.join(aliases)}" if aliases else "")
