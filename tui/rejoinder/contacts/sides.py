"""Sides: named groups of accounts, kept beside the archive in `NAME.sides.toml` and read and written as people do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from rejoinder.errors import UsageError
from rejoinder.folders import private_file

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


class Sides(msgspec.Struct, frozen=True):
    """The sides by name, each with its accounts as written: `platform:id` or `platform:@handle`."""

    sides: dict[str, tuple[str, ...]] = {}

    def adding(self, side: str, account: str) -> Sides:
        """With an account in a side; it leaves any other, for nobody stands on two."""
        kept = {name: tuple(each for each in accounts if each != account) for name, accounts in self.sides.items()}
        kept[side] = (*kept.get(side, ()), account)
        return Sides(kept)

    def without(self, side: str, account: str | None = None) -> Sides:
        """Without an account of a side, or without the whole side."""
        if account is None:
            return Sides({name: accounts for name, accounts in self.sides.items() if name != side})
        return Sides({**self.sides, side: tuple(each for each in self.sides.get(side, ()) if each != account)})

    def of(self, account: str) -> str | None:
        """The side that an account, as written, stands on."""
        return next((name for name, accounts in self.sides.items() if account in accounts), None)


def path_beside(archive: Path) -> Path:
    """Where the sides of an archive lie: `town.rejoinder` has `town.sides.toml`."""
    return archive.with_name(archive.name.removesuffix(".rejoinder") + ".sides.toml")


def read(path: Path) -> Sides:
    """The sides in a file; none where there is no file. Raises UsageError, with what is wrong, for any other file."""
    if not path.exists():
        return Sides()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path.name} can't be read: {error}", _FORM) from error
    sides = told.get("sides")
    if not isinstance(sides, Mapping) or set(told) != {"sides"}:
        raise UsageError(f"{path.name} names no sides.", _FORM)
    return Sides({str(name): _accounts(path, str(name), accounts) for name, accounts in sides.items()})


_FORM = 'It looks so:  [sides]  then a line for each:  dockers = ["twitter:@oldquay_union", "twitter:1234"]'


def _accounts(path: Path, name: str, accounts: object) -> tuple[str, ...]:
    if not isinstance(accounts, list) or not all(isinstance(each, str) and each.strip() for each in accounts):
        raise UsageError(f"{path.name}: the side {name} is no list of accounts.", _FORM)
    return tuple(dict.fromkeys(each.strip() for each in accounts))


def write(path: Path, sides: Sides) -> None:
    """Write the file at once and whole; comments that stood above `[sides]` stay."""
    lines = [*_remarks(path), "[sides]"]
    lines += [f"{_key(name)} = [{', '.join(map(_quoted, accounts))}]" for name, accounts in sides.sides.items()]
    new = private_file(path.with_name(path.name + ".new"))
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    new.replace(path)


def _remarks(path: Path) -> Sequence[str]:
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next((n for n, line in enumerate(lines) if line.strip() == "[sides]"), 0)
    return [line for line in lines[:end] if line.startswith("#")]


def _key(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    """A TOML basic string."""
    signs = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(signs.get(c, c if c.isprintable() else f"\\u{ord(c) & 0xFFFF:04x}") for c in text) + '"'
