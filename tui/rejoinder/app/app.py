"""The app: theme, first screen, and a clean end whatever happens; it knows no post."""

from __future__ import annotations

import contextlib
import os

import msgspec
from rich.console import RenderableType
from textual.app import SuspendNotSupported

from rejoinder import crash
from rejoinder.app.dress import dress, redress
from rejoinder.app.glyphs import glyphs
from rejoinder.app.keymap import keymap
from rejoinder.app.layout import Look
from rejoinder.app.moments import zone
from rejoinder.app.pointing import PointingApp
from rejoinder.app.position import Positions
from rejoinder.app.screens.browse import BrowseScreen
from rejoinder.app.screens.reading import around
from rejoinder.app.settings import Settings
from rejoinder.app.terminal.answers import Answered
from rejoinder.app.terminal.driver import driver_class
from rejoinder.app.terminal.kinds import ASK, ASK_BACKGROUND, is_light_by_answer, reorders, reorders_by_answer
from rejoinder.app.themes import DARK, LIGHT, THEMES, depth, palette
from rejoinder.archive.conditions import Everything
from rejoinder.archive.protocol import Archive, Place
from rejoinder.errors import RejoinderError


class RejoinderApp(PointingApp[None], inherit_bindings=False):
    """An open archive on the screen."""

    TITLE = "Rejoinder"
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { overflow: hidden; }"

    def __init__(self, archive: Archive, settings: Settings = Settings()) -> None:  # noqa: B008
        """Reads the first posts at once, so that they are in the first frame. UsageError for a zone that is none."""
        super().__init__(driver_class=driver_class(settings.painter))
        self.sentence = ""
        """What to tell the person once the terminal is put back; nothing where all went well."""
        self.animation_level = "none"
        self._colours = depth(settings.colours)
        self._inks = dress(self, palette(settings.theme, self._colours))
        self._settings = settings
        self.points = settings.plain
        self.opens_links = settings.open_links
        """Whether the person lets links be opened."""
        known = reorders(os.environ)
        self._inks.reorders = settings.bidi == "on" or (settings.bidi == "auto" and not known)
        self._asks = settings.bidi == "auto" and known is None
        look = Look(
            width=80,
            reorders=self._inks.reorders,
            zone=zone(settings.zone),
            glyphs=glyphs(settings.ascii, settings.plain),
            plain=settings.plain,
            open_warnings=settings.open_warnings,
            keys=keymap(settings.keys),
        )
        self._positions = Positions(archive.path)
        first = around(archive, Everything(), last_read(archive, self._positions))
        self._browse = BrowseScreen(archive, first, self._positions, look, self._inks, settings)

    def get_default_screen(self) -> BrowseScreen:
        """The browse screen; an app of one archive has no other to begin with."""
        return self._browse

    def on_mount(self) -> None:
        """Ask the terminal what its environment does not tell; until it answers, which many never do, we guess."""
        if self._driver is None or self.is_headless:
            return
        self.show_cursor()
        self.app_resume_signal.subscribe(self, lambda _: self.show_cursor())
        if self._asks:
            self._driver.write(ASK)
        if self._settings.theme == "auto" and not os.environ.get("COLORFGBG"):
            self._driver.write(ASK_BACKGROUND)

    def on_answered(self, answer: Answered) -> None:
        """The terminal's answer: another order of right-to-left text, or the accent for a light background."""
        if answer.attributes and self._asks and reorders_by_answer(answer.attributes) and self._inks.reorders:
            self._inks.reorders = False
            self._browse.restyle(msgspec.structs.replace(self._browse.look, reorders=False))
        if answer.background and self._inks.palette is DARK and is_light_by_answer(answer.background):
            redress(self, self._inks, LIGHT)

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

    def action_next_theme(self, count: int | None = None) -> None:
        """The next of the terminal's own colours, ink, paper and contrast, as far as the terminal has the colours."""
        own = palette("auto", self._colours)
        those = [own, *(made for theme in THEMES[3:] if (made := palette(theme, self._colours)).background)]
        names = [each.name for each in those]
        here = names.index(self._inks.palette.name) if self._inks.palette.name in names else 0
        then = those[(here + 1) % len(those)]
        redress(self, self._inks, then)
        say = getattr(self.screen, "say", None)
        if say is not None:
            kept = f'the setting theme = "{then.name}" keeps it'
            say(f"Theme {then.name}; {kept}." if len(those) > 1 else "This terminal has too few colours for a theme.")

    def action_redraw(self, count: int | None = None) -> None:
        """By leaving the terminal's other screen and coming back to it."""
        with contextlib.suppress(SuspendNotSupported), self.suspend():
            pass

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
