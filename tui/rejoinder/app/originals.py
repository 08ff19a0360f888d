"""Records read again from the export that they came from: for the inspector, which shows what the platform gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event

from rejoinder.errors import FormatError, RejoinderError
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
    return _reader(source, stop)(origin.member, origin.position)


def read_all(origins: Iterable[Origin], sources: Sequence[Source]) -> Iterator[tuple[Origin, bytes | RejoinderError]]:
    """Many records, in the order in which they lie in their exports, each export read once; or why one is missing."""
    readers: dict[str, Callable[[str, int], bytes]] = {}
    for origin in sorted(origins, key=lambda origin: (origin.source, origin.member, origin.position)):
        try:
            source = source_of(origin, sources)
            reader = readers.get(source.name)
            if reader is None:
                reader = readers[source.name] = _reader(source)
            yield origin, reader(origin.member, origin.position)
        except RejoinderError as error:
            yield origin, error


def _reader(source: Source, stop: Event | None = None) -> Callable[[str, int], bytes]:
    from rejoinder.formats import registry  # the app itself never reads an export
    from rejoinder.formats.export import remembered

    path = Path(source.path)
    if not source.path or not path.exists():
        raise FormatError(
            f"The export {source.name} is not at {source.path or 'a known place'} any more.",
            "Put it back there, or import it again from where it is now.",
        )
    return registry.reopened(path, source.format, stop, remembered(source))


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
