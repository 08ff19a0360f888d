"""Arabic letters in the forms that join them to their neighbours, as the Unicode data give them.

A terminal that does not reorder does not join either, or joins what stands beside each other only after reordering,
which is the wrong neighbour. The presentation forms of Unicode are fixed: every terminal draws them as they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

Forms = dict[str, str]
"""A letter's presentation forms by `isolated`, `final`, `initial`, `medial`."""
NON_JOINER, JOINER, TATWEEL = "\u200c", "\u200d", "\u0640"
_JOINERS = {ord(NON_JOINER): None, ord(JOINER): None}
KINDS = ("isolated", "initial", "final", "medial")


@cache
def forms() -> dict[str, Forms]:
    """The forms of each letter, and of the ligatures of lam and alef (blocks FB50 to FBFF and FE80 to FEFC)."""
    found: dict[str, Forms] = {}
    for point in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(point)).split() or [""]
        if kind.startswith("<") and letters:
            found.setdefault("".join(chr(int(letter, 16)) for letter in letters), {})[kind[1:-1]] = chr(point)
    found[TATWEEL] = dict.fromkeys(KINDS, TATWEEL)
    return found


def joined(graphemes: Sequence[str], levels: Sequence[int]) -> list[str]:
    """The graphemes of a line, in logical order, with the Arabic letters that run from right to left joined.

    Where lam and alef became one, alef's place is empty. All else is left as it is.
    """
    known, shown = forms(), list(graphemes)
    reaches = False
    for place, text in enumerate(graphemes):
        if not shown[place]:
            continue
        letter, last = text[:1], place
        if letter not in known or levels[place] % 2 == 0:
            reaches = False
            continue
        if len(text) == 1 and _after(graphemes, place) and letter + _after(graphemes, place) in known:
            last = place + 1
            letter, text, shown[last] = letter + graphemes[last][:1], text + graphemes[last], ""
        own = known[letter]
        goes_on = "initial" in own and NON_JOINER not in text and "final" in known.get(_after(graphemes, last), ())
        shown[place] = own.get(KINDS[reaches * 2 + goes_on], letter) + text[len(letter) :].translate(_JOINERS)
        reaches = goes_on
    return shown


def _after(graphemes: Sequence[str], place: int) -> str:
    """The letter after a place; nothing at the end."""
    return graphemes[place + 1][:1] if place + 1 < len(graphemes) else ""
