"""The man page, made from the commands themselves: `python -m rejoinder.cli.manual > docs/rejoinder.1`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from rejoinder import __version__
from rejoinder.cli.group import COMMANDS, rejoinder


def manual() -> str:
    """The whole page in man(7) markup."""
    return "\n".join([*_head(), *_commands(), *_language(), *_rest()]) + "\n"


def _head() -> Iterator[str]:
    yield f'.TH REJOINDER 1 "" "rejoinder {__version__}" "User Commands"'
    yield ".SH NAME\nrejoinder \\- explore archives of public posts in a terminal"
    yield ".SH SYNOPSIS\n.B rejoinder\n.I COMMAND\n[OPTION]... [ARGUMENT]..."
    yield ".SH DESCRIPTION"
    yield from _paragraphs(rejoinder.help or "")
    yield ".SH COMMANDS"


def _commands() -> Iterator[str]:
    context = click.Context(rejoinder, info_name="rejoinder")
    for name in COMMANDS:
        command = rejoinder.get_command(context, name)
        assert command is not None
        yield from _command(command, f"rejoinder {name}")
        if isinstance(command, click.Group):
            for below in sorted(command.commands):
                yield from _command(command.commands[below], f"rejoinder {name} {below}")


def _command(command: click.Command, words: str) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(click.Context(command)))
    yield f".SS {_escape(words)} {_escape(usage)}"
    yield from _paragraphs(command.help or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            record = parameter.get_help_record(click.Context(command))
            if record is not None:
                yield f".TP\n.B {_escape(record[0])}\n{_escape(record[1])}"


_ENVIRONMENT = (
    ("REJOINDER_HOME", "Keep archives, positions and settings below this folder."),
    ("REJOINDER_NAME", "Set the setting NAME, before the settings file (rejoinder config lists them)."),
    ("REJOINDER_CLICKHOUSE_PASSWORD", "The password to archives on a server."),
    ("REJOINDER_CLICKHOUSE_PASSWORD_FILE", "A file that holds it instead, and that only you may read."),
    ("REJOINDER_CLICKHOUSE_CA", "Certificates by which to know a server that no public authority vouches for."),
    ("NO_COLOR", "Draw without colours."),
)


def _language() -> Iterator[str]:
    from rejoinder.archive.operators import rows

    yield ".SH QUERY LANGUAGE"
    yield _escape(
        'Words are ANDed; "a phrase", word*, -not, a OR b, ( ... ), #tag, @account, /pattern/, and these operators:'
    )
    for row in rows():
        also = f" Also: {' '.join(row.aliases)}." if row.aliases else ""
        yield f".TP\n.B {_escape(row.example)}\n{_escape(row.help + '.' + also)}"


def _rest() -> Iterator[str]:
    yield ".SH EXIT STATUS\n0: it worked (a search without a hit too). 1: it failed. 2: wrong usage or a wrong query."
    yield ".SH ENVIRONMENT"
    for names, what in _ENVIRONMENT:
        yield f".TP\n.B {names}\n{what}"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        yield ".PP\n" + _escape(" ".join(paragraph.split()))


def _escape(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped[:1] in (".", "'") else escaped


if __name__ == "__main__":
    print(manual(), end="")
