"""Reviewing as a person does it: one key decides and goes on, everything can be taken back, nothing is lost."""

from __future__ import annotations

import asyncio
import csv
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from tests.app.memory_archive import MemoryArchive
from tests.app.pictures import awaited
from tests.app.test_browse import Reader
from tests.app.town import town
from textual.events import Key, Paste

from rejoinder import samples
from rejoinder.app.app import RejoinderApp
from rejoinder.app.screens.reviewing import Reviewing
from rejoinder.app.settings import Settings
from rejoinder.app.widgets.ask_line import AskLine
from rejoinder.archive.opening import open_archive
from rejoinder.cli.importing import import_paths
from rejoinder.review import queues
from rejoinder.review.folder import Review
from rejoinder.review.journal import Journal
from rejoinder.review.pen import Pen


class Reviewer(Reader):
    """Reads what a reviewer reads."""

    folder: Path

    @property
    def review(self) -> Review:
        return Review(self.folder)

    @property
    def reviewing(self) -> Reviewing:
        assert self.screen._parts is not None
        return self.screen._parts.reviewing

    @property
    def title(self) -> str:
        return self.screen._title.text

    @property
    def status(self) -> str:
        return self.screen._status.text

    def codes(self, name: str = "ada") -> dict[str, dict[str, set[str]]]:
        """What stands in a journal, by post and variable."""
        journal = Journal(self.review.journal_path(name))
        found: dict[str, dict[str, set[str]]] = {}
        for code in journal.codes():
            found.setdefault(code.post.partition(":")[2], {}).setdefault(code.variable, set()).add(code.value)
        journal.close()
        return found

    @property
    def sign(self) -> str:
        """The reviewer's sign of the post under the cursor."""
        assert self.timeline.entry is not None
        return self.timeline.reviewed.get(self.timeline.entry.key, "")

    async def filter(self, query: str) -> None:
        await self.press("ampersand")
        await self.type(query)
        await self.press("enter")


Open = Callable[..., AbstractAsyncContextManager[Reviewer]]


@pytest.fixture
def desk(tmp_path: Path) -> Open:
    """Opens the town for a reviewer; again and again, on the same review."""

    @asynccontextmanager
    async def open_it(
        posts: int = 60, size: tuple[int, int] = (80, 24), reviewer: str = "ada", **more: object
    ) -> AsyncIterator[Reviewer]:
        archive = MemoryArchive(town(posts), path=str(tmp_path / "town.rejoinder"))
        app = RejoinderApp(archive, Settings(ascii=False, reviewer=reviewer, **more))  # type: ignore[arg-type]
        async with app.run_test(size=size) as pilot:
            reader = Reviewer(app, pilot)
            reader.folder = tmp_path / "town.review"
            await reader.settle()
            yield reader

    return open_it


@awaited
async def test_one_line_first_then_a_key_decides_and_goes_on(desk: Open) -> None:
    async with desk() as reader:
        await reader.filter("ferry")
        count = reader.reviewing._reader.count
        assert count is not None
        await reader.press("R")
        assert f'Review {count.n} posts of "ferry" · by time · as ada' in reader.status
        assert "Enter starts" in reader.status and not reader.folder.exists(), "nothing is written before Enter"
        await reader.press("enter")
        first = reader.id
        assert f"REVIEW ferry   0 / {count.n}" in reader.title and "a include" in reader.status
        await reader.press("a")
        assert reader.id != first and reader.codes() == {first: {"verdict": {"include"}}}
        assert f"1 / {count.n}" in reader.title and "+ include  @" in reader.title and "u takes it back" in reader.title
        second = reader.id
        await reader.press("x", "s")
        assert "1 unsure" in reader.title
        await reader.press("u")
        await reader.press("u")
        assert reader.id == second and list(reader.codes()) == [first], "undo goes where it took something back"
        await reader.press("ctrl+r")
        assert reader.codes()[second] == {"verdict": {"exclude"}}


@awaited
async def test_the_next_review_goes_on_at_the_same_post_after_any_end(desk: Open) -> None:
    async with desk() as reader:
        await reader.filter("ferry")
        await reader.press("R", "enter", "a", "x")
        here = reader.id
        await reader.press("q")
        assert "REVIEW" not in reader.title and "R goes on" in reader.status
        await reader.press("R")
        assert "2 of" in reader.status and "goes on" in reader.status
        await reader.press("enter")
        assert reader.id == here
        await reader.press("j", "j")
        moved = reader.id
        await reader.press("Q")
    async with desk() as reader:
        await reader.press("R", "enter")
        assert reader.id == moved, "the post last looked at"
        await reader.press("a")
        following = reader.id
    async with desk() as reader:
        await reader.press("R", "enter")
        assert reader.id == following, "the app was closed without q"
        assert len(reader.codes()) == 3


