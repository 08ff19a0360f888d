"""Hebrew and Arabic read right: in the order of Unicode's algorithm, pointed and joined, between our columns."""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from itertools import islice

import pytest
from bidi import get_display
from bidi.mirror import MIRRORED
from hypothesis import given
from hypothesis import strategies as st
from tests.app.pictures import awaited
from tests.app.pty_session import Session
from tests.app.test_browse import reading
from tests.app.test_layout import make
from tests.conftest import make_post

from rejoinder.app import bidi
from rejoinder.app.direction import ARRANGED, LRM, arranged
from rejoinder.app.layout import Look, card
from rejoinder.app.settings import Settings
from rejoinder.app.shaping import forms, joined
from rejoinder.app.terminal.kinds import is_light_by_answer, reorders, reorders_by_answer
from rejoinder.app.wrapping import cells, right_to_left, safe

HEBREW = "שלום (hello) עולם"
TICKETS = "هل التذاكر صالحة غداً؟"


def seen(text: str) -> str:
    return bidi.visual_text(text, right_to_left(text))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("שלום", "םולש"),
        ("שלום עולם!", "!םלוע םולש"),
        ("הרכבת ב-14:20 לחיפה", "הפיחל 14:20-ב תבכרה"),
        ("שלום (hello) עולם", "םלוע (hello) םולש"),
        ("עברית hello (world) סוף", "ףוס hello (world) תירבע"),
        ("abc שלום, עולם! def", "abc םלוע ,םולש! def"),
        ("[שלום]", "[םולש]"),
        ("plain words (1)", "plain words (1)"),
    ],
)
def test_hebrew_and_latin_stand_in_the_order_of_the_unicode_algorithm(text: str, drawn: str) -> None:
    assert seen(text) == drawn


def test_points_stay_on_their_letters() -> None:
    drawn = seen("שָׁלוֹם")
    assert drawn[0] == "ם"
    assert drawn.endswith("שָׁ")
    assert not unicodedata.combining(drawn[0])


def test_emoji_of_several_code_points_stay_whole() -> None:
    family = "👨‍👩‍👧"
    assert family in seen(f"שלום {family} עולם")


def test_arabic_letters_are_joined_in_the_order_in_which_they_are_spoken() -> None:
    initial, medial, final, isolated = (forms()["ب"][kind] for kind in ("initial", "medial", "final", "isolated"))
    assert seen("ببب") == final + medial + initial
    assert seen("ب") == isolated
    assert seen("باب") == forms()["ب"]["isolated"] + forms()["ا"]["final"] + initial
    assert seen("سلام")[1] == forms()["لا"]["final"], "lam and alef are one sign"
    assert seen("می\u200cخواهم").endswith(forms()["ی"]["final"] + forms()["م"]["initial"]), "a non-joiner parts letters"
    assert seen(TICKETS)[0] == "؟"


@given(st.lists(st.sampled_from([*"ابلهوي ", "لا", "ab", "1", "غداً"]), max_size=20).map("".join))
def test_joining_changes_no_letter(text: str) -> None:
    shown = joined(list(text), [1 if right_to_left(each) else 0 for each in text])
    assert unicodedata.normalize("NFKC", "".join(shown)) == unicodedata.normalize("NFKC", text)


