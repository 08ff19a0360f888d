"""The app brought to the states that the pictures show. `python -m tests.scenes screenshots` draws them anew."""

from __future__ import annotations

import asyncio
import html
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import msgspec
from textual.events import Paste
from textual.pilot import Pilot

from rejoinder import samples
from rejoinder.app.app import RejoinderApp
from rejoinder.app.screens.browse import BrowseScreen
from rejoinder.app.settings import Settings
from rejoinder.app.widgets.search_bar import SearchBar
from rejoinder.app.wrapping import cells
from rejoinder.archive.opening import open_archive
from rejoinder.cli.importing import import_paths
from rejoinder.review.folder import beside

FOLLOW = "follow"
REST = 0.15
"""Seconds after which the chain has begun to follow the cursor."""
CELL = 12.2
"""Width of a cell in the picture."""
FONTS = "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace"


class Scene(msgspec.Struct, frozen=True):
    """A state of the app on a sample: the keys that lead there, in strokes of Textual's names or in typed text."""

    name: str
    """The picture's file name, without its ending."""
    title: str
    sample: str
    size: tuple[int, int]
    steps: Sequence[str]
    """`key:NAME` is a stroke, `FOLLOW` a rest in which the chain follows, anything else is typed."""
    settings: Settings = Settings(ascii=False, bidi="off")
    """Who looks at a picture has a program that reorders right-to-left text."""


FERRY = ("key:slash", '"cancelled, crew shortage" from:mira_o', "key:enter", "key:escape", "zt", "key:ctrl+y", FOLLOW)
"""To the post in the middle of the story of the strike, whose parent is missing."""

SCENES: tuple[Scene, ...] = (
    Scene("timeline-wide", "Timeline and reply chain", "harbour", (160, 44), FERRY),
    Scene("timeline-narrow", "80 columns: the chain below", "harbour", (80, 24), (*FERRY, "key:t")),
    Scene("timeline-smallest", "60 columns, 16 lines", "harbour", (60, 16), FERRY),
    Scene(
        "chain-ghost", "A chain that begins with a missing post", "harbour", (140, 34),
        (*FERRY, "key:t", "key:j", "key:j"),
    ),
    Scene(
        "conversation-deep", "A conversation of many branches, folded but for one", "harbour", (140, 44),
        ("key:slash", '"votes on the new pier"', "key:enter", "key:escape", FOLLOW, "key:t", "zM", "5j", "zo"),
    ),
    Scene(
        "filter", "Filter: the first hits come while typing", "harbour", (120, 36),
        ("key:ampersand", "ferry has:replies -from:night_ferry"),
    ),
    Scene(
        "find", "Find: the timeline stays whole, n and N go from hit to hit", "harbour", (120, 36),
        ("key:slash", "lighthouse", "key:enter", "N", "N"),
    ),
    Scene(
        "search-error", "An error stands below its column", "harbour", (100, 24),
        ("key:ampersand", "ferry frm:mira_o", "key:enter"),
    ),
    Scene(
        "time-strip", "The time strip: hits over time, empty months empty", "harbour", (120, 36),
        ("key:ampersand", "ferry from:mira_o", "key:enter", "H", FOLLOW, "h", "h", FOLLOW),
    ),
    Scene("tallies", "Tallies: who wrote most", "harbour", (100, 30), ("B", FOLLOW, "l", FOLLOW, "j", "j")),
    Scene("post-in-full", "The post in full", "harbour", (110, 34), (*FERRY, "key:enter")),
    Scene("account", "All that is known of an account", "harbour", (110, 30), (*FERRY, "A")),
    Scene("help", "Help, made of the command table", "harbour", (160, 50), ("key:question_mark",)),
    Scene(
        "theme-ink", "Theme ink", "harbour", (120, 34), FERRY,
        Settings(ascii=False, bidi="off", theme="ink", colours="truecolor"),
    ),
    Scene(
        "theme-paper", "Theme paper", "harbour", (120, 34), FERRY,
        Settings(ascii=False, bidi="off", theme="paper", colours="truecolor"),
    ),
    Scene(
        "theme-contrast", "High contrast", "harbour", (120, 34), FERRY,
        Settings(ascii=False, bidi="off", theme="contrast", colours="truecolor"),
    ),
    Scene(
        "ascii", "Without UTF-8: every sign has an ASCII twin", "harbour", (120, 34), FERRY,
        Settings(ascii=True, bidi="off"),
    ),
    Scene(
        "review-offer", "Before a review: what, in which order, as whom", "harbour", (100, 24),
        ("key:ampersand", "ferry cancelled", "key:enter", "R"), Settings(ascii=False, reviewer="ada"),
    ),
    Scene(
        "review", "A review: one key decides and goes on", "harbour", (120, 36),
        ("key:ampersand", "ferry cancelled", "key:enter", "R", "key:enter", "T", "key:s", "key:a", "key:f", "key:e",
         "key:t", "key:y", "key:enter", "a", "x", "s"),
        Settings(ascii=False, reviewer="ada"),
    ),
    Scene(
        "review-note", "A note of several lines", "harbour", (100, 30),
        ("key:ampersand", "ferry cancelled", "key:enter", "R", "key:enter", "a", "e", *(f"key:{k}" for k in "Ask"),
         "key:space", *(f"key:{k}" for k in "Mira"), "key:enter", *(f"key:{k}" for k in "when")),
        Settings(ascii=False, reviewer="ada"),
    ),
    Scene("contacts", "Who first answered whom, with the evidence", "harbour", (140, 40), ("C", FOLLOW)),
    Scene("contacts-narrow", "The contacts in 80 columns", "exchange-2013", (80, 24), ("C", FOLLOW)),
    Scene("founding-case", "22 October 2013", "exchange-2013", (140, 30), ("g", "j")),
)  # fmt: skip


