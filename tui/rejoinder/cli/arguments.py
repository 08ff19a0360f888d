"""ARCHIVE and PATH on the command line, how the shell completes them, and the options that say how the app looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from rejoinder.archive.opening import names

if TYPE_CHECKING:
    from rejoinder.formats.export import Choices


class ArchiveName(click.ParamType[str]):
    """An archive's name or path, or an export's path: names of the data folder are completed, then files."""

    name = "archive"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        found = [CompletionItem(name) for name in names() if name.startswith(incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]


INCLUDE_DELETED = click.option(
    "--include-deleted", is_flag=True, help="With the words of deleted posts, which are left out otherwise."
)
ARCHIVE = click.argument("archive_name", metavar="ARCHIVE", type=ArchiveName())


def look_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The settings that a call may ask for; each option has its setting's name, and None is one that was not given."""
    from rejoinder.app.themes import THEMES

    switch = click.Choice(("auto", "on", "off"))
    for option in (
        click.option("--mouse", type=switch, help="Clicks and wheel (default: on, but off over SSH)."),
        click.option("--bidi", type=switch, help="Reorder Hebrew and Arabic here (on) or in the terminal (off)."),
        click.option("--theme", type=click.Choice(THEMES), help="Colours (default: the terminal's own)."),
        click.option(
            "--plain", is_flag=True, default=None, help="For screen readers: words, one column, a real cursor."
        ),
        click.option("--ascii", is_flag=True, default=None, help="Draw with ASCII alone."),
        click.option("--zone", help="Time zone to show (default UTC), such as Europe/Berlin."),
    ):
        command = option(command)
    return command


def choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how exports are read; the command takes them as `**chosen` and calls `choices`."""
    for option in reversed(
        (
            click.option(
                "--map",
                "mapping",
                metavar="COLUMNS|FILE",
                default="",
                help="Read tables (CSV, TSV, JSON Lines): 'id=tweet_id,text=content,…' or a TOML file that says so.",
            ),
            click.option(
                "--accounts",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="A CSV of did,handle, for Bluesky exports that name accounts by DID alone.",
            ),
            click.option(
                "--include-private", is_flag=True, help="Also posts for followers or named people alone (Mastodon)."
            ),
        )
    ):
        command = option(command)
    return command


def choices(mapping: str = "", accounts: Path | None = None, include_private: bool = False) -> Choices:
    """What the user chose of how exports are read; a mapping in a file is taken out of it, which may be gone one day.

    Raises UsageError for a mapping that can't be understood.
    """
    from rejoinder.formats.export import Choices

    if mapping:
        from rejoinder.formats.table.mapping import READY, parsed, written

        mapping = mapping if mapping in READY else written(parsed(mapping))
    return Choices(include_private, accounts.resolve() if accounts else None, mapping)


class ReviewFolder(click.Path):
    """The folder of a review: a path, or the name of its archive, or the name that it has in the data folder."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"path_type": Path, **options})

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The folder beside the archive of this name, where there is no such path."""
        from rejoinder.archive.opening import SUFFIX, path_of, sample_of
        from rejoinder.review.folder import beside

        word = str(value)
        if not Path(word).exists() and word and "/" not in word and not word.startswith("."):
            name = word.removesuffix(".review").removesuffix(SUFFIX)
            found = (beside(archive) for archive in (path_of(name), sample_of(name)))
            value = next((folder for folder in found if folder.exists()), value)
        return super().convert(value, param, ctx)
