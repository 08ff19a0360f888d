"""What the conformance suite shares: each store once a module, with towns that hold every trouble of real archives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from rejoinder.archive import ingest
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive
from rejoinder.records import Post
from tests import generated
from tests.archive.conftest import input_of, without_source
from tests.conformance import stores

WANTED = {"sqlite": 2, "chdb": 3, "chdb-shards": 2, "http": 1, "http-shards": 1, "server": 3}
"""How many towns each store is asked about: the way over HTTP is the same for all."""


@cache
def towns() -> tuple[tuple[Post, ...], ...]:
    """The same few towns each time, of those that hypothesis thinks of the fullest."""
    found: list[tuple[Post, ...]] = []

    @settings(
        max_examples=60,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generated.archives(most=22))
    def collect(told: list[Post]) -> None:
        found.append(tuple(told))

    collect()
    return tuple(sorted(found, key=len)[-max(WANTED.values()) :])


class Judged(msgspec.Struct):
    """An archive of one store, the same as a file, and what it was made of."""

    told: tuple[Post, ...]
    archive: Archive
    file: Archive
    path: Path
    home: Path
    """Where its user keeps archives."""


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the engines keep their data."""
    folder = tmp_path_factory.mktemp("engines")
    stores.keep_in(folder)
    yield folder
    stores.stop()


def askable(store: str) -> str:
    """The store, unless it can't be asked here: then the test is skipped, but never in CI."""
    reason = stores.missing(store)
    if reason and (store == "server" or not os.environ.get("REJOINDER_CONFORMANCE")):
        pytest.skip(reason)
    assert not reason, reason
    return store


ASKED = [(store, n) for store, count in WANTED.items() for n in range(count)]


@pytest.fixture(scope="module", params=ASKED, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def judged(request: pytest.FixtureRequest, data: Path) -> Iterator[Judged]:
    """One of the towns in one of the stores."""
    store, n = askable(request.param[0]), request.param[1]
    told = towns()[-1 - n]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REJOINDER_HOME", str(data / "home"))
        with stores.store("sqlite", data) as beside, stores.store(store, data) as path:
            for target in (beside, path):
                bring(told, target)
            archive, file = open_archive(path), open_archive(beside)
            yield Judged(told, archive, file, path, data / "home")
            archive.close()
            file.close()


def bring(told: tuple[Post, ...] | list[Post], target: Path, processes: int = 1) -> ingest.Report:
    """Import posts, each from the source that its origin names."""
    names = sorted({post.origin.source for post in told})
    inputs = [
        input_of([without_source(post) for post in told if post.origin.source == name], name, fingerprint=name)
        for name in names
    ]
    return ingest.run(inputs, target, processes=processes)
