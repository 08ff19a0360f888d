"""A large import works span by span; whatever is cut where, the archive is the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.archive import bylines, ingest
from rejoinder.archive.checking import check
from rejoinder.archive.sqlite import loading, pairs, shelf
from rejoinder.archive.sqlite.order import numbered
from rejoinder.records import Like, Mention, Origin, Post, Reading, Ref
from tests.archive.conftest import input_of

ids = st.sampled_from([*map(str, range(1, 9)), "a", "b", "at://c", str(2**62)])
handles = st.sampled_from(["ada", "ben", "cleo", "dora"])
refs = st.builds(Ref, id=st.none() | st.sampled_from(["1", "2"]), handle=handles)
posts = st.builds(
    Post,
    ids,
    st.sampled_from(["x", "y"]),
    author=st.none() | st.sampled_from(["1", "2", "3"]),
    handle=handles,
    text=st.sampled_from(["harbour", "@ada ship", "RT @ben: ship", ""]),
    time=st.none() | st.integers(0, 5).map(lambda n: n * 86_400_000),
    reply_to=st.none() | ids,
    reply_author=st.none() | refs,
    quote=st.none() | ids,
    mentions=st.lists(st.builds(Mention, handle=handles, kind=st.sampled_from(["typed", "inherited"])), max_size=2).map(
        tuple
    ),
    deleted=st.none() | st.just(7),
    context=st.booleans(),
    origin=st.builds(Origin, member=st.sampled_from(["m", "n"]), position=st.integers(1, 3)),
)
likes = st.builds(Like, st.just("x"), ids, refs, origin=st.just(Origin(member="m", position=1)))
readings = st.lists(posts | likes, max_size=30)


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a file holds but the key of what is forgotten."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    tables = connection.execute("select name from sqlite_schema where type = 'table' and sql not like '%virtual%'")
    found = {name: sorted(connection.execute(f"select * from {name}"), key=repr) for (name,) in tables.fetchall()}
    found["meta"] = [row for row in found["meta"] if row[0] != "key"]
    connection.close()
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(readings, st.integers(1, 9))
def test_small_spans_make_the_same_archive(tmp_path: Path, told: Sequence[Reading], size: int) -> None:
    paths = [tmp_path / "whole.rejoinder", tmp_path / "cut.rejoinder"]
    for path in paths:
        path.unlink(missing_ok=True)
    ingest.run([input_of(told)], paths[0])
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((shelf, "SPAN"), (pairs, "_ACTS"), (loading, "_CHUNK"), (loading, "_LET_GO")):
            patch.setattr(module, name, size)
        for name in ("_MOST", "_MOST_MENTIONS", "_FEW"):
            patch.setattr(bylines, name, size)
        ingest.run([input_of(told)], paths[1])
    assert everything(paths[0]) == everything(paths[1])
    assert all(finding.well for finding in check(paths[1]))


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1)), st.integers(1, 9))
def test_spans_hold_every_position_once_by_ascending_keys(keys: list[int], size: int) -> None:
    column = np.array(keys, np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "SPAN", size)
        found = [span.tolist() for span in shelf.spans(column)]
    assert sorted(at for span in found for at in span) == list(range(len(keys)))
    assert all(span == sorted(span) for span in found)
    least = [min(keys[at] for at in span) for span in found if span]
    most = [max(keys[at] for at in span) for span in found if span]
    assert all(high < low for high, low in zip(most[:-1], least[1:], strict=True))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(-3, 3))), st.integers(1, 5))
def test_equal_identities_and_no_others_have_the_same_name(told: list[tuple[int, int, int]], size: int) -> None:
    columns = [np.array([row[n] for row in told], np.int64) for n in range(3)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "SPAN", size)
        of, count = numbered(*columns)
    names = dict(zip(told, of.tolist(), strict=True))
    assert [names[row] for row in told] == of.tolist()
    assert sorted(names.values()) == list(range(count))
