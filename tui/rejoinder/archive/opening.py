"""Opening an archive file with the engine that wrote it, and the archives that lie in the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.errors import ArchiveError, UsageError
from rejoinder.folders import folder, private_folder

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive

SUFFIX = ".rejoinder"


def open_archive(path: Path, reveal: bool = False) -> Archive:
    """Open an archive file for reading; `reveal` shows the words of deleted posts that it keeps unseen.

    Raises ArchiveError where it is missing, of another kind, of another version, or damaged.
    """
    from rejoinder.archive.sqlite.archive import SqliteArchive

    return SqliteArchive(path, reveal)


def archives() -> list[Path]:
    """The archive files of the data folder, by name."""
    return sorted(_home().glob(f"*{SUFFIX}"))


def names() -> list[str]:
    """The names of the archives in the data folder."""
    return [path.name.removesuffix(SUFFIX) for path in archives()]


def locate(word: str) -> Path:
    """The file that a person means by a path (it holds a slash, begins with a dot or ends in .rejoinder) or a name."""
    if "/" in word or word.startswith(".") or word.endswith(SUFFIX):
        return Path(word).expanduser()
    path = path_of(word)
    return Path(word) if not path.exists() and Path(word).is_file() else path


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
    return known(name).rename(new)


def delete(name: str) -> None:
    """Delete an archive (never the exports it was made from). Raises ArchiveError where there is none."""
    known(name).unlink()


def known(name: str) -> Path:
    """The file of the archive of this name. Raises ArchiveError, naming those there are, where there is none."""
    path = path_of(name)
    if not path.is_file():
        known = ", ".join(names()) or "none"
        raise ArchiveError(f"There is no archive {name} in the data folder.", f"The archives are: {known}")
    return path


def _home() -> Path:
    return private_folder(folder("data") / "archives")
