"""The commands with the keys that are in force: those of the table, and over them the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import get_args

import msgspec

from rejoinder.app.commands import COMMANDS, SPOKEN, Command, Place, spoken, strokes, within
from rejoinder.app.keys import Dispatcher
from rejoinder.errors import UsageError

LONGEST = 2
"""Strokes of a sequence; a longer word is a key's name that was misspelt."""
_WRITTEN = {name.lower(): key for key, word in SPOKEN.items() for name in (key, word)}
"""Keys by the names that the table and the help give them."""
_FUNCTION = re.compile(r"F[0-9]{1,2}|Insert|Delete", re.IGNORECASE)
_MODIFIED = re.compile(r"(ctrl|alt|shift)[-+](.+)", re.IGNORECASE)


Hint = tuple[str, str]
"""Commands, apart by spaces, whose keys stand before the words; none where the words name the key."""


class Keymap(msgspec.Struct, frozen=True):
    """Every command, with its keys."""

    commands: tuple[Command, ...] = COMMANDS

    def valid_in(self, place: Place) -> tuple[Command, ...]:
        """The commands whose keys work while this has the focus; no two of them share a key."""
        return within(self.commands, place)

    def key(self, id: str, ascii: bool = False) -> str:
        """The first key of a command, as a person says it; nothing where it has none."""
        command = next(command for command in self.commands if command.id == id)
        return spoken(command.keys[0], ascii) if command.keys else ""

    def hints(self, rows: Iterable[Hint], ascii: bool = False, between: str = "   ") -> str:
        """The keys that a newcomer needs first, as they are set: `y copies   o opens`."""
        return between.join(
            " ".join([*(self.key(id, ascii) for id in ids.split()), words]).lstrip() for ids, words in rows
        )

    def label(self, id: str) -> str:
        """What a command is called."""
        return next(command.label for command in self.commands if command.id == id)


DEFAULT = Keymap()


def keymap(own: Mapping[str, str | list[str]]) -> Keymap:
    """The table with the user's own keys, by a command's name; a command that is named loses its keys of the table.

    UsageError for a name that is no command's, a key that is none, and a key that two commands of one place claim.
    """
    if not own:
        return DEFAULT
    keys = {id: _keys(id, wish) for id, wish in own.items()}
    made = Keymap(
        tuple(
            msgspec.structs.replace(command, keys=keys[command.id]) if command.id in keys else command
            for command in COMMANDS
        )
    )
    for place in get_args(Place):
        Dispatcher(made.valid_in(place))
    return made


def _keys(id: str, wish: str | list[str]) -> tuple[str, ...]:
    """The keys of one command, written as the table writes them: `zz`, `ctrl+d`, `pagedown`."""
    scopes = {command.id: command.scope for command in COMMANDS}
    if id not in scopes:
        near = get_close_matches(id, scopes, n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise UsageError(f"There is no command “{id}”{hint}", "`rejoinder keys` lists them.")
    return tuple(_key(id, key, scopes[id] == "review") for key in ([wish] if isinstance(wish, str) else wish))


def _key(id: str, key: str, digits: bool) -> str:
    """A key as the table writes it; it may also be written as help calls it (`Ctrl-D`, `PgDn`, `Esc`).

    `digits`: where no numbers are typed, as in a review, a digit is a key.
    """
    key = _WRITTEN.get(key.lower(), key.lower() if _FUNCTION.fullmatch(key) else key)
    if found := _MODIFIED.fullmatch(key):
        key = f"{found[1].lower()}+{_WRITTEN.get(found[2].lower(), found[2].lower())}"
    begun = strokes(key)
    if not 0 < len(begun) <= LONGEST or (begun[0].isdigit() and not digits) or any(each.isspace() for each in begun):
        raise UsageError(
            f"“{key}” can't be a key of {id}.",
            "A key is a character, a name (Ctrl-X, PgDn, F5), or two characters typed one after the other; a digit "
            "begins a number.",
        )
    return key
