"""The table of operators: every entry works as its own help says, and every dialect's spelling is understood."""

from __future__ import annotations

import pytest

from rejoinder.archive import conditions as c
from rejoinder.archive.operators import OPERATORS, READERS, rows
from rejoinder.archive.query import parse
from rejoinder.errors import QueryError


def meant(line: str) -> c.Condition:
    return parse(line, now=0).condition


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_every_operators_example_is_understood(row: object) -> None:
    query = parse(row.example, now=0)
    assert row.example.startswith(f"{row.name}:")
    assert query.order or query.condition != c.Everything()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_every_fixed_value_is_understood_and_each_means_something_else(row: object) -> None:
    meanings = [parse(f"{row.name}:{value}", now=0) for value in row.values]
    assert len(set(meanings)) == len(meanings)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_every_alias_that_help_shows_is_understood(row: object) -> None:
    for alias in row.aliases:
        if alias.endswith(":"):
            assert alias[:-1] in READERS
        else:
            assert meant(alias) != c.Everything()


def test_help_is_short_and_ends_without_a_full_stop() -> None:
    for row in rows():
        assert row.help and not row.help.endswith(".") and len(row.help) <= 120


def test_no_spelling_means_two_things() -> None:
    names = [operator.name for operator in OPERATORS] + [name for operator in OPERATORS for name, _ in operator.also]
    assert len(names) == len(set(names))
    assert all(name == name.lower() for name in names)


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("from:@ada", c.From("ada")),
        ("to:ada", c.To("ada")),
        ("mentions:@ada", c.Mentions("ada")),
        ("between:@ada,ben", c.Pair("ada", "ben")),
        ("side:dockers", c.Side("dockers")),
        ("first:answer", c.First("answer")),
        ("unanswered:>5", c.Numbers("unanswered", low=6)),
        ("exchange:3", c.Numbers("exchange", low=3)),
        ("exchange:<=4", c.Numbers("exchange", high=4)),
        ("is:retweet", c.Is("repost")),
        ("is:boost", c.Is("repost")),
        ("filter:replies", c.Is("reply")),
        ("filter:nativeretweets", c.Is("repost")),
        ("filter:quote", c.Is("quote")),
        ("filter:links", c.Has("link")),
        ("filter:images", c.Has("image")),
        ("filter:hashtags", c.Has("tag")),
        ("has:hashtags", c.Has("tag")),
        ("has:replies", c.Has("replies")),
        ("parent:missing", c.ParentMissing()),
        ("likes:5", c.Numbers("likes", 5, 5)),
        ("likes:>5", c.Numbers("likes", 6, None)),
        ("likes:>=5", c.Numbers("likes", 5, None)),
        ("reposts:<5", c.Numbers("reposts", None, 4)),
        ("reposts:<=5", c.Numbers("reposts", None, 5)),
        ("replies:2..9", c.Numbers("replies", 2, 9)),
        ("replies:2..", c.Numbers("replies", 2, None)),
        ("min_faves:10", c.Numbers("likes", 10, None)),
        ("min_retweets:10", c.Numbers("reposts", 10, None)),
        ("min_replies:10", c.Numbers("replies", 10, None)),
        ("language:PT_br", c.Language("pt-br")),
        ("source:2024", c.FromSource("2024")),
        ("platform:Twitter", c.Platform("twitter")),
        ("url:https://Quay.Example:8080/a?b", c.Domain("quay.example")),
        ("domain:quay.example", c.Domain("quay.example")),
        ("id:20,mastodon:21", c.Ids(("20", "mastodon:21"))),
        ("id:https://x.com/ada/status/20?s=1", c.Ids(("twitter:20",))),
        ("conversation_id:20", c.Conversation("20")),
        ("author:@ada", c.From("ada")),
        ("did:plc:abc", c.From("did:plc:abc")),
        ("from:@ada@quay.example", c.From("ada@quay.example")),
        ("hashtag:#Été", c.Tag("ete")),
        ("exclude:retweets", c.Not(c.Is("repost"))),
        ("include:nativeretweets", c.Everything()),
        ("in_reply_to_status_id:20", c.Parent(c.Ids(("20",)))),
        ("depth:0", c.Numbers("depth", 0, 0)),
        ("has:video_link", c.Has("video")),
    ],
)
def test_an_operator_means(line: str, condition: c.Condition) -> None:
    assert meant(line) == condition


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_operator_refuses_an_empty_value_and_says_where(name: str) -> None:
    with pytest.raises(QueryError) as caught:
        meant(f'ab {name}:""')
    assert caught.value.column == len(name) + 6
