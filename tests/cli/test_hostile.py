"""Input that bites, as a person meets it: a clear word, the right exit code, no traceback, nothing raw shown."""

from __future__ import annotations

import bz2
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.formats.making import SNOWFLAKE, archive, lines, tweet

NASTY = "\x00\x1b]0;own\x07\x1b[31m\u202eright\u2066 [/markup][bold] a" + "\u0301" * 500 + " \x9b31m\ud800 end"


def empty_zip(path: Path) -> None:
    zipfile.ZipFile(path, "w").close()


def encrypted(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("data/tweets.js", "window.YTD.tweets.part0 = []")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def truncated(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("data/tweets.js", "window.YTD.tweets.part0 = []")
    path.write_bytes(path.read_bytes()[:-40])


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("data/tweets.js", "w") as stream:
        stream.write(b"window.YTD.tweets.part0 = [ ")
        for _ in range(300):
            stream.write(b"\n" * (1 << 20))


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("gone.zip", lambda path: None, "There is no file or folder"),
        ("empty.jsonl", lambda path: path.touch(), "is empty"),
        ("empty.zip", empty_zip, "no format that is known"),
        ("locked.zip", encrypted, "encrypted with a password"),
        ("cut.zip", truncated, "not a whole zip file"),
        ("bomb.zip", bomb, "unpacks to more than"),
        ("noise.bin", lambda path: path.write_bytes(random.Random(1).randbytes(200_000)), "no format that is known"),
        ("deep.json", lambda path: path.write_text("[" * 10**6), "no format that is known"),
        ("folder", lambda path: path.mkdir(), "is an empty folder"),
        ("pipe", os.mkfifo, "is not a file or folder"),
    ],
)
def test_what_is_no_export_is_refused_with_a_word(
    rejoinder: Command, tmp_path: Path, name: str, make: Callable[[Path], object], words: str
) -> None:
    make(tmp_path / name)
    for command in (("import", "town"), ("open",)):
        answer = rejoinder(*command, tmp_path / name)
        assert answer.code == 1 and not answer.out
        assert words in answer.err or "There is no file, folder or archive" in answer.err
        assert answer.err.count("\n") >= 2 and "Traceback" not in answer.err, "what is wrong, and what to do"
    assert rejoinder("archives", "--json").rows() == [], "nothing was made"


def test_a_broken_line_in_ten_thousand_costs_one(rejoinder: Command, tmp_path: Path) -> None:
    rows = lines([tweet(n) for n in range(10_000)]).split(b"\n")
    rows[4_999] = rows[4_999][:50]
    (tmp_path / "stream.jsonl").write_bytes(b"\n".join(rows))
    answer = rejoinder("import", "town", tmp_path / "stream.jsonl")
    assert answer.code == 0 and "9,999 posts" in answer.out and "1 problem" in answer.out
    assert "rejoinder problems town" in answer.err
    (row,) = rejoinder("problems", "town", "--json").rows()
    assert row["position"] == 5_000 and row["reason"] and row["excerpt"]
    assert rejoinder("import", "strict", tmp_path / "stream.jsonl", "--strict").code == 1


def test_a_broken_element_of_one_array_costs_one(rejoinder: Command, tmp_path: Path) -> None:
    path = archive(tmp_path / "x", [tweet(n) for n in range(300)])
    file = path / "data/tweets.js"
    file.write_text(file.read_text().replace('"full_text": "a quiet harbour"', '"full_text": "a qui', 1))
    answer = rejoinder("import", "town", path)
    assert answer.code == 0 and "299 posts" in answer.out and "1 problem" in answer.out


