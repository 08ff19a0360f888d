"""Where the archive of an import is kept: what an import asks of an engine, and this engine's answer, a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from rejoinder.archive.crew import Crew, Job, Watch
from rejoinder.archive.sqlite.carry import Carried, Without
from rejoinder.archive.sqlite.finish import Assembly, Before, Built, build
from rejoinder.archive.sqlite.write import Part
from rejoinder.archive.workshop import Workshop


class Work(NamedTuple):
    """What is to be made an archive of, and who does it."""

    crew: Crew
    stages: Sequence[Path]
    before: Before
    prints: Sequence[Job]
    """Jobs to be done beside it: they give the fingerprints of `before.late`."""
    workshop: Workshop
    wrote: Watch
    """Is told how many posts each job has written."""
    checking: Callable[[], None]
    """Is told when all is written, and only to be checked."""


class Engine(Protocol):
    """Keeps one archive. Picklable: readers open the old one in processes of their own."""

    def carried(self, without: Without) -> Carried | None:
        """The archive that is there, if there is one."""
        ...

    def bytes(self) -> int:
        """What it takes up; 0 where there is none."""
        ...

    def write(self, work: Work) -> Built:
        """Put a new archive, made of what the stages hold, in the old one's place. Raises ArchiveError."""
        ...


class File(msgspec.Struct, frozen=True):
    """An archive file."""

    path: Path

    def carried(self, without: Without) -> Carried | None:
        return Carried(self.path, without) if self.path.exists() else None

    def bytes(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def write(self, work: Work) -> Built:
        assembly = Assembly(work.workshop.folder)

        def ended(_: int, done: object) -> None:
            if isinstance(done, Built | Part):
                assembly.add("tables" if isinstance(done, Built) else done.name)

        jobs: list[Job] = [(build, (work.stages, work.before, work.workshop.folder)), *work.prints]
        built, *others = work.crew.run(jobs, work.wrote, ended)
        work.checking()
        prints = work.before.with_prints(others[: len(work.prints)])
        work.workshop.deliver(assembly.finish(built.posts, prints))
        return built  # type: ignore[no-any-return]
