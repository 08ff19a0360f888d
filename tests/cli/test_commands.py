"""The command line as a person and a script use it: what is printed, where, and how it ends."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from rejoinder.cli.opening import existing_archive
from rejoinder.folders import folder
from tests.conftest import Command, make_post

TALK = (
    make_post(1, "ada", "The ferry is late again #ferry"),
    make_post(2, "bo", "@ada which ferry?", reply_to="1", reply_author={"id": "a-ada", "handle": "ada"}),
    make_post(3, "ada", "@bo the 14:20", reply_to="2", reply_author={"id": "a-bo", "handle": "bo"}),
    make_post(4, "cy", "@lost me too", reply_to="99", reply_author={"handle": "lost"}),
    make_post(5, "bo", "Nothing about boats", language="en"),
)


@pytest.fixture
def talk(rejoinder: Command, write_posts) -> str:
    """An archive called talk that holds TALK."""
    answer = rejoinder("import", "talk", write_posts(*TALK))
    assert answer.code == 0, answer.err
    return "talk"


def test_an_import_says_what_it_added_and_a_second_one_adds_nothing(rejoinder: Command, write_posts) -> None:
    export = write_posts(*TALK)
    line, total = rejoinder("import", "talk", export, "--json").rows()
    assert (line["source"], line["format"], line["posts"], line["problems"]) == ("posts.jsonl", "native", 5, 0)
    assert total["source"] is None and total["posts"] == 5
    again = rejoinder("import", "talk", export, "--json").rows()[-1]
    assert (again["posts"], again["duplicates"]) == (0, 5)
    assert rejoinder("info", "talk", "--json").rows()[0]["posts"] == 5


def test_info_tells_the_figures(rejoinder: Command, talk: str) -> None:
    info = rejoinder("info", talk, "--json").rows()[0]
    expected = {"posts": 5, "context": 0, "accounts": 3, "replies": 3, "ghosts": 1, "conversations": 2, "sources": 1}
    assert {name: info[name] for name in expected} == expected
    assert (info["first"], info["last"]) == ("2020-09-13T12:27:40Z", "2020-09-13T12:31:40Z")
    assert info["bytes"] > 0


def test_search_prints_the_newest_first_and_json_has_the_promised_fields(rejoinder: Command, talk: str) -> None:
    rows = rejoinder("search", talk, "ferry", "--json").rows()
    assert [row["id"] for row in rows] == ["2", "1"]
    assert [row["id"] for row in rejoinder("search", talk, "ferry", "--json", "--order", "old").rows()] == ["1", "2"]
    promised = "id platform author handle created precision text reply_to conversation media context source"
    assert set(promised.split()) <= set(rows[0])
    assert (rows[0]["reply_to"], rows[0]["conversation"], rows[0]["created"]) == ("1", "1", "2020-09-13T12:28:40Z")
    assert rows[0]["source"] == "posts.jsonl"


def test_an_empty_query_is_every_post_and_no_hit_is_no_error(rejoinder: Command, talk: str) -> None:
    assert rejoinder("search", talk, "", "--count").out == "5\n"
    answer = rejoinder("search", talk, "whale")
    assert (answer.code, answer.out) == (0, "")
    assert rejoinder("search", talk, "whale", "--count").out == "0\n"


def test_a_limit_cuts_and_zero_means_all(rejoinder: Command, write_posts) -> None:
    rejoinder("import", "many", write_posts(*(make_post(n, "ada", "word") for n in range(1, 61))))
    assert len(rejoinder("search", "many", "word", "--json").rows()) == 50
    assert len(rejoinder("search", "many", "word", "--json", "--limit", "0").rows()) == 60
    assert [row["id"] for row in rejoinder("search", "many", "", "--json", "--limit", 2).rows()] == ["60", "59"]


def test_a_wrong_query_exits_2_and_points_at_the_column(rejoinder: Command, talk: str) -> None:
    answer = rejoinder("search", talk, "ferry frm:ada")
    assert answer.code == 2 and answer.out == ""
    assert "from" in answer.err and "column 7" in answer.err
    query, mark = (next(line for line in answer.err.splitlines() if word in line) for word in ("ferry frm", "^"))
    assert query.index("frm") == mark.index("^")


def test_a_query_that_begins_with_a_dash_follows_two_dashes(rejoinder: Command, talk: str) -> None:
    wrong = rejoinder("search", talk, "-ferry")
    assert wrong.code == 2 and "--" in wrong.err
    assert [row["id"] for row in rejoinder("search", talk, "--json", "--", "-ferry").rows()] == ["5", "4", "3"]


def test_chain_goes_from_the_root_to_the_post(rejoinder: Command, talk: str) -> None:
    assert [row["id"] for row in rejoinder("chain", talk, "3", "--json").rows()] == ["1", "2", "3"]
    ghost, post = rejoinder("chain", talk, "test:4", "--json").rows()
    assert ghost["ghost"] is True and ghost["id"] == "99" and ghost["handle"] == "lost" and post["id"] == "4"
    assert "not in this archive" in rejoinder("chain", talk, "4").out


def test_replies_prints_the_tree_below(rejoinder: Command, talk: str) -> None:
    rows = rejoinder("replies", talk, "1", "--json").rows()
    assert [(row["id"], row["depth"]) for row in rows] == [("2", 1), ("3", 2)]
    assert [row["id"] for row in rejoinder("replies", talk, "99", "--json").rows()] == ["4"]


def test_an_unknown_or_ambiguous_id_exits_1_and_names_the_candidates(rejoinder: Command, write_posts) -> None:
    other = msgspec.structs.replace(TALK[0], platform="other")
    rejoinder("import", "two", write_posts(TALK[0], other))
    answer = rejoinder("chain", "two", "1")
    assert answer.code == 1 and "test:1" in answer.err and "other:1" in answer.err
    assert rejoinder("chain", "two", "other:1").code == 0
    assert rejoinder("chain", "two", "4711").code == 1


def test_ghosts_is_the_want_list(rejoinder: Command, talk: str) -> None:
    (ghost,) = rejoinder("ghosts", talk, "--json").rows()
    assert (ghost["id"], ghost["handle"], ghost["replies"]) == ("99", "lost", 1)
    head, row = rejoinder("ghosts", talk, "--csv").out.splitlines()
    assert head.startswith("platform,id,permalink") and row.startswith("test,99,")
    assert rejoinder("ghosts", talk, "from:ada", "--json").rows() == []


def test_what_could_not_be_read_is_counted_and_listed(rejoinder: Command, write_posts) -> None:
    export = write_posts(*TALK)
    export.write_bytes(export.read_bytes() + b'{"type": "post", "id": 7}\n{broken\n')
    answer = rejoinder("import", "torn", export)
    assert answer.code == 0 and "2 records could not be read" in answer.err
    problems = rejoinder("problems", "torn", "--json").rows()
    assert [row["position"] for row in problems] == [6, 7]
    assert all(row["reason"] and row["source"] == "posts.jsonl" for row in problems)


def test_strict_exits_1_on_a_problem_and_imports_the_rest(rejoinder: Command, write_posts) -> None:
    export = write_posts(*TALK)
    assert rejoinder("import", "whole", export, "--strict").code == 0
    export.write_bytes(export.read_bytes() + b"{broken\n")
    assert rejoinder("import", "torn", export, "--strict").code == 1
    assert rejoinder("info", "torn", "--json").rows()[0]["posts"] == 5


def test_sources_are_listed_and_verified_against_what_was_imported(rejoinder: Command, write_posts) -> None:
    export = write_posts(*TALK)
    rejoinder("import", "talk", export)
    (source,) = rejoinder("sources", "talk", "--json").rows()
    assert source["sha256"] == hashlib.sha256(export.read_bytes()).hexdigest()
    assert (source["name"], source["format"], source["path"]) == ("posts.jsonl", "native", str(export))
    assert rejoinder("verify", "talk").code == 0
    export.write_bytes(export.read_bytes().replace(b"ferry", b"Ferry"))
    changed = rejoinder("verify", "talk", "--json")
    assert (changed.code, changed.rows()[0]["state"]) == (1, "changed")
    export.unlink()
    assert rejoinder("verify", "talk", "--json").rows()[0]["state"] == "missing"


def test_unknown_files_make_one_line_and_only_nothing_at_all_is_an_error(
    rejoinder: Command, write_posts, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    write_posts(*TALK).rename(folder / "posts.jsonl")
    for name in ("notes.txt", "picture.bin"):
        (folder / name).write_bytes(b"\x00\x01 nothing")
    answer = rejoinder("import", "mixed", folder, "--json")
    assert answer.code == 0 and answer.rows()[-1]["posts"] == 5
    assert len([line for line in answer.err.splitlines() if "notes.txt" in line]) == 1
    (folder / "posts.jsonl").unlink()
    nothing = rejoinder("import", "none", folder)
    assert nothing.code == 1 and nothing.err.startswith("rejoinder: ")


def test_open_without_a_path_lists_the_archives(rejoinder: Command, talk: str) -> None:
    assert "talk" in rejoinder("open").out
    assert rejoinder("archives", "--json").rows()[0]["posts"] == 5


def test_open_imports_once_into_an_archive_named_after_the_export(rejoinder: Command, write_posts) -> None:
    export = write_posts(*TALK, name="holiday 2020.jsonl")
    first = rejoinder("open", export)
    assert first.code == 0 and "posts" in first.out
    (row,) = rejoinder("archives", "--json").rows()
    assert row["name"] == "holiday-2020"
    before = Path(str(row["path"])).stat()
    assert rejoinder("open", export).code == 0
    assert Path(str(row["path"])).stat().st_mtime_ns == before.st_mtime_ns


def test_open_takes_the_folder_one_stands_in(
    rejoinder: Command, write_posts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "harvest"
    folder.mkdir()
    write_posts(*TALK).rename(folder / "posts.jsonl")
    monkeypatch.chdir(folder)
    assert rejoinder("open", ".").code == 0
    assert [row["name"] for row in rejoinder("archives", "--json").rows()] == ["harvest"]
    wrong = rejoinder("open", "nothing-there")
    assert wrong.code == 1 and "nothing-there" in wrong.err and "harvest" in wrong.err


def test_archives_are_renamed_and_deleted(rejoinder: Command, talk: str) -> None:
    assert rejoinder("archives", "rename", talk, "chat").code == 0
    assert rejoinder("info", "chat").code == 0
    assert rejoinder("archives", "rename", "chat", "../out").code == 2
    assert int(rejoinder("archives", "size", "chat").out) > 0
    assert rejoinder("archives", "delete", "chat", "--yes").code == 0
    missing = rejoinder("info", "chat")
    assert missing.code == 1 and "no archive chat" in missing.err


def test_files_and_folders_are_private_whatever_the_umask(rejoinder: Command, write_posts, home: Path) -> None:
    old = os.umask(0)
    try:
        rejoinder("import", "talk", write_posts(*TALK))
    finally:
        os.umask(old)
    for path in home.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), f"{path.name} {mode:o}"


def test_a_closed_pipe_is_quiet(write_posts, process, tmp_path: Path) -> None:
    process("import", "many", write_posts(*(make_post(n, "ada", "word " * 40) for n in range(1, 3000))))
    command = f"{sys.executable} -m rejoinder search many '' --limit 0 | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert done.stdout and done.stderr == ""


def test_help_and_search_load_no_textual(process, write_posts) -> None:
    process("import", "talk", write_posts(*TALK))
    for words in (["--help"], ["search", "talk", "ferry"], ["info", "talk"]):
        code = (
            "import sys; from rejoinder.cli import main\n"
            f"try: main({words!r})\nexcept SystemExit: pass\n"
            "assert not [m for m in sys.modules if m.split('.')[0] in ('textual', 'rich')], 'loaded'"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


def test_control_bytes_of_a_post_never_reach_the_terminal(rejoinder: Command, write_posts) -> None:
    nasty = "a\x1b]0;owned\x07b\x9b31m \u202ereversed\u202c [bold]x[/oops] \x00"
    rejoinder("import", "nasty", write_posts(make_post(1, "eve", nasty, name="E\x1b[2Jve")))
    for words in (["search", "nasty", ""], ["search", "nasty", "", "--json"], ["chain", "nasty", "1"]):
        out = rejoinder(*words).out
        assert out and not set(out) & set("\x1b\x07\x9b\x00\u202e\u202c")
    assert "[bold]x[/oops]" in rejoinder("search", "nasty", "").out


def test_the_schema_describes_what_the_native_form_reads(rejoinder: Command) -> None:
    schema = msgspec.json.decode(rejoinder("schema").out)
    kinds = {ref["$ref"].rsplit("/", 1)[-1] for ref in schema["anyOf"]}
    assert kinds == {"Post", "Account", "Like", "Deletion", "Source"}


def test_the_demo_proves_the_main_job_without_a_terminal(process) -> None:
    done = process("demo")
    assert done.returncode == 0, done.stderr
    assert "posts" in done.stdout and "Search" in done.stdout and "reply chain" in done.stdout
    founding = process("demo", "exchange-2013")
    assert founding.returncode == 0 and "mission is one of safeguarding" in founding.stdout


def test_a_citation_is_listed_but_is_no_imported_export(rejoinder: Command) -> None:
    rejoinder("demo", "exchange-2013")
    archive = next(folder("data").rglob("exchange-2013.rejoinder"))
    assert rejoinder("info", archive, "--json").rows()[0]["sources"] == 1
    cited = [row["title"] for row in rejoinder("sources", archive, "--json").rows() if row["format"] is None]
    assert len(cited) == 1 and "Gaby Dunn" in cited[0]


def test_doctor_and_formats_answer(rejoinder: Command) -> None:
    assert "SQLite" in rejoinder("doctor").out
    names = {row["name"] for row in rejoinder("formats", "--json").rows()}
    assert {"native", "x-archive", "twitter-v1"} <= names


def test_wrong_usage_exits_2(rejoinder: Command, talk: str) -> None:
    for words in (["search"], ["search", talk, "a", "--limit", "-1"], ["import", talk], ["nonsense"]):
        assert rejoinder(*words).code == 2


def test_an_unexpected_error_is_one_sentence_and_a_private_log_without_post_text(process, home: Path) -> None:
    code = (
        "import sys; from rejoinder import cli, crash\n"
        "sys.excepthook = crash.excepthook\n"
        "raise ValueError('secret words of a post')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr and "secret" not in done.stderr
    log = home / "state" / "crash.log"
    assert str(log) in done.stderr and "secret" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_deleted_posts_leave_the_archive_without_their_words_unless_asked_for(
    rejoinder: Command, write_posts: Callable[..., Path]
) -> None:
    said = make_post(1, "ada", "Words that were taken back", deleted=5)
    path = write_posts(said, make_post(2, "ben", "Why?", reply_to="1"))
    rejoinder("import", "town", path)
    for command in (("search", "town", "is:deleted"), ("chain", "town", "1")):
        assert said.text in rejoinder(*command).out
        assert rejoinder(*command, "--json").rows()[0]["text"] == ""
        assert rejoinder(*command, "--json", "--include-deleted").rows()[0]["text"] == said.text
    assert rejoinder("replies", "town", "1", "--json").rows()[0]["text"] == "Why?"
    rejoinder("import", "unseen", path, "--deleted", "hide-text")
    assert said.text not in rejoinder("search", "unseen", "").out
    assert "[deleted]" in rejoinder("search", "unseen", "").out
    assert said.text in rejoinder("search", "unseen", "", "--include-deleted").out
    rejoinder("import", "gone", path, "--deleted", "erase")
    assert said.text not in rejoinder("search", "gone", "", "--include-deleted").out
    assert rejoinder("import", "gone", path, "--deleted", "never").code == 2
    assert rejoinder("info", "gone", "--json").rows()[0]["deleted"] == "erase"


def test_an_account_by_any_name_it_bore(rejoinder: Command, write_posts: Callable[..., Path]) -> None:
    posts = [
        make_post(1, "ada", "one", name="Ada"),
        make_post(2, "ada_l", "two", author="a-ada", reply_to="9", time=1_700_000_000_000),
        make_post(3, "ben", "@ada three", reply_to="1"),
    ]
    told = {"type": "account", "platform": "test", "id": "a-ada", "handle": "ada_l", "bio": "Keeper", "owner": True}
    rejoinder("import", "town", write_posts(*posts, told))
    for name in ("ada", "@ADA_L", "a-ada", "test:a-ada"):
        (row,) = rejoinder("account", "town", name, "--json").rows()
        assert (row["handle"], row["posts"], row["reply_posts"], row["bio"], row["owner"]) == (
            "ada_l", 2, 1, "Keeper", True,
        )  # fmt: skip
    assert [(each["handle"], each["posts"], each["first"]) for each in row["names"]] == [  # type: ignore[attr-defined]
        ("ada", 1, "2020-09-13T12:27:40Z"),
        ("ada_l", 1, "2023-11-14T22:13:20Z"),
    ]
    assert (row["first"], row["last"], row["missing_parents"]) == ("2020-09-13T12:27:40Z", "2023-11-14T22:13:20Z", 1)
    assert row["gaps"] == [["2020-10", "2023-10"]]
    told_words = rejoinder("account", "town", "ada").out
    assert "2020-10 – 2023-10" in told_words and "Ada @ada: 1 post" in told_words and "Keeper" in told_words
    assert rejoinder("account", "town", "nobody").code == 1


def test_problems_as_a_table(rejoinder: Command, tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(msgspec.json.encode(make_post(1, "ada", "x")) + b'\n{"type": "post", =\x1b[31m\n')
    assert rejoinder("import", "town", path).code == 0
    assert rejoinder("import", "strict", path, "--strict").code == 1
    lines = rejoinder("problems", "town", "--csv").out.splitlines()
    assert lines[0] == "source,member,position,reason,excerpt,kind,posts" and lines[1].startswith(
        "posts.jsonl,posts.jsonl,2,"
    )
    assert "\x1b" not in lines[1] and len(lines) == 2
    (row,) = rejoinder("problems", "town", "--json").rows()
    assert row["position"] == 2 and "=" in str(row["excerpt"])


def test_the_sample_goes_by_its_name_until_an_archive_has_it(
    rejoinder: Command, write_posts: Callable[..., Path]
) -> None:
    assert rejoinder("search", "exchange-2013", "", "--count").code == 1
    assert rejoinder("demo", "exchange-2013").code == 0
    assert rejoinder("search", "exchange-2013", "", "--count").out == "5\n"
    made = existing_archive("exchange-2013")
    assert made is not None and made.parent.name == "samples"
    rejoinder("import", "exchange-2013", write_posts(make_post(1, "ada", "mine")))
    assert rejoinder("search", "exchange-2013", "", "--count").out == "1\n"
