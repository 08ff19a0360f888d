"""The timeline's motions over a window of posts that grows and is cut, judged by a plain list of all lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.app.loaded import MOST, Loaded
from rejoinder.app.moments import Zone
from rejoinder.app.viewport import Viewport
from rejoinder.archive.protocol import Direction, Entry, Face, Place
from rejoinder.records import Post

DAY = 86_400_000
KEYS = ("move", "page", "scroll", "to_day", "align", "resize", "reflow", "extend", "lookahead")


def entry(key: int, day: int) -> Entry:
    post = Post(id=str(key), platform="test", time=day * DAY)
    return Entry(key, Place(day * DAY, key), post, Face(1, "1", "a", "A"), None, None, key, 0)


class Reader:
    """All posts as plain lists, and a viewport that holds some of them."""

    def __init__(self, heights: list[int], days: list[int], start: int, window: int) -> None:
        self.heights, self.days = heights, days
        self.all = [entry(key, day) for key, day in enumerate(days)]
        self.asked: list[tuple[Direction, Place]] = []
        self.view = Viewport(self.card_lines, lambda way, place: self.asked.append((way, place)), Zone())
        self.view.resize(window)
        low, high = max(0, start - 8), min(len(self.all), start + 8)
        loaded = Loaded(self.all[low:high], Zone(), low == 0, high == len(self.all))
        self.view.show(loaded, start, "near")

    def card_lines(self, row: int) -> int:
        return self.heights[self.view.loaded.entries[row].key]

    def answer(self, most: int) -> None:
        """Hand down what was asked for."""
        asked, self.asked = self.asked, []
        for way, place in asked:
            if way == "newer":
                found = self.all[place.key + 1 : place.key + 1 + most]
                self.view.extend(way, place, found, place.key + 1 + most >= len(self.all))
            else:
                found = self.all[max(0, place.key - most) : place.key]
                self.view.extend(way, place, found, place.key - most <= 0)

    def answer_all(self) -> None:
        for _ in range(200):
            if not self.asked:
                return
            self.answer(7)
        raise AssertionError("the viewport never has enough")

    def plain_lines(self) -> list[tuple[int, str]]:
        """Every line of the whole timeline: the day's heading, the card's lines, the blank below."""
        lines: list[tuple[int, str]] = []
        for key, day in enumerate(self.days):
            lines += [(key, "day")] if key == 0 or self.days[key - 1] != day else []
            lines += [(key, f"line {n}") for n in range(self.heights[key])]
            lines += [(key, "blank")] if key < len(self.days) - 1 else []
        return lines

    def seen_lines(self) -> list[tuple[int, str]]:
        view, lines = self.view, []
        for row, line in view.lines:
            key, head = view.loaded.entries[row].key, view.head(row)
            kind = "day" if line < head else f"line {line - head}" if line <= view.last(row) else "blank"
            lines.append((key, kind))
        return lines

    def check(self) -> None:
        seen, plain, view = self.seen_lines(), self.plain_lines(), self.view
        start = plain.index(seen[0])
        assert seen == plain[start : start + view.window], "what is seen is a run of the plain lines"
        assert len(seen) == min(view.window, len(plain)) or not view.loaded.reached("newer")
        cursor = view.loaded.entries[view.cursor].key
        assert any(key == cursor and kind.startswith("line") for key, kind in seen[1:]), "the cursor is in sight"
        keys = [each.key for each in view.loaded.entries]
        assert keys == list(range(keys[0], keys[0] + len(keys)))
        assert view.loaded.first == (keys[0] == 0) or not view.loaded.first
        if view.loaded.rank is not None:
            assert view.loaded.rank == keys[0]


@st.composite
def readers(draw: st.DrawFn) -> Reader:
    count = draw(st.integers(1, 60))
    heights = draw(st.lists(st.integers(1, 20), min_size=count, max_size=count))
    steps = draw(st.lists(st.sampled_from((0, 0, 0, 1, 3)), min_size=count, max_size=count))
    days = [sum(steps[: n + 1]) for n in range(count)]
    reader = Reader(heights, days, draw(st.integers(0, count - 1)), draw(st.integers(4, 40)))
    reader.view.loaded.rank = reader.view.loaded.entries[0].key
    return reader


@settings(max_examples=150, deadline=None)
@given(readers(), st.data())
def test_whatever_is_pressed_the_window_is_a_run_of_the_timeline_with_the_cursor_in_it(
    reader: Reader, data: st.DataObject
) -> None:
    reader.answer_all()
    reader.check()
    for _ in range(data.draw(st.integers(1, 15))):
        view = reader.view
        match data.draw(st.sampled_from(KEYS)):
            case "move":
                view.move(data.draw(st.sampled_from((1, -1, 1, -1, 5, -5, 100))))
            case "page":
                view.page(data.draw(st.sampled_from((1, -1, 0.5, -0.5, 3))))
            case "scroll":
                view.scroll(data.draw(st.sampled_from((1, -1, 7))))
            case "to_day":
                view.to_day(data.draw(st.sampled_from((1, -1))))
            case "align":
                view.align(data.draw(st.sampled_from(("top", "middle", "bottom", "near"))))
            case "resize":
                view.resize(data.draw(st.integers(4, 40)))
            case "reflow":
                reader.heights = [
                    data.draw(st.integers(1, 20)) if n % 7 == 0 else h for n, h in enumerate(reader.heights)
                ]
                view.resize(view.window)
            case "extend":
                reader.answer(data.draw(st.integers(1, 9)))
            case _:
                reader.answer_all()
        reader.answer_all()
        reader.check()


@settings(max_examples=60, deadline=None)
@given(readers(), st.lists(st.sampled_from((1, -1)), max_size=40))
def test_single_steps_move_the_cursor_to_the_next_post_or_scroll_within_a_tall_one(
    reader: Reader, steps: list[int]
) -> None:
    reader.answer_all()
    for step in steps:
        before, top = reader.view.loaded.entries[reader.view.cursor].key, reader.seen_lines()
        reader.view.move(step)
        reader.answer_all()
        after = reader.view.loaded.entries[reader.view.cursor].key
        assert after == max(0, min(before + step, len(reader.all) - 1)) or (
            after == before and reader.seen_lines() != top
        )


def test_a_filter_keeps_the_post_on_its_line() -> None:
    reader = Reader([3] * 50, [n // 10 for n in range(50)], 30, 24)
    reader.answer_all()
    reader.view.scroll(-4)
    height = reader.view.height_of_cursor()
    kept = [each for each in reader.all if each.key % 3 == 0]
    reader.view.show(Loaded(kept, Zone()), 30, "keep")
    assert reader.view.loaded.entries[reader.view.cursor].key == 30
    assert reader.view.height_of_cursor() == height


def test_only_so_many_posts_are_kept_in_hand() -> None:
    reader = Reader([2] * 5_000, [0] * 5_000, 10, 30)
    for _ in range(400):
        reader.view.page(1)
        reader.answer(250)
        assert len(reader.view.loaded) <= MOST + 250
        reader.check()
    assert reader.view.loaded.entries[reader.view.cursor].key > 3_000
    for _ in range(450):
        reader.view.page(-1)
        reader.answer(250)
        reader.check()
    assert reader.view.loaded.entries[reader.view.cursor].key == 0


def test_motions_that_outrun_the_posts_wait_for_them() -> None:
    reader = Reader([2] * 500, [0] * 500, 10, 30)
    for _ in range(30):
        reader.view.move(10)
    assert reader.view.cursor + reader.view.loaded.entries[0].key < 310
    reader.answer_all()
    assert reader.view.loaded.entries[reader.view.cursor].key == 310
