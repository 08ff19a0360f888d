"""Which tables are the archive: the register of generations, how one is made, made known and cleared away."""

from __future__ import annotations

import time
from collections.abc import Callable
from socket import gethostname

import msgspec

from rejoinder.archive.clickhouse import schema
from rejoinder.archive.clickhouse.server import POSITIONS, Server
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
        self._positions = server.version >= POSITIONS

    def create(self, generation: int) -> None:
        """Make all tables of a generation, empty."""
        for name, table in schema.TABLES.items():
            whole = schema.name_of(generation, name)
            if self._cluster and table.shard:
                self._spread(whole, schema.local_name(generation, name), table)
            else:
                self._server.command(schema.creating(whole, table, self._positions))

    def _spread(self, name: str, local: str, table: schema.Table) -> None:
        self._server.command(schema.creating(local, table, self._positions, f"on cluster {self._cluster}"))
        self._server.command(schema.spreading(name, local, table, self._cluster))

    def drop(self, generation: int) -> None:
        """Clear the tables of a generation away."""
        for name, table in schema.TABLES.items():
            self._server.command(f"drop table if exists {schema.name_of(generation, name)} sync")
            if self._cluster and table.shard:
                local = schema.local_name(generation, name)
                self._server.command(f"drop table if exists {local} on cluster {self._cluster} sync")


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
            f"select generation, version, posts from {schema.REGISTER} where state = 'whole' "
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

    def begin(self) -> int:
        """Number and make the tables of a new generation; what dead imports have left is cleared away."""
        self._server.command(_REGISTER)
        self._clear()
        number = time.time_ns() // 1_000_000
        self._tell(number, "begun", 0)
        self._layout.create(number)
        return number

    def finish(self, number: int, posts: int, before: Generation | None) -> None:
        """Make a generation the archive. Raises ArchiveError where another import came first."""
        if self.current() != before:
            raise ArchiveError(
                f"Another import into {self._server.address} ended first.",
                "Nothing of this one was kept: import again.",
            )
        self._tell(number, "whole", posts)

    def _clear(self) -> None:
        """Drop what no reader and no import needs: all but the last two whole ones, and what was begun by the dead.

        A workshop's lock lets one import run on each machine, so what this one began is dead.
        """
        rows = self._server.ask(
            f"select generation, max(state = 'whole'), argMin(host, at), dateDiff('second', min(at), now64(3, 'UTC')) "
            f"from {schema.REGISTER} group by generation order by generation"
        )
        whole = [number for number, is_whole, _, _ in rows if is_whole][-1:]
        for number, is_whole, host, age in rows:
            mine = host.decode() == gethostname()
            if number not in whole and (is_whole or mine or age > _STALE):
                self.drop(number)

    def keep_only(self, number: int) -> None:
        """Clear all other generations away at once, whoever may be reading them: they hold what is to be gone."""
        rows = self._server.ask(f"select distinct generation from {schema.REGISTER} where state = 'whole'")
        for (other,) in rows:
            if other < number:
                self.drop(other)

    def drop(self, number: int) -> None:
        """Clear a generation away, and forget it."""
        self._layout.drop(number)
        self._server.command(
            f"alter table {schema.REGISTER} delete where generation = {number} settings mutations_sync = 1"
        )

    def _tell(self, number: int, state: str, posts: int) -> None:
        columns = ("generation", "state", "host", "version", "posts")
        types = ("UInt64", "LowCardinality(String)", "String", "UInt16", "UInt64")
        row = ([number], [state], [gethostname()], [schema.VERSION], [posts])
        self._server.insert(schema.REGISTER, columns, types, row, f"{number}-{state}")


def size_of(server: Server, generation: Generation) -> int:
    """Bytes that a generation takes on the server that is asked."""
    rows = server.ask(
        "select sum(bytes_on_disk) from system.parts where database = currentDatabase() and active "
        "and startsWith(table, {name:String})",
        {"name": f"g{generation.number}_"},
    )
    return int(rows[0][0])
