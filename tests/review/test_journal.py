"""A reviewer's journal: what was shown is kept, what was done can be undone, and every file's fault is told."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.errors import ReviewError
from rejoinder.review import tables
from rejoinder.review.acts import Change, fold
from rejoinder.review.codebook import BUILT_IN, DEFAULT, MARK, YES
from rejoinder.review.journal import Journal
from rejoinder.review.pen import _CACHE, Held, Pen

VERDICT, TAG = DEFAULT.verdict, DEFAULT.tags
assert TAG is not None
NOTE = BUILT_IN["note"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ada.journal"


@pytest.fixture
def pen(path: Path):
    pen = Pen(path, "ada", DEFAULT)
    yield pen
    pen.close()


def standing(journal: Journal) -> dict[tuple[str, str], set[str]]:
    """What the journal's table says, as the oracle says it."""
    found: dict[tuple[str, str], set[str]] = {}
    for code in journal.codes():
        found.setdefault((code.post, code.variable), set()).add(code.value)
    return found


def replayed(journal: Journal) -> dict[tuple[str, str], set[str]]:
    return fold([change for act in journal.acts() for change in act.changes])


def test_a_decision_is_there_for_whoever_opens_the_journal_next(pen: Pen, path: Path) -> None:
    pen.set(["x:1"], VERDICT, "include", "q")
    other = Journal(path)
    (code,) = other.codes_of(["x:1", "x:2"])
    assert (code.reviewer, code.variable, code.value, code.queue) == ("ada", "verdict", "include", "q")
    assert code.codebook == DEFAULT.hash and not code.open


def test_a_decision_ends_that_a_post_is_put_off(pen: Pen) -> None:
    pen.set(["x:1"], BUILT_IN["later"], YES)
    pen.set(["x:1"], VERDICT, "unsure")
    assert standing(pen) == {("x:1", "verdict"): {"unsure"}}
    pen.undo()
    assert standing(pen) == {("x:1", "later"): {YES}}


def test_the_tags_that_stand_are_known_by_name_and_by_their_first_use(pen: Pen) -> None:
    assert pen.values_standing("tag") == []
    for post, tag in (("x:1", "quay"), ("x:2", "bell"), ("x:3", "quay"), ("x:4", "ash")):
        pen.add([post], TAG, tag)
    assert pen.values_standing("tag") == ["ash", "bell", "quay"]
    assert pen.values_used("tag") == [("quay", 2), ("bell", 1), ("ash", 1)]
    pen.undo()
    assert pen.values_standing("tag") == ["bell", "quay"]


def test_a_range_is_one_act(pen: Pen) -> None:
    posts = [f"x:{n}" for n in range(1200)]
    act = pen.add(posts, TAG, "cost")
    assert act is not None and len(act.changes) == 1200
    assert pen.add(posts, TAG, "cost") is None, "nothing would change"
    pen.undo()
    assert standing(pen) == {}
    pen.redo()
    assert len(standing(pen)) == 1200


actions = st.one_of(
    st.tuples(st.just("set"), st.sampled_from("abc"), st.sampled_from(["include", "exclude", "unsure", None])),
    st.tuples(st.just("tag"), st.sampled_from(["a", "b", "ab", "abc"]), st.sampled_from(["cost", "rumour"])),
    st.tuples(st.just("untag"), st.sampled_from(["a", "b", "abc"]), st.sampled_from(["cost", "rumour"])),
    st.tuples(st.just("note"), st.sampled_from("ab"), st.sampled_from(["one\ntwo", "three", None])),
    st.tuples(st.just("mark"), st.sampled_from("ab"), st.sampled_from([YES, None])),
    st.tuples(st.just("undo"), st.just(""), st.none()),
    st.tuples(st.just("undo"), st.just(""), st.none()),
    st.tuples(st.just("redo"), st.just(""), st.none()),
)


def carry_out(pen: Pen, what: str, posts: str, value: str | None):
    names = [f"x:{letter}" for letter in posts]
    if what == "set":
        return pen.set(names, VERDICT, value)
    if what == "note":
        return pen.set(names, NOTE, value)
    if what == "mark":
        return pen.set(names, BUILT_IN[MARK], value)
    if what in ("tag", "untag"):
        return pen.add(names, TAG, value or "", on=what == "tag")
    return pen.undo() if what == "undo" else pen.redo()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(actions, max_size=25), st.data())
