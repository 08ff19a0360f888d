"""A laid-out post as strips that Textual can paint, and the inks that the style names stand for."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from rejoinder.app import themes
from rejoinder.app.direction import arranged
from rejoinder.app.layout import Line, Run
from rejoinder.app.themes import Palette
from rejoinder.app.wrapping import cells, cut


class Inks:
    """The few styles of the app: weight and dimness say most, one accent colour the rest.

    One is handed to all widgets, so that another theme reaches them all at once.
    """

    def __init__(self, palette: Palette, reorders: bool = True) -> None:
        """`reorders`: right-to-left text is drawn as it is to be seen, for a terminal that does not do so itself."""
        self.reorders = reorders
        self.take(palette)

    def take(self, palette: Palette) -> None:
        """The colours of another theme."""
        self.palette = palette
        plain = Style(color=palette.foreground, bgcolor=palette.background)
        accent = plain + Style(color=palette.accent)
        self._by_name = {
            "": plain,
            "name": plain + Style(color=palette.bright, bold=True),
            "dim": plain + (Style(color=palette.dim) if palette.dim else Style(dim=True)),
            "accent": accent,
            "strong": accent + Style(bold=True),
            "hit": plain + Style(color=palette.hit or palette.accent, bold=True, underline=True),
            "warning": plain + Style(color=palette.warning, bold=palette.warning is None),
        }

    def __getitem__(self, name: str) -> Style:
        return self._by_name[name]


DARK = Inks(themes.DARK)
LIGHT = Inks(themes.LIGHT)


def strip(line: Line, width: int, inks: Inks) -> Strip:
    """One line as a strip of exactly `width` cells."""
    line = arranged(line, inks.reorders)
    segments = [Segment(text, inks[name]) for text, name in line if text]
    used = sum(cells(text) for text, _ in line)
    if used < width:
        segments.append(Segment(" " * (width - used), inks[""]))
    made = Strip(segments, max(used, width))
    return made if used <= width else made.crop(0, width)


def strips(lines: Iterable[Line], width: int, inks: Inks) -> list[Strip]:
    """All lines of a card."""
    return [strip(line, width, inks) for line in lines]


def ends(left: Iterable[Run], right: Iterable[Run], width: int, more: str = "…") -> Line:
    """Runs at both ends of a line of `width` cells; where they don't fit, the right end gives way first."""
    left, right = list(left), list(right)
    room = width - sum(cells(text) for text, _ in left)
    while right and sum(cells(text) for text, _ in right) + 1 > room:
        right.pop()
    while left and sum(cells(text) for text, _ in left) > width:
        text, name = left.pop()
        before = sum(cells(each) for each, _ in left)
        if before < width:
            left.append((cut(text, width - before, more), name))
            break
    gap = width - sum(cells(text) for text, _ in (*left, *right))
    return (*left, (" " * max(0, gap), ""), *right)
