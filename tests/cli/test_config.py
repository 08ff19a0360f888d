"""`rejoinder config`: what is set, by whom, and a file to begin with."""

from __future__ import annotations

import tomllib

import msgspec
import pytest

from rejoinder.app.configuration import configure, settings_path
from rejoinder.app.settings import Settings
from tests.conftest import Command


def test_every_setting_stands_there_with_its_value_and_who_set_it(
    rejoinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_path().write_text('zone = "Asia/Tokyo"\n')
    monkeypatch.setenv("REJOINDER_CHAIN", "open")
    answer = rejoinder("config", "--theme", "light")
    assert answer.code == 0
    lines = [line.split()[:3] for line in answer.out.splitlines()]
    assert answer.out.startswith(str(settings_path()))
    for row in (["zone", "Asia/Tokyo", "file"], ["chain", "open", "environment"], ["theme", "light", "option"]):
        assert row in lines
    assert ["ascii", "auto", "default"] in lines


def test_json_has_one_line_a_setting(rejoinder: Command) -> None:
    rows = rejoinder("config", "--json", "--ascii").rows()
    assert tuple(row["name"] for row in rows) == Settings.__struct_fields__
    assert all(row["help"] and row["file"] == str(settings_path()) for row in rows)
    (ascii,) = (row for row in rows if row["name"] == "ascii")
    assert (ascii["value"], ascii["from"], ascii["variable"]) == (True, "option", "REJOINDER_ASCII")


def test_the_template_changes_nothing_until_a_line_is_uncommented(rejoinder: Command) -> None:
    template = rejoinder("config", "--template").out
    assert tomllib.loads(template) == {}
    lines = [line[2:] for line in template.splitlines() if " = " in line or line.startswith("# [")]
    settings_path().write_text("\n".join(lines))
    settings = configure().settings
    assert settings.keys
    assert msgspec.structs.replace(settings, keys={}, review_keys={}) == Settings(ascii=False)


def test_a_wrong_setting_exits_2_and_names_the_nearest(rejoinder: Command) -> None:
    settings_path().write_text('teme = "dark"\n')
    answer = rejoinder("config")
    assert answer.code == 2
    assert "“teme”; did you mean theme?" in answer.err
