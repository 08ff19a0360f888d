"""Rejoinder's own JSON Lines: what is written reads back, and what others wrote into it is cleaned."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import replace

from rejoinder import samples
from rejoinder.formats import native, registry
from rejoinder.records import Account, Like, Link, Media, Mention, Origin, Post, Problem, Ref, Source
from tests.formats.making import posts, problems, read

FULL = Post(
    id="at://x/1",
    platform="bluesky",
    author="did:1",
    handle="gull.example",
    name="Gull",
    time=1,
    clock="claimed",
    precision="millisecond",
    text="a\nb",
    reply_to="at://x/0",
    reply_author=Ref("did:0", "eel"),
    quote="q",
    quote_author=Ref(handle="cod"),
    mentions=(Mention("1", "eel"),),
    tags=("Harbour",),
    links=(Link("https://x.example", "X"),),
    media=(Media("video", "https://v", "f.mp4", "two\nlines"),),
    language="ar",
    likes=1,
    versions=("1", "2"),
    deleted=6,
    sensitive=True,
    poll=True,
    warning="w",
    visibility="unlisted",
    context=True,
    permalink="https://p.example",
)
RECORDS = [
    Source("the book", title="Harbour, p. 5"),
    Account("bluesky", "did:1", "gull.example", handles=(("old", None, 5),)),
    FULL,
    Post("2", "bluesky"),
    Like("bluesky", "2", Ref("did:1"), until=9),
]


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in RECORDS))
    assert registry.recognise(path) == "native"
    found = read(path)
    placed = [
        replace(r, origin=Origin("", "own.jsonl", n)) if isinstance(r, Post | Like) else r
        for n, r in enumerate(RECORDS, 1)
    ]
    assert found == placed
    assert msgspec.json.decode(registry.raw(path, "native", "own.jsonl", 4)) == {
        "type": "post",
        "id": "2",
        "platform": "bluesky",
    }


def test_a_folder_says_where_it_comes_from(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "posts.jsonl").write_bytes(msgspec.json.encode(RECORDS[3]) + b"\n")
    assert registry.recognise(folder) is None
    (folder / "SOURCE.md").write_text("Invented.")
    assert registry.recognise(folder) == "native"


def test_the_bundled_samples_are_read_without_a_problem() -> None:
    assert samples.names()
    for name in samples.names():
        records = read(samples.sample(name))
        assert posts(records), name
        assert problems(records) == [], name


def test_text_is_cleaned_here_too(tmp_path: Path) -> None:
    nasty = "\x1b[31m\u202ex\n"
    post = replace(
        FULL,
        **dict.fromkeys(("id", "author", "handle", "name", "text", "warning", "app", "permalink", "language"), nasty),
    )
    post = replace(
        post,
        tags=(nasty,),
        links=(Link(nasty, nasty),),
        media=(Media("image", nasty, nasty, nasty),),
        reply_author=Ref(nasty, nasty),
    )
    path = tmp_path / "nasty.jsonl"
    path.write_bytes(msgspec.json.encode(post) + b"\n")
    (found,) = read(path)
    assert isinstance(found, Post)
    assert found.text == "[31mx\n" and found.name == "[31mx " and found.media[0].alt == "[31mx\n"
    assert "\\x1b" not in repr(found) and "\\u202e" not in repr(found)


def test_wrong_kinds_and_missing_ids_are_problems(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(
        '{"type":"post","id":"1","platform":"x"}\n{"type":"post","id":5,"platform":"x"}\n{"type":"boat"}\n{"type":"post","id":"","platform":"x"}\n'
    )
    found = read(path)
    assert [isinstance(record, Problem) for record in found] == [False, True, True, True]
    assert [problem.origin.position for problem in problems(found)] == [2, 3, 4]
    assert "Expected `str`, got `int`" in problems(found)[0].reason


def test_the_schema_names_the_four_records() -> None:
    schema = native.schema()
    assert set(schema["$defs"]) >= {"Post", "Account", "Like", "Source"}  # type: ignore[arg-type]
