"""Tables on the command line: `--map` held to the columns that are there, and a mapping offered where none is given."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from rejoinder.cli.output import note
from rejoinder.errors import FormatError, UsageError

if TYPE_CHECKING:
    from rejoinder.formats.export import Choices

FORMAT = "table"
_ENDINGS = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json")


def mapped(paths: Sequence[Path], chosen: Choices) -> list[tuple[Path, str]]:
    """Every path, and of a folder every table below it, that the mapping fits.

    Raises UsageError for a mapping that can't be understood, or that names columns which a given file does not have.
    """
    from rejoinder.formats.export import Export
    from rejoinder.formats.table import table

    found = []
    for path in paths:
        for file in _files(path):
            opened = Export(file, choices=chosen)
            if file == path:
                table.check(opened)
            if table.members(opened):
                found.append((file, FORMAT))
    if not found:
        raise UsageError("No file there has the columns of this mapping.", "Name one file to see which are missing.")
    return found


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from (file for file in sorted(path.rglob("*")) if file.is_file() and file.suffix.lower() in _ENDINGS)


def offered(paths: Sequence[Path], chosen: Choices, error: FormatError) -> Choices:
    """The choices with a mapping made from the header, once the person at the terminal has seen and taken it.

    Raises the error where the one file is no table; without a terminal, UsageError with the words to give.
    """
    from rejoinder.formats.export import Export
    from rejoinder.formats.table.mapping import proposed, written
    from rejoinder.formats.table.rows import shape

    if len(paths) != 1 or not paths[0].is_file():
        raise error
    opened = Export(paths[0])
    told = shape(opened, opened.members[0].name) if opened.is_single else None
    if told is None:
        raise error
    layout = proposed(told.header)
    if layout is None:
        raise UsageError(
            f"{paths[0].name} is a table, and which of its columns is the text can't be told.",
            f"Say it: --map 'text=…'. Its columns are: {', '.join(told.header[:40])}",
        )
    words = written(layout)
    note(f"{paths[0].name} is a table. Its columns would be read so:")
    for field, column in layout.columns.items():
        note(f"  {field:<14} {column}")
    left = [column for column in told.header if column not in layout.columns.values()]
    if left:
        note(f"  left out       {', '.join(left[:20])}{', …' if len(left) > 20 else ''}")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("A mapping is not used before somebody has seen it.", f"To read it so: --map '{words}'")
    if not click.confirm("Read it so?", err=True):
        raise UsageError("Nothing was read.", f"Change the mapping and give it: --map '{words}'")
    return msgspec.structs.replace(chosen, mapping=words)
