"""The processes of an import: what goes wrong in one of them is told once, and the others say nothing."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path
from threading import Event

import pytest

from rejoinder.archive.crew import Crew, Job, Tick
from rejoinder.archive.sqlite import finish, importing
from rejoinder.archive.sqlite.write import check_whole
from rejoinder.errors import ArchiveError
from rejoinder.records import Post
from tests.conftest import Command, make_post


def fails(_: Tick, number: int) -> None:
    """Each a little later than the one before, while that is being told."""
    time.sleep(0.1 + number / 500)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def ends(_: Tick, number: int) -> int:
    return number


def dies(_: Tick, number: int) -> None:
    os.kill(os.getpid(), number)


def pid(tick: Tick) -> int:
    return os.getpid()


def wanders(tick: Tick, number: int) -> int:
    """A job that finds another to do behind it."""
    if number:
        tick.more([(wanders, (number - 1,))])
    return number


def nothing(job: int, told: object) -> None:
    """Nobody watches."""


def test_a_full_disk_is_told_once_however_many_processes_meet_it(capfd: pytest.CaptureFixture[str]) -> None:
    jobs: list[Job] = [(fails, (number,)) for number in range(4)]
    with pytest.raises(ArchiveError, match="The disk is full"), Crew(4) as crew:
        crew.run(jobs, nothing)
    assert capfd.readouterr().err == ""


def test_whoever_is_stopped_while_others_have_ended_leaves_no_noise(capfd: pytest.CaptureFixture[str]) -> None:
    def stop(job: int, told: object) -> None:
        time.sleep(0.2)  # meanwhile the other has told its end, which nobody reads any more
        raise KeyboardInterrupt

    jobs: list[Job] = [(ends, (number,)) for number in range(2)]
    with pytest.raises(KeyboardInterrupt), Crew(2) as crew:
        crew.run(jobs, nothing, stop)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGKILL, "ended unexpectedly"), (signal.SIGBUS, "can't read its working files")]
)
def test_a_process_that_dies_is_told(number: int, words: str) -> None:
    with pytest.raises(ArchiveError, match=words), Crew(1) as crew:
        crew.run([(dies, (number,))], nothing)


def test_a_process_without_a_job_is_replaced_only_where_that_is_asked_for() -> None:
    with Crew(1) as crew:
        first = crew.run([(pid, ())], nothing)
        assert crew.run([(pid, ())], nothing, renewing=True) == first
        assert crew.run([(pid, ())], nothing) != first


@pytest.mark.parametrize("size", [0, 1, 3])
def test_jobs_that_a_job_adds_are_done_too(size: int) -> None:
    with Crew(size) as crew:
        assert crew.run([(wanders, (3,)), (ends, (9,))], nothing) == [3, 9, 2, 1, 0]


@pytest.fixture
def town(rejoinder: Command, write_posts, tmp_path: Path) -> Path:
    path = tmp_path / "kept" / "town.rejoinder"
    assert rejoinder("import", path, write_posts(make_post(1, "ada", "old"), name="old.jsonl")).code == 0
    return path


def more() -> list[Post]:
    return [make_post(n, "ada", f"word {n}") for n in range(2, 50)]


def test_what_the_disk_refuses_is_heard_though_it_is_told_only_once(
    town: Path, write_posts, rejoinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system forgets that a write failed when it has told of it: by then an archive must not seem to be whole."""
    before, sync, told = town.read_bytes(), os.fsync, Event()

    def refused(file: int) -> None:
        if told.is_set():
            sync(file)
        told.set()
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(finish.os, "fsync", refused)
    answer = rejoinder("import", town, write_posts(*more(), name="more.jsonl"))
    assert answer.code == 1 and "Input/output error" in answer.err and told.is_set()
    assert town.read_bytes() == before and [path.name for path in town.parent.iterdir()] == [town.name]


def test_the_readers_of_a_large_export_make_room_for_the_ordering(
    town: Path, write_posts, rejoinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_SMALL", 0)
    monkeypatch.setattr(importing, "_LARGE", 0)
    monkeypatch.setattr(importing, "_cores", lambda: 2)
    answer = rejoinder("import", town, write_posts(*more(), name="more.jsonl"), "--json")
    assert answer.code == 0 and answer.rows()[-1]["posts"] == 48
    assert rejoinder("check", town).code == 0


def test_a_part_that_lacks_a_post_is_refused() -> None:
    check_whole(7, 7, posts=7)
    with pytest.raises(ArchiveError, match=r"not written whole \(6 of 7 posts\)"):
        check_whole(7, 6, posts=7)
