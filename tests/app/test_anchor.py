"""The arithmetic of the anchored list, judged by a plain list of lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.app import anchor

HEIGHTS = st.lists(st.integers(1, 30), min_size=1, max_size=40)


def all_lines(heights: list[int]) -> list[anchor.Spot]:
    """Every line of the list as (row, line)."""
    return [(row, line) for row, height in enumerate(heights) for line in range(height)]


@given(HEIGHTS, st.data(), st.integers(0, 200))
def test_walking_is_stepping_along_the_lines(heights: list[int], data: st.DataObject, steps: int) -> None:
    lines = all_lines(heights)
    at = data.draw(st.integers(0, len(lines) - 1))
    down = anchor.forward(heights.__getitem__, len(heights), lines[at], steps)
    assert down == lines[min(at + steps, len(lines) - 1)]
    assert anchor.back(heights.__getitem__, lines[at], steps) == lines[max(at - steps, 0)]


@given(HEIGHTS, st.data(), st.integers(0, 80))
def test_the_window_is_filled_while_there_are_lines_above(heights: list[int], data: st.DataObject, window: int) -> None:
    lines = all_lines(heights)
    at = data.draw(st.integers(0, len(lines) - 1))
    top = anchor.clamp(heights.__getitem__, len(heights), lines[at], window)
    assert top == lines[max(0, min(at, len(lines) - window))]
    start = lines.index(top)
    assert anchor.visible(heights.__getitem__, len(heights), top, window) == lines[start : start + window]


@given(HEIGHTS, st.integers(-5, 60), st.integers(-5, 60), st.integers(1, 80))
def test_an_anchor_from_another_list_is_brought_into_this_one(
    heights: list[int], row: int, line: int, window: int
) -> None:
    top = anchor.clamp(heights.__getitem__, len(heights), (row, line), window)
    assert top in all_lines(heights)
