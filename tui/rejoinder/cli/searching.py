"""`rejoinder search`: the search bar's language over a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, get_args

import click

from rejoinder.archive.values import Ordering
from rejoinder.cli.arguments import ARCHIVE, INCLUDE_DELETED
from rejoinder.cli.asking import parse, zone_named
from rejoinder.cli.naming import open_named, root_ids
from rejoinder.cli.output import json_lines, note, say, table
from rejoinder.errors import UsageError

if TYPE_CHECKING:
    from rejoinder.archive.conditions import Condition
    from rejoinder.archive.protocol import Archive, Entry

PAGE = 500
"""Posts fetched at a time: enough to make the calls cheap, few enough to print soon."""


class QueryCommand(click.Command):
    """A command whose query may begin with `-`: the error says how."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name.startswith("--"):
                raise
            raise UsageError(
                f"A query that begins with - follows --; {error.option_name} was taken for an option.",
                f"rejoinder {self.name} ARCHIVE -- -word",
            ) from None


@click.command("search", cls=QueryCommand)
@ARCHIVE
@click.argument("query", nargs=-1)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=0), help="How many posts; 0 = all.")
@click.option("--count", is_flag=True, help="Print only how many posts match, in digits.")
@click.option(
    "--order", type=click.Choice(get_args(Ordering)), help="As order: in the query; the newest first without."
)
@click.option("--zone", help="Time zone for dates in the query (default UTC), such as Europe/Berlin.")
@click.option("--saved", metavar="NAME", help="Also what the saved search of this name asks for.")
@click.option("--save", metavar="NAME", help="Save the search under this name (rejoinder searches lists them).")
@INCLUDE_DELETED
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def search_command(
    archive_name: str,
    query: Sequence[str],
    limit: int,
    count: bool,
    order: Ordering | None,
    zone: str | None,
    saved: str | None,
    save: str | None,
    include_deleted: bool,
    as_json: bool,
) -> None:
    """Print the posts that match QUERY, the newest 50 if nothing else is said; '' is every post.

    Words, "phrases", word*, -not, OR, ( ), #tag, @account, and operators such as from: to: since: until: is:
    has: lang:. A query that begins with - follows --. No hit is no error.
    """
    if not query and saved is None:
        raise UsageError("What is searched for?", f"rejoinder search {archive_name} QUERY; '' is every post.")
    archive = open_named(archive_name, reveal=include_deleted)
    text = " ".join(query)
    if saved is not None:
        text = _together(saved, text)
    parsed = parse(archive, text, zone)
    if save is not None:
        _keep(save, archive, text, zone)
    if count:
        click.echo(archive.count(parsed.condition).n)
        return
    wanted = order or parsed.order or "new"
    entries = walk(archive, parsed.condition, wanted, limit)
    if as_json:
        json_lines(rows(archive, entries, include_deleted))
        return
    from rejoinder.cli.printing import block

    for entry in entries:
        say(block(entry))


def _together(saved: str, text: str) -> str:
    """A saved search and what was typed, as one line."""
    from rejoinder.archive.saved import SavedSearches

    line = SavedSearches().find(saved).line
    ordered = re.fullmatch(r"(.*?) ?(order:\w+)?", line)
    assert ordered is not None
    words, order = ordered[1], ordered[2] or ""
    return " ".join(part for part in (f"({words})" if words and text else words, order, text) if part)


def _keep(name: str, archive: Archive, text: str, zone: str | None) -> None:
    """Save a line that was understood."""
    from rejoinder.archive.query import parse as parse_query
    from rejoinder.archive.saved import SavedSearches

    query = parse_query(text, now=archive.figures().last or 0, zone=zone_named(zone))
    saved = SavedSearches().keep(name, query, text)
    note(f"Saved as {saved.name}: {saved.line}")


@click.command("searches")
@click.option("--forget", metavar="NAME", help="Remove the saved search of this name.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def searches_command(forget: str | None, as_json: bool) -> None:
    """List the saved searches, in the form that means the same at any time: dates in UTC."""
    from rejoinder.archive.saved import SavedSearches

    searches = SavedSearches()
    if forget is not None:
        searches.forget(forget)
    elif as_json:
        json_lines({"name": each.name, "query": each.line, "typed": each.typed or None} for each in searches.all())
    elif not (known := list(searches.all())):
        note("No search is saved. Save one: rejoinder search ARCHIVE QUERY --save NAME")
    else:
        table((each.name, each.line) for each in known)


def walk(archive: Archive, condition: Condition, order: Ordering, limit: int) -> Iterator[Entry]:
    """The matching posts in order; `limit=0` means all."""
    return (_in_time if order in ("new", "old") else _in_order)(archive, condition, order, limit)


def _in_time(archive: Archive, condition: Condition, order: Ordering, limit: int) -> Iterator[Entry]:
    """A page at a time: the first posts come at once."""
    left = limit or None
    at = None
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        page = list(archive.page(condition, at, "newer" if order == "old" else "older", size))
        if order == "new":
            page.reverse()
        yield from page
        if len(page) < size:
            return
        at = page[-1].place
        left = None if left is None else left - len(page)


def _in_order(archive: Archive, condition: Condition, order: Ordering, limit: int) -> Iterator[Entry]:
    """An order that only the whole of the result tells."""
    keys = archive.ordered(condition, order, limit)
    for at in range(0, len(keys), PAGE):
        yield from archive.posts(keys[at : at + PAGE])


def rows(archive: Archive, entries: Iterator[Entry], include_deleted: bool = False) -> Iterator[dict[str, Any]]:
    """Posts as JSON rows; the conversations' ids are looked up for many rows at once."""
    from itertools import islice

    from rejoinder.reports.jsonl import post_row

    while batch := list(islice(entries, PAGE)):
        roots = root_ids(archive, [entry.conversation for entry in batch if entry.conversation != entry.key])
        for entry in batch:
            post = entry.exported(include_deleted)
            yield post_row(post, roots.get(entry.conversation), entry.replies_here, entry.origins)
