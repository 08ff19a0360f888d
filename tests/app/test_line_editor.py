from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import split_graphemes

from rejoinder.app.line_editor import _KEYS, LineEditor
from rejoinder.app.wrapping import cells

letters = st.text(st.sampled_from('ab :"-é\u0301\u200dق船👨👩🚢\n\t\x1b\u202e'), max_size=8)
actions = st.lists(st.one_of(letters, st.sampled_from(sorted(_KEYS))), max_size=25)


def typed(*keys: str) -> tuple[str, int]:
    editor = LineEditor()
    for key in keys:
        if not editor.press(key):
            editor.insert(key)
    return editor.text, editor.at


def test_readline_keys() -> None:
    assert typed("one two", "ctrl+w") == ("one ", 4)
    assert typed("one two", "ctrl+a", "x") == ("xone two", 1)
    assert typed("one two", "ctrl+left", "ctrl+k") == ("one ", 4)
    assert typed("one two", "ctrl+left", "ctrl+u") == ("two", 0)
    assert typed("one", "left", "backspace", "ctrl+e", "!") == ("oe!", 3)
    assert typed("one", "home", "delete", "ctrl+right", "s") == ("nes", 3)


def test_a_family_is_one_sign() -> None:
    assert typed("a👨‍👩‍👧", "backspace") == ("a", 1)
    assert typed("👨‍👩‍👧b", "left", "left", "delete") == ("b", 0)


def test_pasted_lines_become_one_and_escapes_do_not_come_in() -> None:
    text, _ = typed("ferry\r\nfrom:mira_o\t\x1b[31m")
    assert text.startswith("ferry from:mira_o ")
    assert "\x1b" not in text


@example([" \u0301", "alt+b"])
@given(actions)
def test_the_cursor_never_stands_inside_a_grapheme_nor_outside_the_line(keys: list[str]) -> None:
    editor = LineEditor()
    for key in keys:
        if not editor.press(key):
            editor.insert(key)
        stops = {0, len(editor.text), *(start for start, _, _ in split_graphemes(editor.text)[0])}
        assert editor.at in stops


@given(actions, st.integers(2, 20))
def test_the_window_shows_the_cursor_and_fits(keys: list[str], width: int) -> None:
    editor = LineEditor()
    for key in keys:
        if not editor.press(key):
            editor.insert(key)
        before, under, after = editor.window(width)
        assert cells(before + under + after) <= width
        assert before + under + after in editor.text + " "
