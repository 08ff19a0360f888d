"""The figures of agreement, held against statistics libraries, and what counts as independent."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import krippendorff
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from rejoinder.review import agreement
from rejoinder.review.codebook import BUILT_IN, DEFAULT
from rejoinder.review.pen import Pen

VERDICT, TAG = DEFAULT.verdict, DEFAULT.tags
assert TAG is not None
VALUES = ["include", "exclude", "unsure"]
POSTS = [f"x:{n}" for n in range(12)]
ratings = st.fixed_dictionaries(
    {
        name: st.dictionaries(st.sampled_from(POSTS), st.sampled_from(VALUES), max_size=12)
        for name in ("ada", "ben", "cleo")
    }
)


def units(of: Mapping[str, Mapping[str, str]]) -> list[list[str]]:
    return [values for values in agreement.by_unit(of).values() if len(values) > 1]


@settings(max_examples=150, deadline=None)
@given(ratings)
def test_alpha_is_that_of_the_library(of) -> None:
    ours = agreement.alpha(units(of))
    table = [[of[name].get(post) for post in POSTS] for name in sorted(of)]
    domain = sorted({value for values in units(of) for value in values})
    if len(domain) < 2:
        assert ours is None
        return
    codes = {value: float(n) for n, value in enumerate(VALUES)}
    data = [[codes[value] if value is not None else float("nan") for value in row] for row in table]
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert ours == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(ratings)
def test_kappa_is_that_of_the_library(of) -> None:
    two = {name: of[name] for name in ("ada", "ben")}
    both = sorted(two["ada"].keys() & two["ben"].keys())
    ours = agreement.kappa(two)
    if not both or ours is None:
        assert not both or len({two[name][post] for name in two for post in both}) == 1
        return
    theirs = cohen_kappa_score([two["ada"][post] for post in both], [two["ben"][post] for post in both])
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_percent_counts_pairs() -> None:
    assert agreement.percent([["a", "a"], ["a", "b"]]) == 50
    assert agreement.percent([["a", "a", "b"]]) == pytest.approx(100 / 3)
    assert agreement.percent([]) is None


def test_the_interval_holds_alpha_and_narrows_with_more_units() -> None:
    dice = random.Random(1)

    def made(n: int) -> list[list[str]]:
        return [[value, value if dice.random() < 0.8 else dice.choice(VALUES)] for value in dice.choices(VALUES, k=n)]

    few, many = made(40), made(2000)
    for found in (few, many):
        low, high = agreement.interval(found)
        assert low is not None and high is not None and low <= (agreement.alpha(found) or 0) <= high
    assert width(many) < width(few) / 3
    assert agreement.interval(few) == agreement.interval(few), "the same units give the same interval"


def width(found: list[list[str]]) -> float:
    low, high = agreement.interval(found)
    assert low is not None and high is not None
    return high - low


@pytest.fixture
def pens(tmp_path: Path):
    pens = {name: Pen(tmp_path / f"{name}.journal", name, DEFAULT) for name in ("ada", "ben")}
    yield pens
    for pen in pens.values():
        pen.close()


def test_what_was_decided_in_sight_of_others_is_left_out(pens: dict[str, Pen]) -> None:
    ada, ben = pens.values()
    for post in POSTS[:4]:
        ada.set([post], VERDICT, "include")
        ben.set([post], VERDICT, "exclude")
    ben.open = True
    for post in POSTS[:4]:
        ben.set([post], VERDICT, "include")
    (figures,) = agreement.agreement([ada, ben], DEFAULT, "verdict")
    assert (figures.units, figures.overlap, figures.percent, figures.left_out) == (4, 4, 0, 4)


def test_put_off_and_undecided_are_missing_and_unsure_is_a_value(pens: dict[str, Pen]) -> None:
    ada, ben = pens.values()
    ada.set(["x:1"], VERDICT, "unsure")
    ben.set(["x:1"], VERDICT, "include")
    ada.set(["x:2"], VERDICT, "include")
    ben.set(["x:2"], BUILT_IN["later"], "yes")
    ada.set(["x:3"], VERDICT, "include")
    ben.set(["x:3"], VERDICT, "include")
    (figures,) = agreement.agreement([ada, ben], DEFAULT, "verdict")
    assert (figures.units, figures.overlap, figures.percent) == (3, 2, 50)
    assert (figures.unsure, figures.put_off) == (1, 1)


def test_each_tag_is_a_question_of_its_own(pens: dict[str, Pen]) -> None:
    ada, ben = pens.values()
    for pen in (ada, ben):
        for post in ("x:1", "x:2"):
            pen.set([post], VERDICT, "include")
    ada.add(["x:1"], TAG, "cost")
    ben.add(["x:1", "x:2"], TAG, "cost")
    ada.add(["x:9"], TAG, "rumour")
    found = {figures.variable: figures for figures in agreement.agreement([ada, ben], DEFAULT, "tag")}
    assert found["tag:cost"].percent == 50 and found["tag:cost"].overlap == 2
    assert found["tag:rumour"].units == 3, "who tagged without a verdict has spoken too"
    assert agreement.disagreements([ada, ben], TAG) == ["x:2"]
    assert agreement.disagreements([ada, ben], VERDICT) == []


def test_the_interval_is_the_same_in_whatever_order_the_posts_come() -> None:
    found = [["a", "a"], ["a", "b"], ["b", "b"], ["b", "c"], ["c", "c"], ["a", "c"]] * 3
    assert agreement.interval(found) == agreement.interval(found[::-1]) == agreement.interval(sorted(found))
