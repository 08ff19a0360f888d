"""Conversations written out by hand: an indented tree of `speaker: text`, on a date or wherever it fits.

== 2021-06-03 14:07           or: == anytime <5-8> <h9-20>
mira_o: Ferry desk: the 14:20 is cancelled.
  jonvale +2: Again?          two minutes after what it answers
    mira_o: Sorry Jon.
^ana_brandt: Seen this?       quotes the scene's first post; ^ana_brandt@label: the post marked ~as label
"""

from __future__ import annotations

import re

from town.days import END, HOUR, START, as_date, moment
from town.dice import Dice
from town.draft import Draft, split_marks
from town.grammar import WORDS, Grammar, Line
from town.routines import arrived

_SPEECH = re.compile(
    r"(?P<indent> *)(?P<quote>\^?)(?P<who>\w*\??)(@(?P<label>\w+))?( \+(?P<wait>\d+)(?P<unit>[mhd]?))?: (?P<text>.+)"
)
_MINUTES = {"": 1, "m": 1, "h": 60, "d": 24 * 60}


class Scene:
    """The header and the lines of one conversation."""

    def __init__(self, header: str) -> None:
        self.header = header
        self.lines: list[str] = []

    def place(self, dice: Dice) -> int:
        """When it begins: its date, or a moment that its guards allow."""
        if not self.header.startswith("anytime"):
            return moment(self.header)
        guards = Line(self.header.removeprefix("anytime").strip() + " x")
        while True:
            time = dice.whole(START + 40 * 24 * HOUR, END - 10 * 24 * HOUR)
            here = all(arrived(line.split(":")[0].split()[0].lstrip("^"), time) for line in self.lines)
            if here and guards.fits(time) and 7 <= as_date(time).hour <= 21:
                return time


def scenes(name: str) -> list[Scene]:
    """The scenes of scenes/NAME.scene, in the order they are written."""
    found: list[Scene] = []
    for raw in (WORDS.parent / "scenes" / f"{name}.scene").read_text("utf-8").splitlines():
        if raw.startswith("== "):
            found.append(Scene(raw[3:].strip()))
        elif raw.strip():
            found[-1].lines.append(raw)
    return found


def play(scene: Scene, grammar: Grammar, dice: Dice) -> list[Draft]:
    """The scene's posts (and ghosts), each under the line it answers."""
    start = scene.place(dice)
    said: list[Draft] = []
    labels: dict[str, Draft] = {}
    above: dict[int, Draft] = {}
    kept: dict[str, str] = {}
    for raw in scene.lines:
        match = _SPEECH.fullmatch(raw.rstrip())
        if match is None:
            raise ValueError(f"Not a line of a scene: {raw}")
        depth = len(match["indent"]) // 2
        parent = above.get(depth - 1) if depth else None
        elder = above.get(depth)
        before = elder if elder is not None and elder.parent is parent else parent
        text, marks = split_marks(match["text"])
        shown = labels.get(match["label"] or marks.get("repost", "")) or (said[0] if said else None)
        time = _time(match, parent or shown, before or shown, start, dice)
        draft = Draft(time, match["who"], grammar.fill(text, time, dice, kept), parent, marks=marks, kept=kept)
        if match["quote"]:
            draft.quote = shown
        if "repost" in marks:
            draft.repost = shown
            draft.text = labels[marks["repost"]].text
        above[depth] = draft
        said.append(draft)
        if "as" in marks:
            labels[marks["as"]] = draft
    return said


def _time(match: re.Match[str], parent: Draft | None, before: Draft | None, start: int, dice: Dice) -> int:
    """`+8` counts from the post above; without it a line comes some minutes after the one before it at its height."""
    if match["wait"]:
        return (parent.time if parent else start) + int(match["wait"]) * _MINUTES[match["unit"]] * 60
    return before.time + int(dice.wait(7) * 60) + 20 if before else start
