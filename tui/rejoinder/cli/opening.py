"""`rejoinder open`: an archive, or exports that are imported first; the next time they open at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rejoinder.archive.opening import SUFFIX, archives, names, path_of
from rejoinder.cli.arguments import ArchiveName, ReviewFolder, choices, choosing, look_options
from rejoinder.cli.browsing import browse, on_terminal
from rejoinder.cli.naming import name_for
from rejoinder.cli.output import note
from rejoinder.cli.remembering import table_fingerprint, within
from rejoinder.counting import counted
from rejoinder.errors import FormatError, UsageError

if TYPE_CHECKING:
    from rejoinder.formats.export import Choices


@click.command("open")
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=ArchiveName())
@click.option("--follow", "following", is_flag=True, help="Read on while the PATHs grow; - is standard input.")
@click.option(
    "--review", type=ReviewFolder(path_type=str), help="Folder of the review (default: the one beside the archive)."
)
@click.option("--as", "reviewer", help="Your name in the review.")
@look_options
@choosing
def open_command(
    paths: Sequence[str], mapping: str, accounts: Path | None, include_private: bool, following: bool, **look: object
) -> None:
    """Open an archive by name or path, or import exports (zip, folder, file) and open them.

    Several exports go into one archive named after the first. Without a PATH: the list of archives.
    """
    chosen = choices(mapping, accounts, include_private)
    if following:
        from rejoinder.cli.following import follow

        click.get_current_context().exit(follow(paths, look, chosen))
    path = find_or_import(paths, chosen) if paths else choose(look)
    if path is not None:
        click.get_current_context().exit(browse(path, look))


def choose(look: Mapping[str, object]) -> Path | None:
    """The archive that the person picks from the list; without a terminal, or without any, the list is printed."""
    from rejoinder.cli.archives import row_of, show_archives

    paths = archives()
    if not paths or not on_terminal():
        show_archives()
        return None
    from rejoinder.app.start import settings_for

    settings = settings_for(look)
    from rejoinder.app.chooser import Choice, ChooserApp

    choices = []
    for path in paths:
        row = row_of(path)
        first, last = ((row.get(end) or "")[:10] for end in ("first", "last"))
        problem = row.get("problem", "")
        choices.append(Choice(path, row["name"], row["bytes"], row.get("posts", 0), first, last, problem))
    return ChooserApp(choices, settings).run(mouse=False)


def find_or_import(paths: Sequence[str], chosen: Choices | None = None) -> Path:
    """The archive file that these words stand for; exports are imported unless that very archive is there already."""
    archives = [archive for archive in map(existing_archive, paths) if archive]
    if archives and len(paths) > 1:
        raise UsageError("An archive is opened alone.", "To put exports into one: rejoinder import ARCHIVE PATH...")
    if archives:
        return archives[0]
    exports = [Path(path).expanduser() for path in paths]
    for path in exports:
        if not path.exists():
            known = names()
            advice = "The archives are: " + ", ".join(known) if known else "See it first: rejoinder demo"
            raise FormatError(f"There is no file, folder or archive {path}.", advice)
    return imported(exports, chosen)


def existing_archive(word: str) -> Path | None:
    """The archive file with this name or path, if it is one."""
    from rejoinder.cli.naming import located_to_read

    path = located_to_read(word)
    return path if path.suffix == SUFFIX and path.is_file() else None


def imported(exports: Sequence[Path], chosen: Choices | None = None) -> Path:
    """The archive made from these exports: the one there is if it holds them unchanged, else a new import into it."""
    from rejoinder.cli.importing import import_paths

    target = target_for(exports[0])
    if target.exists() and not _chooses(chosen) and _holds(target, exports):
        return target
    report = import_paths(target, exports, chosen=chosen)
    total = report.total
    note(f"{target.name.removesuffix(SUFFIX)}: {counted(total.posts, 'post')}" + _problems(total.problems, target))
    return target


def _chooses(chosen: Choices | None) -> bool:
    """Whether anything is to be read otherwise than it would be by itself: then the exports are read again."""
    return chosen is not None and chosen != type(chosen)()


def _problems(n: int, target: Path) -> str:
    name = target.name.removesuffix(SUFFIX)
    return f"; {counted(n, 'record')} could not be read: rejoinder problems {name}" if n else ""


def target_for(export: Path) -> Path:
    """The archive file in the data folder for this export; a second export of the same name gets a number."""
    from rejoinder.archive.opening import open_archive

    name = name_for(export)
    for n in range(1, 1000):
        path = path_of(f"{name}-{n}" if n > 1 else name)
        if not path.exists():
            return path
        archive = open_archive(path)
        try:
            sources = archive.sources()
        finally:
            archive.close()
        if not sources or any(within(source.path, export) for source in sources):
            return path
    raise UsageError(f"There are a thousand archives called {name}.", "Name one yourself: rejoinder import NAME PATH")


def _holds(target: Path, exports: Sequence[Path]) -> bool:
    """Whether the archive has every one of these exports, unchanged as far as size and time of change tell."""
    from rejoinder.archive.opening import open_archive

    archive = open_archive(target)
    try:
        sources = archive.sources()
    finally:
        archive.close()
    return all(any(within(source.path, export) for source in sources) for export in exports) and all(
        _unchanged(source.path, source.size, source.modified)
        and (not source.accounts or table_fingerprint(Path(source.accounts)) in ("", source.accounts_fingerprint))
        for source in sources
        if any(within(source.path, export) for export in exports)
    )


def _unchanged(path: str, size: int, modified: int) -> bool:
    from rejoinder.cli.importing import measure

    return Path(path).exists() and measure(Path(path)) == (size, modified)
