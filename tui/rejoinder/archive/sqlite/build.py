"""A planned archive becomes tables: all but the posts and their words, which are the crew's long jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import apsw
import msgspec
import numpy as np
import numpy.typing as npt

from rejoinder.archive import facets, text
from rejoinder.archive.body import Byline
from rejoinder.archive.crew import Job, Tick
from rejoinder.archive.ingest import Line
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.marks import spaced
from rejoinder.archive.protocol import Figures
from rejoinder.archive.sqlite.acts import Kin, pair_keys
from rejoinder.archive.sqlite.departed import departed
from rejoinder.archive.sqlite.finish import Before, Built
from rejoinder.archive.sqlite.loading import Ints, Mask, Rows
from rejoinder.archive.sqlite.pairs import NO_NUMBER, months
from rejoinder.archive.sqlite.plan import Plan, Tallied, plan
from rejoinder.archive.sqlite.register import Person, Register
from rejoinder.archive.sqlite.rows import Tables
from rejoinder.archive.sqlite.runs import RunWriter
from rejoinder.archive.sqlite.schema import TABLES, shard_bits
from rejoinder.archive.sqlite.write import POST_COLUMNS, Closing, Failing, connect, write_posts, write_shard
from rejoinder.archive.staged import IS_CONTEXT, IS_REPLY, UNKNOWN, halves
from rejoinder.folders import private_file
from rejoinder.records import Account, Like, Origin, Problem, ProblemKind, Ref

_HOUR, _DAY = 3_600_000, 86_400_000
_HAS_REPLIES, _PARENT_MISSING, _FIRST_REPLY, _ANSWER = 1, 2, 4, 8
_json = msgspec.json.encode


class Runs(Protocol):
    """Takes runs: `RunWriter`, or what another engine makes of them."""

    def write(self, name: str, columns: str, /, *data: Ints, packed: bool = False) -> None: ...


def build(tick: Tick, stages: Sequence[Path], before: Before, folder: Path) -> Built:
    """Order what the stages hold and write what that tells.

    See `finish.build`, by which it is called. The posts and the shards of the index are other jobs, each of which
    begins as soon as what it needs is known.
    """

    def ordered(rows: Rows, kin: Kin) -> None:
        write_order(rows, kin, folder)
        tick.more([(write_posts, (folder / "archive", list(rows.paths), folder, len(kin.order)))])

    register = Register(before.sources, before.members, before.citers)
    planned = plan(stages, register, folder, before.keeping, ordered)
    write_marks(planned, folder)
    tick.more(_shard_jobs(planned, folder))
    problems, by_source = problems_of(planned, before.problems)
    lines = lines_of(planned, by_source)
    every = lines | dict(enumerate(before.lines))
    with Failing(), Closing(connect(folder / "tables", cache=32 << 20)) as connection, connection:
        connection.execute(TABLES)
        write_small(connection, planned, every, problems)
        write_runs(RunWriter(connection, _narrowed), planned)
        write_meta(connection, planned, problems, every.values())
        _write_keeping(connection, before.keeping)
    return Built(len(planned.order), lines, register.citers)


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
    found, late = extras(len(plan.groups)), plan.late.marks
    posts, size = len(plan.order), 1 << shard_bits(len(plan.order))
    spans = [(low, min(posts, low + size)) for low in range(0, posts, size)]
    return [
        (write_shard, (folder / f"shard.{n}", plan.rows.paths, folder, n, span, found, bool(late)))
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


def write_order(rows: Rows, kin: Kin, folder: Path) -> None:
    """The columns by which the crew writes posts."""
    order, trees = kin.order, kin.forest
    own = np.arange(1, len(order) + 1)
    planned = {
        "id": np.where(rows.half[order] == 0, rows.id[order], 0),
        "parent": trees.tree_parent,
        "root": np.where(trees.root == own, 0, trees.root),
        "replies": trees.replies,
    }
    for name, letter in POST_COLUMNS:
        column = planned[name] if name in planned else getattr(rows, name)[order]
        keep(folder, name, column.astype(_NUMPY[letter], copy=False))
    keep(folder, "stage", rows.stage[order].astype(np.int16))
    _keep_pieces(folder, "bodies", rows.starts("body")[order], rows.body[order])


def write_marks(plan: Plan, folder: Path) -> None:
    """The columns by which the crew indexes words."""
    rows, order, trees = plan.rows, plan.order, plan.forest
    missing = ((rows.flags[order] & IS_REPLY) != 0) & (trees.parent <= 0)
    code = plan.group * 16 + missing * _PARENT_MISSING + (trees.replies > 0) * _HAS_REPLIES
    code += plan.pairs.is_first * _FIRST_REPLY + (plan.pairs.unanswered != NO_NUMBER) * _ANSWER
    keep(folder, "extra", code.astype(np.int32))
    keep(folder, "late", plan.late.of.astype(np.int32))
    if plan.late.marks:
        private_file(folder / "late").write_bytes(msgspec.msgpack.encode(plan.late.marks))
    _keep_pieces(folder, "words", rows.starts("words")[order], rows.words[order])


def _keep_pieces(folder: Path, name: str, starts: Ints, sizes: Ints) -> None:
    keep(folder, f"{name}_at", starts)
    keep(folder, f"{name}_size", sizes.astype(np.int32))


def keep(folder: Path, name: str, column: npt.NDArray[Any]) -> None:
    with open(private_file(folder / f"column.{name}"), "wb") as file:
        file.write(column.data)


def write_small(connection: Tables, plan: Plan, lines: Mapping[int, Line], problems: Sequence[bytes]) -> None:
    """Sources, members, manners, bylines, accounts, ghosts, likes, problems, days."""
    register, people = plan.register, plan.people
    owners, citers = _owners(plan), register.citers
    many = connection.executemany
    many(
        "insert into source values(?, ?, ?, ?, ?)",
        (
            (n, _json(source), _json(lines[n]), owners.get(n, 0), _json(sorted(citers[n])) if n in citers else None)
            for n, source in enumerate(register.sources)
        ),
    )
    used = _used_members(plan)
    many(
        "insert into member values(?, ?, ?)",
        ((n, *member) for n, member in enumerate(register.members) if n in used),
    )
    many("insert into manner values(?, ?)", ((n, _json(manner)) for n, manner in enumerate(register.manners)))
    many(
        "insert into byline values(?, ?, ?, ?, ?)",
        ((n, people.of[n], b.id, b.handle, b.name) for n, b in enumerate(register.bylines, 1)),
    )
    _write_accounts(connection, plan)
    many("insert into ghost values(?, ?, ?, ?, ?, ?)", ((n, *ghost) for n, ghost in enumerate(plan.ghosts, 1)))
    bylines = register.bylines
    likes = [*((like, 0) for like in plan.likes), *((like, 1) for like in plan.more_likes)]
    many(
        "insert into liked values(?, ?, ?)",
        ((n, _like(bylines, *like), again) for n, (like, again) in enumerate(likes, 1)),
    )
    many("insert into gone values(?, ?, ?, ?, ?)", ((g.platform, g.id, g.time, *g.place) for g in plan.gone))
    many("insert into problem values(?, ?)", enumerate(problems, 1))
    time = plan.rows.time[plan.order]
    days, counts = np.unique(time[time != UNKNOWN] // _DAY, return_counts=True)
    many("insert into day values(?, ?)", zip(days.tolist(), counts.tolist(), strict=True))


def _used_members(plan: Plan) -> set[int]:
    """The members that something in the archive names: where nothing does (any more), the name is not kept."""
    rows = plan.rows
    used = set(np.unique(rows.member[plan.order]).tolist())
    used.update(member for members in rows.places.values() for member in members)
    used.update(member for _, _, member in (*plan.likes, *plan.more_likes))
    used.update(gone.place[0] for gone in plan.gone)
    return used


def _like(bylines: Sequence[Byline], like: Any, byline: int, member: int) -> bytes:
    """A like as the record that it was, in JSON; its source is looked up by the member's number in `origin.source`."""
    who = bylines[byline - 1]
    return _json(
        Like(
            like.platform, str(like.post), Ref(who.id, who.handle, who.name), like.time, like.until, like.text,
            like.permalink, Origin(str(member), "", like.place[1]),
        )
    )  # fmt: skip


