"""`rejoinder check` finds what is amiss in an archive file, whatever it is, and finds nothing in a whole one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from rejoinder.archive import ingest
from rejoinder.archive.checking import check
from rejoinder.records import Account, Deletion, Like, Problem, Reading, Ref
from tests.archive.conftest import input_of
from tests.conftest import Command, make_post


def town() -> list[Reading]:
    posts = [
        make_post(n, f"u{n % 7}", f"word{n % 13} harbour", reply_to=str(n * 7 % 300) if n % 3 else None)
        for n in range(1, 200)
    ]
    return [
        *posts,
        make_post(500, "ring", "a", reply_to="501"),
        make_post(501, "ring", "b", reply_to="500"),
        make_post(502, "self", "c", reply_to="502"),
        make_post(503, "late", "d", time=None),
        Account("test", "a-u1", "u1", bio="x", owner=True, handles=(("before", None, 5),)),
        Like("test", "5", Ref("a-u1", "u1")),
        Deletion("test", "999"),
        Problem("odd"),
    ]


@pytest.fixture
def whole(target: Path) -> Path:
    ingest.run([input_of(town(), "one.zip")], target)
    ingest.run([input_of(town()[:50], "two.zip")], target)
    return target


def amiss(path: Path) -> dict[str, str]:
    return {finding.what: finding.found for finding in check(path) if not finding.well}


def test_a_whole_archive_is_well(whole: Path) -> None:
    found = list(check(whole))
    assert [finding.what for finding in found] == [
        "header", "SQLite", "posts", "order", "records", "index", "counts", "columns", "links",
    ]  # fmt: skip
    assert all(finding.well for finding in found), found
    assert [finding.found for finding in found][2] == "203"


def test_an_empty_archive_is_well(target: Path) -> None:
    ingest.run([], target)
    assert amiss(target) == {}


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("delete from post where number = 7", "posts"),
        ("update post set time = 0 where number = 50", "order"),
        ("update post set body = x'c1' where number = 9", "records"),
        ("delete from member where number = 1", "records"),
        ("update meta set value = 9 where key = 'untimed'", "order"),
        ("delete from problem", "counts"),
        ("delete from liked", "counts"),
        ("delete from day", "counts"),
        ("delete from byline where number = 3", "links"),
        ("delete from account where number = 2", "links"),
        ("delete from source where number = 0", "links"),
        ("update post set parent = 5000 where number = 9", "links"),
        ("update post set root = 3 where parent < 0", "links"),
        ("update ghost set replies = 77", "links"),
        ("update account set posts = posts + 1", "links"),
        ("delete from block where number = (select max(number) from block)", "columns"),
        ("update block set data = zeroblob(length(data)) where number >> 32 = 1", "columns"),
        ("delete from run where name = 'ids'", "columns"),
        ("update words_0_data set block = x'00' where id = 1", "index"),
        ("delete from words_0_data where id > 100", "SQLite"),
        ("drop table manner", "links"),
    ],
)
def test_each_kind_of_damage_is_found(whole: Path, sql: str, what: str) -> None:
    connection = apsw.Connection(str(whole))
    connection.execute(sql)
    assert connection.changes() or sql.startswith("drop")
    connection.close()
    assert what in amiss(whole), amiss(whole)


def test_bytes_that_a_disk_has_lost_are_found(whole: Path) -> None:
    data = bytearray(whole.read_bytes())
    for page in range(1, len(data) // 8192):
        data[page * 8192 : page * 8192 + 8] = b"\xff" * 8
    whole.write_bytes(data)
    assert amiss(whole)


def test_the_command_ends_with_one_where_something_is_amiss(
    rejoinder: Command, write_posts: Callable[..., Path], home: Path
) -> None:
    rejoinder("import", "town", write_posts(make_post(1, "ada", "hello")))
    answer = rejoinder("check", "town")
    assert answer.code == 0 and "ok  SQLite" in answer.out and "!!" not in answer.out
    assert all(row["well"] for row in rejoinder("check", "town", "--json").rows())
    (path,) = home.rglob("town.rejoinder")
    connection = apsw.Connection(str(path))
    connection.execute("delete from day")
    connection.close()
    answer = rejoinder("check", "town")
    assert answer.code == 1 and "!!  counts" in answer.out and "town is damaged" in answer.err
    assert rejoinder("check", "nowhere").code == 1
