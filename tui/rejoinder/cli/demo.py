"""`rejoinder demo`: a bundled sample in the app, or, without a terminal, a proof that the main job works."""

from __future__ import annotations

from pathlib import Path

import click

from rejoinder.cli.arguments import look_options
from rejoinder.cli.output import say

SEARCHES = {"harbour": "ferry has:replies"}
"""What the headless proof searches for; elsewhere it is every post."""


@click.command("demo")
@click.argument("name", default="harbour")
@look_options
def demo_command(name: str, **look: object) -> None:
    """Open a bundled sample: harbour (an invented town, the default) or exchange-2013 (the founding case).

    Without a terminal it imports the sample, prints its figures, one search and one reply chain, and leaves.
    """
    from rejoinder.cli.browsing import browse, on_terminal

    path = sample_archive(name)
    if on_terminal():
        click.get_current_context().exit(browse(path, look))
    prove(path, name)


def sample_archive(name: str) -> Path:
    """The archive of a sample, made anew unless it is there and its sample is unchanged."""
    from rejoinder.archive.opening import open_archive, sample_of
    from rejoinder.cli.importing import import_paths
    from rejoinder.errors import ArchiveError
    from rejoinder.folders import private_folder
    from rejoinder.formats import registry
    from rejoinder.samples import sample

    export = sample(name)
    path = sample_of(name)
    private_folder(path.parent)
    if path.exists():
        try:
            archive = open_archive(path)
        except ArchiveError:
            archive = None  # left by another version: a sample is cheap to make again
        if archive is not None:
            known = {source.fingerprint for source in archive.sources()}
            archive.close()
            if registry.fingerprint(export, "native") in known:
                return path
        path.unlink()
    import_paths(path, [export])
    return path


def prove(path: Path, name: str) -> None:
    """The main job without a terminal: figures, one search, one reply chain."""
    from rejoinder.archive.opening import open_archive
    from rejoinder.cli.asking import parse
    from rejoinder.cli.browsing import tell
    from rejoinder.cli.printing import block
    from rejoinder.cli.reading import show
    from rejoinder.cli.searching import walk

    archive = open_archive(path)
    query = SEARCHES.get(name, "")
    say(f"The sample {name}, imported:\n")
    tell(archive, f"rejoinder demo {name}")
    condition = parse(archive, query).condition
    say(f'\nSearch "{query}": {archive.count(condition).n:,} posts, the newest two:\n')
    for entry in walk(archive, condition, "new", 2):
        say(block(entry))
    replies = walk(archive, parse(archive, "is:reply").condition, "new", 200)
    deepest = max((archive.ancestors(entry.key) for entry in replies), key=len, default=())
    say(f"A reply chain of {len(deepest)} posts, from its root:\n")
    show(archive, [(key, depth) for depth, key in enumerate(deepest)], as_json=False)
