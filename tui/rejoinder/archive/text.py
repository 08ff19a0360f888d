"""The one normaliser of words, for the index and for queries alike: what a word is, and when two words are the same.

Words are compared without case, accents and points; kana, ideographs, emoji and the letters of scripts that write no
spaces (Thai, Lao, Khmer, Burmese) are words of one character each, so that a word inside running text is a phrase.
`indexed` prepares text for SQLite's FTS5 with the tokenizer `TOKENIZER`, which then finds exactly the words of
`tokens`: `ascii` takes every character beyond ASCII for a letter, so that is decided here and not by SQLite's tables.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from functools import cache
from typing import TypeVar
from unicodedata import category, combining, normalize

VERSION = 1
"""Kept in each archive; another number means that its index has to be built anew."""

TOKENIZER = "ascii tokenchars '_'"
"""What FTS5 is given as `tokenize` for columns that hold `indexed` text."""

_SINGLE = (
    *(0x0E00, 0x0F00),  # Thai, Lao
    *(0x1000, 0x10A0),  # Burmese
    *(0x1780, 0x1800, 0x19E0, 0x1A00),  # Khmer
    *(0x2E80, 0x2FE0, 0x3005, 0x3008, 0x3021, 0x302A, 0x3031, 0x3036, 0x3038, 0x303D),  # radicals, ideographic marks
    *(0x3041, 0x3097, 0x309D, 0x30A0, 0x30A1, 0x30FB, 0x30FC, 0x3100),  # kana
    *(0x3105, 0x3130, 0x31A0, 0x31C0, 0x31F0, 0x3200),  # bopomofo, more kana
    *(0x3400, 0x4DC0, 0x4E00, 0xA000),  # ideographs
    *(0xA9E0, 0xAA00, 0xAA60, 0xAA80),  # more Burmese
    *(0xF900, 0xFB00),  # compatibility ideographs
    *(0x1AFF0, 0x1B170),  # old kana
    *(0x20000, 0x40000),  # ideographs beyond the first plane
)
"""Scripts without spaces: from, until, from, until … Ranges, so that every Python agrees on newer characters."""

_PICTURES = (0x2190, 0x2200, 0x25A0, 0x2600, 0x1F000, 0x1F3FB, 0x1F400, 0x1FC00)
"""Arrows, shapes, emoji; the gap is the skin tones. Other signs are pictures by category: So, from U+2190 on."""

_COMPOSED = (0x3040, 0x3100, 0xAC00, 0xD7A4)
"""Kana and Hangul syllables are not taken apart: the voicing mark and the jamo are spelling."""

_IGNORED = (0x180B, 0x180E, 0x180F, 0x1810, 0xFE00, 0xFE10, 0x1F3FB, 0x1F400, 0xE0100, 0xE01F0)
"""Variation selectors and skin tones."""

_SPELLING = frozenset((0, 9, 84, 91, 129, 130, 132))
"""Combining classes of marks that spell: vowel signs, viramas, Telugu lengths, Tibetan vowels. Others are accents."""

_OWN = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "\u02bb": " ",  # okina and modifier apostrophe are letters to Unicode; most people type ', which parts words
    "\u02bc": " ",
    "\u115f": " ",  # Hangul fillers are blank
    "\u1160": " ",
    "\u200b": " ",  # zero-width space
    "\u0640": "",  # Arabic tatweel only stretches
    "\u034f": "",  # the grapheme joiner is an unseen mark
}
"""Characters that neither decomposition nor category treats as a reader would."""


def _within(char: str, bounds: tuple[int, ...]) -> bool:
    return bisect_right(bounds, ord(char)) % 2 == 1


def _is_accent(char: str) -> bool:
    """Whether a character of a word is passed over: accents, points, joiners, selectors, skin tones."""
    if _within(char, _SINGLE):
        return False
    kind = category(char)
    if kind in ("Me", "Cf") and char != "\u200b":
        return True
    return _within(char, _IGNORED) or (kind in ("Mn", "Mc") and combining(char) not in _SPELLING)


def _written(char: str) -> str:
    """A simple, folded character as the index writes it: itself, nothing, a space, or itself between spaces."""
    if char in _OWN:
        return _OWN[char]
    kind = category(char)
    is_letter = kind[0] in "LMN" or kind == "Cn" or char == "_"
    if _within(char, _PICTURES) or (kind == "So" and char >= "\u2190") or (is_letter and _within(char, _SINGLE)):
        return f" {char} "
    if _is_accent(char):
        return ""
    return char if is_letter else " "


class _Folding(dict[int, str]):
    """Code point -> what the index writes, worked out when first met: all of Unicode at once would cost a second."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if not _within(char, _COMPOSED):
            bare = "".join(c for c in normalize("NFKD", char) if not _is_accent(c))
            char = normalize("NFKD", bare.casefold())
        self[code] = folded = "".join(map(_written, char))
        return folded


