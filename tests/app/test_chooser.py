"""The list of archives as a person uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.pictures import awaited, controls, lines
from textual.app import App

from rejoinder.app.chooser import Choice, ChooserApp, ChooserPage
from rejoinder.app.settings import Settings
from rejoinder.app.wrapping import cells

CHOICES = (
    Choice(Path("exchange-2013.rejoinder"), "exchange-2013", 120_000, 7, "2013-10-22", "2013-10-22"),
    Choice(Path("harbour.rejoinder"), "harbour", 2_400_000, 4_012, "2019-03-01", "2022-02-27"),
    Choice(Path("twitter-2024.rejoinder"), "twitter-2024", 1_234_500_000, 1_204_012, "2009-01-05", "2024-12-31"),
)
BROKEN = Choice(Path("old.rejoinder"), "old\x1b[31m", 10, problem="This is no archive of Rejoinder.")


def shown(app: App[Path]) -> list[str]:
    return lines(app.query_one(ChooserPage))


@awaited
async def test_archives_stand_in_columns_with_their_posts_time_and_size() -> None:
    app = ChooserApp(CHOICES, Settings(ascii=False))
    async with app.run_test(size=(80, 24)):
        head, _, *told = shown(app)[:5]
        assert head.startswith("── 3 archives ──")
        assert told == [
            "  ▌ exchange-2013           7 posts   2013-10-22 – 2013-10-22       0.1 MB",
            "    harbour             4,012 posts   2019-03-01 – 2022-02-27       2.4 MB",
            "    twitter-2024    1,204,012 posts   2009-01-05 – 2024-12-31   1,234.5 MB",
        ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), 0), (("j", "enter"), 1), (("G", "enter"), 2), (("G", "k", "enter"), 1), (("G", "g", "enter"), 0),
        (("k", "k", "enter"), 0), (("down", "down", "down", "enter"), 2), (("end", "home", "enter"), 0),
        (("j", "q"), None), (("escape",), None), (("Q",), None), (("ctrl+c",), None),
    ],
)  # fmt: skip
def test_keys_choose_open_and_leave(keys: tuple[str, ...], expected: int | None) -> None:
    @awaited
    async def drive() -> None:
        app = ChooserApp(CHOICES)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(*keys)
        assert app.return_value == (None if expected is None else CHOICES[expected].path)

    drive()


@awaited
async def test_an_archive_that_can_not_be_opened_says_why_and_stays_closed() -> None:
    app = ChooserApp((BROKEN, *CHOICES), Settings(ascii=False))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "This is no archive of Rejoinder." in shown(app)[2]
        assert controls(app.query_one(ChooserPage)) == ""
        await pilot.press("enter")
        assert app.is_running
        await pilot.press("j", "enter")
    assert app.return_value == CHOICES[0].path


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (30, 5), (200, 60), (12, 2)])
def test_every_line_fits_and_the_cursor_stays_in_sight_at_any_size(size: tuple[int, int]) -> None:
    @awaited
    async def drive() -> None:
        app = ChooserApp((BROKEN, *CHOICES) * 20, Settings(ascii=True))
        async with app.run_test(size=size) as pilot:
            await pilot.press("G")
            page = app.query_one(ChooserPage)
            assert all(cells(page.render_line(y).text) == size[0] for y in range(page.size.height))
            assert "".join(lines(page)).replace("�", "").isascii()
            if page.size.height > 1:
                assert any(line.startswith("  > ") for line in lines(page))

    drive()


@pytest.mark.parametrize(
    ("theme", "colours", "expected"),
    [("auto", "", "dark"), ("auto", "0;15", "light"), ("light", "15;0", "light"), ("dark", "0;15", "dark")],
)
def test_its_theme_is_that_of_the_app(theme: str, colours: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORFGBG", colours)
    assert ChooserApp(CHOICES, Settings(theme=theme)).theme == f"ansi-{expected}"  # type: ignore[arg-type]
