"""A planned archive becomes tables: all but the posts and their words, which are the crew's long jobs."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import apsw
import msgspec
import numpy as np

from rejoinder.archive import facets, text
from rejoinder.archive.crew import Job, Tick
from rejoinder.archive.ingest import Line
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.marks import spaced
from rejoinder.archive.protocol import Figures
from rejoinder.archive.sqlite.columns import write_runs
from rejoinder.archive.sqlite.finish import Before, Built
from rejoinder.archive.sqlite.folding import Tallied
from rejoinder.archive.sqlite.loading import Rows
from rejoinder.archive.sqlite.pairs import NO_NUMBER
from rejoinder.archive.sqlite.plan import Plan, plan
from rejoinder.archive.sqlite.register import Register
from rejoinder.archive.sqlite.rows import Tables
from rejoinder.archive.sqlite.run_writer import RunWriter
from rejoinder.archive.sqlite.schema import TABLES, shard_bits
from rejoinder.archive.sqlite.shelf import Shelf
from rejoinder.archive.sqlite.tables import posts_without_parent, write_tables
from rejoinder.archive.sqlite.write import Closing, Failing, connect, write_posts, write_shard
from rejoinder.archive.staged import IS_CONTEXT, IS_REPLY, UNKNOWN
from rejoinder.folders import private_file
from rejoinder.records import Origin, Problem, ProblemKind

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Of malloc.h."""
_WHOLE, _SPARE = 12 << 20, 32 << 20
"""Bytes: arrays of a span's rows (`SPAN`, 8 bytes each) are smaller than the first, those of all rows of a large import
are not; what is free at the end of the heap is given back when it is more than the second."""
_json = msgspec.json.encode
_LAST = 4
"""Shards that are checked by jobs of their own: each process of a crew may have one in hand at the end."""
_HAS_REPLIES, _PARENT_MISSING, _FIRST_REPLY, _ANSWER = 1, 2, 4, 8


def build(tick: Tick, stages: Sequence[Path], before: Before, folder: Path) -> Built:
    """Order what the stages hold and write what that tells.

    See `finish.build`, by which it is called. The posts and the shards of the index are other jobs, each of which
    begins as soon as what it needs is known.
    """

    def ordered(rows: Rows, posts: Shelf) -> None:
        write_pieces(rows, posts, "bodies", "body")
        tick.more([(write_posts, (folder / "archive", list(rows.paths), folder, posts.count("row")))])

    give_back_what_goes()
    register = Register(before.sources, before.members, before.citers)
    planned = plan(stages, register, folder, before.keeping, ordered)
    write_marks(planned, folder)
    tick.more(_shard_jobs(planned, folder))
    problems, by_source = problems_of(planned, before.problems)
    lines = lines_of(planned, by_source)
    every = lines | dict(enumerate(before.lines))
    with Failing(), Closing(connect(folder / "tables", cache=32 << 20)) as connection, connection:
        connection.execute(TABLES)
        write_tables(connection, planned, every, problems)
        write_runs(RunWriter(connection), planned)
        write_meta(connection, planned, problems, every.values())
        _write_keeping(connection, before.keeping)
    return Built(planned.count, lines, register.citers)


