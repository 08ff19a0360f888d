"""The formats there are, which of them an export is in, and the export opened for reading."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from itertools import chain
from pathlib import Path
from threading import Event
from typing import TypeVar, cast

import msgspec

from rejoinder.errors import FormatError, UsageError
from rejoinder.formats import decoding, export
from rejoinder.formats.export import Choices, Export, remembered
from rejoinder.formats.prose import line
from rejoinder.formats.protocol import Format
from rejoinder.records import Reading, Source

GROUP = "rejoinder.formats"
T = TypeVar("T")
FOREIGN = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, msgspec.MsgspecError,
)  # fmt: skip
"""What a stranger's module may raise by mistake: it is left out, and nothing else is harmed. Our own errors pass."""


class Found(msgspec.Struct, frozen=True):
    """An export and the name of its format."""

    path: Path
    format: str


class Gathered(msgspec.Struct, frozen=True):
    """What lies under some paths: the exports, and the files that no format knows."""

    found: list[Found]
    unknown: list[str]


def names() -> list[str]:
    """The names of all formats, without importing one."""
    return sorted(_entries())


def load(name: str) -> Format:
    """A format by its name. Raises UsageError where there is none of that name or it is broken."""
    entry = _entries().get(name)
    if entry is None:
        raise UsageError(f"There is no format called {name}.", "The formats are: " + ", ".join(names()))
    module = _module(name, entry)
    if module is None:
        raise UsageError(
            f"The format {name} is broken and can't be used.",
            f"Update or remove the package that brings it ({entry.value}).",
        )
    return module


def titles() -> dict[str, str]:
    """What a person calls each format, by name; broken ones are left out with a warning."""
    return {name: module.TITLE for name, module in _loaded()}


def recognise(path: Path | str) -> str | None:
    """The name of the format that can read this export; None where none can. Raises FormatError where two claim it."""
    return _recognised(Export(path))


def gather(paths: Iterable[Path | str]) -> Gathered:
    """All exports at these paths. A folder that is not itself one is walked, its folders and files recognised alone.

    Raises FormatError where nothing at all is recognised.
    """
    given = [Path(path) for path in paths]
    found: list[Found] = []
    unknown: list[str] = []
    for path in given:
        for export_path, name in _walk(path):
            if name is None:
                unknown.append(export_path.relative_to(path.parent).as_posix())
            else:
                found.append(Found(export_path, name))
    if not found:
        raise FormatError(
            _nothing(given), "rejoinder formats lists what can be read. Give the export as the platform made it."
        )
    return Gathered(found, unknown)


def size(path: Path | str, format: str, choices: Choices | None = None) -> int:
    """How many bytes a format will read of an export, as `Share.consumed` counts them."""
    return sum(member.size for member in load(format).members(Export(path, choices=choices)))


def fingerprint(
    path: Path | str, format: str, part: tuple[int, int] | None = None, choices: Choices | None = None
) -> str:
    """The export's fingerprint, as `records.Source` says; of a folder only what the format reads counts.

    `part`: of these bytes (the first, and how many) of a file alone.
    """
    if part is not None:
        return export.part_fingerprint(Path(path), *part)
    opened = Export(path, choices=choices)
    wanted = [member.name for member in load(format).members(opened)] if opened.is_folder else None
    return export.fingerprint(path, wanted)


def now(source: Source) -> str:
    """What the fingerprint of this source is now. Raises FormatError where it can't be read."""
    return fingerprint(source.path, source.format, source.part, remembered(source))


class Share:
    """One share of an export being read: iterate it for its records; `consumed` bytes are behind it."""

    def __init__(self, opened: Export, module: Format) -> None:
        self._export = opened
        self._module = module

    @property
    def consumed(self) -> int:
        """How many bytes of this share are read."""
        return self._export.consumed

    def __iter__(self) -> Iterator[Reading]:
        return chain(self._refused(), self._module.read(self._export))

    def _refused(self) -> Iterator[Reading]:
        if self._export.share[0] == 0:
            for name in self._export.refused:
                reason = "This file was left out: its name or link leads out of the export, or it can't be read."
                yield decoding.problem(reason, line(name), 0)


