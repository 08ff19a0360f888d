"""Searches saved under names, on the command line."""

from __future__ import annotations

from tests.conftest import Command, make_post

POSTS = [make_post(n, "ada", text, likes=n) for n, text in enumerate(("ferry one", "ferry two", "quay", "rain"), 1)]


def ids(rejoinder: Command, *words: str) -> list[object]:
    return [row["id"] for row in rejoinder("search", "town", *words, "--json").rows()]


def test_a_search_is_saved_listed_used_and_forgotten(rejoinder: Command, write_posts) -> None:
    rejoinder("import", "town", write_posts(*POSTS))
    saved = rejoinder("search", "town", "ferry OR quay since:-2d order:likes", "--save", "boats", "--count")
    assert saved.out == "3\n" and "Saved as boats" in saved.err
    (row,) = rejoinder("searches", "--json").rows()
    assert row["name"] == "boats" and "since:20" in str(row["query"]) and "-2d" not in str(row["query"])
    assert rejoinder("searches").out.startswith("boats  ")
    assert ids(rejoinder, "--saved", "Boats") == ["3", "2", "1"]
    assert ids(rejoinder, "two OR quay", "--saved", "boats") == ["3", "2"]
    assert ids(rejoinder, "order:old", "--saved", "boats") == ["1", "2", "3"]
    assert rejoinder("search", "town", "--saved", "boat").code == 2
    assert rejoinder("searches", "--forget", "boats").code == 0
    assert rejoinder("searches").out == ""


def test_a_search_for_nothing_is_wrong_usage(rejoinder: Command, write_posts) -> None:
    rejoinder("import", "town", write_posts(*POSTS))
    assert rejoinder("search", "town").code == 2
    assert rejoinder("search", "town", "", "--save", "all").code == 2
    assert rejoinder("search", "town", "/a(/").code == 2
