"""The app over a server shows what it shows over a file, and lives on when the server goes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rejoinder.app.app import RejoinderApp
from rejoinder.app.settings import Settings
from rejoinder.archive import ingest
from rejoinder.archive.clickhouse import texts
from rejoinder.archive.opening import locate, open_archive
from rejoinder.archive.protocol import Archive
from tests.app.pictures import awaited
from tests.app.test_browse import Reader, follow
from tests.app.town import town
from tests.archive.conftest import input_of
from tests.conformance import stores

pytestmark = pytest.mark.skipif(bool(stores.missing("chdb")), reason="chdb is not installed: make conformance")

WALK = (
    *("k", "k", "pageup", "g", "j", "J", "tab", "tab", "G", "5", "0", "%"),
    *("/", "harbour", "enter", "n", "N", "escape", "&", "from:mira_o is:reply", "enter", "j", "escape", "escape"),
    *("&", "/(tide|quay)/", "enter", "escape", "escape", "H", "l", "H", "B", "escape", "C", "j", "escape"),
)
"""What a person presses in a walk through everything; longer words are typed."""


@pytest.fixture
def shim(tmp_path: Path) -> Iterator[stores.Shim]:
    """A server of this test alone."""
    found = stores.Shim(tmp_path / "served")
    yield found
    found.kill()


@pytest.fixture
def places(shim: stores.Shim, tmp_path: Path) -> tuple[Path, Path]:
    """The invented town as a file, and on a server."""
    found = tmp_path / "harbour.rejoinder", locate(f"clickhouse://tester@127.0.0.1:{shim.port}/harbour")
    for place in found:
        ingest.run([input_of(town(300), "town.jsonl", fingerprint="town")], place, processes=1)
    return found


@asynccontextmanager
async def open_at(path: Path, name: Path, size: tuple[int, int]) -> AsyncIterator[Reader]:
    """The app on an archive that bears another's name."""
    archive: Archive = open_archive(path)
    archive.path = str(name)
    async with RejoinderApp(archive, Settings()).run_test(size=size) as pilot:
        reader = Reader(pilot.app, pilot)  # type: ignore[arg-type]
        await reader.settle()
        yield reader


async def walk(reader: Reader) -> list[str]:
    """The screens that one sees on the way."""
    await follow(reader)
    seen = [reader.text]
    for step in WALK:
        if len(step) > 1 and step not in ("pageup", "tab", "enter", "escape"):
            await reader.type(step)
        else:
            await reader.press(step)
        seen.append(await rested(reader))
    return seen


async def rested(reader: Reader) -> str:
    """The screen when it has stopped changing: on a busy machine a server answers later than a file."""
    await follow(reader)
    for _ in range(50):
        before = reader.text
        await follow(reader)
        if reader.text == before:
            break
    return reader.text


@awaited
async def test_a_walk_shows_the_same_screens(places: tuple[Path, Path], tmp_path: Path) -> None:
    walks = []
    for place in places:
        name = tmp_path / place.parent.name / "harbour.rejoinder"  # where one stopped reading is kept by the path
        name.parent.mkdir(exist_ok=True)
        name.touch()
        async with open_at(place, name, (200, 60)) as reader:
            walks.append(await walk(reader))
    for step, (file, server) in zip(("at first", *WALK), zip(*walks, strict=True), strict=True):
        assert server == file, step


@awaited
async def test_a_server_that_goes_is_told_and_its_return_is_enough(
    places: tuple[Path, Path], shim: stores.Shim
) -> None:
    async with open_at(places[1], places[0], (80, 24)) as reader:
        await reader.press("g")
        await reader.settle()
        shim.kill()
        for _ in range(3):
            await reader.press("5", "0", "%")
            assert "does not answer" in reader.text
        await reader.press("j", "j", "?", "escape")
        assert reader.id == "3"
        shim.start()
        await reader.press("5", "0", "%")
        assert "does not answer" not in reader.text
        assert 140 <= int(reader.id) <= 160


@awaited
async def test_a_pattern_that_would_read_too_much_shows_its_first_posts_and_says_what_it_does_not_count(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MOST_READ", 250)
    async with open_at(places[1], places[0], (80, 24)) as reader:
        await reader.press("&")
        await reader.type("/net|quay/")
        await reader.press("enter")
        await follow(reader)
        assert "would have to be tried on 300 texts" in reader.text
        entry = reader.timeline.entry
        assert entry is not None and ("net" in entry.post.text.lower() or "quay" in entry.post.text.lower())
        await reader.press("k", "k", "g")
        await follow(reader)
        assert reader.timeline.loaded.first
        assert all(
            "net" in e.post.text.lower() or "quay" in e.post.text.lower() for e in reader.timeline.loaded.entries
        )
