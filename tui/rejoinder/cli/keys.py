"""`rejoinder keys`: every command of the app with its keys, the user's own too, and the name that settings use."""

from __future__ import annotations

import click

from rejoinder.cli.output import json_lines, say


@click.command("keys")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a command.")
def keys_command(as_json: bool = False) -> None:
    """Show the app's keys, and the command names by which the settings give others: quit = "Ctrl-Q" under [keys]."""
    from rejoinder.app.commands import GROUPS, spoken
    from rejoinder.app.configuration import configure
    from rejoinder.app.keymap import keymap

    own = configure().settings.keys
    commands = keymap(own).commands
    if as_json:
        json_lines(
            {"command": each.id, "keys": [spoken(key) for key in each.keys], "group": each.group, "where": each.scope,
             "own": each.id in own, "help": each.help} for each in commands
        )  # fmt: skip
        return
    rows = [
        (each.group, " ".join(map(spoken, each.keys)) or ":", each.id, _where(each.scope) + each.help)
        for each in commands
    ]
    keys, names = (max(len(row[place]) for row in rows) for place in (1, 2))
    for group in GROUPS:
        say(f"{group}")
        for _, pressed, name, words in (row for row in rows if row[0] == group):
            say(f"  {pressed:<{keys}}  {name:<{names}}  {words}")
        say()


def _where(scope: str) -> str:
    """`in the chain: `, for a key that means something in one pane only."""
    return f"in the {scope}: " if scope not in ("any", "browse", "timeline") else ""
