"""What an import makes of awkward input: echoes, rings, likes, accounts, several processes, private working files."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive import facets, ingest, stage
from rejoinder.archive.checking import check
from rejoinder.archive.ingest import Progress
from rejoinder.archive.marks import host_of
from rejoinder.archive.protocol import Archive
from rejoinder.archive.sqlite import importing
from rejoinder.archive.sqlite.order import depths, parents, trees
from rejoinder.archive.text import tokens
from rejoinder.errors import ArchiveError
from rejoinder.records import Account, Like, Mention, Origin, Post, Problem, Reading, Ref, Source
from tests.archive.conftest import Import, input_of
from tests.conftest import make_post

Opened = Callable[[], Archive]


def whole(archive: Archive) -> list[Post]:
    return [entry.post for entry in archive.page(c.Everything(), None, "newer", 10_000)]


def town(posts: int) -> list[Reading]:
    """Posts of fifty accounts, replies among them, in no order of time."""
    made = [
        make_post(
            n * 7919 % posts + 1,
            f"u{n % 50}",
            f"word{n % 13} harbour {'日本語' if n % 5 == 0 else 'ship'}",
            reply_to=str(n) if n % 3 else None,
            mentions=[{"id": f"a-u{n % 7}", "handle": f"u{n % 7}"}],
        )
        for n in range(posts)
    ]
    return [*made, Problem("odd", Origin(member="m", position=3))]


def test_two_processes_make_the_same_archive_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_SMALL", 0)
    from rejoinder.archive.opening import open_archive

    read = []
    for processes in (1, 2, 3):
        path = tmp_path / f"{processes}.rejoinder"
        report = ingest.run([input_of(town(3000))], path, processes=processes)
        assert (report.total.posts, report.total.problems) == (3000, 1)
        archive = open_archive(path)
        found = [entry.key for entry in archive.page(c.Words(("harbour", "日")), None, "older", 5000)]
        read.append((whole(archive), found, archive.figures().ghosts, archive.problems()))
        archive.close()
    assert read[0] == read[1] == read[2]


def test_a_context_post_that_an_export_repeats_is_kept_once_with_every_place(bring: Import, opened: Opened) -> None:
    seen = [make_post(7, "ada", "Seen", context=True, origin={"member": "m", "position": n}) for n in range(1, 6)]
    report = bring(*seen, make_post(8, "ben", "Mine"))
    assert (report.total.posts, report.total.context, report.total.duplicates) == (1, 1, 0)
    (entry,) = opened().page(c.Is("context"), None, "older", 9)
    assert [origin.position for origin in entry.origins] == [1, 2, 3, 4, 5]


def test_a_post_that_can_not_be_kept_is_a_problem_and_the_next_is_read(bring: Import, opened: Opened) -> None:
    odd = [
        make_post(1, "ada", "half a \ud800 character", origin={"position": 1}),
        make_post(2, "ada \udfff", "half a handle", origin={"position": 2}),
        Post("3", "test", likes=2**70, origin=Origin(position=3)),
        Post("4", "test", time=2**64, origin=Origin(position=4)),
    ]
    report = bring(*odd, make_post(5, "ben", "whole"))
    assert (report.total.posts, report.total.problems) == (1, 4)
    archive = opened()
    assert [post.id for post in whole(archive)] == ["5"]
    assert [problem.origin.position for problem in archive.problems()] == [1, 2, 3, 4]


def test_a_flood_of_problems_is_counted_and_told_in_part(
    target: Path, bring: Import, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "_MOST_PROBLEMS", 3)
    report = bring(*(Problem(f"no {n}", Origin(member="a.jsonl", position=n)) for n in range(1, 9)))
    told = opened().problems()
    assert report.total.problems == opened().figures().problems == 8
    assert [(each.origin.position, each.posts) for each in told] == [(1, 0), (2, 0), (3, 0), (0, 5)]
    assert all(finding.well for finding in check(target))


def test_what_differs_stays_beside_the_post_and_survives_the_next_import(bring: Import, opened: Opened) -> None:
    cut = make_post(7, "ada", "The story…", text_status="partial", likes=3)
    fuller = make_post(7, "ada", "The story is long", likes=5, reply_to="6", language="en")
    bring(cut, name="a.zip")
    bring(fuller, name="b.zip")
    bring(make_post(9, "ben", "later"), name="c.zip")
    entry = opened().page(c.Ids(("7",)), None, "older", 1)[0]
    assert (entry.post.text, entry.post.likes, entry.post.reply_to) == ("The story is long", 5, "6")
    assert {origin.source for origin in entry.origins} == {"a.zip", "b.zip"}
    assert [(version.text, version.origin.source) for version in entry.versions] == [("The story…", "a.zip")]


def test_captures_that_differ_in_counts_alone_are_one_telling(bring: Import, opened: Opened) -> None:
    for n in range(3):
        bring(make_post(7, "ada", "Same", likes=n), name=f"day{n}.zip")
    (entry,) = opened().page(c.Everything(), None, "older", 9)
    assert len(entry.origins) == 3
    assert not entry.versions


def test_likes_are_kept_once_and_survive(bring: Import, opened: Opened) -> None:
    like = Like("test", "7", Ref("a-ben", "ben"), until=5, origin=Origin(member="like.js", position=1))
    first = bring(make_post(7, "ada", "Liked"), like, like, name="a.zip")
    again = bring(like, make_post(8, "ada", "Other"), name="b.zip")
    assert (first.total.likes, again.total.likes) == (1, 0)
    assert opened().figures().likes == 1


def test_accounts_are_found_by_any_handle_and_told_as_exports_tell_them(bring: Import, opened: Opened) -> None:
    told = Account("test", "a-ada", "ada", "Ada L", bio="Sails", owner=True, handles=(("ada_l", None, 5),))
    bring(
        make_post(1, "ada", "one"), make_post(2, "Ada_New", "two", author="a-ada"), make_post(3, "adam", "three"), told
    )
    archive = opened()
    assert [(face.handle, posts) for face, posts in archive.accounts("AD")] == [("Ada_New", 2), ("adam", 1)]
    (number,) = {face.account for face, _ in archive.accounts("ada_new")}
    assert archive.account(number) == told
    assert archive.count(c.From("ada")).n == archive.count(c.From("a-ada")).n == 2
    assert archive.account(0) is None


def test_a_missing_parent_tells_its_time_where_its_id_does(bring: Import, opened: Opened) -> None:
    replies = [
        Post("1541815603700000000", "twitter", reply_to="1541815603606036480", reply_author=Ref("5", "ada")),
        Post("20", "twitter", reply_to="12"),
        Post("30", "elsewhere", reply_to="1541815603606036480"),
    ]
    bring(*replies)
    ghosts = {(ghost.platform, ghost.id): ghost for ghost in opened().ghosts(c.Everything())}
    told = ghosts["twitter", "1541815603606036480"]
    assert time.strftime("%F %T", time.gmtime((told.time or 0) / 1000)) == "2022-06-28 16:07:40"
    assert (told.author, told.handle, told.permalink) == ("5", "ada", "https://x.com/ada/status/1541815603606036480")
    assert ghosts["twitter", "12"].time is None
    assert ghosts["elsewhere", "1541815603606036480"].time is None


def test_sources_that_an_export_names_are_sources(bring: Import, opened: Opened) -> None:
    cited = Post("1", "test", text="quoted in print", origin=Origin("The Gazette", "p", 1))
    report = bring(Source("The Gazette", title="3 May 1890"), cited, make_post(2, "ada", "own"), name="notes.jsonl")
    assert [line.posts for line in report.lines] == [2]
    archive = opened()
    assert [source.name for source in archive.sources()] == ["notes.jsonl", "The Gazette"]
    assert [post.id for post in whole(archive)] == ["1", "2"]
    assert archive.count(c.FromSource("gazette")).n == 1


def test_working_files_are_private_and_gone_afterwards(target: Path) -> None:
    seen: set[str] = set()

    def watch(progress: Progress) -> None:
        for path in target.parent.glob(".*/**"):
            for each in (path, *path.iterdir()):
                if each.exists():
                    mode = stat.S_IMODE(each.stat().st_mode)
                    assert mode == (0o700 if each.is_dir() else 0o600), each
                    seen.add(progress.phase)

    before = os.umask(0)
    try:
        ingest.run([input_of(town(2000))], target, watch)
    finally:
        os.umask(before)
    assert seen >= {"reading", "ordering", "writing", "checking"}
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_second_import_into_one_archive_waits_its_turn(target: Path) -> None:
    def meddle(progress: Progress) -> None:
        with pytest.raises(ArchiveError, match="Another import"):
            ingest.run([input_of([make_post(2, "ben", "me too")], "b.zip")], target)

    ingest.run([input_of([make_post(1, "ada", "first")])], target, meddle)
    assert target.exists()


def test_an_import_that_its_caller_stops_leaves_nothing(target: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.phase == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest.run([input_of(town(500))], target, stop)
    assert list(target.parent.iterdir()) == []


def test_a_ring_of_a_million_posts_is_cut_once_and_soon() -> None:
    size = 1_000_000
    names = np.arange(size)
    started = time.process_time()
    ring = trees(parents(names, np.roll(names, -1), size).of)
    assert time.process_time() - started < 20
    assert np.flatnonzero(ring.parent == 0).tolist() == [0]
    assert (ring.root == 1).all()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 14), st.booleans()), max_size=14))
def test_every_post_has_the_root_that_walking_up_gives(told: list[tuple[int, bool]]) -> None:
    names = np.array([parent for parent, _ in told], np.int32)
    found = trees(parents(np.arange(len(told)), names, 15).of)
    depth = depths(found.up, len(told))
    assert not np.shares_memory(found.root, found.up), "whoever changes the roots must not change what depths count by"
    for start in range(1, len(told) + 1):
        seen, at = [start], start
        while at > 0 and (up := int(found.parent[at - 1])) != 0:
            assert up not in seen
            seen.append(up)
            at = up
        assert depth[start - 1] == len(seen) - 1
        assert int(found.root[start - 1]) == at
        raw = names[start - 1]
        assert found.parent[start - 1] in (0, raw + 1) or (raw >= len(told) and found.parent[start - 1] < 0)


@given(st.text(max_size=8), st.text(max_size=8))
def test_marks_are_one_token_each_that_no_text_holds(one: str, other: str) -> None:
    assert (facets.plain(one) == facets.plain(other)) == (one == other)
    mark = facets.author(facets.account("test", one, None, None))
    ascii_part = "".join(char for char in mark if char.isascii())
    assert ascii_part == "" or (ascii_part.isalnum() and ascii_part == ascii_part.lower())
    assert not set(tokens(one + " " + mark)) & {mark}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.org/a?b#c", "example.org"),
        ("http://user:pw@quay.example:8080", "quay.example"),
        ("https://[2001:db8::1]:443/x", "2001:db8::1"),
        ("https://quay.example?x=/y", "quay.example"),
        ("//quay.example/x", ""),
        ("quay.example/x", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_link(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_typed_mention_is_an_act_and_an_inherited_one_is_none(bring: Import, opened: Opened) -> None:
    bring(
        make_post(1, "ada", "@ben hello", mentions=[{"id": "a-ben", "handle": "ben"}]),
        make_post(2, "ben", "@ada yes", reply_to="1", mentions=[{"id": "a-ada", "handle": "ada", "kind": "inherited"}]),
    )
    archive = opened()
    assert archive.count(c.Mentions("ben")).n == 1
    assert archive.count(c.Mentions("ada")).n == 0
    assert archive.count(c.To("ada")).n == 1
    assert archive.page(c.To("ada"), None, "older", 1)[0].post.mentions == (Mention("a-ada", "ada", "inherited"),)
