"""Files that grow while an archive of them is open: read on, never twice, and folded in by the next import."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rejoinder.app import originals
from rejoinder.app.first_answers import first_answers
from rejoinder.archive.conditions import Everything
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive
from rejoinder.cli import following
from rejoinder.cli.following import Follower
from rejoinder.cli.importing import import_paths, open_spool
from rejoinder.cli.sources import state_of
from rejoinder.cli.watching import Watcher
from rejoinder.formats.export import Choices
from tests.conftest import Command

START = 1_700_000_000_000


def lines(numbers: Sequence[int]) -> bytes:
    """Posts in Rejoinder's own JSON Lines, each a reply to the one before."""
    made = b""
    for n in numbers:
        post = {
            "type": "post",
            "id": str(n),
            "platform": "test",
            "author": "1",
            "handle": "ada",
            "time": START + n * 1000,
        }
        more = {"text": f"line {n}", **({"reply_to": str(n - 1), "reply_author": {"id": "1"}} if n > 1 else {})}
        made += msgspec.json.encode({**post, **more}) + b"\n"
    return made


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "capture" / "stream.jsonl"
    path.parent.mkdir()
    path.write_bytes(lines(range(1, 4)))
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "capture.rejoinder"


def ids(archive: Archive) -> list[str]:
    return [entry.post.id for entry in archive.page(Everything(), None, "newer", 100)]


def looked(follower: Follower) -> list[str]:
    """What is to be seen after another look."""
    if follower.look():
        follower.tail.build(open_spool)
    archive = follower.tail.joined()
    try:
        return ids(archive)
    finally:
        archive.close()


def begun(kept: Path, *paths: Path) -> Follower:
    follower = Follower(kept, [str(path) for path in paths])
    follower.begin()
    return follower


def test_new_lines_come_in_and_half_a_line_waits_for_its_end(capture: Path, kept: Path) -> None:
    follower = begun(kept, capture)
    assert looked(follower) == ["1", "2", "3"]
    whole = lines([4, 5])
    with capture.open("ab") as file:
        file.write(whole[:-20])
    assert looked(follower) == ["1", "2", "3", "4"]
    with capture.open("ab") as file:
        file.write(whole[-20:])
    assert looked(follower) == ["1", "2", "3", "4", "5"]
    archive = follower.tail.joined()
    entry = archive.page(Everything(), None, "older", 1)[0]
    assert (entry.post.origin.source, entry.post.origin.member, entry.post.origin.position) == (
        "stream.jsonl",
        "stream.jsonl",
        5,
    )
    assert list(archive.ancestors(entry.key)) == [key for n in range(1, 6) for key in archive.find(f"test:{n}")]
    archive.close()


def test_it_goes_on_where_it_stopped_whoever_wrote_meanwhile(capture: Path, kept: Path) -> None:
    looked(begun(kept, capture))
    with capture.open("ab") as file:
        file.write(lines([4]))
    looked(begun(kept, capture))
    with capture.open("ab") as file:
        file.write(lines([5]))
    again = begun(kept, capture)
    assert looked(again) == ["1", "2", "3", "4", "5"]
    assert sum(each.bytes for each in again.tail.inputs(open_spool)) == len(lines([4, 5]))


def test_a_rotated_file_is_the_same_file_and_a_packed_one_is_taken_once_it_rests(capture: Path, kept: Path) -> None:
    follower = begun(kept, capture.parent)
    with capture.open("ab") as file:
        file.write(lines([4]))
    capture.rename(capture.with_suffix(".1.jsonl"))
    capture.write_bytes(lines([5, 6]))
    packed = capture.with_suffix(".0.jsonl.gz")
    packed.write_bytes(gzip.compress(lines([0, 1, 2])))
    assert looked(follower) == ["1", "2", "3", "4", "5", "6"]
    assert looked(follower) == ["0", "1", "2", "3", "4", "5", "6"]
    assert not follower.look()


@pytest.mark.parametrize("looks", [True, False])
def test_a_file_that_is_cut_short_and_written_anew_is_read_from_its_beginning(
    looks: bool, capture: Path, kept: Path
) -> None:
    """`copytruncate` of logrotate; whether or not anybody looked while the file was short."""
    follower = begun(kept, capture)
    with capture.open("ab") as file:
        file.write(lines([4, 5]))
    assert looked(follower)[-2:] == ["4", "5"]
    capture.write_bytes(b"")
    if looks:
        assert looked(follower)[-1] == "5"
    with capture.open("ab") as file:
        file.write(lines(range(30, 37)))
    expected = ["1", "2", "3", "4", "5", *map(str, range(30, 37))]
    assert looked(follower) == expected
    with capture.open("ab") as file:
        file.write(lines([37]))
    assert looked(begun(kept, capture)) == [*expected, "37"]


