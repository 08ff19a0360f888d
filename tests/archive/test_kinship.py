"""Posts by their parents, replies and neighbours: the way for many posts finds what the way for few finds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive.sqlite import kinship
from rejoinder.archive.widening import WIDTHS, widened, wider
from rejoinder.records import Post
from tests import generated
from tests.archive.test_engine import archive_of
from tests.conftest import make_post
from tests.oracle import Town, name

FEWER = settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))
RELATIONS = (c.Parent, c.Child, c.Above, c.Beside, c.Near)


@pytest.mark.parametrize("few", [-1, 10_000])
@FEWER
@given(told=generated.archives(), condition=generated.questions)
def test_kin_are_found_one_by_one_and_by_the_column(few: int, told: list[Post], condition: c.Condition) -> None:
    town = Town(told)
    before, kinship._FEW = kinship._FEW, few
    try:
        with archive_of(told) as archive:
            for relation in RELATIONS:
                asked = relation(condition)
                found = archive.page(asked, None, "newer", 1000)
                assert {name(entry.post) for entry in found} == town.meeting(asked), relation
                assert archive.count(asked).n == len(found)
    finally:
        kinship._FEW = before


def test_what_is_near_stands_three_places_before_or_after_at_most() -> None:
    with archive_of([make_post(n, "ada", f"post {n}") for n in range(1, 13)]) as archive:
        for asked, near in (
            ([6], range(3, 10)),
            ([1, 12], [1, 2, 3, 4, 9, 10, 11, 12]),
            ([4, 6], range(1, 10)),
            ([], []),
        ):
            found = archive.page(c.Near(c.among(asked)), None, "newer", 99)
            assert [entry.key for entry in found] == list(near)


@FEWER
@given(generated.archives(), st.sampled_from(generated.NAMED))
def test_a_wider_filter_shows_all_that_a_narrower_shows(told: list[Post], condition: c.Condition) -> None:
    town = Town(told)
    shown = [town.meeting(widened(condition, width)) for width in WIDTHS]
    for narrow, wide in pairwise(shown):
        assert narrow <= wide
    assert shown[0] == town.meeting(condition)
    together = {town.root(town.posts[of]) for of in shown[0]}
    assert {of for of in town.posts if town.root(town.posts[of]) in together} == (shown[2] if shown[0] else set())


def test_a_filter_is_widened_and_narrowed_step_by_step() -> None:
    assert wider("matches", 1) == "ancestors"
    assert wider("neighbours", 1) == "neighbours"
    assert wider("conversations", -9) == "matches"
    assert widened(c.Everything(), "neighbours") == c.Everything()
