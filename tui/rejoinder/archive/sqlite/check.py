"""The engine's look at one of its own files: SQLite's pages, the index, the counts, the links between tables."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import apsw
import msgspec

from rejoinder.archive import text
from rejoinder.archive.body import decode
from rejoinder.archive.checking import Finding
from rejoinder.archive.protocol import UNTIMED, Figures
from rejoinder.archive.sqlite.asking import quoted
from rejoinder.archive.sqlite.finish import documents
from rejoinder.archive.sqlite.runs import Run
from rejoinder.archive.sqlite.schema import check_header
from rejoinder.archive.staged import halves
from rejoinder.counting import counted
from rejoinder.errors import ArchiveError, RejoinderError

_MOST = 3
"""Faults of one kind that are told one by one."""
_STEP = 4096
_PROBLEMS = (
    "select coalesce(sum(max(1, coalesce(cast(record as text) ->> '$.posts', 1))), 0) from problem "
    "where coalesce(cast(record as text) ->> '$.kind', 'unreadable') = 'unreadable'"
)
_LINKS = (
    ("members have a source", "select count(*) from member where source not in (select number from source)"),
    ("posts have a member", "select count(*) from post where member not in (select number from member)"),
    ("posts have a manner", "select count(*) from post where manner not in (select number from manner)"),
    ("posts have an author's byline", "select count(*) from post where author not in (select number from byline)"),
    (
        "addressees have a byline",
        "select count(*) from post where addressee <> 0 and addressee not in (select number from byline)",
    ),
    ("bylines have an account", "select count(*) from byline where account not in (select number from account)"),
    ("handles have an account", "select count(*) from handle where account not in (select number from account)"),
    ("what is told of accounts has one", "select count(*) from told where account not in (select number from account)"),
    (
        "parents and roots are here",
        "select count(*) from post where parent > ?1 or root > ?1 or parent < -?2 or root < -?2",
    ),
    (
        "a reply has its parent's root",
        "select count(*) from post c join post p on p.number = c.parent where "
        "(case c.root when 0 then c.number else c.root end) <> (case p.root when 0 then p.number else p.root end)",
    ),
    ("a reply to a missing post has it as root", "select count(*) from post where parent < 0 and root <> parent"),
    (
        "posts have as many replies as they say",
        "select count(*) from (select parent, count(*) n from post where parent > 0 group by parent) k "
        "join post p on p.number = k.parent where p.replies < k.n",
    ),
    (
        "missing posts have as many replies as they say",
        "select count(*) from (select -parent of, count(*) n from post where parent < 0 group by parent) k "
        "join ghost g on g.number = k.of where g.replies <> k.n",
    ),
    (
        "accounts have as many posts as they say",
        "select count(*) from account a left join (select b.account of, count(*) n from post p join byline b on "
        "b.number = p.author group by 1) k on k.of = a.number where a.posts <> coalesce(k.n, 0) and a.number > 0",
    ),
)
"""(what holds, how many break it); ?1 is the number of posts, ?2 that of missing ones."""


def check(path: Path) -> Iterator[Finding]:
    """See `checking.check`."""
    version = check_header(path)
    yield Finding("header", f"an archive of version {version}")
    with closing(_connected(path)) as connection:
        looks = _Looks(connection)
        for what, look in (
            ("SQLite", looks.pages),
            ("posts", looks.posts),
            ("order", looks.order),
            ("records", looks.records),
            ("index", looks.index),
            ("counts", looks.counts),
            ("columns", looks.columns),
            ("links", looks.links),
        ):
            yield from _told(what, look)


def _connected(path: Path) -> apsw.Connection:
    connection = apsw.Connection(
        f"file:{quoted(path)}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    )
    connection.execute("pragma cache_size=-65536")
    return connection


def _told(what: str, look: Callable[[], Iterator[str] | str]) -> Iterator[Finding]:
    """What a look found; a look that can't go on is a finding, too."""
    try:
        found = look()
        faults = [] if isinstance(found, str) else list(found)
    except (apsw.Error, msgspec.MsgspecError, RejoinderError, zlib.error, KeyError, ValueError, IndexError) as error:
        yield Finding(what, f"can't be read: {error}", well=False)
        return
    for fault in faults[:_MOST]:
        yield Finding(what, fault, well=False)
    if len(faults) > _MOST:
        yield Finding(what, f"{len(faults) - _MOST:,} more of this kind", well=False)
    if isinstance(found, str):
        yield Finding(what, found)


