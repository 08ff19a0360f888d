"""What text from an export may hold after it is cleaned: checked against what a terminal must never be sent."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.formats.prose import Cut, excerpt, line, plain, replaced, unescaped

NASTY = st.sampled_from(  # what exports have held, and what a joker may write
    [
        "\x1b[31m",
        "\x00",
        "\x9b",
        "\x07",
        "\r",
        "\r\n",
        "\t",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u2028",
        "\u2029",
        "\x85",
        "́",
        "́" * 50,
        "\u200b" * 30,
        "\u200d",
        "️",
        "�",
        "�",
        "\ufeff",
        "\U000e0041" * 40,
        "é",
        "你",
        "שָׁלוֹם",
        "สวัสดี",
        "नमस्ते",
        "👩\u200d👩\u200d👧\u200d👦",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "[/markup]",
        "\n",
        "a",
        " ",
        "&amp;",
    ]
)
TEXTS = st.one_of(st.text(st.characters(codec=None), max_size=60), st.lists(NASTY, max_size=20).map("".join))


def reference(text: str) -> list[str]:
    """Everything in a text that must not be in it, found character by character."""
    wrong = [
        character
        for character in text
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") and character != "\n"
    ]
    wrong += [character for character in text if "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"]
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run > 4:
            wrong.append("flood")
    return wrong


@given(TEXTS)
def test_nothing_that_moves_a_terminal_is_left(text: str) -> None:
    cleaned = plain(text)
    assert reference(cleaned) == []
    cleaned.encode("utf-8")
    assert plain(cleaned) == cleaned, "cleaning twice changes nothing"
    assert "\n" not in line(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Sm", "Sc", "So", "Zs"]), max_size=80))
def test_ordinary_text_in_any_script_is_not_touched(text: str) -> None:
    if not any("\ufff9" <= character <= "\ufffb" for character in text):
        assert plain(text) == text


def test_each_kind_of_break_is_one_newline() -> None:
    assert plain("a\r\nb\rc\u2028d\u2029e\x85f\ng") == "a\nb\nc\nd\ne\nf\ng"
    assert plain("a\tb") == "a b"
    assert line("two\nlines") == "two lines"


def test_escape_bytes_and_overrides_go_and_words_stay() -> None:
    assert plain("\x1b[2Jhello\x07 \u202eolleh\u202c \x9b31mred") == "[2Jhello olleh 31mred"
    assert plain("half \ud83d a pair") == "half \ufffd a pair"


def test_a_flood_of_marks_is_cut_and_scripts_that_need_marks_are_not() -> None:
    assert plain("a" + "\u0301" * 500 + "b") == "a" + "\u0301" * 4 + "b"
    assert len(plain("a" + "\u200b\u0301" * 500)) <= 5
    for word in ("שָׁלוֹם", "สวัสดี", "नमस्ते", "مَرْحَبًا", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "1️⃣", "😀😀😀😀😀😀😀😀"):
        assert plain(word) == word


def test_markup_is_text() -> None:
    assert plain("[/markup] [bold]x[/] <b>") == "[/markup] [bold]x[/] <b>"


def test_only_the_three_entities_are_resolved_each_once() -> None:
    assert unescaped("a &lt;b&gt; &amp; c") == "a <b> & c"
    assert unescaped("&amp;lt; &amp;amp; &copy; &notit") == "&lt; &amp; &copy; &notit"


@given(st.lists(st.sampled_from(["𝒳", "é", "a ", "&amp;", "&lt;", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "line\n"]), max_size=12), st.integers(0, 3))
def test_offsets_count_code_points_of_the_escaped_text(words: list[str], links: int) -> None:
    escaped = ""
    cuts = []
    expected = ""
    for number, word in enumerate(words):
        escaped += word
        expected += word.replace("&lt;", "<").replace("&amp;", "&")
        if number < links:
            cuts.append(
                Cut(
                    len(escaped),
                    len(escaped) + 14,
                    f"https://t.co/{number}",
                    f"https://example.org/?a=1&amp;b={number}",
                )
            )
            escaped += f"https://t.co/{number}"
            expected += f"https://example.org/?a=1&amp;b={number}"
    assert replaced(escaped, reversed(cuts)) == expected


def test_a_wrong_offset_is_not_trusted() -> None:
    assert (
        replaced("see https://t.co/a now", [Cut(0, 14, "https://t.co/a", "https://x.example")])
        == "see https://x.example now"
    )
    cuts = [Cut(0, 0, "https://t.co/b", "B"), Cut(0, 0, "https://t.co/a", "A"), Cut(0, 0, "https://t.co/b", "b")]
    assert replaced("https://t.co/b https://t.co/a https://t.co/b", cuts) == "B A b"
    assert replaced("nothing here", [Cut(3, 17, "https://t.co/a", "https://x.example")]) == "nothing here"


def test_an_excerpt_is_one_short_clean_line() -> None:
    found = excerpt(b"\xff\xfe\x1b[31m\n" + b"a" * 5000)
    assert len(found) <= 120 and found.isprintable()
