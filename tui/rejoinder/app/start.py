"""Opens the app on an archive and gives the exit code; the first posts stand there as soon as Textual can draw."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from rejoinder import crash
from rejoinder.app.configuration import configure
from rejoinder.app.settings import Settings, wants_mouse
from rejoinder.app.themes import depth, tell_textual
from rejoinder.archive.protocol import Archive

if TYPE_CHECKING:
    from rejoinder.app.screens.growing import Source
    from rejoinder.archive.protocol import Key

    Grow = tuple[Callable[[], Sequence[Key]], Source]


def run(archive: Archive, options: Mapping[str, object] | None = None, grow: Grow | None = None) -> int:
    """Read in the archive until the person leaves; what the command line says goes before the settings.

    `grow` makes it one that grows while it is open.
    """
    settings = settings_for(options)
    # Collecting garbage while importing finds none and costs a tenth of the start; freezing keeps it cheap afterwards.
    gc.disable()
    from rejoinder.app.app import RejoinderApp

    app = RejoinderApp(archive, settings)
    if grow is not None:
        app.get_default_screen().growing.grow(*grow)
    gc.freeze()
    gc.enable()
    sys.excepthook = crash.excepthook
    app.run(mouse=wants_mouse(settings.mouse))
    archive.close()
    if app.sentence:
        told = "".join(sign if sign.isprintable() else " " for sign in app.sentence)
        print(f"rejoinder: {told}", file=sys.stderr)
    return app.return_code or 0


def settings_for(options: Mapping[str, object] | None) -> Settings:
    """The settings in force, with the terminal's colours counted and told to Textual: call it before importing that."""
    settings = configure(options).settings
    settings = msgspec.structs.replace(settings, colours=depth(settings.colours))
    tell_textual(settings.colours)
    return settings
