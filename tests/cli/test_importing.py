"""What the command line tells of the exports it imports: when it knows one again, and when it must not."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from rejoinder.cli import importing
from rejoinder.records import Source
from tests.conftest import Command, make_post

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
