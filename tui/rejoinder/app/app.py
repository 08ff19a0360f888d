"""The app: theme, first screen, and a clean end whatever happens; it knows no post."""

from __future__ import annotations

from rich.console import RenderableType
from textual.app import App

from rejoinder import crash
from rejoinder.app.glyphs import glyphs
from rejoinder.app.keymap import keymap
from rejoinder.app.layout import Look
from rejoinder.app.moments import zone
from rejoinder.app.position import Positions
from rejoinder.app.screens.browse import BrowseScreen
from rejoinder.app.screens.reading import around
from rejoinder.app.settings import Settings, is_light
from rejoinder.app.terminal.driver import Driver
from rejoinder.app.widgets.card import DARK, LIGHT
from rejoinder.archive.conditions import Everything
from rejoinder.archive.protocol import Archive, Place
from rejoinder.errors import RejoinderError


class RejoinderApp(App[None], inherit_bindings=False):
    """An open archive on the screen."""

    TITLE = "Rejoinder"
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { overflow: hidden; }"

    def __init__(self, archive: Archive, settings: Settings = Settings()) -> None:  # noqa: B008
        """Reads the first posts at once, so that they are in the first frame. UsageError for a zone that is none."""
        super().__init__(driver_class=Driver, ansi_color=True)
        self.sentence = ""
        """What to tell the person once the terminal is put back; nothing where all went well."""
        self.animation_level = "none"
        light = is_light(settings.theme)
        self.theme = "ansi-light" if light else "ansi-dark"
        look = Look(
            width=80,
            zone=zone(settings.zone),
            glyphs=glyphs(settings.ascii),
            open_warnings=settings.open_warnings,
            keys=keymap(settings.keys),
        )
        self._positions = Positions(archive.path)
        first = around(archive, Everything(), last_read(archive, self._positions))
        self._browse = BrowseScreen(archive, first, self._positions, look, LIGHT if light else DARK, settings.chain)

    def get_default_screen(self) -> BrowseScreen:
        """The browse screen; an app of one archive has no other to begin with."""
        return self._browse

    def panic(self, *_renderables: RenderableType) -> None:
        """Whatever went wrong: the places in the code go to the log, and `sentence` names it to the person."""
        error = self._exception
        if isinstance(error, RejoinderError):
            self.sentence = f"{error.message} {error.advice}".strip()
        else:
            self.sentence = crash.tell(error or RuntimeError())
        super().panic()

    def _fatal_error(self) -> None:
        """Textual would print the traceback with the values of all variables, posts among them."""
        self.panic()

    async def action_quit(self, count: int | None = None) -> None:
        self.exit()


def last_read(archive: Archive, positions: Positions) -> Place | None:
    """The place of the post that was read last; None, which is the last post, where there is none or it is gone."""
    kept = positions.read()
    if kept is None:
        return None
    entry = archive.post(kept.key) if kept.key > 0 else None
    if entry is None or (entry.post.platform, entry.post.id) != (kept.platform, kept.id):
        keys = archive.find(f"{kept.platform}:{kept.id}")
        entry = archive.post(keys[0]) if keys else None
    return entry.place if entry is not None else None
