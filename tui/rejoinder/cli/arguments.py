"""ARCHIVE and PATH on the command line, and how the shell completes them."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from rejoinder.archive.opening import names


class ArchiveName(click.ParamType[str]):
    """An archive's name or path, or an export's path: names of the data folder are completed, then files."""

    name = "archive"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        found = [CompletionItem(name) for name in names() if name.startswith(incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]


ARCHIVE = click.argument("archive_name", metavar="ARCHIVE", type=ArchiveName())
