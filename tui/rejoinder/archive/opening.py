"""Opening an archive file with the engine that wrote it, and the archives that lie in the data folder.

An archive on a server has a file here, too, that holds nothing but its address: so it has a name, and a place beside
which reviews, sides and positions lie, and whoever is handed the path of an archive need not know where its posts are.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.errors import ArchiveError, UsageError
from rejoinder.folders import folder, private_folder

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive

SUFFIX = ".rejoinder"
ADDRESS = "clickhouse://"
_LONGEST = 1_000


def open_archive(path: Path, reveal: bool = False) -> Archive:
    """Open an archive for reading; `reveal` shows the words of deleted posts that it keeps unseen.

    Raises ArchiveError where it is missing, of another kind, of another version, or damaged, or its server fails.
    """
    address = address_in(path)
    if address:
        from rejoinder.archive.clickhouse.address import parse
        from rejoinder.archive.clickhouse.archive import ClickHouseArchive

        return ClickHouseArchive(parse(address), path, reveal)
    from rejoinder.archive.sqlite.archive import SqliteArchive

    return SqliteArchive(path, reveal)


def address_in(path: Path) -> str:
    """The address of the archive on a server that this file stands for; empty where it is not such a file.

    Raises ArchiveError where somebody else's file names a server: opening it would send the password there.
    """
    told = _line_in(path)
    if told and path.parent.resolve() != _home().resolve() and told not in map(_line_in, archives()):
        raise ArchiveError(
            f"{path} is no archive, but names one on a server: {told[:100]!r}",
            "If you trust it, open it by its address.",
        )
    return told


def _line_in(path: Path) -> str:
    if not path.is_file():  # a pipe would not end
        return ""
    try:
        with path.open("rb") as file:
            line = file.read(_LONGEST)
    except OSError:
        return ""
    return line.decode(errors="replace").strip() if line.startswith(ADDRESS.encode()) else ""


def _standing_for(word: str) -> Path:
    """The file that stands for an address; it is made when its server was reached for the first time."""
    from rejoinder.archive.clickhouse.address import parse
    from rejoinder.folders import private_file

    address = parse(word)
    names = (address.name if n == 1 else f"{address.name}-{n}" for n in range(1, 1000))
    path = next(path for name in names if address_in(path := path_of(name)) == str(address) or not path.exists())
    if not path.exists():
        from rejoinder.archive.clickhouse.server import Server

        Server(address).close()
        private_file(path).write_text(f"{address}\n")
    return path


def archives() -> list[Path]:
    """The archive files of the data folder, by name."""
    return sorted(_home().glob(f"*{SUFFIX}"))


def names() -> list[str]:
    """The names of the archives in the data folder."""
    return [path.name.removesuffix(SUFFIX) for path in archives()]


def locate(word: str) -> Path:
    """The file that a person means by a path (it holds a slash, begins with a dot or ends in .rejoinder) or a name.

    Of an address (clickhouse://…) it is the file that stands for it. Raises UsageError for one that can't be read, and
    ArchiveError where its server is asked for the first time and does not answer.
    """
    if word.startswith(ADDRESS):
        return _standing_for(word)
    if "/" in word or word.startswith(".") or word.endswith(SUFFIX):
        return Path(word).expanduser()
    path = path_of(word)
    return Path(word) if not path.exists() and Path(word).is_file() else path


def path_of(name: str) -> Path:
    """Where the archive of this name lies, whether or not there is one. Raises UsageError for what is no name."""
    if not name or name.startswith(".") or "/" in name or "\0" in name:
        raise UsageError(f"{name!r} is no name for an archive.", "A name holds no slash and begins with no dot.")
    return _home() / (name + SUFFIX)


def sample_of(name: str) -> Path:
    """Where `rejoinder demo` keeps the archive of the sample of this name, whether or not it has made it."""
    return folder("data") / "samples" / (name + SUFFIX)


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
