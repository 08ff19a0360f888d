"""What comes into an engine, comes in once and whole, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from rejoinder.archive import conditions as c
from rejoinder.archive import ingest
from rejoinder.archive.checking import check
from rejoinder.archive.clickhouse import generations, schema
from rejoinder.archive.clickhouse import server as server_room
from rejoinder.archive.clickhouse.address import parse
from rejoinder.archive.clickhouse.importing import Remote
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.opening import address_in, open_archive
from rejoinder.archive.sqlite.engine import Work
from rejoinder.archive.sqlite.finish import Built
from rejoinder.errors import ArchiveError
from rejoinder.records import Deletion, Origin, Post
from tests.archive.conftest import input_of
from tests.conformance import stores
from tests.conformance.conftest import askable, towns
from tests.conftest import make_post

LOADED = ("sqlite", "chdb", "http-shards", "server")
"""Between them all ways: in process, over HTTP, on one shard, on two."""


@pytest.fixture(params=LOADED)
def path(request: pytest.FixtureRequest, data: Path) -> Iterator[Path]:
    """A new archive's place in each store."""
    with stores.store(askable(request.param), data) as place:
        yield place


def texts(path: Path, condition: c.Condition | None = None) -> list[str]:
    archive = open_archive(path)
    try:
        return [entry.post.text for entry in archive.page(condition or c.Everything(), None, "newer", 1000)]
    finally:
        archive.close()


def bring(path: Path, *posts: Any, name: str = "a.jsonl", fingerprint: str = "") -> ingest.Report:
    return ingest.run([input_of(posts, name, fingerprint)], path, processes=1)


def thread(*numbers: int) -> list[Post]:
    """Posts that reply one to the next."""
    return [
        make_post(n, "ada" if n % 2 else "ben", f"post {n}", reply_to=str(n - 1) if n > 1 else None) for n in numbers
    ]


def test_a_repeated_import_changes_nothing(path: Path) -> None:
    bring(path, *thread(1, 2, 3), fingerprint="f1")
    before = texts(path)
    again = bring(path, *thread(1, 2, 3), fingerprint="f1")
    assert (again.total.posts, again.total.duplicates) == (0, 3)
    other = bring(path, *thread(2, 3), name="b.jsonl", fingerprint="f2")
    assert (other.total.posts, other.total.duplicates) == (0, 2)
    assert texts(path) == before


def test_posts_of_two_sources_are_one_with_both_origins(path: Path) -> None:
    bring(path, *thread(1, 2), name="a.jsonl")
    bring(path, *thread(2, 3), name="b.jsonl")
    archive = open_archive(path)
    origins = [[origin.source for origin in entry.origins] for entry in archive.page(c.Everything(), None, "newer", 9)]
    archive.close()
    assert origins == [["a.jsonl"], ["a.jsonl", "b.jsonl"], ["b.jsonl"]]


def test_a_late_parent_joins_two_conversations(path: Path) -> None:
    bring(path, *thread(2, 3), *thread(5, 6))
    archive = open_archive(path)
    assert archive.figures().ghosts == 2
    archive.close()
    bring(path, *thread(1, 4), name="late.jsonl")
    archive = open_archive(path)
    entries = archive.page(c.Everything(), None, "newer", 9)
    assert {entry.conversation for entry in entries} == {1}
    assert archive.figures().ghosts == 0 and archive.ancestors(6) == [1, 2, 3, 4, 5, 6]
    archive.close()
    assert all(finding.well for finding in check(path))


def test_what_is_forgotten_is_gone_and_stays_away(path: Path) -> None:
    bring(path, *thread(1, 2, 3))
    archive = open_archive(path)
    (ben,) = archive.parties_named("ben")
    archive.close()
    done = ingest.forget(path, ingest.Wish(accounts=(ben.number,)))
    assert done.posts == 1 and texts(path) == ["post 1", "post 3"]
    assert generations_of(path) <= 1
    again = bring(path, *thread(1, 2, 3), name="b.jsonl")
    assert again.total.forgotten == 1 and texts(path) == ["post 1", "post 3"]


