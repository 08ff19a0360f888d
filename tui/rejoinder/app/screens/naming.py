"""Places with a letter for a name: `''a` names the post under the cursor, `'a` comes back to it, until one leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from textual.events import Key as KeyPressed

from rejoinder.app.screens.jumping import Jumping
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.protocol import Key

SIGN = "'"
"""Typed once more it names instead of going."""


class Naming:
    """Waits for a letter after its command; any other key gives up."""

    def __init__(self, timeline: Timeline, jumping: Jumping, say: Callable[[str], None]) -> None:
        self._timeline = timeline
        self._jumping = jumping
        self._say = say
        self._named: dict[str, Key] = {}
        self._waits: Literal["", "go", "name"] = ""

    def action_go_to_named(self, count: int | None = None) -> None:
        known = " ".join(sorted(self._named))
        self._waits = "go"
        told = f"a letter goes to the place of that name ({known})" if known else "no place has a name yet"
        self._say(f"{SIGN}  {told}   {SIGN} and a letter names this one")

    def action_name_place(self, count: int | None = None) -> None:
        self._waits = "name"
        self._say("A letter names this place.")

    def takes(self, event: KeyPressed) -> bool:
        """Whether a key is the letter that was waited for."""
        waits, self._waits = self._waits, ""
        typed = event.character or ""
        if not waits or event.key in ("escape", "ctrl+c") or not (typed.isalpha() or typed == SIGN):
            return False
        event.stop()
        event.prevent_default()
        if typed == SIGN:
            self.action_name_place()
        elif waits == "name":
            self._name(typed)
        else:
            self._go(typed)
        return True

    def _name(self, letter: str) -> None:
        if (entry := self._timeline.entry) is not None:
            self._named[letter] = entry.key
            self._say(f"This place is named {letter}: {SIGN}{letter} comes back to it, until you leave.")

    def _go(self, letter: str) -> None:
        if letter in self._named:
            self._jumping.to_key(self._named[letter])
        else:
            self._say(f"No place is named {letter}; {SIGN}{SIGN}{letter} names this one.")
