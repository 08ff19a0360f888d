"""What becomes of deleted posts: marked, unseen or not kept, as the archive is told; whichever comes first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rejoinder.archive import conditions as c
from rejoinder.archive import ingest
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.records import Account, Deletion, Link, Origin, Post, Reading, Ref
from tests.archive.conftest import Import, input_of
from tests.conftest import MINUTE, START, make_post

WORD = "lighthouse"
SAID = make_post(7, "ada", f"The {WORD} is dark", tags=["storm"], links=[{"url": "https://harbour.example/log"}])
ANSWER = make_post(9, "ben", "Which one?", reply_to="7")
NOTICE = Deletion("test", "7", 1_700_000_000_000, Origin(member="stream.jsonl", position=3))
Opened = Callable[[], Archive]


def one(archive: Archive, id: str) -> Entry:
    (key,) = archive.find(id)
    entry = archive.post(key)
    assert entry is not None
    return entry


def words(archive: Archive, word: str = WORD) -> list[str]:
    return [entry.post.id for entry in archive.page(c.Words((word,)), None, "newer", 9)]


def make(target: Path, deleted: str, *inputs: list[Reading]) -> Archive:
    for n, records in enumerate(inputs):
        ingest.run([input_of(records, f"{n}.zip")], target, deleted=deleted)  # type: ignore[arg-type]
    return open_archive(target)


@pytest.mark.parametrize("orders", [[[SAID, ANSWER, NOTICE]], [[SAID, ANSWER], [NOTICE]], [[NOTICE], [SAID, ANSWER]]])
def test_a_notice_marks_the_post_whichever_comes_first(target: Path, orders: list[list[Reading]]) -> None:
    archive = make(target, "keep-marked", *orders)
    entry = one(archive, "7")
    assert (entry.post.deleted, entry.post.text) == (1_700_000_000_000, SAID.text)
    assert entry.versions == (), "word of the deletion is no other wording"
    assert {origin.member for origin in entry.origins} >= {"stream.jsonl"}
    assert archive.figures().posts == 2 and archive.count(c.Is("deleted")).n == 1
    assert entry.exported().text == "" and entry.exported(include_deleted=True).text == SAID.text


def test_a_notice_of_a_post_that_is_not_here_is_no_post(target: Path) -> None:
    report = ingest.run([input_of([NOTICE, NOTICE, ANSWER], "a.zip")], target)
    assert (report.total.posts, report.total.context, report.total.deletions) == (1, 0, 2)
    archive = open_archive(target)
    assert archive.figures().posts == 1 and archive.count(c.Everything()).n == 1
    assert [ghost.id for ghost in archive.ghosts(c.Everything())] == ["7"]


@pytest.mark.parametrize("orders", [[[SAID, ANSWER, NOTICE]], [[NOTICE], [SAID, ANSWER]]])
def test_hidden_words_are_neither_shown_nor_found_and_come_back(target: Path, orders: list[list[Reading]]) -> None:
    archive = make(target, "hide-text", *orders)
    entry = one(archive, "7")
    assert (entry.post.text, entry.post.text_status, entry.post.tags, entry.post.links) == ("", "hidden", (), ())
    assert words(archive) == [] and archive.count(c.Tag("storm")).n == 0
    for pattern in (c.Pattern(WORD), c.Pattern(f"{WORD} is d"), c.Parent(c.Pattern("dark"))):
        assert archive.count(pattern).n == open_archive(target, reveal=True).count(pattern).n == 0
    assert archive.count(c.Pattern("which one")).n == 1
    assert archive.figures().deleted == "hide-text"
    assert one(archive, "9").parent == entry.key, "its place among the others stays"
    revealed = open_archive(target, reveal=True)
    assert one(revealed, "7").post.text == SAID.text
    ingest.run([], target, deleted="keep-marked")
    back = open_archive(target)
    assert one(back, "7").post.text == SAID.text and words(back) == ["7"]
    assert back.count(c.Parent(c.Pattern("dark"))).n == 1


@pytest.mark.parametrize("orders", [[[SAID, ANSWER, NOTICE]], [[SAID, ANSWER], [NOTICE]], [[NOTICE], [SAID, ANSWER]]])
def test_erased_words_are_in_no_byte_of_the_archive_and_do_not_come_back(
    target: Path, orders: list[list[Reading]]
) -> None:
    for archive in (make(target, "erase", *orders), make(target, "erase", [SAID])):
        entry = one(archive, "7")
        assert (entry.post.text, entry.post.text_status) == ("", "absent")
        assert (entry.post.handle, entry.post.time, entry.replies_here) == ("ada", SAID.time, 1)
        assert words(archive) == []
        for word in (WORD, "storm", "harbour.example"):
            assert word.encode() not in target.read_bytes()
    assert list(target.parent.iterdir()) == [target]


def test_the_setting_stays_with_the_archive(target: Path) -> None:
    make(target, "erase", [ANSWER])
    ingest.run([input_of([SAID, NOTICE], "b.zip")], target)
    assert one(open_archive(target), "7").post.text == ""


@pytest.mark.parametrize("notice_first", [False, True])
@pytest.mark.parametrize(("deleted", "text"), [("hide-text", ""), ("erase", ""), ("keep-marked", SAID.text)])
def test_a_repost_carries_no_words_that_the_original_may_not(
    target: Path, deleted: str, text: str, notice_first: bool
) -> None:
    repost = make_post(11, "cy", SAID.text, is_repost=True, repost="7", repost_author={"handle": "ada"})
    inputs: list[list[Reading]] = [[repost, SAID], [NOTICE]]
    archive = make(target, deleted, *(reversed(inputs) if notice_first else inputs))
    assert one(archive, "11").post.text == text
    assert one(archive, "11").exported().text == ""
    assert (words(archive) == []) == (deleted != "keep-marked")
    if deleted == "erase":
        assert WORD.encode() not in target.read_bytes()


def test_another_telling_of_a_deleted_post_goes_the_same_way(target: Path) -> None:
    cut = make_post(7, "ada", f"The {WORD}…", text_status="partial")
    archive = make(target, "erase", [cut, SAID], [NOTICE])
    assert WORD.encode() not in target.read_bytes()
    assert one(archive, "7").versions == ()
    hiding = target.with_name("hiding.rejoinder")
    assert one(make(hiding, "hide-text", [cut, SAID], [NOTICE]), "7").versions == ()


def test_a_quoted_glimpse_follows_the_setting(target: Path) -> None:
    quote = make_post(12, "cy", "Look at this", quote="7")
    original = one(make(target, "hide-text", [SAID, quote, NOTICE]), "12").original
    assert original is not None and (original.text, original.deleted) == ("", True)


def test_a_deleted_post_that_an_export_gives_is_marked_without_a_notice(bring: Import, opened: Opened) -> None:
    bring(
        Post("1", "test", "a", "ada", time=5, text="gone words", deleted=6, links=(Link("u"),), reply_author=Ref("b"))
    )
    entry = one(opened(), "1")
    assert entry.post.deleted == 6 and entry.exported().text_status == "hidden"


ADA, BEN = ("test", "1", "ada"), ("test", "2", "ben")
LEFT = START + 8 * MINUTE
GONE = Account(*ADA, gone=LEFT)
LATER = make_post(12, "ada", "I am back", author="1")
BY_ID = [
    make_post(7, "ada", f"The {WORD} is dark", author="1"),
    make_post(9, "ben", "Which one?", author="2", reply_to="7"),
]


@pytest.mark.parametrize("orders", [[[*BY_ID, GONE]], [BY_ID, [GONE]], [[GONE], BY_ID]])
def test_what_an_account_wrote_goes_with_it(target: Path, orders: list[list[Reading]]) -> None:
    archive = make(target, "keep-marked", *orders)
    assert (one(archive, "7").post.deleted, one(archive, "9").post.deleted) == (LEFT, None)
    assert archive.figures().posts == 2 and archive.count(c.Is("deleted")).n == 1
    found = archive.account(one(archive, "7").author.account)
    assert found is not None and found.gone == LEFT
    ingest.run([input_of([LATER], "later.zip")], target)
    assert one(open_archive(target), "12").post.deleted is None, "it was written after that"


@pytest.mark.parametrize("deleted", ["hide-text", "erase"])
def test_the_words_of_an_account_that_went_follow_the_setting(target: Path, deleted: str) -> None:
    repost = make_post(11, "ben", BY_ID[0].text, author="2", repost="7", is_repost=True)
    archive = make(target, deleted, [*BY_ID, repost, GONE])
    assert words(archive) == [] and one(archive, "7").post.text == ""
    assert (WORD.encode() in target.read_bytes()) == (deleted == "hide-text")


def test_an_account_that_came_back_has_its_posts(target: Path) -> None:
    archive = make(target, "keep-marked", [*BY_ID, GONE, Account(*ADA, back=LEFT + MINUTE), Account(*BEN, back=LEFT)])
    assert archive.count(c.Is("deleted")).n == 0
    archive = make(target, "keep-marked", [Account(*BEN, gone=0)])
    assert one(archive, "9").post.deleted == 0, "since when it is gone is not known: all of it is"
    archive = make(
        target, "keep-marked", [Account(*BEN, back=LEFT)], [make_post(13, "ben", "here", author="2", time=LEFT)]
    )
    assert one(archive, "13").post.deleted == 0, "nobody knows that it came back after it went"
