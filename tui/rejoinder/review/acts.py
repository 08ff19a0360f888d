"""What a reviewer did, step by step: changes, the acts they belong to, and what takes a change back."""

from __future__ import annotations

from typing import Literal

import msgspec

PostName = str
"""`platform:id`: a post's name that holds in every archive. Row numbers of an archive never come here."""
ActKind = Literal["code", "undo", "redo", "erased"]


class Change(msgspec.Struct, frozen=True):
    """One value of one variable of one post is set, or cleared.

    `was` is the value that a set one replaces, so that every change can be taken back without looking further.
    """

    post: PostName | None
    """None where the post was erased."""
    variable: str
    value: str | None
    """None where the content was erased."""
    on: bool = True
    was: str | None = None


class Act(msgspec.Struct, frozen=True):
    """Changes that were made with one key, and are taken back with one."""

    number: int
    time: int
    """UTC, ms, by the clock of the machine; the number, not the clock, gives the order."""
    kind: ActKind
    codebook: str
    """Hash of the codebook that was in force."""
    queue: str
    """The queue that was worked on; empty outside of one."""
    of: int | None
    """The act that this one takes back or does again."""
    open: bool
    """The codes of others were in sight: no independent act."""
    changes: tuple[Change, ...]


class Code(msgspec.Struct, frozen=True):
    """A value that stands at present: who says what of which post, since when."""

    post: PostName
    variable: str
    value: str
    reviewer: str = ""
    time: int = 0
    act: int = 0
    codebook: str = ""
    queue: str = ""
    open: bool = False


def post_name(platform: str, id: str) -> PostName:
    """The name of a post."""
    return f"{platform}:{id}"


def inverse(change: Change) -> Change:
    """What takes a change back."""
    if not change.on:
        return Change(change.post, change.variable, change.value)
    if change.was is None:
        return Change(change.post, change.variable, change.value, on=False)
    return Change(change.post, change.variable, change.was, was=change.value)


Fold = dict[tuple[PostName, str], set[str]]
"""The values that stand, by post and variable."""


def fold(changes: list[Change], state: Fold | None = None) -> Fold:
    """The state that these changes lead to, in plain Python: what the journal keeps as a table is held to it."""
    state = {} if state is None else state
    for change in changes:
        if change.post is None or change.value is None:
            continue
        values = state.setdefault((change.post, change.variable), set())
        values.discard(change.was or "") if change.on else values.discard(change.value)
        if change.on:
            values.add(change.value)
        if not values:
            del state[change.post, change.variable]
    return state
