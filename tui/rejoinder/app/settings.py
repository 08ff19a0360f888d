"""The user's settings: a small TOML file, read once and handed down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

from rejoinder.errors import UsageError
from rejoinder.folders import folder

Theme = Literal["auto", "dark", "light"]
ChainPane = Literal["auto", "open", "closed"]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `settings.toml` may say; every key has a default."""

    zone: str = "UTC"
    """`UTC`, `local`, or a name as `Europe/Berlin`."""
    theme: Theme = "auto"
    ascii: bool | None = None
    """Draw with ASCII signs only; left out, the locale decides."""
    open_warnings: bool = False
    """Show at once what lies behind content warnings."""
    chain: ChainPane = "auto"
    """The reply-chain pane at the start: by the width of the terminal, always, or never."""


def settings_path() -> Path:
    """Where the file is looked for."""
    return folder("config") / "settings.toml"


def read_settings(path: Path | None = None) -> Settings:
    """The settings of the file, or the defaults where there is none. UsageError names file and key that are wrong."""
    path = path or settings_path()
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}).", "Make it readable, or move it away.") from None
    import tomllib  # costs 3 ms, only where there is a file

    try:
        return msgspec.convert(tomllib.loads(written.decode()), Settings)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        known = ", ".join(Settings.__struct_fields__)
        raise UsageError(f"{path}: {error}", f"The settings there are: {known}.") from None


def is_light(theme: Theme) -> bool:
    """Whether to draw for a light background; left to itself by what the terminal says of its own.

    It does so in COLORFGBG (`0;15`: dark on white); most say nothing and are dark.
    """
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return theme == "light" or (theme == "auto" and background in ("7", "15"))
