from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.app.commands import COMMANDS, SPOKEN, Command, strokes, valid_in
from rejoinder.app.keys import GIVE_UP, MOST, Dispatcher, Step

TIMELINE = valid_in("timeline")
typed = st.sampled_from(sorted({s for c in COMMANDS for k in c.keys for s in strokes(k)} | set("0123456789axX€")))


def press(dispatcher: Dispatcher, *keys: str) -> Step:
    step = Step()
    for key in keys:
        step = dispatcher.feed(key, key if len(key) == 1 else None)
    return step


def ran(*keys: str) -> tuple[str | None, int | None]:
    step = press(Dispatcher(TIMELINE), *keys)
    return (step.command.id if step.command else None, step.count)


def test_counts_and_sequences() -> None:
    assert ran("j") == ("down", None)
    assert ran("5", "j") == ("down", 5)
    assert ran("2", "0", "0", "G") == ("last", 200)
    assert ran("5", "0", "%") == ("goto_percent", 50)
    assert ran("z", "z") == ("align_middle", None)
    assert ran("3", "]", "d") == ("next_day", 3)
    assert ran("y", "t") == ("copy_words", None)


def test_a_percent_without_a_number_does_nothing() -> None:
    assert ran("%") == (None, None)


def test_textual_names_and_characters_are_both_understood() -> None:
    dispatcher = Dispatcher(TIMELINE)
    assert dispatcher.feed("question_mark", "?").command.id == "help"  # type: ignore[union-attr]
    assert dispatcher.feed("space", " ").command.id == "page_down"  # type: ignore[union-attr]
    assert dispatcher.feed("tab", "\t").command.id == "next_pane"  # type: ignore[union-attr]
    assert dispatcher.feed("ctrl+d", "\x04").command.id == "half_page_down"  # type: ignore[union-attr]


def test_escape_gives_up_what_was_begun_and_nothing_else() -> None:
    dispatcher = Dispatcher(TIMELINE)
    assert press(dispatcher, "5", "y", "escape") == Step(taken=True)
    assert not dispatcher.is_pending
    assert press(dispatcher, "escape").command is not None


def test_a_wrong_end_is_swallowed_whole() -> None:
    dispatcher = Dispatcher(TIMELINE)
    assert press(dispatcher, "y", "q") == Step(taken=True)
    assert dispatcher.pending == ""


def test_the_hint_line_says_how_it_goes_on() -> None:
    dispatcher = Dispatcher(TIMELINE)
    press(dispatcher, "y")
    assert dispatcher.pending.startswith("y…  t text  u URL  i id")
    dispatcher.reset()
    press(dispatcher, "1", "2")
    assert dispatcher.pending == "12…"


def test_the_hint_line_is_ascii_where_asked() -> None:
    dispatcher = Dispatcher(TIMELINE, ascii=True)
    press(dispatcher, "f")
    assert dispatcher.pending.isascii()


@given(
    st.integers(1, 10**12),
    st.sampled_from([c for c in TIMELINE if c.keys and c.needs != "count" and not GIVE_UP & set(c.keys)]),
    st.data(),
)
def test_any_count_before_any_key_of_any_command_is_that_command_with_that_count(
    count: int, command: Command, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(command.keys))
    step = press(Dispatcher(TIMELINE), *str(count), *strokes(key))
    assert step == Step(command, min(count, MOST))


@given(st.lists(typed, max_size=30))
def test_whatever_was_typed_escape_brings_back_the_beginning(keys: list[str]) -> None:
    dispatcher = Dispatcher(TIMELINE)
    press(dispatcher, *keys)
    if dispatcher.is_pending:
        press(dispatcher, "escape")
    assert not dispatcher.is_pending
    step = press(dispatcher, "j")
    assert step.command is not None and step.command.id == "down" and step.count is None


@given(st.lists(typed, max_size=30))
def test_the_commands_are_those_of_a_plain_reading_of_the_strokes(keys: list[str]) -> None:
    dispatcher = Dispatcher(TIMELINE)
    got = [step.command.id for key in keys if (step := press(dispatcher, key)).command]
    assert got == plain_reading(keys)


def plain_reading(keys: list[str]) -> list[str]:
    """The same meaning as a loop over a list: the judge of the dispatcher."""
    ends = {strokes(key): command for command in TIMELINE for key in command.keys}
    found: list[str] = []
    begun: list[str] = []
    number = ""
    for key in keys:
        if key in ("escape", "ctrl+c") and (begun or number):
            begun, number = [], ""
        elif not begun and key.isdecimal() and key.isascii() and (number or key != "0"):
            number += key
        else:
            begun.append(key)
            command = ends.get(tuple(begun))
            if command and (number or command.needs != "count"):
                found.append(command.id)
            if command or not any(list(end[: len(begun)]) == begun for end in ends):
                begun, number = [], ""
    return found


def test_named_keys_are_one_stroke() -> None:
    assert all(strokes(name) == (name,) for name in SPOKEN)
    assert strokes("ctrl+d") == ("ctrl+d",)
    assert strokes("zz") == ("z", "z")
