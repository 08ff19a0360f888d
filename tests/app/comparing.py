"""Runs the app with a driver that draws on two emulated terminals: one stock, one behind the painter; they must agree.

`python -m tests.app.comparing STEPS` walks at random through all commands at three sizes and in three themes.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import msgspec
from tests.app.emulator import Emulator, differences
from tests.scenes import archive_of
from textual.app import App
from textual.command import CommandPalette
from textual.driver import Driver
from textual.events import Key, Resize
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.theme import BUILTIN_THEMES
from textual.widgets import Label

from rejoinder.app.app import RejoinderApp
from rejoinder.app.commands import COMMANDS
from rejoinder.app.screens.browse import BrowseScreen
from rejoinder.app.settings import Settings
from rejoinder.app.terminal.painter import Painter
from rejoinder.app.themes import Theme
from rejoinder.archive.opening import open_archive

# What these are called since Textual 8.2; the painter is tried with 8.1, too (tests/textual_versions.py).
for name in {"ansi-dark", "ansi-light"} - BUILTIN_THEMES.keys():
    BUILTIN_THEMES[name] = dataclasses.replace(BUILTIN_THEMES["textual-ansi"], name=name)

SIZES = ((80, 24), (120, 35), (200, 60))
THEMES: tuple[Theme, ...] = ("dark", "ink", "paper")
"""The terminal's own colours, and two that fill every cell with a background."""
NEVER = frozenset({"stop", "close", "quit", "quit_all", "print", "suspend"})
"""Commands that leave the app or its screen."""


class ComparingDriver(Driver):
    """Every frame goes to both terminals; the painted one leaves some out, as a slow line does."""

    made: ComparingDriver

    def __init__(self, app: App[object], **options: object) -> None:
        super().__init__(app, **options)  # type: ignore[arg-type]
        width, height = self._size or (80, 24)
        self.stock, self.painted = Emulator(width, height), Emulator(width, height)
        self.painter = Painter(width, height)
        self.painter.feeds = True
        self.dice = random.Random(7)
        self.frames = self.stock_bytes = self.painted_bytes = 0
        self.share = 0.7
        """Of the frames, how many are painted."""
        self.is_settled = True
        ComparingDriver.made = self

    def write(self, data: str) -> None:
        self.stock_bytes += len(data.encode())
        # The device makes a carriage return and a line feed of each line feed; behind the painter it does not.
        self.stock.feed(data.replace("\n", "\r\n"))
        for sequence in self.painter.take(data):
            self._paint()
            self.painted.feed(sequence)

    def flush(self) -> None:
        if self.dice.random() < self.share:
            self._paint()
            if self.is_settled:
                self.compare()

    def _paint(self) -> None:
        text = self.painter.frame()
        self.painter.shows()
        self.painted_bytes += len(text.encode())
        self.painted.feed(text)
        self.frames += bool(text)

    def compare(self) -> None:
        """Both terminals show the same, and have their cursor where it matters."""
        self._paint()
        found = differences(self.stock, self.painted)
        assert not found, f"frame {self.frames}: stock / painted\n" + "\n".join(found[:4])
        if (self.stock.cursor.x, self.stock.cursor.y) != (0, 0):
            assert (self.stock.cursor.x, self.stock.cursor.y) == (self.painted.cursor.x, self.painted.cursor.y)

    def resize(self, width: int, height: int) -> None:
        """The person draws the window larger or smaller."""
        self.is_settled = False
        self.stock.resize(height, width)
        self.painted.resize(height, width)
        self.painter.resize(width, height)
        size = Size(width, height)
        self.process_message(Resize(size, size))

    def start_application_mode(self) -> None:
        self.write("\x1b[?1049h\x1b[?25l\x1b[?2026$p")
        self.flush()

    def disable_input(self) -> None: ...

    def stop_application_mode(self) -> None: ...


class Notice(ModalScreen[None]):
    """A dialog in the middle of a dimmed screen."""

    CSS = "Notice { align: center middle; background: black 50%; } Label { border: round green; padding: 1 3; }"

    def compose(self) -> Iterator[Label]:  # type: ignore[override]
        yield Label("Nothing has been lost.", markup=False)


