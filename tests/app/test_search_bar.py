from __future__ import annotations

import stat
from pathlib import Path

import pytest
from tests.app.pictures import Alone, awaited, controls, lines
from textual import on
from textual.events import Paste
from textual.pilot import Pilot

from rejoinder.app.glyphs import UNICODE
from rejoinder.app.history import History
from rejoinder.app.search_help import Mode, help_line
from rejoinder.app.widgets.card import DARK
from rejoinder.app.widgets.search_bar import SearchBar
from rejoinder.archive.completion import Choice
from rejoinder.archive.operators import rows


class Holder(Alone):
    widget: SearchBar

    @on(SearchBar.Changed)
    @on(SearchBar.Submitted)
    @on(SearchBar.Left)
    @on(SearchBar.ChoicesNeeded)
    def hear(self, message: object) -> None:
        self.said.append(message)


def holder() -> Holder:
    return Holder(SearchBar(UNICODE, DARK))


async def type_in(pilot: Pilot[None], text: str, mode: Mode = "filter") -> SearchBar:
    bar = pilot.app.query_one(SearchBar)
    bar.open(mode)
    await pilot.press(*["space" if letter == " " else letter for letter in text])
    await pilot.pause()
    return bar


@awaited
async def test_what_is_typed_is_told_and_shown_with_the_count() -> None:
    app = holder()
    async with app.run_test(size=(80, 24)) as pilot:
        bar = await type_in(pilot, "ferry -x")
        assert isinstance(app.said[-1], SearchBar.Changed)
        assert (app.said[-1].text, app.said[-1].mode) == ("ferry -x", "filter")
        bar.say("214 of ~1,900 …")
        assert lines(bar)[0].startswith(" & ferry -x")
        assert lines(bar)[0].endswith("214 of ~1,900 …")
        await pilot.press("enter")
        assert isinstance(app.said[-1], SearchBar.Submitted)
        await pilot.press("escape")
        assert isinstance(app.said[-1], SearchBar.Left)


@awaited
async def test_readline_keys_and_keys_of_the_timeline_stay_in_the_line() -> None:
    app = holder()
    async with app.run_test(size=(80, 24)) as pilot:
        bar = await type_in(pilot, "jkq?G")
        await pilot.press("ctrl+a", "a", "ctrl+e", "b", "ctrl+u", "x", "ctrl+w")
        assert bar.text == ""
        await pilot.press("ctrl+c")
        assert isinstance(app.said[-1], SearchBar.Left)
        assert app.is_running


@awaited
async def test_the_help_follows_the_word_under_the_cursor_and_tab_completes() -> None:
    async with holder().run_test(size=(100, 24)) as pilot:
        bar = await type_in(pilot, "ferry sin")
        assert lines(bar)[1].strip().startswith("Tab  since:")
        await pilot.press("tab")
        assert bar.text == "ferry since:"
        assert "on this date or later" in lines(bar)[1]
        await pilot.press("ctrl+u", *"is:re")
        assert lines(bar)[1].strip().startswith("Tab  reply  repost")
        await pilot.press("tab")
        assert bar.text == "is:reply "
        await pilot.press("tab")
        assert bar.text == "is:repost "
        await pilot.press("shift+tab", "x")
        assert bar.text == "is:reply x"


@awaited
async def test_values_come_from_the_archive_and_a_late_answer_is_not_taken() -> None:
    app = holder()
    async with app.run_test(size=(100, 24)) as pilot:
        bar = await type_in(pilot, "-from:mi")
        wish = next(said.wish for said in reversed(app.said) if isinstance(said, SearchBar.ChoicesNeeded))
        assert (wish.kind, wish.typed) == ("account", "mi")
        bar.offer(wish, [Choice("mira_o", "Mira Okafor", 260), Choice("mirabel", "", 3)])
        assert lines(bar)[1].strip().startswith("Tab  mira_o 260  mirabel 3")
        await pilot.press("tab", "tab")
        assert bar.text == "-from:mirabel "
        await pilot.press("tab")
        assert bar.text == "-from:mira_o "
        await pilot.press(*"ferry")
        bar.offer(wish, [Choice("late", "", 1)])
        assert "late" not in lines(bar)[1]