def open_share(path: Path | str, format: str, index: int, count: int, choices: Choices | None = None) -> Share:
    """Open share `index` of `count` of an export; the shares together yield every record once."""
    return Share(Export(path, (index, count), choices), load(format))


def reopened(
    path: Path | str, format: str, stop: Event | None = None, choices: Choices | None = None
) -> Callable[[str, int], bytes]:
    """What gives the bytes of a record, by member and position, as they lie in this export; who asks for many asks in
    order, and each member is read once. Setting `stop` ends a search with Cancelled.

    Raises FormatError, then as now, where something is not there (any more).
    """
    opened = Export(path, choices=choices)
    opened.stop = stop
    return partial(load(format).raw, opened)


def heading(path: Path, format: str, choices: Choices) -> bytes:
    """What a file begins with and all later lines need (a table's header); empty for the formats that have no such."""
    told: Callable[[Export], bytes] | None = getattr(load(format), "heading", None)
    return b"" if told is None else told(Export(path, choices=choices))


def raw(
    path: Path | str,
    format: str,
    member: str,
    position: int,
    stop: Event | None = None,
    choices: Choices | None = None,
) -> bytes:
    """The bytes of one record; see `reopened`."""
    return reopened(path, format, stop, choices)(member, position)


def _walk(path: Path) -> Iterator[tuple[Path, str | None]]:
    """Each export under a path with its format, None for files of none."""
    opened = Export(path)
    name = _recognised(opened)
    if name is not None or not opened.is_folder:
        yield path, name
        return
    tops = sorted({member.name.partition("/")[0] for member in opened.members})
    for top in tops:
        try:
            yield from _walk(path / top)
        except FormatError:
            yield path / top, None


def _recognised(opened: Export) -> str | None:
    claims = [name for name, module in _loaded() if _guarded(name, partial(module.recognise, opened))]
    if len(claims) > 1:
        raise FormatError(
            f"{opened.name} could be read as {' and as '.join(claims)}.",
            f"Choose one with --format, as in --format {claims[0]}.",
        )
    return claims[0] if claims else None


def _loaded() -> Iterator[tuple[str, Format]]:
    for name, entry in sorted(_entries().items()):
        module = _module(name, entry)
        if module is not None:
            yield name, module


def _module(name: str, entry: EntryPoint) -> Format | None:
    return cast("Format | None", _guarded(name, entry.load))


def _guarded(name: str, act: Callable[[], T]) -> T | None:
    """What a format's code gives; None, with a warning, where a stranger's module fails in whatever way it may."""
    try:
        return act()
    except FormatError:
        raise
    except FOREIGN as error:
        warnings.warn(f"The format {name} is broken and was left out: {type(error).__name__}: {error}", stacklevel=2)
        return None


@cache
def _entries() -> dict[str, EntryPoint]:
    """Entry points by name. In a checkout pyproject.toml counts, which an older installation may not know."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    return found | _of_checkout()


def _of_checkout() -> dict[str, EntryPoint]:
    project = Path(__file__).resolve().parents[3] / "pyproject.toml"
    if not project.is_file():
        return {}
    table = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
    if table.get("name") != "rejoinder":
        return {}
    builtin = table.get("entry-points", {}).get(GROUP, {})
    return {name: EntryPoint(name, value, GROUP) for name, value in builtin.items()}


def _nothing(paths: list[Path]) -> str:
    if len(paths) == 1 and paths[0].is_file():
        if paths[0].stat().st_size == 0:
            return f"{paths[0].name} is empty."
        return f"{paths[0].name} is in no format that is known here."
    if len(paths) == 1 and not any(paths[0].iterdir()):
        return f"{paths[0].name} is an empty folder."
    return f"Nothing in {', '.join(path.name for path in paths) or 'no path'} is in a format that is known here."
