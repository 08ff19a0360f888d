"""Forgetting: no byte of any file holds the forgotten words, what others say stays, and nothing comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive import ingest
from rejoinder.archive.ingest import Wish
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive
from rejoinder.archive.sqlite.fold import Telling, fold, without
from rejoinder.errors import ArchiveError
from rejoinder.records import Account, Deletion, Like, Origin, Problem, Reading, Ref
from tests.archive.conftest import input_of
from tests.conftest import Command, make_post

WORDS = ("quagga", "zeppelin", "okapi", "marmot", "ocelot", "Ada Lovelorn")
"""One for each place where words of ada's may lie: post, other telling, like, problem, biography, name."""
POST, TELLING, LIKED, PROBLEM, BIO, NAME = WORDS


def origin(member: str, position: int) -> Origin:
    return Origin(member=member, position=position)


def first() -> list[Reading]:
    said = f"A {POST} was seen at the harbour last night, and nobody knows where it came from"
    return [
        Account("test", "a-ada", "ada", NAME, bio=f"Keeper of the {BIO}", owner=True, handles=(("ada_old", None, 5),)),
        make_post(1, "ada", said, name=NAME, origin=origin(f"{POST}/1.json", 1)),
        make_post(2, "ben", said, is_repost=True, repost="1", repost_author={"id": "a-ada", "name": NAME}),
        make_post(3, "cy", f"RT @ada: {said[:60]}…", is_repost=True, repost_author={"handle": "ada"}),
        make_post(4, "ben", "Really?", reply_to="1", reply_author={"id": "a-ada", "handle": "ada", "name": NAME}),
        make_post(5, "dan", "Look", quote="1", quote_author={"handle": "ada", "name": NAME}),
        make_post(6, "ben", "Something else"),
        Like("test", "1", Ref("a-ben", "ben"), text=f"The {LIKED}", origin=origin("like.js", 1)),
        Problem("odd", origin("m.json", 9), f'{{"text": "{PROBLEM}"'),
        Deletion("test", "1", 5, origin("m.json", 10)),
    ]


def second() -> list[Reading]:
    fuller = f"A {POST} was seen at the harbour last night, and nobody knows where it came from: a {TELLING} brought it"
    return [
        make_post(1, "ada", fuller, name=NAME, likes=4),
        make_post(6, "ben", "Something else", likes=2),
        make_post(7, "ben", "Only here"),
        Like("test", "1", Ref("a-ben", "ben"), text=f"The {LIKED}", origin=origin("like.js", 1)),
    ]


@pytest.fixture
def kept(target: Path) -> Path:
    """An archive of two exports."""
    bring(target, first(), "one.zip")
    bring(target, second(), "two.zip")
    held = target.read_bytes()
    assert all(word.encode() in held for word in WORDS), "else the test proves nothing"
    return target


def bring(target: Path, records: list[Reading], name: str) -> ingest.Line:
    return ingest.run([input_of(records, name)], target).total


def bytes_of(target: Path) -> bytes:
    """Every byte of every file that lies beside the archive, whatever its name."""
    return b"\n".join(path.read_bytes() for path in target.parent.rglob("*") if path.is_file())


def ids(archive: Archive) -> list[str]:
    return [entry.post.id for entry in archive.page(c.Everything(), None, "newer", 99)]


def wish(target: Path, account: str = "", post: str = "") -> Wish:
    archive = open_archive(target)
    accounts = tuple(party.number for party in archive.parties_named(account)) if account else ()
    archive.close()
    return Wish(accounts=accounts, posts=(("test", post),) if post else ())


@pytest.mark.parametrize("name", ["ada", "ada_old", "a-ada"])
def test_no_byte_holds_the_words_of_a_forgotten_account(kept: Path, name: str) -> None:
    done = ingest.forget(kept, wish(kept, account=name))
    assert done.posts == 1
    held = bytes_of(kept)
    assert [word for word in WORDS if word.encode() in held] == []
    assert list(kept.parent.iterdir()) == [kept], "no working file is left behind"
    archive = open_archive(kept)
    assert ids(archive) == ["4", "5", "6", "7"], "its reposts go with it; what others wrote themselves stays"
    assert archive.figures().likes == 0 and archive.count(c.From("ada")).n == 0
    (problem,) = archive.problems()
    assert (problem.reason, problem.excerpt) == ("odd", ""), "whose record that was, nobody can tell"
    (parent,) = archive.find("1")
    assert parent < 0, "a reply still says to which id and handle it replies"