def archive_of(sample: str, folder: Path) -> Path:
    """The sample, imported into a folder."""
    path = folder / f"{sample}.rejoinder"
    if not path.exists():
        import_paths(path, [samples.sample(sample)])
    return path


async def play(scene: Scene, folder: Path) -> str:
    """Bring the app to a scene; the picture as SVG, the same on every machine."""
    shutil.rmtree(beside(archive_of(scene.sample, folder)), ignore_errors=True)
    archive = open_archive(archive_of(scene.sample, folder))
    app = RejoinderApp(archive, scene.settings)
    try:
        async with app.run_test(size=scene.size) as pilot:
            for step in (FOLLOW, *scene.steps, FOLLOW):
                await take(pilot, step)
            return plain(app.export_screenshot(title=scene.title))
    finally:
        archive.close()


async def take(pilot: Pilot[None], step: str) -> None:
    """One step of a scene, to its end."""
    if step == FOLLOW:
        await asyncio.sleep(REST)
    elif step.startswith("key:"):
        await pilot.press(step.removeprefix("key:"))
    elif isinstance(bar := pilot.app.focused, SearchBar):
        bar.post_message(Paste(step))  # Pilot waits a twelfth of a second after each letter
    else:
        await pilot.press(*step)
    await settle(pilot)


async def settle(pilot: Pilot[None]) -> None:
    """Until no question to the archive is open, and everything is painted."""
    browse = pilot.app.screen_stack[0]
    assert isinstance(browse, BrowseScreen)
    for _ in range(400):
        await pilot.pause()
        if browse.idle:
            await pilot.pause()
            return
        await asyncio.sleep(0.01)
    raise AssertionError("The archive never stopped being asked.")


def plain(svg: str) -> str:
    """The picture without what only Textual's own web font would set right.

    It loads nothing from elsewhere, any fixed-width font does, and wide characters get the width of two
    (Textual counts characters where it should count cells).
    """
    svg = re.sub(r"\s*@font-face\s*{[^}]*}", "", svg)
    svg = re.sub(r"font-family: Fira Code[^;]*;", f"font-family: {FONTS};", svg)
    return re.sub(r'textLength="[0-9.]+"([^>]*)>([^<]*)</text>', _measured, svg)


def _measured(found: re.Match[str]) -> str:
    width = round(cells(html.unescape(found[2])) * CELL, 1)
    return f'textLength="{width:g}"{found[1]}>{found[2]}</text>'


def draw(scene: Scene, folder: Path) -> str:
    """A scene's picture, from a home that knows of no other."""
    with tempfile.TemporaryDirectory() as home, mock.patch.dict(os.environ, REJOINDER_HOME=home):
        return asyncio.run(play(scene, folder))


def main(target: Path) -> None:
    """Draw every scene into a folder, and leave no picture there of a scene that is gone."""
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for scene in SCENES:
            (target / f"{scene.name}.svg").write_text(draw(scene, Path(folder)), encoding="utf-8")
            print(f"{scene.name}.svg")
    for old in set(target.glob("*.svg")) - {target / f"{scene.name}.svg" for scene in SCENES}:
        old.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
