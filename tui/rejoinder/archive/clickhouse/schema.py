"""The tables of an archive on a server: those of an archive file (sqlite/schema.py), with their names and columns.

An import makes all tables anew, under names that begin with a number of their own (a *generation*), and one row in
`rejoinder` makes them the archive. So a stopped import leaves the archive as it was, as with a file. The generation
before stays until the next import, for those who are reading it.
"""

from __future__ import annotations

import msgspec

from rejoinder.archive.sqlite.schema import PAIR

VERSION = 1
"""Of these tables; kept in each row of `rejoinder`."""
REGISTER = "rejoinder"
"""The table of generations."""

Columns = tuple[tuple[str, str], ...]


class Table(msgspec.Struct, frozen=True):
    """One table."""

    columns: Columns
    """(name, type with its codec)"""
    order: str
    shard: str = ""
    """What decides on which shard a row lies: a number. Without it the table is whole on the server that is asked."""
    indexes: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    engine: str = "MergeTree"

    @property
    def names(self) -> list[str]:
        """Its columns."""
        return [name for name, _ in self.columns]

    @property
    def types(self) -> list[str]:
        """Their types, without codecs."""
        return [type.split(" codec")[0] for _, type in self.columns]


_INT, _UP = "Int64 codec(ZSTD)", "Int64 codec(Delta, ZSTD)"
_SMALL = "Int32 codec(ZSTD)"
_TEXT, _MAYBE = "String codec(ZSTD)", "Nullable(String) codec(ZSTD)"
_LONG = "String codec(ZSTD(3))"
_FINE = (
    "index_granularity = 1024",
    "min_compress_block_size = 32768",
    "max_compress_block_size = 32768",
)
"""A rare word or one author's page costs a granule each; measured in posts of 97 bytes, this halves their time."""


def _run(*names: str, shard: str = "key") -> Table:
    """A sorted column beside others (sqlite/runs.py); `at` counts its rows."""
    columns = (("at", _UP), *((name, _UP if name == "key" else _INT) for name in names))
    return Table(columns, ", ".join((*names, "at")), shard, ("index by_at at type minmax",))


