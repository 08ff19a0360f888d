"""`rejoinder doctor`: what this terminal and this installation can do, and what to change where something is amiss."""

from __future__ import annotations

import importlib.util
import locale
import os
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click

from rejoinder import __version__
from rejoinder.app.themes import depth
from rejoinder.cli.output import say
from rejoinder.errors import UsageError
from rejoinder.folders import folder

COLOURS = {
    "none": "none (NO_COLOR is set)",
    "16": "16: the themes ink and paper need 256 (TERM=xterm-256color, if the terminal has them)",
    "256": "256 (COLORTERM=truecolor says that there are more; over SSH it has to be sent along)",
    "truecolor": "true colour",
}
Finding = tuple[bool, str, str]
"""Whether it is well, what was looked at, what was found (and what to do)."""


@click.command("doctor")
def doctor_command() -> None:
    """Check the terminal, UTF-8, colours, clipboard, compression and compiled files; say what to change."""
    findings = [*terminal(), *abilities(), *wire(), *installation()]
    width = max(len(what) for _, what, _ in findings)
    for well, what, found in findings:
        say(f"{'ok' if well else '!!'}  {what:<{width}}  {found}")
    if all(well for well, _, _ in findings):
        say("\nAll well.")


def terminal() -> Iterator[Finding]:
    """Terminal, encoding and colours."""
    term = os.environ.get("TERM", "")
    on_terminal = sys.stdout.isatty()
    size = shutil.get_terminal_size()
    small = on_terminal and (size.columns < 60 or size.lines < 16)
    yield (
        term not in ("", "dumb"),
        "terminal",
        term or "TERM is not set: the app needs a terminal such as xterm or tmux",
    )
    yield not small, "size", f"{size.columns}x{size.lines}" + (": the app wants at least 60x16" if small else "")
    encoding = locale.getpreferredencoding(False)
    utf8 = encoding.upper().replace("-", "") == "UTF8"
    yield utf8, "encoding", encoding if utf8 else f"{encoding}: set LANG=C.UTF-8, or the app draws with ASCII alone"
    yield True, "colours", COLOURS[depth()]


def abilities() -> Iterator[Finding]:
    """What the terminal itself answers, and what the settings make of it."""
    from rejoinder.app.configuration import configure
    from rejoinder.app.settings import wants_mouse
    from rejoinder.app.terminal import asking, kinds

    try:
        settings = configure().settings
    except UsageError as error:
        yield False, "settings", error.message
        return
    answered = asking.answers()
    attributes = asking.attributes(answered)
    if answered:
        yield True, "says that it is", kinds.name_by_answer(attributes) if attributes else "nothing"
        light = kinds.is_light_by_answer(asking.background(answered))
        yield True, "background", "not told" if light is None else "light" if light else "dark"
        at_once = asking.draws_frames_at_once(answered)
        yield True, "frames", "drawn at once" if at_once else "drawn as they come"
    itself = kinds.reorders(os.environ)
    itself = itself if itself is not None else kinds.reorders_by_answer(attributes)
    how = {"auto": "by the terminal" if itself else "here", "on": "here (set)", "off": "by the terminal (set)"}
    yield True, "Hebrew, Arabic", f"reordered {how[settings.bidi]}"
    yield True, "mouse", "clicks and wheel" if wants_mouse(settings.mouse) else "left to the terminal"


def wire() -> Iterator[Finding]:
    """Clipboard and compression over SSH."""
    ssh = "SSH_CONNECTION" in os.environ
    if "TMUX" in os.environ:
        yield True, "clipboard", "through tmux's load-buffer -w (tmux 3.2 and newer)"
    elif "STY" in os.environ:
        yield True, "clipboard", "OSC 52 in pieces that screen hands on"
    else:
        yield True, "clipboard", "OSC 52, if this terminal allows it"
    if ssh:
        yield True, "compression", "over SSH: `ssh -C` (or Compression yes) makes every frame several times smaller"
        multiplexed = "TMUX" in os.environ or "STY" in os.environ
        yield (
            multiplexed,
            "lost line",
            "tmux or screen keeps the app" if multiplexed else "run inside tmux to survive it",
        )
    else:
        yield True, "connection", "local"


def installation() -> Iterator[Finding]:
    """Versions, compiled files and room on the disk."""
    import apsw

    yield True, "rejoinder", f"{__version__} on Python {sys.version.split()[0]}"
    names = ("textual", "msgspec", "click", "apsw", "numpy")
    yield True, "libraries", ", ".join(f"{name} {version(name)}" for name in names)
    yield "ENABLE_FTS5" in apsw.compile_options, "SQLite", f"{apsw.sqlite_lib_version()} with FTS5"
    compiled = _compiled("textual.app") and _compiled("rejoinder.records")
    advice = "missing: starting takes three times as long; run `python -m compileall` on the installation"
    yield compiled, "compiled files", "there" if compiled else advice
    data = folder("data")
    free = shutil.disk_usage(data).free
    yield free > 1 << 30, "data folder", f"{data} with {free / 1e9:,.1f} GB free"


def _compiled(module: str) -> bool:
    try:
        spec = importlib.util.find_spec(module)
    except ImportError:
        return False
    return bool(spec and spec.cached and Path(spec.cached).exists())
