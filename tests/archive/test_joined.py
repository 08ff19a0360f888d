"""A sealed archive with a live tail beside it answers as one archive of all the posts would."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive import ingest
from rejoinder.archive.protocol import Archive, Entry, Key
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.archive.sqlite.joined import JoinedArchive
from rejoinder.archive.tally import BY, edges
from rejoinder.records import Mention, Origin, Post, Ref, Source
from tests import generated
from tests.archive.test_meaning import Told, keeping
from tests.oracle import name

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = generated.DAY
CAST = (Ref("11", "ada", "Ada"), Ref("12", "ben"), Ref("13", "cleo", "Cleo"))
ASKED: tuple[c.Condition, ...] = (
    c.Everything(), c.Is("reply"), c.Is("root"), c.ParentMissing(), c.Has("media"), c.From("ada"), c.To("ben"),
    c.Not(c.ParentMissing()), c.Words(("harbour",)), c.Between(generated.START, generated.START + 4 * DAY),
    c.Conversation("1"), c.Conversation("3"), c.All((c.Is("reply"), c.From("ben"))), c.Language("en"),
)  # fmt: skip


@st.composite
def captures(draw: st.DrawFn) -> list[tuple[Post, bool]]:
    """Posts of one platform in reply trees without cycles, each with whether it has come after the last import."""
    number = draw(st.integers(1, 9))
    told = []
    for id in range(1, number + 1):
        who, time = draw(st.sampled_from(CAST)), draw(generated.times)
        parent = draw(st.none() | st.integers(max(0, id - 4), id - 1))
        asked = Ref(told[parent - 1].author, told[parent - 1].handle) if parent else None
        told.append(
            Post(
                str(id),
                "twitter",
                who.id,
                who.handle,
                who.name,
                time,
                precision="unknown" if time is None else "second",
                text=draw(generated.texts),
                reply_to=None if parent is None else str(parent or 900),
                reply_author=asked,
                mentions=(Mention("12", "ben"),) if draw(st.booleans()) else (),
                language=draw(st.sampled_from(["en", None])),
                tags=tuple(draw(st.lists(st.sampled_from(generated.TAGS), max_size=2))),
                origin=Origin(draw(st.sampled_from(generated.SOURCES)), "posts.js", id),
            )
        )
    return [(post, draw(st.booleans())) for post in told]


@contextmanager
def joined(shared: Sequence[tuple[Post, bool]]) -> Iterator[JoinedArchive]:
    """The posts that are marked in a tail, the others in the sealed file."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "sealed", Path(folder) / "tail"]
        for path, late in zip(paths, (False, True), strict=True):
            posts = [post for post, is_late in shared if is_late == late]
            ingest.run([ingest.Input(Source("told"), partial(Told, posts), 1)], path, processes=1)
        archive = JoinedArchive(SqliteArchive(paths[0]), lambda: SqliteArchive(paths[1]))
        yield archive
        archive.close()


def names(archive: Archive, keys: Sequence[Key]) -> list[str]:
    """Posts and ghosts by name."""
    found = []
    for key in keys:
        ghost = archive.ghost(key) if key < 0 else None
        entry = archive.post(key) if key > 0 else None
        found.append(f"ghost {ghost.id}" if ghost else ":".join(name(entry.post)) if entry else f"nothing at {key}")
    return found


def told(entry: Entry) -> tuple[object, ...]:
    return (name(entry.post), entry.post.text, entry.author.handle, entry.replies_here, entry.place.time)


@SLOW
@given(captures())
def test_pages_counts_and_ranks_are_those_of_one_archive(shared: list[tuple[Post, bool]]) -> None:
    with joined(shared) as both, keeping([post for post, _ in shared]) as one:
        for condition in ASKED:
            wanted, found = one.page(condition, None, "newer", 100), both.page(condition, None, "newer", 100)
            assert sorted(map(told, found)) == sorted(map(told, wanted)), condition  # same moments may change places
            assert [entry.place.time for entry in found] == [entry.place.time for entry in wanted]
            assert both.count(condition).n == len(wanted)
            assert list(both.keys(condition)) == [entry.key for entry in found]
            assert [both.rank(condition, entry.place).n for entry in found] == list(range(len(found)))
            assert both.page(condition, None, "older", 100) == found
            assert [entry.key for entry in both.posts([entry.key for entry in found])] == [entry.key for entry in found]


@SLOW
@given(captures(), st.integers(1, 4))
def test_paging_meets_every_post_once_both_ways(shared: list[tuple[Post, bool]], step: int) -> None:
    with joined(shared) as both:
        for condition in ASKED[:6]:
            whole = [entry.key for entry in both.page(condition, None, "newer", 100)]
            down: list[Key] = []
            at = None
            while page := both.page(condition, at, "newer", step):
                down += [entry.key for entry in page]
                at = page[-1].place
            up: list[Key] = []
            at = None
            while page := both.page(condition, at, "older", step):
                up = [*(entry.key for entry in page), *up]
                at = page[0].place
            assert down == up == whole


