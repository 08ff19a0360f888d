"""A slow line is never given stale pages, a dead one never holds up the app, and small frames never wait."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator

import pytest
from tests.app.emulator import Emulator
from tests.app.pictures import awaited

from rejoinder.app.terminal import line as lines
from rejoinder.app.terminal import pacing
from rejoinder.app.terminal.line import Line
from rejoinder.app.terminal.pacing import ASK, BIG
from rejoinder.app.terminal.painter import Painter

WIDTH, HEIGHT = 80, 24


class Terminal:
    """The other end of a pipe, which reads only when it is asked to."""

    def __init__(self, paints: bool = True) -> None:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        painter = Painter(WIDTH, HEIGHT) if paints else None
        self.line = Line(self.writer, "utf-8", asyncio.get_running_loop(), painter, lambda: (WIDTH, HEIGHT))
        self.screen = Emulator(WIDTH, HEIGHT)

    async def read(self, seconds: float = 0.1) -> str:
        """What has come until nothing comes for so long."""
        heard, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.sleep(0.005)
            try:
                if data := os.read(self.reader, 1 << 16):
                    heard, end = heard + data, time.monotonic() + seconds
            except BlockingIOError:
                pass
        self.screen.feed(heard.decode().replace(ASK, ""))
        return heard.decode()

    def page(self, name: str) -> None:
        """A screen full of new text."""
        self.line.take("".join(f"\x1b[{y + 1}H{name} {y} {name * 60}"[:WIDTH] for y in range(HEIGHT)))
        self.line.flush()

    def letter(self, letter: str) -> None:
        """One cell."""
        self.line.take(f"\x1b[1;1H{letter}")
        self.line.flush()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pacing, "PATIENCE", 0.3)
    yield


@awaited
async def test_of_pages_that_come_too_fast_only_the_last_is_sent() -> None:
    terminal = Terminal()
    terminal.page("a")
    first = await terminal.read()
    assert len(first) > BIG and first.endswith(ASK)
    for name in "bcdef":
        terminal.page(name)
        assert await terminal.read(0.01) == ""
    assert terminal.line.answered()
    second = await terminal.read()
    assert "f 3 fff" in second and "b" not in second and second.endswith(ASK)
    assert terminal.screen.text()[3].startswith("f 3 fff")
    terminal.line.close(1)


@awaited
async def test_a_small_frame_goes_out_while_the_answer_is_awaited() -> None:
    terminal = Terminal()
    terminal.page("a")
    await terminal.read()
    terminal.letter("X")
    assert "X" in await terminal.read(0.02)
    assert terminal.screen.text()[0].startswith("X 0 aaa")
    terminal.line.close(0)


@awaited
async def test_a_terminal_that_does_not_answer_is_noticed_and_one_that_answers_late_is_trusted_again() -> None:
    terminal = Terminal()
    terminal.page("a")
    await terminal.read()
    terminal.page("b")
    started = time.monotonic()
    heard = ""
    while "b 3" not in heard:
        heard += await terminal.read(0.02)
        assert time.monotonic() - started < 3
    for name in "cd":
        terminal.page(name)
        heard = await terminal.read()
        assert f"{name} 3" in heard and ASK not in heard
    assert terminal.line.answered()
    await asyncio.sleep(0.02)
    terminal.page("e")
    assert (await terminal.read()).endswith(ASK)
    terminal.line.close(0)


@awaited
async def test_an_answer_that_nobody_asked_for_is_not_ours() -> None:
    terminal = Terminal()
    assert not terminal.line.answered()
    terminal.line.close(0)


@pytest.mark.parametrize("paints", [True, False])
@awaited
async def test_a_line_that_takes_nothing_holds_up_nobody(paints: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST", 100_000)
    terminal = Terminal(paints)
    redrawn: list[bool] = []
    terminal.line.redraw = lambda: redrawn.append(True)
    worst = 0.0
    for n in range(300):
        started = time.monotonic()
        terminal.page(chr(ord("a") + n % 26))
        terminal.letter(str(n % 10))
        worst = max(worst, time.monotonic() - started)
        await asyncio.sleep(0)
    assert worst < 0.5
    heard = await terminal.read(0.3)
    if terminal.line.answered():
        heard += await terminal.read(0.3)
    if paints:
        assert len(heard) < 80_000
        assert terminal.screen.text()[3].startswith("n 3 nnn")
        assert terminal.screen.text()[0].startswith("9 0 nnn")
    else:
        assert len(heard) < 300_000
        assert redrawn
    terminal.line.close(1)


@awaited
async def test_leaving_waits_for_a_dead_line_no_longer_than_it_is_told_to() -> None:
    terminal = Terminal(paints=False)
    for _ in range(100):
        terminal.page("x")
    started = time.monotonic()
    terminal.line.close(0.2)
    assert time.monotonic() - started < 1


@awaited
async def test_leaving_sends_what_is_left_and_takes_the_answer_along() -> None:
    terminal = Terminal()
    terminal.page("x")
    reading = asyncio.create_task(terminal.read(0.2))
    asyncio.get_running_loop().run_in_executor(None, lambda: (time.sleep(0.3), terminal.line.answered()))
    started = time.monotonic()
    await asyncio.to_thread(terminal.line.wait_for_answer, 2)
    terminal.line.close(1)
    assert 0.2 < time.monotonic() - started < 1.5
    assert "x 23" in await reading


@awaited
async def test_a_line_whose_other_end_is_gone_takes_everything_and_keeps_nothing() -> None:
    terminal = Terminal()
    os.close(terminal.reader)
    for name in "abc":
        terminal.page(name)
        await asyncio.sleep(0.02)
    terminal.line.close(0)
