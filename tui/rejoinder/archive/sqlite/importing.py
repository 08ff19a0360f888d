"""An import from its inputs to the new file in the old one's place: reading, ordering, writing, checking."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

import msgspec

from rejoinder.archive.body import Member
from rejoinder.archive.crew import Crew, Job, Tick, told
from rejoinder.archive.ingest import Input, Line, Phase, Progress, Report
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.sqlite.carry import NOTHING, Carried, Without, carry, keeping_of
from rejoinder.archive.sqlite.engine import Engine, Work
from rejoinder.archive.sqlite.finish import Before
from rejoinder.archive.sqlite.register import Register
from rejoinder.archive.stage import Stage
from rejoinder.archive.workshop import Workshop
from rejoinder.errors import ArchiveError
from rejoinder.records import DeletedText, Source

_SMALL = 16 << 20
"""Bytes to read below which starting processes (0.3 s) costs more than they save."""
_LARGE = 256 << 20
"""Bytes to read from which the readers' memory is given back before the ordering (it costs 0.1 s)."""
_MOST = 4
"""Processes: each costs memory, and ordering, done by one, is what is left to wait for."""
_TICK = 512


class Share(msgspec.Struct, frozen=True):
    """A part of an input, or of the old archive, for one reader."""

    source: int
    input: Input | None
    """None: the old archive."""
    index: int
    count: int


class Seen(NamedTuple):
    """How far a reader is."""

    source: str
    bytes: int
    posts: int
    problems: int


def add(
    engine: Engine,
    inputs: Sequence[Input],
    target: Path,
    progress: Callable[[Progress], None],
    processes: int | None,
    deleted: DeletedText | None,
    like: Path | None,
) -> Report:
    """See `ingest.run`. `target` is the file that stands here for the archive that the engine keeps."""
    old = engine.carried(NOTHING)
    if old is None:
        keeping = keeping_of(like) if like is not None else Keeping(deleted or "keep-marked", token_bytes(32))
        return _made(engine, _named(_told(inputs, []), None), None, target, progress, processes, keeping)
    try:
        keeping = msgspec.structs.replace(old.keeping, deleted=deleted or old.keeping.deleted)
        inputs = _named(_told(inputs, old.sources), old)
        if not _fresh(inputs, old) and keeping == old.keeping:
            return _report(inputs, old, {})
        return _made(engine, inputs, old, target, progress, processes, keeping)
    finally:
        old.close()


def rewrite(engine: Engine, target: Path, progress: Callable[[Progress], None], without: Without = NOTHING) -> None:
    """Write the archive that an engine keeps anew, without some of it."""
    old = engine.carried(without)
    if old is None:
        raise ArchiveError(f"There is no archive {target.name}.", "Make one: rejoinder import NAME EXPORT")
    try:
        _made(engine, [], old, target, progress, None, old.keeping)
    finally:
        old.close()


def _told(inputs: Sequence[Input], known: Sequence[Source]) -> list[Input]:
    """The inputs, with the fingerprints that have to be known now: of those that are as long as another."""
    sizes = Counter(source.size for source in (*known, *(each.source for each in inputs)))
    return [each if each.fingerprint is None or sizes[each.source.size] == 1 else _printed(each) for each in inputs]


def _printed(each: Input) -> Input:
    assert each.fingerprint is not None
    source = msgspec.structs.replace(each.source, fingerprint=each.fingerprint())
    return msgspec.structs.replace(each, source=source, fingerprint=None)


def _same(source: Source) -> tuple[object, ...]:
    """What two sources have in common that need not be read twice: their bytes, and how they were read."""
    accounts = source.accounts, source.accounts_fingerprint
    return source.fingerprint, source.include_private, accounts, source.mapping


def _named(inputs: Sequence[Input], old: Carried | None) -> list[Input]:
    """Each export under a name of its own, by which origins tell them apart: a second `like.js` is `like.js (2)`."""
    known = {_same(source) for source in old.sources} if old else set()
    taken = {source.name for source in old.sources} if old else set()
    named = []
    for each in inputs:
        source, name, n = each.source, each.source.name, 1
        while name in taken and _same(source) not in known:
            n += 1
            name = f"{source.name} ({n})"
        taken.add(name)
        named.append(msgspec.structs.replace(each, source=msgspec.structs.replace(source, name=name)))
    return named