def test_undo_and_redo_are_those_of_a_list_of_states_and_the_table_is_the_fold_of_the_acts(
    tmp_path: Path, script: list, data: st.DataObject
) -> None:
    """The oracle keeps every state in a list; the journal keeps changes. They never differ, across closings too."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.journal"
    pen = Pen(path, "ada", DEFAULT)
    pen.connection.execute("pragma synchronous=off")
    done, undone = [standing(pen)], []
    for step in script:
        act = carry_out(pen, *step)
        if step[0] == "undo":
            assert (act is None) == (len(done) == 1)
            if act is not None:
                undone.append(done.pop())
        elif step[0] == "redo":
            assert (act is None) == (not undone)
            if act is not None:
                done.append(undone.pop())
        elif act is not None:
            done.append(standing(pen))
            undone.clear()
        assert standing(pen) == done[-1]
        if data.draw(st.booleans()) and step[0] in ("undo", "redo"):
            pen.close()
            pen = Pen(path, "ada", DEFAULT)
            pen.connection.execute("pragma synchronous=off")
    assert standing(pen) == replayed(pen)
    pen.close()


def test_a_second_window_of_the_same_reviewer_is_told_and_can_read(pen: Pen, path: Path) -> None:
    pen.set(["x:1"], VERDICT, "include")
    code = (
        "import sys; from pathlib import Path; from rejoinder.review.pen import Pen, Held\n"
        "from rejoinder.review.journal import Journal; from rejoinder.review.codebook import DEFAULT\n"
        "try: Pen(Path(sys.argv[1]), 'ada', DEFAULT)\n"
        "except Held as held: print(held.message, len(Journal(Path(sys.argv[1])).codes()))"
    )
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout
    assert "another window" in told and str(os.getpid()) in told and told.rstrip().endswith("1")


def test_the_first_window_closed_the_second_can_write(pen: Pen, path: Path) -> None:
    with pytest.raises(Held):
        Pen(path, "ada", DEFAULT)
    pen.close()
    second = Pen(path, "ada", DEFAULT)
    assert second.set(["x:1"], VERDICT, "include") is not None
    second.close()
    pen.__init__(path, "ada", DEFAULT)  # type: ignore[misc]


def test_what_is_written_is_durable_and_what_is_erased_is_gone_whatever_sqlite_does_by_itself(pen: Pen) -> None:
    names = ("journal_mode", "synchronous", "secure_delete", "cache_size")
    told = [pen.connection.execute(f"pragma {name}").fetchall()[0][0] for name in names]
    assert told == ["truncate", 2, 1, -_CACHE]


def test_the_files_are_private(pen: Pen, path: Path) -> None:
    pen.set(["x:1"], VERDICT, "include")
    assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir() if file.is_file()} == {"0o600"}


def test_a_newer_journal_is_told_and_left_as_it_is(pen: Pen, path: Path) -> None:
    pen.close()
    connection = sqlite3.connect(path)
    connection.execute(f"pragma user_version={tables.VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ReviewError, match="newer Rejoinder"):
        Pen(path, "ada", DEFAULT)
    with pytest.raises(ReviewError, match="newer Rejoinder"):
        Journal(path)
    assert path.read_bytes() == before
    connection = sqlite3.connect(path)
    connection.execute(f"pragma user_version={tables.VERSION}")
    connection.close()
    pen.__init__(path, "ada", DEFAULT)  # type: ignore[misc]


def older(path: Path) -> None:
    """A journal as version 1 wrote it."""
    made = tables.TABLES.replace(", of integer, open integer not null)", ", of integer)")
    begin = made.index("create table draft")
    connection = apsw.Connection(str(path))
    connection.execute(made[:begin] + f"pragma application_id={tables.APPLICATION_ID}; pragma user_version=1;")
    connection.execute(
        "insert into meta values('reviewer', 'ada'), ('pointer', '1');"
        f"insert into codebook values(1, '{DEFAULT.hash}', '{{\"variables\":[]}}');"
        "insert into post values(1, 'x:1'); insert into act values(1, 5, 'code', 1, 0, null);"
        "insert into change values(1, 0, 1, 'verdict', 'include', 1, null);"
        "insert into state values(1, 'verdict', 'include', 1); insert into stack values(1);"
    )
    connection.close()


def test_an_older_journal_is_read_as_it_is_and_brought_up_to_date_by_its_writer(path: Path) -> None:
    older(path)
    journal = Journal(path)
    assert journal.is_older and standing(journal) == {("x:1", "verdict"): {"include"}}
    assert not journal.codes()[0].open and journal.drafts() == [] and len(list(journal.acts())) == 1
    journal.close()
    pen = Pen(path, "ada", DEFAULT)
    pen.keep_draft("x:1", "note", "half a th")
    pen.undo()
    assert standing(pen) == {} and pen.draft("x:1", "note") == "half a th"
    pen.close()
    assert not Journal(path).is_older


def test_a_journal_that_was_cut_short_is_told(pen: Pen, path: Path) -> None:
    pen.add([f"x:{n}" for n in range(500)], TAG, "cost")
    pen.close()
    whole = path.read_bytes()
    for size in (0, 50, 4096, len(whole) // 2, len(whole) - 4096):
        path.write_bytes(whole[:size])
        with pytest.raises(ReviewError):
            Journal(path)
        with pytest.raises(ReviewError):
            Pen(path, "ada", DEFAULT)
    path.write_bytes(whole)
    pen.__init__(path, "ada", DEFAULT)  # type: ignore[misc]
    assert len(pen.codes()) == 500


def test_a_foreign_file_is_told(path: Path) -> None:
    path.write_text("dear diary")
    with pytest.raises(ReviewError, match="no journal"):
        Journal(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_journal_that_must_not_be_written_is_told(pen: Pen, path: Path) -> None:
    pen.close()
    path.chmod(0o400)
    with pytest.raises(ReviewError, match="can't be written"):
        Pen(path, "ada", DEFAULT)
    assert Journal(path).codes() == []


def test_a_clock_that_was_set_back_changes_no_order(path: Path) -> None:
    moments = iter([1_000_000, 500, 400])
    pen = Pen(path, "ada", DEFAULT, now=lambda: next(moments))
    for value in ("include", "exclude", "unsure"):
        pen.set(["x:1"], VERDICT, value)
    assert standing(pen) == {("x:1", "verdict"): {"unsure"}} == replayed(pen)
    assert [act.number for act in pen.acts()] == [1, 2, 3] and pen.backward_clocks() == 2
    pen.close()


def test_erasing_a_post_leaves_entries_without_content_and_no_byte_of_it(pen: Pen, path: Path) -> None:
    pen.set(["x:secret-id"], NOTE, "a word about a person")
    pen.set(["x:secret-id"], NOTE, "another word")
    pen.keep_draft("x:secret-id", "note", "a draft of words")
    pen.set(["x:2"], VERDICT, "include")
    assert pen.erase(["x:secret-id", "x:unknown"]) == 1
    acts = list(pen.acts())
    assert [act.kind for act in acts] == ["code", "code", "code", "erased"]
    assert acts[0].changes == (Change(None, "note", None),)
    assert standing(pen) == {("x:2", "verdict"): {"include"}} == replayed(pen)
    pen.close()
    for file in path.parent.iterdir():
        data = file.read_bytes()
        assert b"secret-id" not in data and b"word" not in data, file
    pen.__init__(path, "ada", DEFAULT)  # type: ignore[misc]
    pen.undo()
    assert standing(pen) == {}
    assert pen.undo() is not None and standing(pen) == {}, "what was erased does not come back"


def test_the_place_in_a_queue_holds_until_something_is_decided_in_it(pen: Pen) -> None:
    pen.set(["x:1"], VERDICT, "include", "q")
    pen.stand_at("q", "x:9")
    pen.set(["x:5"], VERDICT, "include", "another")
    assert pen.place("q") == "x:9" and pen.last_decided("q") == "x:1"
    pen.set(["x:2"], VERDICT, "include", "q")
    assert pen.place("q") is None and pen.last_decided("q") == "x:2"


def test_old_acts_carry_their_version_of_the_codebook(path: Path) -> None:
    pen = Pen(path, "ada", DEFAULT)
    pen.set(["x:1"], VERDICT, "include")
    pen.close()
    import msgspec

    changed = msgspec.structs.replace(DEFAULT, title="", variables=DEFAULT.variables[:1])
    pen = Pen(path, "ada", changed)
    pen.set(["x:2"], VERDICT, "include")
    assert [act.codebook for act in pen.acts()] == [DEFAULT.hash, changed.hash]
    assert [variable.name for variable in pen.codebooks()[DEFAULT.hash].variables] == ["verdict", "tag", "note"]
    pen.close()
