"""Settings and the kept position: read, refused clearly, private."""

from __future__ import annotations

from pathlib import Path

import pytest

from rejoinder.app.glyphs import ASCII, UNICODE, Glyphs, glyphs
from rejoinder.app.moments import zone
from rejoinder.app.position import Position, Positions
from rejoinder.app.settings import Settings, read_settings, settings_path
from rejoinder.errors import UsageError
from rejoinder.records import Post


def write(text: str) -> Path:
    path = settings_path()
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_there_are_defaults() -> None:
    assert read_settings() == Settings()


def test_every_key_is_read() -> None:
    write('zone = "Europe/Berlin"\ntheme = "light"\nascii = true\nopen_warnings = true\nchain = "closed"\n')
    assert read_settings() == Settings("Europe/Berlin", "light", True, True, "closed")


@pytest.mark.parametrize("text", ["zome = 'UTC'", "theme = 'pink'", "zone = 3", "zone = ", "\x00"])
def test_what_is_wrong_is_named_with_the_file(text: str) -> None:
    path = write(text)
    with pytest.raises(UsageError) as refused:
        read_settings()
    assert str(path) in refused.value.message
    assert "zone, theme, ascii, open_warnings, chain" in refused.value.advice


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