def _fresh(inputs: Sequence[Input], old: Carried | None) -> list[Input]:
    """Those inputs whose files are not in the archive yet, and no file twice."""
    known = {_same(source) for source in old.sources} if old else set()
    fresh = []
    for each in inputs:
        if not each.source.fingerprint or _same(each.source) not in known:
            fresh.append(each)
            known.add(_same(each.source))
    return fresh


def _made(
    engine: Engine,
    inputs: Sequence[Input],
    old: Carried | None,
    target: Path,
    progress: Callable[[Progress], None],
    processes: int | None,
    keeping: Keeping,
) -> Report:
    work = _Work(engine, _fresh(inputs, old), old, progress, keeping)
    with Workshop(target) as workshop:
        workshop.need(work.bytes_needed())
        try:
            with Crew(work.crew_size(processes)) as crew:
                lines = work.done(workshop, crew)
        except (OSError, MemoryError) as error:
            raise told(error) from error
    return _report(inputs, old, lines)


def _report(inputs: Sequence[Input], old: Carried | None, lines: dict[str, Line]) -> Report:
    """A line for each input; one that was here already tells that all of it was."""
    before = {_same(source): line for source, line in zip(old.sources, old.lines, strict=True)} if old else {}
    found = []
    for each in inputs:
        line = lines.pop(_identity(each.source), None)
        found.append(line or _again(each.source, before.get(_same(each.source))))
    total = Line("", "", *(sum(getattr(line, field) for line in found) for field in Line.__struct_fields__[2:]))
    return Report(tuple(found), total)


def _again(source: Source, before: Line | None) -> Line:
    duplicates = before.posts + before.duplicates if before else 0
    return Line(source.name, source.format, 0, 0, 0, duplicates, 0)


def _identity(source: Source) -> str:
    return source.fingerprint or f"{source.name}\0{source.path}"


