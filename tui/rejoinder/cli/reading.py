"""Commands that ask an archive one question: info, chain, replies, ghosts, problems."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from rejoinder.cli.arguments import ARCHIVE, INCLUDE_DELETED
from rejoinder.cli.asking import parse
from rejoinder.cli.naming import one_post, open_named, root_ids
from rejoinder.cli.output import json_lines, note, number, say, table
from rejoinder.cli.searching import QueryCommand
from rejoinder.counting import counted

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive, Key

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
BATCH = 500


@click.command("info")
@ARCHIVE
@JSON
def info_command(archive_name: str, as_json: bool) -> None:
    """Tell what an archive holds: posts, context, accounts, replies, ghosts, conversations, sources, time, size."""
    from rejoinder.cli.figures import info_row

    row = info_row(open_named(archive_name))
    if as_json:
        json_lines([row])
        return
    table((name, number(value) if isinstance(value, int) else str(value)) for name, value in row.items())
    if row["problems"]:
        note(f"{counted(row['problems'], 'record')} could not be read: rejoinder problems {archive_name}")
    if row["private"]:
        note(f"{number(row['private'])} posts were left out, being not for everybody: import with --include-private")
    if row["unloaded"]:
        note(f"{number(row['unloaded'])} posts were not loaded by the collector: rejoinder problems {archive_name}")


@click.command("chain")
@ARCHIVE
@click.argument("id")
@INCLUDE_DELETED
@JSON
def chain_command(archive_name: str, id: str, include_deleted: bool, as_json: bool) -> None:
    """Print the reply chain of the post ID, from the root down to the post itself.

    A parent that is not in the archive is shown with what is known of it, and without text.
    """
    archive = open_named(archive_name, reveal=include_deleted)
    keys = archive.ancestors(one_post(archive, id))
    show(archive, [(key, depth) for depth, key in enumerate(keys)], as_json, include_deleted)


@click.command("replies")
@ARCHIVE
@click.argument("id")
@INCLUDE_DELETED
@JSON
def replies_command(archive_name: str, id: str, include_deleted: bool, as_json: bool) -> None:
    """Print the tree of replies below the post ID (it may be one that is not in the archive)."""
    archive = open_named(archive_name, reveal=include_deleted)
    show(archive, list(tree_below(archive, one_post(archive, id))), as_json, include_deleted)


def tree_below(archive: Archive, key: Key) -> Iterator[tuple[Key, int]]:
    """Every post below a post with its depth (1 = direct reply), each before its own replies; cycles are cut."""
    seen = {key}
    waiting = [(reply, 1) for reply in reversed(archive.replies(key))]
    while waiting:
        at, depth = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        yield at, depth
        waiting.extend((reply, depth + 1) for reply in reversed(archive.replies(at)))


def show(archive: Archive, rows: Sequence[tuple[Key, int]], as_json: bool, include_deleted: bool = False) -> None:
    """Posts and ghosts with their depth, as lines for a person or as JSON Lines."""
    from rejoinder.cli.printing import ghost_line, line

    if as_json:
        json_lines(_json_rows(archive, rows, include_deleted))
        return
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        entries = {entry.key: entry for entry in archive.posts([key for key, _ in batch if key > 0])}
        for key, depth in batch:
            ghost = archive.ghost(key) if key < 0 else None
            say("  " * min(depth, 20) + (ghost_line(ghost) if ghost else line(entries[key])))


def _json_rows(archive: Archive, rows: Sequence[tuple[Key, int]], include_deleted: bool) -> Iterator[dict[str, Any]]:
    from rejoinder.reports.jsonl import ghost_row, post_row

    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        entries = {entry.key: entry for entry in archive.posts([key for key, _ in batch if key > 0])}
        roots = root_ids(archive, [entry.conversation for entry in entries.values()])
        for key, depth in batch:
            entry = entries.get(key)
            if entry is not None:
                yield {
                    **post_row(
                        entry.exported(include_deleted),
                        roots.get(entry.conversation),
                        entry.replies_here,
                        entry.origins,
                    ),
                    "depth": depth,
                }
            elif (ghost := archive.ghost(key)) is not None:
                yield {**ghost_row(ghost), "depth": depth}


@click.command("ghosts", cls=QueryCommand)
@ARCHIVE
@click.argument("query", nargs=-1)
@click.option("--limit", default=0, type=click.IntRange(min=0), help="How many; 0 = all (the default).")
@JSON
@click.option("--csv", "as_csv", is_flag=True, help="A table with a head line.")
def ghosts_command(archive_name: str, query: Sequence[str], limit: int, as_json: bool, as_csv: bool) -> None:
    """Print the want list: the missing parents of the posts that match QUERY (of all posts without one).

    Those with the most replies here come first.
    """
    from rejoinder.reports.jsonl import ghost_row

    archive = open_named(archive_name)
    ghosts = archive.ghosts(parse(archive, " ".join(query)).condition, limit)
    rows = [ghost_row(ghost) for ghost in ghosts]
    if as_json:
        json_lines(rows)
    elif as_csv:
        _csv(rows, ("platform", "id", "permalink", "author", "handle", "created", "replies"))
    else:
        for row in rows:
            who = f"@{row['handle']}" if row["handle"] else row["author"] or "unknown account"
            when = row["created"] or "time unknown"
            say(f"{row['replies']:>7,}  {when:<20}  {who:<20}  {row['permalink'] or row['id']}")


def _csv(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([harmless(row[name]) for name in names] for row in rows)


def harmless(cell: object) -> object:
    """A spreadsheet must not take a cell for a formula: = + - @ at its beginning get an apostrophe before them."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return "" if cell is None else cell


@click.command("problems")
@ARCHIVE
@click.option("--limit", default=0, type=click.IntRange(min=0), help="How many; 0 = all (the default).")
@click.option("--csv", "as_csv", is_flag=True, help="A table, its names in the first row.")
@JSON
def problems_command(archive_name: str, limit: int, as_json: bool, as_csv: bool) -> None:
    """Print what did not come in at import: source, member, position, reason, and what stood there.

    That is what could not be read (`unreadable`); posts left out because they were not meant for everybody (`private`);
    and those that the export names but whoever collected it did not load (`unloaded`).
    """
    archive = open_named(archive_name)
    problems = archive.problems(limit)
    if as_json or as_csv:
        rows = [
            {
                "source": problem.origin.source,
                "member": problem.origin.member,
                "position": problem.origin.position,
                "reason": problem.reason,
                "excerpt": problem.excerpt,
                "kind": problem.kind,
                "posts": problem.posts or None,
            }
            for problem in problems
        ]
        if as_json:
            json_lines(rows)
        else:
            _csv(rows, ("source", "member", "position", "reason", "excerpt", "kind", "posts"))
        return
    for problem in problems:
        origin = problem.origin
        place = " ".join(part for part in (origin.source, origin.member, f"#{origin.position}") if part)
        posts = f"{number(problem.posts)} post{'s' if problem.posts > 1 else ''}: " if problem.posts else ""
        say(f"{place}: {posts}{problem.reason}" + (f"\n    {problem.excerpt}" if problem.excerpt else ""))
    if not problems:
        note("Every record could be read.")
