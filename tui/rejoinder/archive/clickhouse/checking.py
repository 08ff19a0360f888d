"""Whether an archive on a server is whole, and what only the server can count once all posts are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rejoinder.archive import facets
from rejoinder.archive.checking import Finding
from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.clickhouse.archive import ClickHouseArchive
from rejoinder.archive.clickhouse.tables import ServerTables

_LINKS = (
    (
        "posts are numbered without a gap, each once",
        "select count() <> max(number) or uniqExact(number) <> count() from post",
    ),
    ("posts have a member", "select count() from post where member global not in (select number from member)"),
    ("posts have a manner", "select count() from post where manner global not in (select number from manner)"),
    (
        "posts have an author's byline",
        "select count() from post where author global not in (select number from byline)",
    ),
    ("bylines have an account", "select count() from byline where account not in (select number from account)"),
    ("handles have an account", "select count() from handle where account not in (select number from account)"),
    (
        "a reply lies in its parent's conversation",
        "select count() from post as c inner join post as p on p.number = c.parent "
        "where p.conversation <> c.conversation",
    ),
    ("a reply to a missing post has it as root", "select count() from post where parent < 0 and root <> parent"),
    ("each post can be found by its id", "select count() from post where number global not in (select value from ids)"),
)


def amiss(tables: ServerTables, posts: int) -> str:
    """What is wrong with a generation that was just written; empty where nothing is."""
    ((count, last),) = tables.execute("select count(), max(number) from post").fetchall()
    if (count, last) != (posts, posts):
        return f"{count} posts of {posts} came in."
    split = split_conversations(tables)
    return f"{split} conversations lie on several shards." if split else ""


def split_conversations(tables: ServerTables) -> int:
    """How many conversations lie on more than one shard: where there is one, kin would be missed."""
    if not tables.server.address.cluster:
        return 0
    ((split,),) = tables.execute(
        "select count() from (select conversation from post group by conversation having uniqExact(_shard_num) > 1)"
    ).fetchall()
    return int(split)


def write_tags(tables: ServerTables) -> None:
    """Count the posts of each tag, for completion as one types."""
    rows = marks_of(tables, facets.TAG)
    if rows:
        tables.insert("tag", ([facets.read_tag(mark) for mark in rows], list(rows.values())), "counted")


def marks_of(tables: ServerTables, beginning: str) -> dict[str, int]:
    """Marks that begin so, with the number of posts."""
    rows = tables.execute(
        "select mark, count() from (select arrayJoin(arrayDistinct(arrayFilter(x -> startsWith(x, ?), "
        "splitByChar(' ', words)))) as mark from post) group by mark",
        (beginning,),
    )
    return {str(mark): int(n) for mark, n in rows}


def check(address: Address, path: Path) -> Iterator[Finding]:
    """See `checking.check`."""
    archive = ClickHouseArchive(address, path)
    try:
        yield from _findings(archive.tables)
    finally:
        archive.close()


def _findings(tables: ServerTables) -> Iterator[Finding]:
    ((posts,),) = tables.execute("select count() from post").fetchall()
    yield Finding("tables", f"{posts:,} posts on {tables.server.address}")
    for what, sql in _LINKS:
        ((wrong,),) = tables.execute(sql).fetchall()
        yield Finding(what, f"{wrong:,} do not" if wrong else "all", not wrong)
    split = split_conversations(tables)
    told = f"{split:,} conversations are split" if split else "all lie whole"
    yield Finding("no conversation lies on several shards", told, not split)
