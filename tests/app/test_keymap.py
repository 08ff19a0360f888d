"""The user's own keys: written as help calls them, in force everywhere, and refused clearly where they clash."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import get_args

import pytest
from tests.app.pictures import awaited
from tests.app.test_browse import reading
from tests.app.town import town
from tests.conftest import Command

from rejoinder.app.commands import COMMANDS, Place, spoken, strokes, valid_in
from rejoinder.app.configuration import configure, settings_path
from rejoinder.app.keymap import DEFAULT, keymap
from rejoinder.app.keys import Dispatcher
from rejoinder.app.settings import Settings
from rejoinder.errors import UsageError


def test_without_own_keys_the_table_is_in_force() -> None:
    assert keymap({}) is DEFAULT
    assert DEFAULT.valid_in("chain") == valid_in("chain")


def test_an_own_key_takes_the_place_of_all_those_of_the_table() -> None:
    own = keymap({"links": "F3", "down": ["j", "Down", "Ctrl-N"], "goto_percent": []})
    dispatcher = Dispatcher(own.valid_in("timeline"))
    for key, id in (("f3", "links"), ("ctrl+n", "down"), ("down", "down")):
        command = dispatcher.feed(key).command
        assert command is not None and command.id == id
    assert not dispatcher.feed("o", "o").taken
    assert own.key("links") == "F3"
    assert own.key("goto_percent") == ""


def test_a_key_may_be_written_as_the_help_calls_it() -> None:
    for command in COMMANDS:
        if command.keys:
            own = keymap({command.id: [spoken(key) for key in command.keys]})
            assert next(each.keys for each in own.commands if each.id == command.id) == command.keys


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"down": ["j", "n"]}, "The key n is claimed by down and by next_hit."),
        ({"quit": "z"}, r"The key z is claimed by \w+ and by quit."),
        ({"next_hit": "PgDn"}, "pagedown is claimed by page_down and by next_hit"),
        ({"donw": "j"}, "no command “donw”; did you mean down?"),
        ({"quit": "escp"}, "“escp” can't be a key of quit"),
        ({"quit": "5q"}, "“5q” can't be a key of quit"),
        ({"quit": ""}, "“” can't be a key of quit"),
    ],
)
def test_what_can_not_be_is_refused_with_the_key_and_both_commands(own, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        keymap(own)


def test_the_example_of_the_readme_is_one_that_works() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (block,) = re.findall(r"(?:^    .*\n)*^    \[keys\].*\n(?:^    .*\n)*", readme, re.MULTILINE)
    settings_path().write_text(textwrap.dedent(block))
    assert keymap(configure().settings.keys).key("first") == "="


def test_the_error_names_the_file_too() -> None:
    settings_path().write_text('[keys]\ndown = ["j", "n"]\n')
    with pytest.raises(UsageError, match=r"settings\.toml: \[keys\]: The key n is claimed by down and by next_hit"):
        configure()


@pytest.mark.parametrize("place", get_args(Place))
def test_no_default_needs_altgr_or_what_terminals_cannot_send(place: Place) -> None:
    for command in valid_in(place):
        for key in command.keys:
            for stroke in strokes(key):
                assert stroke.isascii(), "letters of one national layout are on no other"
                assert not stroke.startswith(("alt+", "shift+")) or stroke == "shift+tab"
                assert not (stroke.startswith("ctrl+") and (len(stroke) > 6 or stroke[5] in "abimhsqz[")), stroke


def test_rejoinder_keys_shows_the_own_keys_and_the_names(rejoinder: Command) -> None:
    settings_path().write_text('[keys]\nlinks = "F3"\n')
    rows = {str(row["command"]): row for row in rejoinder("keys", "--json").rows()}
    assert set(rows) == {command.id for command in COMMANDS}
    assert (rows["links"]["keys"], rows["links"]["own"], rows["quit"]["own"]) == (["F3"], True, False)
    lines = [line.split()[:2] for line in rejoinder("--help-keys").out.splitlines()]
    assert ["F3", "links"] in lines
    assert ["Q", "quit"] in lines


@awaited
async def test_own_keys_work_and_stand_in_footer_and_help() -> None:
    settings = Settings(keys={"help": "F2", "down": ["n"], "next_hit": ["j"], "new_side": "c"}, ascii=False)
    async with reading(town(60), (100, 30), settings) as reader:
        before = int(reader.id)
        await reader.press("k", "k", "n")
        assert int(reader.id) == before - 1
        assert " F2 keys " in reader.line(29)
        await reader.press("f2")
        shown = [strip.text.split() for strip in reader.pilot.app.screen._compositor.render_strips()]  # type: ignore[attr-defined]
        assert ["n", "Next", "post;"] in [words[:3] for words in shown]


@awaited
async def test_the_footer_names_only_what_means_something_in_the_pane() -> None:
    async with reading(town(60), (140, 30)) as reader:
        assert "/ find" in reader.line(29)
        assert "next hit" not in reader.line(29)
        await reader.press("t")
        assert "Enter open" in reader.line(29)
        assert "/ find" not in reader.line(29)
        await reader.press("h", "enter")
