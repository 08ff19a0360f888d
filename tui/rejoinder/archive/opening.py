"""Opening an archive file with the engine that wrote it, and the archives that lie in the data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.errors import ArchiveError, UsageError
from rejoinder.folders import folder, private_folder

if TYPE_CHECKING:
    from rejoinder.archive.ingest import Progress
    from rejoinder.archive.protocol import Archive

SUFFIX = ".rejoinder"


def open_archive(path: Path) -> Archive:
    """Open an archive file for reading.

    Raises ArchiveError where it is missing, of another kind, of another version, or damaged.
    """
    from rejoinder.archive.sqlite.archive import SqliteArchive

    return SqliteArchive(path)


def upgrade(path: Path, progress: Callable[[Progress], None] | None = None) -> None:
    """Write an archive of an older version anew for this one. Raises ArchiveError as `ingest.run` does."""
    from rejoinder.archive.ingest import upgrade as written_anew

    written_anew(path, progress)


def archives() -> list[Path]:
    """The archive files of the data folder, by name."""
    return sorted(_home().glob(f"*{SUFFIX}"))


def path_of(name: str) -> Path:
    """Where the archive of this name lies, whether or not there is one. Raises UsageError for what is no name."""
    if not name or name.startswith(".") or "/" in name or "\0" in name:
        raise UsageError(f"{name!r} is no name for an archive.", "A name holds no slash and begins with no dot.")
    return _home() / (name + SUFFIX)


def rename(name: str, new_name: str) -> Path:
    """Give an archive another name. Raises ArchiveError where there is none, or one of the new name already."""
    new = path_of(new_name)
    if new.exists():
        raise ArchiveError(f"There is an archive {new_name} already.", "Choose another name, or delete that one first.")
    return _known(name).rename(new)


def delete(name: str) -> None:
    """Delete an archive (never the exports it was made from). Raises ArchiveError where there is none."""
    _known(name).unlink()


def _known(name: str) -> Path:
    path = path_of(name)
    if not path.is_file():
        known = ", ".join(each.name.removesuffix(SUFFIX) for each in archives()) or "none"
        raise ArchiveError(f"There is no archive {name} in the data folder.", f"The archives are: {known}")
    return path


def _home() -> Path:
    return private_folder(folder("data") / "archives")