class Walk:
    """Does something at random, again and again, and compares after each step."""

    def __init__(self, pilot: Pilot[None], seed: int) -> None:
        self.pilot = pilot
        self.app = pilot.app
        self.driver = ComparingDriver.made
        self.dice = random.Random(seed)
        self.said: list[str] = []
        self.strokes = [key for command in COMMANDS if command.id not in NEVER for key in command.keys]

    async def step(self) -> None:
        """One of everything that changes the screen."""
        acts = ["keys"] * 12 + ["reading"] * 12 + ["typing"] * 3 + ["resize", "toast", "modal", "palette", "leaving"]
        act = self.dice.choice(acts)
        self.said.append(act)
        await getattr(self, f"_{act}")()
        await self.settle()
        self.driver.is_settled = True
        self.driver.compare()

    async def settle(self) -> None:
        """Until the archive has answered and everything is painted."""
        browse = self.app.screen_stack[0]
        assert isinstance(browse, BrowseScreen)
        for _ in range(400):
            await self.pilot.pause()
            if browse.idle:
                break
            await asyncio.sleep(0.005)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Strokes in Textual's names or single characters."""
        self.said.append(" ".join(keys))
        for key in keys:
            name, character = (key, None) if len(key) > 1 else (NAMES.get(key, key), key)
            self.app.post_message(Key(name, character))
        await self.pilot.pause()

    async def _keys(self) -> None:
        stroke = self.dice.choice(self.strokes)
        await self.press(*stroke.split(" ") if " " in stroke else strokes_of(stroke))

    async def _reading(self) -> None:
        await self.press(
            *[self.dice.choice(("j", "k", "ctrl+e", "ctrl+y", "pagedown", "pageup", "J", "t"))]
            * self.dice.randint(1, 3)
        )

    async def _typing(self) -> None:
        await self.press("escape", "escape", self.dice.choice("/&"))
        for letter in self.dice.choice(("ferry", "from:mira", "frm:x", "漁港", "zzz")):
            await self.press(letter)
            await self.settle()
            self.driver.compare()
        await self.press(self.dice.choice(("enter", "escape")))

    async def _leaving(self) -> None:
        await self.press("escape", "escape", "escape")

    async def _resize(self) -> None:
        width, height = self.dice.choice((*SIZES, (60, 16), (109, 40), (300, 100)))
        self.driver.resize(width, height)
        await asyncio.sleep(0.05)

    async def _toast(self) -> None:
        self.app.notify("Copied the text: [bold]not markup[/] 漁港", markup=False, timeout=0.3)

    async def _modal(self) -> None:
        self.app.push_screen(Notice())
        await self.settle()
        self.driver.compare()
        self.app.pop_screen()

    async def _palette(self) -> None:
        palette = CommandPalette()
        self.app.push_screen(palette)
        await self.settle()
        await self.press("s", "c")
        await self.settle()
        self.driver.compare()
        palette.dismiss()


NAMES = {" ": "space", "/": "slash", "&": "ampersand", ":": "colon", "?": "question_mark", ".": "full_stop"}


def strokes_of(keys: str) -> Sequence[str]:
    """A binding of the command table as single strokes: `zt` is two, `ctrl+e` one."""
    return (keys,) if "+" in keys or (keys.isalpha() and len(keys) > 2) else tuple(keys)


class Outcome(msgspec.Struct, frozen=True):
    """What a walk came to."""

    steps: int
    frames: int
    stock_bytes: int
    painted_bytes: int


async def walk(archive: Path, size: tuple[int, int], theme: Theme, steps: int, seed: int) -> Outcome:
    """Walk so many steps; AssertionError tells the seed's way to where the screens differ."""
    opened = open_archive(archive)
    app = RejoinderApp(opened, Settings(ascii=False, theme=theme, colours="truecolor"))
    app.driver_class = ComparingDriver
    try:
        async with app.run_test(headless=False, size=size, notifications=True) as pilot:
            way = Walk(pilot, seed)
            await way.settle()
            try:
                for _ in range(steps):
                    await way.step()
            except AssertionError as error:
                raise AssertionError(f"{size} {theme} seed {seed}, after {way.said[-12:]}:\n{error}") from None
            driver = ComparingDriver.made
            return Outcome(steps, driver.frames, driver.stock_bytes, driver.painted_bytes)
    finally:
        opened.close()


@contextmanager
def terminal_of_its_own() -> Iterator[None]:
    """An environment in which Textual sends true colour, and a home that knows of no other."""
    with tempfile.TemporaryDirectory() as home:
        told = {"REJOINDER_HOME": home, "COLORTERM": "truecolor", "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        with mock.patch.dict(os.environ, told):
            os.environ.pop("NO_COLOR", None)
            yield


def main(steps: int, seed: int) -> None:
    """Walk at each size in each theme, and tell what it came to."""
    with tempfile.TemporaryDirectory() as folder, terminal_of_its_own():
        archive = archive_of("harbour", Path(folder))
        for size in SIZES:
            for theme in THEMES:
                done = asyncio.run(walk(archive, size, theme, steps, seed))
                ratio = done.stock_bytes / done.painted_bytes
                print(
                    f"{size[0]}x{size[1]} {theme:<14} {done.steps:,} steps, {done.frames:,} frames: equal; "
                    f"{done.painted_bytes:,} bytes, stock {done.stock_bytes:,} ({ratio:.1f} x)",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 120, int(sys.argv[2]) if sys.argv[2:] else 1)
