"""Peers that read the export itself each time: ripgrep (with jq), lnav. A whole process each, the file in memory."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.environments import missing, program
from bench.figures import Figure
from bench.meter import measure
from bench.query_bench import BOTH, COUNT, FIRST, FROM, MONTHS, PHRASE, REGEX

RUNS = 3


def figures(posts: Path, all_of_them: bool) -> Iterator[Figure]:
    """What they take for a few of the questions, `all_of_them` or rg alone; over raw JSON, so that they also find what
    is no word of a post."""
    file = shlex.quote(str(posts))
    alice = """'select(.user.screen_name == "alice" and (.full_text | test("\\\\bthe\\\\b"; "i"))) | .id'"""
    yield from _all("rg", "rg", "apt-get install ripgrep", {
        COUNT: f"rg -c -i -w the {file}",
        PHRASE: f"rg -c -i -w 'of the' {file}",
        BOTH: f"rg -i -w the {file} | rg -c -i -w you",
        FIRST: f"rg -m 50 -i -w the {file}",
        REGEX: f"rg -m 50 'p(eo|ea)ple' {file}",
    })  # fmt: skip
    if not all_of_them:
        return
    yield from _all("rg + jq", "jq", "apt-get install jq", {
        FROM: f"""rg -F '"screen_name":"alice"' {file} | jq -c {alice} | wc -l""",
        MONTHS: f"jq -r '.created_at[4:7] + .created_at[26:30]' {file} | sort | uniq -c | wc -l",
    })  # fmt: skip
    lnav = rf"lnav -n -c ':filter-in (?i)\bthe\b' {file} | wc -l"
    yield from _all("lnav", "lnav", "apt-get install lnav", {COUNT: lnav})


def _all(who: str, needed: str, advice: str, commands: dict[str, str]) -> Iterator[Figure]:
    for what, command in commands.items():
        yield _timed(who, what, command) if program(needed) else missing(who, what, advice)


def _timed(who: str, what: str, command: str) -> Figure:
    runs = 1 if who != "rg" else RUNS
    try:
        best = min((measure(["sh", "-c", command]) for _ in range(runs)), key=lambda each: each.wall)
    except (RuntimeError, subprocess.SubprocessError) as error:
        return Figure(what, who, None, "ms", f"it failed: {error}")
    return Figure(what, who, best.wall * 1000, "ms", f"{best.memory:,.0f} MB")
