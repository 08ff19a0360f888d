"""The user's settings: every one there is, with its default and what it does; read once and handed down."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rejoinder.app.themes import Colours, Theme

Bidi = Literal["auto", "on", "off"]
Mouse = Literal["auto", "on", "off"]
ChainPane = Literal["auto", "open", "closed"]
_DAY = 86_400_000


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `settings.toml`, `REJOINDER_NAME` and the options may say; every setting has a default.

    The descriptions are what `rejoinder config` and the README say of each.
    """

    zone: Annotated[str, Meta(description="Time zone to show: UTC, local, or a name such as Europe/Berlin.")] = "UTC"
    theme: Annotated[
        Theme,
        Meta(
            description="The terminal's own colours (auto, dark, light), or ink (dark), paper (light), contrast (high "
            "contrast); auto asks the terminal whether it is dark or light."
        ),
    ] = "auto"
    colours: Annotated[
        Colours, Meta(description="How many colours the terminal has; auto believes NO_COLOR, COLORTERM and TERM.")
    ] = "auto"
    ascii: Annotated[bool | None, Meta(description="Draw with ASCII signs alone; left out, the locale decides.")] = None
    plain: Annotated[
        bool, Meta(description="For screen readers: one column in words, the cursor on what is selected.")
    ] = False
    bidi: Annotated[
        Bidi,
        Meta(
            description="Reorder Hebrew and Arabic for a terminal that does not (on), leave it to one that does (off); "
            "auto knows or asks the terminal."
        ),
    ] = "auto"
    open_links: Annotated[
        bool,
        Meta(description="Let o open links, which tells the other side who looks; over SSH o has to be followed by O."),
    ] = False
    open_warnings: Annotated[bool, Meta(description="Show at once what lies behind content warnings.")] = False
    chain: Annotated[
        ChainPane, Meta(description="The reply chain at the start: auto opens it where the terminal is wide.")
    ] = "auto"
    mouse: Annotated[
        Mouse, Meta(description="Let the mouse click and scroll; auto leaves it to the terminal over SSH.")
    ] = "auto"
    painter: Annotated[
        bool, Meta(description="Send only what changes on the screen; off where a terminal shows something wrong.")
    ] = True
    resumed_days: Annotated[
        int, Meta(ge=1, description="After so many days without a reply to an account the next one counts as resumed.")
    ] = 365
    reviewer: Annotated[str, Meta(description="Your name in reviews; left out, it is asked once.")] = ""
    review: Annotated[str, Meta(description="Folder of the review; left out, the one beside the archive.")] = ""
    review_advance: Annotated[bool, Meta(description="Go to the next post by itself when one is decided.")] = True
    review_keys: Annotated[
        dict[str, str],
        Meta(description="Your own keys by a value of the codebook, such as include or verdict.include."),
    ] = {}
    keys: Annotated[
        dict[str, str | list[str]], Meta(description="Your own keys by a command's name; `rejoinder keys` lists them.")
    ] = {}


def resumed_after(settings: Settings) -> int:
    """The time (ms) without a reply after which one counts as resumed."""
    return settings.resumed_days * _DAY


def wants_mouse(mouse: Mouse) -> bool:
    """Whether to ask the terminal for mouse reports: over SSH each of them costs a packet, and selecting text fails."""
    return mouse == "on" or (mouse == "auto" and "SSH_CONNECTION" not in os.environ)
