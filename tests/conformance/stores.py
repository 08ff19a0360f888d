"""The engines that the suite judges: where each of them keeps an archive.

Two shards lie in one engine, in databases of their own, and are read through a real `Distributed` table. What a server
would do with an insert, sending each row to its shard, is done here; all else is the product's own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rejoinder.archive.clickhouse import generations, schema, server
from rejoinder.archive.clickhouse.address import Address
from rejoinder.archive.opening import locate
from tests.conformance.shim import CONFIG

_SHARDS = ("shard_0", "shard_1")
_numbers = count(1)
ROOT = Path(__file__).parents[2]


def missing(store: str) -> str:
    """Why a store can't be asked here; empty where it can."""
    if store == "server":
        return "" if os.environ.get("REJOINDER_TEST_CLICKHOUSE") else "REJOINDER_TEST_CLICKHOUSE names no server"
    if store == "sqlite":
        return ""
    try:
        import chdb  # noqa: F401
    except ImportError:
        return "chdb is not installed: make conformance"
    return ""


class TwoShards(generations.Layout):
    """Spreads tables over two databases that play shards."""

    def _spread(self, name: str, local: str, table: schema.Table) -> None:
        for shard in _SHARDS:
            self._server.command(f"create database if not exists {shard}")
            self._server.command(schema.creating(f"{shard}.{name}", table, self._positions))
        parts = (f"select * from {shard}.{name} where shardNum() = {n}" for n, shard in enumerate(_SHARDS, 1))
        self._server.command(f"create view {local} as {' union all '.join(parts)}")
        self._server.command(schema.spreading(name, local, table, self._cluster))

    def drop(self, generation: int) -> None:
        for name, table in schema.TABLES.items():
            whole = schema.name_of(generation, name)
            self._server.command(f"drop table if exists {whole}")
            if table.shard:
                self._server.command(f"drop view if exists {schema.local_name(generation, name)}")
                for shard in _SHARDS:
                    self._server.command(f"drop table if exists {shard}.{whole}")


class RoutingServer(server.Server):
    """Sends each row of a spread table to its shard."""

    on_cluster = ""

    def insert(self, table: str, columns: Sequence[str], types: Sequence[str], data: Sequence[Any], token: str) -> None:
        name = table.partition("_")[2]
        key = schema.TABLES[name].shard if name in schema.TABLES else ""
        if not key:
            super().insert(table, columns, types, data, token)
            return
        at = columns.index(key)
        for shard, database in enumerate(_SHARDS):
            rows = [row for row in zip(*data, strict=True) if abs(int(row[at])) % len(_SHARDS) == shard]
            if rows:
                self._send(f"{database}.{table}", columns, types, list(zip(*rows, strict=True)), token)


@contextmanager
def store(name: str, folder: Path) -> Iterator[Path]:
    """Where an archive may be made in this store; `folder` holds what the engine keeps."""
    with pytest.MonkeyPatch.context() as patch:
        if name == "sqlite":
            yield folder / f"town-{next(_numbers)}.rejoinder"
            return
        if name.endswith("-shards"):
            patch.setattr(generations, "Layout", TwoShards)
            for module in ("archive", "build", "importing"):
                patch.setattr(f"rejoinder.archive.clickhouse.{module}.Server", RoutingServer)
        if name.startswith("chdb"):
            patch.setattr(server, "client_for", in_process)
        yield locate(address_of(name))


def address_of(name: str) -> str:
    """A database of this store that holds nothing yet."""
    if name == "server":
        told = os.environ["REJOINDER_TEST_CLICKHOUSE"].rstrip("/")
        return f"{told}/rejoinder_test_{os.getpid()}_{next(_numbers)}"
    port = shim_port() if name.startswith("http") else 8123
    cluster = "?cluster=rejoinder" if name.endswith("-shards") else ""
    return f"clickhouse://tester@127.0.0.1:{port}/town_{next(_numbers)}{cluster}"


_shims: list[Shim] = []
_folders: list[Path] = []


def keep_in(folder: Path) -> None:
    """Where engines of this session keep their data."""
    _folders[:] = [folder]


def in_process(address: Address) -> Any:
    """A client of the engine in this process, as clickhouse-connect gives one."""
    import clickhouse_connect

    return clickhouse_connect.get_client(dsn=f"chdb://{_folders[0]}/own", chdb_options={"config-file": str(CONFIG)})


def shim_port() -> int:
    """The port of the HTTP server over an engine in a process of its own, which is started when first asked for."""
    if not _shims:
        _shims.append(Shim(_folders[0] / "served"))
    return _shims[0].port


class Shim:
    """One server in a process of its own, that can go and come back."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._folder = folder
        self.start()

    def start(self, *how: str) -> None:
        """Serve; `readonly` lets nobody write."""
        command = [sys.executable, "-m", "tests.conformance.shim", str(self.port), str(self._folder), *how]
        self._process = subprocess.Popen(command, cwd=ROOT)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"nothing listens on port {self.port}")

    def kill(self) -> None:
        """Be gone, at once."""
        self._process.kill()
        self._process.wait()


def stop() -> None:
    """End what was started."""
    while _shims:
        _shims.pop().kill()
