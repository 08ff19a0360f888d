"""Settings and the kept position: read, refused clearly, private."""

from __future__ import annotations

from pathlib import Path

import pytest

from rejoinder.app.configuration import configure, settings_path
from rejoinder.app.glyphs import ASCII, UNICODE, Glyphs, glyphs
from rejoinder.app.moments import zone
from rejoinder.app.position import Position, Positions
from rejoinder.app.settings import Settings, wants_mouse
from rejoinder.errors import UsageError
from rejoinder.records import Post


def write(text: str) -> Path:
    path = settings_path()
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_there_are_defaults() -> None:
    configuration = configure()
    assert configuration.settings == Settings()
    assert {configuration.origin(name) for name in Settings.__struct_fields__} == {"default"}


def test_every_setting_is_read_from_the_file() -> None:
    write(
        'zone = "Europe/Berlin"\ntheme = "light"\nascii = true\nopen_warnings = true\nchain = "closed"\nmouse = "on"\n'
    )
    assert configure().settings == Settings(
        zone="Europe/Berlin", theme="light", ascii=True, open_warnings=True, chain="closed", mouse="on"
    )


def test_an_option_goes_before_the_environment_and_that_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write('zone = "Asia/Tokyo"\ntheme = "light"\nchain = "open"\n')
    monkeypatch.setenv("REJOINDER_THEME", "dark")
    monkeypatch.setenv("REJOINDER_CHAIN", "closed")
    monkeypatch.setenv("REJOINDER_ASCII", "1")
    monkeypatch.setenv("REJOINDER_MOUSE", "")
    configuration = configure({"chain": "auto", "theme": None})
    settings = configuration.settings
    assert (settings.zone, settings.theme, settings.chain, settings.ascii) == ("Asia/Tokyo", "dark", "auto", True)
    assert configuration.origins == {"zone": "file", "theme": "environment", "chain": "option", "ascii": "environment"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("zome = 'UTC'", "there is no setting “zome”; did you mean zone?"),
        ("open-warnings = true", "did you mean open_warnings?"),
        ("frobnicate = 1", "there is no setting “frobnicate”."),
        ("theme = 'pink'", "theme can't be “pink”."),
        ("open_warnings = 'maybe'", "open_warnings can't be “maybe”."),
        ("zone = 3", "zone is wrong: expected `str`, got `int`."),
        ("zone = ", "is no TOML"),
        ("\x00", "is no TOML"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(text: str, told: str) -> None:
    path = write(text)
    with pytest.raises(UsageError) as refused:
        configure()
    assert str(path) in refused.value.message
    assert told in refused.value.message


def test_what_is_wrong_in_the_environment_is_named_with_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_CHAIN", "ajar")
    with pytest.raises(UsageError, match="REJOINDER_CHAIN: chain can't be “ajar”") as refused:
        configure()
    assert "auto, open, closed" in refused.value.advice


@pytest.mark.parametrize(("wish", "here", "there"), [("auto", True, False), ("on", True, True), ("off", False, False)])
def test_the_mouse_is_the_terminals_own_over_ssh_unless_set(wish, here, there, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert wants_mouse(wish) is here
    monkeypatch.setenv("SSH_CONNECTION", "198.51.100.7 50000 198.51.100.8 22")
    assert wants_mouse(wish) is there


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="no time zone called Nowhere"):
        zone("Nowhere")
    with pytest.raises(UsageError):
        zone("../../etc/passwd")


def test_the_position_is_kept_by_platform_and_id_for_each_archive(home: Path) -> None:
    one, two = Positions("/a/harbour.rejoinder"), Positions("/b/harbour.rejoinder")
    one.stand_at(Post(id="7", platform="twitter"), 3)
    one.keep()
    assert Positions("/a/harbour.rejoinder").read() == Position("twitter", "7", 3)
    assert two.read() is None
    (file,) = (home / "state" / "positions").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_position_that_can_not_be_written_or_read_is_no_error(home: Path) -> None:
    positions = Positions("/a/harbour.rejoinder")
    positions.stand_at(Post(id="7", platform="twitter"), 3)
    positions.keep()
    (file,) = (home / "state" / "positions").iterdir()
    file.write_bytes(b"{half")
    assert Positions("/a/harbour.rejoinder").read() is None
    file.parent.rename(home / "gone")
    positions.stand_at(Post(id="8", platform="twitter"), 4)
    positions.keep()
    assert not file.exists()


@pytest.mark.parametrize(
    ("said", "ascii"),
    [
        ("C.UTF-8", False),
        ("de_DE.UTF-8", False),
        ("en_US.utf8", False),
        ("C", True),
        ("", True),
        ("de_DE.ISO-8859-1", True),
    ],
)
def test_without_utf8_the_signs_are_ascii(said: str, ascii: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_CTYPE", raising=False)
    monkeypatch.setenv("LANG", said)
    assert glyphs() is (ASCII if ascii else UNICODE)


def test_every_sign_has_an_ascii_twin() -> None:
    for name in Glyphs.__struct_fields__:
        assert getattr(ASCII, name).isascii(), name
        assert getattr(ASCII, name)
