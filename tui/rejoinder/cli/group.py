"""The commands there are, in the order of the help, and the group that imports each when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from rejoinder import __version__

COMMANDS = {
    "open": "opening",
    "import": "importing",
    "info": "reading",
    "search": "searching",
    "searches": "searching",
    "tally": "tallying",
    "chain": "reading",
    "replies": "reading",
    "contacts": "contacts",
    "graph": "graph",
    "ghosts": "reading",
    "account": "account",
    "problems": "reading",
    "sources": "sources",
    "verify": "sources",
    "check": "sources",
    "export": "exporting",
    "review": "reviewing",
    "forget": "forgetting",
    "archives": "archives",
    "formats": "about",
    "schema": "about",
    "demo": "demo",
    "doctor": "doctor",
    "config": "config",
    "keys": "keys",
    "upgrade": "archives",
}
"""Each command and the module of this package that holds it, as `NAME_command`."""


class LazyGroup(click.Group):
    """Commands are imported when they are called: `rejoinder search` pays for the search alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(f"rejoinder.cli.{module}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command


def _tell_keys(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    """`--help-keys`: what `rejoinder keys` prints."""
    if asked:
        from rejoinder.cli.keys import keys_command

        ctx.invoke(keys_command)
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="rejoinder")
@click.option(
    "--help-keys", is_flag=True, is_eager=True, expose_value=False, callback=_tell_keys, help="Show the keys."
)
def rejoinder() -> None:
    """Explore archives of public posts: timeline, reply chains, search, and who first answered whom.

    Start with `rejoinder demo`, or open an export that a platform gave you: `rejoinder open EXPORT`.

    ARCHIVE is the path of an archive file, the name of one in your data folder (`rejoinder archives`), or the
    address of one on a server (clickhouse://user@host:port/database).
    """