@SLOW
@given(captures(), st.floats(0, 1), st.integers(-1, 10))
def test_places_are_found_by_share_time_and_post(shared: list[tuple[Post, bool]], share: float, days: int) -> None:
    with joined(shared) as both:
        everything = list(both.page(c.Everything(), None, "newer", 100))
        for condition in ASKED:
            found = list(both.page(condition, None, "newer", 100))
            place = both.seek(condition, fraction=share)
            assert place == (found[round(share * (len(found) - 1))].place if found else None)
            moment = generated.START + days * DAY
            later = [entry.place for entry in found if entry.place.time >= moment]
            assert both.seek(condition, time=moment) == (later[0] if later else found[-1].place if found else None)
            for at, entry in enumerate(everything):
                after = [each for each in everything[at:] if each in found] or [
                    e for e in everything[:at] if e in found
                ][-1:]
                assert both.seek(condition, key=entry.key) == (after[0].place if after else None)


@SLOW
@given(captures())
def test_chains_replies_and_conversations_reach_over_both(shared: list[tuple[Post, bool]]) -> None:
    with joined(shared) as both, keeping([post for post, _ in shared]) as one:
        for entry in one.page(c.Everything(), None, "newer", 100):
            id = f"twitter:{entry.post.id}"
            (key,), (twin,) = one.find(id), both.find(id)
            assert names(both, both.ancestors(twin)) == names(one, one.ancestors(key))
            assert sorted(names(both, both.replies(twin))) == sorted(names(one, one.replies(key)))
            found, wanted = both.conversation(twin), one.conversation(key)
            assert sorted(names(both, [node.key for node in found])) == sorted(
                names(one, [node.key for node in wanted])
            )
            links = [(n.key, n.parent) for n in found if n.parent is not None]
            expected = [(n.key, n.parent) for n in wanted if n.parent is not None]
            assert sorted(map(tuple, (names(both, pair) for pair in links))) == sorted(
                map(tuple, (names(one, pair) for pair in expected))
            )
        ghosts = [(ghost.id, ghost.replies) for ghost in one.ghosts(c.Everything())]
        assert sorted((ghost.id, ghost.replies) for ghost in both.ghosts(c.Everything())) == sorted(ghosts)


@SLOW
@given(captures())
def test_histograms_tallies_and_figures_are_sums(shared: list[tuple[Post, bool]]) -> None:
    starts = edges(generated.START - DAY, generated.START + 10 * DAY, "day")
    with joined(shared) as both, keeping([post for post, _ in shared]) as one:
        for condition in ASKED[:6]:
            assert list(both.histogram(condition, starts)) == list(one.histogram(condition, starts))
            for by in BY:
                assert sorted((row.label, row.n) for row in both.tally(condition, by)) == sorted(
                    (row.label, row.n) for row in one.tally(condition, by)
                )
            likes = [entry.post.likes for entry in both.posts(both.ordered(condition, "likes"))]
            assert likes == sorted(likes, key=lambda n: (n is None, -(n or 0)))
            assert both.ordered(condition, "new") == list(both.keys(condition))[::-1]
        assert list(both.tally_days()) == list(one.tally_days())
        hidden = {"bytes": 0, "sources": 0, "problems": 0}
        assert msgspec.structs.replace(both.figures(), **hidden) == msgspec.structs.replace(one.figures(), **hidden)


def test_keys_stay_while_the_tail_grows_in_the_middle(tmp_path: Path) -> None:
    def post(id: int, day: int) -> Post:
        return Post(str(id), "twitter", "11", "ada", time=generated.START + day * DAY, text=f"word{id}")

    sealed, tails = tmp_path / "sealed", [tmp_path / "tail.1", tmp_path / "tail.2"]
    ingest.run([ingest.Input(Source("a"), partial(Told, [post(1, 0), post(2, 5)]), 1)], sealed, processes=1)
    ingest.run([ingest.Input(Source("b"), partial(Told, [post(3, 6), post(4, 9)]), 1)], tails[0], processes=1)
    late = [post(3, 6), post(4, 9), post(5, 3), post(6, 8)]
    ingest.run([ingest.Input(Source("b"), partial(Told, late), 1)], tails[1], processes=1)
    now = iter(tails)
    both = JoinedArchive(SqliteArchive(sealed), lambda: SqliteArchive(next(now)))
    before = {entry.post.id: entry.key for entry in both.page(c.Everything(), None, "newer", 9)}
    place = both.page(c.Everything(), None, "newer", 9)[2].place
    assert len(both.renew()) == 2
    after = {entry.post.id: entry.key for entry in both.page(c.Everything(), None, "newer", 9)}
    assert list(after) == ["1", "5", "2", "3", "6", "4"]
    assert {id: after[id] for id in before} == before
    assert [entry.post.id for entry in both.page(c.Everything(), place, "newer", 9)] == ["6", "4"]
    both.close()


@example(["1", "2"])
@given(st.permutations(["1", "2", "3"]))
@settings(max_examples=6, deadline=None)
def test_a_cycle_over_both_does_not_hang(order: list[str]) -> None:
    ring = [
        Post(id, "twitter", "11", "ada", time=generated.START + n, reply_to=order[n - 1]) for n, id in enumerate(order)
    ]
    with joined([(post, n % 2 == 1) for n, post in enumerate(ring)]) as both:
        for entry in both.page(c.Everything(), None, "newer", 9):
            assert both.ancestors(entry.key)[-1] == entry.key
            assert {node.key for node in both.conversation(entry.key)}
