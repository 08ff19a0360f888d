"""What the command line tells of the exports it imports: when it knows one again, and when it must not."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from rejoinder.app import originals
from rejoinder.archive.opening import open_archive
from rejoinder.cli import importing
from rejoinder.cli.naming import found
from rejoinder.records import Origin, Source
from tests.conftest import Command, make_post
from tests.formats.making import lines
from tests.formats.test_bluesky import MIRA, event
from tests.formats.test_mastodon import ME, note, outbox
from tests.formats.test_mastodon import export as mastodon_export

POSTS = [make_post(n, "ada", f"The ferry is late, day {n}") for n in range(1, 6)]


def test_a_copy_under_another_name_is_known_again(rejoinder: Command, write_posts, tmp_path: Path) -> None:
    export = Path(write_posts(*POSTS))
    copy = shutil.copy(export, tmp_path / "copy.jsonl")
    rejoinder("import", "talk", export)
    line, _ = rejoinder("import", "talk", copy, "--json").rows()
    assert (line["posts"], line["duplicates"]) == (0, 5)
    assert len(rejoinder("sources", "talk", "--json").rows()) == 1


def test_two_files_of_one_length_are_two_exports(rejoinder: Command, write_posts, tmp_path: Path) -> None:
    one = Path(write_posts(*POSTS))
    other = tmp_path / "other.jsonl"
    other.write_bytes(one.read_bytes().replace(b'"id":"1"', b'"id":"9"'))
    line, second, _ = rejoinder("import", "talk", one, other, "--json").rows()
    assert (line["posts"], second["posts"], second["duplicates"]) == (5, 1, 4)
    prints = {row["sha256"] for row in rejoinder("sources", "talk", "--json").rows()}
    assert prints == {hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, other)}


def test_an_export_that_grew_while_it_was_read_is_read_again(
    rejoinder: Command, write_posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream that is still being captured: its fingerprint would be of posts that were not read."""
    export = Path(write_posts(*POSTS))
    more = export.read_bytes().replace(b'"id":"', b'"id":"7')
    found = importing.fingerprint

    def grown(source: Source) -> str:
        with export.open("ab") as file:
            file.write(more)
        return found(source)

    with monkeypatch.context() as patch:
        patch.setattr(importing, "fingerprint", grown)
        assert rejoinder("import", "talk", export, "--json").rows()[0]["posts"] == 5
    line, _ = rejoinder("import", "talk", export, "--json").rows()
    assert (line["posts"], line["duplicates"]) == (5, 5)


def test_what_was_left_out_for_privacy_is_told_and_no_problem(rejoinder: Command, tmp_path: Path) -> None:
    direct = note(2, to=["https://pond.example/users/gull"], cc=[])
    path = mastodon_export(tmp_path / "mine", [note(1), direct, note(3, to=[f"{ME}/followers"], cc=[])])
    answer = rejoinder("import", "town", path, "--strict")
    assert answer.code == 0 and "1 post, 1 like, 2 left out (private)" in answer.out and "problems" not in answer.out
    row = rejoinder("info", "town", "--json").rows()[0]
    assert (row["private"], row["problems"]) == (2, 0)
    assert (
        "2 posts were left out" in rejoinder("info", "town").err
        and "--include-private" in rejoinder("info", "town").err
    )
    told = rejoinder("problems", "town").out
    assert "2 posts: For followers or for named people alone" in told
    assert "!!" not in rejoinder("check", "town").out


