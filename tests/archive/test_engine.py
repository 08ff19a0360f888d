"""The engine means what the conditions say: judged by plain Python over archives with every trouble of real ones."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import get_args
from unittest.mock import Mock

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive import ingest
from rejoinder.archive.protocol import Archive
from rejoinder.archive.sqlite import halving, ranks
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.archive.sqlite.compile import _WAYS
from rejoinder.archive.sqlite.merge import Match
from rejoinder.archive.sqlite.rows import one
from rejoinder.archive.sqlite.write import Closing, connect
from rejoinder.archive.values import Ordering
from rejoinder.errors import Cancelled
from rejoinder.records import Post
from tests import generated
from tests.archive.conftest import input_of, without_source
from tests.oracle import Town, name, place

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def archive_of(told: Sequence[Post], processes: int = 1) -> Iterator[Archive]:
    """An archive of these posts, each from the source that its origin names."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.rejoinder"
        sources = sorted({post.origin.source for post in told})
        inputs = [
            input_of([without_source(post) for post in told if post.origin.source == source], source)
            for source in sources
        ]
        ingest.run(inputs, path, processes=processes)
        archive = SqliteArchive(path)
        try:
            yield archive
        finally:
            archive.close()


def everything(archive: Archive) -> Sequence[Post]:
    return [entry.post for entry in archive.page(c.Everything(), None, "newer", 1000)]


@FEW
@given(generated.archives(), st.lists(generated.questions, min_size=8, max_size=8))
def test_every_condition_finds_what_it_means(told: list[Post], asked: list[c.Condition]) -> None:
    town = Town(told)
    with archive_of(told) as archive:
        for condition in asked:
            found = archive.page(condition, None, "newer", 1000)
            assert {name(entry.post) for entry in found} == town.meeting(condition), condition
            assert archive.count(condition).n == len(found)


@FEW
@given(generated.archives(), generated.conditions, st.integers(1, 4))
def test_pages_lie_side_by_side_in_both_directions(told: list[Post], condition: c.Condition, size: int) -> None:
    with archive_of(told) as archive:
        whole = [entry.place for entry in archive.page(condition, None, "newer", 1000)]
        assert whole == sorted(whole)
        for direction in ("newer", "older"):
            walked, at = [], None
            while page := archive.page(condition, at, direction, size):
                places = [entry.place for entry in page]
                walked = walked + places if direction == "newer" else places + walked
                at = places[-1] if direction == "newer" else places[0]
            assert walked == whole


@FEW
@given(generated.archives(), generated.conditions, generated.times, st.floats(0, 1))
def test_places_are_found_by_time_fraction_and_key(
    told: list[Post], condition: c.Condition, time: int | None, fraction: float
) -> None:
    with archive_of(told) as archive:
        whole = [entry.place for entry in archive.page(condition, None, "newer", 1000)]
        if time is not None:
            later = [place for place in whole if place.time >= time]
            assert archive.seek(condition, time=time) == (later[0] if later else whole[-1] if whole else None)
        expected = whole[round(fraction * (len(whole) - 1))] if whole else None
        assert archive.seek(condition, fraction=fraction) == expected
        for entry in archive.page(c.Everything(), None, "newer", 1000):
            after = [place for place in whole if place.key >= entry.key]
            assert archive.seek(condition, key=entry.key) == (after[0] if after else whole[-1] if whole else None)
            assert archive.rank(condition, entry.place).n == sum(place.key < entry.key for place in whole)


@FEW
@given(generated.archives(), generated.questions, st.integers(0, 3))
def test_posts_are_sorted_by_what_is_asked(told: list[Post], condition: c.Condition, limit: int) -> None:
    town = Town(told)
    with archive_of(told) as archive:
        entries = list(archive.page(condition, None, "newer", 1000))
        first = {town.root(entry.post): entry.key for entry in reversed(entries)}
        wanted = {
            "old": entries,
            "new": entries[::-1],
            "likes": sorted(entries, key=lambda e: -1 if e.post.likes is None else e.post.likes, reverse=True),
            "replies": sorted(entries, key=lambda e: e.replies_here, reverse=True),
            "conversation": sorted(entries, key=lambda e: first[town.root(e.post)]),
        }
        for order in get_args(Ordering):
            keys = [entry.key for entry in wanted[order]]
            assert list(archive.ordered(condition, order)) == keys
            assert list(archive.ordered(condition, order, limit)) == (keys[:limit] if limit else keys)


@FEW
@given(generated.archives())
def test_a_post_comes_back_as_it_was_read(told: list[Post]) -> None:
    first = {name(post): post for post in sorted(told, key=lambda post: post.origin.source, reverse=True)}
    with archive_of(told) as archive:
        entries = archive.page(c.Everything(), None, "newer", 1000)
        assert {name(entry.post) for entry in entries} == set(first)
        for entry in entries:
            origins = {post.origin for post in told if name(post) == name(entry.post)}
            assert set(entry.origins) == origins
            assert entry.post in told
            assert not entry.versions
            assert entry.author.label


