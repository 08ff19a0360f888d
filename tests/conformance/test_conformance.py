"""Every engine means what the conditions say, and answers every question of the protocol as a file does."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive.checking import check
from rejoinder.archive.clickhouse.compile import _WAYS
from rejoinder.archive.protocol import Archive, Choice, Entry, PairSort
from rejoinder.archive.tally import BY, By, edges
from rejoinder.archive.values import Ordering
from tests import generated
from tests.conformance.conftest import Judged
from tests.oracle import Town, name

MANY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
ZONES = (UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), timezone(timedelta(hours=-7)))
RELATIONS = (c.Parent, c.Child, c.Above, c.Beside, c.Near)


def everything(archive: Archive) -> list[Entry]:
    return list(archive.page(c.Everything(), None, "newer", 1000))


def test_every_condition_is_compiled() -> None:
    assert set(_WAYS) == set(get_args(c.Condition)) - set(c.ELSEWHERE)


def test_posts_come_back_as_they_were_read(judged: Judged) -> None:
    assert everything(judged.archive) == everything(judged.file)
    assert {name(entry.post) for entry in everything(judged.archive)} == set(Town(judged.told).posts)


def test_everything_that_can_be_asked_by_name_is_found(judged: Judged) -> None:
    town = Town(judged.told)
    for condition in generated.NAMED:
        found = judged.archive.page(condition, None, "newer", 1000)
        assert {name(entry.post) for entry in found} == town.meeting(condition), condition
        assert judged.archive.count(condition).n == len(found), condition


@MANY
@given(condition=generated.questions)
def test_every_condition_finds_what_it_means(judged: Judged, condition: c.Condition) -> None:
    town = Town(judged.told)
    found = judged.archive.page(condition, None, "newer", 1000)
    assert {name(entry.post) for entry in found} == town.meeting(condition)
    assert judged.archive.count(condition).n == len(found)
    assert list(judged.archive.keys(condition)) == [entry.key for entry in found]


@SOME
@given(condition=generated.questions, relation=st.sampled_from(RELATIONS))
def test_kin_are_found_by_what_their_kin_are(judged: Judged, condition: c.Condition, relation: type) -> None:
    town = Town(judged.told)
    found = judged.archive.page(relation(condition), None, "newer", 1000)
    assert {name(entry.post) for entry in found} == town.meeting(relation(condition))


@SOME
@given(condition=generated.conditions, size=st.integers(1, 4))
def test_pages_lie_side_by_side_in_both_directions(judged: Judged, condition: c.Condition, size: int) -> None:
    whole = [entry.place for entry in judged.archive.page(condition, None, "newer", 1000)]
    for direction in ("newer", "older"):
        walked, at = [], None
        while page := judged.archive.page(condition, at, direction, size):  # type: ignore[arg-type]
            places = [entry.place for entry in page]
            walked = walked + places if direction == "newer" else places + walked
            at = places[-1] if direction == "newer" else places[0]
        assert walked == whole == sorted(whole)


@SOME
@given(condition=generated.conditions, time=generated.times, fraction=st.floats(0, 1))
def test_places_are_found_by_time_fraction_and_key(
    judged: Judged, condition: c.Condition, time: int | None, fraction: float
) -> None:
    archive = judged.archive
    whole = [entry.place for entry in archive.page(condition, None, "newer", 1000)]
    if time is not None:
        later = [place for place in whole if place.time >= time]
        assert archive.seek(condition, time=time) == (later[0] if later else whole[-1] if whole else None)
    expected = whole[round(fraction * (len(whole) - 1))] if whole else None
    assert archive.seek(condition, fraction=fraction) == expected
    for entry in everything(archive)[::3]:
        after = [place for place in whole if place.key >= entry.key]
        assert archive.seek(condition, key=entry.key) == (after[0] if after else whole[-1] if whole else None)
        assert archive.rank(condition, entry.place).n == sum(place.key < entry.key for place in whole)


@SOME
@given(condition=generated.questions, order=st.sampled_from(get_args(Ordering)), limit=st.integers(0, 3))
def test_posts_are_sorted_by_what_is_asked(judged: Judged, condition: c.Condition, order: Ordering, limit: int) -> None:
    assert list(judged.archive.ordered(condition, order, limit)) == list(judged.file.ordered(condition, order, limit))


@SOME
@given(condition=generated.questions, moments=st.lists(generated.times), zone=st.sampled_from(ZONES))
def test_a_histogram_counts_what_lies_between_its_edges(
    judged: Judged, condition: c.Condition, moments: list[int | None], zone: timezone
) -> None:
    town = Town(judged.told)
    some = sorted({moment for moment in moments if moment is not None})
    for bins in (some, edges(generated.START - 1, generated.START + 9 * generated.DAY, "day", zone)):
        assert list(judged.archive.histogram(condition, bins)) == town.histogram(condition, bins)


@SOME
@given(condition=generated.questions, by=st.sampled_from(BY), zone=st.sampled_from(ZONES), limit=st.integers(0, 2))
def test_a_tally_counts_each_value_and_the_posts_that_have_none(
    judged: Judged, condition: c.Condition, by: By, zone: timezone, limit: int
) -> None:
    rows = judged.archive.tally(condition, by, zone=zone)
    assert rows == judged.file.tally(condition, by, zone=zone)
    assert judged.archive.tally(condition, by, zone=zone, limit=limit) == judged.file.tally(
        condition, by, zone=zone, limit=limit
    )
    if by != "account":
        assert {row.label: row.n for row in rows if row.n} == Town(judged.told).tally(condition, by, zone)


def test_chains_and_conversations_follow_the_data(judged: Judged) -> None:
    town, archive = Town(judged.told), judged.archive
    entries = {entry.key: entry for entry in everything(archive)}
    for key, entry in entries.items():
        chain = archive.ancestors(key)
        assert chain[-1] == key and chain == judged.file.ancestors(key)
        for parent, child in pairwise(chain):
            assert child in archive.replies(parent)
        together = {other for other in entries.values() if town.root(other.post) == town.root(entry.post)}
        assert {node.key for node in archive.conversation(key) if node.key > 0} == {other.key for other in together}
        for limit in (1, 5_000):
            assert archive.conversation(key, limit) == judged.file.conversation(key, limit)
        assert list(archive.replies(key)) == list(judged.file.replies(key))


@SOME
@given(condition=generated.questions)
def test_missing_parents_are_ghosts(judged: Judged, condition: c.Condition) -> None:
    for asked in (c.Everything(), condition):
        assert judged.archive.ghosts(asked) == judged.file.ghosts(asked)
        assert judged.archive.ghosts(asked, 1) == judged.file.ghosts(asked, 1)
    for number in range(1, len(judged.file.ghosts(c.Everything())) + 2):
        assert judged.archive.ghost(-number) == judged.file.ghost(-number)
        assert judged.archive.ancestors(-number) == judged.file.ancestors(-number)
        assert list(judged.archive.replies(-number)) == list(judged.file.replies(-number))


def test_posts_are_found_by_id_and_name(judged: Judged) -> None:
    archive, file = judged.archive, judged.file
    keys = [entry.key for entry in everything(file)]
    for id in (
        *generated.IDS,
        *generated.MISSING,
        "twitter:7",
        "mastodon:007",
        "reddit:7",
        "https://twitter.com/a/status/7",
    ):
        assert list(archive.find(id)) == list(file.find(id)), id
    names = file.names_of(keys)
    assert archive.names_of([*keys, 999]) == names
    asked = [*reversed(names), "twitter:nothing", "reddit:7", "7"]
    assert archive.keys_of(asked) == file.keys_of(asked)
    assert archive.posts([*reversed(keys), 999, -1]) == file.posts([*reversed(keys), 999, -1])
    assert archive.post(999) is None


def test_accounts_and_their_names_are_told(judged: Judged) -> None:
    archive, file = judged.archive, judged.file
    for prefix in ("", "a", "BEN", "@ada", "x"):
        assert archive.accounts(prefix) == file.accounts(prefix)
    people = {entry.author.account for entry in everything(file)} | {999}
    for number in sorted(people - {0}):
        assert archive.account(number) == file.account(number)
    assert archive.coverage(sorted(people)) == file.coverage(sorted(people))
    for number in sorted(people - {0, 999}):
        assert archive.borne(number) == file.borne(number)
    assert archive.account_names() == file.account_names()
    assert archive.parties(sorted(people)) == file.parties(sorted(people))
    for word in (*generated.ACCOUNTS, "@ada", "twitter:11", "nothing"):
        for part in (False, True):
            assert archive.parties_named(word, part) == file.parties_named(word, part), word


def test_sources_figures_days_and_tags_are_told(judged: Judged) -> None:
    archive, file = judged.archive, judged.file
    assert [(source.name, source.fingerprint) for source in archive.sources()] == [
        (source.name, source.fingerprint) for source in file.sources()
    ]
    figures = archive.figures()
    assert figures.bytes > 0
    for field in ("posts", "context", "accounts", "replies", "ghosts", "conversations", "first", "last", "problems"):
        assert getattr(figures, field) == getattr(file.figures(), field), field
    assert archive.tally_days() == file.tally_days()
    for prefix in ("", "n", "NE", "#é", "日"):
        assert archive.tags(prefix, 9) == file.tags(prefix, 9)
    assert archive.problems() == file.problems() and archive.owners() == file.owners()


def test_pairs_are_ranked_and_their_acts_told(judged: Judged) -> None:
    archive, file = judged.archive, judged.file
    for one_way in (False, True):
        for sort in get_args(PairSort):
            for reverse in (False, True):
                choice = Choice(one_way=one_way, sort=sort, reverse=reverse)
                assert archive.pairs(choice, 0, 0) == file.pairs(choice, 0, 0), choice
                assert archive.pairs(choice, 1, 2) == file.pairs(choice, 1, 2)
                assert archive.count_pairs(choice) == file.count_pairs(choice)
    for choice in (Choice(months=1), Choice(addresses=2), Choice(turns=2), Choice(unanswered=1), Choice(ones=(1, 2))):
        assert archive.pairs(choice, 0, 0) == file.pairs(choice, 0, 0), choice
    people = sorted({entry.author.account for entry in everything(file)} - {0})
    assert archive.acts(people, people) == file.acts(people, people)
    for condition in (c.Everything(), c.Is("reply")):
        assert list(archive.all_acts(condition)) == list(file.all_acts(condition))
    keys = [entry.key for entry in everything(file)]
    assert archive.contact_signs([*keys, -1]) == file.contact_signs([*keys, -1])


def test_the_check_finds_it_whole(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_HOME", str(judged.home))
    findings = list(check(judged.path))
    assert len(findings) > 5
    assert [finding for finding in findings if not finding.well] == []