@awaited
async def test_a_code_key_does_nothing_outside_of_a_review(desk: Open) -> None:
    async with desk() as reader:
        here = reader.id
        await reader.press("a", "x", "s", "1")
        assert reader.id == here and not reader.folder.exists()


@awaited
async def test_marks_tags_and_notes_work_everywhere(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("g", "m")
        assert reader.sign == "*" and reader.codes() == {reader.id: {"mark": {"yes"}}}
        await reader.press("m")
        assert reader.sign == "" and reader.codes() == {}
        await reader.press("T")
        await reader.type("cost rumour")
        await reader.press("enter")
        assert reader.codes()[reader.id] == {"tag": {"cost", "rumour"}} and reader.sign == "°"
        await reader.press("T")
        await reader.type("-cost")
        await reader.press("enter", "e")
        await reader.type("one")
        await reader.press("enter")
        await reader.type("two")
        await reader.press("escape")
        assert reader.codes()[reader.id] == {"tag": {"rumour"}, "note": {"one\ntwo"}}
        await reader.press("j", ".")
        assert reader.codes()[reader.id] == {"note": {"one\ntwo"}} or "tag" in reader.codes()[reader.id]
        await reader.press("G", "[", "n")
        assert "note" in reader.codes()[reader.id], "to the post before with a note"
        await reader.press("[", "u")
        assert reader.id not in reader.codes() or "verdict" not in reader.codes()[reader.id]


@awaited
async def test_a_note_that_was_cut_off_is_there_again(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("g", "e")
        await reader.type("half a th")
        await reader.pilot.pause(0.4)  # type: ignore[attr-defined]
        pen = reader.reviewing._desk.pen
        assert pen.drafts() == [(f"test:{reader.id}", "half a th")]
        await reader.type("ou")
    async with desk() as reader:
        await reader.press("g", "e")
        assert reader.screen._parts.editor.text == "half a thou", "what was typed last was kept when the app ended"
        await reader.type("ght")
        await reader.press("escape")
        assert reader.codes()[reader.id] == {"note": {"half a thought"}}
        assert reader.reviewing._desk.pen.drafts() == []


@awaited
async def test_a_range_and_all_matches_are_one_act(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("g", "v", "j", "j", "m")
        assert len(reader.codes()) == 3 and "3 posts" in reader.status
        await reader.press("u")
        assert reader.codes() == {} and "taken back: * mark" in reader.status
        await reader.press("M")
        assert "filters first" in reader.status
        await reader.filter("ferry")
        await reader.press("M")
        count = reader.reviewing._reader.count
        assert count is not None and len(reader.codes()) == count.n > 5
        await reader.press("u")
        assert reader.codes() == {}
        await reader.press("V", "T")
        await reader.type("boats")
        await reader.press("enter")
        assert len(reader.codes()) == count.n


@awaited
async def test_a_range_is_of_time_and_in_another_order_only_one_post_or_all_are_meant(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("g", "v", "j")
        await reader.filter("order:new")
        await reader.press("m")
        assert list(reader.codes()) == [reader.id], "the range that was begun is not carried into another order"
        await reader.press("u", "v")
        assert "A range needs the order of time" in reader.status
        await reader.press("j", "m")
        assert list(reader.codes()) == [reader.id]
        await reader.press("u")
        await reader.filter("ferry order:new")
        await reader.press("M")
        count = reader.reviewing._reader.count
        assert count is not None and len(reader.codes()) == count.n > 5


@awaited
async def test_a_range_is_decided_with_one_key(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("R", "enter", "v", "j", "j", "x")
        assert len(reader.codes()) == 3 and "3 / 60" in reader.title and reader.id not in reader.codes()
        await reader.press("u")
        assert reader.codes() == {} and "0 / 60" in reader.title


@awaited
async def test_postponed_posts_come_again_at_the_end(desk: Open) -> None:
    async with desk(5) as reader:
        await reader.press("R", "enter")
        first = reader.id
        await reader.press("space")
        assert reader.id != first and "1 later" in reader.title
        await reader.press("a", "a", "a", "a")
        assert reader.id == first and "4 / 5" in reader.title
        await reader.press("s")
        assert "5 / 5" in reader.title and "All 5 posts are decided" in reader.title
        await reader.press("q", "R")
        assert "Review 5 posts" in reader.status, "a queue that is done is not gone on with"


@awaited
async def test_looking_around_and_coming_back(desk: Open) -> None:
    async with desk(100) as reader:
        await reader.filter("cats")
        await reader.press("R", "enter")
        for _ in range(30):
            entry = reader.timeline.entry
            assert entry is not None
            if entry.parent is not None and entry.parent > 0:
                break
            await reader.press("space")
        here = reader.id
        parent = str(entry.parent)
        await reader.press("P")
        assert reader.id == parent and "q comes back" in reader.title
        await reader.press("q")
        assert reader.id == here and "REVIEW" in reader.title
        await reader.press("a")
        assert reader.codes()[here]["verdict"] == {"include"}


@awaited
async def test_a_post_outside_of_the_queue_is_not_decided_on(desk: Open) -> None:
    async with desk(100) as reader:
        await reader.filter("is:root")
        await reader.press("R", "enter")
        while (entry := reader.timeline.entry) is not None and not entry.replies_here:
            await reader.press("j")
        await reader.press("r")
        away = reader.id
        await reader.press("a")
        assert reader.id == away and "not in the queue" in reader.title
        assert "verdict" not in reader.codes().get(away, {})


@awaited
async def test_keys_that_come_too_soon_wait_for_the_next_post(desk: Open) -> None:
    async with desk(200) as reader:
        await reader.press("R", "o", "o")
        assert "by lot" in reader.status
        await reader.press("enter")
        for key in "axsaxs":
            reader.screen.post_message(Key(key, key))
        await reader.settle()
        codes = [values["verdict"] for values in reader.codes().values()]
        assert len(codes) == 6 and "6 / 200" in reader.title
        queue = queues.read(reader.review.queues()[0])
        assert [reader.codes()[post.partition(":")[2]]["verdict"] for post in queue.posts[:6]] == [
            {"include"}, {"exclude"}, {"unsure"}, {"include"}, {"exclude"}, {"unsure"},
        ]  # fmt: skip


@awaited
async def test_nine_pinned_tags_with_their_names_on_screen(desk: Open) -> None:
    async with desk(size=(160, 40)) as reader:
        await reader.press("R", "enter", "1")
        assert "No tag is pinned to 1" in reader.title
        await reader.press("T")
        await reader.type("safety")
        await reader.press("enter")
        assert "1 safety" in reader.status
        here = reader.id
        await reader.press("a", "1")
        assert reader.codes()[reader.id] == {"tag": {"safety"}} and reader.id != here, "a tag does not go on"
        await reader.press("1")
        assert reader.id not in reader.codes()


@awaited
async def test_own_keys_and_no_advance(desk: Open) -> None:
    async with desk(review_keys={"include": "i", "exclude": "n"}, review_advance=False) as reader:
        await reader.press("R", "enter")
        here = reader.id
        assert "i include" in reader.status and "n exclude" in reader.status
        await reader.press("i")
        assert reader.id == here and reader.codes()[here] == {"verdict": {"include"}}
        await reader.press("n")
        assert reader.codes()[here] == {"verdict": {"exclude"}}
        await reader.press("a")
        assert reader.codes()[here] == {"verdict": {"exclude"}}


@awaited
async def test_who_reviews_is_asked_once(desk: Open) -> None:
    async with desk(reviewer="") as reader:
        await reader.press("m")
        await reader.press("ctrl+u")
        await reader.type("ben")
        await reader.press("enter")
        assert reader.codes("ben") == {reader.id: {"mark": {"yes"}}}
    async with desk(reviewer="") as reader:
        await reader.press("k", "m")
        assert len(reader.codes("ben")) == 2, "the name is remembered"


@awaited
async def test_a_second_window_is_told_and_reads(desk: Open, tmp_path: Path) -> None:
    async with desk() as reader:
        await reader.press("g", "m")
        async with desk() as second:
            await second.press("g")
            assert second.sign == "*"
            await second.press("m")
            assert "another window" in second.status and second.sign == "*"
            await second.press("R", "enter")
            assert "another window" in second.status and "REVIEW" not in second.title


@awaited
async def test_the_codes_of_others_are_seen_unless_one_works_blind(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("g", "m")
        review = reader.review
    ben = Pen(review.journal_path("ben"), "ben", review.codebook())
    ben.set(["test:1"], ben._codebook.verdict, "exclude")
    ben.close()
    async with desk() as reader:
        await reader.filter("verdict:exclude")
        assert reader.id == "1" and reader.reviewing._desk.codes(reader.timeline.entry)[-1].reviewer == "ben"
        await reader.press("m")
        assert [act.open for act in reader.reviewing._desk.pen.acts()] == [False, True]
    queues.write(review.queue_path("q"), queues.Queue(queues.Head("q", reviewer="ada", blind=True), ("test:1",)))
    async with desk() as reader:
        await reader.filter("verdict:exclude")
        assert reader.reviewing._reader.count is not None and reader.reviewing._reader.count.n == 0
        await reader.press("escape", "R")
        await reader.press("enter", "a")
        assert not list(reader.reviewing._desk.pen.acts())[-1].open
        await reader.press("q")
        await reader.filter("verdict:exclude")
        assert reader.id == "1", "the queue is done: the others may be seen"


@awaited
async def test_a_search_knows_what_was_said(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("g", "m", "j", "m", "T")
        await reader.type("cost")
        await reader.press("enter", "e")
        await reader.type("Quay five")
        await reader.press("escape", "R", "enter", "a", "q")
        for query, count in (
            ("marked:yes", 2), ("marked:no", 58), ("tag:cost", 1), ("note:quay", 1), ("verdict:include", 1),
            ("verdict:none", 59), ("by:ada", 2), ("tag:none -marked:yes", 58), ("code:verdict=include", 1),
        ):  # fmt: skip
            await reader.filter(query)
            found = reader.reviewing._reader.count
            assert found is not None and found.n == count, query


@awaited
async def test_a_full_disk_is_a_message_and_nothing_is_lost(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("R", "enter", "a")
        here, pen = reader.id, reader.reviewing._desk.pen
        pages = pen.connection.execute("pragma page_count").fetchone()[0]
        pen.connection.execute(f"pragma max_page_count={pages}")
        await reader.press("e")
        reader.app.post_message(Paste("words " * 20_000))
        await reader.settle()
        await reader.press("escape")
        assert "nothing was written" in reader.text and "The disk is full" in reader.text
        assert reader.id == here and "note" not in reader.codes().get(here, {}), "what is not kept is not shown"
        pen.connection.execute("pragma max_page_count=4294967294")
        await reader.press("escape")
        (note,) = reader.codes()[here]["note"]
        assert note.split() == ["words"] * 20_000, "every word was still there"


@awaited
async def test_w_writes_the_filter_with_its_codes_while_one_reads_on(tmp_path: Path) -> None:
    path, out = tmp_path / "harbour.rejoinder", tmp_path / "ferry.csv"
    import_paths(path, [samples.sample("harbour")])
    app = RejoinderApp(open_archive(path), Settings(ascii=False, reviewer="ada"))
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reviewer(app, pilot)
        reader.folder = tmp_path / "harbour.review"
        await reader.settle()
        await reader.filter("ferry cancelled")
        await reader.press("R", "enter", "a", "q", "w")
        line = reader.screen.query_one(AskLine)
        await reader.press("ctrl+u")
        line.post_message(Paste(f"{out} --coarse"))
        await reader.press("enter")
        assert line.display and "There is no --coarse here" in reader.text, "what can't be understood stays"
        await reader.press("ctrl+u")
        line.post_message(Paste(f"{out} --coarse-time"))
        await reader.press("enter")
        for _ in range(200):
            if "rows in" in reader.status:
                break
            await asyncio.sleep(0.05)
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert len(rows) == 20 and rows[0]["verdict"] == "include" and rows[0]["reviewer"] == "ada"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", rows[0]["created"])


@awaited
async def test_an_offer_that_is_declined_is_gone_from_the_screen(desk: Open) -> None:
    async with desk() as reader:
        await reader.press("R")
        assert "Enter" in reader.status
        await reader.press("escape")
        assert "Enter" not in reader.status


@pytest.mark.parametrize("width", [40, 80])
def test_what_can_not_be_done_in_a_review_is_told_on_a_narrow_screen_too(desk: Open, width: int) -> None:
    @awaited
    async def drive() -> None:
        async with desk(size=(width, 24)) as reader:
            await reader.press("R", "enter")
            await reader.settle()
            await reader.press("ampersand")
            assert "In a review" in reader.title and "/ 60" in reader.title

    drive()
