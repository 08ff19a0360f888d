"""Searches are saved under a name and taken again; the command line knows the same ones."""

from __future__ import annotations

from pathlib import Path

from tests.app.pictures import awaited
from tests.app.test_browse import Reader, reading
from tests.app.town import town

from rejoinder.archive.saved import SavedSearches


async def filtered(reader: Reader, text: str) -> None:
    await reader.press("ampersand")
    await reader.type(text)
    await reader.press("enter")
    await reader.settle()


@awaited
async def test_a_search_is_saved_under_a_name_and_taken_again() -> None:
    async with reading(town(120), (120, 30)) as reader:
        await filtered(reader, "from:mira_o since:-2d")
        hits = reader.line(0).rpartition("-2d")[2].strip()
        await reader.press("f", "w")
        await reader.type("mira lately")
        await reader.press("enter")
        assert "Saved as mira lately" in reader.text
        (saved,) = SavedSearches().all()
        assert saved.typed == "from:mira_o since:-2d"
        assert "-2d" not in saved.line
        await reader.press("escape")
        await reader.settle()
        await reader.press("f", "f")
        assert "mira lately" in reader.text
        await reader.type("mir")
        await reader.press("tab", "enter")
        await reader.settle()
        assert reader.line(0).strip().endswith(hits)


@awaited
async def test_a_name_that_is_none_is_mended_with_the_nearest() -> None:
    async with reading(town(60), (120, 30)) as reader:
        await filtered(reader, "ferry")
        await reader.press("f", "w")
        await reader.type("ferries")
        await reader.press("enter", "escape", "f", "f")
        await reader.type("feries")
        await reader.press("enter")
        assert "Did you mean ferries?" in reader.text


@awaited
async def test_without_a_search_or_a_saved_one_it_says_what_to_do(home: Path) -> None:
    async with reading(town(20), (120, 30)) as reader:
        await reader.press("f", "w")
        assert "no search to save" in reader.text
        await reader.press("f", "f")
        assert "No search is saved yet" in reader.text
        (home / "config").mkdir(exist_ok=True)
        (home / "config" / "searches.json").write_text("{broken")
        await reader.press("f", "f")
        assert "The saved searches in" in reader.text
