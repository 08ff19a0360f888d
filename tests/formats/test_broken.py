"""Broken and hostile exports: what is whole is read, what is not costs itself alone, and the user is told where."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from rejoinder.errors import FormatError
from rejoinder.formats import registry
from rejoinder.formats.export import Export
from tests.formats.making import SNOWFLAKE, archive, lines, posts, problems, read, tweet


def test_a_broken_line_among_ten_thousand_costs_one_line(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    good = [lines([tweet(number)]) for number in range(10_000)]
    good[4321] = b'{"id_str": "12", "full_te\n'
    path.write_bytes(b"".join(good))
    for count in (1, 2, 3):
        records = read(path, count=count)
        (problem,) = problems(records)
        assert (problem.origin.member, problem.origin.position) == ("stream.jsonl", 4322)
        assert problem.reason == "This is cut short." and problem.excerpt.startswith('{"id_str": "12"')
        positions = {post.id: post.origin.position for post in posts(records)}
        assert positions == {str(SNOWFLAKE + n): n + 1 for n in range(10_000) if n != 4321}


@pytest.mark.parametrize(
    "broken",
    [
        '{"tweet": {"id_str": 5x}}',
        '{"tweet": {"id_str": "5"',
        '{"tweet": {"id_str": "5}}',
        '{"tweet": {"entities": [}}',
        "}}}}",
        '"',
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_broken_element_costs_that_element(tmp_path: Path, broken: str, indent: int | None) -> None:
    elements = [json.dumps({"tweet": tweet(number)}, indent=indent) for number in range(2000)]
    elements[1234] = broken
    path = tmp_path / "tweets.js"
    path.write_text("window.YTD.tweets.part0 = [\n" + ",\n".join(elements) + "\n]")
    for count in (1, 2):
        records = read(path, count=count)
        assert {post.id for post in posts(records)} == {str(SNOWFLAKE + n) for n in range(2000) if n != 1234}
        assert [problem.origin.position for problem in problems(records)] == [1235]


def test_the_first_and_the_last_element_may_be_broken(tmp_path: Path) -> None:
    elements = [json.dumps(tweet(number)) for number in range(50)]
    path = tmp_path / "page.json"
    path.write_text('[{"id_str": x}, ' + ", ".join(elements) + ', {"id_str": "9", "full_text": "cut')
    records = read(path, "twitter-v1")
    assert len(posts(records)) == 50
    assert [problem.origin.position for problem in problems(records)] == [1, 52]


def test_thousands_of_broken_elements_take_seconds_not_hours(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    elements = [json.dumps(tweet(number)) + ("" if number % 2 else "{") for number in range(4000)]
    path.write_text("[" + ",\n".join(elements) + "]")
    start = time.process_time()
    records = read(path, "twitter-v1")
    assert len(posts(records)) >= 1_990 and problems(records)
    assert time.process_time() - start < 20


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("shape", ["lines", "list", "one"])
def test_byte_order_marks_and_utf_16(tmp_path: Path, encoding: str, shape: str) -> None:
    tweets = [tweet(number, f"grüße {number} 🚢") for number in range(1 if shape == "one" else 3000)]
    text = (
        json.dumps(tweets, ensure_ascii=False)
        if shape == "list"
        else "\n".join(json.dumps(t, ensure_ascii=False) for t in tweets)
    )
    path = tmp_path / "export.json"
    path.write_bytes(text.encode(encoding))
    records = read(path, count=2)
    assert problems(records) == []
    assert sorted(post.text for post in posts(records)) == sorted(f"grüße {number} 🚢" for number in range(len(tweets)))


def test_pretty_and_glued_objects(tmp_path: Path) -> None:
    tweets = [tweet(number, 'a "quoted" } brace { and \\ slash') for number in range(400)]
    for name, text in {
        "pretty.json": "\n".join(json.dumps(t, indent=4) for t in tweets),
        "glued.json": "".join(json.dumps(t) for t in tweets),
        "spread.json": "[\n\n" + " ,\n\n ".join(json.dumps(t, indent=1) for t in tweets) + "\n] ;\n",
    }.items():
        (tmp_path / name).write_text(text)
        records = read(tmp_path / name)
        assert problems(records) == [], name
        assert [post.origin.position for post in posts(records)] == list(range(1, 401)), name


def test_separators_inside_of_texts_and_of_nested_lists_divide_nothing(tmp_path: Path) -> None:
    """What divides the elements of this file also stands inside of them, everywhere."""
    tweets = []
    for number in range(3000):
        found = tweet(number, '},{"created_at": "x"}, {"created_at":')
        found["entities"]["user_mentions"] = [
            {"created_at": "x", "screen_name": "gull"},
            {"created_at": "y", "screen_name": "tern"},
        ]
        tweets.append(found)
    path = tmp_path / "page.json"
    path.write_text(json.dumps(tweets, separators=(",", ":")))
    for count in (1, 2):
        records = read(path, count=count)
        assert problems(records) == []
        assert {(post.id, post.origin.position) for post in posts(records)} == {
            (str(SNOWFLAKE + n), n + 1) for n in range(3000)
        }


def test_bytes_that_only_a_strict_reader_refuses(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    whole = lines([tweet(1)])
    path.write_bytes(
        whole
        + whole.replace(b"a quiet harbour", b"not utf-8: \xff\xfe").replace(b'770"', b'771"')
        + whole.replace(b"a quiet harbour", b"half \\ud83d a pair")
        + whole.replace(b"a quiet harbour", b"bare \x1b[31m escape \x00")
        + whole.replace(b'"lang": "en"', b'"score": NaN')
    )
    records = read(path, "twitter-v1")
    assert problems(records) == []
    texts = [post.text for post in posts(records)]
    assert texts[1:] == ["not utf-8: \ufffd\ufffd", "half \ufffd a pair", "bare [31m escape ", "a quiet harbour"]


def test_hostile_text_everywhere_in_a_post_is_cleaned(tmp_path: Path) -> None:
    nasty = "\x1b]0;x\x07\u202e\x9b[/markup]\n\x00"
    found = tweet(1, nasty, lang="en\x1b", source=f"<a href='x'>{nasty}</a>")
    found["user"] = {"id_str": "7\x1b", "id": 7, "screen_name": nasty, "name": nasty}
    found["entities"] = {
        "hashtags": [{"text": nasty}],
        "user_mentions": [{"screen_name": nasty, "id_str": nasty, "indices": [0, 1]}],
        "urls": [{"url": "https://t.co/a", "expanded_url": f"https://x.example/{nasty}", "indices": [0, 1]}],
        "media": [{"url": nasty, "media_url_https": nasty, "ext_alt_text": nasty, "type": nasty, "indices": [0, 1]}],
    }
    found |= {"in_reply_to_screen_name": nasty, "in_reply_to_status_id_str": nasty, "quoted_status_id_str": nasty}
    path = tmp_path / "nasty.jsonl"
    path.write_bytes(lines([found]))
    (post,) = posts(read(path, "twitter-v1"))
    shown = repr(post).replace("\\n", "")
    assert shown.isprintable()
    assert not any(code in shown for code in ("\\x1b", "\\x9b", "\\x07", "\\x00", "\\u202e"))


def test_a_line_of_three_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(lines([tweet(1), tweet(2, "long " * 600_000), tweet(3)]))
    for count in (1, 2):
        records = read(path, count=count)
        assert sorted((post.origin.position, len(post.text)) for post in posts(records)) == [
            (1, 15),
            (2, 3_000_000),
            (3, 15),
        ]


def test_a_line_without_end_is_a_problem_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "endless.jsonl"
    with path.open("wb") as stream:
        stream.write(lines([tweet(1)]) + b'{"full_text": "')
        for _ in range(70):
            stream.write(b"x" * (1 << 20))
        stream.write(b'"}\n' + lines([tweet(2)]))
    records = read(path, count=2)
    assert sorted(post.origin.position for post in posts(records)) == [1, 3]
    (problem,) = problems(records)
    assert problem.origin.position == 2 and "longer than" in problem.reason and len(problem.excerpt) < 200


@pytest.mark.parametrize("shape", ["{0}", "{0}{1}", "[{0}", '{{"id_str": "1", "full_text": "x", "z": {0}{1}}}'])
def test_a_million_nested_brackets(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "deep.jsonl"
    deep = shape.format("[" * 10**6, "]" * 10**6)
    path.write_text(lines([tweet(1)]).decode() + deep + "\n" + lines([tweet(2)]).decode())
    records = read(path, "twitter-v1")
    assert [post.origin.position for post in posts(records)] == [1, 3]
    assert [problem.origin.position for problem in problems(records)] == [2]
    path.write_text(deep)
    assert registry.recognise(path) is None
    assert posts(read(path, "twitter-v1")) == []


def test_ids_beyond_two_to_the_53_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "numbers.jsonl"
    found = tweet(1, id=9007199254740993)
    del found["id_str"]
    found |= {"in_reply_to_status_id": 18446744073709551615, "in_reply_to_user_id": 9007199254740995}
    path.write_bytes(lines([found]))
    (post,) = posts(read(path))
    assert (post.id, post.reply_to) == ("9007199254740993", "18446744073709551615")
    assert post.reply_author and post.reply_author.id == "9007199254740995"


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Thu Foo 07 18:26:50 +0000 2024",
        "Thu Nov 07 18:99:50 +0000 2024",
        "Thu Nov 77 18:26:50 +0000 2024",
    ],
)
def test_a_date_that_is_none_is_read_from_the_id_or_not_at_all(tmp_path: Path, date: str) -> None:
    path = tmp_path / "dates.jsonl"
    path.write_bytes(lines([tweet(1), tweet(2, created_at=date), tweet(0, created_at=date, id_str="123")]))
    first, second, third = posts(read(path))
    assert (first.time, first.precision) == (1731004010000, "second")
    assert second.precision == "millisecond" and second.time is not None and second.time // 1000 == 1731004010
    assert (third.time, third.precision) == (None, "unknown")


def test_packed_files_are_read_whole_even_if_they_were_glued(tmp_path: Path) -> None:
    parts = [lines([tweet(number) for number in range(start, start + 500)]) for start in (0, 500, 1000)]
    for name, pack in {"a.jsonl.gz": gzip.compress, "a.jsonl.bz2": bz2.compress, "a.jsonl.xz": lzma.compress}.items():
        (tmp_path / name).write_bytes(b"".join(map(pack, parts)))
        assert len(posts(read(tmp_path / name, count=2))) == 1500, name


def test_zstd_with_the_window_of_pushshift(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(lines([tweet(1)]))
    (tmp_path / "a.jsonl.zst").write_bytes(packed + packed)
    assert len(posts(read(tmp_path / "a.jsonl.zst"))) == 2


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_cut_short_gives_what_is_left(tmp_path: Path, pack: object) -> None:
    words = random.Random(1)
    data = lines([tweet(number, str(words.random())) for number in range(20_000)])
    path = tmp_path / "cut.jsonl.gz"
    packed: bytes = pack(data)  # type: ignore[operator]
    path.write_bytes(packed[: len(packed) // 2])
    records = read(path, "twitter-v1", count=2)
    assert len(posts(records)) > 3000
    assert "cut short" in problems(records)[-1].reason
    assert len({post.origin.position for post in posts(records)}) == len(posts(records))


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return path


def test_names_that_lead_out_of_a_zip_are_left_out_and_told(tmp_path: Path) -> None:
    data = lines([tweet(1)])
    names = ["../up.jsonl", "/etc/root.jsonl", "a/../../b.jsonl", "C:\\x.jsonl", "..\\w.jsonl"]
    path = zipped(
        tmp_path / "evil.zip",
        {**dict.fromkeys(names, data), "good/a.jsonl": data, "__MACOSX/._a.json": b"x", "._b.json": b"x"},
    )
    records = read(path, "twitter-v1")
    assert [post.origin.member for post in posts(records)] == ["good/a.jsonl"]
    assert len(problems(records)) == len(names)
    assert all("leads out" in problem.reason for problem in problems(records))


def test_links_that_lead_out_of_a_folder_or_tar_are_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "secret.jsonl"
    outside.write_bytes(lines([tweet(9)]))
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(lines([tweet(1)]))
    (folder / "inside.jsonl").symlink_to(folder / "a.jsonl")
    (folder / "out.jsonl").symlink_to(outside)
    (folder / "loop.jsonl").symlink_to(folder / "loop.jsonl")
    os.mkfifo(folder / "pipe.jsonl")
    assert [member.name for member in Export(folder).members] == ["a.jsonl", "inside.jsonl"]
    assert Export(folder).refused == ["loop.jsonl", "out.jsonl"] or sorted(Export(folder).refused) == [
        "loop.jsonl",
        "out.jsonl",
    ]
    packed = tmp_path / "export.tar"
    with tarfile.open(packed, "w") as tar:
        for name in ("../x.jsonl", "b.jsonl"):
            info = tarfile.TarInfo(name)
            info.size = len(lines([tweet(1)]))
            tar.addfile(info, io.BytesIO(lines([tweet(1)])))
        link = tarfile.TarInfo("link.jsonl")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert [member.name for member in Export(packed).members] == ["b.jsonl"]
    assert Export(packed).refused == ["../x.jsonl", "link.jsonl"]


def test_a_tar_of_packed_files_is_one_export(tmp_path: Path) -> None:
    path = tmp_path / "grab.tar"
    with tarfile.open(path, "w") as tar:
        for minute in range(5):
            data = bz2.compress(
                lines([tweet(minute)]) + b'{"delete": {"status": {"id_str": "1", "user_id_str": "2"}}}\n\n'
            )
            info = tarfile.TarInfo(f"2014/01/01/00/{minute:02}.json.bz2")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    records = read(path, count=2)
    assert len(posts(records)) == 5 and problems(records) == []


def test_encrypted_truncated_and_empty_zips_say_what_to_do(tmp_path: Path) -> None:
    good = zipped(tmp_path / "good.zip", {"data/tweets.js": b"window.YTD.tweets.part0 = [ ]"})
    data = bytearray(good.read_bytes())
    (tmp_path / "cut.zip").write_bytes(data[: len(data) - 30])
    with pytest.raises(FormatError) as cut:
        registry.gather([tmp_path / "cut.zip"])
    assert "not a whole zip" in cut.value.message and cut.value.advice
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(data)
    with pytest.raises(FormatError) as locked:
        registry.gather([tmp_path / "locked.zip"])
    assert "encrypted" in locked.value.message and "password" in locked.value.advice
    with pytest.raises(FormatError) as empty:
        registry.gather([zipped(tmp_path / "empty.zip", {})])
    assert "empty.zip" in empty.value.message


def test_no_such_path_empty_file_and_binary(tmp_path: Path) -> None:
    (tmp_path / "empty.json").touch()
    (tmp_path / "noise.bin").write_bytes(random.Random(1).randbytes(300_000))
    (tmp_path / "nothing").mkdir()
    for name, words in {
        "gone": "does not exist", "empty.json": "is empty", "noise.bin": "no format", "nothing": "empty folder",
    }.items():  # fmt: skip
        with pytest.raises(FormatError) as error:
            registry.gather([tmp_path / name])
        assert words in error.value.message, name
        assert error.value.advice


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("data/tweets.js", "w", force_zip64=True) as stream,
    ):
        stream.write(b"window.YTD.tweets.part0 = [ ")
        for _ in range(300):
            stream.write(b"\n" * (1 << 20))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(FormatError) as error:
        registry.gather([path])
    assert "unpacks to more than" in error.value.message
    packed_file = tmp_path / "bomb.jsonl.bz2"
    packed_file.write_bytes(bz2.compress(lines([tweet(1)])) + bz2.compress(b"\n" * (300 << 20)))
    with pytest.raises(FormatError) as error:
        read(packed_file, "twitter-v1")
    assert "unpacks to more than" in error.value.message


def test_a_member_that_is_gone_or_changed_is_an_error(tmp_path: Path) -> None:
    path = archive(tmp_path / "x", [tweet(1)])
    with pytest.raises(FormatError):
        registry.raw(path, "x-archive", "data/tweets.js", 7)
    with pytest.raises(FormatError):
        registry.raw(path, "x-archive", "data/gone.js", 1)


def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    folder = archive(tmp_path / "x", [tweet(1)])
    (folder / "shut").mkdir(mode=0)
    records = read(folder)
    assert len(posts(records)) == 1 and len(problems(records)) == 1


def test_a_member_that_can_not_be_opened_is_a_problem(tmp_path: Path) -> None:
    path = zipped(tmp_path / "hurt.zip", {f"{number}.jsonl": lines([tweet(number)]) for number in range(3)})
    data = bytearray(path.read_bytes())
    place = data.index(b"1.jsonl") - 30
    data[place : place + 4] = b"oops"
    path.write_bytes(data)
    for count in (1, 2):
        records = read(path, count=count)
        assert sorted(post.origin.member for post in posts(records)) == ["0.jsonl", "2.jsonl"]
        assert [problem.origin.member for problem in problems(records)] == ["1.jsonl"]


def test_names_that_could_steer_a_terminal_are_left_out_and_told(tmp_path: Path) -> None:
    data = lines([tweet(1)])
    names = ["a\x1b[31m.jsonl", "b\u202e.jsonl", "c\n.jsonl"]
    records = read(zipped(tmp_path / "evil.zip", {**dict.fromkeys(names, data), "good.jsonl": data}), "twitter-v1")
    assert [post.origin.member for post in posts(records)] == ["good.jsonl"]
    assert [problem.origin.member for problem in problems(records)] == ["a[31m.jsonl", "b.jsonl", "c .jsonl"]
    alone = tmp_path / "d\x1b[31m.jsonl"
    alone.write_bytes(data)
    (post,) = posts(read(alone, "twitter-v1"))
    assert post.origin.member == "d[31m.jsonl"
    assert registry.raw(alone, "twitter-v1", post.origin.member, 1)


def test_a_zip_whose_table_of_contents_tells_nonsense_is_refused_with_a_word(tmp_path: Path) -> None:
    path = zipped(tmp_path / "odd.zip", {"a.jsonl": lines([tweet(1)])})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 6] = 123  # "made for version 12.3 of the format"
    path.write_bytes(data)
    with pytest.raises(FormatError) as error:
        registry.gather([path])
    assert "not a whole zip file" in error.value.message and error.value.advice
