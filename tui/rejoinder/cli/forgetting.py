"""`rejoinder forget`: a source, accounts or posts taken out of an archive, and kept out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rejoinder.cli.arguments import ARCHIVE
from rejoinder.cli.naming import found, one_account, one_post, open_named
from rejoinder.cli.output import note, number
from rejoinder.errors import RejoinderError, UsageError

if TYPE_CHECKING:
    from rejoinder.archive.ingest import Wish
    from rejoinder.archive.protocol import Archive


@click.command("forget")
@ARCHIVE
@click.option("--source", "sources", multiple=True, help="A source by its name (see `rejoinder sources`).")
@click.option("--account", "accounts", multiple=True, help="An account by handle or id: all that it wrote, its likes.")
@click.option("--post", "posts", multiple=True, help="A post by id or address, with its reposts.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_command(
    archive_name: str, sources: Sequence[str], accounts: Sequence[str], posts: Sequence[str], yes: bool
) -> None:
    """Write ARCHIVE anew without a source, an account or a post; nothing of their words stays in the file.

    Accounts and posts are kept out of later imports too, by keyed hashes that do not tell what they stand for. What
    other sources say of a post stays when one source goes. The exports themselves are not touched: they are named.
    """
    from rejoinder.archive import ingest
    from rejoinder.cli.progress import ProgressLine

    if not (sources or accounts or posts):
        raise UsageError("What is to be forgotten?", "Give --source, --account or --post.")
    from rejoinder.cli.erasing import erase_everywhere, names_meant

    path = found(archive_name)
    take_in_tail(path)
    archive = open_named(archive_name)
    try:
        wish = wished(archive, sources, accounts, posts)
        names = names_meant(archive, wish.accounts, wish.posts)
    finally:
        archive.close()
    if not yes:
        click.confirm(
            f"Forget {', '.join((*sources, *accounts, *posts))} in {archive_name} for good?", abort=True, err=True
        )
    # First what stands beside the archive: where a window holds a review nothing is changed, and whoever is killed
    # between the two can forget once more, for the archive still knows what that means.
    erased = erase_everywhere(path, names, (*accounts, *posts))
    with ProgressLine() as line:
        done = ingest.forget(path, wish, line)
    if erased:
        note(f"In the review beside it {number(erased)} of these posts had codes; entries without content are left.")
    note("1 post is forgotten." if done.posts == 1 else f"{number(done.posts)} posts are forgotten.")
    if done.exports:
        note("The exports hold them still: " + ", ".join(done.exports))


def take_in_tail(path: Path) -> None:
    """What was followed since the last import is in the archive afterwards, so that it is forgotten with the rest."""
    from rejoinder.archive.tail import Tail

    if Tail(path).files:
        from rejoinder.cli.following import fold

        fold(Tail(path), path)


def wished(archive: Archive, sources: Sequence[str], accounts: Sequence[str], posts: Sequence[str]) -> Wish:
    """What these words mean in this archive. Raises RejoinderError where one means nothing, or several."""
    from rejoinder.archive.ingest import Wish

    known = {source.name for source in archive.sources()}
    for name in sources:
        if name not in known:
            raise RejoinderError(
                f"There is no source {name} in this archive.", "Its sources: " + ", ".join(sorted(known))
            )
    numbers = tuple(one_account(archive, name).number for name in accounts)
    return Wish(tuple(sources), numbers, tuple(_name(archive, id) for id in posts))


def _name(archive: Archive, id: str) -> tuple[str, str]:
    key = one_post(archive, id)
    entry = archive.post(key) if key > 0 else None
    ghost = archive.ghost(key) if key < 0 else None
    found = entry.post if entry else ghost
    assert found is not None
    return found.platform, found.id
