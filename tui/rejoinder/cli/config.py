"""`rejoinder config`: the settings that are in force, where each comes from, and the file that they are kept in."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import click

from rejoinder.cli.arguments import look_options
from rejoinder.cli.output import json_lines, say

EXAMPLES = {"keys": '# down = ["j", "Down", "Ctrl-N"]\n# links = "U"\n', "review_keys": '# include = "i"\n'}
"""What the template writes into a table."""


@click.command("config")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a setting.")
@click.option("--template", is_flag=True, help="Print a settings file in which every setting is commented out.")
@look_options
def config_command(as_json: bool, template: bool, **look: object) -> None:
    """Show the settings file, the values in force, and where each comes from: default, file, environment, option."""
    from rejoinder.app.configuration import configure

    if template:
        say("\n".join(_template()))
        return
    configuration = configure(look)
    if as_json:
        json_lines({**row, "file": str(configuration.path)} for row in _rows(configuration))
        return
    there = "" if configuration.path.exists() else " (not there yet: `rejoinder config --template` prints one)"
    say(f"{configuration.path}{there}\n")
    _print([(row["name"], written(row["value"]), row["from"], row["help"]) for row in _rows(configuration)])
    say('\nEach is written in the file as zone = "UTC", or in the environment as REJOINDER_ZONE=UTC.')


def _rows(configuration: Any) -> Iterator[dict[str, Any]]:
    """A row for each setting."""
    from rejoinder.app.configuration import choices, variable

    for name, default, help in known():
        value = getattr(configuration.settings, name)
        yield {"name": name, "value": value, "from": configuration.origin(name), "default": default,
               "choices": choices(name), "variable": variable(name), "help": help}  # fmt: skip


def known() -> Iterator[tuple[str, Any, str]]:
    """(name, default, what it does) of each setting."""
    from typing import get_type_hints

    from rejoinder.app.settings import Settings

    hints = get_type_hints(Settings, include_extras=True)
    defaults = Settings()
    for name in Settings.__struct_fields__:
        yield name, getattr(defaults, name), hints[name].__metadata__[0].description


def written(value: Any) -> str:
    """A value as the file has it; nothing set is `auto`, and of a table the names that it holds."""
    if value is None:
        return "auto"
    if isinstance(value, dict):
        return " ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _template() -> Iterator[str]:
    from rejoinder.app.configuration import choices

    for name, default, help in sorted(known(), key=lambda row: isinstance(row[1], dict)):  # tables end a TOML file
        may = choices(name)
        yield f"# {help}" + (f" One of: {', '.join(may)}." if may else "")
        if isinstance(default, dict):
            yield f"# [{name}]\n{EXAMPLES.get(name, '')}"
        else:
            value = written(False if default is None else default)
            yield f"# {name} = " + (value if isinstance(default, bool | int | None) else f'"{value}"') + "\n"


def _print(rows: list[tuple[str, ...]]) -> None:
    """Columns; on a terminal the last one is wrapped beside the others."""
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    left = sum(widths) + 3 * 2
    room = max(24, shutil.get_terminal_size().columns - left) if sys.stdout.isatty() else 1_000
    for row in rows:
        head = "".join(f"{cell:<{width}}  " for cell, width in zip(row[:3], widths, strict=True))
        first, *more = textwrap.wrap(row[3], room) or [""]
        say("\n".join([head + first, *(" " * left + line for line in more)]))