@awaited
async def test_after_an_operator_tab_goes_on_with_its_values() -> None:
    app = holder()
    async with app.run_test(size=(100, 24)) as pilot:
        bar = await type_in(pilot, "fro")
        await pilot.press("tab")
        assert bar.text == "from:"
        wish = next(said.wish for said in reversed(app.said) if isinstance(said, SearchBar.ChoicesNeeded))
        bar.offer(wish, [Choice("mira_o", "Mira Okafor", 260)])
        await pilot.press("tab")
        assert bar.text == "from:mira_o "


@awaited
async def test_an_error_stands_below_its_column_and_goes_with_the_next_letter() -> None:
    async with holder().run_test(size=(100, 24)) as pilot:
        bar = await type_in(pilot, "ferry frm:mira")
        bar.complain("frm: is no operator.", 7, "Did you mean from:?")
        assert lines(bar)[1] == " " * 9 + "^ frm: is no operator. Did you mean from:?   column 7"
        await pilot.press("x")
        assert "^" not in lines(bar)[1]


@awaited
async def test_an_error_with_long_advice_is_told_whole_in_two_lines_of_eighty_columns() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        bar = await type_in(pilot, "the early ferry zzzzfrm:mira")
        await pilot.press("enter")
        bar.complain("zzzzfrm: is no operator.", 17, 'Did you mean from:? Quotes make words of it: "zzzzfrm:…"')
        await pilot.pause()
        assert lines(bar)[1:] == [
            " " * 19 + "^ zzzzfrm: is no operator.",
            '   Did you mean from:? Quotes make words of it: "zzzzfrm:…"   column 17',
        ]
        await pilot.press("x")
        await pilot.pause()
        assert bar.size.height == 2


@awaited
async def test_the_text_from_before_is_replaced_by_the_first_letter() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        bar = pilot.app.query_one(SearchBar)
        bar.open("filter", "zzzz")
        await pilot.pause()
        assert "type to replace it" in lines(bar)[1]
        assert any(segment.text == "zzzz" and segment.style.reverse for segment in bar.render_line(0))  # type: ignore[union-attr]
        await pilot.press(*"from", "colon", *"mira")
        assert bar.text == "from:mira"
        assert not any(len(segment.text) > 1 and segment.style.reverse for segment in bar.render_line(0))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("key", "then"),
    [
        ("left", "zzzxz"),
        ("home", "xzzzz"),
        ("end", "zzzzx"),
        ("backspace", "zzzx"),
        ("right", "zzzzx"),
        ("tab", "zzzzx"),
    ],
)
def test_the_text_from_before_is_edited_after_a_key_that_moves_or_cuts(key: str, then: str) -> None:
    @awaited
    async def drive() -> None:
        async with holder().run_test(size=(80, 24)) as pilot:
            bar = pilot.app.query_one(SearchBar)
            bar.open("filter", "zzzz")
            await pilot.press(key, "x")
            assert bar.text == then

    drive()


@awaited
async def test_a_paste_replaces_the_text_from_before_and_up_brings_any_older_line() -> None:
    app = holder()
    async with app.run_test(size=(80, 24)) as pilot:
        bar = await type_in(pilot, "harbour")
        await pilot.press("enter")
        bar.open("filter", "zzzz")
        await pilot.press("up")
        assert bar.text == "harbour"
        bar.open("filter", "zzzz")
        bar.post_message(Paste("from:ana"))
        await pilot.pause()
        assert bar.text == "from:ana"
        bar.open("filter", "zzzz")
        await pilot.press("enter")
        assert isinstance(app.said[-1], SearchBar.Submitted) and app.said[-1].text == "zzzz"


