"""Hits are marked where a reader sees the words, whatever the normaliser made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive.highlight import located, matcher
from rejoinder.archive.query import parse
from rejoinder.archive.text import tokens
from tests import generated
from tests.oracle import stands_in


def marked(line: str, text: str) -> list[str]:
    return [text[start:end] for start, end in matcher(parse(line, now=0).terms)(text)]


@pytest.mark.parametrize(
    ("line", "text", "hits"),
    [
        ("ship", "Ship, ships and SHIP.", ["Ship", "SHIP"]),
        ("ship*", "Ship, ships and SHIP.", ["Ship", "ships", "SHIP"]),
        ('"the ship"', "the the ship; the, ship", ["the ship", "the, ship"]),
        ('"the sh"*', "see the ships", ["the ships"]),
        ("strasse", "Die Straße!", ["Straße"]),
        ("cafe", "Cafe\u0301 und café", ["Cafe\u0301", "café"]),
        ("ηλιος", "Ο Ήλιος", ["Ήλιος"]),
        ("ёлка", "Елка, ёлка", ["Елка", "ёлка"]),
        ("شاي", "شَاي حلو", ["شَاي"]),
        ("שלום", "אמר שָׁלוֹם!", ["שָׁלוֹם"]),
        ("日本", "私は日本語を", ["日本"]),
        ("ガ", "ｶﾞｷﾞ", ["ｶﾞ"]),
        ("가", "\u1100\u1161\u1102", []),
        ("가나", "x \u1100\u1161\u1102\u1161 y", ["\u1100\u1161\u1102\u1161"]),
        ("ไทย", "ภาษาไทย", ["ไทย"]),
        ("full", "ＦＵＬＬ", ["ＦＵＬＬ"]),
        ("👍", "ok👍🏽 👎", ["👍🏽"]),
        ("lego", "Lego™", ["Lego"]),
        ("#news @ada -boat", "News by ada: boat", ["News", "ada"]),
        ("ship the", "the ship", ["the", "ship"]),
        ('"old ship" "ship sails"', "the old ship sails", ["old ship sails"]),
        ("from:ada", "ada", []),
    ],
)
def test_these_places_are_marked(line: str, text: str, hits: list[str]) -> None:
    assert marked(line, text) == hits


texts = generated.texts | st.text(max_size=40) | st.text("ab\u0301\u3099かｶﾞㅎㅏ\u1100\u1161ßﷺ™ \u200d🏽", max_size=12)


@given(texts)
def test_located_words_are_the_words_of_the_index_in_order_and_within_the_text(text: str) -> None:
    places = located(text)
    assert [word for word, _, _ in places] == tokens(text)
    assert all(0 <= start < end <= len(text) for _, start, end in places)
    assert [start for _, start, _ in places] == sorted(start for _, start, _ in places)


@given(texts, st.lists(generated.words, max_size=3))
def test_a_text_has_marks_exactly_if_it_is_found(text: str, terms: list[c.Words]) -> None:
    hits = matcher(terms)(text)
    assert bool(hits) == any(stands_in(words, tokens(text)) for words in terms)
    ends = [0, *(place for hit in hits for place in hit), len(text)]
    assert ends == sorted(ends)
