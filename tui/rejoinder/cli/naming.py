"""How a person names an archive or a post on the command line, and what is said when the name fits none or several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.archive.conditions import Coded, Condition
from rejoinder.archive.opening import ADDRESS, address_in, locate, names, open_archive, sample_of
from rejoinder.archive.resolving import answering
from rejoinder.cli.output import note
from rejoinder.errors import ArchiveError, RejoinderError

if TYPE_CHECKING:
    from rejoinder.acts import Party
    from rejoinder.app.coded import Codes
    from rejoinder.archive.protocol import Archive, Key


def open_named(name: str, reveal: bool = False, review: str = "") -> Archive:
    """Open an archive by name or path, as `open_archive` does; the error names those there are.

    What reviewers said (`verdict:`, `tag:` and their like) is asked of a review's folder, the one beside the archive
    where none is named; of all its journals.
    """
    archive = open_archive(found(name), reveal)

    def resolve(condition: Coded) -> Condition:
        from rejoinder.app.coded import codes_for  # few searches ask for codes

        if not opened:
            opened.append(codes_for(archive, review, ""))
        return opened[0].resolve(condition)

    opened: list[Codes] = []
    return answering(archive, {Coded: resolve})


def found(name: str) -> Path:
    """The file of an archive by name or path; the error names those there are."""
    path = located_to_read(name)
    if not path.exists():
        known = names()
        advice = "The archives are: " + ", ".join(known) if known else "Make one: rejoinder import NAME EXPORT"
        raise ArchiveError(f"There is no archive {name}.", advice)
    return path


def located_to_read(word: str) -> Path:
    """The same as `located`, but the sample of this name where no archive has it: what is told of the sample can be
    tried on it. (An import into this name makes an archive.)"""
    path = located(word)
    return sample_of(word) if not path.exists() and "/" not in word and sample_of(word).exists() else path


def located(word: str) -> Path:
    """The file that a person means (see `locate`), with a warning before a server is asked in plain HTTP."""
    if word.startswith(ADDRESS):
        warn_of_plain(word)
    path = locate(word)
    warn_of_plain(address_in(path))
    return path


@cache
def warn_of_plain(address: str) -> None:
    """Say so where posts and password would cross a network that others may read; once for each address."""
    if address:
        from rejoinder.archive.clickhouse.address import parse

        if parse(address).is_exposed:
            note(f"{address} is asked in plain HTTP: others on the network may read along. Use TLS (?tls=yes) or SSH.")


def name_for(path: Path) -> str:
    """The archive name made from an export's file or folder name: twitter-2024.zip -> twitter-2024."""
    stem = path.resolve().name
    for ending in (".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".tgz", ".jsonl", ".ndjson", ".json", ".js"):
        stem = stem.removesuffix(ending)
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "archive"


def one_post(archive: Archive, id: str) -> Key:
    """The one post or ghost with this id; none or several is an error that says so (exit 1)."""
    keys = archive.find(id)
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise RejoinderError(f"No post {id} in this archive.", "An id is the platform's, platform:id, or a permalink.")
    candidates = ", ".join(_full_id(archive, key) for key in keys)
    raise RejoinderError(f"{id} is ambiguous here.", f"It may be one of: {candidates}")


def one_account(archive: Archive, name: str) -> Party:
    """The one account of this handle or id; none or several is an error that says so (exit 1)."""
    found = archive.parties_named(name)
    if len(found) == 1:
        return found[0]
    if not found:
        raise RejoinderError(f"No account {name} in this archive.", "Name it by its handle, id, or platform:id.")
    candidates = ", ".join(f"{party.platform}:{party.id or party.label}" for party in found)
    raise RejoinderError(f"{name} is ambiguous here.", f"It may be one of: {candidates}")


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
