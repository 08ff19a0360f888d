"""`rejoinder graph`: who addressed whom as a file for graph tools, with the times on the edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rejoinder.acts import Act, Party
from rejoinder.cli.arguments import ARCHIVE
from rejoinder.cli.asking import parse
from rejoinder.cli.naming import open_named
from rejoinder.cli.output import note
from rejoinder.cli.searching import QueryCommand
from rejoinder.errors import UsageError

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive

KINDS = ("reply", "quote", "mention", "repost", "like")


@click.command("graph", cls=QueryCommand)
@ARCHIVE
@click.argument("query", nargs=-1)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="g.gexf or g.csv")
@click.option("--kinds", default=",".join(KINDS), show_default=True, help="Kinds of act, with commas between them.")
def graph_command(archive_name: str, query: Sequence[str], output: Path, kinds: str) -> None:
    """Write who replied to, quoted, named, reposted and liked whom: one edge an act, with its time.

    QUERY chooses the posts that prove the acts; without one it is every post.
    """
    from rejoinder import __version__
    from rejoinder.folders import private_file
    from rejoinder.reports.graph import gexf, table

    wanted = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    if not wanted or set(wanted) - set(KINDS):
        raise UsageError(f"--kinds knows {', '.join(KINDS)}.", "For example --kinds reply,mention")
    if output.suffix not in (".gexf", ".csv"):
        raise UsageError(f"A graph is written as .gexf or .csv, not {output.suffix or 'without an ending'}.")
    archive = open_named(archive_name)
    text = " ".join(query)
    condition = parse(archive, text).condition

    def acts() -> Iterator[Act]:
        return (act for act in archive.all_acts(condition) if act.kind in wanted)

    parties, count = _parties(archive, acts())
    pieces = (
        table(parties, acts())
        if output.suffix == ".csv"
        else gexf(parties.values(), acts(), __version__, f"{Path(archive.path).name}: {text or 'every post'}")
    )
    new = private_file(output.with_name(output.name + ".new"))
    with new.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
    new.replace(output)
    note(f"Written: {output}, {len(parties):,} accounts and {count:,} acts")


def _parties(archive: Archive, acts: Iterator[Act]) -> tuple[dict[int, Party], int]:
    """The accounts of these acts, and how many acts there are."""
    numbers: set[int] = set()
    count = 0
    for act in acts:
        numbers |= {act.source, act.target}
        count += 1
    return {party.number: party for party in archive.parties(sorted(numbers))}, count
