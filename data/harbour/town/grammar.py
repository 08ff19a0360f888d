"""The town's sentences: sections of lines in words/*.txt, drawn least-used first, with choices, slots and seasons.

== bread                      a section
<11-2> Rye with caraway.      a line for November to February; <2020-01..2020-03> dates; <h5-10> hours
<if:teapot/lid> An answer.    only to a post that has one of the words (_ for a space)
[Warm|Fresh] {loaf}s.         one of two; {loaf} is a line of the section `loaf`
{name=boat} is in.            drawn from `boat` and kept for the answers as {name}
{n:3-12} crates by {clock:7-9}.
"""

from __future__ import annotations

import re
from pathlib import Path

from town.days import as_date, moment, words
from town.dice import Dice

WORDS = Path(__file__).parent / "words"
_GUARD = re.compile(r"<([^<> ]+)> *")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]+)\}")
_SPAN = re.compile(r"(n|N|clock|Clock):(-?\d+)-(-?\d+)")
DRAWN = "drawn "
NEVER_KEPT = ("photo", "comida", "hesterline", "bun", "n", "poem", "poem1", "poem2", "poem3")


class Line:
    """One line of a section and how often it was drawn."""

    def __init__(self, text: str) -> None:
        self.guards: list[str] = []
        while match := _GUARD.match(text):
            self.guards.append(match[1])
            text = text[match.end() :]
        self.text = text
        self.drawn = 0

    def fits(self, time: int, answered: str = "") -> bool:
        """Whether all of the line's guards hold at this moment, for an answer to this text."""
        return all(_holds(guard, time, answered) for guard in self.guards)


def _holds(guard: str, time: int, answered: str) -> bool:
    if guard.startswith("if:"):
        return any(word.replace("_", " ") in answered for word in guard[3:].split("/"))
    at = as_date(time)
    if ".." in guard:
        since, until = guard.split("..")
        return (not since or moment(since) <= time) and (not until or time < moment(until))
    low, high = (int(part) for part in guard.lstrip("h").split("-"))
    value = at.hour if guard.startswith("h") else at.month
    return low <= value <= high if low <= high else value >= low or value <= high


def _sections() -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for path in sorted(WORDS.glob("*.txt")):
        here: list[Line] = []
        for raw in path.read_text("utf-8").splitlines():
            if raw.startswith("== "):
                name = raw[3:].strip()
                if name in found:
                    raise ValueError(f"Two sections are called {name}; the second is in {path.name}")
                here = found[name] = []
            elif raw.strip():
                here.append(Line(raw.strip()))
    return found


class Grammar:
    """Draws lines and fills them in."""

    def __init__(self) -> None:
        self._sections = _sections()

    def draw(self, section: str, time: int, dice: Dice, answered: str = "") -> str | None:
        """A line that fits the moment, one of the least used; None where none does."""
        fitting = [line for line in self._sections[section] if line.fits(time, answered)]
        if not fitting:
            return None
        least = min(line.drawn for line in fitting)
        line = dice.pick([line for line in fitting if line.drawn == least])
        line.drawn += 1
        return line.text

    def fill(self, text: str, time: int, dice: Dice, kept: dict[str, str]) -> str:
        """The line with its choices made and its slots filled; `{name=section}` is kept for the whole conversation."""
        while match := _CHOICE.search(text):
            text = text[: match.start()] + dice.pick(match[1].split("|")) + text[match.end() :]
        while match := _SLOT.search(text):
            text = text[: match.start()] + self._slot(match[1], time, dice, kept) + text[match.end() :]
            text = self.fill(text, time, dice, kept) if "[" in text else text
        return text.replace("\\n", "\n")

    def _slot(self, name: str, time: int, dice: Dice, kept: dict[str, str]) -> str:
        keep, is_kept, rest = name.partition("=")
        if is_kept:
            kept[keep] = self._slot(rest, time, dice, kept)
            return kept[keep]
        if span := _SPAN.fullmatch(name):
            low, high = int(span[2]), int(span[3])
            return (
                str(dice.whole(low, high))
                if span[1] in "nN"
                else f"{dice.whole(low, high):02}:{dice.whole(0, 11) * 5:02}"
            )
        lower = name.lower()
        value = kept.get(lower) or words(time).get(lower) or self._drawn(lower, time, dice, kept)
        return value[0].upper() + value[1:] if name[0].isupper() else value

    def _drawn(self, section: str, time: int, dice: Dice, kept: dict[str, str]) -> str:
        line = self.draw(section, time, dice)
        if line is None:
            raise LookupError(f"Nothing to say for {{{section}}} in month {as_date(time).month}")
        value = self.fill(line, time, dice, kept)
        kept[DRAWN + section] = value
        return value


def answering(kept: dict[str, str]) -> dict[str, str]:
    """What the answers to a post keep of it: {fish} is then the fish that the post spoke of."""
    fresh = {name.removeprefix(DRAWN): value for name, value in kept.items()}
    return {name: value for name, value in fresh.items() if name not in NEVER_KEPT}
