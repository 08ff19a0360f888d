"""Addresses and account names of the AT protocol."""

from __future__ import annotations

import csv
from pathlib import Path

from rejoinder.errors import FormatError
from rejoinder.formats.prose import line

Handles = dict[str, str]
"""Handles by DID."""


def author_of(uri: str | None) -> str | None:
    """The DID in a post's address."""
    if uri is None or not uri.startswith("at://did:"):
        return None
    return uri[5:].partition("/")[0]


def handles(path: Path | None) -> Handles:
    """The table that the user gave: `did,handle`, with a header or without. Raises FormatError where it is none."""
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if len(row) >= 2]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FormatError(
            f"{path.name} can't be read as a table of accounts: {error}.", "Two columns: did,handle"
        ) from error
    found = {line(row[0]): line(row[1]).lstrip("@") for row in rows if row[0].startswith("did:") and row[1]}
    if not found and rows:
        raise FormatError(f"{path.name} holds no account: no row begins with a DID.", "Two columns: did,handle")
    return found
