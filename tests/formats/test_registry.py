"""The door that all formats come through: listed without loading, broken ones left out, none guessed."""

from __future__ import annotations

import gzip
import pickle
import subprocess
import sys
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Event
from types import ModuleType

import pytest

from rejoinder.errors import Cancelled, FormatError, UsageError
from rejoinder.formats import registry
from rejoinder.formats.export import Export
from tests.formats.making import lines, posts, read, tweet

BUILT_IN = {"native", "x-archive", "twitter-v1"}


def test_names_are_listed_without_loading_a_format() -> None:
    code = "import sys; from rejoinder.formats import registry; registry.names(); print(*sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.count("twitter")
        == 0
    )
    assert set(registry.names()) >= BUILT_IN
    assert all(registry.titles()[name] for name in BUILT_IN)


def stranger(monkeypatch: pytest.MonkeyPatch, **functions: object) -> None:
    """Another package brings a format called `stranger`."""
    module = ModuleType("stranger_format")
    for name, function in {"TITLE": "Stranger", "members": lambda export: export.members, **functions}.items():
        setattr(module, name, function)
    monkeypatch.setitem(sys.modules, "stranger_format", module)
    entries = registry._entries() | {"stranger": EntryPoint("stranger", "stranger_format", registry.GROUP)}
    monkeypatch.setattr(registry, "_entries", lambda: entries)


def test_a_broken_format_warns_and_harms_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([tweet(1)]))

    def recognise(export: object) -> bool:
        raise ZeroDivisionError("oh")

    stranger(monkeypatch, recognise=recognise)
    with pytest.warns(UserWarning, match="stranger is broken"):
        assert registry.recognise(path) == "twitter-v1"
    monkeypatch.setattr(registry, "_entries", lambda: {"gone": EntryPoint("gone", "no.such.module", registry.GROUP)})
    with pytest.warns(UserWarning, match="gone is broken"):
        assert registry.titles() == {}
    with pytest.raises(UsageError), pytest.warns(UserWarning):
        registry.load("gone")


def test_two_that_claim_one_export_are_both_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([tweet(1)]))
    stranger(monkeypatch, recognise=lambda export: True)
    with pytest.raises(FormatError) as error:
        registry.recognise(path)
    assert "stranger" in error.value.message and "twitter-v1" in error.value.message
    assert "--format" in error.value.advice


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError) as error:
        registry.load("myspace")
    assert "twitter-v1" in error.value.advice


def test_a_share_can_be_sent_to_another_process(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([tweet(number) for number in range(10)]))
    opener = pickle.loads(pickle.dumps(partial(registry.open_share, path, "twitter-v1")))
    assert len(posts(list(opener(0, 1)))) == 10


def test_the_fingerprint_is_of_what_is_read(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([tweet(1)]))
    assert registry.fingerprint(path, "twitter-v1") == hashlib.sha256(path.read_bytes()).hexdigest()
    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.json").write_bytes(lines([tweet(number)]))
    before = registry.fingerprint(folder, "twitter-v1")
    (folder / "picture.jpg").write_bytes(b"x")
    assert registry.fingerprint(folder, "twitter-v1") == before, "what is not read does not count"
    (folder / "07.json").write_bytes(lines([tweet(99)]))
    assert registry.fingerprint(folder, "twitter-v1") != before
    assert len(read(folder)) == 20


def test_reading_a_raw_record_again_can_be_stopped(tmp_path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b'{"type":"post","id":"1","platform":"test"}\n' * 3)
    stop = Event()
    assert registry.raw(path, "native", "posts.jsonl", 2, stop).startswith(b'{"type":"post"')
    stop.set()
    with pytest.raises(Cancelled):
        registry.raw(path, "native", "posts.jsonl", 2, stop)


@pytest.mark.parametrize("packed", [False, True])
def test_records_asked_for_in_order_are_found_in_one_reading(
    packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ("posts.jsonl.gz" if packed else "posts.jsonl")
    data = b"".join(b'{"type":"post","id":"%d","platform":"test"}\n' % n for n in range(1, 500))
    path.write_bytes(gzip.compress(data) if packed else data)
    record = registry.reopened(path, "native")
    openings: list[str] = []
    real = Export.open
    monkeypatch.setattr(Export, "open", lambda self, name: openings.append(name) or real(self, name))
    for position in (3, 3, 80, 499):
        assert b'"id":"%d"' % position in record("posts.jsonl" if not packed else path.name, position)
    assert len(openings) == 1
    assert b'"id":"2"' in record(path.name, 2), "going back begins anew"
    assert len(openings) == 2
    with pytest.raises(FormatError):
        record(path.name, 500)
    assert b'"id":"499"' in record(path.name, 499), "after an error, too"
