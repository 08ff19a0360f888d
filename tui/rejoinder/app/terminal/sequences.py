"""What Textual sends, taken apart: text, moves, pens and links, which make the screen, and everything else.

Everything else (modes, questions, the clipboard, the bell, window titles) goes through to the terminal as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
CURSOR_ON, CURSOR_OFF = "\x1b[?25h", "\x1b[?25l"

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f\x9b]+)"
    r"|\x1b\[(?P<parameters>[0-9;:]*)(?P<final>[HfmJK])"
    r"|(?P<line>\r?\n)"
    r"|\x1b\]8;[^;\x07\x1b]*;(?P<link>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|(?P<other>\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|\x1b[\]P^_X](?s:.*?)(?:\x07|\x1b\\)|\x1b[\x20-\x2f]*[\x30-\x7e]|(?s:.))"
)
_HARMLESS = re.compile(r"\x1b\[[<=>?].*|\x1b\[[0-9;]*(?:[cntq]|[\x20-\x2f]+[pq])|\x1b[\]P^_X=>].*|\x07", re.DOTALL)


Token = tuple[str, str]
"""One piece: its kind (text, line, link or other, or the final letter of a sequence) and its value or parameters."""


def tokens(data: str) -> Iterator[Token]:
    """The pieces of what is to be sent, in order; joined they are all of it."""
    for found in _TOKEN.finditer(data):
        kind = found.lastgroup or ""
        if kind == "final":
            yield found["final"], found["parameters"]
        else:
            yield kind, found[kind]


def leaves_the_screen(sequence: str) -> bool:
    """Whether a sequence that is passed on changes nothing of what the screen shows, nor where the cursor is."""
    return sequence not in (ENTER, LEAVE) and _HARMLESS.fullmatch(sequence) is not None
