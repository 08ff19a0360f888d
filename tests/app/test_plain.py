"""`--plain`, for people who hear the screen: one column in words, and the terminal's own cursor on what is selected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.app.pictures import awaited
from tests.app.pty_session import Session
from tests.app.test_browse import reading
from tests.app.town import PEOPLE, town

from rejoinder.app.settings import Settings

TOWN = ["-m", "tests.app.open_town", "60"]
BOXES = re.compile("[\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf⟲⟂]")
"""Arrows, boxes, blocks and other signs that a screen reader spells out."""


@pytest.fixture
def app():
    with Session(TOWN, 120, 40, REJOINDER_PLAIN="1", VTE_VERSION="6800") as app:
        app.wait_for("60 of 60")
        yield app


def line_of_the_cursor(app: Session) -> str:
    """What a screen reader reads: the line on which the terminal's cursor stands."""
    app.read(0.3)
    return app.text.split("\n")[app.screen.cursor.y].strip()


def test_the_real_cursor_is_shown_and_goes_with_the_selection(app: Session) -> None:
    posts = town(60)
    assert not app.screen.cursor.hidden
    for keys, number in (("", 60), ("k", 59), ("k", 58), ("g", 1), ("jj", 3), ("\x04", None), ("30G", 30)):
        app.press(keys)
        line = line_of_the_cursor(app)
        if number is not None:
            name = posts[number - 1].name or ""
            if not posts[number - 1].is_repost and name in PEOPLE[:3]:
                assert line.startswith(name), f"after {keys!r}: {line!r}"
            assert f"post {number} of 60" in app.text
    assert app.screen.cursor.x == 3


def test_nothing_is_drawn_that_is_no_word(app: Session) -> None:
    for keys in ("", "g", "jjj", "t", "\x1b", "\r", "\r", "?", "\x1b", "/ferry\r", "&ferry\r", "\x1b"):
        app.press(keys)
        found = BOXES.findall(app.text)
        assert not found, f"after {keys!r}: {found}"


def test_a_message_takes_the_cursor_until_the_next_key(app: Session) -> None:
    app.press("yi")
    assert line_of_the_cursor(app) == "Copied the id: 60"
    app.press("k")
    assert "Copied" not in line_of_the_cursor(app)
    app.press("ggk")
    app.press("P")
    line_of_the_cursor(app)


def test_the_chain_is_a_screen_of_its_own_with_its_depth_in_numbers(app: Session) -> None:
    app.press("g")
    app.press("t")
    assert re.match(r"\d+\. ", line_of_the_cursor(app))
    assert "of 60" in app.text and "Chain" in app.text
    rows = [line for line in app.text.split("\n") if re.match(r"\s+\d+\. ", line)]
    assert rows
    app.press("j")
    assert re.match(r"\d+\. ", line_of_the_cursor(app))
    app.press("\x1b")
    assert not re.match(r"\d+\. ", line_of_the_cursor(app))


def test_help_and_links_move_the_cursor_too(app: Session) -> None:
    app.press("?")
    first = line_of_the_cursor(app)
    app.press("j")
    assert line_of_the_cursor(app) != first
    assert re.fullmatch(r"h Left +Go to the pane on the left\.", line_of_the_cursor(app)), "and in one column"
    app.press("q")
    app.press("\r")
    assert "Post" in app.text


def test_the_cursor_is_there_again_after_the_app_was_left_for_a_while(app: Session) -> None:
    app.press("Y")
    app.wait_for("Enter comes back")
    app.press("\r")
    app.wait_for("60 of 60")
    assert not app.screen.cursor.hidden


def test_the_search_line_keeps_the_cursor_where_one_types(app: Session) -> None:
    app.press("/fer")
    assert line_of_the_cursor(app).startswith("/ fer")
    assert app.screen.cursor.x == 6


def test_by_default_the_cursor_stays_hidden() -> None:
    with Session(TOWN, 120, 40) as app:
        app.wait_for("60 / 60")
        assert app.screen.cursor.hidden


@awaited
async def test_the_counts_are_a_line_in_words() -> None:
    async with reading(town(60), (90, 40), Settings(plain=True, bidi="off")) as reader:
        assert re.search(r"\d+ likes", reader.text)
        assert re.search(r"\w @\w+, \d\d:\d\d", reader.text)
        assert not BOXES.findall(reader.text.replace("フ", ""))


def test_the_list_of_archives_has_the_cursor_too(home: Path) -> None:
    with Session(["-m", "rejoinder", "demo"], 100, 30, REJOINDER_PLAIN="1") as app:
        app.wait_for("of 4,026", 60)
        app.press("Q")
        assert app.leaves_within(5)