class _Looks:
    """Each look gives a few words when all is well, else the faults."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._keys = {name: array("q", [0]) for name in ("ids", "kids", "trees")}
        """Of some runs: the key of each post, by its number."""

    def _one(self, sql: str, *bindings: int) -> Any:
        row = self._connection.execute(sql, bindings).fetchone()
        if row is None:
            raise ArchiveError("a row is missing")
        return row[0]

    @property
    def _posts(self) -> int:
        return int(self._one("select value from meta where key = 'posts'"))

    def pages(self) -> Iterator[str] | str:
        """SQLite's own check of its pages, tables and (FTS5's) of the index's inside."""
        faults = [str(row[0]) for row in self._connection.execute("pragma integrity_check(100)")]
        pages = self._one("pragma page_count")
        return f"{pages:,} pages" if faults == ["ok"] else iter(faults)

    def posts(self) -> Iterator[str] | str:
        posts = self._posts
        there, least, most = self._connection.execute(
            "select count(*), coalesce(min(number), 1), coalesce(max(number), 0) from post"
        ).fetchone() or (0, 0, 0)
        if (there, least, most) != (posts, 1, posts):
            return iter([f"{posts:,} are counted, {there:,} are there, numbered {least:,} to {most:,}"])
        if self._one("select value from meta where key = 'text'") != text.VERSION:
            return iter(["the index was made by other rules for words; rejoinder upgrade makes it anew"])
        return f"{posts:,}"

    def order(self) -> Iterator[str] | str:
        untimed = int(self._one("select value from meta where key = 'untimed'"))
        rows = self._connection.execute("select number, time from post order by number")
        faults = [
            f"post {number:,} is older than the one before it"
            for (_, before), (number, time) in pairwise(rows)
            if time < before
        ]
        there = self._one("select count(*) from post where time = ?", UNTIMED)
        if there != untimed:
            faults.append(f"{untimed:,} posts without a time are counted, {there:,} are there")
        return iter(faults) if faults else "by time"

    def records(self) -> Iterator[str] | str:
        """Every body can be decoded, and names members that are here."""
        members = {row[0] for row in self._connection.execute("select number from member")}
        faults = []
        rows = self._connection.execute("select number, id, parent, root, body from post")
        for number, id, parent, root, body in rows:
            try:
                rest = decode(body).rest
            except msgspec.MsgspecError as error:
                faults.append(f"post {number:,} can't be decoded: {error}")
                continue
            key = id if rest.id is None else halves(rest.id)[0]
            for name, value in (("ids", key), ("kids", parent), ("trees", root or number)):
                self._keys[name].append(value)
            places = [*rest.places, *(place for other in rest.others for place in (other.place, *other.also))]
            if any(member not in members for member, _ in places):
                faults.append(f"post {number:,} was read in a file that is not listed")
        return iter(faults) if faults else "all can be decoded"

    def index(self) -> Iterator[str] | str:
        """Every shard holds the posts that are its own."""
        bits, posts = int(self._one("select value from meta where key = 'shard_bits'")), self._posts
        shards = -(-posts // (1 << bits))
        faults = []
        for shard in range(shards):
            expected = min(posts, (shard + 1) << bits) - (shard << bits)
            there = documents(self._one(f"select block from words_{shard}_data where id = 1"))
            if there != expected:
                faults.append(f"shard {shard} has {there:,} posts instead of {expected:,}")
        return iter(faults) if faults else counted(shards, "shard")

    def counts(self) -> Iterator[str] | str:
        figures = msgspec.json.decode(self._one("select value from meta where key = 'figures'"), type=Figures)
        pairs = {
            "posts": (figures.posts + figures.context, self._posts),
            "missing posts": (figures.ghosts, self._one("select count(*) from ghost")),
            "likes": (figures.likes, self._one("select count(*) from liked where not again")),
            "problems": (figures.problems, self._one(_PROBLEMS)),
            "posts by days": (
                self._one("select coalesce(sum(posts), 0) from day"),
                self._posts - int(self._one("select value from meta where key = 'untimed'")),
            ),
        }
        faults = [
            f"{what}: {told:,} are told, {there:,} are there" for what, (told, there) in pairs.items() if told != there
        ]
        return iter(faults) if faults else "as told"

    def columns(self) -> Iterator[str] | str:
        """Every block of every run is there, of its length, and sorted by its first column."""
        names = [row[0] for row in self._connection.execute("select name from run order by number")]
        faults = [fault for name in names for fault in self._faults_of(name)]
        (ids,) = self._connection.execute("select rows from run where name = 'ids'").fetchone() or (0,)
        expected = self._posts + self._one("select count(*) from ghost")
        if ids != expected:
            faults.append(f"{ids:,} ids instead of {expected:,}")
        return iter(faults) if faults else f"{len(names)} of them"

    def _faults_of(self, name: str) -> Iterator[str]:
        run, last = Run(self._connection, name), -sys.maxsize - 1
        is_sorted = bool(self._one("select firsts <> x'' from run where name = '" + name.replace("'", "''") + "'"))
        for number in range(-(-run.rows // run.step)):
            block = run.block(number)
            rows = min(run.step, run.rows - number * run.step)
            if any(len(column) != rows for column in block):
                yield f"{name}: block {number} is short"
            elif is_sorted and not self._is_of_posts(name, block):
                yield f"{name}: block {number} names other posts"
            elif is_sorted and (block[0][0] < last or any(one > other for one, other in pairwise(block[0]))):
                yield f"{name}: block {number} is out of order"
            last = block[0][-1] if len(block[0]) else last

    def _is_of_posts(self, name: str, block: list[array[int]]) -> bool:
        """Whether the posts that a run names under a key have that key."""
        keys = self._keys.get(name)
        if keys is None:
            return True
        pairs = zip(*block, strict=True)
        return all(number < 0 or (0 < number < len(keys) and keys[number] == key) for key, number in pairs)

    def links(self) -> Iterator[str] | str:
        bindings = (self._posts, int(self._one("select count(*) from ghost")))
        faults = []
        for what, sql in _LINKS:
            broken = self._one(sql, *(bindings if "?1" in sql else ()))
            if broken:
                faults.append(f"{what}: not so {broken:,} times")
        return iter(faults) if faults else f"{len(_LINKS)} kinds"
