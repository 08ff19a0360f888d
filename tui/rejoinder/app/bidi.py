"""Right-to-left text in the order in which it is to be seen, for terminals that draw every cell where it comes.

Only what is drawn is reordered (Unicode's bidirectional algorithm, UAX 9, by python-bidi); the text itself stays as it
is. Letters keep their points, since whole graphemes change places; Arabic letters get the forms that join them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from rich.cells import split_graphemes

from rejoinder.app.shaping import joined
from rejoinder.app.wrapping import MARKS

Run = tuple[str, str]
"""Some text and the name of its style."""
_GLUED = re.compile(MARKS + "|[\U0001f000-\U0001faff\u2600-\u27bf\u0900-\u0eff]")
"""What may make one grapheme of several code points."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def has_right_to_left(text: str) -> bool:
    """Whether a letter of a script that runs from right to left is in it."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


@lru_cache(1_024)
def levels(paragraph: str, backwards: bool) -> Sequence[int]:
    """The embedding level of each code point of a paragraph; odd ones run from right to left.

    python-bidi gives them in the words of its `debug`, one for each byte of UTF-8.
    """
    from bidi import get_display  # costs 15 ms, and most archives hold nothing that needs it

    told = str(get_display(paragraph, base_dir="R" if backwards else "L", debug=True))
    found = told[told.rindex("levels: [") : told.rindex("paragraphs: [")].split("Level(")[1:]
    of_bytes = [int(level.split(",", 1)[0]) for level in found]
    made, at = [], 0
    for character in paragraph:
        made.append(of_bytes[at])
        at += len(character.encode())
    return made


def visual(runs: Iterable[Run], of_line: Sequence[int], backwards: bool) -> list[Run]:
    """One line's runs in the order in which they are seen; `of_line` are the levels of its code points.

    `backwards` says that the paragraph runs from right to left; blanks at the line's end go with it.
    """
    from bidi.mirror import MIRRORED

    texts, inks, depths = _graphemes(runs, of_line)
    place = len(texts)
    while place and texts[place - 1].isspace():  # rule L1
        place -= 1
        depths[place] = int(backwards)
    shown = [MIRRORED.get(text, text) if depth % 2 else text for text, depth in zip(texts, depths, strict=True)]  # L4
    shown = joined(shown, depths) if any("\u0600" <= text[:1] <= "\u06ff" for text in texts) else shown
    return _together((shown[place], inks[place]) for place in _order(depths))


def visual_text(text: str, backwards: bool) -> str:
    """A text of one line and one style, in the order in which it is seen."""
    return "".join(text for text, _ in visual(((text, ""),), levels(text, backwards), backwards))


def _graphemes(runs: Iterable[Run], of_line: Sequence[int]) -> tuple[list[str], list[str], list[int]]:
    """What changes places as one, a letter with its points, with its style and its level."""
    texts: list[str] = []
    inks: list[str] = []
    depths: list[int] = []
    at = 0
    for text, ink in (run for run in runs if run[0]):
        starts = [start for start, _, _ in split_graphemes(text)[0]] if _GLUED.search(text) else range(len(text))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            texts.append(text[start:end])
            depths.append(of_line[at + start])
        inks.extend([ink] * len(starts))
        at += len(text)
    return texts, inks, depths


def _order(depths: Sequence[int]) -> list[int]:
    """Rule L2: from the deepest level to the lowest odd one, every stretch of at least that level is turned round."""
    order = list(range(len(depths)))
    lowest_odd = min((depth for depth in depths if depth % 2), default=1)
    for level in range(max(depths, default=0), lowest_odd - 1, -1):
        start = None
        for place in range(len(depths) + 1):
            if place < len(depths) and depths[order[place]] >= level:
                start = place if start is None else start
            elif start is not None:
                order[start:place] = order[start:place][::-1]
                start = None
    return order


def _together(graphemes: Iterable[Run]) -> list[Run]:
    """Neighbours of one style as one run."""
    return [("".join(text for text, _ in group), ink) for ink, group in groupby(graphemes, lambda each: each[1])]
