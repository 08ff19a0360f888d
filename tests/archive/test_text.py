"""Words are the same whatever their case, accents and points, and FTS5 sees exactly the words that queries hold."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.archive.text import TOKENIZER, fold_handle, fold_tag, folded, indexed, tokens
from tests import generated

SAME = [
    ("Straße", "STRASSE"),
    ("Müller", "muller"),
    ("İstanbul", "istanbul"),
    ("ISIN", "ısın"),
    ("ΟΔΥΣΣΕΎΣ", "οδυσσευς"),
    ("Ήλιος", "ηλιοσ"),
    ("ёлка", "ЕЛКА"),
    ("كِتَابٌ", "كتاب"),
    ("العـــربية", "العربية"),
    ("أحمد", "احمد"),
    ("שָׁלוֹם", "שלום"),
    ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
    ("ｶﾞｷﾞ", "ガギ"),
    ("가나", "\u1100\u1161\u1102\u1161"),
    ("Cafe\u0301", "café"),
    ("Łódź", "lodz"),
    ("Ørsted", "orsted"),
    ("œuvre", "OEUVRE"),
    ("👍🏽", "👍"),
    ("❤️", "❤"),
    ("می\u200cخواهم", "میخواهم"),
    ("ﬁne", "fine"),
    ("don’t", "don't"),
    ("don\u02bct", "don't"),
]
DIFFERENT = [("か", "が"), ("ハ", "パ"), ("की", "कु"), ("क्या", "कया"), ("a_b", "a b"), ("👍", "👎"), ("가", "나")]
APART = [
    ("日本語のテキスト", ["日", "本", "語", "の", "テ", "キ", "ス", "ト"]),
    ("これはPythonです", ["こ", "れ", "は", "python", "で", "す"]),
    ("ไทย", ["ไ", "ท", "ย"]),
    ("👨‍👩‍👧 🇩🇪", ["👨", "👩", "👧", "🇩", "🇪"]),
    ("한국어 좋아요", ["한국어", "좋아요"]),
    ("snake_case, 2013", ["snake_case", "2013"]),
    ("https://quay.example/a?b=1", ["https", "quay", "example", "a", "b", "1"]),
    ("Lego™ C3PO®", ["lego", "c3po"]),
    ("20 °C … x\u200by", ["20", "c", "x", "y"]),
    ("1️⃣", ["1"]),
    ("\x00a\x80b\ud800c", ["a", "b", "c"]),
    ("… — !?", []),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_the_same_words(one: str, other: str) -> None:
    assert tokens(one) == tokens(other) != []


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_these_are_different_words(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


@pytest.mark.parametrize(("text", "words"), APART)
def test_a_text_falls_into_these_words(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def seen_by_sqlite(texts: Sequence[str]) -> list[list[str]]:
    """The words of each text as FTS5 has indexed them, asked back from the index itself."""
    database = apsw.Connection(":memory:")
    database.execute(f"create virtual table page using fts5(words, content='', columnsize=0, tokenize=\"{TOKENIZER}\")")
    database.execute("create virtual table seen using fts5vocab(page, 'instance')")
    with database:
        database.executemany("insert into page(rowid, words) values(?, ?)", enumerate(map(indexed, texts), 1))
    found: list[list[tuple[int, str]]] = [[] for _ in texts]
    for word, page, place in database.execute("select term, doc, offset from seen"):
        found[page - 1].append((place, word))
    return [[word for _, word in sorted(words)] for words in found]


@given(st.lists(generated.texts | st.text(max_size=40), max_size=5))
def test_sqlite_sees_exactly_the_words_of_any_text(texts: list[str]) -> None:
    assert seen_by_sqlite(texts) == list(map(tokens, texts))


def test_sqlite_sees_exactly_the_words_around_every_character() -> None:
    texts = [f"a{chr(code)}b é{chr(code)}" for code in characters()]
    assert seen_by_sqlite(texts) == list(map(tokens, texts))


def characters() -> Iterator[int]:
    """All of the first plane and the emoji, and some of what is beyond: all of Unicode takes 20 s."""
    yield from range(0x3400)
    yield from range(0x3400, sys.maxunicode, 97)
    yield from (*range(0xA000, 0xAC00), *range(0xD7A0, 0xE000), *range(0xF900, 0x10000), *range(0x1F000, 0x1FC00))


@given(st.text(max_size=60) | generated.texts)
def test_words_made_of_words_stay_the_same(text: str) -> None:
    assert tokens(" ".join(tokens(text))) == tokens(text)
    assert tokens(folded(text)) == tokens(text)


@given(st.text(max_size=30) | st.sampled_from(generated.TAGS))
def test_a_folded_tag_is_one_word_or_nothing_and_folds_no_further(tag: str) -> None:
    once = fold_tag(tag)
    assert fold_tag(once) == once
    assert " " not in once


def test_tags_and_handles_are_compared_without_their_signs() -> None:
    assert fold_tag("#Été") == fold_tag("＃ete") == "ete"
    assert fold_tag("covid-19") == "covid19"
    assert fold_tag("#") == ""
    assert fold_handle("@Ada_L") == fold_handle(" ada_l") == "ada_l"
    assert fold_handle("@ada@Quay.example") == "ada@quay.example"


def test_plain_ascii_is_handed_on_as_it_is() -> None:
    text = "Plain words, 2013"
    assert indexed(text) is text
