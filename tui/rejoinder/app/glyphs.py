"""The signs that the app draws with, and an ASCII twin for each of them."""

from __future__ import annotations

import locale
import os

import msgspec


class Glyphs(msgspec.Struct, frozen=True):
    """One set of signs. Only `bar`, `divider`, `thumb` and `rule` must be one cell wide; the others are measured."""

    bar: str = "▌"
    """The cursor, in the first column of the gutter."""
    rule: str = "─"
    divider: str = "│"
    thumb: str = "┃"
    joint: str = "┬"
    """Where a rule meets the divider below it."""
    reply: str = "↰"
    """Before the account that is replied to."""
    replies: str = "↳"
    likes: str = "♥"
    repost: str = "⟲"
    media: str = "▣"
    quote: str = "┆"
    more: str = "…"
    dot: str = "·"
    dash: str = "–"
    filter: str = "⟂"
    here: str = "●"
    """The post of the timeline's cursor, in the chain."""
    ghost: str = "○"
    """A post that is known only because others reply to it."""
    about: str = "~"
    levels: str = "▁▂▃▄▅▆▇█"
    """Bars from the lowest to the full cell."""
    parts: str = "╸━"
    """Bars that lie: a part of a cell, the full cell."""
    window: str = "━"
    """The window on screen, on the axis of the time strip."""
    pointer: str = "▲"
    gap: str = "×"
    """A time in which a capture brought nothing."""
    answer: str = "◆"
    """The contact sign: an answer."""
    exchange: str = "◇"
    """A post of an exchange of three turns or more."""
    onward: str = "→"
    """From whom the acts of a lane come."""
    silence: str = "┄"
    """An answer is waited for."""
    lane_reply: str = "▪"
    lane_mention: str = "▫"
    lane_quote: str = "□"
    lane_repost: str = "◦"
    lane_like: str = "♥"
    noted: str = "°"
    """The reviewer said something of the post, but no verdict."""


UNICODE = Glyphs()
ASCII = Glyphs(
    bar=">",
    rule="-",
    divider="|",
    thumb="#",
    joint="+",
    reply="to",
    replies="re",
    likes="<3",
    repost="rt",
    media="[]",
    quote=":",
    more="...",
    dot="-",
    dash="-",
    filter="&",
    here="*",
    ghost="o",
    about="~",
    answer="#",
    exchange="=",
    onward=">",
    silence=".",
    lane_reply="r",
    lane_mention="m",
    lane_quote="q",
    lane_repost="p",
    lane_like="l",
    levels=".:|",
    parts="=",
    window="=",
    pointer="^",
    gap="x",
    noted="'",
)

PLAIN = Glyphs(
    bar=" ",
    rule=" ",
    divider=" ",
    thumb=" ",
    joint=" ",
    reply="in reply to",
    replies="replies ",
    likes="likes ",
    repost="repost:",
    media="media:",
    quote="quotes",
    more="...",
    dot="-",
    dash="to",
    filter="filter:",
    here="here",
    ghost="missing",
    about="about ",
    levels=".:|",
    parts="=",
    window="=",
    pointer="^",
    noted="'",
)
"""For screen readers: words for signs, and no lines."""


def speaks_utf8() -> bool:
    """Whether the terminal is told to expect UTF-8: by LC_ALL, LC_CTYPE or LANG, as the C library decides it."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or ""
    if "." in named or named in ("", "C", "POSIX"):
        return "utf8" in named.lower().replace("-", "")
    return "utf" in locale.getpreferredencoding(False).lower()


def glyphs(ascii: bool | None = None, plain: bool = False) -> Glyphs:
    """The set to draw with; None lets the locale decide, but for the Linux console, whose fonts hold 512 signs."""
    if ascii is None:
        ascii = not speaks_utf8() or os.environ.get("TERM") == "linux"
    return PLAIN if plain else ASCII if ascii else UNICODE
