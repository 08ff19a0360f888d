"""An import into a server: the reading and ordering of every import, and a new generation of tables at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.clickhouse.build import build, with_fingerprints
from rejoinder.archive.clickhouse.checking import amiss
from rejoinder.archive.clickhouse.generations import Generations, size_of
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.clickhouse.tokens import write_tokens
from rejoinder.archive.crew import Job
from rejoinder.archive.ingest import Forgotten, Input, Progress, Report, Wish
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.sqlite.carry import Carried, Without
from rejoinder.archive.sqlite.engine import Work
from rejoinder.archive.sqlite.finish import Built
from rejoinder.archive.sqlite.forgetting import forget_in
from rejoinder.archive.sqlite.importing import add_to
from rejoinder.errors import ArchiveError
from rejoinder.records import DeletedText


class _Carried(Carried):
    """The archive on the server, numbered anew."""

    def _keeping(self) -> Keeping:
        self._meta["key"] = bytes.fromhex(self._meta["key"])
        return super()._keeping()


class Remote(msgspec.Struct, frozen=True):
    """An archive on a server; `path` is the file that stands for it here (see engine.Engine)."""

    address: Address
    path: Path

    def carried(self, without: Without) -> Carried | None:
        server = Server(self.address)
        current = Generations(server).current() if server.has_database else None
        if current is None:
            server.close()
            return None
        return _Carried(self.path, without, ServerTables(server, current.number))

    def bytes(self) -> int:
        server = Server(self.address)
        try:
            current = Generations(server).current() if server.has_database else None
            return size_of(server, current) if current is not None else 0
        finally:
            server.close()

    def write(self, work: Work) -> Built:
        server = Server(self.address)
        server.seconds = 0
        try:
            server.make_database()
            generations = Generations(server)
            before = generations.current()
            number = generations.begin()
            built = self._filled(server, number, work)
            generations.finish(number, built.posts, before)
            if work.before.keeping.deleted == "erase":
                generations.keep_only(number)
            return built
        finally:
            server.close()

    def _filled(self, server: Server, number: int, work: Work) -> Built:
        job: Job = (build, (work.stages, work.before, work.workshop.folder, self.address, number))
        results = work.crew.run([job, *work.prints], work.wrote)
        built: Built = results[0]
        work.checking()
        tables = ServerTables(server, number)
        with_fingerprints(tables, work.before, results[1 : 1 + len(work.prints)])
        write_tokens(tables, built.posts)
        found = amiss(tables, built.posts)
        if found:
            raise ArchiveError(f"The archive was not written whole: {found}", "Nothing was changed. Import again.")
        return built


def add(
    address: Address,
    inputs: Sequence[Input],
    target: Path,
    progress: Callable[[Progress], None],
    processes: int | None,
    deleted: DeletedText | None,
    like: Path | None,
) -> Report:
    """See `ingest.run`."""
    return add_to(Remote(address, target), inputs, target, progress, processes, deleted, like)


def forget(address: Address, target: Path, wish: Wish, progress: Callable[[Progress], None]) -> Forgotten:
    """See `ingest.forget`. What was there before goes at once, whoever may be reading it."""
    done = forget_in(Remote(address, target), target, wish, progress)
    server = Server(address)
    try:
        generations = Generations(server)
        current = generations.current()
        if current is not None:
            generations.keep_only(current.number)
    finally:
        server.close()
    return done
