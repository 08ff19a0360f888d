"""Commands about where an archive's posts come from, and whether all is whole: sources, verify, check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import click

from rejoinder.cli.arguments import ARCHIVE
from rejoinder.cli.custody import log_deed
from rejoinder.cli.naming import found, open_named
from rejoinder.cli.output import json_lines, number, say
from rejoinder.errors import RejoinderError
from rejoinder.records import Source

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
State = Literal["unchanged", "changed", "missing", "cited"]
"""Of an export since it was imported; `cited` is a source that an export names, which was never a file here."""


@click.command("sources")
@ARCHIVE
@JSON
def sources_command(archive_name: str, as_json: bool) -> None:
    """List the exports that an archive was made from: name, format, size, SHA-256, when and from where imported, and
    with which options they were read (they are read so again)."""
    sources = open_named(archive_name).sources()
    if as_json:
        json_lines(source_row(source) for source in sources)
        return
    for source in sources:
        say("\n".join(_told(source)) + "\n")


@click.command("verify")
@ARCHIVE
@JSON
def verify_command(archive_name: str, as_json: bool) -> None:
    """Read the exports again and compare them with what was imported; exit 1 if one is changed or missing.

    In the place of ARCHIVE a bundle (a zip with SHA256SUMS in it) is held against its manifest.
    """
    if _verified_bundle(Path(archive_name).expanduser(), as_json):
        return
    sources = open_named(archive_name).sources()
    states = [(source, state_of(source)) for source in sources]
    if as_json:
        json_lines({**source_row(source), "state": state} for source, state in states)
    else:
        for source, state in states:
            say(f"{state:<9}  {source.name}{f'  {source.path}' if source.path else ''}")
    told = ", ".join(f"{source.name} {state}" for source, state in states)
    log_deed(found(archive_name), "verify", told, [source for source, _ in states])
    amiss = [source.name for source, state in states if state in ("changed", "missing")]
    if amiss:
        raise RejoinderError(f"{_many(amiss)} not as imported.", "The archive itself is whole: it keeps what it read.")


@click.command("check")
@ARCHIVE
@JSON
def check_command(archive_name: str, as_json: bool) -> None:
    """Check an archive file: SQLite's pages, the index, the counts, the links between tables; exit 1 if not whole."""
    from rejoinder.archive.checking import check

    amiss = False
    for finding in check(found(archive_name)):
        amiss |= not finding.well
        if as_json:
            json_lines([{"what": finding.what, "found": finding.found, "well": finding.well}])
        else:
            say(f"{'ok' if finding.well else '!!'}  {finding.what:<8}  {finding.found}")
    if amiss:
        raise RejoinderError(
            f"{archive_name} is damaged.",
            "Import its exports into a new archive (rejoinder sources names them), or take a copy of the file.",
        )


def _verified_bundle(path: Path, as_json: bool) -> bool:
    """Whether this was a bundle; raises RejoinderError where it is not as it was made."""
    if path.suffix.lower() != ".zip":
        return False
    from rejoinder.reports.verifying import is_bundle, verify_bundle

    if not is_bundle(path):
        return False
    states = verify_bundle(path)
    if as_json:
        json_lines({"name": name, "state": state} for name, state in states)
    else:
        for name, state in states:
            say(f"{state:<9}  {name}")
    amiss = [name for name, state in states if state != "unchanged"]
    if amiss:
        raise RejoinderError(f"{', '.join(amiss)}: not as the manifest says.", "Do not rely on this copy.")
    return True


def state_of(source: Source) -> State:
    """Whether the export is still what was imported, by its SHA-256."""
    from rejoinder.formats import registry

    if not source.format:
        return "cited"
    path = Path(source.path)
    if not path.exists():
        return "missing"
    return "unchanged" if registry.now(source) == source.fingerprint else "changed"


def source_row(source: Source) -> dict[str, Any]:
    """A source as JSON."""
    from rejoinder.reports.jsonl import iso

    return {
        "name": source.name,
        "format": source.format or None,
        "title": source.title or None,
        "path": source.path or None,
        "bytes": source.size,
        "sha256": source.fingerprint or None,
        "imported": iso(source.imported),
        "tool": source.tool or None,
        "include_private": source.include_private,
        "accounts": source.accounts or None,
        "map": source.mapping or None,
    }


def _told(source: Source) -> list[str]:
    if not source.format:
        return [source.name, f"  cited: {source.title}"]
    row = source_row(source)
    return [
        f"{source.name}  ({source.format}, {number(source.size)} bytes{_part(source)})",
        f"  imported {row['imported']} by rejoinder {source.tool} from {source.path}",
        f"  SHA-256 {source.fingerprint}",
        *_chosen(source),
    ]


def _chosen(source: Source) -> list[str]:
    """How it was read, where the user chose that; it is read so again."""
    told = ["--include-private"] if source.include_private else []
    told += [f"--accounts {source.accounts}"] if source.accounts else []
    told += [f"--map '{source.mapping}'"] if source.mapping else []
    return [f"  read with {' '.join(told)}"] if told else []


def _many(names: Sequence[str]) -> str:
    return f"{names[0]} is" if len(names) == 1 else f"{len(names)} exports ({', '.join(names)}) are"


def _part(source: Source) -> str:
    """Which part of a file that was followed while it grew."""
    return f" from byte {number(source.part[0])} on" if source.part and source.part[0] else ""
