"""What the tests of the engine share: an archive made of posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
import pytest

from rejoinder.archive import ingest
from rejoinder.archive.ingest import Input, Report
from rejoinder.archive.protocol import Archive
from rejoinder.archive.sqlite.archive import SqliteArchive
from rejoinder.records import Reading, Source


class Records:
    """A share of some records, as a format would yield it."""

    def __init__(self, records: Sequence[Reading], index: int, count: int) -> None:
        self._records = records[index::count]
        self.consumed = 0

    def __iter__(self) -> Iterator[Reading]:
        for record in self._records:
            self.consumed += 1
            yield record


def input_of(records: Iterable[Reading], name: str = "export.zip", fingerprint: str = "", size: int = 0) -> Input:
    """An export that holds these records."""
    listed = list(records)
    return Input(Source(name, "test", fingerprint=fingerprint), partial(Records, listed), size or len(listed))


Import = Callable[..., Report]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the archive of a test lies."""
    return tmp_path / "kept" / "town.rejoinder"


@pytest.fixture
def bring(target: Path) -> Import:
    """Import records into the archive of the test."""

    def run(*records: Reading, name: str = "export.zip", **more: str) -> Report:
        return ingest.run([input_of(records, name, **more)], target)

    return run


@pytest.fixture
def opened(target: Path) -> Iterator[Callable[[], Archive]]:
    """Open the archive of the test."""
    open_ones: list[Archive] = []

    def run() -> Archive:
        open_ones.append(SqliteArchive(target))
        return open_ones[-1]

    yield run
    for archive in open_ones:
        archive.close()


def without_source(record: Reading) -> Reading:
    """The record as a format yields it: the import fills in the source."""
    origin = getattr(record, "origin", None)
    if origin is None:
        return record
    return msgspec.structs.replace(record, origin=msgspec.structs.replace(origin, source=""))
