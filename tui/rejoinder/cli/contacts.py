"""`rejoinder contacts`: who first answered whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from rejoinder.archive.protocol import PairSort
from rejoinder.cli.arguments import ARCHIVE
from rejoinder.cli.naming import one_account, open_named
from rejoinder.cli.output import json_lines, note, say

if TYPE_CHECKING:
    from rejoinder.app.meetings import Meeting
    from rejoinder.archive.capture import Gap
    from rejoinder.archive.protocol import Archive, Choice

SORTS = tuple(sort.replace("_", "-") for sort in get_args(PairSort))
FILE = click.Path(path_type=Path, dir_okay=False)
_BATCH = 200


@click.command("contacts")
@ARCHIVE
@click.option("--pair", nargs=2, metavar="A B", help="Only these two accounts.")
@click.option("--account", metavar="A", help="Only pairs with this account.")
@click.option("--sides", "sides_file", type=FILE, help="Sides (groups of accounts) instead of single accounts.")
@click.option("--one-way", is_flag=True, help="Pairs in which nobody has answered, instead of those with an answer.")
@click.option("--min-unanswered", default=0, type=click.IntRange(min=0), help="At least so many addresses before.")
@click.option("--sort", type=click.Choice(SORTS), default="unanswered", show_default=True, help="What comes first.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=0), help="How many pairs; 0 = all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--report", type=FILE, help="Write a report of the pair: FILE.md, FILE.html or FILE.json.")
@click.option("--bundle", type=FILE, help="Write a zip: report, raw records, and a manifest for sha256sum -c.")
@click.option("--include-deleted", is_flag=True, help="Report and bundle with the words of deleted posts too.")
@click.option("--watch", is_flag=True, help="Stay, and print a line for each new first answer.")
def contacts_command(
    archive_name: str,
    as_json: bool,
    watch: bool,
    limit: int,
    report: Path | None,
    bundle: Path | None,
    include_deleted: bool,
    **asked: Any,
) -> None:
    """Print when two accounts first talked to each other: the pairs with an answer, most unanswered first.

    Everything is first in this archive. An account is a handle, an id, platform:id or platform:@handle.
    """
    if watch:
        from rejoinder.cli.watching import watch as stay

        stay(archive_name, as_json, asked)
        return
    archive = open_named(archive_name)
    meetings = found(archive, limit, **asked)
    if report is not None or bundle is not None:
        _write(archive, meetings, asked, report, bundle, include_deleted)
        return
    if as_json:
        from rejoinder.app.reporting import row

        json_lines(map(row, meetings))
        return
    from rejoinder.app.contact_table import heading, line

    for n, meeting in enumerate(meetings):
        if n == 0:
            say(heading())
        say(line(meeting))
    if limit and not asked["pair"] and not asked["sides_file"]:
        _tell_rest(archive, archive.count_pairs(choice_of(archive, **asked)), limit)


def _write(
    archive: Archive,
    meetings: Iterator[Meeting],
    asked: dict[str, Any],
    report: Path | None,
    bundle: Path | None,
    include_deleted: bool,
) -> None:
    """Write report and bundle of the one meeting that was asked for."""
    from itertools import islice

    from rejoinder.app import reporting
    from rejoinder.errors import UsageError

    few = list(islice(meetings, 2))
    if len(few) != 1:
        raise UsageError("A report is of one pair.", "Name the two: --pair A B, or a file of two sides: --sides FILE.")
    query = f"between:{','.join(asked['pair'])}" if asked["pair"] else f"sides {few[0].a.label} and {few[0].b.label}"
    if report is not None:
        reporting.write(archive, few[0], report, query, include_deleted)
        note(f"Written: {report}")
    if bundle is not None:
        missed = reporting.bundle(archive, few[0], bundle, query, include_deleted)
        note(f"Written: {bundle}; unpacked, it is checked by: sha256sum -c SHA256SUMS")
        if missed:
            note(f"Raw records that are not in it: {missed:,}. The report says which.")


def _tell_rest(archive: Archive, count: int, limit: int) -> None:
    from rejoinder.app.contact_table import NOTHING, ONE_ACCOUNT

    if count > limit:
        note(f"{limit:,} of {count:,} pairs; --limit 0 prints all.")
    elif not count:
        note(ONE_ACCOUNT if archive.figures().accounts == 1 else NOTHING)


def found(
    archive: Archive,
    limit: int = 0,
    *,
    pair: tuple[str, str] | None = None,
    account: str | None = None,
    sides_file: Path | None = None,
    one_way: bool = False,
    min_unanswered: int = 0,
    sort: str = "unanswered",
) -> Iterator[Meeting]:
    """The meetings asked for, in order."""
    from rejoinder.app.configuration import configure
    from rejoinder.app.meetings import End, meet
    from rejoinder.app.settings import resumed_after
    from rejoinder.archive.capture import gaps

    missed, resumed = gaps(archive), resumed_after(configure().settings)
    if sides_file is not None:
        yield from _between_sides(archive, sides_file, missed, resumed)
        return
    if pair:
        one, other = (End((one_account(archive, name),)) for name in pair)
        yield meet(archive, one, other, resumed=resumed, missed=missed)
        return
    choice = choice_of(archive, account=account, one_way=one_way, min_unanswered=min_unanswered, sort=sort)
    at = 0
    while batch := archive.pairs(choice, at, min(_BATCH, limit - at) if limit else _BATCH):
        parties = {party.number: party for party in archive.parties([n for pair in batch for n in (pair.a, pair.b)])}
        for each in batch:
            yield meet(archive, End((parties[each.a],)), End((parties[each.b],)), resumed=resumed, missed=missed)
        at += len(batch)
        if at == limit:
            return


def choice_of(
    archive: Archive,
    *,
    account: str | None = None,
    one_way: bool = False,
    min_unanswered: int = 0,
    sort: str = "unanswered",
    **_: Any,
) -> Choice:
    """The pairs that the options mean."""
    from rejoinder.archive.protocol import Choice

    ones = (one_account(archive, account).number,) if account else None
    return Choice(one_way, ones, unanswered=min_unanswered, sort=sort.replace("-", "_"))  # type: ignore[arg-type]


def _between_sides(archive: Archive, file: Path, missed: Sequence[Gap], resumed: int) -> Iterator[Meeting]:
    from rejoinder.app.meetings import ends_of, meet
    from rejoinder.contacts.sides import read
    from rejoinder.errors import UsageError

    if not file.exists():
        raise UsageError(f"There is no file {file}.", "Sides lie beside the archive, in NAME.sides.toml.")
    for one, other in combinations(ends_of(archive, read(file)), 2):
        yield meet(archive, one, other, resumed=resumed, missed=missed)