class _Work:
    """One import: what is read, what is known, how far it is."""

    def __init__(
        self,
        engine: Engine,
        inputs: Sequence[Input],
        old: Carried | None,
        progress: Callable[[Progress], None],
        keeping: Keeping,
    ) -> None:
        self._engine, self._inputs, self._old, self._tell = engine, inputs, old, progress
        self._old_bytes = engine.bytes() if old else 0
        self._bytes = sum(each.bytes for each in inputs) + self._old_bytes
        self._keeping = keeping
        self._register = Register(old.sources if old else [], old.members if old else [], old.citers if old else {})
        self._numbers = [self._register.own(each.source) for each in inputs]
        self._progress = Progress()
        self._seen: dict[int, Seen] = {}
        self._written: dict[int, int] = {}
        self._staged = 0

    def bytes_needed(self) -> int:
        """Room for stages and the new file, by experience with JSON exports; compressed ones may need more later."""
        new = sum(each.bytes for each in self._inputs)
        return new + self._old_bytes * 2 + (8 << 20)

    def crew_size(self, processes: int | None) -> int:
        """Processes beside this one; none for little work or a single core."""
        if processes is None:
            processes = min(_MOST, _cores())
        return processes if processes > 1 and self._bytes >= _SMALL else 0

    def done(self, workshop: Workshop, crew: Crew) -> dict[str, Line]:
        """Do all of it; the result for each input, by its identity."""
        folder = workshop.folder
        stages = self._read(crew, folder)
        workshop.need(sum(path.stat().st_size for path in folder.iterdir()) * 3 // 2)
        self._phase("ordering", 0.5)
        old = self._old
        before = Before(
            self._register.sources,
            self._register.members,
            old.lines if old else [],
            old.problems if old else [],
            self._register.citers,
            self._keeping,
            [number for number, each in zip(self._numbers, self._inputs, strict=True) if each.fingerprint],
        )
        prints: list[Job] = [(printed, (each.fingerprint,)) for each in self._inputs if each.fingerprint]
        built = self._engine.write(Work(crew, stages, before, prints, workshop, self._wrote, self._checking))
        return self._lines(built.lines, built.citers)

    def _lines(self, lines: dict[int, Line], citers: dict[int, set[int]]) -> dict[str, Line]:
        """Lines of the inputs: what a source inside an input brought counts for the input."""
        found = {}
        for number, each in zip(self._numbers, self._inputs, strict=True):
            parts = [lines[number], *(lines[n] for n, of in citers.items() if max(of) == number)]
            sums = (sum(getattr(part, field) for part in parts) for field in Line.__struct_fields__[2:])
            found[_identity(each.source)] = Line(each.source.name, each.source.format, *sums)
        return found

    def _read(self, crew: Crew, folder: Path) -> list[Path]:
        self._phase("reading", 0.0)
        hands = max(1, crew.size)
        members, base = self._register.members, self._register.base
        names = [source.name for source in self._register.sources]
        jobs: list[Job] = []
        stages = []
        for n, shares in enumerate(self._shares(hands)):
            stages.append(folder / f"stage.{n}")
            archive = (self._engine, self._old.without, self._old_bytes) if self._old else None
            jobs.append((read, (stages[-1], members, base, names, shares, archive, self._keeping)))
        self._staged = sum(crew.run(jobs, self._heard, renewing=self._bytes >= _LARGE))
        return stages

    def _shares(self, hands: int) -> list[list[Share]]:
        """Who reads what: large inputs are cut, small ones go whole to whoever has least to read."""
        shares: list[list[Share]] = [[] for _ in range(hands)]
        load = [0] * hands
        whole = [Share(number, each, 0, 1) for number, each in zip(self._numbers, self._inputs, strict=True)]
        if self._old:
            whole.append(Share(0, None, 0, 1))
        for share in sorted(whole, key=lambda share: -self._size(share)):
            if self._size(share) >= _SMALL and hands > 1:
                for n in range(hands):
                    shares[n].append(msgspec.structs.replace(share, index=n, count=hands))
                    load[n] += self._size(share) // hands
            else:
                n = load.index(min(load))
                shares[n].append(share)
                load[n] += self._size(share) + 1
        return [sorted(part, key=lambda share: share.source) for part in shares]

    def _size(self, share: Share) -> int:
        return self._old_bytes if share.input is None else share.input.bytes

    def _phase(self, phase: Phase, done: float) -> None:
        self._progress.phase, self._progress.done = phase, done
        self._tell(self._progress)

    def _checking(self) -> None:
        self._phase("checking", 0.98)

    def _heard(self, job: int, seen: Seen) -> None:
        self._seen[job] = seen
        self._progress.source = seen.source
        self._progress.posts = sum(each.posts for each in self._seen.values())
        self._progress.problems = sum(each.problems for each in self._seen.values())
        self._progress.done = 0.5 * min(1.0, sum(each.bytes for each in self._seen.values()) / max(1, self._bytes))
        self._tell(self._progress)

    def _wrote(self, job: int, posts: int) -> None:
        """Of the jobs that tell how far they are one writes posts, the others index them."""
        self._progress.phase = "writing"
        self._written[job] = posts
        share = sum(self._written.values()) / (2 * self._staged or 1)
        self._progress.done = 0.55 + 0.42 * min(1.0, share)
        self._tell(self._progress)


def _cores() -> int:
    """The cores that this process may use, where the system tells; else those that there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def printed(_: Tick, fingerprint: Callable[[], str]) -> str:
    """A fingerprint that nothing had to wait for: found while one process orders, when the other would be idle."""
    return fingerprint()


def read(
    tick: Tick,
    path: Path,
    members: Sequence[Member],
    base: int,
    names: Sequence[str],
    shares: Sequence[Share],
    archive: tuple[Engine, Without, int] | None,
    keeping: Keeping,
) -> int:
    """Stage some shares one after another; the number of posts."""
    stage = Stage(path, members, base, keeping)
    behind = 0
    for share in shares:
        name = "" if share.input is None else names[share.source]
        stage.begin(share.source, name)

        def tell(seen: int, name: str = name, behind: int = behind) -> None:
            tick(Seen(name, behind + seen, stage.posts, stage.problems))

        behind += (
            _carried(stage, archive, share, tell) if archive and share.input is None else _filled(stage, share, tell)
        )
    tick(Seen("", behind, stage.posts, stage.problems))
    stage.close()
    return stage.posts


def _filled(stage: Stage, share: Share, tell: Callable[[int], None]) -> int:
    """Stage one share of an input; the bytes that it had."""
    assert share.input is not None
    stream = share.input.open(share.index, share.count)
    add = stage.add
    for n, record in enumerate(stream):
        add(record)
        if n % _TICK == 0:
            tell(stream.consumed)
    return stream.consumed


def _carried(stage: Stage, archive: tuple[Engine, Without, int], share: Share, tell: Callable[[int], None]) -> int:
    """Stage one share of the old archive; the bytes that it had."""
    engine, without, size = archive
    old = engine.carried(without)
    assert old is not None
    each = size / max(1, old.posts)
    posts = 0
    try:
        for posts, _ in enumerate(carry(stage, old, share.index, share.count), 1):
            if posts % _TICK == 0:
                tell(int(posts * each))
    finally:
        old.close()
    return int(posts * each)
