"""What the second line of the search bar says: how the word under the cursor may go on, its operator, what to write."""

from __future__ import annotations

import re
from typing import Literal

from rejoinder.app.completing import Completing
from rejoinder.app.layout import Line, Run
from rejoinder.app.wrapping import safe
from rejoinder.archive.completion import named
from rejoinder.archive.operators import Row, rows

Mode = Literal["find", "filter", "goto"]

GOTO = "2013-10   2013-10-22T14:00   -2w before the last post   50%   a post's id or address"
WORDS = 'words   "a phrase"   -without   #tag   @account   /pattern/'
_TOKEN = re.compile(r"[-(]*([^\s:()\"]+)(:(\S*))?")


def help_line(text: str, at: int, mode: Mode, completing: Completing | None = None) -> Line:
    """Help for the word under the cursor, else for the whole line."""
    if mode == "goto":
        return ((GOTO, "dim"),)
    offered = _offered(completing) if completing is not None else ()
    row = operator(text, at)
    if row is not None:
        return (*offered, *_about(row))
    if offered:
        return offered
    return ((f"{WORDS}   {' '.join(row.name + ':' for row in rows())}", "dim"),)


def operator(text: str, at: int) -> Row | None:
    """The operator whose word the cursor is in or right behind."""
    found = next((found for found in _TOKEN.finditer(text) if found.start() <= at <= found.end()), None)
    return named(found[1]) if found and found[2] else None


def _offered(completing: Completing) -> Line:
    """`Tab  mira_o 260  mirabel 3   `; an operator with what it is for, where it is the only one."""
    choices = completing.choices
    if not choices:
        return ()
    runs: list[Run] = [("Tab ", "dim")]
    for place, choice in enumerate(choices):
        runs.append((f" {safe(choice.text)}", "strong" if place == completing.taken else "accent"))
        runs.append((f" {choice.posts:,} " if choice.posts is not None else " ", "dim"))
    if len(choices) == 1 and choices[0].told:
        runs.append((f"  {safe(choices[0].told)}", ""))
    return (*runs, ("  ", ""))


def _about(row: Row) -> Line:
    also = f"   also {' '.join(row.aliases)}" if row.aliases else ""
    return ((row.example, "accent"), (f"   {row.help}", ""), (also, "dim"))
