"""How soon the contacts are there: first rows, the whole order, another order; beside DuckDB and networkx on the edges.

`python -m bench.contacts_bench ARCHIVE`. Both peers are given the same acts as a table, which this archive writes; they
answer the same question: which pairs have a reply in both directions, and how often was addressed before the first.
DuckDB and networkx are used where they are installed.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive, Choice

_DUCK = """
import duckdb, resource, sys, time
duckdb.sql('set enable_progress_bar=false')
began = time.perf_counter()
rows = duckdb.sql(f'''
with act as (select *, case when source < target then source || '|' || target else target || '|' || source end pair
             from read_csv('{sys.argv[1]}', all_varchar=true) where act in ('reply', 'quote', 'mention')),
     first as (select source, target, min(time) since from act group by all),
     answer as (select r.source, r.target, min(r.time) moment, any_value(f.since) since from act r
                join first f on f.source = r.target and f.target = r.source
                where r.act = 'reply' and r.time >= f.since group by all)
select a.source, a.target, a.moment, count(*) unanswered from answer a
join act b on b.source = a.target and b.target = a.source and b.time < a.moment group by all order by unanswered desc
''').fetchall()
print(len(rows), time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
_NETWORKX = """
import csv, networkx, resource, sys, time
began = time.perf_counter()
graph = networkx.MultiDiGraph()
with open(sys.argv[1]) as file:
    for row in csv.DictReader(file):
        if row['act'] in ('reply', 'quote', 'mention'):
            graph.add_edge(row['source'], row['target'], act=row['act'], time=row['time'])
found = []
for a, b in {(a, b) for a, b in graph.edges() if graph.has_edge(b, a)}:
    addresses = sorted(edge['time'] for edge in graph[a][b].values())
    replies = sorted(e['time'] for e in graph[b][a].values() if e['act'] == 'reply' and e['time'] >= addresses[0])
    if replies:
        found.append((sum(time < replies[0] for time in addresses), a, b))
found.sort(reverse=True)
print(len(found), time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run(path: Path) -> Iterator[str]:
    """The table's lines, as they come."""
    archive = _fresh(path)
    answered, one_way = (archive.count_pairs(Choice(one_way=way)) for way in (False, True))
    yield f"{answered + one_way:,} pairs, {answered:,} of them answered"
    yield _line("first 50 rows, archive just opened", lambda: _fresh(path).pairs(Choice(), 0, 50))
    yield _line("whole order of the answered", lambda: archive.pairs(Choice(), 0, 0))
    yield _line("answered by the time waited, 50 rows", lambda: _sorted(archive, "waited", False))
    yield _line("one-way pairs by addresses, 50 rows", lambda: _sorted(archive, "a_to_b", True))
    yield _line("one-way pairs by name, 50 rows", lambda: _sorted(archive, "a", True))
    pair = archive.pairs(Choice(), 0, 1)[0]
    yield _line("acts of the first pair", lambda: archive.acts([pair.a], [pair.b]))
    archive.close()
    status = Path("/proc/self/status").read_text()
    yield f"{'memory of this process at the fullest':<40} {int(status.split('VmHWM:')[1].split()[0]) / 1024:8.0f} MB"
    yield from _peers(path)


def _fresh(path: Path) -> Archive:
    return open_archive(path)


def _sorted(archive: Archive, sort: str, one_way: bool) -> None:
    archive.pairs(Choice(), 0, 1)  # so that no order is remembered
    archive.pairs(Choice(one_way=one_way, sort=sort), 0, 50)  # type: ignore[arg-type]


def _line(name: str, ask: Callable[[], object]) -> str:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return f"{name:<40} first {taken[0]:8.1f} ms   least {min(taken):8.1f} ms"


def _peers(path: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "acts.csv"
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "rejoinder", "graph", str(path), "-o", str(table)], check=True)
        yield f"{'writing all acts as CSV':<40} {time.perf_counter() - began:8.1f} s"
        for name, program in (("duckdb", _DUCK), ("networkx", _NETWORKX)):
            if importlib.util.find_spec(name) is None:
                yield f"{name} is not installed: no peer in this run"
                continue
            done = subprocess.run(
                [sys.executable, "-c", program, str(table)], capture_output=True, text=True, check=True
            )
            rows, seconds, memory = done.stdout.split()
            what = f"{name}, answers from the edges"
            yield f"{what:<40} {float(seconds):8.1f} s   {float(memory):6.0f} MB   {rows} rows"


if __name__ == "__main__":
    for told in run(Path(sys.argv[1])):
        print(told, flush=True)