def _write_accounts(connection: Tables, plan: Plan) -> None:
    people, rows, order = plan.people, plan.rows, plan.order
    posts = np.bincount(plan.author, minlength=len(people.people)).tolist()
    latest = np.zeros(len(people.people), np.int64)
    latest[plan.author] = rows.author[order]
    bylines = plan.register.bylines
    said = _told(plan)
    told = {number: _fullest(found.values()) for number, found in said.items()}
    connection.executemany(
        "insert into told values(?, ?, ?)",
        ((number, *telling) for number, found in said.items() for telling in found),
    )
    connection.executemany(
        "insert into account values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (n, p.platform, p.id, *_names(p, bylines[b - 1] if b else None), count, told.get(n), *figures)
            for n, (p, b, count, *figures) in enumerate(
                zip(people.people, latest.tolist(), posts, *_spans(plan), strict=True)
            )
        ),
    )
    handles = (
        (folded, n, folded in person.joined)
        for n, person in enumerate(people.people)
        for folded in person.handles | person.joined
    )
    connection.executemany("insert into handle values(?, ?, ?)", sorted(handles))


def _owners(plan: Plan) -> dict[int, int]:
    """The account whose own export a source is."""
    found: dict[int, int] = {}
    for stage, numbering in zip(plan.names, plan.numberings, strict=True):
        for each in stage.accounts:
            if each.owner and each.source >= 0:
                found[each.source] = plan.people.of[numbering.bylines[each.byline]]
    return found


