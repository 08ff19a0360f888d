"""The command line: one small file a command family; heavy imports wait inside the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from rejoinder import __version__, crash
from rejoinder.errors import RejoinderError

COMMANDS = {
    "open": "opening",
    "import": "importing",
    "info": "reading",
    "search": "searching",
    "chain": "reading",
    "replies": "reading",
    "ghosts": "reading",
    "problems": "reading",
    "sources": "sources",
    "verify": "sources",
    "archives": "archives",
    "formats": "about",
    "schema": "about",
    "demo": "demo",
    "doctor": "doctor",
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


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="rejoinder")
def rejoinder() -> None:
    """Explore archives of public posts: timeline, reply chains, search, and who first answered whom.

    Start with `rejoinder demo`, or open an export that a platform gave you: `rejoinder open EXPORT`.

    ARCHIVE is the path of an archive file, or the name of one in your data folder (`rejoinder archives`).
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command; errors become a sentence on stderr: exit 1 for a failure, 2 for wrong usage or a wrong query."""
    sys.excepthook = crash.excepthook
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    sys.exit(_run(args))


def _run(args: Sequence[str] | None) -> int:
    try:
        code = rejoinder.main(args, prog_name="rejoinder", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except RejoinderError as error:
        _tell(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        # The reader of our pipe has left (`| head`): nothing to say, and nothing may be flushed into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _tell(error: RejoinderError) -> None:
    from rejoinder.cli.output import clean

    click.echo("rejoinder: " + clean(error.message), err=True)
    if error.advice:
        click.echo("\n".join("  " + line for line in clean(error.advice).splitlines()), err=True)
