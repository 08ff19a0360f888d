"""The parts of the README that are made from the code, and the man page: `python -m tests.docs` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click

from rejoinder.app.commands import COMMANDS, GROUPS, spoken
from rejoinder.app.configuration import choices
from rejoinder.archive.operators import rows
from rejoinder.cli.config import known, written
from rejoinder.cli.group import COMMANDS as NAMES
from rejoinder.cli.group import rejoinder
from rejoinder.cli.manual import manual

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
WHERE = {scope: f"in the {scope}: " for scope in ("chain", "post", "strip", "contacts", "sides", "links", "tallies")}
MANUAL = ROOT / "docs" / "rejoinder.1"


def table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    every = [head, tuple("---" for _ in head), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in every)


def keys() -> str:
    """One row a command, by group."""
    lines = []
    for group in GROUPS:
        for command in (each for each in COMMANDS if each.group == group):
            written = " ".join(f"`{spoken(key)}`" for key in command.keys) or f"`:` {command.label}"
            where = WHERE.get(command.scope, "")
            lines.append((group, written, where + command.help))
    return table(("", "keys", "what they do"), lines)


def operators() -> str:
    """One row an operator."""
    lines = [(f"`{row.example}`", row.help, " ".join(f"`{each}`" for each in row.aliases)) for row in rows()]
    return table(("example", "finds", "also"), lines)


def commands() -> str:
    """One row a command of the command line."""
    context = click.Context(rejoinder)
    lines = []
    for name in NAMES:
        command = rejoinder.get_command(context, name)
        assert command is not None
        lines.append((f"`rejoinder {name}`", command.get_short_help_str(200)))
    return table(("command", "what it does"), lines)


def settings() -> str:
    """One row a setting."""
    lines = []
    for name, default, help in known():
        may = " ".join(f"`{word}`" for word in choices(name))
        lines.append((f"`{name}`", help, f"`{written(default)}`", may))
    return table(("setting", "what it does", "default", "may be"), lines)


PARTS = {"settings": settings, "keys": keys, "operators": operators, "commands": commands}


def fill(text: str) -> str:
    """The README with each part between its marks made anew."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name}: made by python -m tests.docs -->", f"<!-- end of {name} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        assert pattern.search(text), f"the README has no marks for {name}"
        made = f"{begin}\n{make()}\n{end}"
        text = pattern.sub(lambda _, made=made: made, text)
    return text


if __name__ == "__main__":
    README.write_text(fill(README.read_text("utf-8")), "utf-8")
    MANUAL.write_text(manual(), "utf-8")
