"""Peers that take the posts into a store of their own: sqlite-utils with full text, DuckDB, ariadne-x."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.environments import environment, missing
from bench.figures import Figure
from bench.import_bench import SIZE, SPEED, Rival
from bench.meter import Measured, measure
from bench.query_bench import COUNT, FIRST, FROM, MONTHS, PHRASE, REGEX, WHOLE

_DUCK = """
import duckdb, json, sys, time
file, database, ask = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
base = duckdb.connect(database)
base.execute("set memory_limit='4GB'")
base.execute("set enable_progress_bar=false")
started = time.perf_counter()
base.execute("create table posts as select id_str, created_at, full_text, user.screen_name handle, lang "
             "from read_json(?, format='newline_delimited')", [file])
base.execute("checkpoint")
taken = {"import": time.perf_counter() - started}
for what, sql in ask.items():
    times = []
    for _ in range(3):
        started = time.perf_counter()
        base.execute(sql).fetchall()
        times.append(time.perf_counter() - started)
    taken[what] = min(times)
print(json.dumps(taken))
"""
_NEWEST = " order by id_str::ubigint desc limit 50"
_DUCK_ASKED = {
    COUNT: r"select count(*) from posts where regexp_matches(full_text, '\bthe\b', 'i')",
    PHRASE: r"select count(*) from posts where regexp_matches(full_text, '\bof the\b', 'i')",
    FROM: r"select count(*) from posts where handle = 'alice' and regexp_matches(full_text, '\bthe\b', 'i')",
    FIRST: r"select * from posts where regexp_matches(full_text, '\bthe\b', 'i')" + _NEWEST,
    REGEX: r"select * from posts where regexp_matches(full_text, 'p(eo|ea)ple')" + _NEWEST,
    MONTHS: "select created_at[5:7] || created_at[27:30], count(*) from posts group by 1",
}


def duckdb(posts: Path, count: int, folder: Path) -> Iterator[Figure]:
    """DuckDB: columns and scans, no index of words; asked in a warm process."""
    home = environment("duckdb")
    if home is None:
        yield missing("DuckDB", SPEED, "pip install duckdb")
        return
    database = folder / "peer.duckdb"
    database.unlink(missing_ok=True)
    done = measure([str(home / "python"), "-c", _DUCK, str(posts), str(database), json.dumps(_DUCK_ASKED)])
    taken = json.loads(done.out)
    yield Figure(SPEED, "DuckDB", count / taken.pop("import"), "posts/s", f"no index of words; {done.memory:,.0f} MB")
    yield Figure(SIZE, "DuckDB", database.stat().st_size / count, "bytes a post", "five columns")
    for what, seconds in taken.items():
        yield Figure(what, "DuckDB", seconds * 1000, "ms")
    database.unlink()


SQLITE_UTILS = "sqlite-utils"


def sqlite_utils_imports(posts: Path, folder: Path) -> Rival | None:
    """sqlite-utils as an import's rival: insert, then enable-fts."""
    home = environment(SQLITE_UTILS)
    if home is None:
        return None
    command, database = str(home / SQLITE_UTILS), _peer(folder)
    steps = (
        [command, "insert", str(database), "posts", str(posts), "--nl", "--pk", "id_str", "--alter"],
        [command, "enable-fts", str(database), "posts", "full_text"],
    )

    def imported() -> Measured:
        database.unlink(missing_ok=True)
        done = [measure(step) for step in steps]
        wall, cpu = sum(each.wall for each in done), sum(each.cpu for each in done)
        return Measured(wall, cpu, max(each.memory for each in done), "")

    return Rival(SQLITE_UTILS, imported)


def sqlite_utils(count: int, folder: Path) -> Iterator[Figure]:
    """What it has made of the posts, asked by whole processes."""
    home, database = environment(SQLITE_UTILS), _peer(folder)
    if home is None or not database.exists():
        yield missing(SQLITE_UTILS, SPEED, f"pip install {SQLITE_UTILS}")
        return
    command = str(home / SQLITE_UTILS)
    yield Figure(SIZE, SQLITE_UTILS, database.stat().st_size / count, "bytes a post")
    matching = "select count(*) from posts_fts where posts_fts match 'the'"
    yield _process(SQLITE_UTILS, WHOLE, [command, str(database), matching])
    yield _process(SQLITE_UTILS, FIRST, [command, "search", str(database), "posts", "the", "--limit", "50"])
    database.unlink()


def _peer(folder: Path) -> Path:
    return folder / "peer.db"


def ariadne(posts: Path, count: int, folder: Path) -> Iterator[Figure]:
    """ariadne-x, the nearest archive tool: a dump imported, then searched by whole processes."""
    home = environment("ariadne-x")
    if home is None:
        yield missing("ariadne-x", SPEED, "pip install ariadne-x")
        return
    own = folder / "ariadne"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    command = ["env", f"HOME={own}", str(home / "ariadne"), "dumps"]
    try:
        done = measure([*command, "import", str(posts), "--kind", "tweets-file", "--name", "bench"])
    except RuntimeError as error:
        yield Figure(SPEED, "ariadne-x", None, "", f"it failed: {error}")
        return
    size = sum(file.stat().st_size for file in own.rglob("*") if file.is_file())
    yield Figure(SPEED, "ariadne-x", count / done.wall, "posts/s", f"{done.memory:,.0f} MB")
    yield Figure(SIZE, "ariadne-x", size / count, "bytes a post")
    yield _process("ariadne-x", FIRST, [*command, "search", "the", "--limit", "50"])
    shutil.rmtree(own)


def _process(who: str, what: str, command: list[str]) -> Figure:
    try:
        best = min((measure(command) for _ in range(3)), key=lambda each: each.wall)
    except (RuntimeError, subprocess.SubprocessError, OSError) as error:
        return Figure(what, who, None, "ms", f"it failed: {os.fspath(str(error))[:80]}")
    return Figure(what, who, best.wall * 1000, "ms", "whole process")
