"""`rejoinder archives`: the archives of the data folder, and `rejoinder upgrade`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rejoinder.archive import opening
from rejoinder.cli.arguments import ARCHIVE
from rejoinder.cli.custody import log_deed
from rejoinder.cli.naming import found
from rejoinder.cli.output import json_lines, note, number, say
from rejoinder.errors import RejoinderError


@click.group("archives", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def archives_command(ctx: click.Context, as_json: bool) -> None:
    """List the archives of your data folder with their posts and size; rename or delete one."""
    if ctx.invoked_subcommand is None:
        show_archives(as_json)


@archives_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_command(as_json: bool) -> None:
    """List the archives with their posts, time span and size."""
    show_archives(as_json)


def show_archives(as_json: bool = False) -> None:
    """The list of archives; an archive that can't be opened is listed with the reason."""
    rows = [row_of(path) for path in opening.archives()]
    if as_json:
        json_lines(rows)
        return
    if not rows:
        say("There is no archive yet. Open an export: rejoinder open EXPORT, or see the sample: rejoinder demo")
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        say(f"{row['name']:<{width}}  {told(row)}")
    say(f"\nOpen one: rejoinder open NAME      They lie in {opening.archives()[0].parent}")


def row_of(path: Path) -> dict[str, Any]:
    """Name, size, posts and span of an archive; `problem` where it can't be opened."""
    from rejoinder.reports.jsonl import iso

    name = path.name.removesuffix(opening.SUFFIX)
    row: dict[str, Any] = {"name": name, "bytes": path.stat().st_size, "path": str(path)}
    try:
        archive = opening.open_archive(path)
    except RejoinderError as error:
        return {**row, "problem": error.message}
    figures = archive.figures()
    archive.close()
    return {
        **row,
        "bytes": figures.bytes,
        "posts": figures.posts,
        "first": iso(figures.first),
        "last": iso(figures.last),
    }


def told(row: dict[str, Any]) -> str:
    """An archive's row in columns, for a person."""
    size = f"{row['bytes'] / 1_000_000:,.1f} MB"
    if "problem" in row:
        return f"{size:>12}  {row['problem']}"
    span = f"{(row['first'] or '')[:10]} – {(row['last'] or '')[:10]}" if row["first"] else "no dates"
    return f"{number(row['posts']):>12} posts  {span}  {size:>10}"


@archives_command.command("rename")
@click.argument("name")
@click.argument("new_name")
def rename_command(name: str, new_name: str) -> None:
    """Give the archive NAME a new name."""
    opening.rename(name, new_name)


@archives_command.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete_command(name: str, yes: bool) -> None:
    """Delete the archive NAME (the exports it was made from are not touched)."""
    if not yes:
        click.confirm(f"Delete the archive {name}?", abort=True, err=True)
    address = opening.address_in(opening.known(name))
    opening.delete(name)
    note(f"{name} is no longer listed; its posts stay on the server: {address}" if address else f"{name} is deleted.")


@archives_command.command("size")
@click.argument("name", required=False)
def size_command(name: str | None) -> None:
    """Print how many bytes the archive NAME takes, or all of them together."""
    paths = [opening.known(name)] if name else opening.archives()
    say(str(sum(path.stat().st_size for path in paths)))


@click.command("upgrade")
@ARCHIVE
def upgrade_command(archive_name: str) -> None:
    """Write an archive of an older version anew for this one; the old file is replaced when that has ended well."""
    from rejoinder.archive import ingest
    from rejoinder.cli.progress import ProgressLine

    with ProgressLine() as line:
        ingest.upgrade(found(archive_name), line)
    log_deed(found(archive_name), "upgrade", archive_name)
    note(f"{archive_name} is up to date.")