def test_nothing_raw_reaches_the_terminal(rejoinder: Command, tmp_path: Path) -> None:
    user = {"id_str": "7", "screen_name": NASTY, "name": NASTY}
    odd = [tweet(1, NASTY, user=user), tweet(2, "x" * 3_000_000), tweet(3, created_at="never"), {"id_str": NASTY}]
    (tmp_path / "odd.jsonl").write_bytes(lines(odd) + b"\x1b[31m\x00 broken\n" + b"[" * 10**6 + b"\n")
    answer = rejoinder("import", "town", tmp_path / "odd.jsonl")
    assert answer.code == 0 and "3 posts" in answer.out
    for command in (
        ("search", "town", ""), ("search", "town", "", "--json"), ("problems", "town"), ("problems", "town", "--json"),
        ("problems", "town", "--csv"), ("ghosts", "town"), ("info", "town"), ("chain", "town", SNOWFLAKE + 1),
        ("account", "town", "7"), ("account", "town", "7", "--json"),
    ):  # fmt: skip
        found = rejoinder(*command)
        assert found.code == 0, command
        shown = (found.out + found.err).replace("\n", "")
        assert not set(shown) & {*map(chr, range(32)), *map(chr, range(127, 160)), *"\u202e\u2066\ud800"}, command
    assert "[/markup][bold]" in rejoinder("search", "town", "", "--limit", "3").out, "markup is text"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read(rejoinder: Command, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "odd.jsonl").write_bytes(lines([tweet(1, "grüße 🚢")]).decode().encode(encoding))
    assert rejoinder("import", "town", tmp_path / "odd.jsonl").code == 0
    assert "grüße 🚢" in rejoinder("search", "town", "grüße").out


def test_replies_to_themselves_and_in_a_ring(rejoinder: Command, tmp_path: Path) -> None:
    def reply(n: int, to: int) -> dict[str, object]:
        return tweet(n, f"word{n}", in_reply_to_status_id_str=str(SNOWFLAKE + to), in_reply_to_user_id_str="77")

    ring = [reply(n, n % 500 + 1) for n in range(1, 501)]
    (tmp_path / "ring.jsonl").write_bytes(lines([*ring, reply(600, 600)]))
    assert rejoinder("import", "town", tmp_path / "ring.jsonl").code == 0
    assert len(rejoinder("chain", "town", SNOWFLAKE + 250, "--json").rows()) <= 500
    assert len(rejoinder("replies", "town", SNOWFLAKE + 250, "--json").rows()) <= 500
    assert [row["id"] for row in rejoinder("chain", "town", SNOWFLAKE + 600, "--json").rows()] == [str(SNOWFLAKE + 600)]
    assert "!!" not in rejoinder("check", "town").out


def test_ids_beyond_two_to_the_53_are_exact(rejoinder: Command, tmp_path: Path) -> None:
    found = tweet(1, "exact", id=9007199254740993)
    del found["id_str"]
    (tmp_path / "ids.jsonl").write_bytes(lines([found]))
    rejoinder("import", "town", tmp_path / "ids.jsonl")
    assert [row["id"] for row in rejoinder("search", "town", "exact", "--json").rows()] == ["9007199254740993"]


def test_a_packed_file_that_was_glued_is_read_to_its_end(rejoinder: Command, tmp_path: Path) -> None:
    (tmp_path / "grab.jsonl.bz2").write_bytes(b"".join(bz2.compress(lines([tweet(n)])) for n in range(50)))
    assert "50 posts" in rejoinder("import", "town", tmp_path / "grab.jsonl.bz2").out


def test_an_archive_path_that_is_a_directory(rejoinder: Command, tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_bytes(lines([tweet(1)]))
    (tmp_path / "taken.rejoinder").mkdir()
    for command in ("import", "info", "check", "verify", "upgrade", "sources"):
        more = [tmp_path / "posts.jsonl"] if command == "import" else []
        answer = rejoinder(command, tmp_path / "taken.rejoinder", *more)
        assert answer.code == 1 and "taken.rejoinder" in answer.err and "Traceback" not in answer.err, command


def test_names_that_lead_out_of_a_zip_write_nothing_outside(rejoinder: Command, tmp_path: Path) -> None:
    path = tmp_path / "in" / "evil.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("../../out.jsonl", lines([tweet(1)]))
        packed.writestr("a.jsonl", lines([tweet(2)]))
    answer = rejoinder("import", "town", path)
    assert answer.code == 0 and "1 post" in answer.out and "1 problem" in answer.out
    assert json.dumps(sorted(file.name for file in tmp_path.iterdir())) == '["home", "in"]'