TABLES: dict[str, Table] = {
    "post": Table(
        (
            *(("number", _UP), ("time", _UP), ("id", _INT), ("manner", _SMALL), ("member", _SMALL)),
            *(("author", _SMALL), ("addressee", _SMALL), ("parent", _INT), ("root", _INT), ("conversation", _INT)),
            *(("replies", _SMALL), ("account", _SMALL), ("sources", _SMALL), ("unanswered", _SMALL)),
            *(("exchange", _SMALL), ("likes", _INT), ("reposts", _INT), ("depth", _SMALL)),
            *(("body", _LONG), ("words", _LONG)),
        ),
        "number",
        "conversation",
        ("index by_time time type minmax", "index by_conversation conversation type bloom_filter(0.01)"),
        _FINE,
    ),
    "ids": _run("key", "value"),
    "kids": _run("key", "value"),
    "trees": _run("key", "value"),
    "acts": _run("key", "code", "post"),
    "likings": _run("key", "value"),
    "months": _run("key", "value"),
    "pair": Table((("at", _UP), *((name, _SMALL) for name in PAIR)), "at", "", (), _FINE),
    "meta": Table((("key", _TEXT), ("value", _TEXT)), "key"),
    "source": Table(
        (("number", _INT), ("record", _TEXT), ("line", _TEXT), ("owner", _INT), ("citers", _MAYBE)), "number"
    ),
    "member": Table((("number", _UP), ("source", _INT), ("name", _TEXT)), "number"),
    "manner": Table((("number", _INT), ("record", _TEXT)), "number"),
    "byline": Table(
        (("number", _UP), ("account", _INT), ("id", _MAYBE), ("handle", _MAYBE), ("name", _MAYBE)),
        "number",
        "",
        ("index by_account account type bloom_filter", "index by_handle handle type bloom_filter"),
        _FINE,
    ),
    "account": Table(
        (
            *(("number", _UP), ("platform", _TEXT), ("id", _MAYBE), ("handle", _MAYBE), ("name", _MAYBE)),
            *(("posts", _INT), ("record", _MAYBE)),
            *(
                (name, "Nullable(Int64) codec(ZSTD)")
                for name in ("first", "last", "missing", "undated", "context", "addressed", "answered")
            ),
        ),
        "number",
        "",
        ("index by_id id type bloom_filter",),
        _FINE,
    ),
    "handle": Table(
        (("folded", _TEXT), ("account", _INT), ("joined", "UInt8")),
        "folded, account",
        "",
        ("index by_account account type bloom_filter",),
        _FINE,
    ),
    "place": Table((("account", _UP), ("place", _SMALL)), "account", "", (), _FINE),
    "ghost": Table(
        (
            *(("number", _UP), ("platform", _TEXT), ("id", _TEXT), ("byline", _INT)),
            *(("time", "Nullable(Int64) codec(ZSTD)"), ("replies", _INT)),
        ),
        "number",
        "",
        (),
        _FINE,
    ),
    "told": Table((("account", _INT), ("source", _INT), ("record", _TEXT)), "account"),
    "liked": Table((("number", _UP), ("record", _TEXT), ("again", "UInt8")), "number", "", (), _FINE),
    "gone": Table(
        (("platform", _TEXT), ("id", _TEXT), ("time", _INT), ("member", _INT), ("position", _INT)), "platform, id"
    ),
    "forgotten": Table((("hash", _TEXT),), "hash"),
    "problem": Table((("number", _UP), ("record", _TEXT)), "number"),
    "day": Table((("day", _UP), ("posts", _INT)), "day"),
    "token": Table((("token", _TEXT), ("posts", _INT)), "token", "", (), _FINE, "SummingMergeTree"),
}
"""In `post`, `number` is dense from 1 in the timeline's order over all shards; `conversation` is the root, the post's
own number where it is one; `sources` is the group (sqlite's run `groups`). `words` are the marks and words of the
index, as `text` and `facets` make them, with one space between; `token` counts the posts that hold each of these.
`place` is the place of each account's name among all, as `sqlite/contacts.places` has it: no server folds case as we
do."""


def name_of(generation: int, table: str) -> str:
    """What a table is called."""
    return f"g{generation}_{table}"


def local_name(generation: int, table: str) -> str:
    """What the part of a spread table is called that lies on one shard."""
    return f"{name_of(generation, table)}_local"


def creating(name: str, table: Table, has_positions: bool, on: str = "") -> str:
    """The statement that makes a table whose rows lie where it is. `on`: `on cluster NAME`, or nothing."""
    columns = [f"{column} {type}" for column, type in table.columns]
    settings = [*table.settings, "non_replicated_deduplication_window = 10000"]
    if "words" in table.names:
        positions = ", support_phrase_search = 1" if has_positions else ""
        columns.append(f"index by_words words type text(tokenizer = splitByString([' ']){positions})")
        settings += ["allow_experimental_text_index_phrase_search = 1"] if has_positions else []
    inside = ", ".join([*columns, *table.indexes])
    return (
        f"create table {name} {on} ({inside}) engine = {table.engine} order by ({table.order}) "
        f"settings {', '.join(settings)}"
    )


def spreading(name: str, local: str, table: Table, cluster: str) -> str:
    """The statement that makes a table over the parts that lie on the shards of a cluster."""
    columns = ", ".join(f"{column} {type}" for column, type in zip(table.names, table.types, strict=True))
    return (
        f"create table {name} ({columns}) "
        f"engine = Distributed('{cluster}', currentDatabase(), '{local}', {sharding(table)})"
    )


def sharding(table: Table) -> str:
    """What decides where a row lies. Roots and keys are dense numbers, ghosts' are negative: they spread evenly."""
    return f"abs({table.shard})"
