"""What the commands print: JSON Lines as bytes, and plain text that is cleaned once more on its way to a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable


def clean(text: str) -> str:
    """Text that may come from a post, safe for a terminal; line breaks stay."""
    from rejoinder.formats.prose import plain

    return plain(text)


def say(text: str = "") -> None:
    """One cleaned piece of text on stdout."""
    print(clean(text))


def note(text: str) -> None:
    """A message for the person, on stderr: stdout belongs to the answer."""
    print(clean(text), file=sys.stderr)


def json_lines(rows: Iterable[object]) -> None:
    """Each row as one line of JSON on stdout, in blocks."""
    from rejoinder.reports.jsonl import encode

    sys.stdout.flush()
    out = sys.stdout.buffer
    block: list[bytes] = []
    for row in rows:
        block.append(encode(row))
        if len(block) == 256:
            out.write(b"\n".join(block) + b"\n")
            block.clear()
    if block:
        out.write(b"\n".join(block) + b"\n")
    out.flush()


def table(rows: Iterable[tuple[str, str]]) -> None:
    """Two columns, the first as wide as its widest word."""
    pairs = list(rows)
    width = max((len(left) for left, _ in pairs), default=0)
    for left, right in pairs:
        say(f"{left:<{width}}  {right}".rstrip())


def number(n: int) -> str:
    """Grouped by thousands: 12,408."""
    return f"{n:,}"
