"""What a person is told when something is amiss with a server, and that nothing else happens."""

from __future__ import annotations

import builtins
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rejoinder.archive import conditions as c
from rejoinder.archive.checking import check
from rejoinder.archive.clickhouse import schema, server
from rejoinder.archive.clickhouse.address import Address, parse, password
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.opening import address_in, locate, open_archive
from rejoinder.errors import ArchiveError, Cancelled, UsageError
from tests.conformance import stores
from tests.conformance.test_loading import bring, texts, thread
from tests.conftest import Command

needs_engine = pytest.mark.skipif(bool(stores.missing("chdb")), reason="chdb is not installed: make conformance")


@pytest.fixture
def shim(tmp_path: Path) -> Iterator[stores.Shim]:
    """A server of this test alone."""
    found = stores.Shim(tmp_path / "served")
    yield found
    found.kill()


@pytest.fixture
def path(shim: stores.Shim) -> Path:
    """An archive on it, of four posts."""
    place = locate(f"clickhouse://tester@127.0.0.1:{shim.port}/town")
    bring(place, *thread(1, 2, 3, 4))
    return place


# Addresses and passwords


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("clickhouse://db.example/reddit", Address("db.example", 8123, "reddit")),
        ("clickhouse://ada@db.example:9999/reddit", Address("db.example", 9999, "reddit", "ada")),
        ("clickhouse://ada@db.example/reddit?tls=yes", Address("db.example", 8443, "reddit", "ada", True)),
        ("clickhouse://db.example:8443/reddit", Address("db.example", 8443, "reddit", tls=True)),
        ("clickhouse://[::1]/r?cluster=all", Address("::1", 8123, "r", cluster="all")),
    ],
)
def test_an_address_means_what_it_says(word: str, meant: Address) -> None:
    assert parse(word) == meant
    assert parse(str(meant)) == meant


@pytest.mark.parametrize(
    "word",
    [
        "clickhouse://a%0Ab@h/town",
        "clickhouse://ada:secret@db.example/reddit",
        "clickhouse://db.example",
        "clickhouse:///reddit",
        "clickhouse://db.example/a;drop",
        "clickhouse://db.example:port/reddit",
        "clickhouse://db.example/reddit?tls=perhaps",
        "clickhouse://db.example/reddit?cluster=a'b",
        "clickhouse://db.example/reddit?password=secret",
    ],
)
def test_an_address_that_can_not_be_is_explained(word: str, rejoinder: Command) -> None:
    answer = rejoinder("info", word)
    assert answer.code == 2 and "secret" not in answer.err
    assert len(answer.err.splitlines()) >= 2
    with pytest.raises(UsageError):
        parse(word)


@pytest.mark.parametrize("user", ["ada", "a%3Ab", "a%2Fb%23c", "a%40b", "%C3%A9"])
def test_an_address_that_is_written_down_means_the_same(user: str) -> None:
    address = parse(f"clickhouse://{user}@db.example/town?tls=yes&cluster=all")
    assert parse(str(address)) == address


def test_a_strangers_file_sends_no_password_anywhere(tmp_path: Path) -> None:
    gift = tmp_path / "town.rejoinder"
    gift.write_text("clickhouse://x@evil.invalid/town\n")
    for ask in (open_archive, check):
        with pytest.raises(ArchiveError, match="names one on a server"):
            ask(gift)


def test_plain_http_is_warned_of_before_anything_is_sent(rejoinder: Command) -> None:
    answer = rejoinder("info", "clickhouse://ada@nowhere.invalid/town")
    assert answer.code == 1 and answer.err.index("plain HTTP") < answer.err.index("does not answer")


def test_plain_http_that_leaves_the_machine_is_known() -> None:
    exposed = ("clickhouse://db.example/r", "clickhouse://10.0.0.2/r")
    safe = (
        "clickhouse://localhost/r",
        "clickhouse://127.0.0.1/r",
        "clickhouse://[::1]/r",
        "clickhouse://d.e/r?tls=yes",
    )
    assert [parse(word).is_exposed for word in exposed + safe] == [True, True, False, False, False, False]


