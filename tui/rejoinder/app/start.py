"""Opens the app on an archive and gives the exit code; the first posts stand there as soon as Textual can draw."""

from __future__ import annotations

import gc
import os
import sys

import msgspec

from rejoinder import crash
from rejoinder.app.settings import Settings, read_settings
from rejoinder.archive.protocol import Archive


def run(archive: Archive, zone: str | None = None, ascii_only: bool = False) -> int:
    """Read in the archive until the person leaves; what the command line says goes before the settings."""
    settings = settings_for(zone, ascii_only)
    # Collecting garbage while importing finds none and costs a tenth of the start; freezing keeps it cheap afterwards.
    gc.disable()
    from rejoinder.app.app import RejoinderApp

    app = RejoinderApp(archive, settings)
    gc.freeze()
    gc.enable()
    sys.excepthook = crash.excepthook
    # Over SSH a mouse that reports every movement costs bytes on each of them.
    app.run(mouse="SSH_CONNECTION" not in os.environ)
    archive.close()
    if app.sentence:
        print(f"rejoinder: {app.sentence}", file=sys.stderr)
    return app.return_code or 0


def settings_for(zone: str | None, ascii_only: bool) -> Settings:
    """The settings, with what the command line asks for."""
    settings = read_settings()
    if zone is not None:
        settings = msgspec.structs.replace(settings, zone=zone)
    return msgspec.structs.replace(settings, ascii=True) if ascii_only else settings