def generations_of(path: Path) -> int:
    """How many makings of the archive its server holds; none where it lies in a file."""
    address = address_in(path)
    if not address:
        return 0
    server = Server(parse(address))
    posts = server.ask(
        "select count() from system.tables where database = currentDatabase() and match(name, '^g[0-9]+_post$')"
    )
    server.close()
    return int(posts[0][0])


def test_a_source_can_be_taken_out_again(path: Path) -> None:
    bring(path, *thread(1, 2), name="a.jsonl")
    bring(path, *thread(2, 3), name="b.jsonl")
    ingest.forget(path, ingest.Wish(sources=("a.jsonl",)))
    assert generations_of(path) <= 1
    assert texts(path) == ["post 2", "post 3"]


@pytest.mark.parametrize("deleted", ["keep-marked", "hide-text", "erase"])
def test_words_of_deleted_posts_go_the_way_that_was_chosen(path: Path, deleted: str) -> None:
    notice = Deletion("test", "2", origin=Origin(position=9))
    for records, name in ((thread(1, 2), "a.jsonl"), ([notice], "b.jsonl")):
        ingest.run([input_of(records, name, fingerprint=name)], path, processes=1, deleted=deleted)  # type: ignore[arg-type]
    assert generations_of(path) <= (1 if deleted == "erase" else 2)
    assert texts(path) == ["post 1", "post 2" if deleted == "keep-marked" else ""]
    assert len(texts(path, c.Words(("2",)))) == (deleted == "keep-marked")
    assert len(texts(path, c.Pattern("post .*2"))) == (deleted == "keep-marked")
    assert len(texts(path, c.Is("deleted"))) == 1
    archive = open_archive(path, reveal=True)
    assert archive.page(c.Is("deleted"), None, "newer", 1)[0].post.text == ("" if deleted == "erase" else "post 2")
    archive.close()


# What only an engine on a server has.


@pytest.fixture(params=LOADED[1:])
def served(request: pytest.FixtureRequest, data: Path) -> Iterator[Path]:
    """The same, without the store that is a file and has no generations."""
    with stores.store(askable(request.param), data) as place:
        yield place


def test_a_batch_that_is_sent_twice_is_kept_once(served: Path) -> None:
    bring(served, *thread(1, 2))
    server = Server(parse(address_in(served)))
    current = generations.Generations(server).current()
    assert current is not None
    tables = ServerTables(server, current.number)
    many = list(range(1_000_000, 1_100_000))  # the client sends these in several blocks
    for _ in range(2):
        tables.insert("day", ([1, 2], [5, 6]), "twice")
        tables.insert("day", (many, many), "many")
    assert tables.execute("select count() from day where day in (1, 2)").fetchone() == (2,)
    assert tables.execute("select count(), sum(day) from day where day >= 1000000").fetchone() == (
        len(many),
        sum(many),
    )
    server.close()


LOSSES = (
    ("ids", "delete where value = 2", "found by its id"),
    ("post", "update conversation = 77 where number = 2", "parent's conversation"),
    ("post", "update parent = -9 where number = 2", "missing post"),
    ("post", "delete where number = 4", "without a gap"),
    ("member", "delete where 1", "have a member"),
    ("manner", "delete where 1", "have a manner"),
    ("byline", "delete where number = 1", "author's byline"),
    ("account", "delete where number = 1", "handles have"),
)
"""What is done to a table behind the archive's back, and what the check says of it."""


def test_whatever_is_lost_is_seen_by_the_check(data: Path) -> None:
    with stores.store(askable("chdb"), data) as path:
        bring(path, *thread(1, 2, 3, 4, 5))
        for table, change, what in LOSSES:
            assert what not in amiss(path)
            _lose(path, table, change)
            assert what in amiss(path)


def amiss(path: Path) -> str:
    """What the check finds amiss."""
    return " ".join(finding.what for finding in check(path) if not finding.well)