_FOLDING = _Folding()
_ASCII = {code: chr(code).lower() if chr(code).isalnum() or chr(code) == "_" else " " for code in range(128)}


_KEPT = "\u0430-\u0438\u043a-\u044f\u05d0-\u05ea\u0621\u0627-\u063a\u0641-\u064a\uac00-\ud7a3"
"""Letters that the index writes as they are: small Cyrillic, Hebrew, Arabic, composed Hangul."""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is looked for in text that is mostly beyond ASCII: a character that is not written as it is; a stretch with
    such a one. Compiled when the first such text comes: that takes 5 ms, more than a search has to spare.

    The second looks where a stretch begins, and what was passed over is not tried again, so that a long text takes no
    more than its length.
    """
    return (
        re.compile(f"[^\x00-\x7f{_KEPT}]"),
        re.compile(f"(?<![^\x00-\x7f])[{_KEPT}]*+[^\x00-\x7f{_KEPT}][^\x00-\x7f]*"),
    )


_FIRST_SIGN, _LAST_SIGN = "\u3041", "\u9fff"


@cache
def _signs() -> re.Pattern[str]:
    """Kana and common ideographs only, which stand apart."""
    return re.compile(f"[{_FIRST_SIGN}-\u3096\u30a1-\u30fa\u4e00-{_LAST_SIGN}]+")


_stretches: dict[str, str] = {}
_encoded: dict[str, bytes] = {}
_MOST_STRETCHES = 50_000
_LONG = 40
"""Characters: longer stretches do not come again."""
_V = TypeVar("_V", str, bytes)


def _stretch(found: re.Match[str]) -> str:
    """A stretch as the index writes it; those of words come again, so they are remembered.

    Folding character by character takes 0.1 µs each: without the short ways here, a tenth of an import.
    """
    text = found[0]
    known = _stretches.get(text)
    if known is not None:
        return known
    return _spaced(text) or _remember(_stretches, text, _by_character(text))


def _in_ascii(error: UnicodeError) -> tuple[bytes, int]:
    """What the ASCII encoder writes for a stretch, and where it goes on."""
    assert isinstance(error, UnicodeEncodeError)
    end = error.end
    text = error.object[error.start : end]
    known = _encoded.get(text)
    if known is None:
        signs = _spaced(text).encode()
        known = signs or _remember(_encoded, text, _by_character(text).encode("utf-8", "surrogatepass"))
    return known, end


def _spaced(text: str) -> str:
    """Signs apart from each other; empty where the text is not of signs alone."""
    return f" {' '.join(text)} " if _signs().fullmatch(text) else ""


_IN_ASCII = "rejoinder.index"
codecs.register_error(_IN_ASCII, _in_ascii)


def _remember(table: dict[str, _V], text: str, value: _V) -> _V:
    if len(text) < _LONG:
        if len(table) > _MOST_STRETCHES:
            table.clear()
        table[text] = value
    return value


def _by_character(text: str) -> str:
    if "™" in text:  # would become two letters of the word before it
        text = text.replace("™", " ")
    return normalize("NFKC", text).translate(_FOLDING)


def encoded(text: str) -> bytes:
    """The text as FTS5 is to see it; what is ASCII stays, the tokenizer folds its case. Never raises.

    Where little is beyond ASCII, or signs stand without spaces, the ASCII encoder finds the stretches in a quarter of
    the time that an expression takes. Where many words are, most are written as they are, which expressions see.
    """
    data = text.encode("utf-8", "surrogatepass")
    beyond = len(data) - len(text)
    if not beyond:
        return data
    if 4 * beyond > len(text):
        others, stretches = _patterns()
        found = others.search(text)
        if found is None:
            return data
        if not _FIRST_SIGN <= found[0] <= _LAST_SIGN:
            return stretches.sub(_stretch, text).encode("utf-8", "surrogatepass")
    return text.encode("ascii", _IN_ASCII)


def indexed(text: str) -> str:
    """The same as text."""
    return text if text.isascii() else encoded(text).decode("utf-8", "surrogatepass")


def folded(text: str) -> str:
    """The text's words, normalised, with one or more spaces between them, whether the text is ASCII or not."""
    return indexed(text).translate(_ASCII)


def tokens(text: str) -> list[str]:
    """The words of a text in their order, normalised: what the index holds of it, and what a query compares with."""
    return folded(text).split()


def fold_tag(tag: str) -> str:
    """A hashtag, with or without #, as tags are compared: one token, or empty if no letter is in it."""
    return normalize("NFC", "".join(tokens(tag)))


def fold_handle(handle: str) -> str:
    """A handle as handles are compared: without the @ before it and without case."""
    return handle.strip().lstrip("@＠").casefold()
