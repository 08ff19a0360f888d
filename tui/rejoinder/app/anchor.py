"""The arithmetic of an anchored list: rows of different height, and a window whose top is (row, line in that row).

No absolute line number and no total height is ever needed, so each step costs the rows it crosses, whatever the size.
"""

from __future__ import annotations

from collections.abc import Callable

Spot = tuple[int, int]
"""A row, and a line in it, both from 0."""
Heights = Callable[[int], int]
"""How many lines a row has, at least 1."""


def forward(heights: Heights, rows: int, spot: Spot, lines: int) -> Spot:
    """So many lines further down, or the very last line."""
    row, line = spot
    while lines > 0:
        left = heights(row) - line
        if lines < left:
            return row, line + lines
        if row == rows - 1:
            return row, heights(row) - 1
        lines -= left
        row, line = row + 1, 0
    return row, line


def back(heights: Heights, spot: Spot, lines: int) -> Spot:
    """So many lines further up, or the very first line."""
    row, line = spot
    while lines > 0:
        if lines <= line:
            return row, line - lines
        if row == 0:
            return 0, 0
        lines -= line
        row -= 1
        line = heights(row)
    return row, line


def clamp(heights: Heights, rows: int, spot: Spot, window: int) -> Spot:
    """The spot itself, or as far above it that no blank stands below the last row while there are rows above."""
    if rows == 0:
        return 0, 0
    row = max(0, min(spot[0], rows - 1))
    line = max(0, min(spot[1], heights(row) - 1)) if row == spot[0] else 0
    missing, at = window + line, row
    while missing > 0 and at < rows:
        missing -= heights(at)
        at += 1
    return back(heights, (row, line), missing) if missing > 0 else (row, line)


def visible(heights: Heights, rows: int, spot: Spot, window: int) -> list[Spot]:
    """What stands on each line of the window, from the top; shorter than the window where the rows end."""
    lines: list[Spot] = []
    row, line = spot
    while row < rows and len(lines) < window:
        end = min(heights(row), line + window - len(lines))
        lines.extend((row, at) for at in range(line, end))
        row, line = row + 1, 0
    return lines
