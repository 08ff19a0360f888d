"""What stands around the rows of the reply-chain pane: its heading, its keys, and words where there is no row."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.app.glyphs import Glyphs
from rejoinder.app.keymap import Keymap
from rejoinder.app.layout import Line
from rejoinder.app.wrapping import cells, cut
from rejoinder.archive.protocol import Node
from rejoinder.counting import counted

GUTTER = 2
"""Cells before every row: the cursor's bar."""
NO_POST = "There is no post, and so no chain."
HINTS = (
    (("parent",), "parent"), (("first_reply",), "first reply"), (("root",), "root"),
    (("next_sibling", "previous_sibling"), "siblings"), (("open",), "open"),
)  # fmt: skip


def head_line(words: str, width: int, glyphs: Glyphs, ink: str) -> Line:
    """The heading on its rule; where it does not fit, its last parts are left out whole."""
    parts = words.split(" · ")
    while len(parts) > 1 and len(" · ".join(parts)) > width - 4:
        parts.pop()
    words = cut(f" {f' {glyphs.dot} '.join(parts)} ", width - 2, glyphs.more)
    return ((glyphs.rule, "dim"), (words, ink), (glyphs.rule * (width - 1 - cells(words)), "dim"))


def hint_line(width: int, glyphs: Glyphs, keys: Keymap) -> Line:
    """As many of the keys as fit whole."""
    line = ""
    for ids, word in HINTS:
        longer = f"{line}   {' '.join(keys.key(id, glyphs.bar.isascii()) for id in ids)} {word}".lstrip()
        if len(longer) > width - GUTTER:
            break
        line = longer
    return aside(line, width, glyphs)


def aside(words: str, width: int, glyphs: Glyphs) -> Line:
    """Words that are no row, dim."""
    return ((" " * GUTTER, ""), (cut(words, width - GUTTER, glyphs.more), "dim"))


def heading(nodes: Sequence[Node], truncated: bool) -> str:
    """`Chain · 9 posts · 4 accounts · 2 h 13 min · 1 missing`, in words that fit any width when cut from the right."""
    if not nodes:
        return "Chain"
    posts = [node for node in nodes if node.key > 0]
    authors = {node.author.account for node in posts if node.author is not None} - {0}
    times = [node.time for node in posts if node.time is not None]
    parts = ["Chain", ("first " if truncated else "") + _several(len(posts), "post")]
    if len(authors) > 0:
        parts.append(_several(len(authors), "account"))
    if len(times) > 1 and max(times) > min(times):
        parts.append(lasting(max(times) - min(times)))
    if missing := len(nodes) - len(posts):
        parts.append(f"{missing:,} missing")
    return " · ".join(parts)


def lasting(ms: int) -> str:
    """A length of time in at most two units: `40 s`, `17 min`, `2 h 13 min`, `3 days 4 h`, `2 years 40 days`."""
    seconds = ms // 1000
    units = (("year", 31_557_600), ("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    for place, (unit, length) in enumerate(units):
        count, rest = divmod(seconds, length)
        if count or unit == "s":
            words = _several(count, unit)
            if unit != "min" and place + 1 < len(units) and rest // units[place + 1][1]:
                words += " " + _several(rest // units[place + 1][1], units[place + 1][0])
            return words
    return "0 s"


def nothing_else(node: Node) -> str:
    """What to say below a post that stands alone."""
    if node.key < 0:
        return ""
    return (
        "Its parent and the replies to it are not in this archive."
        if node.parent
        else "No reply to it is in this archive."
    )


def more_line(shown: int) -> str:
    """The last row of a conversation too large to be drawn whole."""
    return f"only the first {shown:,} posts are drawn; ft filters the timeline by this conversation"


def _several(count: int, word: str) -> str:
    """`1 post`, `9 posts`, `2 h`."""
    return f"{count:,} {word}" if word in ("h", "min", "s") else counted(count, word)
