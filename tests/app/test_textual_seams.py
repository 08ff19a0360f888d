"""What the driver relies on in Textual: a version that changes one of these has to be looked at before it is used."""

from __future__ import annotations

import inspect

import pytest
from textual import _ansi_sequences
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver as AnyDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import CursorPosition

from rejoinder.app.configuration import configure
from rejoinder.app.terminal import sequences
from rejoinder.app.terminal.driver import Driver, UnpaintedDriver, driver_class

OURS = [
    name for name, member in vars(Driver).items()
    if inspect.isfunction(member) and hasattr(LinuxDriver, name) and name != "__init__"
]  # fmt: skip


def test_what_we_override_is_there_and_takes_the_same() -> None:
    assert {"write", "flush", "close", "start_application_mode", "run_input_thread", "process_message"} <= set(OURS)
    for name in OURS:
        theirs = inspect.signature(getattr(LinuxDriver, name)).parameters
        assert list(theirs) == list(inspect.signature(getattr(Driver, name)).parameters), name


def test_an_app_takes_a_driver_class_and_writes_whole_frames_to_it() -> None:
    assert "driver_class" in inspect.signature(App.__init__).parameters
    source = inspect.getsource(App._display)
    assert source.index("_begin_update()") < source.index("_driver.write(") < source.index("_driver.flush()")
    assert "is_headless" in vars(AnyDriver)


def test_synchronised_output_is_bracketed_as_we_expect() -> None:
    assert (sequences.SYNC_START, sequences.SYNC_END) == (_ansi_sequences.SYNC_START, _ansi_sequences.SYNC_END)


def test_the_answer_of_the_terminal_is_understood() -> None:
    (event,) = XTermParser().feed("\x1b[12;7R")
    assert isinstance(event, CursorPosition)


@pytest.mark.parametrize(("said", "made"), [("0", UnpaintedDriver), ("1", Driver), ("", Driver)])
def test_the_painter_can_be_switched_off(said: str, made: type[Driver], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_PAINTER", said)
    assert driver_class(configure().settings.painter) is made