def test_a_page_costs_few_questions_whatever_it_names(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stores.store(askable("chdb"), data) as path:
        posts = [
            make_post(
                n,
                f"user{n}",
                f"post {n}",
                reply_to=str(n - 1) if n > 1 else None,
                language=f"l{n}",
                quote=str(n // 2) if n % 3 == 0 else None,
                origin=Origin(member=f"file{n}.json", position=n),
            )
            for n in range(1, 41)
        ]
        bring(path, *posts)
        archive = open_archive(path)
        asked: list[str] = []
        told = Server._told

        def counted(self: Server, sql: str, *more: Any) -> Any:
            asked.append(sql)
            return told(self, sql, *more)

        monkeypatch.setattr(Server, "_told", counted)
        assert len(archive.page(c.Everything(), None, "newer", 40)) == 40
        assert len(asked) <= 12
        asked.clear()
        accounts = [entry.author.account for entry in archive.page(c.Everything(), None, "newer", 40)]
        assert len(archive.coverage(accounts)) == 40 and len(archive.acts(accounts, accounts)) > 30
        assert len(asked) <= 12
        archive.close()


def _lose(served: Path, table: str, change: str) -> None:
    """Change a table behind the archive's back."""
    server = Server(parse(address_in(served)))
    current = generations.Generations(server).current()
    assert current is not None
    name = ServerTables(server, current.number).name(table)
    server.command(f"alter table {name} {change} settings mutations_sync = 1")
    server.close()


def dying(patch: pytest.MonkeyPatch, at: str) -> None:
    """Let imports fail where they come to this table."""
    insert = ServerTables.insert

    def fails(self: ServerTables, name: str, data: Sequence[Any], token: str = "") -> None:
        if name == at:
            raise ArchiveError("The line is cut.")
        insert(self, name, data, token)

    patch.setattr(ServerTables, "insert", fails)


def test_an_import_that_fails_anywhere_leaves_the_archive_as_it_was(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(served, *thread(1, 2))
    for at in ("ids", "source", "pair", "post", "meta"):
        with monkeypatch.context() as patch:
            dying(patch, at)
            with pytest.raises(ArchiveError, match="cut"):
                bring(served, *thread(3, 4), name="b.jsonl")
        assert texts(served) == ["post 1", "post 2"], at
    bring(served, *thread(3, 4), name="b.jsonl")
    assert texts(served) == ["post 1", "post 2", "post 3", "post 4"]


def test_what_a_dead_import_left_is_cleared_and_two_generations_stay(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(served, *thread(1))
    with monkeypatch.context() as patch:
        dying(patch, "post")
        with pytest.raises(ArchiveError):
            bring(served, *thread(1, 2), name="b.jsonl")
    assert len(kept(served)) == 2
    for n in range(3):
        bring(served, *thread(n + 1, n + 2), name=f"{n}.jsonl")
    assert len(kept(served)) == 2


def kept(path: Path) -> set[str]:
    """Numbers of the generations of which there are tables."""
    server = Server(parse(address_in(path)))
    rows = server.ask("select name from system.tables where database = currentDatabase() and startsWith(name, 'g1')")
    server.close()
    return {name.decode().partition("_")[0] for (name,) in rows}


def test_who_reads_reads_on_while_an_import_ends(served: Path) -> None:
    bring(served, *thread(1, 2))
    archive = open_archive(served)
    bring(served, *thread(3), name="b.jsonl")
    assert archive.count(c.Everything()).n == len(archive.page(c.Everything(), None, "newer", 9)) == 2
    bring(served, *thread(4), name="c.jsonl")
    with pytest.raises(ArchiveError) as told:
        archive.page(c.Everything(), None, "newer", 9)
    assert "Open it again" in told.value.advice
    archive.close()


def test_of_two_imports_at_once_one_is_kept(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(served, *thread(1))
    finish = generations.Generations.finish

    def overtaken(self: generations.Generations, number: int, posts: int, before: Any, alone: bool) -> None:
        monkeypatch.setattr(generations.Generations, "finish", finish)
        self._tell(number - 1, "whole", 0)  # another machine's, which ended first
        finish(self, number, posts, before, alone)

    monkeypatch.setattr(generations.Generations, "finish", overtaken)
    with pytest.raises(ArchiveError, match="ended first"):
        bring(served, *thread(1, 2), name="b.jsonl")


@pytest.fixture
def elsewhere(served: Path) -> Path:
    """The same archive by another name, as another machine has it: no lock is shared."""
    other = served.with_name(f"other-{served.name}")
    other.write_text(f"{address_in(served)}\n")
    return other


@pytest.mark.parametrize("forgets", [False, True])
def test_an_import_that_another_one_overtook_keeps_nothing(
    served: Path, elsewhere: Path, forgets: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(served, *thread(1, 2, 3))
    written = Remote.write

    def overtaken(self: Remote, work: Work) -> Built:
        monkeypatch.setattr(Remote, "write", written)
        if forgets:
            ingest.forget(elsewhere, ingest.Wish(posts=(("test", "2"),)))
        else:
            bring(elsewhere, *thread(4), name="theirs.jsonl")
        return written(self, work)

    monkeypatch.setattr(Remote, "write", overtaken)
    with pytest.raises(ArchiveError, match="ended first"):
        bring(served, *thread(5), name="ours.jsonl")
    expected = ["post 1", "post 3"] if forgets else ["post 1", "post 2", "post 3", "post 4"]
    assert texts(served) == expected
    bring(served, *thread(5), *thread(2), name="ours.jsonl")
    assert texts(served) == [*expected, "post 5"]


def test_an_import_that_was_taken_for_dead_keeps_nothing(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(served, *thread(1, 2))
    finish = generations.Generations.finish

    def cleared(self: generations.Generations, number: int, posts: int, before: Any, alone: bool) -> None:
        self.drop(number)
        finish(self, number, posts, before, alone)

    with monkeypatch.context() as patch:
        patch.setattr(generations.Generations, "finish", cleared)
        with pytest.raises(ArchiveError, match="ended first"):
            bring(served, *thread(3), name="b.jsonl")
    assert texts(served) == ["post 1", "post 2"]


def test_a_clock_that_goes_back_hides_no_import(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(served, *thread(1))
    monkeypatch.setattr(generations.time, "time_ns", lambda: 10**18)  # the year 2001
    bring(served, *thread(2), name="b.jsonl")
    assert texts(served) == ["post 1", "post 2"]


def test_phrases_mean_the_same_where_a_server_keeps_no_positions(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_room, "POSITIONS", (99, 0))
    told = ("old ship", "the old ship", "ship old", "oldship")
    with stores.store(askable("chdb"), data) as path:
        bring(path, *(make_post(n, "ada", text) for n, text in enumerate(told, 1)))
        assert texts(path, c.Words(("old", "ship"))) == ["old ship", "the old ship"]
        assert texts(path, c.Words(("the", "old"))) == ["the old ship"]


@pytest.mark.parametrize(("ours", "word"), [(schema.VERSION + 1, "an older"), (schema.VERSION - 1, "a newer")])
def test_another_version_of_the_tables_is_refused(
    served: Path, ours: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(served, *thread(1))
    monkeypatch.setattr(schema, "VERSION", ours)
    with pytest.raises(ArchiveError, match=f"written by {word} Rejoinder") as told:
        open_archive(served)
    assert told.value.advice
    with pytest.raises(ArchiveError, match=word):
        bring(served, *thread(2), name="b.jsonl")


@pytest.mark.parametrize("store", ["chdb-shards", "http-shards"])
def test_a_conversation_on_two_shards_is_seen(store: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stores.store(askable(store), data) as path:
        bring(path, *thread(1, 2, 3))
        assert all(finding.well for finding in check(path))
        monkeypatch.setitem(
            schema.TABLES, "post", schema.Table(schema.TABLES["post"].columns, "number", "number", (), ())
        )
        with pytest.raises(ArchiveError, match="lie on several shards"):
            bring(path, *thread(4), name="b.jsonl")


def test_several_processes_send_what_one_would(data: Path) -> None:
    store = askable("http")
    told = [post for town in towns() for post in town][:40]
    with stores.store("sqlite", data) as beside, stores.store(store, data) as path:
        for target in (beside, path):
            ingest.run([input_of(told, "big.jsonl", size=20 << 20)], target, processes=2)
        archive, file = open_archive(path), open_archive(beside)
        assert archive.page(c.Everything(), None, "newer", 99) == file.page(c.Everything(), None, "newer", 99)
        archive.close()
        file.close()
