"""`rejoinder import`, and how the wings meet: what the formats recognise becomes the archive's inputs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from rejoinder import __version__
from rejoinder.cli.arguments import ARCHIVE, choices, choosing
from rejoinder.cli.naming import located
from rejoinder.cli.output import json_lines, note, number, say
from rejoinder.cli.remembering import as_before, told_of
from rejoinder.counting import counted
from rejoinder.errors import FormatError, UsageError
from rejoinder.records import DeletedText

if TYPE_CHECKING:
    from rejoinder.archive.ingest import Input, Line, Report, Stream
    from rejoinder.formats.export import Choices
    from rejoinder.records import Source


@click.command("import")
@ARCHIVE
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "format_name", help="Read every PATH as this format (see `rejoinder formats`).")
@choosing
@click.option(
    "--deleted",
    type=click.Choice(get_args(DeletedText)),
    help="What becomes of the words of deleted posts: kept and marked (the default), kept unseen, or not kept. The "
    "archive remembers it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a source, then the total.")
@click.option("--strict", is_flag=True, help="Exit 1 if a piece could not be read (the rest is imported all the same).")
def import_command(
    archive_name: str,
    paths: Sequence[Path],
    format_name: str | None,
    deleted: DeletedText | None,
    as_json: bool,
    strict: bool,
    **chosen: Any,
) -> None:
    """Read exports (a zip, a folder, a file) into ARCHIVE, which is made if there is none.

    An archive is replaced as a whole when the import has ended well: stopped at any moment, the old one is still there.
    What is in it already is not added again. Pieces that can't be read are counted, and so are posts left out for
    privacy and those that whoever collected the export did not load: see `rejoinder problems`.
    """
    report = import_paths(located(archive_name), paths, format_name, choices(**chosen), deleted)
    if as_json:
        json_lines(line_row(line) for line in (*report.lines, report.total))
    else:
        for line in report.lines:
            say(describe(line))
        say(describe(report.total) + f"  in {archive_name}")
    if report.total.problems:
        note(f"{counted(report.total.problems, 'record')} could not be read: rejoinder problems {archive_name}")
    if strict and report.total.problems:
        click.get_current_context().exit(1)


def import_paths(
    target: Path,
    paths: Sequence[Path],
    format_name: str | None = None,
    chosen: Choices | None = None,
    deleted: DeletedText | None = None,
) -> Report:
    """Recognise, read and add the exports to the archive file; tells on stderr what no format knows.

    What was followed since the last import is taken in too.
    """
    from rejoinder.archive import ingest
    from rejoinder.archive.tail import Tail
    from rejoinder.cli.progress import ProgressLine
    from rejoinder.folders import private_folder

    found: list[Input] = []
    unknown: list[str] = []
    for how, together in as_before(target, paths, chosen or choices()).items():
        exports, strange, how = recognise(together, format_name, how)
        found += [make_input(path, name, how) for path, name in exports]
        unknown += strange
    if unknown:
        few = ", ".join(unknown[:3]) + (", …" if len(unknown) > 3 else "")
        note(f"{number(len(unknown))} file{'s' if len(unknown) > 1 else ''} of no known format passed over: {few}")
    if not target.parent.exists():
        private_folder(target.parent)
    tail = Tail(target)
    with ProgressLine() as line:
        report = ingest.run(found + tail.inputs(open_spool), target, line, deleted=deleted)
    if tail.files:
        tail.taken()
    _log(target, [Path(each.source.path) for each in found])
    return report


def open_spool(path: Path, source: Source) -> Stream:
    """What was copied from a growing file, as an export."""
    from rejoinder.formats import registry
    from rejoinder.formats.export import remembered

    return registry.open_share(path, source.format, 0, 1, remembered(source))


def _log(target: Path, paths: Sequence[Path]) -> None:
    """The custody log of the review beside the archive, if there is one, hears of the exports that came in."""
    from rejoinder.archive.opening import open_archive
    from rejoinder.review.folder import beside

    if beside(target).is_dir():
        from rejoinder.cli.custody import log_deed

        archive = open_archive(target)
        came = {str(path.resolve()) for path in paths}
        log_deed(target, "import", "", [source for source in archive.sources() if source.path in came])
        archive.close()


def recognise(
    paths: Sequence[Path], format_name: str | None, chosen: Choices
) -> tuple[list[tuple[Path, str]], list[str], Choices]:
    """(path, format) of every export found, the names of the files that no format knows, and how all are read."""
    from rejoinder.cli import tables
    from rejoinder.formats import registry

    for path in paths:
        if not path.exists():
            raise FormatError(f"There is no file or folder {path}.", "Check the path; quote it if it holds spaces.")
    if format_name is not None and format_name not in registry.names():
        raise UsageError(f"There is no format {format_name}.", "The formats are: " + ", ".join(registry.names()))
    if chosen.mapping and format_name in (None, tables.FORMAT):
        return tables.mapped(paths, chosen), [], chosen
    if format_name is not None:
        return [(path, format_name) for path in paths], [], chosen
    try:
        gathered = registry.gather(list(paths))
    except FormatError as error:
        chosen = tables.offered(paths, chosen, error)
        return tables.mapped(paths, chosen), [], chosen
    return [(Path(found.path), found.format) for found in gathered.found], list(gathered.unknown), chosen


def make_input(path: Path, format_name: str, chosen: Choices | None = None) -> Input:
    """One export as the archive takes it in: what it is, and how a share of it is read."""
    from rejoinder.archive.ingest import Input
    from rejoinder.formats import registry

    source = describe_source(path, format_name, chosen)
    later = None if source.fingerprint else partial(fingerprint, source)
    return Input(
        source=source,
        open=partial(registry.open_share, path.resolve(), format_name, choices=chosen),
        bytes=registry.size(path, format_name, chosen),
        fingerprint=later,
    )


def describe_source(path: Path, format_name: str, chosen: Choices | None = None) -> Source:
    """What is kept of an export beside its posts: name, place, size, how it was read; the fingerprint only of a folder.

    A folder is the same export whatever else is put into it, so its size does not tell whether it may be known.
    """
    from rejoinder.formats import registry
    from rejoinder.records import Source

    size, modified = measure(path)
    return Source(
        name=path.resolve().name,
        format=format_name,
        path=str(path.resolve()),
        size=size,
        fingerprint=registry.fingerprint(path, format_name, choices=chosen) if path.is_dir() else "",
        modified=modified,
        imported=int(time.time() * 1000),
        tool=__version__,
        **told_of(chosen or choices()),
    )


def fingerprint(source: Source) -> str:
    """The fingerprint of an export; "" if it is not as it was when it was described: then another was read."""
    from rejoinder.formats import registry

    found = registry.now(source)
    return found if measure(Path(source.path)) == (source.size, source.modified) else ""


def measure(path: Path) -> tuple[int, int]:
    """Size in bytes and time of the last change in ns; of a folder, over all files below it."""
    stats = [file.stat() for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path.stat()]
    return sum(stat.st_size for stat in stats), max((stat.st_mtime_ns for stat in stats), default=0)


def describe(line: Line) -> str:
    """One source's result for a person."""
    figures: Iterable[tuple[int, str]] = (
        (line.posts, "posts"),
        (line.context, "context"),
        (line.likes, "likes"),
        (line.duplicates, "already there"),
        (line.deletions, "deletions"),
        (line.forgotten, "left out (forgotten)"),
        (line.private, "left out (private)"),
        (line.unloaded, "not loaded (more)"),
        (line.problems, "problems"),
    )
    one = {"posts": "post", "likes": "like", "deletions": "deletion", "problems": "problem"}
    told = ", ".join(
        f"{number(n)} {one.get(what, what) if n == 1 else what}" for n, what in figures if n or what == "posts"
    )
    return f"{line.source or 'total'}{f' ({line.format})' if line.format else ''}: {told}"


def line_row(line: Line) -> dict[str, Any]:
    """One source's result as JSON; the total has no source and no format."""
    import msgspec

    row = msgspec.structs.asdict(line)
    return {**row, "source": line.source or None, "format": line.format or None}
