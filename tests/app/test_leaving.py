"""However the line ends, the app leaves at once, puts the terminal back and keeps the place."""

from __future__ import annotations

import asyncio
import os
import signal
import termios
from pathlib import Path

import msgspec
import pytest
from tests.app.memory_archive import MemoryArchive
from tests.app.pictures import awaited
from tests.app.pty_session import Session
from tests.app.town import town

from rejoinder.app.app import RejoinderApp
from rejoinder.app.screens.browse import BrowseScreen

TOWN = ["-m", "tests.app.open_town", "200"]


@pytest.fixture
def state(home: Path) -> Path:
    return home / "state" / "positions"


def kept_id(state: Path) -> str:
    (file,) = state.glob("*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    return str(msgspec.json.decode(file.read_bytes())["id"])


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_signal_leaves_with_128_more_and_restores_the_terminal(number: signal.Signals, state: Path) -> None:
    with Session(TOWN) as app:
        before = termios.tcgetattr(app.master)
        app.wait_for("200 / 200")
        assert termios.tcgetattr(app.master)[3] != before[3]
        app.press("kk")
        app.wait_for("198 / 200")
        app.kill(number)
        assert app.leaves_within(2)
        assert app.code == 128 + number
        app.read()
        assert b"\x1b[?1049l" in app.output
        assert app.output.rfind(b"\x1b[?25h") > app.output.rfind(b"\x1b[?25l")
        assert b"Traceback" not in app.output
        assert termios.tcgetattr(app.master)[3] == before[3]
    assert kept_id(state) == "198"


@pytest.mark.parametrize("words", [[], ["ignore"]], ids=["plain", "with SIGHUP ignored"])
def test_a_closed_terminal_ends_the_app(words: list[str], state: Path) -> None:
    with Session([*TOWN, *words]) as app:
        app.wait_for("200 / 200")
        app.press("k")
        app.wait_for("199 / 200")
        app.hang_up()
        assert app.leaves_within(2)
        assert app.code == 128 + signal.SIGHUP
    assert kept_id(state) == "199"


def test_end_of_input_alone_ends_the_app() -> None:
    reader, writer = os.pipe()
    script = f"import os, sys; os.dup2({reader}, 0); from tests.app.open_town import main; sys.exit(main(['50']))"
    os.set_inheritable(reader, True)
    with Session(["-c", script]) as app:
        os.close(reader)
        app.wait_for("50 / 50")
        os.close(writer)
        assert app.leaves_within(2)
        assert app.code == 128 + signal.SIGHUP


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_an_app_that_hangs_is_left_all_the_same(number: signal.Signals) -> None:
    with Session([*TOWN, "hang"]) as app:
        app.wait_for("200 / 200")
        app.kill(number)
        assert app.leaves_within(2)
        assert app.code == 128 + number


def test_quitting_keeps_the_place_and_it_opens_there_again(state: Path) -> None:
    with Session(TOWN) as app:
        app.wait_for("200 / 200")
        app.press("kkkk")
        app.wait_for("196 / 200")
        app.press("q")
        assert app.leaves_within(2)
        assert app.code == 0
    assert kept_id(state) == "196"
    with Session(TOWN) as app:
        app.wait_for("196 / 200")


def test_the_mouse_is_left_alone_over_ssh() -> None:
    with Session(TOWN) as here, Session(TOWN, SSH_CONNECTION="198.51.100.7 50000 198.51.100.8 22") as there:
        here.wait_for("200 / 200")
        there.wait_for("200 / 200")
        assert b"\x1b[?1000h" in here.output
        assert b"\x1b[?1000h" not in there.output


@pytest.mark.parametrize("wish", ["on", "auto"])
def test_movements_of_the_mouse_are_never_asked_for(wish: str) -> None:
    with Session(TOWN, REJOINDER_MOUSE=wish) as app:
        app.wait_for("200 / 200")
        assert b"\x1b[?1000h" in app.output
        assert not any(f"\x1b[?{mode}h".encode() in app.output for mode in (1002, 1003, 1016))
        before = app.text
        app.press("\x1b[<0;10;3M\x1b[<0;10;3m")
        app.wait_until(lambda: app.text != before)  # a click takes the cursor
        app.press("\x1b[<64;10;3M" * 5)
        app.press("q")
        assert app.leaves_within(3)
        app.read()
        assert app.output.rfind(b"\x1b[?1000l") > app.output.rfind(b"\x1b[?1000h")


def test_a_mistake_in_the_code_shows_no_traceback_and_logs_no_post(home: Path) -> None:
    with Session([*TOWN, "fail"]) as app:
        app.wait_for("200 / 200")
        app.press("5G")
        assert app.leaves_within(3)
        assert app.code == 1
        app.read()
        log = home / "state" / "crash.log"
        assert "Traceback" not in app.text
        assert "words of a post" not in app.output.decode()
        assert "KeyError" in app.text
        assert str(log) in app.text.replace("\n", "")
        assert app.output.rfind(b"\x1b[?1049l") < app.output.rfind(b"crash.log")
    assert log.stat().st_mode & 0o777 == 0o600
    assert "in seek" in log.read_text()
    assert "words of a post" not in log.read_text()


@pytest.mark.parametrize("painter", ["1", "0"])
def test_stopped_and_continued_the_screen_is_there_again(painter: str) -> None:
    with Session(TOWN, REJOINDER_PAINTER=painter) as app:
        app.wait_for("200 / 200")
        app.press("kkk")
        app.wait_for("197 / 200")
        before = app.text
        app.kill(signal.SIGTSTP)
        assert os.WIFSTOPPED(os.waitpid(app.pid, os.WUNTRACED)[1])
        app.read()
        assert b"\x1b[?1049l" in app.output
        app.screen.reset()  # what the shell does meanwhile
        app.kill(signal.SIGCONT)
        app.wait_for("197 / 200")
        app.read()
        assert app.text == before
        app.press("j")
        app.wait_for("198 / 200")


@pytest.mark.parametrize("painter", ["1", "0"])
def test_what_another_program_wrote_on_the_screen_goes_with_ctrl_l(painter: str) -> None:
    with Session(TOWN, REJOINDER_PAINTER=painter) as app:
        app.wait_for("200 / 200")
        app.read()
        before = app.text
        app.screen.reset()
        app.screen.draw("Broadcast message: the machine goes down in five minutes.")
        app.press("\x0c")
        app.read(0.5)
        assert app.text == before


@awaited
async def test_a_line_lost_while_the_screen_is_still_being_furnished_is_no_mistake() -> None:
    app = RejoinderApp(MemoryArchive(town(50)))
    async with app.run_test():
        screen = app.screen
        assert isinstance(screen, BrowseScreen)
        screen._parts = None
        furnishing = asyncio.ensure_future(screen.furnish())
        await asyncio.sleep(0)
        app.exit()
        await furnishing
