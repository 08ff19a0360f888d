"""Where the settings come from: the defaults, over them the file, then the environment, then the options of a call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from rejoinder.app.settings import Settings
from rejoinder.errors import UsageError
from rejoinder.folders import folder

Origin = Literal["default", "file", "environment", "option"]
NAMES = Settings.__struct_fields__
TABLES = frozenset({"keys", "review_keys"})
"""Settings that only the file can say."""


class Configuration(msgspec.Struct, frozen=True):
    """The settings that are in force, and for each name that somebody set who did."""

    settings: Settings
    path: Path
    """The file that is looked for; it need not be there."""
    origins: dict[str, Origin] = {}

    def origin(self, name: str) -> Origin:
        """Who set it."""
        return self.origins.get(name, "default")


def settings_path() -> Path:
    """Where the file is looked for."""
    return folder("config") / "settings.toml"


def variable(name: str) -> str:
    """The environment variable of a setting: `REJOINDER_ZONE`."""
    return f"REJOINDER_{name.upper()}"


def configure(options: Mapping[str, Any] | None = None, path: Path | None = None) -> Configuration:
    """All that is set, the later over the earlier. UsageError names where and which setting is wrong.

    `options` holds what the command line asks for; None stands for an option that was not given.
    """
    path = path or settings_path()
    layers: tuple[tuple[Origin, dict[str, Any]], ...] = (
        ("file", _checked(_written(path), str(path))),
        ("environment", _environment()),
        ("option", {name: value for name, value in (options or {}).items() if value is not None}),
    )
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for origin, layer in layers:
        values.update(layer)
        origins.update(dict.fromkeys(layer, origin))
    return Configuration(msgspec.convert(values, Settings), path, origins)


def _written(path: Path) -> dict[str, Any]:
    """The file as a table; an empty one where there is no file."""
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}).", "Make it readable, or move it away.") from None
    import tomllib  # costs 3 ms, only where there is a file

    try:
        return tomllib.loads(written.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}", 'A setting is written as: zone = "UTC"') from None


def _environment() -> dict[str, Any]:
    """What `REJOINDER_NAME` says; an empty one says nothing."""
    found: dict[str, Any] = {}
    for name in NAMES:
        if name not in TABLES and (said := os.environ.get(variable(name))):
            found |= _checked({name: said}, variable(name), strict=False)
    return found


def _checked(table: dict[str, Any], where: str, strict: bool = True) -> dict[str, Any]:
    """The table with its values as the settings have them; `where` is what an error names."""
    for name in table:
        if name not in NAMES:
            raise UsageError(f"{where}: there is no setting “{name}”{_meant(name)}", f"There are: {', '.join(NAMES)}.")
    try:
        read = msgspec.convert(table, Settings, strict=strict)
    except msgspec.ValidationError as error:
        raise _refusal(table, str(error), where) from None
    if read.keys:
        _check_keys(read.keys, where)
    return {name: getattr(read, name) for name in table}


def _check_keys(own: Mapping[str, str | list[str]], where: str) -> None:
    """Whether the user's own keys fit; here, where the file is known."""
    from rejoinder.app.keymap import keymap  # costs some ms, and most have no keys of their own

    try:
        keymap(own)
    except UsageError as error:
        raise UsageError(f"{where}: [keys]: {error.message}", error.advice) from None


def _meant(name: str) -> str:
    """`; did you mean zone?` where a name is near enough, else a full stop."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower().replace("-", "_"), NAMES, n=1)
    return f"; did you mean {near[0]}?" if near else "."


def _refusal(table: dict[str, Any], error: str, where: str) -> UsageError:
    """msgspec's `Invalid enum value 'pink' - at `$.theme``, in words for the one who wrote it."""
    fault, _, at = error.partition(" - at ")
    name = at.strip("`$.").partition(".")[0].partition("[")[0]
    if may := choices(name):
        return UsageError(f"{where}: {name} can't be “{table.get(name)}”.", f"It is one of: {', '.join(may)}.")
    return UsageError(f"{where}: {at.strip('`$.') or 'the file'} is wrong: {fault[:1].lower()}{fault[1:]}.")


def choices(name: str) -> tuple[str, ...]:
    """The words that a setting may say; none where it takes any, as a zone does."""
    from typing import get_args, get_type_hints

    hint = get_type_hints(Settings).get(name)
    kinds = get_args(hint) or (hint,)
    return ("true", "false") if bool in kinds else tuple(kind for kind in kinds if isinstance(kind, str))
