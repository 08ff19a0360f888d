"""The command line says of an archive on a server what it says of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance import stores
from tests.conftest import Command

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "harbour"
pytestmark = pytest.mark.skipif(bool(stores.missing("chdb")), reason="chdb is not installed: make conformance")

SAME = [
    ("search", "HERE", "", "--limit", "5"),
    ("search", "HERE", "harbour", "--json", "--limit", "20"),
    ("search", "HERE", "from:ada OR is:reply", "--count"),
    ("search", "HERE", "parent:(is:root) -has:media", "--count"),
    ("search", "HERE", "harbour", "--order", "likes", "--json"),
    ("tally", "HERE", "--by", "month"),
    ("tally", "HERE", "--by", "account"),
    ("tally", "HERE", "--by", "tag"),
    ("ghosts", "HERE"),
    ("contacts", "HERE"),
    ("contacts", "HERE", "--json"),
    ("verify", "HERE"),
    ("problems", "HERE"),
]


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stores.Shim]:
    found = stores.Shim(tmp_path_factory.mktemp("commands"))
    yield found
    found.kill()


@pytest.fixture
def address(shim: stores.Shim, rejoinder: Command) -> str:
    """An address where the sample lies; the same lies in the archive `beside`."""
    there = f"clickhouse://tester@127.0.0.1:{shim.port}/harbour"
    for name in (there, "beside"):
        answer = rejoinder("import", name, SAMPLE)
        assert answer.code == 0, answer.err
    return there


def test_every_command_says_the_same(address: str, rejoinder: Command) -> None:
    for command in SAME:
        here, there = (
            rejoinder(*(name if word == "HERE" else word for word in command)) for name in ("beside", address)
        )
        assert (there.code, there.out) == (here.code, here.out), command
        assert here.code == 0, here.err


def test_what_is_written_out_is_the_same(address: str, rejoinder: Command, tmp_path: Path) -> None:
    for command, ending in (("export", "csv"), ("graph", "csv")):
        files = [tmp_path / f"{command}-{n}.{ending}" for n in range(2)]
        for name, file in zip(("beside", address), files, strict=True):
            answer = rejoinder(command, name, "harbour", "-o", file)
            assert answer.code == 0, answer.err
        assert files[0].read_text() == files[1].read_text() != ""


def test_a_post_its_chain_and_its_account_are_told(address: str, rejoinder: Command) -> None:
    (post,) = rejoinder("search", "beside", "is:reply has:replies", "--json", "--limit", "1").rows()
    for command in ("chain", "replies"):
        assert rejoinder(command, address, post["id"]).out == rejoinder(command, "beside", post["id"]).out != ""
    assert rejoinder("account", address, post["handle"]).out == rejoinder("account", "beside", post["handle"]).out != ""


def test_the_address_is_listed_opened_and_checked(address: str, rejoinder: Command) -> None:
    named = f"harbour@127.0.0.1-{address.rpartition(':')[2].partition('/')[0]}"
    rows = {row["name"]: row for row in rejoinder("archives", "--json").rows()}
    assert rows[named]["posts"] == rows["beside"]["posts"] and rows[named]["bytes"] > 1000  # type: ignore[operator]
    assert rejoinder("info", named).out.splitlines()[0] == rejoinder("info", "beside").out.splitlines()[0]
    opened = rejoinder("open", address)
    assert opened.code == 0 and "Open it in a terminal" in opened.out
    checked = rejoinder("check", address)
    assert checked.code == 0 and "no conversation lies on several shards" in checked.out
    gone = rejoinder("archives", "delete", named, "--yes")
    assert "stay on the server" in gone.err
    assert rejoinder("info", address).code == 0


def test_what_a_server_can_not_do_yet_is_said(address: str, rejoinder: Command) -> None:
    answer = rejoinder("contacts", address, "--watch")
    assert answer.code == 1 and "nothing can be followed into it" in answer.err
    answer = rejoinder("upgrade", address)
    assert answer.code == 1 and answer.err


def test_forgetting_reaches_the_server(address: str, rejoinder: Command) -> None:
    (post,) = rejoinder("search", address, "is:reply", "--json", "--limit", "1").rows()
    answer = rejoinder("forget", address, "--post", post["id"], "--yes")
    assert answer.code == 0, answer.err
    assert rejoinder("chain", address, post["id"]).code == 1
    assert rejoinder("chain", "beside", post["id"]).code == 0


def test_who_has_no_archive_on_a_server_loads_nothing_for_one(process: object) -> None:
    from subprocess import run
    from sys import executable

    asked = (
        "import sys; from rejoinder.archive import ingest, opening;"
        "from rejoinder.archive.sqlite import archive, importing;"
        "print([name for name in sys.modules if 'clickhouse' in name or 'chdb' in name])"
    )
    assert run([executable, "-c", asked], capture_output=True, text=True).stdout.strip() == "[]"