def test_choices_hold_until_others_are_made(rejoinder: Command, tmp_path: Path) -> None:
    path = mastodon_export(tmp_path / "mine", [note(1), note(2, to=[f"{ME}/followers"], cc=[])])
    rejoinder("import", "town", path)
    line, _ = rejoinder("import", "town", path, "--include-private", "--json").rows()
    assert (line["posts"], line["private"]) == (1, 0), "the same bytes, read otherwise, are read again"
    line, _ = rejoinder("import", "town", path, "--json").rows()
    assert (line["posts"], line["duplicates"]) == (0, 2), "and with what was chosen the last time, they are known"
    items = [note(n, to=[f"{ME}/followers"], cc=[]) for n in (1, 2, 3)]
    (path / "outbox.json").write_bytes(outbox(items))
    line, _ = rejoinder("import", "town", path, "--json").rows()
    assert line["posts"] == 1, "a follower's post of the grown export comes in without being asked for again"
    assert rejoinder("sources", "town").out.count("read with --include-private") == 2


def test_a_mapping_is_kept_with_the_source(rejoinder: Command, tmp_path: Path) -> None:
    table = tmp_path / "toots.csv"
    table.write_text("no;who;said, aloud;posted\n1;mira;the ferry is late;2021-01-02 03:04\n")
    mapping = tmp_path / "toots.toml"
    mapping.write_text(
        'platform = "forum"\nzone = "Europe/Berlin"\nseparator = ";"\n'
        '[columns]\nid = "no"\nhandle = "who"\ntext = "said, aloud"\ntime = "posted"\n'
    )
    rejoinder("import", "town", table, "--map", mapping)
    mapping.unlink()
    words = "id=no,handle=who,text=`said, aloud`,time=posted,platform=forum,zone=Europe/Berlin,separator=;"
    assert rejoinder("sources", "town", "--json").rows()[0]["map"] == words
    assert f"read with --map '{words}'" in rejoinder("sources", "town").out
    with table.open("a") as file:
        file.write("2;gull;it always is;2021-01-02 03:05\n")
    line, _ = rejoinder("import", "town", table, "--json").rows()
    assert (line["posts"], line["duplicates"]) == (1, 1), "the grown table is read as before, though the file is gone"
    source = sources(rejoinder)[-1]
    assert (
        originals.read(Origin(source.name, "toots.csv", 3), source).strip() == b"2;gull;it always is;2021-01-02 03:05"
    )
    assert rejoinder("upgrade", "town").code == 0 and sources(rejoinder)[-1].mapping == words
    assert rejoinder("verify", "town").code == 1, "the first source has grown since"


def test_a_table_of_accounts_is_kept_and_its_loss_is_told(rejoinder: Command, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(lines([event(n) for n in range(3)]))
    table = tmp_path / "handles.csv"
    table.write_text(f"did,handle\n{MIRA},mira.example\n")
    rejoinder("import", "sky", events, "--accounts", table)
    events.write_bytes(lines([event(n) for n in range(4)]))
    line, _ = rejoinder("import", "sky", events, "--json").rows()
    assert (line["posts"], line["duplicates"]) == (1, 3)
    assert {row["handle"] for row in rejoinder("search", "sky", "harbour", "--json").rows()} == {"mira.example"}
    assert rejoinder("sources", "sky").out.count(f"read with --accounts {table}") == 2
    table.write_text(f"did,handle\n{MIRA},mira.harbour.example\n")
    line, _ = rejoinder("import", "sky", events, "--json").rows()
    assert (line["posts"], line["duplicates"]) == (0, 4), "the same file, read anew with what the table says now"
    assert rejoinder("search", "sky", "from:mira.harbour.example", "--count").out.strip() == "4"
    line, _ = rejoinder("import", "sky", events, "--json").rows()
    assert (line["posts"], line["duplicates"]) == (0, 4)
    assert rejoinder("sources", "sky").out.count(f"read with --accounts {table}") == 3
    table.unlink()
    events.write_bytes(lines([event(n) for n in range(5)]))
    answer = rejoinder("import", "sky", events)
    assert "which gave the accounts of events.jsonl" in answer.err and "is gone" in answer.err and answer.code == 0


def sources(rejoinder: Command) -> Sequence[Source]:
    archive = open_archive(found("town"))
    try:
        return archive.sources()
    finally:
        archive.close()
