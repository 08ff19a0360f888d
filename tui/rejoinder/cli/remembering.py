"""How exports are read is kept with them: what the user chose once holds until it is chosen otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rejoinder.cli.output import note
from rejoinder.errors import ArchiveError

if TYPE_CHECKING:
    from rejoinder.formats.export import Choices
    from rejoinder.records import Source


def told_of(chosen: Choices) -> dict[str, Any]:
    """What the user chose, as a source keeps it (`formats.export.remembered` is the way back)."""
    told: dict[str, Any] = {"include_private": chosen.include_private, "mapping": chosen.mapping}
    if chosen.accounts is not None:
        told |= {"accounts": str(chosen.accounts), "accounts_fingerprint": table_fingerprint(chosen.accounts)}
    return told


def table_fingerprint(accounts: Path) -> str:
    """What the fingerprint of a table of accounts is now; empty where it is none, which its reader tells better."""
    from rejoinder.formats.export import fingerprint

    return fingerprint(accounts) if accounts.is_file() else ""


def as_before(target: Path, paths: Sequence[Path], chosen: Choices) -> dict[Choices, list[Path]]:
    """The paths by how each is to be read: as the user says now, else as this archive has it from the last time."""
    known = _sources(target)
    grouped: dict[Choices, list[Path]] = {}
    for path in paths:
        own = [source for source in known if source.format and within(source.path, path)]
        last = max(own, key=lambda source: source.imported or 0, default=None)
        grouped.setdefault(_filled(chosen, last), []).append(path)
    return grouped


def _sources(target: Path) -> Sequence[Source]:
    from rejoinder.archive.opening import open_archive

    if not target.exists():
        return ()
    try:
        archive = open_archive(target)
    except ArchiveError:
        return ()  # of an older version, which remembered nothing: the import itself tells what else may be wrong
    try:
        return archive.sources()
    finally:
        archive.close()


def _filled(chosen: Choices, last: Source | None) -> Choices:
    if last is None:
        return chosen
    accounts = chosen.accounts or (Path(last.accounts) if last.accounts else None)
    if accounts is not None and not accounts.exists():
        note(f"{accounts}, which gave the accounts of {last.name} their handles, is gone: they are named by id.")
        accounts = None
    return type(chosen)(chosen.include_private or last.include_private, accounts, chosen.mapping or last.mapping)


def within(source: str, path: Path) -> bool:
    """Whether an export (by its path) is this file or folder, or lies in it."""
    resolved = str(path.resolve())
    return source == resolved or source.startswith(resolved.rstrip("/") + "/")
