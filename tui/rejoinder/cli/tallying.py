"""`rejoinder tally`: how many posts a month, an account, a tag … has."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from rejoinder.archive.tally import BY, SAID, By
from rejoinder.cli.arguments import ARCHIVE
from rejoinder.cli.asking import parse, zone_named
from rejoinder.cli.naming import open_named
from rejoinder.cli.output import json_lines, number, say
from rejoinder.cli.searching import QueryCommand

if TYPE_CHECKING:
    from rejoinder.archive.tally import Tallied

_BAR = 40


@click.command("tally", cls=QueryCommand)
@ARCHIVE
@click.argument("query", nargs=-1)
@click.option("--by", type=click.Choice((*BY, *SAID)), required=True, help="What is counted.")
@click.option("--limit", default=0, type=click.IntRange(min=0), help="How many rows; 0 = all (the default).")
@click.option("--zone", help="Time zone of months, hours and dates in the query (default UTC), such as Europe/Berlin.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", "as_csv", is_flag=True, help="A table with a head line.")
def tally_command(
    archive_name: str, query: Sequence[str], by: By, limit: int, zone: str | None, as_json: bool, as_csv: bool
) -> None:
    """Count the posts that match QUERY (all posts without one) by month, account, tag and so on.

    Months and the hours of the day come in order, all else with the most posts first. A post with several tags, hosts
    or sources counts in each row; posts without any stand in a last row, `(none)`.
    """
    archive = open_named(archive_name)
    condition = parse(archive, " ".join(query), zone).condition
    if by in SAID:
        from rejoinder.app.coded import codes_for

        rows: Sequence[Tallied] = codes_for(archive, "", "").tally(condition, by, limit)
    else:
        rows = archive.tally(condition, by, limit=limit, zone=zone_named(zone))
    if as_json:
        json_lines(_json_rows(by, rows))
    elif as_csv:
        _csv(by, rows)
    else:
        _bars(rows)


def _json_rows(by: By, rows: Sequence[Tallied]) -> Iterator[dict[str, Any]]:
    """`query` is a search line that finds these posts, where there is one."""
    from rejoinder.archive.canonical import print_condition

    for row in rows:
        query = print_condition(row.condition) if row.condition is not None else None
        yield {by: row.label or None, "posts": row.n, "query": query}


def _csv(by: By, rows: Sequence[Tallied]) -> None:
    import csv

    from rejoinder.cli.reading import harmless

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow((by, "posts"))
    writer.writerows((harmless(row.label), row.n) for row in rows)


def _bars(rows: Sequence[Tallied]) -> None:
    most = max((row.n for row in rows), default=1) or 1
    width = min(40, max((len(row.label) for row in rows), default=0))
    for row in rows:
        bar = "#" * (max(1, round(row.n / most * _BAR)) if row.n else 0)
        say(f"{number(row.n):>11}  {row.label or '(none)':<{width}}  {bar}".rstrip())
