"""What a review outlives: SIGKILL at any moment, a full disk, a terminal that goes away, three reviewers at once."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rejoinder import samples
from rejoinder.cli.importing import import_paths
from rejoinder.errors import ReviewError
from rejoinder.review.codebook import DEFAULT
from rejoinder.review.folder import Review
from rejoinder.review.journal import Journal
from rejoinder.review.pen import Pen
from tests.app.pty_session import ROOT, Session
from tests.review.killed_review import kill_often

KILLS = int(os.environ.get("REJOINDER_KILLS", "6"))
"""REJOINDER_KILLS=100 is the long run (make faults)."""


def test_no_act_that_was_shown_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    figures = kill_often(tmp_path, KILLS, 2_000, 20.0 if KILLS > 20 else 1.0)
    print(figures)
    assert figures["kills"] == KILLS and figures["acts shown"] >= KILLS and figures["acts lost"] == 0


@pytest.fixture
def disk(tmp_path: Path):
    """A disk of a few hundred kilobytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_a_message_and_the_journal_stays_whole(disk: Path) -> None:
    pen = Pen(disk / "ada.journal", "ada", DEFAULT)
    done = 0
    with pytest.raises(ReviewError, match=r"full|fails"):
        for n in range(100_000):
            pen.set([f"x:{n}"], DEFAULT.verdict, "include")
            done = n + 1
    assert done > 100
    with pytest.raises(ReviewError):
        pen.keep_draft("x:1", "note", "words" * 20_000)
    assert len(pen.codes()) == done, "nothing is lost, and nothing half written"
    pen.close()
    journal = Journal(disk / "ada.journal")
    assert journal.last == done and journal.ask("pragma integrity_check") == [("ok",)]
    journal.close()


def test_three_reviewers_at_once_and_a_reader_of_all(tmp_path: Path) -> None:
    script = [sys.executable, "-m", "tests.review.killed_review"]
    names = ("ada", "ben", "cleo")
    running = [
        subprocess.Popen([*script, str(tmp_path / f"{name}.journal"), "60", str(n)], stdout=subprocess.DEVNULL)
        for n, name in enumerate(names)
    ]
    seen = 0
    while any(process.poll() is None for process in running):
        for path in tmp_path.glob("[a-c]*.journal"):
            journal = Journal(path)
            seen += len(journal.codes())
            journal.close()
        time.sleep(0.02)
    assert [process.returncode for process in running] == [0, 0, 0] and seen > 0
    assert [Journal(tmp_path / f"{name}.journal").last for name in names] == [60, 60, 60]


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.rejoinder"
    import_paths(path, [samples.sample("harbour")])
    return path


def opened(archive: Path) -> Session:
    return Session(["-m", "rejoinder", "open", str(archive), "--as", "ada"], 100, 30,
                   REJOINDER_HOME=os.environ["REJOINDER_HOME"])  # fmt: skip


def begin(app: Session) -> None:
    app.wait_for("4,026")
    app.press("R")
    app.wait_for("Enter")
    app.press("\r")
    app.wait_for("REVIEW")


def decided(archive: Path) -> int:
    review = Review(archive.with_suffix(".review"))
    journal = Journal(review.journal_path("ada"))
    found = len(journal.decided("verdict"))
    journal.close()
    return found


def shown(app: Session) -> int:
    """Decisions that the title tells."""
    return int(app.text.partition(" / 4,026")[0].split()[-1].replace(",", ""))


def cursor(app: Session) -> str:
    """The post under the cursor, as its first line tells it."""
    return next(line[3:60].strip() for line in app.text.splitlines() if line.startswith("▌"))