def test_a_forgotten_account_does_not_come_back(kept: Path) -> None:
    ingest.forget(kept, wish(kept, account="ada"))
    more = [make_post(8, "ada", f"A new {POST}"), make_post(9, "Ada", POST, author=None)]
    more += [make_post(10, "ada", POST, author="a-other"), make_post(11, "ben", "@ada hello")]
    for n, records in enumerate((first(), second(), more)):
        line = bring(kept, records, f"again{n}.zip")
        assert line.forgotten == (6, 2, 2)[n], line
    held = bytes_of(kept)
    assert [word for word in WORDS if word.encode() in held] == [POST, PROBLEM], "a stranger who bears the handle now"
    assert ids(open_archive(kept)) == ["4", "5", "6", "7", "10", "11"]


def test_no_byte_holds_the_words_of_a_forgotten_post(kept: Path) -> None:
    done = ingest.forget(kept, wish(kept, post="1"))
    assert done.posts == 1
    for _ in range(2):
        held = bytes_of(kept)
        assert [word for word in WORDS if word.encode() in held] == [BIO, NAME]
        assert ids(open_archive(kept)) == ["4", "5", "6", "7"]
        without_problem = [record for record in first() if not isinstance(record, Problem)]
        line = bring(kept, [*without_problem, *second()], "again.zip")
        assert line.forgotten == 7 and line.posts == 0


def test_what_another_source_says_stays_when_one_goes(kept: Path) -> None:
    ingest.forget(kept, Wish(sources=("two.zip",)))
    held = bytes_of(kept)
    assert [word for word in WORDS if word.encode() in held] == [POST, LIKED, PROBLEM, BIO, NAME]
    archive = open_archive(kept)
    assert [source.name for source in archive.sources()] == ["one.zip"]
    assert ids(archive) == ["1", "2", "3", "4", "5", "6"] and archive.figures().likes == 1
    assert {origin.source for entry in archive.posts(range(1, 9)) for origin in entry.origins} == {"one.zip"}
    ingest.forget(kept, Wish(sources=("one.zip",)))
    held = bytes_of(kept)
    assert [word for word in WORDS if word.encode() in held] == []
    empty = open_archive(kept)
    assert (empty.figures().posts, empty.figures().likes, empty.problems(), empty.sources()) == (0, 0, [], [])


def test_the_other_order_too(kept: Path) -> None:
    ingest.forget(kept, Wish(sources=("one.zip",)))
    held = bytes_of(kept)
    assert [word for word in WORDS if word.encode() in held] == [POST, TELLING, LIKED, NAME]
    archive = open_archive(kept)
    assert ids(archive) == ["1", "6", "7"] and archive.figures().likes == 1 and archive.problems() == []
    line = bring(kept, first(), "one.zip")
    assert (line.posts, line.duplicates, line.forgotten) == (4, 2, 0), "a source that is forgotten may come again"


def test_a_source_that_is_not_there_changes_nothing(kept: Path) -> None:
    before = kept.read_bytes()
    with pytest.raises(ArchiveError):
        ingest.forget(kept, Wish(sources=("nine.zip",)))
    assert kept.read_bytes() == before


def test_a_forgetting_that_is_stopped_leaves_the_archive_whole(kept: Path) -> None:
    before = kept.read_bytes()

    def stop(progress: ingest.Progress) -> None:
        if progress.phase == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest.forget(kept, wish(kept, account="ada"), stop)
    assert kept.read_bytes() == before and list(kept.parent.iterdir()) == [kept]


# One source taken out again leaves what the others would have made alone.

texts = st.sampled_from(["", "harbour", "harbour and more", "dock"])
tellings = st.builds(
    lambda source, position, text, context, likes, parent, deleted: Telling(
        (source, position),
        make_post(7, "ada", text, context=context, likes=likes, reply_to=parent, deleted=deleted),
    ),
    st.integers(0, 2), st.integers(1, 3), texts, st.booleans(), st.none() | st.integers(1, 3),
    st.sampled_from([None, "5"]), st.just(None),
)  # fmt: skip


