"""Tables with a mapping: given, known by their columns, or proposed; and real ones by their counts."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import UsageError
from rejoinder.formats import registry
from rejoinder.formats.export import Choices, Export
from rejoinder.formats.table import table
from rejoinder.formats.table.cells import number, several, times
from rejoinder.formats.table.mapping import parsed, proposed, written
from rejoinder.records import Link, Mention, Post, Reading, Ref
from tests.conftest import Command
from tests.formats.making import posts, problems, read
from tests.formats.test_corpora import moment


def told(path: Path, text: str | bytes, mapping: str, count: int = 1) -> list[Reading]:
    """What a table of this content says by a mapping."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    choices = Choices(mapping=mapping)
    return [each for index in range(count) for each in registry.open_share(path, "table", index, count, choices)]


def one(tmp_path: Path, row: str, mapping: str, header: str = "a,b,c,d") -> Post:
    (found,) = posts(told(tmp_path / "t.csv", f"{header}\n{row}\n", mapping))
    return found


def test_every_field_of_a_mapping(tmp_path: Path) -> None:
    columns = "id,text,author,handle,name,time,reply_to,reply_author,conversation,quote,likes,reposts,replies,quotes"
    columns += ",language,app,permalink,deleted,mentions,tags,links"
    row = [
        "7",
        "a quiet\n&amp; harbour",
        "77",
        "@mira",
        "Mira O.",
        "2017-03-04 05:06:07",
        "6",
        "gull",
        "1",
        "5",
        "3",
        "NA",
    ]
    row += [
        "4.0",
        "1,200",
        "en",
        "web",
        "https://x.example/7",
        "t",
        "['@gull', 'ben']",
        '["pier"]',
        "https://a.example b",
    ]
    out = io.StringIO()
    csv.writer(out).writerows([columns.split(","), row])
    mapping = ",".join(f"{name}={name}" for name in columns.split(",")) + ",platform=forum,zone=Europe/Berlin"
    (post,) = posts(told(tmp_path / "t.csv", out.getvalue(), mapping))
    assert post == Post(
        "7", "forum", "77", "mira", "Mira O.", 1488600367000, text="a quiet\n&amp; harbour", reply_to="6",
        reply_author=Ref(None, "gull"), conversation="1", quote="5", likes=3, replies=4, quotes=1200, language="en",
        app="web", permalink="https://x.example/7", deleted=0, mentions=(Mention(None, "gull"), Mention(None, "ben")),
        tags=("pier",), links=(Link("https://a.example"),), origin=post.origin,
    )  # fmt: skip
    assert post.origin.position == 2, "as a spreadsheet counts"


def test_a_tweet_in_a_table_names_what_its_text_names(tmp_path: Path) -> None:
    mapping = "text=b,reply_author=c,kind=d,platform=twitter"
    post = one(tmp_path, "1,@gull @ben ask @mira #pier https://x.example/a,gull,", mapping)
    assert [(each.handle, each.kind) for each in post.mentions] == [
        ("gull", "inherited"), ("ben", "inherited"), ("mira", "typed"),
    ]  # fmt: skip
    assert post.tags == ("pier",) and post.links == (Link("https://x.example/a"),)
    post = one(tmp_path, "1,RT @gull: ask @mira,,retweet", mapping)
    assert [each.kind for each in post.mentions] == ["relayed"] * 2 and post.repost_author == Ref(None, "gull")
    assert one(tmp_path, "1,@gull #pier,gull,", mapping.replace("twitter", "forum")).mentions == ()


def test_a_row_without_an_id_is_named_by_where_it_lies(tmp_path: Path) -> None:
    records = told(tmp_path / "t.csv", "id,text\n,one\n1.2E+18,two\n9,three\n1.3E+18,four\n", "id=id,text=text")
    assert [post.id for post in posts(records)] == ["t.csv#2", "t.csv#3", "9", "t.csv#5"]
    (problem,) = problems(records)
    assert "rounded by a spreadsheet" in problem.reason and problem.origin.position == 3


def test_constants_and_names_of_files(tmp_path: Path) -> None:
    post = one(tmp_path, "1,x,,", "text=b,handle='mira',platform=twitter")
    assert (post.handle, post.platform) == ("mira", "twitter")
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("gull.csv", "text,x\nhello,1\n")
        archive.writestr("notes.txt", "no table")
    found = posts(list(registry.open_share(path, "table", 0, 1, Choices(mapping="text=text,handle=@file"))))
    assert [(post.handle, post.id) for post in found] == [("gull", "all.zip/gull.csv#2")]


