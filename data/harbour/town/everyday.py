"""The everyday posts of the routines, and the answers that people give to them."""

from __future__ import annotations

import re
from collections import Counter

from town.cast import CAST, DOCKERS, OFFICE
from town.days import DAY, END, HOUR, as_date, words
from town.dice import Dice
from town.draft import Draft, split_marks
from town.grammar import Grammar, answering
from town.routines import Routine, arrived, silent

_ANSWER = re.compile(r"(\^?)(\w+): (.+)")
_SHORT = 24
NIGHT_PEOPLE = ("night_ferry", "noor_h", "saffi", "lifeboat_skerry")


class Everyday:
    """Fills the calendar; keeps an eye on what has been said already, so that nobody repeats anybody."""

    def __init__(self, grammar: Grammar, said: Counter[str]) -> None:
        self._grammar = grammar
        self._said = said

    def post(self, who: str, section: str, time: int, dice: Dice, known: dict[str, str] | None = None) -> Draft | None:
        """A fresh post of the section, or None where all that it can say has been said."""
        for _ in range(8):
            line = self._grammar.draw(section, time, dice)
            if line is None:
                return None
            draft = self._draft(who, line, time, dice, {**words(time), **(known or {})})
            if self._fresh(draft.text):
                return draft
        return None

    def routine(self, routine: Routine, dice: Dice) -> list[Draft]:
        """All posts of a routine with their answers."""
        found: list[Draft] = []
        span = (routine.until - routine.since) / routine.count
        for number in range(routine.count):
            about = int(routine.since + (number + _spread(dice)) * span)
            time = self._moment(routine, about, dice)
            draft = None if silent(routine, time) else self.post(routine.who, routine.section, time, dice)
            if draft is None:
                continue
            found.append(draft)
            if routine.answers:
                found += self.answers(draft, routine.answers, routine.liveliness, dice)
        return found

    def answers(self, draft: Draft, section: str, expected: float, dice: Dice) -> list[Draft]:
        """Replies (and quotes) to a post, each with what is said to them in turn."""
        found: list[Draft] = []
        wanted = sum(dice.chance(expected / 6) for _ in range(6))
        for _ in range(wanted):
            line = self._grammar.draw(section, draft.time, dice, draft.text)
            if line is not None:
                found += self.exchange(draft, line, dice)
        return found

    def exchange(self, draft: Draft, line: str, dice: Dice) -> list[Draft]:
        """One line of answers, `who: text >> who: text`, each under the one before, up to one that may not be given."""
        found: list[Draft] = []
        parent, kept = draft, answering(draft.kept)
        for turn in line.split(" >> "):
            match = _ANSWER.fullmatch(turn.strip())
            if match is None:
                raise ValueError(f"Not an answer: {turn}")
            time = awake(match[2], parent.time + int(dice.wait(16) * 60) + 25)
            answer = self._draft(match[2], match[3], time, dice, dict(kept))
            if not (arrived(answer.who, time) and may_address(answer.who, parent.who) and self._fresh(answer.text)):
                break
            if match[1]:
                answer.quote = draft
            else:
                answer.parent = parent
            found.append(answer)
            parent = answer
        return found

    def _draft(self, who: str, line: str, time: int, dice: Dice, kept: dict[str, str]) -> Draft:
        text, marks = split_marks(line)
        text = self._grammar.fill(text, time, dice, kept)
        marks = {name: self._grammar.fill(value, time, dice, kept) for name, value in marks.items()}
        return Draft(time, who, text, marks=marks, kept=kept)

    def _fresh(self, text: str) -> bool:
        allowed = 2 if len(text) <= _SHORT else 1
        self._said[text] += 1
        return self._said[text] <= allowed

    def _moment(self, routine: Routine, time: int, dice: Dice) -> int:
        day = time // DAY * DAY
        if routine.office and as_date(day).weekday() > 4:
            day -= 2 * DAY
        if routine.weekday is not None:
            day += (routine.weekday - as_date(day).weekday()) % 7 * DAY
        low, high = routine.hours
        return min(day, END // DAY * DAY - DAY) + dice.whole(low * HOUR, high * HOUR + 3540)


def _spread(dice: Dice) -> float:
    return (dice.whole(0, 999) + dice.whole(0, 999)) / 2000


def awake(who: str, time: int) -> int:
    """Most people answer in the morning what they find in the night."""
    hour = as_date(time).hour
    return time if hour >= 6 or who in NIGHT_PEOPLE else time + (7 - hour) * HOUR


def may_address(who: str, whom: str) -> bool:
    """Replies that only the written stories may hold: dockers to the office, and nobody answers himself."""
    if who == whom or (who == "jonvale" and whom == "skerry"):
        return False
    return not ((who in DOCKERS and whom in OFFICE) or (who in OFFICE and whom in DOCKERS)) or whom not in CAST
