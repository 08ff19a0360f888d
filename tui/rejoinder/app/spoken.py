"""What `--plain` says in words where the screen has signs and columns: for people who hear it, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from rejoinder.app.moments import Zone, clock
from rejoinder.app.wrapping import wrap
from rejoinder.archive.protocol import Entry

Run = tuple[str, str]
"""Some text and the name of its style."""


def header(entry: Entry, who: str, addressee: str, zone: Zone, width: int) -> Iterator[tuple[Run, ...]]:
    """`Mira Okafor @mira_o, 14:07, in reply to Jon Vale`, wrapped; `addressee` is empty where there is none."""
    parts = [who, clock(entry.post, zone)]
    if addressee:
        parts.append(f"in reply to {addressee}")
    text = ", ".join(part for part in parts if part)
    for start, end in wrap(text, width):
        yield ((text[start:end], "name"),)


def counts(entry: Entry, width: int) -> Iterator[tuple[Run, ...]]:
    """`6 replies here, 41 likes, 3 reposts`; nothing where there are none."""
    named = (
        (entry.replies_here, "reply here", "replies here"),
        (entry.post.likes, "like", "likes"),
        (entry.post.reposts, "repost", "reposts"),
    )
    text = ", ".join(f"{count:,} {one if count == 1 else more}" for count, one, more in named if count)
    for start, end in wrap(text, width) if text else ():
        yield ((text[start:end], "dim"),)
