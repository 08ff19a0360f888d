"""What another wing answers is found wherever it stands in a search."""

from __future__ import annotations

import pytest

from rejoinder.archive import conditions as c
from rejoinder.archive.resolving import is_elsewhere, resolved
from rejoinder.errors import QueryError
from tests.archive.test_meaning import keeping
from tests.conftest import make_post


def test_what_a_wing_answers_is_replaced_however_deep_it_stands() -> None:
    told = c.From("ada")
    asked = c.All((c.Words(("quay",)), c.Not(c.Any((told, c.Is("reply")))), told))
    known = resolved(asked, {c.From: lambda condition: c.among([3, 1, 3, -2]) if condition == told else condition})
    few = c.among([1, 3])
    assert known == c.All((c.Words(("quay",)), c.Not(c.Any((few, c.Is("reply")))), few))
    assert resolved(known, {}) == known


def test_lists_of_posts_are_told_apart_though_their_hashes_are_alike() -> None:
    one, other = c.among([1, 3, 9]), c.among([1, 4, 9])
    assert hash(one) == hash(other)
    assert one != other
    assert {one: "one", other: "other"}[c.among([9, 4, 1])] == "other"
    assert not is_elsewhere(c.All((one, c.Not(other))))


def test_what_nobody_resolved_is_told_and_is_no_fault_of_the_engine() -> None:
    with keeping([make_post(1, "ada", "ferry")]) as archive:
        for kind in c.ELSEWHERE:
            unresolved = kind(*("x" for _ in kind.__struct_fields__))  # type: ignore[attr-defined]
            with pytest.raises(QueryError):
                archive.count(c.Not(unresolved))