@awaited
async def test_a_word_that_is_only_not_finished_is_not_blamed_before_enter() -> None:
    async with holder().run_test(size=(100, 24)) as pilot:
        bar = await type_in(pilot, "since:20")
        bar.complain("'20' is no date.", 7)
        assert "on this date or later" in lines(bar)[1]
        await pilot.press("enter")
        assert "^ '20' is no date.   column 7" in lines(bar)[1]


@pytest.mark.parametrize("width", [30, 60, 200])
@pytest.mark.parametrize("column", [1, 20, 38])
def test_an_error_is_told_at_any_width_wherever_it_is(width: int, column: int) -> None:
    @awaited
    async def drive() -> None:
        async with holder().run_test(size=(width, 16)) as pilot:
            bar = await type_in(pilot, "a" * 40)
            await pilot.press("enter")
            bar.complain("It is wrong.", column)
            assert f"column {column}" in lines(bar)[1]
            if "^" in lines(bar)[1]:
                assert lines(bar)[1].index("^") == 3 + column - 1
            assert all(bar.render_line(y).cell_length == width for y in (0, 1))

    drive()


@awaited
async def test_a_long_line_is_shown_around_the_cursor() -> None:
    async with holder().run_test(size=(60, 16)) as pilot:
        bar = await type_in(pilot, "a" * 80 + "end")
        assert lines(bar)[0].endswith("end")
        await pilot.press("home", "船")
        assert lines(bar)[0].startswith(" & 船aaa")


@awaited
async def test_up_and_down_bring_back_what_was_typed_before_also_after_a_restart() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "first")
        await pilot.press("enter")
        await type_in(pilot, "second")
        await pilot.press("enter")
    async with holder().run_test(size=(80, 24)) as pilot:
        bar = await type_in(pilot, "", mode="find")
        await pilot.press("up")
        assert bar.text == "second"
        await pilot.press("up", "up")
        assert bar.text == "first"
        await pilot.press("down", "down")
        assert bar.text == ""
        await type_in(pilot, "f", mode="find")
        await pilot.press("up")
        assert bar.text == "first"
        await type_in(pilot, "", mode="goto")
        await pilot.press("up")
        assert bar.text == ""


def test_the_history_is_private_bounded_and_survives_damage(home: Path) -> None:
    history = History()
    for number in range(300):
        history.add("query", f"word{number}")
    history.add("query", "word250")
    assert history.lines("query")[-1] == "word250"
    assert len(history.lines("query")) == 200
    file = home / "state" / "history.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["history.json"]
    file.write_bytes(b"{broken")
    assert history.lines("query") == []
    history.add("query", "again")
    assert history.lines("query") == ["again"]


def test_a_disk_that_takes_no_history_does_not_stop_a_search(tmp_path: Path) -> None:
    History(tmp_path / "missing" / "history.json").add("query", "ferry")


@awaited
async def test_the_goto_line_says_what_can_be_written() -> None:
    async with holder().run_test(size=(100, 24)) as pilot:
        bar = await type_in(pilot, "2013-10", mode="goto")
        assert lines(bar)[0] == " D 2013-10"
        assert "-2w" in lines(bar)[1] and "50%" in lines(bar)[1]


@awaited
async def test_pasted_escapes_do_not_reach_the_terminal() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        bar = await type_in(pilot, "")
        bar._editor.insert("[bold]\x1b]0;own\x07[/oops]")
        bar.complain("[/oops] \x1b[31m", 1)
        assert "[bold]" in lines(bar)[0]
        assert controls(bar) == ""


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_every_operator_has_help_where_it_is_typed(row: object) -> None:
    example = row.example  # type: ignore[attr-defined]
    words = "".join(text for text, _ in help_line(f"ferry -{example}", len(example) + 7, "find"))
    assert row.help in words  # type: ignore[attr-defined]
