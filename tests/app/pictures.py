"""Looking at a widget: run it alone in a tiny app, read its lines, and draw it as a picture where asked."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widget import Widget


class Alone(App[None]):
    """One widget and nothing else."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, widget: Widget) -> None:
        super().__init__(ansi_color=True)
        self.animation_level = "none"
        self.widget = widget
        self.said: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.theme = "textual-ansi" if "textual-ansi" in self.available_themes else "ansi-dark"
        self.widget.focus()


def lines(widget: Widget) -> list[str]:
    """What stands on each line of a widget, without styles."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def controls(widget: Widget) -> str:
    """Everything a widget would send that could steer a terminal."""
    sent = "".join(widget.render_line(y).text for y in range(widget.size.height))
    return re.sub("[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", sent)


def picture(app: App[None], path: Path) -> None:
    """A PNG of the screen; resvg draws no text in fonts that it does not have, so the web font is taken out."""
    import resvg_py

    svg = app.export_screenshot()
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg).replace("Fira Code", "DejaVu Sans Mono")
    path.write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=1400)))


def awaited(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that awaits, run in a loop of its own."""

    @functools.wraps(test)
    def run(*args: object, **fixtures: object) -> None:
        asyncio.run(test(*args, **fixtures))  # type: ignore[arg-type]

    return run
