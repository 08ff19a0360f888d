"""Text from an export made plain and safe: the one cleaning function, character entities, links put in by offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u00ad\u115f\u1160\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"
_SURROGATES = "\ud800-\udfff"
_TAGS = "\U000e0000-\U000e0fff"
_MARKED = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0711-\u07fd\u0816-\u0dff\u0e31-\u0e4e"
    "\u0eb1-\u109f\u135d-\u135f\u1712-\u1cff\u1dc0-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\ua69f\ua6f0\ua6f1\ua802-\uabff\ufb1e\ufe00-\ufe2f\U00010000-\U0001efff"
)
"""Where the combining marks lie, and some letters among them: a coarse net, but one table look-up a character."""
_SUSPECT = re.compile(f"[{_CONTROLS}\t\x85\u2028\u2029{_BIDI}{_ZERO_WIDTH}{_SURROGATES}{_TAGS}{_MARKED}]")
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_DROPPED = re.compile(f"[{_CONTROLS}{_BIDI}\ufff9-\ufffb\u206a-\u206f]")
_LONE = re.compile(f"[{_SURROGATES}]")
_FLOOD = re.compile(f"[^\\w\\s\x00-\x7f{_TAGS}]{{5,}}")
"""Combining marks are no word characters, so a flood of them is a run of this kind (and so are five emoji)."""
_TAG_FLOOD = re.compile(f"([{_TAGS}]{{8}})[{_TAGS}]+")
_ADDRESS = re.compile(r"https?://[^\s()<>\[\]\"]+")
MARKS = 4
"""How many combining or invisible characters may follow one another: pointed Hebrew needs four, a flood has dozens."""


def plain(text: str) -> str:
    """Text as it may be kept and shown: no control bytes but newlines, no bidi overrides, no floods of marks.

    Tabs become spaces, every kind of line break a newline, lone surrogates U+FFFD. Idempotent; never longer.
    """
    if text.isascii():
        if text.isprintable():
            return text
        tidy = text.replace("\t", " ")  # long plain letters: all of this costs less than one search
        tidy = tidy.replace("\r\n", "\n").replace("\r", "\n") if "\r" in tidy else tidy
        if tidy.replace("\n", "").isprintable():
            return tidy
    return text if _SUSPECT.search(text) is None else _cleaned(text)


def line(text: str) -> str:
    """`plain` text on one line: names, handles, tags, addresses."""
    if text.isascii() and text.isprintable():
        return text
    return plain(text).replace("\n", " ")


def excerpt(data: bytes, length: int = 120) -> str:
    """The first bytes of something unreadable, as one short clean line."""
    text = line(data[: length * 4].decode("utf-8", "replace")).strip()
    return text if len(text) <= length else text[: length - 1] + "…"


def _cleaned(text: str) -> str:
    text = _BREAKS.sub("\n", text).replace("\t", " ")
    text = _LONE.sub("\ufffd", _DROPPED.sub("", text))
    return _TAG_FLOOD.sub(r"\1", _FLOOD.sub(_calmed, text))


def _calmed(found: re.Match[str]) -> str:
    """A run of marks cut to `MARKS` in a row; what has a width of its own starts a new count."""
    kept: list[str] = []
    count = 0
    for character in found.group():
        count = count + 1 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 0
        if count <= MARKS:
            kept.append(character)
    return "".join(kept)


def unescaped(text: str) -> str:
    """Twitter's three character entities resolved, each once (`&amp;lt;` is the text `&lt;`)."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def addresses(text: str) -> tuple[str, ...]:
    """The web addresses written out in a text, each once, without the punctuation after them."""
    if "://" not in text:
        return ()
    return tuple(dict.fromkeys([found.rstrip(".,;:!?*'`") for found in _ADDRESS.findall(text)]))


class Cut(NamedTuple):
    """A piece of escaped text to be replaced: code points `start` to `end`, where `old` should stand."""

    start: int
    end: int
    old: str
    new: str


def replaced(text: str, cuts: Iterable[Cut]) -> str:
    """Escaped text with its cuts made and everything else unescaped; replacements are taken as they are.

    An offset that does not show `old` is not trusted (some exports count UTF-16 units, or another version of the text):
    the next place where `old` stands is taken, and where there is none the cut is left out.
    """
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(_located(text, cuts)):
        if start >= done:
            parts.append(unescaped(text[done:start]))
            parts.append(new)
            done = end
    parts.append(unescaped(text[done:]))
    return "".join(parts)


def _located(text: str, cuts: Iterable[Cut]) -> Iterator[tuple[int, int, str]]:
    """Where each cut really is: start, end and what comes there. A text that stands twice is taken twice."""
    after: dict[str, int] = {}
    for cut in cuts:
        start = cut.start
        if not cut.old or text[start : cut.end] != cut.old:
            start = text.find(cut.old, after.get(cut.old, 0)) if cut.old else -1
        if start >= 0:
            after[cut.old] = start + len(cut.old)
            yield start, start + len(cut.old), cut.new


def choice(name: object, votes: object) -> str:
    """One choice of a poll as it stands in a post's text, with its votes where they are known."""
    told = f" ({votes:,} vote{'' if votes == 1 else 's'})" if isinstance(votes, int) else ""
    return f"- {line(name) if isinstance(name, str) else ''}{told}"
