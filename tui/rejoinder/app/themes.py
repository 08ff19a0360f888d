"""The themes: the terminal's own colours for a dark or a light background, and three that bring their own.

A theme with its own background needs 256 colours; with fewer, or where none are wanted, the terminal's own are used.
Every colour's contrast to its background is held by a test (WCAG 2.2: 7 for text, 4.5 for what is secondary).
"""

from __future__ import annotations

import os
from typing import Literal, get_args

import msgspec

SYSTEMS = {"16": "standard", "256": "256", "truecolor": "truecolor"}
"""Textual's words for numbers of colours."""
Theme = Literal["auto", "dark", "light", "ink", "paper", "contrast"]
THEMES: tuple[Theme, ...] = get_args(Theme)
Colours = Literal["auto", "none", "16", "256", "truecolor"]


class Palette(msgspec.Struct, frozen=True):
    """The colours of a theme; None is the terminal's own."""

    name: str
    dark: bool
    accent: str | None = None
    warning: str | None = None
    background: str | None = None
    foreground: str | None = None
    dim: str | None = None
    """None: the terminal dims its own."""
    bright: str | None = None
    """Names, which are bold too."""
    hit: str | None = None
    """Words that were searched for, which are underlined too; None is the accent."""


DARK = Palette("dark", True, accent="cyan", warning="red")
LIGHT = Palette("light", False, accent="blue", warning="red")
NONE = Palette("none", True)
"""Weight, dimness and lines alone."""
INK = Palette(
    "ink", True, accent="#6cc5be", warning="#f5948c", background="#14181f", foreground="#d3d7de", dim="#8b93a1",
    bright="#f2f4f8", hit="#f2c46d",
)  # fmt: skip
PAPER = Palette(
    "paper", False, accent="#8f3413", warning="#9c1526", background="#f7f2e6", foreground="#2f2d29", dim="#6a6353",
    bright="#15130f", hit="#1d5c8a",
)  # fmt: skip
CONTRAST = Palette(
    "contrast", True, accent="#ffff00", warning="#ff8787", background="#000000", foreground="#ffffff", dim="#d7d7d7",
    bright="#ffffff", hit="#5fffff",
)  # fmt: skip
BACKGROUNDS_OF_256 = {"ink": "#1c1c1c", "paper": "#eeeeee"}
"""The nearest of 256 colours to a dark blue is black, and to cream a loud yellow: greys instead."""


def palette(theme: Theme, colours: Colours) -> Palette:
    """The colours to draw with; where the terminal has too few for the theme, its own."""
    if colours == "none":
        return NONE
    if theme == "contrast":
        return CONTRAST
    if theme in ("ink", "paper") and colours in ("256", "truecolor"):
        made = INK if theme == "ink" else PAPER
        if colours == "256":
            return msgspec.structs.replace(made, background=BACKGROUNDS_OF_256[theme])
        return made
    return LIGHT if is_light(theme) else DARK


def is_light(theme: Theme) -> bool:
    """Whether to draw for a light background; left to itself by what the terminal says of its own.

    Some do so in COLORFGBG (`0;15`: dark on white); most say nothing there.
    """
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return theme in ("light", "paper") or (theme == "auto" and background in ("7", "15"))


def depth(wish: Colours = "auto") -> Colours:
    """How many colours to draw with: what the user wants, NO_COLOR (if not empty), or what the terminal is known for.

    COLORTERM and the end of TERM say it, as they do to other programs; who says nothing has 16. SSH passes TERM alone.
    """
    if wish != "auto":
        return wish
    if os.environ.get("NO_COLOR"):
        return "none"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "truecolor"
    term = os.environ.get("TERM", "")
    if term.endswith(("-direct", "-truecolor")):
        return "truecolor"
    return "256" if "256color" in term or term in ("xterm-kitty", "xterm-ghostty", "alacritty", "foot") else "16"


def tell_textual(colours: Colours) -> None:
    """Hand the number of colours on, before Textual is imported: it reads the environment then.

    NO_COLOR is kept from it: its filter draws black instead of nothing, and an empty one should ask for nothing.
    """
    os.environ.pop("NO_COLOR", None)
    os.environ["TEXTUAL_COLOR_SYSTEM"] = SYSTEMS.get(colours, "standard")
