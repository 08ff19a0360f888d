"""How a person names an archive or a post on the command line, and what is said when the name fits none or several."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rejoinder.errors import ArchiveError, RejoinderError
from rejoinder.folders import folder

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive, Key

SUFFIX = ".rejoinder"


def archive_folder() -> Path:
    """Where the archives lie that are called by name."""
    from rejoinder.folders import private_folder

    return private_folder(folder("data") / "archives")


def archive_names() -> list[str]:
    """Names of the archives in the data folder."""
    return sorted(path.name.removesuffix(SUFFIX) for path in archive_folder().glob("*" + SUFFIX))


def is_path(name: str) -> bool:
    """Whether this is written as a path rather than as a name."""
    return os.sep in name or name.endswith(SUFFIX)


def archive_path(name: str) -> Path:
    """The file that a name or path stands for, whether or not it exists yet."""
    if is_path(name):
        return Path(name).expanduser()
    in_folder = archive_folder() / (name + SUFFIX)
    return Path(name) if not in_folder.exists() and Path(name).is_file() else in_folder


def open_named(name: str) -> Archive:
    """Open an archive by name or path; the error names those there are."""
    from rejoinder.archive.opening import open_archive

    path = archive_path(name)
    if not path.exists():
        known = archive_names()
        advice = "The archives are: " + ", ".join(known) if known else "Make one: rejoinder import NAME EXPORT"
        raise ArchiveError(f"There is no archive {name}.", advice)
    return open_archive(path)


def name_for(path: Path) -> str:
    """The archive name made from an export's file or folder name: twitter-2024.zip -> twitter-2024."""
    stem = path.resolve().name
    for ending in (".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".tgz", ".jsonl", ".ndjson", ".json", ".js"):
        stem = stem.removesuffix(ending)
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "archive"


class ArchiveName(click.ParamType[str]):
    """ARCHIVE on the command line; the shell completes the names in the data folder."""

    name = "archive"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name) for name in archive_names() if name.startswith(incomplete)]
        return [*names, CompletionItem(incomplete, type="file")]


ARCHIVE = click.argument("archive_name", metavar="ARCHIVE", type=ArchiveName())


def one_post(archive: Archive, id: str) -> Key:
    """The one post or ghost with this id; none or several is an error that says so (exit 1)."""
    keys = archive.find(id)
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise RejoinderError(f"No post {id} in this archive.", "An id is the platform's, platform:id, or a permalink.")
    candidates = ", ".join(_full_id(archive, key) for key in keys)
    raise RejoinderError(f"{id} is ambiguous here.", f"It may be one of: {candidates}")


def _full_id(archive: Archive, key: Key) -> str:
    entry = archive.post(key)
    if entry is not None:
        return f"{entry.post.platform}:{entry.post.id}"
    ghost = archive.ghost(key)
    return f"{ghost.platform}:{ghost.id}" if ghost else str(key)


def root_ids(archive: Archive, keys: Sequence[Key]) -> dict[Key, str]:
    """The platform's ids of these conversation roots (posts or ghosts), asked for together."""
    found = {entry.key: entry.post.id for entry in archive.posts(sorted({key for key in keys if key > 0}))}
    for key in {key for key in keys if key < 0}:
        ghost = archive.ghost(key)
        if ghost is not None:
            found[key] = ghost.id
    return found
