"""From strokes to commands: sequences (`zz`, `]d`, `yt`) and counts (`5j`, `200G`, `50%`), without any terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from rejoinder.app.commands import Command, strokes
from rejoinder.errors import UsageError

MOST = 999_999_999
"""No typed number grows beyond this."""
GIVE_UP = frozenset({"escape", "ctrl+c"})
"""Strokes that end a begun sequence or count, and then do nothing else."""


class Step(msgspec.Struct, frozen=True):
    """What one stroke led to. Neither taken nor a command: the key means nothing here and may go to somebody else."""

    command: Command | None = None
    count: int | None = None
    taken: bool = False
    """The stroke belongs to a sequence or count that is begun, ended or given up."""


class Dispatcher:
    """Fed with strokes, says which command they are. How long a begun sequence may wait is the caller's business.

    Raises UsageError, naming the key and both commands, where two commands claim one key or one begins another.
    """

    def __init__(self, commands: Iterable[Command], ascii: bool = False) -> None:
        self._ends: dict[tuple[str, ...], Command] = {}
        self._dots = "..." if ascii else "…"
        for command in commands:
            for key in command.keys:
                self._bind(strokes(key), command)
        self._begun: tuple[str, ...] = ()
        self._count = ""

    def feed(self, key: str, character: str | None = None) -> Step:
        """Take one stroke, as Textual names it: `feed("question_mark", "?")`, `feed("pagedown")`."""
        pressed = stroke(key, character)
        if self.is_pending and pressed in GIVE_UP:
            return self._end(Step(taken=True))
        if not self._begun and self._is_digit(pressed) and (pressed,) not in self._ends:
            self._count = (self._count + pressed) if int(self._count + pressed) <= MOST else str(MOST)
            return Step(taken=True)
        line = (*self._begun, pressed)
        if command := self._ends.get(line):
            return self._end(self._step(command))
        if any(end[: len(line)] == line for end in self._ends):
            self._begun = line
            return Step(taken=True)
        return self._end(Step(taken=self.is_pending))

    def reset(self) -> None:
        """Forget what was begun: the time is up, or the focus went elsewhere."""
        self._begun, self._count = (), ""

    @property
    def is_pending(self) -> bool:
        """Whether a sequence or a count is begun."""
        return bool(self._begun or self._count)

    @property
    def pending(self) -> str:
        """The line that says what is begun and how it may go on (`y…  t text  u URL`), or nothing."""
        if not self.is_pending:
            return ""
        depth = len(self._begun)
        ways = [
            f"  {''.join(end[depth:])} {command.hint or command.label}"
            for end, command in self._ends.items()
            if depth and end[:depth] == self._begun
        ]
        return self._count + "".join(self._begun) + self._dots + "".join(ways)

    def _bind(self, line: tuple[str, ...], command: Command) -> None:
        for other, taken in self._ends.items():
            shorter = min(len(other), len(line))
            if other[:shorter] == line[:shorter]:
                raise UsageError(
                    f"The key {''.join(line)} is claimed by {taken.id} and by {command.id}.",
                    f"Give {taken.id} another one too.",
                )
        self._ends[line] = command

    def _step(self, command: Command) -> Step:
        count = int(self._count) if self._count else None
        if command.needs == "count" and count is None:
            return Step(taken=True)
        return Step(command, count)

    def _end(self, step: Step) -> Step:
        self.reset()
        return step

    def _is_digit(self, pressed: str) -> bool:
        """A leading 0 begins no count."""
        return len(pressed) == 1 and pressed in "0123456789" and (pressed != "0" or bool(self._count))


def stroke(key: str, character: str | None = None) -> str:
    """A stroke as the command table writes it: the character where it shows one, else the key's name."""
    if character is not None and len(character) == 1 and character.isprintable() and character != " ":
        return character
    return key


def over(mode: Sequence[Command], commands: Iterable[Command]) -> tuple[Command, ...]:
    """The commands of a mode, and those others whose keys it leaves free."""
    taken = {strokes(key)[0] for command in mode for key in command.keys}
    left = (
        msgspec.structs.replace(command, keys=tuple(key for key in command.keys if strokes(key)[0] not in taken))
        for command in commands
    )
    return (*mode, *left)