ONE_BRACKET = str.maketrans({sign: min(sign, other) for sign, other in MIRRORED.items()})
"""The reference mirrors no brackets; that ours do is shown by the examples."""
WORDS = [
    "שלום",
    "עולם",
    "hello",
    "world",
    "12",
    "14:20",
    "3.5%",
    "-",
    "(",
    ")",
    "!",
    ", ",
    " ",
    "#tag",
    "@name",
    "ב-",
    "?",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_the_order_is_that_of_the_reference(text: str) -> None:
    backwards = right_to_left(text)
    drawn = bidi.visual_text(text, backwards).translate(ONE_BRACKET)
    assert drawn == get_display(text, base_dir="R" if backwards else "L").translate(ONE_BRACKET)


@given(st.lists(st.sampled_from([*"אבגשׁל abc12(),.!\u05b8", "👍", "👨‍👩‍👧"]), max_size=40).map("".join), st.booleans())
def test_nothing_is_lost_and_nothing_is_made(text: str, backwards: bool) -> None:
    drawn = bidi.visual_text(text, backwards)
    assert sorted(drawn.translate(ONE_BRACKET)) == sorted(text.translate(ONE_BRACKET))
    assert cells(drawn) == cells(text)


def lines_of(text: str, width: int, reorders: bool, **more: object) -> list[str]:
    look = Look(width, reorders=reorders, **more)  # type: ignore[arg-type]
    return ["".join(run for run, _ in line) for line in card(make(text), look)[1:]]


@pytest.mark.parametrize("reorders", [True, False])
def test_right_to_left_paragraphs_stand_at_the_right_edge_and_others_at_the_left(reorders: bool) -> None:
    hebrew, latin = lines_of(f"{HEBREW}\nplain שלום words", 40, reorders)
    bare = hebrew.replace(LRM, "").replace("\u200f", "")
    assert cells(hebrew) == 40 and bare.startswith("   ") and not bare.endswith(" ")
    assert latin.lstrip(LRM).startswith("plain ")


def test_a_terminal_that_reorders_gets_the_letters_in_their_own_order_between_marks() -> None:
    (line,) = lines_of(HEBREW, 40, False)
    assert HEBREW in line
    assert line.startswith(LRM) and line.endswith(LRM)
    runs = arranged((("שלום", "name"), (" 14:07", "dim")), False)
    assert "".join(text for text, _ in runs) == f"{LRM}\u200fשלום\u200f{LRM} 14:07"


def test_a_terminal_that_does_not_gets_no_marks() -> None:
    (line,) = lines_of(HEBREW, 40, True)
    assert line.strip() == seen(HEBREW)
    assert not set(line) & {LRM, "\u200f"}


def test_a_hit_keeps_its_mark_in_the_words_that_were_turned() -> None:
    for word, drawn in (("hello", "hello"), ("עולם", "םלוע"), ("לום", "םול")):
        start = HEBREW.index(word)
        hit = (start, start + len(word))
        line = card(make(HEBREW), Look(40, hits=lambda _, hit=hit: [hit]))[1]
        assert [text for text, ink in line if ink == "hit"] == [drawn]
        assert line[0] == ARRANGED


def test_our_signs_stay_at_the_left_of_a_name() -> None:
    assert arranged((("  ↰ قاسم", "dim"),), True)[0][0].startswith("  ↰ ")
    assert arranged((("▣ photo: שלום", "dim"),), True)[0][0] == "▣ photo: םולש"


def test_joined_letters_leave_the_columns_where_they_are() -> None:
    assert sum(cells(text) for text, _ in arranged((("سلام", "name"),), True)) == cells("سلام")


def test_what_fills_a_column_stays_behind_the_name() -> None:
    assert arranged((("שלום    ", "name"), ("12", "")), True) == (("םולש", "name"), ("    ", "name"), ("12", ""))


def test_hits_part_no_text_of_our_columns() -> None:
    line = (("14:07", "dim"), ("  ", ""), ("שלום ", ""), ("עולם", "hit"), ("!", ""))
    assert arranged(line, True) == (("14:07", "dim"), ("  ", ""), ("!", ""), ("םלוע", "hit"), (" םולש", ""))
    fenced = "".join(text for text, _ in arranged(line, False))
    assert fenced == f"14:07  {LRM}\u200fשלום עולם!\u200f{LRM}"


@given(st.text(st.sampled_from(list("אבגلاسم abc12().\n\u05b8ً")), max_size=120), st.integers(12, 60), st.booleans())
def test_no_line_is_wider_than_the_card_in_any_direction(text: str, width: int, reorders: bool) -> None:
    for line in lines_of(text, width, reorders):
        assert cells(line) <= width


@pytest.mark.parametrize(
    ("told", "does"),
    [
        ({"VTE_VERSION": "6800"}, True), ({"VTE_VERSION": "5402"}, False), ({"KONSOLE_VERSION": "230401"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, True), ({"TERM": "mlterm-256color"}, True), ({"TERM": "linux"}, False),
        ({"TERM": "xterm-kitty"}, False), ({"TERM": "xterm-256color", "XTERM_VERSION": "XTerm(390)"}, False),
        ({"TERM": "xterm-256color"}, None), ({"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}, None), ({}, None),
    ],
)  # fmt: skip
def test_the_environment_tells_what_the_terminal_does(told: dict[str, str], does: bool | None) -> None:
    assert reorders(told) is does


@pytest.mark.parametrize(
    ("attributes", "does"),
    [
        ((65, 6800, 1), True), ((65, 5402, 1), False), ((1, 115, 0), True), ((77, 30104, 0), True),
        ((24, 279, 0), True),
        ((0, 136, 0), True), ((1, 95, 0), True), ((41, 390, 0), False), ((1, 4000, 19), False), ((84, 0, 0), False),
        ((83, 40900, 0), False), ((1, 11605, 0), False), ((0, 10, 1), False), ((0,), False), ((), False),
    ],
)  # fmt: skip
def test_the_terminals_answer_tells_what_it_does(attributes: tuple[int, ...], does: bool) -> None:
    assert reorders_by_answer(attributes) is does


def test_a_background_is_light_or_dark_or_no_colour() -> None:
    assert is_light_by_answer("rgb:ffff/fafa/e0e0") is True
    assert is_light_by_answer("rgb:1c/1c/1c") is False
    assert is_light_by_answer("rgba:0000/0000/0000/ffff") is False
    assert is_light_by_answer("?") is None
    assert is_light_by_answer("rgb:zz/1/2") is None


TALK = [
    make_post(1, "dana", "הרכבת של 14:20 (חיפה) מתעכבת, train late", name="דנה כהן"),
    make_post(2, "qasim", TICKETS, name="قاسم الميناء", reply_to="1", reply_author={"id": "a-dana", "handle": "dana"}),
    make_post(3, "mira", "Yes: תודה רבה Qasim", name="Mira", reply_to="2"),
]


@awaited
async def test_timeline_chain_and_post_are_reordered_and_copies_are_not() -> None:
    settings = Settings(ascii=False, bidi="on", chain="open")
    async with reading(TALK, (120, 30), settings) as reader:
        await reader.press("g")
        assert seen("הרכבת של 14:20 (חיפה) מתעכבת, train late") in reader.text
        assert "ןהכ הנד @dana" in reader.text, "the name in the timeline, before the handle"
        assert "ןהכ הנד" in reader.line(2)[70:], "and in the chain"
        assert "Yes: הבר הדות Qasim" in reader.text
        assert not set(reader.text) & {LRM, "\u200f"}
        await reader.press("enter")
        assert seen("הרכבת של 14:20 (חיפה) מתעכבת, train late") in reader.text
        copied = []
        reader.app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await reader.press("y", "t")
        assert copied == ["הרכבת של 14:20 (חיפה) מתעכבת, train late"]


@awaited
async def test_with_bidi_off_the_terminal_gets_the_logical_text() -> None:
    async with reading(TALK, (120, 30), Settings(ascii=False, bidi="off", chain="open")) as reader:
        await reader.press("g")
        assert "הרכבת של 14:20 (חיפה) מתעכבת, train late" in reader.text
        assert f"{LRM}\u200fדנה כהן\u200f{LRM}" in reader.text


@awaited
async def test_a_terminal_that_answers_late_is_still_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    from rejoinder.app.terminal.answers import Answered

    for name in ("VTE_VERSION", "KONSOLE_VERSION", "TERM_PROGRAM", "XTERM_VERSION", "KITTY_WINDOW_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    async with reading(TALK, (120, 30), Settings(ascii=False, chain="open")) as reader:
        await reader.press("g")
        assert seen(TICKETS) in reader.text
        reader.app.post_message(Answered(attributes=(1, 4000, 19)))
        await reader.settle()
        assert seen(TICKETS) in reader.text
        reader.app.post_message(Answered(attributes=(65, 7600, 1)))
        await reader.settle()
        assert TICKETS in reader.text and seen(TICKETS) not in reader.text


TOWN = ["-m", "tests.app.open_town", "60"]
ARABIC = "هل التذاكر صالحة غداً؟ نعم، حتى نهاية الأسبوع."


@pytest.mark.parametrize(("answer", "does"), [(b"\x1b[>65;7600;1c", True), (b"\x1b[>41;390;0c", False), (b"", False)])
def test_a_terminal_is_asked_and_its_answer_is_no_key(answer: bytes, does: bool) -> None:
    with Session(TOWN, 120, 30, VTE_VERSION="", TERM_PROGRAM="", COLORFGBG="") as app:
        app.answers[b"\x1b[>c"] = answer
        app.answers[b"\x1b]11;?\x1b\\"] = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
        app.wait_for("60 / 60")
        app.press("g")
        app.wait_for(" 1 / 60")
        app.wait_until(lambda: re.search(rb"\x1b\[(?:1;)?;?34[;m]", app.output) is not None)  # light: another accent
        assert (LRM in app.output.decode()) is does
        app.press("q")
        assert app.leaves_within(10) and app.code == 0, "nothing was taken for a key"


def test_the_posts_of_a_real_arabic_export_keep_their_letters(corpora) -> None:
    texts = list(islice(_texts(corpora / "grailbird-alomran" / "tweets-alomran.zip"), 1_000))
    assert len(texts) == 1_000
    for paragraph in (part for text in texts for part in safe(text).split("\n") if part):
        drawn = bidi.visual_text(paragraph, right_to_left(paragraph)).translate(ONE_BRACKET)
        plain = paragraph.replace("\u200c", "").replace("\u200d", "").translate(ONE_BRACKET)
        assert sorted(unicodedata.normalize("NFKC", drawn)) == sorted(unicodedata.normalize("NFKC", plain))


def _texts(path) -> Iterator[str]:
    """The export's texts that hold right-to-left letters, from its later months."""
    with zipfile.ZipFile(path) as export:
        for name in sorted(name for name in export.namelist() if "/tweets/" in name)[40:]:
            for tweet in json.loads(export.read(name).decode().split("=", 1)[1]):
                if bidi.has_right_to_left(tweet["text"]):
                    yield tweet["text"]