def said(telling: Telling) -> dict[str, object]:
    """What can be compared: counts are those of one capture or another."""
    post = msgspec.structs.replace(telling.post, likes=None)
    return {
        "post": post,
        "places": {telling.place, *telling.places},
        "contexts": telling.surroundings,
        "versions": {o.post.text for o in telling.others if o.post.text_status != "absent"},
    }


def folded(found: list[Telling]) -> Telling:
    return fold(sorted(found, key=lambda each: each.place)).telling


def batches(found: list[Telling]) -> Iterator[Telling]:
    """The tellings of one import, folded; an old one comes before a new one."""
    for source in range(3):
        own = [each for each in found if each.place[0] == source]
        if own:
            yield folded(own)


@settings(max_examples=300, deadline=None)
@given(st.lists(tellings, min_size=1, max_size=6, unique_by=lambda each: each.place), st.integers(0, 2), st.booleans())
def test_taking_a_source_out_is_as_if_it_had_never_been(found: list[Telling], gone: int, one_by_one: bool) -> None:
    if one_by_one:
        whole = None
        for batch in batches(found):
            older = [] if whole is None else [msgspec.structs.replace(whole, old=True)]
            whole = fold([*older, batch]).telling
        assert whole is not None
    else:
        whole = folded(found)
    rest = [each for each in found if each.place[0] != gone]
    left = without(whole, lambda place: place[0] == gone)
    if not rest:
        assert left is None
    else:
        assert left is not None
        expected = folded(rest)
        assert said(left)["places"] == said(expected)["places"] and said(left)["contexts"] == said(expected)["contexts"]
        assert left.post.text == expected.post.text and left.post.reply_to == expected.post.reply_to
        assert left.post.context == expected.post.context
        assert said(left)["versions"] == said(expected)["versions"]


def test_the_command_says_what_it_did(rejoinder: Command, write_posts: Callable[..., Path]) -> None:
    path = write_posts(make_post(1, "ada", POST), make_post(2, "ben", "hello", reply_to="1"))
    rejoinder("import", "town", path)
    assert rejoinder("forget", "town").code == 2
    assert rejoinder("forget", "town", "--account", "nobody", "--yes").code == 1
    answer = rejoinder("forget", "town", "--post", "1", "--yes")
    assert answer.code == 0 and "1 post is forgotten" in answer.err and str(path) in answer.err
    assert [row["id"] for row in rejoinder("search", "town", "", "--json").rows()] == ["2"]
    again = rejoinder("import", "town", write_posts(make_post(1, "ada", POST), name="again.jsonl"))
    assert "1 left out (forgotten)" in again.out
    assert rejoinder("forget", "town", "--source", "posts.jsonl", "--yes").code == 0
    assert rejoinder("info", "town", "--json").rows()[0]["posts"] == 0
    assert [row["name"] for row in rejoinder("sources", "town", "--json").rows()] == ["again.jsonl"]


def test_what_was_followed_since_the_last_import_is_forgotten_too(
    rejoinder: Command, write_posts: Callable[..., Path], home: Path
) -> None:
    path = write_posts(make_post(1, "ada", "first"), make_post(2, "ben", "hello"), name="live.jsonl")
    assert rejoinder("open", "--follow", path).code == 0
    with path.open("ab") as file:
        file.write(msgspec.json.encode(make_post(3, "ada", POST)) + b"\n")
    assert rejoinder("open", "--follow", path).code == 0
    assert any(POST.encode() in file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert rejoinder("forget", "live", "--account", "ada", "--yes").code == 0
    assert [file for file in home.rglob("*") if file.is_file() and POST.encode() in file.read_bytes()] == []
    assert [row["id"] for row in rejoinder("search", "live", "", "--json").rows()] == ["2"]
    with path.open("ab") as file:
        file.write(msgspec.json.encode(make_post(4, "ada", TELLING)) + b"\n")
    assert "posts          1\n" in rejoinder("open", "--follow", path).out, "nor does it come back by that way"
