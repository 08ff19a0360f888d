"""The search line: what it means, what it says about a mistake, and that a written query means the same for ever."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive.canonical import print_condition, print_query
from rejoinder.archive.query import Query, parse
from rejoinder.errors import QueryError
from tests import generated
from tests.oracle import Town

NOW = int(datetime(2013, 10, 22, 14, 30, 5, 250_000, UTC).timestamp() * 1000)
BERLIN = ZoneInfo("Europe/Berlin")


def meant(line: str, zone: tzinfo = UTC) -> c.Condition:
    return parse(line, now=NOW, zone=zone).condition


def word(*tokens: str, prefix: bool = False) -> c.Words:
    return c.Words(tokens, prefix)


def at(*digits: int, zone: tzinfo = UTC) -> int:
    return int(datetime(*digits, tzinfo=zone).timestamp() * 1000)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("", c.Everything()),
        ("   ", c.Everything()),
        ("Harbour", word("harbour")),
        ("harbour Straße", c.All((word("harbour"), word("strasse")))),
        ('"the Old ship"', word("the", "old", "ship")),
        ("“the ship„", word("the", "ship")),
        ("don't", word("don", "t")),
        ("well-known", word("well", "known")),
        ("日本語", word("日", "本", "語")),
        ("har*", word("har", prefix=True)),
        ('"the har"*', word("the", "har", prefix=True)),
        ("-ship", c.Not(word("ship"))),
        ('-"the ship"', c.Not(word("the", "ship"))),
        ("a -(b OR c)", c.All((word("a"), c.Not(c.Any((word("b"), word("c"))))))),
        ("a b OR c", c.Any((c.All((word("a"), word("b"))), word("c")))),
        ("a (b OR c)", c.All((word("a"), c.Any((word("b"), word("c")))))),
        ("a AND b", c.All((word("a"), word("b")))),
        ("a or b", c.All((word("a"), word("or"), word("b")))),
        ("--a", word("a")),
        ("#Été", c.Tag("ete")),
        ("＃日本", c.Tag("日本")),
        ("@Ada,", c.Mentions("Ada")),
        ("rock & roll", c.All((word("rock"), word("roll")))),
        ("a OR !!!", word("a")),
        ("https://quay.example/x", word("https", "quay", "example", "x")),
        ("ftp://quay.example", word("ftp", "quay", "example")),
        ("Breaking: news at 12:30", c.All((word("breaking"), word("news"), word("at"), word("12", "30")))),
        ('FROM:"ada l"', c.From("ada l")),
        ("harbour（ship）", c.All((word("harbour"), word("ship")))),
        ("/Harb.*r/", c.Pattern("Harb.*r")),
        ("ship -/a|b/", c.All((word("ship"), c.Not(c.Pattern("a|b"))))),
        ("/a b/ c", c.All((c.Pattern("a b"), word("c")))),
        ("(/quay/)", c.Pattern("quay")),
        (r"/a\/b[/c]\d/", c.Pattern(r"a/b[/c]\d")),
        ("/“ship”：（x）/", c.Pattern("“ship”：（x）")),
        ("/usr/bin", word("usr", "bin")),
        ("this / that / other", c.All((word("this"), word("that"), word("other")))),
        ("w/o", word("w", "o")),
        ("parent:(from:ada ship)", c.Parent(c.All((c.From("ada"), word("ship"))))),
        ("PARENT:(ship)", c.Parent(word("ship"))),
        ("-child:(ship)", c.Not(c.Child(word("ship")))),
        ("conv:(a OR b) c", c.All((c.Beside(c.Any((word("a"), word("b")))), word("c")))),
        ("~<(a) ~>(b) ~(c)", c.All((c.Parent(word("a")), c.Child(word("b")), c.Beside(word("c"))))),
        ("parent:(child:(-a))", c.Parent(c.Child(c.Not(word("a"))))),
        ("parent:missing", c.ParentMissing()),
    ],
)
def test_a_line_means(line: str, condition: c.Condition) -> None:
    assert meant(line) == condition


@pytest.mark.parametrize(
    ("line", "since", "until"),
    [
        ("since:2013", at(2013, 1, 1), None),
        ("until:2013-10", None, at(2013, 10, 1)),
        ("since:2013-10-22 until:2013-10-23", at(2013, 10, 22), at(2013, 10, 23)),
        ("since:2013 since:2014 until:2016 until:2015", at(2014, 1, 1), at(2015, 1, 1)),
        ("during:2013", at(2013, 1, 1), at(2014, 1, 1)),
        ("during:2013-12", at(2013, 12, 1), at(2014, 1, 1)),
        ("on:2013-10-22", at(2013, 10, 22), at(2013, 10, 23)),
        ("on:2013-10-22T14:00", at(2013, 10, 22, 14), at(2013, 10, 22, 14, 1)),
        ("since:2013-10-22T14:00:05Z", at(2013, 10, 22, 14, 0, 5), None),
        ("since:2013-10-22T14:00+02:00", at(2013, 10, 22, 12), None),
        ("since:2013-10-22_14:00:05_UTC", at(2013, 10, 22, 14, 0, 5), None),
        ("since_time:1382400000", at(2013, 10, 22), None),
        ("until_time:1382400000", None, at(2013, 10, 22)),
        ("since:-2w", NOW - 14 * 86_400_000, None),
        ("since:-5h", NOW - 5 * 3_600_000, None),
        ("after:-1y", at(2012, 10, 22, 14, 30, 5) + 250, None),
        ("before:-1m", None, at(2013, 9, 22, 14, 30, 5) + 250),
        ("on:-3d", at(2013, 10, 19), at(2013, 10, 20)),
        ("during:-3d", NOW - 3 * 86_400_000, None),
    ],
)
def test_a_date_means(line: str, since: int | None, until: int | None) -> None:
    assert meant(line) == c.Between(since, until)


def test_dates_are_of_the_zone_that_is_shown() -> None:
    assert meant("on:2013-10-27", BERLIN) == c.Between(at(2013, 10, 26, 22), at(2013, 10, 27, 23))
    assert meant("since:2013-10-22T14:00", BERLIN) == c.Between(at(2013, 10, 22, 12))
    assert meant("since:2013-10-22T14:00Z", BERLIN) == c.Between(at(2013, 10, 22, 14))


def test_a_month_ago_is_never_a_day_that_is_not() -> None:
    march = at(2013, 3, 31)
    assert parse("since:-1m", now=march).condition == c.Between(at(2013, 2, 28))


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("ship fro:ada", 6, "from:"),
        ("retwets:5", 1, "retweets:"),
        ("is:replys", 4, "is:reply"),
        ("a has:pictre", 7, "has:picture"),
        ("likes:many", 7, "2..9"),
        ("likes:9..2", 7, "backwards"),
        ("likes:<0", 7, "below 0"),
        ("likes:<00", 7, "below 0"),
        ("since:2013-13", 7, "calendar"),
        ("since:tomorrow", 7, "2013-10-22"),
        ("since:-999999y", 7, "calendar"),
        ("during:9999", 8, "calendar"),
        ('ab "cd', 4, "closed"),
        ('from:"cd', 6, "closed"),
        ("ab (cd", 4, "closed"),
        ("ab) cd", 3, "closes"),
        ("日本 ) x", 4, "closes"),
        ("OR a", 1, "both sides"),
        ("a OR", 3, "both sides"),
        ("a OR OR b", 3, "both sides"),
        ("(a OR) b", 4, "both sides"),
        ("from: ada", 5, "value"),
        ("from:@", 6, "handle"),
        ("between:ada", 9, "two accounts"),
        ("lang:!", 6, "language"),
        ("url:https://", 5, "host"),
        ("-order:old", 2, "whole"),
        ("  !!!", 3, "no word"),
        ("ship /a(b/", 10, "pattern"),
        ("/*/", 2, "pattern"),
        ("/fer[y/", 7, "pattern"),
        ("/[/", 3, "pattern"),
        ("ab parent:(cd", 11, "closed"),
        ("parent:()", 8, "no word"),
        ("parent:(order:old)", 9, "whole"),
        ("child:ada", 7, "parentheses"),
        ("from:(ada)", 5, "value"),
        ("exclude:nonsense", 9, "replies"),
        ("-", 1, "no word"),
        ("(" * 50, 13, "deep"),
        ("-" * 50 + "a", 13, "deep"),
    ],
)
def test_a_mistake_is_pointed_at(line: str, column: int, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        meant(line)
    assert caught.value.column == column
    assert says in f"{caught.value.message} {caught.value.advice}"


def test_an_unknown_operator_nothing_is_like_gets_no_wild_guess() -> None:
    with pytest.raises(QueryError) as caught:
        meant("qqqq:1")
    assert "Did you mean" not in caught.value.advice


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("har", word("har", prefix=True)),
        ("old har", c.All((word("old"), word("har", prefix=True)))),
        ("h", word("h")),
        ("har ", word("har")),
        ("har.", word("har")),
        ('"old har"', word("old", "har")),
        ("日", word("日")),
        ("har OR", word("har")),
        ("har #ne", c.All((word("har"), c.Tag("ne")))),
    ],
)
def test_while_typing_the_last_word_is_a_beginning(line: str, condition: c.Condition) -> None:
    assert parse(line, now=NOW, live=True).condition == condition


def test_order_is_for_the_whole_search() -> None:
    assert parse("order:old ship", now=NOW) == Query(word("ship"), "old", (word("ship"),))
    assert parse("order:new", now=NOW) == Query(c.Everything(), "new")


def test_words_of_other_posts_are_not_marked() -> None:
    query = parse("ship /qu.y/ parent:(harbour) -conv:(rain)", now=NOW)
    assert query.terms == (word("ship"), c.Pattern("qu.y"))


def test_what_is_asked_for_is_marked_and_what_is_excluded_is_not() -> None:
    query = parse('ship "old qu"* -boat #news @ada (from:ben OR 東京) -(a OR -b) ship', now=NOW)
    assert query.terms == (
        word("ship"),
        word("old", "qu", prefix=True),
        word("news"),
        word("ada"),
        word("東", "京"),
    )


zones = st.sampled_from([UTC, BERLIN, timezone(timedelta(hours=-7))])


@given(generated.good_lines(), zones)
def test_a_written_query_means_the_same_in_any_zone_and_at_any_time(line: str, zone: tzinfo) -> None:
    query = parse(line, now=NOW, zone=zone)
    written = print_query(query)
    again = parse(written, now=NOW + 10**9, zone=BERLIN)
    assert again == query
    assert print_query(again) == written


@given(generated.archives(), generated.conditions)
def test_any_condition_can_be_written_and_read(posts: list, condition: c.Condition) -> None:
    town = Town(posts)
    written = print_condition(condition)
    assert town.meeting(meant(written)) == town.meeting(condition)


@given(generated.lines, st.booleans())
def test_any_line_is_understood_or_pointed_into(line: str, live: bool) -> None:
    try:
        query = parse(line, now=NOW, live=live)
    except QueryError as error:
        assert 1 <= error.column <= len(line) + 1
    else:
        assert parse(print_query(query), now=NOW) == query


def test_written_queries_read_like_typed_ones() -> None:
    line = 'ship "the old" har* -#news 日本語 (from:ada OR is:reply) likes:>=6 since:2013-10-22T00:00Z order:old'
    assert print_query(parse(line, now=NOW)) == line


def test_reading_a_query_needs_no_engine_and_no_screen() -> None:
    code = (
        "import sys, rejoinder.archive.query; print({'apsw', 'textual', 'rich', 'difflib', 'numpy'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"