def _spans(plan: Plan) -> list[list[int | None]]:
    """Of each account: first and last post, missing parents, undated posts, context posts, addresses got, and how many
    answered."""
    accounts, author = len(plan.people.people), plan.author
    time, order = plan.rows.time[plan.order], np.arange(1, len(author) + 1)
    dated = time != UNKNOWN
    first, last = np.zeros(accounts, np.int64), np.zeros(accounts, np.int64)
    first[author[dated][::-1]], last[author[dated]] = order[dated][::-1], order[dated]
    missing = ((plan.rows.flags[plan.order] & IS_REPLY) != 0) & (plan.forest.parent <= 0)
    columns = [
        first,
        last,
        np.bincount(author[missing], minlength=accounts),
        np.bincount(author[~dated], minlength=accounts),
        np.bincount(author[(plan.rows.flags[plan.order] & IS_CONTEXT) != 0], minlength=accounts),
        np.pad(plan.pairs.was_addressed, (0, accounts - len(plan.pairs.was_addressed))),
        np.pad(plan.pairs.has_answered, (0, accounts - len(plan.pairs.has_answered))),
    ]
    return [[number or None for number in column.tolist()] for column in columns]


def _names(person: Person, latest: Any) -> tuple[str | None, str | None]:
    """Handle and name of an account: those of its latest post here, as far as that has them."""
    handle = latest.handle if latest and latest.handle else person.handle
    return handle, (latest.name if latest and latest.name else person.name)


def _told(plan: Plan) -> dict[int, dict[tuple[int, bytes], Account]]:
    """What the sources say of accounts, by account: (source, record in JSON) and the record."""
    found: dict[int, dict[tuple[int, bytes], Account]] = {}
    bylines = plan.register.bylines
    gone = departed(plan.names, plan.numberings, bylines)
    for stage, numbering in zip(plan.names, plan.numberings, strict=True):
        for each in stage.accounts:
            number = plan.people.of[numbering.bylines[each.byline]]
            byline = bylines[numbering.bylines[each.byline] - 1]
            went = each.gone if (byline.platform, byline.id) in gone else None
            account = Account(*byline, each.created, each.bio, each.owner, each.handles, went)
            is_more = each.back is None and each.gone is None  # "is there" says nothing, once it was heeded
            if number and (is_more or went is not None):
                found.setdefault(number, {})[each.source, _json(account)] = account
    return found


def _fullest(accounts: Collection[Account]) -> bytes:
    """Of several records of one account the fullest, an owner's first; and whether it is gone, as any of them says."""
    best = max(accounts, key=lambda account: (account.owner, len(_json(account))))
    gone = max((account.gone for account in accounts if account.gone is not None), default=None)
    return _json(msgspec.structs.replace(best, gone=gone))


def write_runs(runs: Runs, plan: Plan) -> None:
    """Sorted columns and columns to scan, as sqlite/runs.py says."""
    rows, order, trees = plan.rows, plan.order, plan.forest
    numbers = np.arange(1, len(order) + 1)
    ghost_keys = [halves(ghost[1])[0] for ghost in plan.ghosts]
    ids = np.concatenate((rows.id[order], np.array(ghost_keys, np.int64)))
    keys = np.concatenate((numbers, -np.arange(1, len(ghost_keys) + 1)))
    runs.write("ids", "qi", *_by(ids, keys))
    has = trees.tree_parent != 0
    runs.write("kids", "ii", *_by(trees.tree_parent[has], numbers[has]))
    runs.write("trees", "ii", *_by(trees.root[_in_trees(plan)], numbers[_in_trees(plan)]))
    acts = plan.acts
    code = acts.kind * 2 + (acts.source > acts.target)
    runs.write("acts", "qbi", pair_keys(acts.source, acts.target), code, acts.post)
    runs.write("liked", "ii", *acts.likes)
    runs.write("months", "ih", *months(plan.author, rows.time[order]))
    for name, column in plan.pairs.columns.items():
        runs.write(f"pair.{name}", _narrowest(column), column, packed=True)
    _write_hours(runs, rows.time[order])
    for name, column in (("authors", plan.author), ("manners", rows.manner[order]), ("groups", plan.group)):
        runs.write(name, "i", column, packed=True)
    for name, column in (("unanswered", plan.pairs.unanswered), ("exchange", plan.pairs.exchange)):
        runs.write(name, "i", column, packed=True)
    for name, column in (
        ("likes", rows.likes[order]),
        ("reposts", rows.reposts[order]),
        ("replies", trees.replies),
        ("depth", trees.depth),
    ):
        letter = "i" if not len(column) or _narrow(column) else "q"
        least = -(2**31) if letter == "i" else UNKNOWN
        runs.write(name, letter, np.where(column == UNKNOWN, least, column), packed=True)


