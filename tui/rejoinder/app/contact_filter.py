"""The filter line of the contacts: names, `side:x`, `one-way`, and least figures, made to a choice of pairs."""

from __future__ import annotations

import re

import msgspec

from rejoinder.app.meetings import ends_of
from rejoinder.archive.protocol import Archive, Choice
from rejoinder.contacts.sides import Sides
from rejoinder.errors import QueryError

_FIGURE = re.compile(r"(unanswered|addresses|turns|months):(>=?)?(\d{1,9})")
FORMS = "name  side:x  unanswered:>5  addresses:10  turns:3  months:6  one-way"


def chosen(archive: Archive, text: str, sides: Sides, before: Choice) -> Choice:
    """The pairs that a line means, in the order chosen before. Raises QueryError for what can't be understood.

    Several names: one of the two bears the first, the other the second.
    """
    choice = Choice(one_way=before.one_way, sort=before.sort, reverse=before.reverse)
    groups: list[tuple[int, ...]] = []
    for word in text.split():
        if word == "one-way":
            choice = msgspec.structs.replace(choice, one_way=True)
        elif found := _FIGURE.fullmatch(word):
            least = int(found[3]) + (found[2] == ">")
            choice = msgspec.structs.replace(choice, **{found[1]: least})
        elif word.startswith("side:"):
            groups.append(_side(archive, word[5:], sides))
        elif ":" in word and not archive.parties_named(word):
            raise QueryError(f"{word} is not understood here.", text.index(word) + 1, FORMS)
        else:
            exact = word.startswith("@") or ":" in word
            groups.append(tuple(party.number for party in archive.parties_named(word, part=not exact)))
    if len(groups) > 2:
        raise QueryError("A pair has two accounts.", 1, FORMS)
    ones, others = (*groups, None, None)[:2]
    return msgspec.structs.replace(choice, ones=ones, others=others)


def _side(archive: Archive, name: str, sides: Sides) -> tuple[int, ...]:
    for end in ends_of(archive, sides):
        if end.side == name:
            return end.numbers
    known = ", ".join(sides.sides) or "none; S makes them"
    raise QueryError(f"There is no side “{name}”.", 1, f"The sides: {known}")