def test_whoever_follows_and_is_killed_leaves_no_process_behind() -> None:
    script = (
        "import os, time\nfrom concurrent.futures import ProcessPoolExecutor\nfrom multiprocessing import get_context\n"
        "from rejoinder.cli.following import leave_with_parent\n"
        "if __name__ == '__main__':\n"
        "    pool = ProcessPoolExecutor(1, mp_context=get_context('spawn'), initializer=leave_with_parent)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        worker = Path("/proc") / killed.stdout.readline().strip()
        assert worker.exists()
        killed.kill()
    for _ in range(100):
        if not worker.exists() or (worker / "stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the worker lives on")


def test_the_next_import_folds_the_tail_in_and_following_goes_on_behind_it(
    capture: Path, kept: Path, tmp_path: Path
) -> None:
    follower = begun(kept, capture)
    with capture.open("ab") as file:
        file.write(lines([4, 5]))
    assert looked(follower) == ["1", "2", "3", "4", "5"]
    other = tmp_path / "other.jsonl"
    other.write_bytes(lines([100]))
    import_paths(kept, [other])
    sealed = open_archive(kept)
    assert ids(sealed) == ["1", "2", "3", "4", "5", "100"]
    parts = {source.name: source for source in sealed.sources()}
    assert parts["stream.jsonl (2)"].part == (len(lines([1, 2, 3])), len(lines([4, 5])))
    assert {state_of(source) for source in parts.values()} == {"unchanged"}
    sealed.close()
    again = begun(kept, capture)
    with capture.open("ab") as file:
        file.write(lines([6]))
    assert looked(again) == ["1", "2", "3", "4", "5", "6", "100"]
    archive = again.tail.joined()
    newest = archive.post(archive.find("test:6")[0])
    assert newest is not None and newest.post.origin.position == 6
    archive.close()


def test_a_folded_part_that_was_changed_is_told(capture: Path, kept: Path) -> None:
    begun(kept, capture)
    capture.write_bytes(capture.read_bytes().replace(b"line 2", b"LINE 2"))
    sealed = open_archive(kept)
    assert [state_of(source) for source in sealed.sources()] == ["changed"]
    sealed.close()


def test_what_lies_in_the_tail_is_private(capture: Path, kept: Path) -> None:
    old = os.umask(0)
    try:
        follower = begun(kept, capture)
        with capture.open("ab") as file:
            file.write(lines([4]))
        looked(follower)
    finally:
        os.umask(old)
    assert stat.S_IMODE(follower.tail.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in follower.tail.folder.iterdir()} == {0o600}


def test_a_file_of_no_known_format_is_told_once_and_harms_nothing(capture: Path, kept: Path) -> None:
    (capture.parent / "notes.txt").write_text("nothing that is known\n")
    follower = begun(kept, capture.parent)
    assert [Path(name).name for name in follower.unknown] == ["notes.txt"]
    assert looked(follower) == ["1", "2", "3"]


def test_a_broken_line_costs_itself_and_is_listed_with_its_place(capture: Path, kept: Path) -> None:
    follower = begun(kept, capture)
    with capture.open("ab") as file:
        file.write(b'{"type": "post", "id":\n' + lines([5]))
    assert looked(follower) == ["1", "2", "3", "5"]
    archive = follower.tail.joined()
    (problem,) = archive.problems()
    assert (problem.origin.source, problem.origin.position) == ("stream.jsonl", 4)
    archive.close()


def test_much_is_sealed_at_once(capture: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(kept, capture)
    with capture.open("ab") as file:
        file.write(lines(range(4, 40)))
    monkeypatch.setattr(following, "FOLDED", 100)
    begun(kept, capture)
    sealed = open_archive(kept)
    assert len(ids(sealed)) == 39
    sealed.close()


def spoken(n: int, who: str, whom: str | None, parent: int | None = None) -> bytes:
    """A line of one account to another."""
    made: dict[str, object] = {"type": "post", "id": str(n), "platform": "test", "author": who, "handle": who}
    made |= {"time": START + n * 1000, "text": f"@{whom} {n}"}
    if parent is not None:
        made |= {"reply_to": str(parent), "reply_author": {"id": whom, "handle": whom}}
    elif whom is not None:
        made |= {"mentions": [{"id": whom, "handle": whom}]}
    return msgspec.json.encode(made) + b"\n"


def test_a_first_answer_in_the_tail_is_told_with_what_went_before_in_the_archive(kept: Path, tmp_path: Path) -> None:
    capture = tmp_path / "stream.jsonl"
    capture.write_bytes(spoken(1, "cleo", None) + b"".join(spoken(n, "ada", "ben") for n in (2, 3, 4)))
    begun(kept, capture)
    with capture.open("ab") as file:
        file.write(
            spoken(5, "ada", "ben")
            + spoken(6, "ben", "ada", 5)
            + spoken(7, "ben", "ada", 3)
            + spoken(8, "ada", "ben", 6)
        )
    follower = begun(kept, capture)
    archive = follower.tail.joined()
    new = [archive.find(f"test:{n}")[0] for n in (5, 6, 7, 8)]
    assert first_answers(archive, new) == [
        "First answer: @ben to @ada, after 4 posts without one.",
        "First answer: @ada to @ben, after 2 posts without one.",
    ]
    archive.close()


BEN = "ben answered ada, after 4 unanswered in 4 s  (witnessed)"
EVE = "eve answered dee, after 1 unanswered in 1 s  (witnessed)"


@pytest.mark.parametrize(
    ("asked", "told"),
    [({}, [BEN, EVE]), ({"account": "ben"}, [BEN]), ({"pair": ("ada", "ben")}, [BEN]), ({"account": "cleo"}, [])],
)
def test_watching_contacts_tells_of_a_first_answer_in_the_tail_once(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: dict[str, Any], told: list[str]
) -> None:
    capture = tmp_path / "stream.jsonl"
    capture.write_bytes(spoken(1, "cleo", "ada") + b"".join(spoken(n, "ada", "ben") for n in (2, 3, 4)))
    follower = begun(kept, capture)
    nothing = {"pair": None, "account": None, "sides_file": None, "one_way": False, "min_unanswered": 0, "sort": "a"}
    watcher = Watcher(kept, False, nothing | asked)
    watcher.look()
    strangers = spoken(8, "dee", "eve") + spoken(9, "eve", "dee", 8)
    for new in (spoken(5, "ada", "ben"), spoken(6, "ben", "ada", 5), spoken(7, "ben", "ada", 3), strangers):
        with capture.open("ab") as file:
            file.write(new)
        looked(follower)
        watcher.look()
    following.fold(follower.tail, kept)
    watcher.look()
    watcher.close()
    printed = [line for line in capsys.readouterr().out.splitlines() if "answered" in line]
    assert [line.partition("  ")[2] for line in printed] == told


def test_an_account_of_the_tail_is_known_with_all_that_both_have(kept: Path, tmp_path: Path) -> None:
    capture = tmp_path / "stream.jsonl"
    capture.write_bytes(spoken(1, "ada", "ben") + spoken(2, "ada", "ben"))
    begun(kept, capture)
    with capture.open("ab") as file:
        file.write(spoken(3, "ada", "ben") + spoken(4, "eve", "ada"))
    follower = begun(kept, capture)
    archive = follower.tail.joined()
    (ada,), (eve,) = archive.parties_named("ada"), archive.parties_named("@eve")
    assert [party.handle for party in archive.parties([eve.number, ada.number])] == ["eve", "ada"]
    assert archive.coverage([ada.number])[0].posts == 3
    assert archive.coverage([eve.number])[0].first == START + 4000
    assert [(each.handle, each.posts) for each in archive.borne(ada.number)] == [("ada", 3)]
    assert [act.post for act in archive.acts([ada.number], [eve.number])] == ["4"]
    archive.close()


def test_a_table_that_grows_is_read_by_its_header_also_after_an_import_took_in_the_beginning(
    kept: Path, tmp_path: Path
) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(b'nr,words,when\n1,"two\nlines",2024-01-01T00:00:01Z\n2,calm,2024-01-01T00:00:02Z\n')

    def follower() -> Follower:
        chosen = Choices(mapping="id=nr,text=words,time=when,handle='ada'")
        begun = Follower(kept, [str(path)], chosen)
        begun.begin()
        return begun

    def append(data: bytes) -> None:
        with path.open("ab") as file:
            file.write(data)

    follower()
    append(b'3,"half a\nrow"')
    assert looked(follower()) == ["1", "2"]
    append(b",2024-01-01T00:00:03Z\n4,late,2024-01-01T00:00:04Z\n")
    assert looked(follower()) == ["1", "2", "3", "4"]
    following.fold(follower().tail, kept)
    append(b"5,last,2024-01-01T00:00:05Z\n")
    again = follower()
    assert looked(again) == ["1", "2", "3", "4", "5"]
    archive = again.tail.joined()
    for entry in archive.page(Everything(), None, "newer", 100):
        record = originals.read(entry.post.origin, originals.source_of(entry.post.origin, archive.sources()))
        assert record.startswith(f"{entry.post.id},".encode())
    assert {state_of(source) for source in archive.sources() if source.part} == {"unchanged"}
    archive.close()


def test_a_file_in_which_nothing_has_come_yet_makes_no_archive_and_is_told(rejoinder: Command, tmp_path: Path) -> None:
    path = tmp_path / "capture.jsonl"
    path.touch()
    answer = rejoinder("open", "--follow", path)
    assert answer.code == 1 and "Nothing has come yet that can be read." in answer.err
    assert rejoinder("archives").out.count("capture") == 0
