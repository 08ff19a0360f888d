"""A line that is cut, through a real sshd: the app is gone at once, nothing is lost, nothing goes on alone."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from tests.app.pty_session import ROOT, Session
from tests.conftest import make_post

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
pytestmark = pytest.mark.skipif(
    not (SSHD and shutil.which("ssh") and shutil.which("ssh-keygen")), reason="no sshd here: install openssh-server"
)
PATIENCE = 2.0
"""Seconds after which the app has to be gone."""
Cut = Callable[[Session, "Server"], None]


class Server:
    """An sshd on the loopback, with keys made for it, that lets in whoever runs the tests."""

    def __init__(self, folder: Path) -> None:
        assert SSHD
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        (folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nPasswordAuthentication no\n"
            f"KbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nPidFile {folder}/pid\n"
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        command = [SSHD, "-D", "-f", str(folder / "sshd_config"), "-E", str(folder / "log")]
        self.process = subprocess.Popen(command)

    def words(self, command: str) -> list[str]:
        """What follows `ssh` to run a command there, in a terminal."""
        options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes")
        return [
            "-tt", "-F", "none", "-i", str(self.folder / "user"), *(word for each in options for word in ("-o", each)),
            "-p", str(self.port), f"{getpass.getuser()}@127.0.0.1", command,
        ]  # fmt: skip

    def lets_us_in(self) -> bool:
        """Whether a session can be had at all."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if (
                subprocess.run(["ssh", *self.words("true")], capture_output=True, stdin=subprocess.DEVNULL).returncode
                == 0
            ):
                return True
            time.sleep(0.2)
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("sshd"))
    try:
        if not made.lets_us_in():
            pytest.skip(f"sshd does not let {getpass.getuser()} in: {(made.folder / 'log').read_text()[-300:]}")
        yield made
    finally:
        made.process.terminate()
        made.process.wait()


class Remote:
    """A program at the other end of an ssh session."""

    def __init__(self, server: Server, words: str, home: Path, before: str = "") -> None:
        self._file = home.parent / f"pid-{time.time_ns()}"
        told = f"REJOINDER_HOME={home} PYTHONPATH={ROOT}/tui:{ROOT} LANG=C.UTF-8 TERM=xterm-256color"
        command = f"cd {ROOT}; echo $$ > {self._file}; {before} exec env {told} {sys.executable} -m {words}"
        self.session = Session(server.words(command), program=shutil.which("ssh") or "ssh")

    @property
    def pid(self) -> int:
        """The program's process."""
        end = time.monotonic() + 20
        while not self._file.exists() or not self._file.read_text().strip():
            assert time.monotonic() < end, f"never started: {self.session.text}"
            self.session.read(0.05, 0.1)
        return int(self._file.read_text())

    def processes(self) -> list[int]:
        """The program and all that it has started."""
        found, ahead = [], [self.pid]
        while ahead:
            pid = ahead.pop()
            if Path(f"/proc/{pid}").exists():
                found.append(pid)
                ahead += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found


def client_killed(session: Session, _server: Server) -> None:
    """The laptop is gone."""
    session.kill(signal.SIGKILL)


def server_side_killed(_session: Session, server: Server) -> None:
    """The server's end of the session dies."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    for pid in children:
        os.kill(int(pid), signal.SIGKILL)


def gone(processes: list[int], seconds: float) -> bool:
    """Whether all of them have ended in this time."""
    end = time.monotonic() + seconds
    while any(is_running(pid) for pid in processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kept_id(home: Path) -> str:
    (file,) = (home / "state" / "positions").glob("*.json")
    return str(msgspec.json.decode(file.read_bytes())["id"])


@pytest.mark.parametrize("before", ["", "trap '' HUP;"], ids=["plain", "with SIGHUP ignored"])
@pytest.mark.parametrize("cut", [client_killed, server_side_killed])
def test_cut_while_scrolling(cut: Cut, before: str, server: Server, home: Path) -> None:
    remote = Remote(server, "tests.app.open_town 200", home, before)
    with remote.session as session:
        session.wait_for("200 / 200")
        session.press("kkkkk")
        session.wait_for("195 / 200")
        processes = remote.processes()
        os.write(session.master, b"\x19" * 30)
        cut(session, server)
        assert gone(processes, PATIENCE)
    assert kept_id(home) in {str(n) for n in range(180, 196)}


def test_cut_while_typing_a_search(server: Server, home: Path) -> None:
    remote = Remote(server, "tests.app.open_town 200", home)
    with remote.session as session:
        session.wait_for("200 / 200")
        session.press("kk&ferr")
        processes = remote.processes()
        client_killed(session, server)
        assert gone(processes, PATIENCE)
    assert (home / "state" / "positions").exists()
    with Session(["-m", "tests.app.open_town", "200"]) as again:
        again.wait_for("200")


def test_cut_while_importing_leaves_what_was_there_and_no_process(
    server: Server, home: Path, write_posts: Callable[..., Path]
) -> None:
    few = write_posts(*(make_post(n, "ada", f"post {n}") for n in range(1, 6)), name="few.jsonl")
    many = write_posts(
        *(make_post(n, "ben", f"the ferry leaves {n} " * 6) for n in range(10, 60_000)), name="many.jsonl"
    )
    subprocess.run([sys.executable, "-m", "rejoinder", "import", "town", str(few)], check=True, capture_output=True)
    remote = Remote(server, f"rejoinder import town {many}", home)
    with remote.session as session:
        session.wait_for("reading")
        processes = remote.processes()
        client_killed(session, server)
        assert gone(processes, PATIENCE)
    counted = subprocess.run(
        [sys.executable, "-m", "rejoinder", "search", "town", "", "--count"], check=True, capture_output=True, text=True
    ).stdout
    assert counted.split()[0] == "5"
    subprocess.run([sys.executable, "-m", "rejoinder", "import", "town", str(few)], check=True, capture_output=True)


def test_the_app_goes_on_while_the_line_takes_nothing_and_leaves_when_told(home: Path) -> None:
    """Half-open: nothing is read at the other end, and nobody has hung up."""
    with Session(["-m", "tests.app.open_town", "2000"]) as app:
        app.wait_for("2,000 / 2,000")
        for _ in range(60):
            os.write(app.master, b"\x1b[5~")
            time.sleep(0.02)
        os.write(app.master, b"g")
        end = time.monotonic() + 15
        while not list((home / "state" / "positions").glob("*.json")) or kept_id(home) != "1":
            assert time.monotonic() < end, "the loop stands still"
            time.sleep(0.05)
        app.kill(signal.SIGHUP)
        end = time.monotonic() + PATIENCE
        while os.waitpid(app.pid, os.WNOHANG)[0] == 0:
            assert time.monotonic() < end, "still there"
            time.sleep(0.02)
        app.code = 0
