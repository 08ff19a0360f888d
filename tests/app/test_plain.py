"""`--plain`, for people who hear the screen: one column in words, and the terminal's own cursor on what is selected."""

from __future__ import annotations

import re

import pytest
from tests.app.pictures import awaited
from tests.app.pty_session import Session
from tests.app.test_browse import reading
from tests.app.town import PEOPLE, town
from tests.conftest import make_post

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
    return app.text.split("\n")[app.screen.cursor.y].strip()


def hear(app: Session, pattern: str) -> str:
    """Wait until the cursor's line begins so, and give it."""
    app.wait_until(lambda: re.match(pattern, line_of_the_cursor(app)) is not None)
    return line_of_the_cursor(app)


def test_the_real_cursor_is_shown_and_goes_with_the_selection(app: Session) -> None:
    posts = town(60)
    for keys, number in (("", 60), ("k", 59), ("k", 58), ("g", 1), ("jj", 3), ("30G", 30)):
        app.press(keys)
        app.wait_for(f"post {number} of 60")
        name = posts[number - 1].name or ""
        if not posts[number - 1].is_repost and name in PEOPLE[:3]:
            hear(app, re.escape(name))
    assert not app.screen.cursor.hidden
    assert app.screen.cursor.x == 3


def test_nothing_is_drawn_that_is_no_word(app: Session) -> None:
    for keys in ("", "g", "jjj", "t", "\x1b", "\r", "\r", "?", "\x1b", "/ferry\r", "&ferry\r", "\x1b"):
        app.press(keys)
        found = BOXES.findall(app.text)
        assert not found, f"after {keys!r}: {found}"


def test_a_message_takes_the_cursor_until_the_next_key(app: Session) -> None:
    app.press("yi")
    hear(app, "Copied the id: 60")
    app.press("k")
    app.wait_for("post 59 of 60")
    assert "Copied" not in app.text


def test_the_chain_is_a_screen_of_its_own_with_its_depth_in_numbers(app: Session) -> None:
    app.press("g")
    app.wait_for("post 1 of 60")
    app.press("t")
    first = hear(app, r"\d+\. ")
    assert "of 60" in app.text and "Chain" in app.text
    app.press("j")
    app.wait_until(lambda: line_of_the_cursor(app) != first)
    hear(app, r"\d+\. ")
    app.press("\x1b")
    hear(app, r"(?!\d+\. )")


def test_help_and_links_move_the_cursor_too(app: Session) -> None:
    app.press("?")
    hear(app, "Enter +The post in full")
    app.press("j")
    line = hear(app, "h Left")
    assert re.fullmatch(r"h Left +Go to the pane on the left\.", line), "and in one column"
    app.press("q")
    app.wait_for("60 of 60")
    app.press("o")
    app.wait_for("Links and media")


def test_the_cursor_is_there_again_after_the_app_was_left_for_a_while(app: Session) -> None:
    app.press("Y")
    app.wait_for("Enter comes back")
    app.press("\r")
    app.wait_for("60 of 60")
    app.wait_until(lambda: not app.screen.cursor.hidden)


def test_the_search_line_keeps_the_cursor_where_one_types(app: Session) -> None:
    app.press("/fer")
    hear(app, "/ fer")
    app.wait_until(lambda: app.screen.cursor.x == 6)


def test_by_default_the_cursor_stays_hidden() -> None:
    with Session(TOWN, 120, 40) as app:
        app.wait_for("60 / 60")
        assert app.screen.cursor.hidden


@awaited
async def test_the_counts_are_a_line_in_words() -> None:
    async with reading(town(60), (90, 40), Settings(plain=True, bidi="off")) as reader:
        assert re.search(r"\d+ likes", reader.text)
        assert re.search(r"\w @\w+, \d\d:\d\d", reader.text)
        assert not BOXES.findall(reader.text)


def test_the_list_of_archives_has_the_cursor_too(rejoinder, write_posts) -> None:
    for name in ("quay", "town"):
        assert rejoinder("import", name, write_posts(make_post(1, "ada", "ferry"))).code == 0
    with Session(["-m", "rejoinder", "open"], 100, 30, REJOINDER_PLAIN="1") as app:
        app.wait_for("2 archives")
        hear(app, "quay")
        app.press("j")
        hear(app, "town")
