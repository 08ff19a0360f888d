"""Records read again from the export that they came from: for the inspector, which shows what the platform gave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

from rejoinder.errors import FormatError
from rejoinder.records import Origin, Source


def source_of(origin: Origin, sources: Sequence[Source]) -> Source:
    """The export that a record was read from. Raises FormatError where the archive does not know it."""
    named = [source for source in sources if source.name == origin.source]
    if not named or not origin.position:
        raise FormatError("Where this record was read is not known.", "It was given to the archive without its place.")
    return max(named, key=lambda source: (bool(source.path), source.imported or 0))  # others only cite it


def read(origin: Origin, source: Source, stop: Event | None = None) -> bytes:
    """The record's bytes as they lie in the export; setting `stop` ends the reading with Cancelled.

    Raises FormatError where the export or the record is gone.
    """
    from rejoinder.formats import registry  # the app itself never reads an export
    from rejoinder.formats.export import remembered

    path = Path(source.path)
    if not source.path or not path.exists():
        raise FormatError(
            f"The export {source.name} is not at {source.path or 'a known place'} any more.",
            "Put it back there, or import it again from where it is now.",
        )
    return registry.raw(path, source.format, origin.member, origin.position, stop, remembered(source))


def has_changed(source: Source) -> bool:
    """Whether the export is another than the one that was imported. Same size and time are trusted, else it is hashed.

    Raises FormatError where it can't be read.
    """
    from rejoinder.formats import registry

    path = Path(source.path)
    if path.is_file():
        state = path.stat()
        if (state.st_size, state.st_mtime_ns) == (source.size, source.modified):
            return False
    return bool(source.fingerprint) and registry.now(source) != source.fingerprint