def test_the_app_is_killed_in_the_midst_of_a_review_and_goes_on_at_the_same_post(harbour: Path) -> None:
    dice, done, here = random.Random(3), 0, ""
    for _ in range(3):
        with opened(harbour) as app:
            begin(app)
            assert shown(app) == decided(harbour) >= done
            if shown(app) == done and here:
                assert cursor(app) == here, "the same post"
            for key in dice.choices("axs", k=dice.randrange(4, 9)):
                os.write(app.master, key.encode())
                app.read(0.03, dice.random() * 0.4)
            app.read(0.5)
            done, here = shown(app), cursor(app)
            app.kill(9)
            assert app.leaves_within(5) and app.code == -9
            assert decided(harbour) >= done, "what the title had told is there"


def test_a_line_that_drops_keeps_the_note_that_was_being_written(harbour: Path) -> None:
    with opened(harbour) as app:
        begin(app)
        app.press("a")
        app.press("e")
        app.wait_for("Note of")
        app.press("half a th")
        app.hang_up()
        assert app.leaves_within(8)
    review = Review(harbour.with_suffix(".review"))
    journal = Journal(review.journal_path("ada"))
    assert [text for _, text in journal.drafts()] == ["half a th"] and len(journal.decided("verdict")) == 1
    journal.close()
    with opened(harbour) as app:
        begin(app)
        app.press("e")
        app.wait_for("half a th")
        app.wait_for("not finished the last time")


def test_a_journal_that_can_not_be_read_costs_its_codes_and_not_the_app(harbour: Path) -> None:
    review = Review(harbour.with_suffix(".review"))
    review.begin()
    review.journal_path("ada").write_bytes(b"SQLite format 3\0" + bytes(200))
    with opened(harbour) as app:
        app.wait_for("4,026")
        app.press("m")
        app.wait_for("is no journal of a review")
        app.press("jjk")
        app.wait_for("4,025 / 4,026")


@pytest.fixture
def ssh(tmp_path: Path):
    """Words that run a command through a real sshd of its own on this machine, in a terminal."""
    sshd = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin")
    if sshd is None or shutil.which("ssh") is None:
        pytest.skip("no sshd here")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/user.pub\n"
        f"StrictModes no\nUsePAM no\nPidFile {tmp_path}/pid\nPermitRootLogin yes\nAcceptEnv *\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen([sshd, "-D", "-e", "-f", tmp_path / "sshd_config"], stderr=subprocess.PIPE)
    options = ["-tt", "-p", str(port), "-i", str(tmp_path / "user"), "-F", "/dev/null"]
    for option in ("StrictHostKeyChecking=no", f"UserKnownHostsFile={tmp_path}/known", "LogLevel=ERROR"):
        options += ["-o", option]
    for _ in range(100):
        if socket.socket().connect_ex(("127.0.0.1", port)) == 0:
            break
        time.sleep(0.05)
    else:
        server.kill()
        pytest.skip("sshd does not start here")
    yield ["ssh", *options, "127.0.0.1"]
    server.terminate()
    server.wait(5)


def test_a_dropped_ssh_line_loses_nothing(harbour: Path, ssh: list[str]) -> None:
    told = {"REJOINDER_HOME": os.environ["REJOINDER_HOME"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT / "tui")}
    words = " ".join(f"{name}={value}" for name, value in told.items())
    command = f"cd {ROOT} && exec env {words} {sys.executable} -m rejoinder open {harbour} --as ada"
    with Session(["-c", f"import os; os.execvp('ssh', {[*ssh, command]!r})"], 100, 30) as line:
        begin(line)
        for key in "axs":
            line.press(key)
        line.press("e")
        line.wait_for("Note of")
        line.press("cut in the mid")
        done = shown(line)
        line.kill(9)
        assert line.leaves_within(5)
    lock = harbour.with_suffix(".review") / ".ada.journal.lock"
    for _ in range(100):
        try:
            pen = Pen(lock.with_name("ada.journal"), "ada", DEFAULT)
            break
        except ReviewError:
            time.sleep(0.1)
    else:
        raise AssertionError("the app outlived its line")
    assert done == 3 == len(pen.decided("verdict")) and [text for _, text in pen.drafts()] == ["cut in the mid"]
    pen.close()
