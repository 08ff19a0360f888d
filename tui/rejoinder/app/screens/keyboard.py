"""The keys of the browse screen: a table for each pane, sequences that wait for their next stroke, and their end."""

from __future__ import annotations

from textual.events import Key
from textual.screen import Screen
from textual.timer import Timer

from rejoinder.app.commands import Command, Place
from rejoinder.app.keymap import Keymap
from rejoinder.app.keys import Dispatcher, Step, over
from rejoinder.app.widgets.status_line import StatusLine

PATIENCE = 4.0
"""Seconds that a begun sequence of keys waits for its next."""


class Keyboard:
    """Makes commands of strokes; a begun sequence is told in the status line."""

    def __init__(self, screen: Screen[None], status: StatusLine, keys: Keymap, ascii_only: bool) -> None:
        self._screen = screen
        self._status = status
        self._keys = keys
        self._ascii_only = ascii_only
        self._patience: Timer | None = None
        self._dispatchers: dict[Place, Dispatcher] = {}
        self._mode: tuple[Command, ...] = ()

    def enter(self, commands: tuple[Command, ...]) -> None:
        """A mode with keys of its own begins: where they meet those of the panes, they are stronger."""
        self._mode, self._dispatchers = commands, {}

    def leave(self) -> None:
        """The mode is over."""
        self.enter(())

    def press(self, event: Key, pane: Place) -> Step:
        """What a stroke means in this pane; one that means something goes no further."""
        dispatcher = self._dispatcher(pane)
        step = dispatcher.feed(event.key, event.character)
        if step.taken or step.command:
            event.stop()
            event.prevent_default()
        if self._patience is not None:
            self._patience.stop()
        if dispatcher.pending:
            self._status.say(dispatcher.pending)
            self._patience = self._screen.set_timer(PATIENCE, self._give_up)
        else:
            self._status.be_quiet()
        return step

    def _give_up(self) -> None:
        """A begun sequence or count that nobody goes on with is forgotten, and so is the line that told of it."""
        for dispatcher in self._dispatchers.values():
            dispatcher.reset()
        self._status.be_quiet()

    def _dispatcher(self, pane: Place) -> Dispatcher:
        """The pane's keys, made when its first key is pressed: that costs 3 ms, and the first frame needs none."""
        if pane not in self._dispatchers:
            self._dispatchers[pane] = Dispatcher(over(self._mode, self._keys.valid_in(pane)), self._ascii_only)
        return self._dispatchers[pane]
