"""The engine finds exactly what the oracle says a condition means, from wherever it is asked, in every language."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive import ingest
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.archive.query import parse
from rejoinder.records import Post, Reading, Source
from tests import generated
from tests.conftest import make_post
from tests.oracle import Town, name

NOW = generated.START
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Told:
    """A stream of records that are there already."""

    consumed = 0

    def __init__(self, records: Sequence[Reading], index: int, count: int) -> None:
        self.records = records[index::count]

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.records)


@contextmanager
def keeping(posts: Sequence[Post]) -> Iterator[Archive]:
    """An archive of these posts, read as one export that names several sources itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town"
        ingest.run([ingest.Input(Source("told"), partial(Told, posts), 1)], path, processes=1)
        archive = open_archive(path)
        yield archive
        archive.close()


def everything(archive: Archive) -> list[Entry]:
    return list(archive.page(c.Everything(), None, "newer", 1000))


def keys(entries: Sequence[Entry]) -> list[int]:
    return [entry.key for entry in entries]


@SLOW
@given(generated.archives())
def test_the_timeline_holds_each_post_once_the_untimed_first_then_by_time(posts: list[Post]) -> None:
    with keeping(posts) as archive:
        entries = everything(archive)
        assert sorted(name(entry.post) for entry in entries) == sorted(Town(posts).posts)
        times = [(entry.post.time is not None, entry.post.time or 0) for entry in entries]
        assert times == sorted(times)
        places = [entry.place for entry in entries]
        assert places == sorted(set(places))


@SLOW
@given(generated.archives(), st.lists(generated.questions, min_size=6, max_size=12), st.data())
def test_the_engine_finds_what_the_condition_means(
    posts: list[Post], conditions: list[c.Condition], data: st.DataObject
) -> None:
    town = Town(posts)
    with keeping(posts) as archive:
        entries = everything(archive)
        for condition in conditions:
            meeting = town.meeting(condition)
            wanted = [entry for entry in entries if name(entry.post) in meeting]
            compare_pages(archive, condition, entries, wanted, data.draw(st.integers(1, 4)))
            compare_places(archive, condition, entries, wanted)


@SLOW
@given(generated.archives())
def test_everything_that_can_be_asked_by_name_is_found(posts: list[Post]) -> None:
    town = Town(posts)
    with keeping(posts) as archive:
        for condition in generated.NAMED:
            found = archive.page(condition, None, "newer", 1000)
            assert {name(entry.post) for entry in found} == town.meeting(condition), condition
            assert archive.count(condition).n == len(found), condition


def compare_pages(
    archive: Archive, condition: c.Condition, entries: list[Entry], wanted: list[Entry], few: int
) -> None:
    assert keys(archive.page(condition, None, "newer", 1000)) == keys(wanted)
    assert keys(archive.page(condition, None, "newer", few)) == keys(wanted[:few])
    assert keys(archive.page(condition, None, "older", few)) == keys(wanted[-few:])
    for entry in entries:
        before = [each for each in wanted if each.place < entry.place]
        after = [each for each in wanted if each.place > entry.place]
        assert keys(archive.page(condition, entry.place, "newer", few)) == keys(after[:few])
        assert keys(archive.page(condition, entry.place, "older", few)) == keys(before[-few:])


def compare_places(archive: Archive, condition: c.Condition, entries: list[Entry], wanted: list[Entry]) -> None:
    count = archive.count(condition)
    assert (count.n, count.exact) == (len(wanted), True)
    for entry in entries:
        assert archive.rank(condition, entry.place).n == sum(each.place < entry.place for each in wanted)
        later = [each for each in wanted if each.place >= entry.place]
        assert archive.seek(condition, key=entry.key) == (later[:1] or wanted[-1:] or [NONE])[0].place
        if entry.post.time is not None:
            due = [each for each in wanted if each.post.time is not None and each.post.time >= entry.post.time]
            assert archive.seek(condition, time=entry.post.time) == (due[:1] or wanted[-1:] or [NONE])[0].place
    ends = [archive.seek(condition, fraction=fraction) for fraction in (0.0, 1.0)]
    assert ends == [(wanted[:1] or [NONE])[0].place, (wanted[-1:] or [NONE])[0].place]


class NONE:
    """Nowhere."""

    place = None


