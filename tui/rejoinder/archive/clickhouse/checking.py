"""Whether an archive on a server is whole, and what only the server can count once all posts are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rejoinder.archive.checking import Finding
from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.clickhouse.archive import ClickHouseArchive
from rejoinder.archive.clickhouse.tables import ServerTables

_SPAN = 10_000_000
"""Posts that are looked at by one question: what it holds in the server's memory does not grow with the archive."""
_PARENTS = "select parent from post where number > {low} and number <= {high} and parent > 0"
_OF_POSTS = (
    (
        "posts have a member",
        "select count() from post where {span} and member global not in (select number from member)",
    ),
    (
        "posts have a manner",
        "select count() from post where {span} and manner global not in (select number from manner)",
    ),
    (
        "posts have an author's byline",
        "select count() from post where {span} and author global not in (select number from byline)",
    ),
    (
        "a reply lies in its parent's conversation",
        "select count() from post as c inner join (select number, conversation from post where number in "
        f"({_PARENTS})) as p on p.number = c.parent "
        "where c.number > {low} and c.number <= {high} and p.conversation <> c.conversation",
    ),
    (
        "a reply to a missing post has it as root",
        "select count() from post where {span} and parent < 0 and root <> parent",
    ),
    (
        "each post can be found by its id",
        "select count() from post where {span} and number global not in "
        "(select value from ids where value > {low} and value <= {high})",
    ),
)
"""Questions that count the posts for which something does not hold."""
_OF_ALL = (
    ("bylines have an account", "select count() from byline where account not in (select number from account)"),
    ("handles have an account", "select count() from handle where account not in (select number from account)"),
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
        "select count() from (select conversation from post group by conversation "
        "having min(_shard_num) <> max(_shard_num))"
    ).fetchall()
    return int(split)


def check(address: Address, path: Path) -> Iterator[Finding]:
    """See `checking.check`."""
    archive = ClickHouseArchive(address, path)
    archive.tables.server.seconds = 0
    try:
        yield from _findings(archive.tables)
    finally:
        archive.close()


def _findings(tables: ServerTables) -> Iterator[Finding]:
    ((posts, last),) = tables.execute("select count(), max(number) from post").fetchall()
    yield Finding("tables", f"{posts:,} posts on {tables.server.address}")
    unique = sum(_each(tables, "select uniqExact(number) from post where {span}", last))
    missing = last - unique + posts - unique
    yield Finding(
        "posts are numbered without a gap, each once", f"{missing:,} are not" if missing else "all", not missing
    )
    for what, sql in _OF_POSTS:
        yield _finding(what, sum(_each(tables, sql, last)))
    for what, sql in _OF_ALL:
        yield _finding(what, sum(_each(tables, sql, 1)))
    split = split_conversations(tables)
    told = f"{split:,} conversations are split" if split else "all lie whole"
    yield Finding("no conversation lies on several shards", told, not split)


def _finding(what: str, wrong: int) -> Finding:
    return Finding(what, f"{wrong:,} do not" if wrong else "all", not wrong)


def _each(tables: ServerTables, sql: str, last: int) -> Iterator[int]:
    """The answers to a question about posts, span by span."""
    for low in range(0, last, _SPAN):
        high = low + _SPAN
        span = f"number > {low} and number <= {high}"
        ((found,),) = tables.execute(sql.format(low=low, high=high, span=span)).fetchall()
        yield int(found)
