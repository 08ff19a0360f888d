"""The record inspector: a record as it lies in the export, and where it lies; read again while one waits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Event

import msgspec

from rejoinder.app.layout import Line, Look
from rejoinder.app.post_lines import origin
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.page import Page
from rejoinder.app.wrapping import safe, wrap
from rejoinder.errors import RejoinderError
from rejoinder.records import Origin

MOST = 200_000
"""Bytes of a record that are shown."""


class RecordPage(Page):
    """Says where the record was read; then shows it, or says why it can't be had."""

    DEFAULT_CSS = "RecordPage { width: 1fr; height: 1fr; }"

    def __init__(self, where: Origin, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(look, inks, "Record", id=id)
        self._where = where
        self._told: list[Line] = [(("being read from the export …".replace("…", look.glyphs.more), "dim"),)]
        self._raw = ""
        self._verdict: Line = ()
        self.closed = Event()
        """Set when the page goes: whoever reads for it may stop."""

    def take(self, raw: bytes) -> None:
        """The record's bytes."""
        self._raw, self._told = pretty(raw[:MOST]), []
        if len(raw) > MOST:
            self._told = [((f"only the first {MOST:,} of {len(raw):,} bytes are shown", "warning"),), ()]
        self.renew(top=True)

    def judge(self, changed: bool) -> None:
        """Whether the export is still the one that was imported."""
        words = "the export has changed since it was imported: this may be another record"
        self._verdict = ((words, "warning"),) if changed else (("the export is as it was imported", "dim"),)
        self.renew()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody may still look at the page; asked from the thread that reads."""
        return not self.closed.is_set()

    def on_unmount(self) -> None:
        self.closed.set()

    def fail(self, error: RejoinderError) -> None:
        """The record can't be had: why, and what to do."""
        self._told = [((safe(error.message), "warning"),), ((safe(error.advice), ""),)]
        self.renew(top=True)

    def lay(self, width: int) -> list[Line]:
        lines: list[Line] = [()]
        for start, end in wrap(where := safe(origin(self._where)), width):
            lines.append(((where[start:end], "dim"),))
        lines.extend((self._verdict, ()))
        for told in self._told:
            lines.extend(_wrapped(told, width))
        for row in self._raw.split("\n") if self._raw else ():
            lines.extend(_json_lines(row, width))
        return lines


def pretty(raw: bytes) -> str:
    """JSON with an indent of two, other text as it is; without anything that could steer a terminal."""
    try:
        text = msgspec.json.format(raw, indent=2).decode("utf-8", "replace")
    except msgspec.DecodeError:
        text = raw.decode("utf-8", "replace")
    return safe(text.replace("\r\n", "\n").replace("\t", "  "))


def _wrapped(line: Line, width: int) -> Iterator[Line]:
    for text, ink in line or (("", ""),):
        for start, end in wrap(text, width):
            yield ((text[start:end], ink),)


def _json_lines(row: str, width: int) -> Iterator[Line]:
    """One line of JSON: its name dim, its value wrapped below its own beginning."""
    found = re.match(r'( *)("(?:[^"\\]|\\.)*": )?', row)
    indent = min(len(found[1]), width // 2) if found else 0
    name = (found[2] or "") if found else ""
    value = row[found.end() :] if found else row
    body = name + value
    for place, (start, end) in enumerate(wrap(body, max(1, width - indent - 2))):
        pad = " " * (indent + (2 if place else 0))
        cut = max(start, min(len(name), end))
        yield ((pad, ""), (body[start:cut], "dim"), (body[cut:end], ""))
