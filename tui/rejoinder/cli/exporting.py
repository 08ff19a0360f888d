"""`rejoinder export`: posts and what reviewers said of them, as a table, as lines, as a report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from rejoinder.cli.arguments import ARCHIVE, INCLUDE_DELETED, ReviewFolder
from rejoinder.cli.asking import parse
from rejoinder.cli.naming import open_named
from rejoinder.cli.output import note
from rejoinder.cli.searching import QueryCommand
from rejoinder.counting import counted


@click.command("export", cls=QueryCommand)
@ARCHIVE
@click.argument("query", nargs=-1)
@click.option(
    "-o", "--output", "file", required=True, type=click.Path(path_type=Path), help="FILE.csv, .jsonl, .md or .html."
)
@click.option("--format", "named", help="csv, jsonl, md, html, or convokit (a folder); the ending says it otherwise.")
@click.option("--review", type=ReviewFolder(), help="With the codes of this review's reviewers.")
@click.option("--ids-only", is_flag=True, help="Nothing of a post but platform and id (and its codes).")
@click.option("--pseudonyms", type=click.Path(path_type=Path), metavar="KEYFILE", help="Replace handles and ids.")
@click.option("--coarse-time", is_flag=True, help="Days instead of times.")
@INCLUDE_DELETED
@click.option("--zone", help="Time zone for dates in the query (default UTC), such as Europe/Berlin.")
def export_command(
    archive_name: str,
    query: Sequence[str],
    file: Path,
    named: str | None,
    review: Path | None,
    ids_only: bool,
    pseudonyms: Path | None,
    coarse_time: bool,
    include_deleted: bool,
    zone: str | None,
) -> None:
    """Write the posts that match QUERY (all without one), with their sources' SHA-256, into a file.

    The head says how it was made: query, archive, codebook, time. JSON Lines come back into a review with
    `rejoinder review import`. --pseudonyms makes KEYFILE where there is none; the same key gives the same pseudonyms.
    """
    from rejoinder.app.exporting import Wishes, export, format_of
    from rejoinder.reports.pseudonyms import STILL
    from rejoinder.review.folder import Review

    wishes = Wishes(
        file, format_of(file, named), Review(review).check().path if review else None, ids_only, pseudonyms,
        coarse_time, include_deleted,
    )  # fmt: skip
    archive = open_named(archive_name, include_deleted, str(review or ""))
    words = " ".join(query)
    condition = parse(archive, words, zone).condition
    total = archive.count(condition).n
    shown = sys.stderr.isatty()

    def told(done: int) -> None:
        if shown:
            sys.stderr.write(f"\r\x1b[Kwriting  {done:,} of {total:,} posts")
            sys.stderr.flush()

    count = export(archive, condition, words, wishes, told)
    if shown:
        sys.stderr.write("\r\x1b[K")
    note(f"{counted(count, 'row')} in {file}")
    if pseudonyms is not None:
        note(f"The key is {pseudonyms}: keep it apart. What this file can still tell:")
        for line in STILL:
            note(f"  {line}")
