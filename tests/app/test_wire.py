"""What goes over the line for a key, in bytes: they are exact, unlike times. The targets stand in docs/wire.md."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.app.pty_session import Session
from tests.scenes import archive_of

from rejoinder.app.terminal.pacing import ASK

TOLERANCE = 1.5
"""Times a target, and the test fails."""
WIDE, NARROW = (200, 60), (80, 24)
LINE_DOWN, PAGE_DOWN, GIVE_UP = "\x05", "\x1b[6~", "\x07"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive_of("harbour", tmp_path_factory.mktemp("harbour"))


@pytest.fixture(params=[NARROW, WIDE], ids=["80x24", "200x60"])
def app(request: pytest.FixtureRequest, harbour: Path) -> Iterator[Session]:
    with Session(["-m", "rejoinder", "open", str(harbour)], *request.param, SSH_CONNECTION="a b") as session:
        session.wait_for("100 %")
        session.read(0.6)
        yield session


def is_wide(app: Session) -> bool:
    return app.screen.columns == WIDE[0]


def bytes_of(app: Session, keys: str, quiet: float = 0.35) -> int:
    """What a key costs, without the question that follows a big frame."""
    before = len(app.output)
    os.write(app.master, keys.encode())
    app.read(quiet)
    return len(bytes(app.output[before:]).replace(ASK.encode(), b""))


def test_the_start_is_one_screen(app: Session) -> None:
    assert len(app.output) <= TOLERANCE * (8_000 if is_wide(app) else 3_000)


def test_moves_and_lines_cost_what_changes(app: Session) -> None:
    if is_wide(app):
        app.press("tt")
    app.press("50%")
    app.press("zt")
    moves = [bytes_of(app, key) for key in "jkjk"]
    lines = [bytes_of(app, LINE_DOWN) for _ in range(6)]
    assert 0 < max(moves) <= TOLERANCE * 100
    # Where the cursor's post leaves the window, the cursor goes to the next: that line costs the move, too.
    assert 0 < sorted(lines)[2] <= TOLERANCE * (150 if is_wide(app) else 130)
    assert bytes_of(app, "", 1.5) == 0, "nothing blinks, animates or wakes the line"


def test_a_page_costs_its_text(app: Session) -> None:
    if is_wide(app):
        app.press("tt")
    app.press("50%")
    for _ in range(3):
        size = bytes_of(app, PAGE_DOWN)
        text = sum(len(line.rstrip().encode()) for line in app.text.split("\n"))
        assert 0 < size <= TOLERANCE * 1.1 * text


def test_a_letter_of_a_search_costs_little(app: Session) -> None:
    app.press("/")
    sizes = [bytes_of(app, letter) for letter in "zqx"]
    assert 0 < max(sizes) <= TOLERANCE * 200


def test_a_line_with_the_chain_beside_it(harbour: Path) -> None:
    with Session(["-m", "rejoinder", "open", str(harbour)], *WIDE, SSH_CONNECTION="a b") as app:
        app.wait_for("100 %")
        app.press('/"cancelled, crew shortage" from:mira_o\r')
        app.press("zt")
        assert "Chain · " in app.text
        assert max(bytes_of(app, LINE_DOWN) for _ in range(4)) <= TOLERANCE * 1_500
