"""Lines that fit a number of cells: greedy, never inside a grapheme, as spans so that hits keep their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len, split_graphemes

Span = tuple[int, int]
"""Start and end of a line in the text, in code points."""

_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
MARKS = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200d\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_FLOOD = re.compile(f"({MARKS}{{4}}){MARKS}+")
_JOINER = "\u200d"
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
"""Where emoji lie, skin tones among them: the only signs that terminals and we join in the same way, if at all."""
_STRAY = re.compile(f"(?<![{_PICTURES}\ufe0f]){_JOINER}|{_JOINER}(?![{_PICTURES}])")
_EMOJI = f"[{_PICTURES}][\U0001f3fb-\U0001f3ff\ufe0f]*+"
_CHAIN = re.compile(f"((?:{_EMOJI}{_JOINER}){{3}}{_EMOJI}){_JOINER}")
"""No emoji has more than three joiners."""
_NOT_FIRST = frozenset(",.!?:;)]}、。，．！？」』）】〉》：；・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ”’")
"""Signs that East Asian typography never puts at the beginning of a line."""


def safe(text: str) -> str:
    """The text without anything that could steer a terminal.

    Imported text is clean already (formats/prose.py); this is the last door, so that an archive file that another
    program wrote can send no escape either. Costs two searches in C for a text that is clean.

    A joiner is kept between emoji alone: elsewhere Rich, and many a terminal, take what it joins for one cell, and of a
    text with joiners between its letters only the first would be seen. (The price: a joiner that asks for another form
    of an Indic or Arabic letter is not heard.)
    """
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(lambda found: " " if found[0] == "\t" else "�", text)
    if text.isascii():
        return text
    if _JOINER in text:
        text = _CHAIN.sub(r"\1", _STRAY.sub("", text))
    return _FLOOD.sub(r"\1", text)


def cells(text: str) -> int:
    """Width in terminal cells."""
    return len(text) if text.isascii() else cell_len(text)


def wrap(text: str, width: int) -> list[Span]:
    """The lines of the text, each at most `width` cells; a line feed ends one. Spaces at a break belong to none."""
    lines: list[Span] = []
    start = 0
    while True:
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        lines.extend(_paragraph(text, start, stop, width))
        if end < 0:
            return lines
        start = end + 1


def _paragraph(text: str, start: int, stop: int, width: int) -> Iterator[Span]:
    """The lines of one paragraph; an empty one is one empty line."""
    line, used, last = start, 0, start
    for begin, end, wide in _pieces(text, start, stop):
        space = begin - last
        if used and used + space + wide > width:
            yield line, last
            line, used, space = begin, 0, 0
        if used == 0 and wide + space > width:
            line = begin
            *full, (line, end) = _break(text, begin, end, width)
            yield from full
            used = cells(text[line:end])
        else:
            used += space + wide
        last = end
    yield line, last


def _pieces(text: str, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """What no line is broken within: words, and in scripts without spaces single characters; with their width."""
    for word in re.compile(r"[^ ]+").finditer(text, start, stop):
        begin, end = word.span()
        piece = word[0]
        if piece.isascii():
            yield begin, end, end - begin
        elif (wide := cell_len(piece)) > len(piece):
            yield from _wide_pieces(piece, begin)
        else:
            yield begin, end, wide


def _wide_pieces(word: str, offset: int) -> Iterator[tuple[int, int, int]]:
    """A word with wide characters: each of these is a piece, and so is what stands between them."""
    begin, wide, open_run = 0, 0, False
    for start, _end, cell in split_graphemes(word)[0]:
        glued = start == 0 or word[start] in _NOT_FIRST or (open_run and cell < 2) or wide == 0
        if not glued:
            yield offset + begin, offset + start, wide
            begin, wide = start, 0
        wide += cell
        open_run = cell < 2
    yield offset + begin, offset + len(word), wide


def _break(text: str, begin: int, end: int, width: int) -> list[Span]:
    """A piece that is longer than a line, broken between graphemes."""
    lines: list[Span] = []
    start = used = 0
    word = text[begin:end]
    for first, _after, cell in split_graphemes(word)[0]:
        if used and used + cell > width:
            lines.append((begin + start, begin + first))
            start, used = first, 0
        used += cell
    lines.append((begin + start, end))
    return lines


def cut(text: str, width: int, more: str = "…") -> str:
    """The text in at most `width` cells, on one line, with the sign for more where something is left out."""
    text = text.replace("\n", " ")
    if len(text) <= width and cells(text) <= width:
        return text
    room = width - cells(more)
    if room <= 0:
        return more[:width] if more.isascii() else more * (width > 0)
    used = 0
    for start, _end, cell in split_graphemes(text[: room * 8 + 8])[0]:
        if used + cell > room:
            return text[:start].rstrip(" ") + more
        used += cell
    return text[: room * 8 + 8] + more if len(text) > room * 8 + 8 else text


def right_to_left(text: str) -> bool:
    """Whether a paragraph runs from right to left: its first strong character decides (Unicode bidi rule P2)."""
    if text.isascii():
        return False
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False