def test_a_password_comes_from_the_environment_or_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert password() == ""
    file = tmp_path / "word"
    file.write_text("from file\n")
    monkeypatch.setenv("REJOINDER_CLICKHOUSE_PASSWORD_FILE", str(file))
    file.chmod(0o644)
    with pytest.raises(ArchiveError, match="Others may read"):
        password()
    file.chmod(0o600)
    assert password() == "from file"
    monkeypatch.setenv("REJOINDER_CLICKHOUSE_PASSWORD", "told")
    assert password() == "told"
    monkeypatch.delenv("REJOINDER_CLICKHOUSE_PASSWORD")
    file.unlink()
    with pytest.raises(ArchiveError, match="can't be read"):
        password()


def test_without_the_extra_the_way_to_it_is_told(rejoinder: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def lacking(name: str, *more: Any, **others: Any) -> Any:
        if name.startswith("clickhouse_connect"):
            raise ImportError(name)
        return imported(name, *more, **others)

    monkeypatch.setattr(builtins, "__import__", lacking)
    answer = rejoinder("info", "clickhouse://localhost/town")
    assert answer.code == 1 and "pip install 'rejoinder[clickhouse]'" in answer.err


def test_a_server_that_is_not_there_is_told(rejoinder: Command) -> None:
    pytest.importorskip("clickhouse_connect")
    answer = rejoinder("info", "clickhouse://127.0.0.1:1/town")
    assert answer.code == 1 and "127.0.0.1:1 does not answer" in answer.err
    assert "Traceback" not in answer.err
    assert "There is no archive yet" in rejoinder("archives").out  # a slip of the hand leaves no archive behind


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (164, "may only read"),
        (243, "disk"),
        (252, "keep up"),
        (279, "shard"),
        (241, "memory"),
        (497, "lacks a right"),
        (516, "does not let ada in"),
        (81, "no database"),
        (36, "can't do this"),
    ],
)
def test_what_the_server_says_is_said_in_words(code: int, words: str) -> None:
    told = server.said(Exception(f"HTTPDriver: Code: {code}. DB::Exception: x"), Address("h", 1, "d", "ada"))
    assert words in str(told) and isinstance(told, ArchiveError) and told.advice


# With the engine


@needs_engine
def test_a_server_that_goes_and_comes_back_is_asked_again(path: Path, shim: stores.Shim) -> None:
    archive = open_archive(path)
    assert archive.count(c.Everything()).n == 4
    shim.kill()
    for _ in range(2):
        with pytest.raises(ArchiveError, match="does not answer"):
            archive.page(c.Everything(), None, "older", 2)
    shim.start()
    assert [entry.post.text for entry in archive.page(c.Everything(), None, "older", 2)] == ["post 3", "post 4"]
    archive.close()


@needs_engine
def test_a_server_that_goes_in_the_middle_of_an_import_keeps_the_archive(
    path: Path, shim: stores.Shim, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = Server._send

    def going(self: Server, table: str, *more: Any) -> None:
        if table.endswith("_post"):
            shim.kill()
        insert(self, table, *more)

    with monkeypatch.context() as patch:
        patch.setattr(Server, "_send", going)
        with pytest.raises(ArchiveError, match="does not answer"):
            bring(path, *thread(5, 6), name="b.jsonl")
    shim.start()
    assert texts(path) == [f"post {n}" for n in range(1, 5)]
    bring(path, *thread(5, 6), name="b.jsonl")
    assert texts(path) == [f"post {n}" for n in range(1, 7)]


@needs_engine
def test_an_account_that_may_only_read_reads(path: Path, shim: stores.Shim) -> None:
    shim.kill()
    shim.start("readonly")
    assert texts(path, c.Words(("post",))) == [f"post {n}" for n in range(1, 5)]
    with pytest.raises(ArchiveError, match="may only read") as told:
        bring(path, *thread(5), name="b.jsonl")
    assert "INSERT" in told.value.advice


@needs_engine
def test_what_stays_on_this_machine_goes_through_no_proxy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert len(texts(path)) == 4


@needs_engine
def test_who_has_not_the_password_is_told_so(path: Path, shim: stores.Shim, monkeypatch: pytest.MonkeyPatch) -> None:
    shim.kill()
    shim.start("password=sesame")
    for word in ("", "open"):
        monkeypatch.setenv("REJOINDER_CLICKHOUSE_PASSWORD", word)
        with pytest.raises(ArchiveError, match="does not let tester in") as told:
            texts(path)
        assert "REJOINDER_CLICKHOUSE_PASSWORD" in told.value.advice
    monkeypatch.setenv("REJOINDER_CLICKHOUSE_PASSWORD", "sesame")
    assert len(texts(path)) == 4


@needs_engine
def test_a_certificate_is_looked_at(tmp_path: Path, shim: stores.Shim, monkeypatch: pytest.MonkeyPatch) -> None:
    trustme = pytest.importorskip("trustme")
    authority, own, both = trustme.CA(), tmp_path / "ca.pem", tmp_path / "server.pem"
    authority.cert_pem.write_to_path(str(own))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(both))
    shim.kill()
    shim.start(f"tls={both}")
    address = f"clickhouse://tester@127.0.0.1:{shim.port}/town?tls=yes"
    with pytest.raises(ArchiveError, match="Nobody vouches") as told:
        locate(address)
    assert "REJOINDER_CLICKHOUSE_CA" in told.value.advice
    monkeypatch.setenv("REJOINDER_CLICKHOUSE_CA", str(own))
    place = locate(address)
    bring(place, *thread(1, 2))
    assert texts(place) == ["post 1", "post 2"]
    monkeypatch.setenv("REJOINDER_CLICKHOUSE_CA", str(tmp_path / "nothing.pem"))
    with pytest.raises(ArchiveError, match="no file"):
        open_archive(place)


