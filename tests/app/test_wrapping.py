"""Lines that fit: nothing is lost, nothing too wide, no grapheme broken."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

from rejoinder.app.wrapping import cut, right_to_left, safe, wrap

TEXTS = st.text(
    st.one_of(
        st.sampled_from(" \n  abcxyz,.!日本語港👩‍👧🇫🇷é\u0301ع\u0644\u200d❤️"),
        st.characters(blacklist_categories=("Cs", "Cc")),
    ),
    max_size=120,
)


@given(TEXTS, st.integers(2, 40))
def test_lines_fit_and_hold_the_whole_text(text: str, width: int) -> None:
    text = safe(text)
    spans = wrap(text, width)
    for start, end in spans:
        line = text[start:end]
        assert "\n" not in line
        assert cell_len(line) <= width or len(split_graphemes(line)[0]) == 1
    at = 0
    for start, end in spans:
        assert text[at:start].strip(" \n") == "", "only blanks and line feeds stand between two lines"
        at = end
    assert text[at:].strip(" \n") == ""


@pytest.mark.parametrize(
    ("text", "shown", "wide"),
    [
        ("\u200d".join("seaweed"), "seaweed", 7),
        ("\u200d".join("日本語"), "日本語", 6),
        ("\u200d\u200dx\u200d ", "x ", 2),
        ("\N{MAN}\u200dabc", "\N{MAN}abc", 5),
        ("👨‍👩‍👧 👩🏻‍❤️‍💋‍👩🏼 🏳️‍🌈 ☝🏽‍♂️", "👨‍👩‍👧 👩🏻‍❤️‍💋‍👩🏼 🏳️‍🌈 ☝🏽‍♂️", 11),
        ("\u200d".join("\N{MAN}" * 9), "\u200d".join("\N{MAN}" * 4) * 2 + "\N{MAN}", 6),
    ],
)
def test_what_an_unseen_joiner_joins_is_all_seen(text: str, shown: str, wide: int) -> None:
    """Of letters with joiners between them Rich and tmux draw one cell, which hides whole sentences."""
    assert safe(text) == safe(safe(text)) == shown
    assert cell_len(safe(text)) == wide


@given(TEXTS, st.integers(2, 40))
def test_no_line_begins_within_a_grapheme(text: str, width: int) -> None:
    text = safe(text)
    for start, end in wrap(text, width):
        paragraph = text.rfind("\n", 0, start) + 1
        word = max(text.rfind(" ", paragraph, start) + 1, paragraph)
        starts = {word + first for first, _, _ in split_graphemes(text[word:end])[0]}
        assert start in starts or start == end


@given(st.text(st.sampled_from("ab  c\n"), max_size=80), st.integers(1, 20))
def test_a_line_is_as_full_as_it_can_be(text: str, width: int) -> None:
    """Greedy: the first word of a line had no room on the line before."""
    spans = wrap(text, width)
    for (start, end), (after, stop) in pairwise(spans):
        if "\n" in text[end:after] or end == after:
            continue
        word = text[after:stop].split(" ")[0]
        assert end - start + (after - end) + len(word) > width


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("", [""]),
        ("a\n\nb", ["a", "", "b"]),
        ("abcdefghij", ["abcdefgh", "ij"]),
        ("日本語です。港", ["日本語で", "す。港"]),
        ("日本語は。", ["日本語", "は。"]),
        ("go 日本語", ["go 日本", "語"]),
    ],
)
def test_examples_of_eight_cells(text: str, lines: list[str]) -> None:
    assert [text[start:end] for start, end in wrap(text, 8)] == lines


@given(TEXTS, st.integers(1, 30))
def test_what_is_cut_fits_on_one_line(text: str, width: int) -> None:
    shown = cut(safe(text), width)
    assert "\n" not in shown
    assert cell_len(shown) <= width


def test_nothing_that_steers_a_terminal_gets_through() -> None:
    hostile = "".join(
        map(chr, (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x200E, 0x200F, 0x202E, 0x2066, 0x2028, 0xD83D))
    )
    assert set(safe(hostile)) <= {"\n", " ", "\ufffd"}
    assert safe("e" + "\u0301" * 500) == "e" + "\u0301" * 4
    assert safe("👩‍👩‍👧‍👦 and ❤️") == "👩‍👩‍👧‍👦 and ❤️"


def test_the_first_letter_gives_the_direction() -> None:
    assert right_to_left("«هل» or not")
    assert right_to_left("123 שלום")
    assert not right_to_left("a שלום")
    assert not right_to_left("123 !")
