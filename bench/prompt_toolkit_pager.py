"""A pager drawn by prompt_toolkit's renderer, which sends differences of cells, too: `… FILE`; Ctrl-E, Space, g, q."""

from __future__ import annotations

import sys
from pathlib import Path

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, Window


class Pager:
    """Shows lines of a file from `top` on, and a status line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._top = 0
        keys = KeyBindings()
        keys.add("c-e")(lambda event: self._go(event, 1))
        keys.add(" ")(lambda event: self._go(event, self._rows(event) - 2))
        keys.add("g")(lambda event: self._go(event, -self._top))
        keys.add("q")(lambda event: event.app.exit())
        body = Window(FormattedTextControl(self._text), wrap_lines=False)
        status = Window(FormattedTextControl(lambda: f" {self._top + 1:,} / {len(self._lines):,}"), height=1)
        self.app: Application[None] = Application(Layout(HSplit([body, status])), key_bindings=keys, full_screen=True)

    def _rows(self, event: KeyPressEvent) -> int:
        return event.app.output.get_size().rows

    def _go(self, event: KeyPressEvent, lines: int) -> None:
        self._top = max(0, min(self._top + lines, len(self._lines) - 1))

    def _text(self) -> str:
        return "\n".join(self._lines[self._top : self._top + self.app.output.get_size().rows - 1])


if __name__ == "__main__":
    Pager(Path(sys.argv[1]).read_text(errors="replace").splitlines()).app.run()
