"""The tables of a journal, and what tells such a file from any other, from an older and from a newer one."""

from __future__ import annotations

from pathlib import Path

import apsw

from rejoinder.errors import ReviewError

APPLICATION_ID = 0x524A4E4A
"""RJNJ, at byte 68 of the file."""
VERSION = 2
"""Of these tables, at byte 60 of the file."""
SUFFIX = ".journal"

TABLES = """
create table meta(key text primary key, value text not null) without rowid;
create table codebook(number integer primary key, hash text not null unique, record text not null);
create table queue(number integer primary key, name text not null unique);
create table post(number integer primary key, name text unique);
create table act(number integer primary key, time integer not null, kind text not null, codebook integer not null,
  queue integer not null, of integer, open integer not null);
create table change(act integer not null, place integer not null, post integer not null, variable text not null,
  value text, held integer not null, was text, primary key(act, place)) without rowid;
create index change_post on change(post);
create table state(post integer not null, variable text not null, value text not null, act integer not null,
  primary key(post, variable, value)) without rowid;
create index state_value on state(variable, value) where variable <> 'note';
create table stack(act integer primary key);
create table place(queue integer primary key, post integer not null, act integer not null);
create table draft(post integer not null, variable text not null, text text not null, time integer not null,
  primary key(post, variable)) without rowid;
"""
"""`act` and `change` only ever grow; erasure alone empties them of content. `state` is their fold and `stack` the acts
that can be taken back or done again, both kept by the same transaction. `queue` 0 is none. A post without a name was
erased."""

UPGRADES = {
    1: "create table draft(post integer not null, variable text not null, text text not null, time integer not null, "
    "primary key(post, variable)) without rowid; alter table act add column open integer not null default 0;"
}
"""What brings the tables of a version to the next. Version 1 knew neither drafts nor whose codes were in sight."""


def check_header(path: Path) -> int:
    """The version of a journal. Raises ReviewError for what is no journal, is cut short, or is newer than this."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
            size = file.seek(0, 2)
    except OSError as error:
        raise ReviewError(
            f"{shown(path)} can't be opened: {error.strerror}.", "Check the name and your rights."
        ) from error
    if header[:16] != b"SQLite format 3\0" or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise ReviewError(f"{shown(path)} is no journal of a review.", "Take its backup, or move it out of the folder.")
    version = int.from_bytes(header[60:64], "big")
    if version > VERSION:
        raise ReviewError(
            f"{shown(path)} was written by a newer Rejoinder (journal version {version}, this one knows {VERSION}).",
            "Install the newer Rejoinder to go on with it; nothing in it was changed.",
        )
    pages = int.from_bytes(header[28:32], "big") * (int.from_bytes(header[16:18], "big") or 65536)
    if size < pages and not is_unfinished(path):
        raise ReviewError(
            f"{shown(path)} is cut short: {size:,} of {pages:,} bytes.", "Take its backup; leave this file be."
        )
    return version


def shown(path: Path) -> str:
    """A file of a review as a message names it: `case.review/ada.journal`; a whole path hides what is said of it."""
    return "/".join(path.parts[-2:])


def is_unfinished(path: Path) -> bool:
    """Whether a write was cut off: SQLite's own journal beside it puts it right at the next opening."""
    beside = path.with_name(path.name + "-journal")
    return beside.exists() and beside.stat().st_size > 0


def upgrade(connection: apsw.Connection, version: int) -> None:
    """Bring the tables of an older version up to this one, in one transaction."""
    with connection:
        for step in range(version, VERSION):
            connection.execute(UPGRADES[step])
        connection.execute(f"pragma user_version={VERSION}")


def told(path: Path, error: apsw.Error | OSError) -> ReviewError:
    """What SQLite or the system says of a journal, in words for a person."""
    if isinstance(error, apsw.FullError):
        return ReviewError(f"The disk is full: nothing was written to {shown(path)}.", "Make room, then decide again.")
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError):
        return ReviewError(f"{shown(path)} can't be written.", "Check your rights in its folder.")
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return ReviewError(f"{shown(path)} is held by another program.", "Close what reads it, then try again.")
    if isinstance(error, apsw.IOError):
        return ReviewError(f"The disk fails at {shown(path)}: {error}.", "Nothing was written; check the disk.")
    return ReviewError(f"{shown(path)} can't be read: {error}.", "Take its backup; leave this file be.")
