"""The account card and the list of problems, opened by their keys on an archive of damaged exports."""

from __future__ import annotations

from pathlib import Path

import msgspec
from tests.app.pictures import awaited, controls, lines
from tests.conftest import make_post
from tests.scenes import settle
from textual.pilot import Pilot

from rejoinder.app.app import RejoinderApp
from rejoinder.app.settings import Settings
from rejoinder.app.widgets.account_page import AccountPage
from rejoinder.app.widgets.problems_page import ProblemsPage
from rejoinder.app.widgets.record_page import RecordPage
from rejoinder.archive.opening import open_archive
from rejoinder.cli.importing import import_paths

BROKEN = b'{"type": "post", "text": "\x1b]0;own\x07 [bold]broken\n'


def damaged(folder: Path) -> Path:
    """An archive whose export has two broken lines."""
    posts = [
        make_post(1, "ada", "first", name="[bold]Ada[/oops] \u202e\x1b[31m"),
        make_post(2, "ada_two", "second", author="a-ada", name="Ada", reply_to="99", time=1_700_000_000_000),
    ]
    rows = [msgspec.json.encode(post) + b"\n" for post in posts]
    (folder / "town.jsonl").write_bytes(rows[0] + BROKEN + rows[1] + b"no json\n")
    import_paths(folder / "town.rejoinder", [folder / "town.jsonl"])
    return folder / "town.rejoinder"


async def shown(pilot: Pilot[None], key: str, kind: type, word: str) -> list[str]:
    """The lines of the page that a key opens, once the word is there."""
    await pilot.press(key)
    await settle(pilot)
    for _ in range(200):
        page = pilot.app.screen.query(kind).first()
        found = lines(page)
        if any(word in line for line in found):
            assert controls(page) == ""
            return found
        await pilot.pause(0.01)
    raise AssertionError(found)


@awaited
async def test_the_account_of_a_post_and_what_could_not_be_read(tmp_path: Path) -> None:
    archive = open_archive(damaged(tmp_path))
    app = RejoinderApp(archive, Settings())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        card = await shown(pilot, "A", AccountPage, "@ada_two")
        assert any("@ada: 1 post" in line for line in card) and any("@ada_two: 1 post" in line for line in card)
        assert any("no post in" in line and "2020-10" in line for line in card), "the gap between its two posts"
        await pilot.press("q")
        problems = await shown(pilot, "E", ProblemsPage, "no json")
        assert [line for line in problems if "town.jsonl" in line] == [
            "  ▌ town.jsonl, record 2", "    town.jsonl, record 4",
        ]  # fmt: skip
        await pilot.press("j")
        await pilot.press("k")
        record = await shown(pilot, "enter", RecordPage, "broken")
        assert any("[bold]broken" in line and "own" in line for line in record), (
            "the bytes, without what steers a terminal"
        )
        await pilot.press("q", "q")
        assert pilot.app.screen is pilot.app.screen_stack[0]
    archive.close()


@awaited
async def test_where_all_could_be_read_the_page_says_so(tmp_path: Path) -> None:
    (tmp_path / "fine.jsonl").write_bytes(msgspec.json.encode(make_post(1, "ada", "fine")) + b"\n")
    import_paths(tmp_path / "fine.rejoinder", [tmp_path / "fine.jsonl"])
    archive = open_archive(tmp_path / "fine.rejoinder")
    app = RejoinderApp(archive, Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert await shown(pilot, "E", ProblemsPage, "Every record could be read.")
    archive.close()