@pytest.mark.parametrize(
    ("cell", "settings", "time", "precision"),
    [
        ("2017-03-04T05:06:07Z", "", "2017-03-04 05:06:07", "second"),
        ("2017-03-04 05:06", "", "2017-03-04 05:06:00", "minute"),
        ("2017-03-04", "", "2017-03-04 00:00:00", "day"),
        ("2017-03-04 05:06:07", "zone=America/New_York", "2017-03-04 10:06:07", "second"),
        ("2017-03-04T05:06:07+02:00", "zone=America/New_York", "2017-03-04 03:06:07", "second"),
        ("Sat Mar 04 05:06:07 +0000 2017", "", "2017-03-04 05:06:07", "second"),
        ("2015-06-01 14:29:03 UTC", "", "2015-06-01 14:29:03", "second"),
        ("3/14/2017 5:06", "", "2017-03-14 05:06:00", "minute"),
        ("14.3.2017 5:06", "", "2017-03-14 05:06:00", "minute"),
        ("3/4/2017 5:06 PM", "dates=mdy", "2017-03-04 17:06:00", "minute"),
        ("3/4/2017", "dates=dmy", "2017-04-03 00:00:00", "day"),
        ("04-03-2017 05:06:07", "dates=%d-%m-%Y %H:%M:%S", "2017-03-04 05:06:07", "second"),
        ("1488600367", "", "2017-03-04 04:06:07", "second"),
        ("1488600367000", "", "2017-03-04 04:06:07", "second"),
        ("1488600367000000", "", "2017-03-04 04:06:07", "second"),
        ("3/4/2017 5:06", "", None, "unknown"),
        ("yesterday", "", None, "unknown"),
    ],
)
def test_times_as_tables_write_them(tmp_path: Path, cell: str, settings: str, time: str | None, precision: str) -> None:
    """A date that could be two is read only where the mapping says which."""
    post = one(tmp_path, f"1,x,{cell},", "text=b,time=c" + (f",{settings}" if settings else ""))
    assert (None if post.time is None else moment(post.time), post.precision) == (time, precision)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbfid;text;x\n1;a, b;c\n", "a, b"),
        ("id\ttext\n1\tgrüße\n".encode("cp1252"), "grüße"),
        ("id,text\n1,tide\n".encode("utf-16"), "tide"),
        (b'id,text\r\n1,"two\r\nlines ""said"""\r\n', 'two\nlines "said"'),
        (b"id,text\n1,tide", "tide"),
    ],
)
def test_separators_charsets_and_quotes(tmp_path: Path, data: bytes, words: str) -> None:
    (post,) = posts(told(tmp_path / "t.csv", data, "id=id,text=text"))
    assert (post.id, post.text) == ("1", words)


def test_a_table_without_a_header_is_mapped_by_numbers(tmp_path: Path) -> None:
    found = posts(told(tmp_path / "t.csv", "7,mira,hello\n8,gull,tide\n", "id=1,handle=2,text=3"))
    assert [(post.id, post.handle, post.text) for post in found] == [("7", "mira", "hello"), ("8", "gull", "tide")]


def test_lines_of_json_with_inner_names(tmp_path: Path) -> None:
    rows = [{"_meta": {"made": 1}}, {"id": 2**60, "user": {"name": "mira"}, "body": "tide", "at": 1488600367}]
    text = "".join(json.dumps(row) + "\n" for row in rows) + '{"id": 1, "body": \n'
    records = told(tmp_path / "t.jsonl", text, "id=id,text=body,handle=user.name,time=at")
    (post,) = posts(records)
    assert (post.id, post.handle, post.time) == (str(2**60), "mira", 1488600367000)
    assert [problem.origin.position for problem in problems(records)] == [1, 3], "the first line is about the file"


def test_a_broken_quote_and_odd_rows_cost_themselves(tmp_path: Path) -> None:
    text = "id,text\n1,one\n\n2\n3,three,and,more\n4,fo\rur\n5,five\n"
    records = told(tmp_path / "t.csv", text, "id=id,text=text")
    assert [post.id for post in posts(records)] == ["1", "2", "3", "5"]
    assert [problem.origin.position for problem in problems(records)] == [5]


def test_a_long_table_is_shared_out_whole(tmp_path: Path) -> None:
    text = "id,text\n" + "".join(f'{n},"tide\n{n}"\n' for n in range(30_000))
    records = told(tmp_path / "t.csv", text, "id=id,text=text", count=2)
    assert sorted(int(post.id) for post in posts(records)) == list(range(30_000)) and problems(records) == []
    assert registry.raw(tmp_path / "t.csv", "table", "t.csv", 2) == b'0,"tide\n0"'


def test_a_mapping_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('platform = "forum"\nzone = "Europe/Berlin"\n[columns]\nid = "a"\ntext = "b"\n')
    assert parsed(str(path)).columns == {"id": "a", "text": "b"} and parsed(str(path)).zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("mapping", "part"),
    [
        ("id=a", "which column is the text"),
        ("text=b,likez=c", "no field called likez"),
        ("text=b,zone=Mars/Olympus", "no time zone"),
        ("text=b,dates=ymd", "Dates can't be read"),
        ("no-such-file.toml", "can't be read"),
        ("text=b,,", "can't be understood from here"),
    ],
)
def test_a_mapping_that_is_wrong_says_what(mapping: str, part: str) -> None:
    with pytest.raises(UsageError, match=part):
        parsed(mapping)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,words\n1,x\n")
    with pytest.raises(UsageError, match="no column called text") as told:
        table.check(Export(tmp_path / "t.csv", choices=Choices(mapping="id=id,text=text")))
    assert "id, words" in told.value.advice


