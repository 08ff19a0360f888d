"""An archive's figures as the command line gives them."""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.archive.protocol import Archive
from rejoinder.reports.jsonl import iso


def info_row(archive: Archive) -> dict[str, Any]:
    """The archive's figures with times in ISO 8601."""
    figures = archive.figures()
    return {**msgspec.structs.asdict(figures), "first": iso(figures.first), "last": iso(figures.last)}
