"""The tables of an archive file, and what tells such a file from any other."""

from __future__ import annotations

from pathlib import Path

from rejoinder.archive import text
from rejoinder.errors import ArchiveError

APPLICATION_ID = 0x524A4E44
"""RJND, at byte 68 of the file."""
VERSION = 2
"""Of these tables, at byte 60 of the file."""
PAGE = 8192

TABLES = """
create table meta(key text primary key, value) without rowid;
create table source(number integer primary key, record blob not null, line blob not null, owner integer not null,
  citers blob);
create table member(number integer primary key, source integer not null, name text not null);
create table manner(number integer primary key, record blob not null);
create table byline(number integer primary key, account integer not null, id text, handle text, name text);
create table account(number integer primary key, platform text not null, id text, handle text, name text,
  posts integer not null, record blob, first integer, last integer, missing integer, undated integer, context integer,
  addressed integer, answered integer);
create table handle(folded text, account integer, joined integer not null, primary key(folded, account)) without rowid;
create index handle_account on handle(account) where joined;
create table post(number integer primary key, time integer not null, id integer not null, manner integer not null,
  member integer not null, author integer not null, addressee integer not null, parent integer not null,
  root integer not null, replies integer not null, body blob not null);
create table ghost(number integer primary key, platform text not null, id not null, byline integer not null,
  time integer, replies integer not null);
create table told(account integer, source integer, record blob not null);
create table liked(number integer primary key, record blob not null, again integer not null);
create table gone(platform text, id, time integer not null, member integer not null, position integer not null,
  primary key(platform, id)) without rowid;
create table forgotten(hash blob primary key) without rowid;
create table problem(number integer primary key, record blob not null);
create table day(day integer primary key, posts integer not null);
create table run(number integer primary key, name text not null, columns text not null, rows integer not null,
  step integer not null, packed integer not null, firsts blob not null);
create table block(number integer primary key, data blob not null);
"""
"""`post.number` is dense from 1 in the timeline's order. In its columns 0 stands for none (`addressee`, `parent`; of
`root`: the post itself), negative numbers of `parent` and `root` are ghosts; a time of -2^63 is unknown, so first.
`source.owner` is the account whose own export it is, or 0. Of an account: its first and last post of known time, its
replies whose parent is not here, its posts without a time, those that are here for context
alone, how many posts addressed it, and how many of these it replied to; null is none.
`told` is what each source says of accounts. Rows of `liked` marked `again` are likes that another source tells too.
`gone` are deleted posts that are not here. `forgotten` are hashes (keeping.Keeping). `source.citers` are the imports
that cite it.
"""

PAIR = (
    *("a", "b", "a_addresses", "b_addresses", "first", "kind", "a_answer", "b_answer"),
    *("a_unanswered", "b_unanswered", "a_waited", "b_waited", "turns", "likes"),
)
"""Columns of pairs of accounts, each the run `pair.NAME` in the order of their rank: `a` addressed first, in the post
`first` and in the way `kind` (`staged.REPLY` …); `a_answer` is the post in which a answers b (0: none), after
`a_unanswered` addresses and `a_waited` seconds (-2^31: not known)."""

INDEXES = "create index account_id on account(id) where id is not null;"


def shard_table(number: int) -> str:
    """The statement that makes one shard of the index."""
    return (
        f"create virtual table words_{number} using fts5(words, content='', columnsize=0, detail=full, "
        f'tokenize="{text.TOKENIZER}")'
    )


def shard_bits(posts: int) -> int:
    """A shard holds 2^bits posts: small ones are shared out evenly among processes and answer short prefixes soon, but
    there must never be hundreds of them."""
    return (
        17 if posts < 1 << 21 else 18 if posts < 1 << 23 else 19 if posts < 1 << 25 else 20 if posts < 1 << 27 else 22
    )


def check_header(path: Path, upgrading: bool = False) -> int:
    """The version of its tables.

    Raises ArchiveError unless this is an archive that this version of Rejoinder can read (or, asked so, upgrade).
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise ArchiveError(f"{path} can't be opened: {error.strerror}.", "Check the name and your rights.") from error
    if header[:16] != b"SQLite format 3\0" or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise ArchiveError(
            f"{path} is not a Rejoinder archive.", f"If it is an export, open it so: rejoinder open {path}"
        )
    version = int.from_bytes(header[60:64], "big")
    if version > VERSION:
        raise ArchiveError(
            f"{path} was written by a newer Rejoinder (archive version {version}, this one knows {VERSION}).",
            "Install the newer Rejoinder to open it.",
        )
    if version < VERSION and not upgrading:
        raise outdated(path)
    return version


def outdated(path: Path) -> ArchiveError:
    """What is said of an archive that must be written anew first."""
    return ArchiveError(f"{path} was written by an older Rejoinder.", f"Bring it up to date: rejoinder upgrade {path}")
