"""The command line: one small file a command family; heavy imports wait inside the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rejoinder import crash
from rejoinder.errors import RejoinderError


def main(args: Sequence[str] | None = None) -> None:
    """Run the command; errors become a sentence on stderr: exit 1 for a failure, 2 for wrong usage or a wrong query."""
    sys.excepthook = crash.excepthook
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    sys.exit(_run(list(sys.argv[1:] if args is None else args)))


def _run(args: list[str]) -> int:
    try:
        code = _open_at_once(args)
        if code is None:
            code = _count_at_once(args)
        if code is None:
            code = _click(args)
        sys.stdout.flush()
    except RejoinderError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our pipe has left (`| head`): nothing to say, and nothing may be flushed into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _open_at_once(args: list[str]) -> int | None:
    """`rejoinder open ARCHIVE` in its plain form, without Click; None, and nothing done, for all other words.

    Click costs a sixth of `import textual.app`, and this is the one command whose start a person waits for.
    """
    if len(args) != 2 or args[0] != "open" or args[1].startswith("-"):
        return None
    from rejoinder.archive.opening import ADDRESS, SUFFIX, locate
    from rejoinder.cli.browsing import browse

    if args[1].startswith(ADDRESS):
        return None
    path = locate(args[1])
    return browse(path) if path.suffix == SUFFIX and path.is_file() else None


def _count_at_once(args: list[str]) -> int | None:
    """`rejoinder search ARCHIVE QUERY --count` and nothing else, likewise: scripts count many words in a loop."""
    words = [arg for arg in args[1:] if arg != "--count"]
    if args[:1] != ["search"] or len(words) != len(args) - 2 or len(words) < 2:
        return None
    if any(word.startswith("-") for word in words):
        return None
    from rejoinder.cli.asking import parse
    from rejoinder.cli.naming import open_named

    archive = open_named(words[0])
    print(archive.count(parse(archive, " ".join(words[1:])).condition).n)
    return 0


def _click(args: list[str]) -> int:
    import click

    from rejoinder.cli.group import rejoinder

    try:
        code = rejoinder.main(args, prog_name="rejoinder", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    return code if isinstance(code, int) else 0


def _tell(error: RejoinderError) -> None:
    from rejoinder.cli.output import clean

    print("rejoinder: " + clean(error.message), file=sys.stderr)
    if error.advice:
        print("\n".join("  " + line for line in clean(error.advice).splitlines()), file=sys.stderr)
