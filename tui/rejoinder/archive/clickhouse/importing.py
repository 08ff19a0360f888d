"""An import into a server: the reading and ordering of every import, and a new generation of tables at its end."""

from __future__ import annotations

from pathlib import Path

import msgspec

from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.clickhouse.build import build, with_fingerprints
from rejoinder.archive.clickhouse.checking import amiss
from rejoinder.archive.clickhouse.generations import Generation, Generations, size_of
from rejoinder.archive.clickhouse.server import Server
from rejoinder.archive.clickhouse.tables import ServerTables
from rejoinder.archive.clickhouse.tokens import write_tokens
from rejoinder.archive.crew import Job
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.sqlite.carry import Carried, Without
from rejoinder.archive.sqlite.engine import Work
from rejoinder.archive.sqlite.finish import Built
from rejoinder.errors import ArchiveError


class _Carried(Carried):
    """The archive on the server, numbered anew."""

    def _keeping(self) -> Keeping:
        self._meta["key"] = bytes.fromhex(self._meta["key"])
        return super()._keeping()


class Remote(msgspec.Struct, frozen=True):
    """An archive on a server; `path` is the file that stands for it here (see engine.Engine).

    An import stays with the generation that it began with: it reads no other, and takes no other's place.
    """

    address: Address
    path: Path
    base: Generation | None
    """The archive as it was at the beginning; None: there was none."""
    forgets: bool = False
    """What was there before is to be gone when the new one is there."""

    def carried(self, without: Without) -> Carried | None:
        if self.base is None:
            return None
        return _Carried(self.path, without, ServerTables(_patient(self.address), self.base.number))

    def bytes(self) -> int:
        if self.base is None:
            return 0
        server = Server(self.address)
        try:
            return size_of(server, self.base)
        finally:
            server.close()

    def write(self, work: Work) -> Built:
        server = _patient(self.address)
        try:
            server.make_database()
            generations = Generations(server)
            generations.overtaken(self.base)
            number = generations.begin(str(self.path.resolve()))
            built = self._filled(server, number, work)
            alone = self.forgets or work.before.keeping.deleted == "erase"
            generations.finish(number, built.posts, self.base, alone)
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


def _patient(address: Address) -> Server:
    """A connection on which the server may take its time: nobody waits in front of a screen."""
    server = Server(address)
    server.seconds = 0
    return server


def remote(address: Address, target: Path, forgets: bool = False) -> Remote:
    """The archive at an address, as it is now. Raises ArchiveError where its server fails."""
    server = Server(address)
    try:
        base = Generations(server).current() if server.has_database else None
    finally:
        server.close()
    return Remote(address, target, base, forgets)
