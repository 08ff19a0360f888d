"""What the review mode says: its title, the legend of its keys, the line before it starts. No Textual in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from rejoinder.app.glyphs import Glyphs
from rejoinder.app.layout import Look, Run
from rejoinder.app.wrapping import cells, cut, safe
from rejoinder.review.codebook import LATER, NOTE, Codebook
from rejoinder.review.progress import Progress
from rejoinder.review.queues import Head, Order

ORDERS: tuple[Order, ...] = ("time", "conversation", "random")
IN_ORDER = {"time": "by time", "conversation": "by conversation", "random": "by lot"}
LONGEST_TAG = 12


class Item(msgspec.Struct, frozen=True):
    """A key of the legend; the higher the rank, the sooner it gives way where the line is short."""

    key: str
    word: str
    rank: int
    on: bool = False
    """It stands on the post under the cursor."""


def title(head: Head, progress: Progress, now: int, look: Look, width: int) -> Sequence[Run]:
    """` REVIEW ferry -from:bot   412 / 3,000 · 37 unsure · 214 an hour`; where it is narrow the last figures go."""
    dot, more = look.glyphs.dot, look.glyphs.more
    told = [f"{progress.done:,} / {len(progress.posts):,}"]
    if unsure := progress.with_value("unsure"):
        told.append(f"{unsure:,} unsure")
    if progress.put_off:
        told.append(f"{progress.put_off:,} later")
    if rate := progress.rate(now):
        told.append(f"{rate:,} an hour")
    name = cut(safe(name_of(head)), max(6, width // 3), more)
    while len(told) > 1 and cells(f" {dot} ".join(told)) + cells(name) + 13 > width:
        told.pop()
    numbers = f" {dot} ".join(told)
    return ((" REVIEW ", "strong"), (name, "name"), ("   ", ""), (numbers, ""))


def whose(folder: Path, reviewer: str, blind: bool, look: Look) -> Sequence[Run]:
    """`case.review · ada · blind`."""
    words = [safe(folder.name), safe(reviewer), *(["blind"] if blind else [])]
    return ((f" {look.glyphs.dot} ".join(words) + " ", "dim"),)


def name_of(head: Head) -> str:
    """What a queue is called: its query, or its name where there is none."""
    return head.query or (head.name if head.adjudicates or head.reviewer else "all posts")


def items(
    codebook: Codebook, pinned: Sequence[tuple[str, str]], standing: Collection[tuple[str, str]], glyphs: Glyphs
) -> list[Item]:
    """All keys of the legend, in their order."""
    said = {variable for variable, _ in standing}
    found = [
        Item(value.key, value.name, 0, (variable.name, value.name) in standing)
        for variable, value in codebook.keyed()
        if variable is not codebook.tags
    ]
    found.append(Item("Space" if glyphs.bar.isascii() else "␣", "later", 1, LATER in said))
    tags = codebook.tags.name if codebook.tags else ""
    found += [Item(key, cut(safe(tag), LONGEST_TAG, glyphs.more), 2, (tags, tag) in standing) for key, tag in pinned]
    found.append(Item("T", "tags", 7 if pinned else 2))
    found.append(Item("e", "note", 5, NOTE in said))
    found += [Item("u", "undo", 3), Item("J K", "look around", 8), Item("q", "leave", 4), Item("?", "keys", 6)]
    return found


def legend(all_items: Sequence[Item], width: int, glyphs: Glyphs) -> Sequence[Run]:
    """The keys that fit; what stands on the post has a dot before it and is bold."""
    shown = list(all_items)
    while len(shown) > 1 and sum(cells(f"  {item.key} {item.word}") for item in shown) > width:
        worst = max(range(len(shown)), key=lambda at: (shown[at].rank, at))
        del shown[worst]
    runs: list[Run] = []
    for item in shown:
        runs.append((" " + (glyphs.here if item.on else " "), "strong" if item.on else ""))
        runs += [(item.key, "accent"), (f" {item.word}", "name" if item.on else "dim")]
    return runs


def offer(head: Head, posts: int, done: int, reviewer: str, is_new: bool, more: bool, look: Look) -> str:
    """`Review 214 posts of "ferry" · by time · as ada   Enter starts  o order  Esc`."""
    dot = look.glyphs.dot
    of = f' of "{safe(head.query)}"' if head.query else ""
    order = IN_ORDER[head.order]
    if is_new:
        number = f"{posts:,} post{'' if posts == 1 else 's'}"
        words = f"Review {number}{of} {dot} {order} {dot} as {safe(reviewer)}   Enter starts  o order"
    else:
        what = f'"{safe(name_of(head))}"'
        words = f"Review {what} {dot} {done:,} of {posts:,} decided {dot} as {safe(reviewer)}   Enter goes on"
    return words + ("  Tab another" if more else "") + "  Esc"
