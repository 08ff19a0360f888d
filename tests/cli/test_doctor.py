"""`rejoinder doctor` says what the terminal itself answers."""

from __future__ import annotations

import pytest

from tests.app.pty_session import Session


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (
            {b"\x1b[>c": b"\x1b[>65;7600;1c", b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:ffff/ffff/f0f0\x1b\\"},
            ("VTE 7600", "light", "drawn at once", "reordered by the terminal"),
        ),
        (
            {b"\x1b[>c": b"\x1b[>41;390;0c", b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:0000/0000/0000\x07"},
            ("xterm 390", "dark", "reordered here"),
        ),
        ({}, ("not told", "reordered here")),
    ],
    ids=["VTE", "xterm", "silent"],
)
def test_what_the_terminal_answers_is_told(answers: dict[bytes, bytes], told: tuple[str, ...]) -> None:
    with Session(["-m", "rejoinder", "doctor"], 120, 40, VTE_VERSION="", TERM_PROGRAM="") as doctor:
        doctor.answers.update(answers)
        doctor.answers[b"\x1b[c"] = b"\x1b[?62;22c"
        doctor.wait_for("data folder")
        for words in told:
            assert words in doctor.text
        assert "rgb:" not in doctor.text, "the answers are not echoed"


def test_without_a_terminal_nothing_is_asked(rejoinder) -> None:
    answer = rejoinder("doctor")
    assert "\x1b" not in answer.out
    assert "says that it is" not in answer.out
