"""What a search line may go on with: operators by their beginning, then values as the archive has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rejoinder.archive.completion import Choice, choices, completed, operators, wanted
from rejoinder.archive.operators import READERS
from rejoinder.archive.protocol import Archive
from rejoinder.records import Link, Origin
from tests.archive.test_meaning import keeping
from tests.conftest import make_post

POSTS = [
    make_post(1, "ada", "one", tags=("News",), language="pt"),
    make_post(2, "ada", "two", tags=("news", "Newport"), language="pt-BR", links=(Link("https://quay.example/a"),)),
    make_post(3, "adam", "three", tags=("quay",), language="en", name="Adam"),
    make_post(4, "Ben", "four", platform="other", origin=Origin("my export.zip")),
]


@pytest.fixture(scope="module")
def archive() -> Iterator[Archive]:
    with keeping(POSTS) as opened:
        yield opened


def offered(archive: Archive, line: str) -> list[str]:
    """What is offered where the line ends."""
    wish = wanted(line, len(line))
    return [choice.text for choice in choices(archive, wish)] if wish else []


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("fr", ["from:"]),
        ("ship re", ["reposts:", "replies:"]),
        ("ship -(fr", ["from:"]),
        ("ship -fr", ["from:"]),
        ("ship (fr", ["from:"]),
        ("f", []),
        ("xyz", []),
        ("min_f", ["min_faves:"]),
        ("from:a", ["ada", "adam"]),
        ("FROM:@AD", ["ada", "adam"]),
        ("@ad", ["ada", "adam"]),
        ("a@ad", []),
        ("between:ada,be", ["Ben"]),
        ("#new", ["news", "newport"]),
        ("-#NEW", ["news", "newport"]),
        ("lang:p", ["pt", "pt-br"]),
        ("language:e", ["en"]),
        ("domain:qu", ["quay.example"]),
        ("platform:", ["test", "other"]),
        ("is:re", ["reply", "repost"]),
        ("is:reply x", []),
        ("likes:", []),
    ],
)
def test_a_word_may_go_on(archive: Archive, line: str, texts: list[str]) -> None:
    assert offered(archive, line)[: len(texts) or None] == texts


def test_a_source_is_found_by_any_part_of_its_name_and_quoted(archive: Archive) -> None:
    assert offered(archive, "source:export") == ['"my export.zip"']
    assert offered(archive, 'source:"my ex') == ['"my export.zip"']


def test_handles_tell_their_posts_and_names(archive: Archive) -> None:
    wish = wanted("from:a", 6)
    assert wish is not None
    assert choices(archive, wish) == [Choice("ada", "", 2), Choice("adam", "Adam", 1)]


def test_a_choice_is_put_where_the_word_stood() -> None:
    for line, at, choice, after in (
        ("ship fr", 7, "from:", ("ship from:", 10)),
        ("from:ad ship", 7, "ada", ("from:ada ship", 9)),
        ("(from:ad)", 8, "ada", ("(from:ada)", 10)),
        ("#ne", 3, "news", ("#news ", 6)),
    ):
        wish = wanted(line, at)
        assert wish is not None
        assert completed(line, wish, Choice(choice)) == after


def test_every_operator_is_offered_by_its_first_letters() -> None:
    offered = {choice.text for name in READERS for choice in operators(name[:2])}
    shown = {f"{name}:" for name in READERS} & offered
    assert {"from:", "since:", "min_faves:", "is:", "order:"} <= shown