def give_back_what_goes() -> None:
    """Have the C library map long arrays one by one, so that each is given back as it goes, and keep the room of those
    that are worked on span by span.

    By itself glibc learns to keep all up to 32 MB: 120 MB more for ten million posts. To give all of it back has the
    kernel clear the same pages again and again: a fifth of an ordering. Other libraries have no such knobs.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _WHOLE)
        libc.mallopt(_M_TRIM_THRESHOLD, _SPARE)


def lines_of(planned: Plan, problems: Counter[tuple[int, ProblemKind]]) -> dict[int, Line]:
    register = planned.register
    likes = Counter(register.members[member].source for _, _, member in planned.likes)
    forgotten = sum((Counter(stage.forgotten) for stage in planned.names), Counter[int]())
    return {
        number: Line(
            source.name,
            source.format,
            posts=t.posts,
            context=t.context,
            likes=likes[number],
            duplicates=t.duplicates,
            problems=problems[number, "unreadable"],
            deletions=t.deletions,
            forgotten=forgotten[number],
            private=problems[number, "private"],
            unloaded=problems[number, "unloaded"],
        )
        for number, source in enumerate(register.sources)
        for t in [planned.tallied.get(number, Tallied())]
    }


def problems_of(planned: Plan, old: Sequence[bytes]) -> tuple[list[bytes], Counter[tuple[int, ProblemKind]]]:
    """All problems as they are kept, the old ones first, each once; and how many of each kind each source has.

    Of what is missing its posts are counted, and what the shares of one member left out is one row.
    """
    found = dict.fromkeys(old)
    missing: Counter[tuple[str, Origin, ProblemKind]] = Counter()
    counts: Counter[tuple[int, ProblemKind]] = Counter()
    known, sources = planned.register.members, planned.register.sources
    for stage, numbering in zip(planned.names, planned.numberings, strict=True):
        for each in stage.problems:
            member = known[numbering.members[each.place[0]]]
            origin = Origin(sources[member.source].name, member.name, each.place[1])
            if each.kind == "unreadable" and not each.posts:
                found[_json(Problem(each.reason, origin, each.excerpt))] = None
            else:
                missing[each.reason, origin, each.kind] += each.posts
            counts[member.source, each.kind] += max(1, each.posts)
    told = [Problem(reason, origin, kind=kind, posts=posts) for (reason, origin, kind), posts in missing.items()]
    return list(found | dict.fromkeys(map(_json, told))), counts


def _weight(record: bytes) -> int:
    """How many pieces that could not be read a row of problems stands for."""
    problem = msgspec.json.decode(record, type=Problem)
    return max(1, problem.posts) if problem.kind == "unreadable" else 0


def _shard_jobs(plan: Plan, folder: Path) -> list[Job]:
    found, late = extras(len(plan.groups)), bool(plan.late)
    posts, size = plan.count, 1 << shard_bits(plan.count)
    spans = [(low, min(posts, low + size)) for low in range(0, posts, size)]
    return [
        (write_shard, (folder / f"shard.{n}", plan.rows.paths, folder, n, span, found, late, n >= len(spans) - _LAST))
        for n, span in enumerate(spans)
    ]


def extras(groups: int) -> list[bytes]:
    """Marks by the code group × 16 + 8 (an answer) + 4 (a first reply) + 2 (parent missing) + 1 (has replies)."""
    found = []
    for code in range(groups * 16):
        marks = [facets.group(code >> 4)] if code >> 4 else []
        marks += [facets.first("answer")] if code & _ANSWER else []
        marks += [facets.first("reply")] if code & _FIRST_REPLY else []
        marks += [facets.PARENT_MISSING] if code & _PARENT_MISSING else []
        marks += [facets.part("replies")] if code & _HAS_REPLIES else []
        found.append(spaced(*marks))
    return found


def write_pieces(rows: Rows, posts: Shelf, name: str, column: str) -> None:
    """Where in the stages the crew finds the bodies (or words) of posts."""
    order = posts.get("row")
    posts.take(f"{name}_at", "q", rows.shelf, f"{column}_at", order)
    posts.take(f"{name}_size", "i", rows.shelf, column, order)


def write_marks(plan: Plan, folder: Path) -> None:
    """The columns by which the crew indexes words, and the file `late`."""
    posts = plan.posts
    code = posts.get("group") * 16
    code += posts_without_parent(posts) * np.int32(_PARENT_MISSING)
    code += (posts.get("replies") > 0) * np.int32(_HAS_REPLIES)
    code += plan.pairs.is_first * np.int32(_FIRST_REPLY)
    code += (posts.get("unanswered") != NO_NUMBER) * np.int32(_ANSWER)
    posts.put("extra", "i", code)
    write_pieces(plan.rows, posts, "words", "words")
    if plan.late:
        private_file(folder / "late").write_bytes(msgspec.msgpack.encode(plan.late))


def _write_keeping(connection: apsw.Connection, keeping: Keeping) -> None:
    connection.execute("insert into meta values('deleted', ?), ('key', ?)", (keeping.deleted, keeping.key))
    connection.executemany("insert into forgotten values(?)", ((hash,) for hash in sorted(keeping.forgotten)))


def write_meta(connection: Tables, plan: Plan, problems: Sequence[bytes], lines: Collection[Line]) -> None:
    values = {
        "text": text.VERSION,
        "posts": plan.count,
        "untimed": int(np.searchsorted(plan.posts.get("time"), UNKNOWN, "right")),
        "shard_bits": shard_bits(plan.count),
        "answered": plan.pairs.answered,
        "groups": _json([(plan.platforms[platform], sources) for platform, sources in plan.groups]),
        "figures": _json(_figures(plan, problems, lines)),
    }
    connection.executemany("insert into meta values(?, ?)", values.items())


def _figures(plan: Plan, problems: Sequence[bytes], lines: Collection[Line]) -> Figures:
    posts = plan.posts
    flags, account = posts.get("flags"), posts.get("account")
    context, reply = (flags & IS_CONTEXT) != 0, (flags & IS_REPLY) != 0
    time = posts.get("time")
    known = time[np.searchsorted(time, UNKNOWN, "right") :]
    is_root = np.zeros(plan.count + len(plan.ghosts.id) + 1, bool)
    is_root[posts.get("root")] = True  # a ghost's number, negative, stands at the end; 0 is no conversation's
    return Figures(
        posts=int((~context).sum()),
        context=int(context.sum()),
        accounts=int((np.bincount(account)[1:] > 0).sum()),
        replies=int((reply & ~context).sum()),
        ghosts=len(plan.ghosts.id),
        conversations=int(is_root[1:].sum()),
        likes=len(plan.likes),
        problems=sum(map(_weight, problems)),
        sources=sum(bool(source.format) for source in plan.register.sources),
        first=int(known[0]) if len(known) else None,
        last=int(known[-1]) if len(known) else None,
        bytes=0,
        private=sum(line.private for line in lines),
        unloaded=sum(line.unloaded for line in lines),
    )
