"""Patterns find what they match, cannot hang a search, and are narrowed by words without losing a post."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive import patterns
from rejoinder.archive.highlight import matcher as highlighter
from rejoinder.archive.patterns import LIMIT, bare, literals, matcher, written
from rejoinder.archive.protocol import Archive
from rejoinder.archive.sqlite.asking import Asking
from rejoinder.archive.text import tokens
from rejoinder.errors import ArchiveError, Cancelled, QueryError
from tests import generated
from tests.archive.test_meaning import keeping
from tests.conftest import make_post
from tests.oracle import stands_in

DANGEROUS = ["(a+)+$", "(a|a)*b", "(a|aa)+c", "(.*a){12}b", "(?:a*)*[^a]x", "^(([a-z])+.)+[A-Z]([a-z])+$"]
HOSTILE = "a" * 4000 + "!"


@pytest.mark.parametrize("pattern", DANGEROUS)
def test_a_dangerous_pattern_is_refused_soon(pattern: str) -> None:
    holds = matcher(pattern)
    started = time.monotonic()
    try:
        holds(HOSTILE)
    except QueryError as error:
        assert pattern in error.message
    assert time.monotonic() - started < 20 * LIMIT


@pytest.mark.parametrize("pattern", ["a*b", "(a|b|c)x?a?y?z?", ".+!!", "[a-z]{2,}x", "a?a?a?a?b", r"\w+\d"])
def test_a_pattern_that_is_matched_without_a_limit_needs_none(pattern: str) -> None:
    assert patterns._is_simple(pattern)
    started = time.process_time()
    matcher(pattern)("a" * patterns._SHORT)
    assert time.process_time() - started < 20 * LIMIT


@pytest.mark.parametrize("pattern", [*DANGEROUS, "a*a*a*b", r"(a)\1", "(?:a)+", "(ab)?", "(?R)", "(?i)a"])
def test_other_patterns_are_limited(pattern: str) -> None:
    assert not patterns._is_simple(pattern)


@pytest.fixture(scope="module")
def many() -> Iterator[Archive]:
    with keeping([make_post(n, "ada", f"{'a' * 200}! post {n} of the quay") for n in range(1, 3001)]) as archive:
        yield archive


def test_a_dangerous_pattern_is_an_error_not_a_hang_and_not_half_an_answer(many: Archive) -> None:
    with pytest.raises(QueryError):
        many.count(c.Pattern("(?:a{1,20}){1,4}b"))
    assert many.count(c.Pattern("post 12.. of")).n == 100


def test_a_search_by_pattern_is_stopped_when_it_is_not_wanted_any_more(many: Archive) -> None:
    slow = c.Pattern("(a+)+$")
    for _ in range(3):
        ended: list[float] = []

        def ask(ended: list[float] = ended) -> None:
            try:
                many.count(slow)
            except (Cancelled, QueryError):
                ended.append(time.monotonic())

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.1)
        asked = time.monotonic()
        many.cancel()
        thread.join()
        assert not ended or ended[0] - asked < 10 * LIMIT


def test_pages_and_counts_of_a_pattern_agree(many: Archive) -> None:
    pattern = c.Pattern(r"post \d*7 of")
    found = [int(entry.post.id) for entry in many.page(pattern, None, "newer", 1000)]
    assert found == list(range(7, 3000, 10))
    assert [int(entry.post.id) for entry in many.page(pattern, None, "older", 3)] == found[-3:]
    few = c.All((c.Ids(("17", "18", "27")), pattern))
    assert many.count(few).n == 2


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("the old ship", [(("old", "ship"), True)]),
        ("the old ship ", [(("old", "ship"), False)]),
        (r"^the old\b", [(("old",), True)]),
        ("ship", []),
        (r"\bship\b", []),
        (", don't", [(("don", "t"), True)]),
        ("a (b c d) e f", [(("e", "f"), True)]),
        ("old ships? at", [(("ship",), True), (("at",), True)]),
        ("x yy* z", [(("y",), True), (("z",), True)]),
        ("a bc|d", []),
        ("a b(c|d) e ", [(("b",), True), (("e",), False)]),
        ("(?i) b c", []),
        (r" \u0041 b", []),
        (r" (?P<n>x)\g<n> b", []),
        ("a [b c] d e", [(("d", "e"), True)]),
        (" é b", [(("b",), True)]),
        (r"https://quay\.example/x", [(("quay", "example", "x"), True)]),
    ],
)
def test_the_words_that_a_match_must_hold(pattern: str, words: list[object]) -> None:
    assert literals(pattern) == words


alphabet = st.text("ab sS'İſ\u0301\u200dé_", max_size=12)


@given(
    alphabet,
    alphabet.filter(bool),
    alphabet,
    st.sampled_from(["", "?", "*", "+", "{2}", "{0,1}", "[ab]", "(a|b)", ".", r"\b"]),
)
def test_narrowing_never_loses_a_match(before: str, inner: str, after: str, sign: str) -> None:
    pattern = inner + sign
    holds = matcher(pattern)
    text = before + inner + after
    if holds(text):
        for words, prefix in literals(pattern):
            assert stands_in(c.Words(words, prefix), tokens(text)), (pattern, text)


@given(generated.archives(), st.sampled_from(generated.PATTERNS))
def test_narrowing_never_loses_a_post(posts: list, pattern: str) -> None:
    for post in posts:
        if re.search(pattern, post.text, re.IGNORECASE):
            for words, prefix in literals(pattern):
                assert stands_in(c.Words(words, prefix), tokens(post.text))


@given(st.text("a/\\\\[b].", max_size=8))
def test_a_pattern_is_written_between_slashes_and_read_again(pattern: str) -> None:
    assert bare(written(bare(pattern))[1:-1]) == bare(pattern)


def test_what_a_pattern_matches_is_marked() -> None:
    hits = highlighter([c.Pattern("qu.y"), c.Words(("ship",))])
    assert hits("The Quay, the ship at the quay") == [(4, 8), (14, 18), (26, 30)]
    assert highlighter([c.Pattern("x*")])("aaa") == []
    assert highlighter([c.Pattern("(a+)+$")])(HOSTILE) == []


def test_whatever_an_interrupted_question_ends_in_it_was_cancelled_and_nothing_is_damaged(tmp_path: Path) -> None:
    """FTS5 that is interrupted while it opens an index says that its constructor failed."""
    asking = Asking(tmp_path / "town.rejoinder")
    asking.connection = apsw.Connection(":memory:")
    with pytest.raises(Cancelled), asking:
        asking.cancel()
        raise apsw.SQLError("vtable constructor failed: words_9")
    with pytest.raises(ArchiveError), asking:
        raise apsw.SQLError("vtable constructor failed: words_9")