def _narrowed(column: Ints, letter: str) -> bytes:
    return column.astype(f"<{_NUMPY[letter]}").tobytes()


def _write_hours(runs: Runs, time: Ints) -> None:
    """(hour since 1970, number of its first post): days and months of a histogram begin at one of these."""
    untimed = int((time == UNKNOWN).sum())
    hours = time[untimed:] // _HOUR
    firsts = np.flatnonzero(np.diff(hours, prepend=hours[:1] - 1))
    runs.write("hours", "qi", hours[firsts], firsts + untimed + 1)


_NUMPY = {"b": "i1", "h": "i2", "i": "i4", "q": "i8"}


def _narrow(column: Ints) -> bool:
    known = column[column != UNKNOWN]
    return not len(known) or bool(known.min() > -(2**31) and known.max() < 2**31)


def _narrowest(column: Ints) -> str:
    """The letter of the smallest integers that hold a column."""
    low, high = int(column.min(initial=0)), int(column.max(initial=0))
    return "b" if low >= -128 and high < 128 else "h" if low >= -(2**15) and high < 2**15 else "i"


def _by(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Both columns in the order of keys, then values."""
    order = np.lexsort((values, keys))
    return keys[order], values[order]


def _in_trees(plan: Plan) -> Mask:
    """Posts of trees that hold at least two posts, ghosts counted."""
    root, trees = plan.forest.root, plan.forest
    numbers = np.arange(1, len(root) + 1)
    is_root = np.zeros(len(root) + 1, bool)
    is_root[trees.tree_parent[trees.tree_parent > 0]] = True
    mask: Mask = (root != numbers) | is_root[1:]
    return mask


def _write_keeping(connection: apsw.Connection, keeping: Keeping) -> None:
    connection.execute("insert into meta values('deleted', ?), ('key', ?)", (keeping.deleted, keeping.key))
    connection.executemany("insert into forgotten values(?)", ((hash,) for hash in sorted(keeping.forgotten)))


def write_meta(connection: Tables, plan: Plan, problems: Sequence[bytes], lines: Collection[Line]) -> None:
    rows, order = plan.rows, plan.order
    values = {
        "text": text.VERSION,
        "posts": len(order),
        "untimed": int((rows.time[order] == UNKNOWN).sum()),
        "shard_bits": shard_bits(len(order)),
        "answered": plan.pairs.answered,
        "groups": _json([(plan.platforms[platform], sources) for platform, sources in plan.groups]),
        "figures": _json(_figures(plan, problems, lines)),
    }
    connection.executemany("insert into meta values(?, ?)", values.items())


def _figures(plan: Plan, problems: Sequence[bytes], lines: Collection[Line]) -> Figures:
    rows, order, trees = plan.rows, plan.order, plan.forest
    context = (rows.flags[order] & IS_CONTEXT) != 0
    time = rows.time[order]
    known = time[time != UNKNOWN]
    return Figures(
        posts=int((~context).sum()),
        context=int(context.sum()),
        accounts=len(np.unique(plan.author[plan.author > 0])),
        replies=int((((rows.flags[order] & IS_REPLY) != 0) & ~context).sum()),
        ghosts=len(plan.ghosts),
        conversations=len(np.unique(trees.root[_in_trees(plan)])),
        likes=len(plan.likes),
        problems=sum(map(_weight, problems)),
        sources=sum(bool(source.format) for source in plan.register.sources),
        first=int(known[0]) if len(known) else None,
        last=int(known[-1]) if len(known) else None,
        bytes=0,
        private=sum(line.private for line in lines),
        unloaded=sum(line.unloaded for line in lines),
    )
