"""New posts come in while somebody reads: the place stays, or goes along where that is wished."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.app.memory_archive import MemoryArchive
from tests.app.pictures import awaited
from tests.app.test_browse import Reader, reading
from tests.app.town import town

from rejoinder.acts import Act
from rejoinder.app.app import RejoinderApp
from rejoinder.errors import RejoinderError

POSTS = town(230)


class Tap:
    """A source of posts that a test turns on."""

    def __init__(self) -> None:
        self.grown: Callable[[], object] = lambda: None
        self.failed: Callable[[RejoinderError], object] = lambda error: None
        self.running = False

    def start(self, grown: Callable[[], object], failed: Callable[[RejoinderError], object]) -> None:
        self.grown, self.failed, self.running = grown, failed, True

    def stop(self) -> None:
        self.running = False


class Growing(MemoryArchive):
    """Has 200 posts at first, and more each time it is renewed."""

    def __init__(self) -> None:
        super().__init__(POSTS[:200], path="harbour.rejoinder")
        self._have = 200

    def acts(self, ones: Sequence[int], others: Sequence[int]) -> Sequence[Act]:
        return ()

    def renew(self) -> list[int]:
        self._have += 10
        asked = self.asked
        MemoryArchive.__init__(self, POSTS[: self._have], path="harbour.rejoinder")
        self.asked = asked
        return list(range(self._have - 9, self._have + 1))


async def grow(reader: Reader, tap: Tap) -> None:
    tap.grown()
    await reader.settle()
    await reader.settle()


def app_of(tap: Tap) -> RejoinderApp:
    archive = Growing()
    app = RejoinderApp(archive)
    app.get_default_screen().growing.grow(archive.renew, tap)
    return app


@awaited
async def test_the_readers_place_stays_and_the_title_tells_what_has_come() -> None:
    tap = Tap()
    app = app_of(tap)
    async with app.run_test(size=(100, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.settle()
        await reader.press("k", "k", "k")
        before, line = reader.id, next(y for y in range(2, 23) if reader.line(y).startswith("▌"))
        await grow(reader, tap)
        assert reader.id == before
        assert reader.line(line).startswith("▌")
        assert "10 new" in reader.line(0)
        assert "210" in reader.line(23)
        await reader.press("G")
        assert reader.id == "210"
        assert "new" not in reader.line(0)
    assert not tap.running


@awaited
async def test_going_along_shows_the_newest_until_it_is_taken_back() -> None:
    tap = Tap()
    app = app_of(tap)
    async with app.run_test(size=(100, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.settle()
        await reader.press("F")
        await grow(reader, tap)
        assert reader.id == "210"
        assert "going along" in reader.line(0)
        await reader.press("F")
        await grow(reader, tap)
        assert reader.id == "210"


@awaited
async def test_following_that_ends_is_told_and_reading_goes_on() -> None:
    tap = Tap()
    app = app_of(tap)
    async with app.run_test(size=(100, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.settle()
        tap.failed(RejoinderError("Following has stopped.", "Open it again."))
        await reader.settle()
        assert "Following has stopped. Open it again." in reader.text
        await reader.press("k")
        assert reader.id == "199"


@awaited
async def test_an_archive_that_does_not_grow_says_how_one_does() -> None:
    async with reading(town(5)) as reader:
        await reader.press("F")
        assert "rejoinder open --follow" in reader.text
