"""Puts a theme on a Textual app, and exchanges it while the app runs."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.theme import Theme

from rejoinder.app.themes import Palette
from rejoinder.app.widgets.card import Inks


def dress(app: App[Any], palette: Palette) -> Inks:
    """The palette as the app's theme, and as inks for its widgets."""
    if palette.background is None:
        app.theme = "ansi-dark" if palette.dark else "ansi-light"
    else:
        app.register_theme(_theme(palette))
        app.theme = _theme(palette).name
    return Inks(palette)


def redress(app: App[Any], inks: Inks, palette: Palette) -> None:
    """Another palette for an app that is on the screen: what widgets keep drawn is drawn anew."""
    dress(app, palette)
    inks.take(palette)
    for screen in app.screen_stack:
        for widget in screen.query("*"):
            restyle = getattr(widget, "restyle", None)
            if restyle is not None:
                restyle(widget.look)  # type: ignore[attr-defined]
            widget.refresh()


def _theme(palette: Palette) -> Theme:
    background, accent = palette.background, palette.accent or "ansi_default"
    return Theme(
        f"rejoinder-{palette.name}", primary=accent, foreground=palette.foreground, background=background,
        surface=background, panel=background, boost=background, dark=palette.dark,
    )  # fmt: skip
