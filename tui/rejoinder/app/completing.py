"""What the word under the cursor of the search line may become, and which of it Tab has put there."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.archive.completion import Choice, Wanted, completed, operators, values, wanted

SHOWN = 8
"""Choices offered at once: as many as a line of eighty columns can tell."""


class Completing:
    """Follows the line; operators and fixed values are known at once, the archive's are handed in by `offer`."""

    def __init__(self) -> None:
        self.wish: Wanted | None = None
        """What the unfinished word wants."""
        self.choices: Sequence[Choice] = ()
        self.taken: int | None = None
        """Which of the choices stands in the line now."""
        self._line = ""

    def follow(self, line: str, at: int) -> Wanted | None:
        """The line has changed, or its cursor; returns what the archive is to be asked for, if anything."""
        wish = wanted(line, at)
        if wish == self.wish and self.taken is None and line == self._line:
            return None
        self._line, self.taken, self.wish = line, None, wish
        if wish is None or wish.kind in ("operator", "value"):
            self.choices = () if wish is None else (operators(wish.typed) if wish.kind == "operator" else values(wish))
            self.choices = [choice for choice in self.choices if choice.text != wish.typed][:SHOWN] if wish else ()
            return None
        self.choices = ()
        return wish

    def offer(self, wish: Wanted, choices: Sequence[Choice]) -> bool:
        """The archive's answer; False where the line has gone on since."""
        if wish != self.wish or self.taken is not None:
            return False
        self.choices = choices[:SHOWN]
        return True

    def complete(self, step: int) -> tuple[str, int] | None:
        """The line with the next choice in it (the one before where `step` is -1), and where its cursor then is."""
        if self.wish is None or not self.choices:
            return None
        first = 0 if step > 0 else len(self.choices) - 1
        self.taken = first if self.taken is None else (self.taken + step) % len(self.choices)
        return completed(self._line, self.wish, self.choices[self.taken])

    @property
    def is_word(self) -> bool:
        """Whether what Tab put there is a whole word, which another Tab changes; an operator wants its value next."""
        return self.taken is not None and not self.choices[self.taken].text.endswith(":")
