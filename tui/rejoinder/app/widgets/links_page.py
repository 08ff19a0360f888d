"""The links and media of a post, one a row, to be copied; or opened, if the settings let the other side know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from textual.message import Message

from rejoinder.app.commands import Place
from rejoinder.app.layout import Line, Look
from rejoinder.app.post_lines import address, size_words
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.list_page import ListPage
from rejoinder.app.widgets.page import ESC, STEPS
from rejoinder.app.wrapping import cut, safe, wrap
from rejoinder.archive.protocol import Entry


class Item(msgspec.Struct, frozen=True):
    """Something that can be copied."""

    kind: str
    target: str
    """A URL, or the name of a file in the export."""
    words: str = ""
    """The link's title, or the description of the media."""


class LinksPage(ListPage):
    """A cursor over the links, to copy one or to open it."""

    DEFAULT_CSS = "LinksPage { width: 1fr; height: 1fr; }"
    PLACE: Place = "links"
    HINTS = (("copy_link", "copies"), ("open_link", "opens"), STEPS, ESC)

    @dataclass
    class Copied(Message):
        """Wish: copy this."""

        item: Item

    @dataclass
    class Visited(Message):
        """Wish: open this."""

        item: Item
        insists: bool
        """It was asked for with the second key, which follows the first."""

    def __init__(self, entry: Entry, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(look, inks, "Links and media", id=id)
        self._items = list(items(entry))
        self._starts: list[int] = []

    def lay(self, width: int) -> list[Line]:
        if not self._items:
            return [(), (("This post has no links and no media, and no address of it is known.", ""),)]
        lines: list[Line] = [()]
        self._starts = []
        for place, item in enumerate(self._items):
            self._starts.append(len(lines))
            lines.extend(self._row(item, place == self._cursor, width))
        return lines

    def _row(self, item: Item, here: bool, width: int) -> Iterator[Line]:
        bar = (self.look.glyphs.bar if here else " ") + " "
        yield (
            (bar, "strong"),
            (item.kind.ljust(8), "dim"),
            (cut(safe(item.target), width - 10, self.look.glyphs.more), ""),
        )
        words = safe(item.words)
        for start, end in wrap(words, max(1, width - 10)) if words else ():
            yield (" " * 10, ""), (words[start:end], "dim")

    def action_copy_link(self, count: int | None = None) -> None:
        if self._items:
            self.post_message(self.Copied(self._items[self._cursor]))

    def action_open_link(self, count: int | None = None) -> None:
        self._visit(insists=False)

    def action_open_link_anyway(self, count: int | None = None) -> None:
        self._visit(insists=True)

    def _visit(self, insists: bool) -> None:
        if self._items:
            self.post_message(self.Visited(self._items[self._cursor], insists))

    @property
    def _row_count(self) -> int:
        return len(self._items)

    def _lines_of(self, row: int) -> tuple[int, int]:
        start, end = (*self._starts, len(self.lines))[row : row + 2]
        return start, end - start


def items(entry: Entry) -> Iterator[Item]:
    """The post's own address, its links, its media by address and by file."""
    post = entry.post
    if where := address(post):
        yield Item("post", where)
    for link in post.links:
        yield Item("link", link.url, link.title or "")
    for media in post.media:
        kind = "photo" if media.kind == "image" else media.kind
        if media.url:
            yield Item(kind, media.url, media.alt or "")
        if media.file:
            size = f"{kind}, {size_words(media.size)}" if media.size is not None else kind
            yield Item("file", media.file, ": ".join(part for part in (size, media.alt) if part))
