"""Copying over any line, through tmux and screen as they are; and links, which open only where they may."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from tests.app.pictures import awaited
from tests.app.pty_session import ROOT, Session
from tests.app.test_browse import reading
from tests.conftest import make_post

from rejoinder.app.settings import Settings
from rejoinder.app.terminal import visiting
from rejoinder.app.terminal.clipboard import wrapped

LINKED = make_post(1, "ada", "see this", links=[{"url": "https://example.org/a"}, {"url": "gopher://example.org"}])


class Multiplexer(Session):
    """A program that is no Python one, at the other end of the pty."""

    def _become(self, arguments: list[str], environment: dict[str, str]) -> None:
        os.chdir(ROOT)
        path = os.pathsep.join((str(ROOT / "tui"), str(ROOT)))
        kept = {name: value for name, value in os.environ.items() if name not in ("TMUX", "STY", "COLUMNS", "LINES")}
        try:
            os.execvpe(
                arguments[0], arguments, {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": path}
            )
        finally:
            os._exit(127)


def copied(output: bytes) -> list[str]:
    """What the outermost terminal was given for its clipboard."""
    return [b64decode(code).decode() for code in re.findall(rb"\x1b\]52;\w*;([A-Za-z0-9+/=]+)", output)]


def program(posts: int) -> list[str]:
    return [sys.executable, "-m", "tests.app.open_town", str(posts)]


def test_a_copy_goes_through_tmux_as_it_is_set_up_by_default(tmp_path: Path) -> None:
    socket = str(tmp_path / "tmux")
    words = " ".join(program(60))
    try:
        with Multiplexer(["tmux", "-S", socket, "-f", "/dev/null", "new-session", words], 100, 30) as app:
            app.wait_for("60 / 60")
            app.press("yi")
            app.wait_for("Copied the id, also into tmux's buffer: 60")
            app.read()
            assert copied(bytes(app.output)) == ["60"]
            buffer = subprocess.run(["tmux", "-S", socket, "show-buffer"], capture_output=True, text=True, check=True)
            assert buffer.stdout == "60"
    finally:
        subprocess.run(["tmux", "-S", socket, "kill-server"], capture_output=True, check=False)


@pytest.mark.skipif(shutil.which("screen") is None, reason="screen is not installed")
def test_a_long_copy_goes_through_screen_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = tmp_path / "screens"
    sockets.mkdir(mode=0o700)
    monkeypatch.setenv("SCREENDIR", str(sockets))
    with Multiplexer(["screen", "-c", "/dev/null", *program(60)], 100, 30) as app:
        app.wait_for("60 / 60")
        app.press("yj")
        app.wait_for("Copied the JSON through screen")
        app.read()
        (line,) = copied(bytes(app.output))
        assert line.startswith("{") and '"id":"60"' in line.replace(" ", "") and len(line) > 250
        app.press("Q")


def test_the_multiplexer_at_the_near_end_of_ssh_gets_its_own_form_too() -> None:
    assert wrapped(b"ferry", {"TERM": "xterm-256color"}) == ""
    assert wrapped(b"ferry", {"TERM": "tmux-256color"}) == "\x1bPtmux;\x1b\x1b]52;c;ZmVycnk=\x07\x1b\\"
    pieces = wrapped(b"ferry" * 200, {"TERM": "screen", "STY": "1.pts"}).split("\x1b\\")[:-1]
    assert len(pieces) > 4 and all(piece.startswith("\x1bP") and len(piece) <= 242 for piece in pieces)
    assert "".join(piece[2:] for piece in pieces).startswith("\x1b]52;c;")


def test_tmux_that_fails_is_said(tmp_path: Path) -> None:
    with Session(["-m", "tests.app.open_town", "60"], TMUX=f"{tmp_path}/gone,1,0") as app:
        app.wait_for("60 / 60")
        app.press("yi")
        app.wait_for("tmux did not take the id; Y prints it.")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that were opened; nothing is."""
    urls: list[str] = []
    monkeypatch.setattr(visiting, "visit", lambda _app, url: urls.append(url) or f"Opened {url}")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    return urls


def said(reader: object) -> str:
    strips = reader.pilot.app.screen._compositor.render_strips()  # type: ignore[attr-defined]
    return strips[-1].text.strip()


def test_a_link_is_not_opened_unless_the_settings_allow_it(opened: list[str]) -> None:
    @awaited
    async def play() -> None:
        async with reading([LINKED], settings=Settings(ascii=False)) as reader:
            await reader.press("o", "o")
            assert said(reader).startswith("Opening is off, for a visit tells the other side")
            await reader.press("O")
            assert not opened

    play()


def test_allowed_a_link_opens_but_no_other_address(opened: list[str]) -> None:
    @awaited
    async def play() -> None:
        async with reading([LINKED], settings=Settings(ascii=False, open_links=True)) as reader:
            await reader.press("o", "o")
            assert opened == ["https://example.org/a"]
            await reader.press("j", "o")
            assert "Only http and https" in said(reader)
            assert len(opened) == 1

    play()


def test_over_ssh_it_takes_a_second_key_on_the_same_link(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "198.51.100.7 50000 198.51.100.8 22")

    @awaited
    async def play() -> None:
        async with reading([LINKED], settings=Settings(ascii=False, open_links=True)) as reader:
            await reader.press("o", "O")
            assert not opened, "O alone opens nothing"
            await reader.press("o")
            assert said(reader).startswith("Over SSH the other machine opens it")
            await reader.press("k", "O")
            assert not opened, "another key takes it back"
            await reader.press("o", "O")
            assert opened == ["https://example.org/a"]

    play()


def test_a_browser_that_needs_the_terminal_is_told_from_one_with_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        visiting.shutil, "which", lambda name: f"/usr/bin/{name}" if name in ("w3m", "xdg-open") else None
    )
    monkeypatch.setattr(visiting.sys, "platform", "linux")
    assert visiting.browser({"DISPLAY": ":0"}) == ("xdg-open", False)
    assert visiting.browser({}) == ("w3m", True)
    monkeypatch.setattr(visiting.shutil, "which", lambda name: None)
    assert visiting.browser({"DISPLAY": ":0", "BROWSER": "firefox"}) is None
