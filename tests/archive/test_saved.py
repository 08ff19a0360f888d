"""A saved search means next year, in another zone, what it meant when it was saved."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from rejoinder.archive.query import parse
from rejoinder.archive.saved import Saved, SavedSearches, query_of
from rejoinder.errors import RejoinderError, UsageError
from tests import generated

NOW = generated.START


def test_a_search_is_kept_in_its_absolute_form_with_what_was_typed(tmp_path: Path) -> None:
    searches = SavedSearches(tmp_path / "searches.json")
    query = parse("ferry since:-2w on:2013", now=NOW, zone=ZoneInfo("Europe/Berlin"))
    kept = searches.keep(" the  ferry ", query, "ferry since:-2w on:2013")
    assert kept.name == "the ferry"
    assert kept.line == "ferry since:2013-10-08T00:00Z until:2013-12-31T23:00Z"
    assert SavedSearches(tmp_path / "searches.json").find("The Ferry") == kept
    assert query_of(kept) == query


@given(generated.good_lines())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_search_comes_back_as_it_was(tmp_path: Path, line: str) -> None:
    query = parse(line, now=NOW, zone=ZoneInfo("America/New_York"))
    assert query_of(SavedSearches(tmp_path / "any.json").keep("any", query)) == query


def test_a_name_is_saved_once_and_can_be_forgotten(tmp_path: Path) -> None:
    searches = SavedSearches(tmp_path / "searches.json")
    for name, line in (("one", "ship"), ("two", "boat"), ("ONE", "quay")):
        searches.keep(name, parse(line, now=0))
    assert [(each.name, each.line) for each in searches.all()] == [("two", "boat"), ("ONE", "quay")]
    searches.forget("two")
    assert [each.name for each in searches.all()] == ["ONE"]
    with pytest.raises(UsageError, match="two"):
        searches.forget("two")


def test_the_file_is_private_whatever_the_umask(home: Path) -> None:
    before = os.umask(0)
    try:
        SavedSearches().keep("mine", parse("ship", now=0))
    finally:
        os.umask(before)
    (path,) = home.rglob("searches.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["searches.json"]


def test_what_can_not_be_saved_or_read_is_told(tmp_path: Path) -> None:
    searches = SavedSearches(tmp_path / "searches.json")
    for name, line in (("", "ship"), ("a\x1bb", "ship"), ("x" * 90, "ship"), ("all", "")):
        with pytest.raises(UsageError):
            searches.keep(name, parse(line, now=0))
    with pytest.raises(UsageError, match="ferri"):
        searches.find("ferri")
    with pytest.raises(RejoinderError):
        query_of(Saved("bad", "fro:ada"))
    (tmp_path / "searches.json").write_text("{")
    with pytest.raises(RejoinderError):
        searches.all()
    with pytest.raises(RejoinderError):
        searches.keep("one", parse("ship", now=0))
    assert (tmp_path / "searches.json").read_text() == "{"
