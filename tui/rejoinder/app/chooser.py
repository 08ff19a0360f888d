"""The list of archives, to pick one from: what `rejoinder open` shows when it is told no path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rejoinder.app.terminal.driver import Driver


class Choice(msgspec.Struct, frozen=True):
    """One archive as a line of the list."""

    path: Path
    line: str


class ChooserApp(App[Path], inherit_bindings=False):
    """Gives the archive that was picked, or None."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Static { height: auto; padding: 0 1; }
    #head { text-style: bold; padding-bottom: 1; }
    #foot { dock: bottom; color: ansi_bright_black; }
    OptionList { border: none; height: 1fr; background: ansi_default; }
    """
    BINDINGS = [  # noqa: RUF012 - Textual declares it so
        Binding("j", "step(1)", show=False),
        Binding("k", "step(-1)", show=False),
        Binding("q,Q,escape,ctrl+c", "leave", show=False),
    ]

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(driver_class=Driver)
        self.animation_level = "none"
        self.theme = "ansi-dark"
        self._choices = choices

    def compose(self) -> ComposeResult:
        yield Static("Archives", id="head", markup=False)
        yield OptionList(*(Option(Text(choice.line)) for choice in self._choices), markup=False)
        yield Static("Enter opens    j k choose    q leave", id="foot", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, picked: OptionList.OptionSelected) -> None:
        self.exit(self._choices[picked.option_index].path)

    def action_step(self, step: int) -> None:
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_leave(self) -> None:
        self.exit()