@FEW
@given(generated.archives())
def test_the_timeline_runs_by_time_then_platform_then_id(told: list[Post]) -> None:
    with archive_of(told) as archive:
        posts = everything(archive)
        assert posts == sorted(posts, key=place)


@FEW
@given(generated.archives())
def test_chains_and_conversations_follow_the_data(told: list[Post]) -> None:
    town = Town(told)
    with archive_of(told) as archive:
        entries = {entry.key: entry for entry in archive.page(c.Everything(), None, "newer", 1000)}
        for key, entry in entries.items():
            chain = archive.ancestors(key)
            assert len(set(chain)) == len(chain)
            assert chain[-1] == key
            for parent, child in pairwise(chain):
                assert child in archive.replies(parent)
                assert parent < 0 or entries[child].post.reply_to == entries[parent].post.id
            together = {other for other in entries.values() if town.root(other.post) == town.root(entry.post)}
            nodes = archive.conversation(key)
            assert {node.key for node in nodes if node.key > 0} == {other.key for other in together}
            assert entry.replies_here == town.replies_to(entry.post)
            assert {node.key for node in archive.conversation(key, 1)} >= set(chain)


@FEW
@given(generated.archives())
def test_what_is_replied_to_and_not_here_is_a_ghost(told: list[Post]) -> None:
    town = Town(told)
    missing: dict[tuple[str, str], int] = {}
    for post in town.posts.values():
        if post.reply_to is not None and town.parent(post) is None:
            missing[post.platform, post.reply_to] = missing.get((post.platform, post.reply_to), 0) + 1
    with archive_of(told) as archive:
        ghosts = archive.ghosts(c.Everything())
        assert {(ghost.platform, ghost.id): ghost.replies for ghost in ghosts} == missing
        assert [ghost.replies for ghost in ghosts] == sorted(missing.values(), reverse=True)
        assert archive.figures().ghosts == len(missing)
        of_none = archive.ghosts(c.Not(c.Everything()))
        assert not of_none


@FEW
@given(generated.archives())
def test_importing_again_adds_nothing(told: list[Post]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.rejoinder"
        inputs = [
            input_of([without_source(post) for post in told if post.origin.source == source], source, source)
            for source in sorted({post.origin.source for post in told})
        ]
        before = ingest.run(inputs, path)
        archive = SqliteArchive(path)
        entries = archive.page(c.Everything(), None, "newer", 1000)
        archive.close()
        after = ingest.run([as_another_file(each) for each in inputs], path)
        assert (after.total.posts, after.total.context) == (0, 0)
        archive = SqliteArchive(path)
        again = archive.page(c.Everything(), None, "newer", 1000)
        archive.close()
        assert [entry.post for entry in again] == [entry.post for entry in entries]
        assert before.total.posts + before.total.context == len(entries)


def as_another_file(each: ingest.Input) -> ingest.Input:
    """The same records, but not the very file that was imported."""
    changed = msgspec.structs.replace(each.source, fingerprint="other" + each.source.fingerprint)
    return msgspec.structs.replace(each, source=changed)


def test_a_file_that_is_being_made_never_waits_for_the_disk(tmp_path: Path) -> None:
    with Closing(connect(tmp_path / "made", cache=4 << 20)) as made:
        told = {name: one(made, f"pragma {name}")[0] for name in ("journal_mode", "synchronous", "cache_size")}
    assert told == {"journal_mode": "off", "synchronous": 0, "cache_size": -4096}


def test_every_condition_is_compiled() -> None:
    assert set(_WAYS) == set(get_args(c.Condition)) - set(c.ELSEWHERE)


@FEW
@given(generated.archives(), generated.words, st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(1, 5))
def test_small_windows_and_halves_tell_the_same(
    told: list[Post], condition: c.Condition, fractions: list[float], size: int
) -> None:
    moments = [generated.START + n * generated.DAY for n in range(-3, 9)]
    with archive_of(told) as archive:
        places = [archive.seek(condition, fraction=fraction) for fraction in fractions]
        bars = archive.histogram(condition, moments)
    with pytest.MonkeyPatch.context() as patch, archive_of(told) as archive:
        patch.setattr(ranks, "_WINDOW", size)
        patch.setattr(halving, "_WORTH", 1)
        patch.setattr(os, "cpu_count", lambda: 2)
        for _ in range(2):
            assert [archive.seek(condition, fraction=fraction) for fraction in fractions] == places
        assert archive.histogram(condition, moments) == bars


def test_what_goes_wrong_in_the_second_half_of_a_count_is_heard() -> None:
    def count(of: str) -> Mock:
        return Mock(count=lambda *_: (_ for _ in ()).throw(Cancelled(of)) if of else 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(halving, "_WORTH", 1)
        patch.setattr(os, "cpu_count", lambda: 2)
        for first, second in (("", "second"), ("first", ""), ("first", "second")):
            with pytest.raises(Cancelled, match=first or second):
                halving.Halving(count(first), Mock, lambda _, second=second: count(second)).counts(
                    Match("ship"), [(1, 5), (5, 9)]
                )