def test_a_proposed_mapping_reads_back_as_itself() -> None:
    layout = proposed(["Tweet ID", "User Name", "Created At", "Text", "Retweets", "Unknown"])
    assert layout is not None
    assert layout.columns == {
        "id": "Tweet ID", "text": "Text", "handle": "User Name", "time": "Created At", "reposts": "Retweets",
    }  # fmt: skip
    assert parsed(written(layout)).columns == layout.columns
    assert proposed(["a", "b"]) is None


@given(st.lists(st.text(alphabet=st.characters(exclude_characters=",='\"@\n\r"), min_size=1, max_size=12), max_size=12))
def test_a_proposal_never_takes_a_column_twice(header: list[str]) -> None:
    layout = proposed(header)
    if layout is not None:
        assert max(Counter(layout.columns.values()).values()) == 1 and set(layout.columns.values()) <= set(header)


def test_numbers_and_lists_of_cells() -> None:
    assert [number(each) for each in ("12", "1,200", "3.0", "3.5", "x", None, 7, True)] == [
        12,
        1200,
        3,
        None,
        None,
        None,
        7,
        None,
    ]
    assert several("#a, #b;c") == ("#a", "#b", "c") and several("[1, 'x'") == ("1", "'x'") and several(None) == ()
    assert times("auto", "UTC")(1e300)[0] is None


SNSCRAPED = "Datetime,Tweet Id,Text,Username\n2022-10-01 01:02:03+00:00,1576000000000000000,RT @gull: a &amp; b,mira\n"


def test_known_layouts_need_no_mapping(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text(SNSCRAPED)
    assert registry.recognise(path) == "table"
    (post,) = posts(read(path))
    assert (post.platform, post.text, post.handle) == ("twitter", "RT @gull: a & b", "mira")
    path.write_text(
        "id,text,isRetweet,isDeleted,device,favorites,retweets,date,isFlagged\n1,x,t,t,web,3,4,2020-01-01 00:00:00,f\n"
    )
    (post,) = posts(read(path))
    assert (post.handle, post.is_repost, post.deleted, post.likes) == ("realDonaldTrump", True, 0, 3)
    path.write_text(
        "external_author_id,author,content,region,language,publish_date,harvested_date,post_type,article_url,tweet_id\n"
        "9.06E+17,TEN,x &amp; y,US,English,10/1/2017 19:58,10/1/2017 19:59,RETWEET,http://twitter.com/9/1,914580356430536707\n"
    )
    (post,) = posts(read(path))
    assert (post.id, post.text, post.is_repost, post.precision) == ("914580356430536707", "x & y", True, "minute")
    assert moment(post.time or 0) == "2017-10-01 19:58:00"


def test_without_a_terminal_a_mapping_is_offered_and_not_used(rejoinder: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Tweet ID,User Name,Words,Text\n1,mira,x,tide\n")
    answer = rejoinder("import", "town", path)
    assert answer.code == 2 and "--map 'id=Tweet ID,text=Text,handle=User Name'" in answer.err
    assert "left out       Words" in answer.err
    assert rejoinder("import", "town", path, "--map", "id=Tweet ID,text=Text,handle=User Name").code == 0
    assert [row["text"] for row in rejoinder("search", "town", "tide", "--json").rows()] == ["tide"]
    answer = rejoinder("import", "town", path, "--map", "text=Nothing")
    assert answer.code == 2 and "no column called Nothing" in answer.err


def test_real_tweets_of_a_known_layout(corpora: Path) -> None:
    records = read(corpora / "trump-tweets-csv/trump_tweets.csv")
    found = posts(records)
    assert problems(records) == [] and len({post.id for post in found}) == len(found) == 20761
    times = [post.time for post in found if post.time is not None]
    assert (moment(min(times)), moment(max(times))) == ("2009-05-04 18:54:25", "2018-01-01 13:37:52")
    assert sum(post.is_repost for post in found) == 0 and not any("&amp;" in post.text for post in found)


def test_real_tweets_by_author(corpora: Path) -> None:
    """The zip here is a cut of 219 of 981 authors: it is compared with Python's own reader, row by row."""
    path = corpora / "ira-troll-tweets-csv/ira-tweets-by-author.zip"
    records = read(path)
    found = posts(records)
    rows, reposts, authors = 0, 0, set()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if "/" in name and name.endswith(".csv"):
                for row in csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"), newline="")):
                    rows += 1
                    reposts += row["post_type"] == "R"
                    authors.add(row["author_id"])
    assert problems(records) == [] and len({post.id for post in found}) == len(found) == rows == 192157
    assert sum(post.is_repost for post in found) == reposts == 57871
    assert {post.handle for post in found} == authors and len(authors) == 219
    assert all(post.precision == "minute" for post in found)
