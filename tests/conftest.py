"""What every test shares: a home of its own, the corpora where they are, and the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import hypothesis
import msgspec
import pytest
from hypothesis import HealthCheck

from rejoinder import cli
from rejoinder.records import Post

hypothesis.settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("any machine")
"""How long a machine that is busy takes says nothing of what is tested. CI tries the same examples each time, so that
it fails for what a change did; everybody else's run tries new ones."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees or touches the user's own archives, settings or log."""
    path = tmp_path / "home"
    monkeypatch.setenv("REJOINDER_HOME", str(path))
    return path


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real exports; tests that need it are skipped where it is not."""
    folder = os.environ.get("REJOINDER_CORPORA")
    if not folder:
        pytest.skip("REJOINDER_CORPORA names no folder of real exports")
    path = Path(folder)
    assert (path / "INDEX.md").is_file(), f"{path} holds no INDEX.md"
    return path


class Answer(msgspec.Struct, frozen=True):
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, object]]:
        """Standard output as JSON Lines."""
        return [msgspec.json.decode(line) for line in self.out.splitlines()]


Command = Callable[..., Answer]


@pytest.fixture
def rejoinder(capfd: pytest.CaptureFixture[str]) -> Command:
    """The command `rejoinder`, run in this process."""

    def run(*args: object) -> Answer:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Answer(int(left.value.code or 0), out, err)

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command `rejoinder` as a process of its own."""

    def run(*args: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "rejoinder", *map(str, args)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)  # type: ignore[call-overload]

    return run


MINUTE = 60_000
START = 1_600_000_000_000
"""13 September 2020, 12:26:40 UTC."""


def make_post(id: int, handle: str, text: str, **more: object) -> Post:
    """An invented post of the platform `test`; minute `id` after START unless `time` says otherwise."""
    fields = {"platform": "test", "author": f"a-{handle}", "time": START + id * MINUTE, **more}
    return msgspec.convert({"type": "post", "id": str(id), "handle": handle, "text": text, **fields}, Post)


@pytest.fixture
def write_posts(tmp_path: Path) -> Callable[..., Path]:
    """Write posts (or other records) as native JSON Lines and give the file."""

    def write(*records: object, name: str = "posts.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
        return path

    return write