@needs_engine
def test_a_question_that_takes_too_long_is_given_up(path: Path) -> None:
    asking = Server(parse(address_in(path)))
    with pytest.raises(ArchiveError, match=r"gave up|too long"):
        asking.ask("select count() from numbers(100000000000) where sipHash64(number) = 1", max_execution_time=1)
    assert asking.ask("select 1") == [(1,)]
    asking.close()


@needs_engine
def test_a_question_is_interrupted_by_its_id(path: Path) -> None:
    asking = Server(parse(address_in(path)))
    found: list[BaseException] = []

    def ask() -> None:
        try:
            asking.ask("select 1 /* wait */")
        except Cancelled as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not asking._asked:
        time.sleep(0.01)
    time.sleep(0.2)
    begun = time.monotonic()
    asking.cancel()
    thread.join(10)
    assert not thread.is_alive() and time.monotonic() - begun < 5
    assert [type(error) for error in found] == [Cancelled]
    asking.begin()
    assert asking.ask("select 1") == [(1,)]
    asking.close()


@needs_engine
def test_what_is_cancelled_between_two_questions_asks_no_more(path: Path) -> None:
    archive = open_archive(path)
    archive.cancel()  # nobody asks: nothing happens
    assert archive.count(c.Words(("post",))).n == 4
    heard = archive._server.told  # type: ignore[attr-defined]

    def then_cancelled(*more: Any, **others: Any) -> Any:
        answer = heard(*more, **others)
        archive.cancel()
        return answer

    archive._server.told = then_cancelled  # type: ignore[attr-defined]
    with pytest.raises(Cancelled):
        archive.page(c.Everything(), None, "older", 2)
    archive._server.told = heard  # type: ignore[attr-defined]
    assert len(archive.page(c.Everything(), None, "older", 2)) == 2
    archive.close()


@needs_engine
@pytest.mark.parametrize("word", ["x' or 1 = 1 --", "\\'", "{v0:String}", "?", "a`b", "%", "\0"])
def test_what_is_typed_is_never_part_of_the_question(path: Path, word: str) -> None:
    archive = open_archive(path)
    for condition in (
        c.From(word),
        c.Words((word,)),
        c.Words((word,), True),
        c.Domain(word),
        c.Ids((word,)),
        c.Tag(word),
    ):
        assert archive.count(condition).n == 0
        assert archive.count(c.Not(condition)).n == 4
    assert archive.find(word) == [] and archive.accounts(word) == [] and archive.parties_named(word) == []
    archive.close()


@needs_engine
def test_a_missing_shard_is_told_and_never_passed_over(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stores.store("chdb-shards", data) as place:
        bring(place, *thread(1, 2, 3, 4))
        archive = open_archive(place)
        tables = archive.tables  # type: ignore[attr-defined]
        name = tables.name("post")
        tables.server.command(f"drop table {name}")
        tables.server.command(schema.spreading(name, f"{name}_local", schema.TABLES["post"], "broken"))
        with pytest.raises(ArchiveError, match="shard of the cluster does not answer"):
            archive.count(c.Words(("post",)))
        with pytest.raises(ArchiveError, match="shard"):
            archive.page(c.Everything(), None, "older", 2)
        archive.close()


@needs_engine
def test_a_server_that_is_too_old_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OLDEST", (99, 1))
    with pytest.raises(ArchiveError, match="or newer"):
        open_archive(path)
