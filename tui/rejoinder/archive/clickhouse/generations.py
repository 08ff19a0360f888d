"""Which tables are the archive: the register of generations, how one is made, made known and cleared away."""

from __future__ import annotations

import time
from collections.abc import Callable
from socket import gethostname

import msgspec

from rejoinder.archive.clickhouse import schema
from rejoinder.archive.clickhouse.server import Server
from rejoinder.errors import ArchiveError

_STALE = 24 * 3600
"""Seconds after which an import that another machine began counts as dead."""
_REGISTER = (
    f"create table if not exists {schema.REGISTER} (generation UInt64, state LowCardinality(String), "
    "host String, version UInt16, posts UInt64, at DateTime64(3, 'UTC') default now64(3, 'UTC')) "
    "engine = MergeTree order by generation settings non_replicated_deduplication_window = 1000"
)


class Generation(msgspec.Struct, frozen=True):
    """One making of the archive."""

    number: int
    version: int
    posts: int


class Layout:
    """Makes tables where the address says: on one server, or spread over the shards of a cluster."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cluster = server.address.cluster
        self._positions = server.has_positions

    def create(self, generation: int) -> None:
        """Make all tables of a generation, empty. Raises ArchiveError where the cluster is not one that can be used."""
        if self._cluster:
            self._look_at_cluster()
        for name, table in schema.TABLES.items():
            whole = schema.name_of(generation, name)
            if self._cluster and table.shard:
                self._spread(whole, schema.local_name(generation, name), table)
            else:
                self._server.command(schema.creating(whole, table, self._positions))

    def _look_at_cluster(self) -> None:
        """Tables are kept once: with replicas each server would have another part of a shard, and answers differ."""
        ((shards, replicas),) = self._server.ask(
            "select count(), max(replica_num) from system.clusters where cluster = {name:String}",
            {"name": self._cluster},
        )
        if not shards:
            raise ArchiveError(
                f"The server knows no cluster {self._cluster}.", "Its own names are in the table system.clusters."
            )
        if replicas > 1:
            raise ArchiveError(
                f"The shards of {self._cluster} have replicas, and what is imported would reach only one of them.",
                "Name a cluster without replicas.",
            )

    def _spread(self, name: str, local: str, table: schema.Table) -> None:
        self._server.command(schema.creating(local, table, self._positions, self._server.on_cluster))
        self._server.command(schema.spreading(name, local, table, self._cluster))

    def drop(self, generation: int) -> None:
        """Clear the tables of a generation away."""
        for name, table in schema.TABLES.items():
            self._server.command(f"drop table if exists {schema.name_of(generation, name)} sync")
            if self._cluster and table.shard:
                local = schema.local_name(generation, name)
                self._server.command(f"drop table if exists {local}{self._server.on_cluster} sync")


class Generations:
    """The register of one database."""

    def __init__(self, server: Server, layout: Callable[[Server], Layout] | None = None) -> None:
        self._server = server
        self._layout = (layout or Layout)(server)

    def current(self) -> Generation | None:
        """The archive, if the database holds one. Raises ArchiveError where it is of another version."""
        if not self._server.ask(
            "select 1 from system.tables where database = currentDatabase() and name = {name:String}",
            {"name": schema.REGISTER},
        ):
            return None
        rows = self._server.ask(
            f"select generation, version, posts from {schema.REGISTER} where state <> 'begun' "
            "order by generation desc limit 1"
        )
        if not rows:
            return None
        found = Generation(*rows[0])
        if found.version != schema.VERSION:
            raise self._foreign(found.version)
        return found

    def _foreign(self, version: int) -> ArchiveError:
        newer = version > schema.VERSION
        return ArchiveError(
            f"{self._server.address} was written by a{' newer' if newer else 'n older'} Rejoinder "
            f"(version {version} of the tables, this one knows {schema.VERSION}).",
            "Install the newer Rejoinder to open it." if newer else "Import its exports into a new database.",
        )

    def begin(self, importer: str) -> int:
        """Number and make the tables of a new generation; what dead imports have left is cleared away.

        `importer` is who may not run twice at once, by a lock.
        """
        self._server.command(_REGISTER)
        importer = f"{gethostname()}:{importer}"
        self._clear(importer)
        ((last,),) = self._server.ask(f"select max(generation) from {schema.REGISTER}")
        number = max(time.time_ns() // 1_000_000, int(last) + 1)  # another machine's clock may be ahead
        self._tell(number, "begun", 0, importer)
        self._layout.create(number)
        return number

    def finish(self, number: int, posts: int, before: Generation | None, alone: bool) -> None:
        """Make a generation the archive; `alone`: those before it hold what is to be gone, so they go at once.

        Raises ArchiveError where another import came first, or at the same time.
        """
        if self.current() != before or not self._is_there(number):
            raise self._overtaken()
        self._tell(number, "only" if alone else "whole", posts)
        last = before.number if before is not None else 0
        rivals = self._server.ask(
            f"select 1 from {schema.REGISTER} where state <> 'begun' and generation > {last} and generation <> {number}"
        )
        if rivals:
            self.drop(number)
            raise self._overtaken()
        if alone:
            self._clear_before(number)

    def overtaken(self, before: Generation | None) -> None:
        """Raises ArchiveError where the archive is not any more what an import began with."""
        if self.current() != before:
            raise self._overtaken()

    def _overtaken(self) -> ArchiveError:
        return ArchiveError(
            f"Another import into {self._server.address} ended first.",
            "Nothing of this one was kept: import again.",
        )

    def _is_there(self, number: int) -> bool:
        """Whether a generation that was begun was not taken for dead and cleared away meanwhile."""
        begun = self._server.ask(
            f"select 1 from {schema.REGISTER} where generation = {number} and state = 'begun' and "
            "(select count() from system.tables where database = currentDatabase() and name = {name:String}) > 0",
            {"name": schema.name_of(number, "post")},
        )
        return bool(begun)

    def _clear(self, importer: str) -> None:
        """Drop what no reader and no import needs: all but the last whole one, and what was begun by the dead.

        What this importer began is dead, for its lock lets it run once; what others began when a day is over.
        """
        rows = self._server.ask(
            "select generation, max(state <> 'begun'), max(state = 'only'), argMin(host, at), "
            f"dateDiff('second', min(at), now64(3, 'UTC')) from {schema.REGISTER} "
            "group by generation order by generation"
        )
        whole = [number for number, is_whole, *_ in rows if is_whole][-1:]
        for number, is_whole, is_only, host, age in rows:
            if number in whole:
                if is_only:  # its import died before it cleared what was before it
                    self._clear_before(number)
            elif is_whole or host.decode() == importer or age > _STALE:
                self.drop(number)

    def _clear_before(self, number: int) -> None:
        """Clear all earlier generations away, whoever may be reading or still making them."""
        rows = self._server.ask(f"select distinct generation from {schema.REGISTER} where generation < {number}")
        for (other,) in rows:
            self.drop(other)

    def drop(self, number: int) -> None:
        """Clear a generation away, and forget it."""
        self._layout.drop(number)
        self._server.command(
            f"alter table {schema.REGISTER} delete where generation = {number} settings mutations_sync = 1"
        )

    def _tell(self, number: int, state: str, posts: int, importer: str = "") -> None:
        columns = ("generation", "state", "host", "version", "posts")
        types = ("UInt64", "LowCardinality(String)", "String", "UInt16", "UInt64")
        row = ([number], [state], [importer], [schema.VERSION], [posts])
        self._server.insert(schema.REGISTER, columns, types, row, f"{number}-{state}")


def size_of(server: Server, generation: Generation) -> int:
    """Bytes that a generation takes on the server that is asked."""
    rows = server.ask(
        "select sum(bytes_on_disk) from system.parts where database = currentDatabase() and active "
        "and startsWith(table, {name:String})",
        {"name": f"g{generation.number}_"},
    )
    return int(rows[0][0])
