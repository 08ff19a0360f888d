"""Saved searches: a name and a search line that means the same at any time and in any zone; a private file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from rejoinder import folders
from rejoinder.archive.canonical import print_query
from rejoinder.archive.query import Query, parse
from rejoinder.archive.values import nearest
from rejoinder.errors import QueryError, RejoinderError, UsageError

_LONGEST = 80


class Saved(msgspec.Struct, frozen=True):
    """A search line under a name."""

    name: str
    line: str
    """In its absolute form: dates with time in UTC, nothing counted from a last post."""
    typed: str = ""
    """As it was typed, for those who read the list."""


class SavedSearches:
    """The searches of one person, for all archives, in the order in which they were saved.

    Every change is a new file beside the old one, then in its place: killed at any moment, one of them is whole. A file
    that can't be read is an error, for it would be written over.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def all(self) -> list[Saved]:
        """Every saved search. Raises RejoinderError where the file can't be read."""
        path = self._file()
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[Saved])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RejoinderError(f"The saved searches in {path} can't be read.", "Mend the file or move it.") from error

    def find(self, name: str) -> Saved:
        """The search of this name (case ignored). Raises UsageError with the nearest name."""
        every = self.all()
        found = next((each for each in every if _key(each.name) == _key(name)), None)
        if found is None:
            near = nearest(name, [each.name for each in every])
            raise UsageError(f"There is no saved search {name}.", f"Did you mean {near}?" if near else "")
        return found

    def keep(self, name: str, query: Query, typed: str = "") -> Saved:
        """Save a search; one of the same name is replaced. Raises UsageError for no name or no search."""
        name = " ".join(name.split())
        if not name or len(name) > _LONGEST or not name.isprintable():
            raise UsageError("A saved search wants a name.", f"At most {_LONGEST} letters, on one line.")
        line = print_query(query)
        if not line:
            raise UsageError("There is no search to save.", "Search for something first.")
        saved = Saved(name, line, typed.strip())
        self._change(lambda every: [*(each for each in every if _key(each.name) != _key(name)), saved])
        return saved

    def forget(self, name: str) -> None:
        """Remove a search. Raises UsageError where there is none of this name."""
        gone = self.find(name)
        self._change(lambda every: [each for each in every if each != gone])

    def _change(self, change: Callable[[list[Saved]], list[Saved]]) -> None:
        path = self._file()
        changed = change(self.all())
        try:
            new = folders.private_file(path.with_name(f"{path.name}.{os.getpid()}"))
            new.write_bytes(msgspec.json.format(msgspec.json.encode(changed), indent=2))
            new.replace(path)
        except OSError as error:
            raise RejoinderError(f"{path} can't be written: {error.strerror}.", "The search was not saved.") from error

    def _file(self) -> Path:
        return self._path or folders.folder("config") / "searches.json"


def query_of(saved: Saved) -> Query:
    """What a saved search means. Raises RejoinderError where it was changed by hand to something that means nothing."""
    try:
        return parse(saved.line, now=0)
    except QueryError as error:
        raise RejoinderError(f"The saved search {saved.name} is no search: {error.message}", saved.line) from error


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