@SLOW
@given(generated.archives(), st.lists(generated.good_lines(), min_size=3, max_size=6))
def test_a_search_line_finds_what_it_means(posts: list[Post], lines: list[str]) -> None:
    town = Town(posts)
    with keeping(posts) as archive:
        for line in lines:
            condition = parse(line, now=NOW).condition
            found = archive.page(condition, None, "newer", 1000)
            assert {name(entry.post) for entry in found} == town.meeting(condition), line


WRITTEN = [
    "The old harbour, don't you see? https://quay.example/boats",
    "Die Straße am Fluß; Müller's Öl",
    "ISTANBUL'da ışık, İzmir",
    "Ο Ήλιος ΚΑΙ η Θάλασσα",
    "Ёлка и ещё одна ёлка",
    "اَلسَّلَامُ عَلَيْكُمْ يا أحمد",
    "שָׁלוֹם לכולם בנמל",
    "私は日本語を勉強しています",
    "我在东京港口等船",
    "ภาษาไทยไม่เว้นวรรค",
    "Ｆｕｌｌ－ｗｉｄｔｈ　１２３",
    "well done 👍🏽 👨‍👩‍👧 🇩🇪",
    "한국어를 공부해요",
    "ｶﾀｶﾅ ﾃﾞｰﾀ",
]
SOUGHT = [
    ("HARBOUR", [0]),
    ("don’t", [0]),
    ("quay.example", [0]),
    ("har*", [0]),
    ("strasse FLUSS", [1]),
    ("STRAßE", [1]),
    ("muller", [1]),
    ("ol", [1]),
    ("istanbul isik izmir", [2]),
    ("İSTANBUL IŞIK", [2]),
    ("ηλιος θαλασσα", [3]),
    ("ΉΛΙΟΣ", [3]),
    ("елка еще", [4]),
    ('"одна Ёлка"', [4]),
    ("السلام عليكم", [5]),
    ("احمد", [5]),
    ("שלום", [6]),
    ("日本", [7]),
    ("日本語を勉強", [7]),
    ("本日", []),
    ("东京 船", [8]),
    ("港口等", [8]),
    ("ไทย", [9]),
    ("เว้นวรรค", [9]),
    ("full width 123", [10]),
    ("ｗｉｄｔｈ", [10]),
    ("👍", [11]),
    ("👍🏿", [11]),
    ("👨‍👩‍👧", [11]),
    ("👩‍👨", []),
    ("🇩🇪", [11]),
    ("한국어*", [12]),
    ("국어", []),
    ("カタカナ", [13]),
    ("データ", [13]),
    ("テータ", []),
    ("-the -日 (ηλιος OR שלום)", [3, 6]),
]


@pytest.fixture(scope="module")
def tongues() -> Iterator[Archive]:
    with keeping([make_post(n, "ada", text) for n, text in enumerate(WRITTEN)]) as archive:
        yield archive


@pytest.mark.parametrize(("line", "found"), SOUGHT)
def test_a_word_is_found_in_every_language(tongues: Archive, line: str, found: list[int]) -> None:
    entries = tongues.page(parse(line, now=NOW).condition, None, "newer", 100)
    assert [int(entry.post.id) for entry in entries] == found


def test_a_whole_pasted_post_is_a_search_too(tongues: Archive) -> None:
    for number, text in enumerate(WRITTEN):
        entries = tongues.page(parse(text, now=NOW).condition, None, "newer", 100)
        assert [int(entry.post.id) for entry in entries] == [number]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (" ".join(f"harbour -word{n}" for n in range(300)), 1),
        (" OR ".join(f"old word{n}" for n in range(300)), 0),
        (" OR ".join(["old", *(f"word{n} is:reply" for n in range(300))]), 1),
        (" OR ".join(["-old", *(f"-word{n}" for n in range(300))]), len(WRITTEN)),
        ("(" * 12 + "harbour" + ")" * 12, 1),
        ("old (old OR no -(" * 4 + "no" + "))" * 4, 1),
        ("old (no OR " * 12 + "harbour" + ")" * 12, 1),
        ("-(no OR -(old " * 3 + "harbour" + "))" * 3, 1),
    ],
)
def test_a_very_long_and_a_very_deep_search_are_answered(tongues: Archive, line: str, found: int) -> None:
    condition = parse(line, now=NOW).condition
    assert tongues.count(condition).n == found
    assert len(tongues.page(condition, None, "older", 100)) == found
