"""Commands about Rejoinder itself: formats, schema."""

from __future__ import annotations

import click

from rejoinder.cli.output import say, table


@click.command("formats")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def formats_command(as_json: bool) -> None:
    """List the formats that can be read, built in or installed beside Rejoinder."""
    from rejoinder.cli.output import json_lines
    from rejoinder.formats import registry

    rows = list(registry.titles().items())
    if as_json:
        json_lines({"name": name, "title": title} for name, title in rows)
    else:
        table(rows)


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of the native JSON Lines form: posts, accounts, likes and sources, one object a line."""
    import msgspec

    from rejoinder.records import Record

    say(msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Record))).decode())
