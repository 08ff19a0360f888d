"""Where the words of a query stand in a text as it is shown, by the same rules by which the index finds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from unicodedata import combining

from rejoinder.archive.conditions import Pattern, Words
from rejoinder.archive.patterns import spans
from rejoinder.archive.text import folded, tokens

Span = tuple[int, int]
"""From this code point of the text to before that one."""
Located = tuple[str, int, int]
"""A normalised word, and from where to where it stands in the text."""

_ASCII_WORD = re.compile("[0-9A-Za-z_]+")
_folded = lru_cache(4096)(folded)


def matcher(terms: Sequence[Words | Pattern]) -> Callable[[str], list[Span]]:
    """A function that gives the places of these words, phrases, beginnings, patterns: in order, without overlap.

    Where only the beginning of a word is asked for, the whole word is the place: it is what was found.
    """
    wanted = [words for words in dict.fromkeys(terms) if isinstance(words, Words) and words.tokens]
    patterns = [term.pattern for term in dict.fromkeys(terms) if isinstance(term, Pattern)]

    def hits(text: str) -> list[Span]:
        matched = [span for pattern in patterns for span in spans(pattern, text)]
        return _joined(sorted([*matched, *of_words(text)])) if matched else of_words(text)

    def of_words(text: str) -> list[Span]:
        present = tokens(text) if wanted else []
        found = [(at, at + len(words.tokens) - 1) for words in wanted for at in _starts(words, present)]
        if not found:  # only a text with a hit pays for the places
            return []
        places = located(text)
        return _joined(sorted((places[first][1], places[last][2]) for first, last in found))

    return hits


def located(text: str) -> list[Located]:
    """The words of `text.tokens(text)`, each with its place. What the index passes over belongs to the word before."""
    if text.isascii():
        return [(found[0].lower(), found.start(), found.end()) for found in _ASCII_WORD.finditer(text)]
    places: list[Located] = []
    is_open = False
    for start, end in _clusters(text):
        piece = _folded(text[start:end])
        if not piece and places and places[-1][2] == start:
            places[-1] = (*places[-1][:2], end)
        for char in piece:
            if char == " ":
                is_open = False
            elif is_open:
                places[-1] = (places[-1][0] + char, places[-1][1], end)
            else:
                places.append((char, start, end))
                is_open = True
    return places


def _clusters(text: str) -> Iterator[Span]:
    """Pieces that normalise alone as they do within the text: a character and what may combine with it."""
    start = 0
    for at in range(1, len(text)):
        if not _may_combine(text[at]):
            yield start, at
            start = at
    yield start, len(text)


def _may_combine(char: str) -> bool:
    if char < "\u0300":  # nothing before it does
        return False
    return combining(char) > 0 or "\u1160" <= char <= "\u11ff" or "\u3131" <= char <= "\u318e" or "ﾞ" <= char <= "ￜ"


def _starts(words: Words, present: Sequence[str]) -> list[int]:
    """The places in the list of words at which the phrase begins."""
    *head, last = words.tokens
    ahead = len(head)
    if words.prefix:
        ends = [at for at, word in enumerate(present) if word.startswith(last)]
    else:
        ends = [at for at, word in enumerate(present) if word == last]
    return [at - ahead for at in ends if at >= ahead and present[at - ahead : at] == head]


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Overlapping spans made one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
