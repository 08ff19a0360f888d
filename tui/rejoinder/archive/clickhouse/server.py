"""A connection to a ClickHouse server: questions with bound values, inserts, cancellation, and errors in words.

Only here is clickhouse-connect known, and only when an archive lies on a server.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cache
from threading import Lock, Thread
from types import TracebackType
from typing import Any
from uuid import uuid4

from rejoinder.archive.clickhouse.address import Address, authorities, password
from rejoinder.errors import ArchiveError, Cancelled, RejoinderError

OLDEST = (26, 2)
"""The first version whose inverted `text` index is no experiment any more."""
POSITIONS = (26, 7)
"""The first version whose text index can keep positions, so that phrases need not be read again."""
_SECONDS = 120
"""After which the server gives a question up: nobody waits longer in front of a screen."""
_READING = {
    "optimize_skip_unused_shards": 1,
    "distributed_product_mode": "local",
    "skip_unavailable_shards": 0,
    "cancel_http_readonly_queries_on_client_close": 1,
    "max_query_size": 64 << 20,
    "join_use_nulls": 1,
}
"""`distributed_product_mode=local`: what a question asks within of the same posts is asked of the same shard, which is
right because a conversation lies wholly on one. Keys of posts are written into questions, hence their size."""
_KILLS, _PAUSE = 20, 0.1
"""How often a question is told to stop, and seconds between."""
_CODE = re.compile(r"Code: (\d+)|error code (\d+)", re.IGNORECASE)

Values = Mapping[str, Any]


def driver() -> Any:
    """The module clickhouse_connect. Raises ArchiveError, with the way to get it, where it is not installed."""
    try:
        import clickhouse_connect
        from clickhouse_connect import common
    except ImportError as error:
        raise ArchiveError(
            "An archive on a ClickHouse server needs the library clickhouse-connect, which is not installed.",
            "Install it: pip install 'rejoinder[clickhouse]'",
        ) from error
    common.set_setting("send_os_user", False)  # nobody there need know who sits here
    return clickhouse_connect


def client_for(address: Address) -> Any:
    """A client of the server, as clickhouse-connect makes it; the database need not be there yet.

    A pool of its own for what does not leave this machine: by itself the client would send it, password and all,
    through the proxy that `http_proxy` names.
    """
    return driver().get_client(
        pool_mgr=None if address.tls or address.is_exposed else driver().driver.httputil.get_pool_manager(),
        host=address.host,
        port=address.port,
        username=address.user,
        password=password(),
        secure=address.tls,
        ca_cert=authorities() or None,
        connect_timeout=10,
        send_receive_timeout=_SECONDS + 30,
        autogenerate_session_id=False,
        client_name="rejoinder",
        compress="lz4",
    )


class Server:
    """One connection, used by one thread at a time; `cancel` may come from any."""

    def __init__(self, address: Address, connect: Callable[[Address], Any] | None = None) -> None:
        """`connect` makes the client (tests give their own). Raises ArchiveError where the server is not there, is too
        old, or does not let this user in."""
        self.address = address
        self.seconds = _SECONDS
        """How long the server may take for an answer; 0: as long as it needs, for an import or a check."""
        self._connect = connect or client_for
        self._asked = ""
        self._cancelled = False
        self._killer: Any = None
        self._killing = Lock()
        with self.failing():
            self._client = self._connect(address)
            self.has_database = self._enter()
        self._is_remote = hasattr(self._client, "http")
        self.version = _version(str(self._client.server_version))
        if self.version < OLDEST:
            self.close()
            raise ArchiveError(
                f"{address.host} runs ClickHouse {self._client.server_version}; archives need 26.2 or newer.",
                "Ask for a newer server.",
            )

    def _enter(self) -> bool:
        """Whether the address's database is there; if it is, names mean its tables from now on."""
        found = self._client.query(
            "select count() from system.databases where name = {name:String}",
            parameters={"name": self.address.database},
        )
        if found.result_rows[0][0]:
            self._client.database = self.address.database
        return bool(found.result_rows[0][0])

    @property
    def on_cluster(self) -> str:
        """What follows a statement that is for all servers of the cluster, if there is one."""
        return f" on cluster {self.address.cluster}" if self.address.cluster else ""

    def make_database(self) -> None:
        """Make the address's database if it is not there."""
        if self.address.cluster or not self.has_database:  # the first server's says nothing of the others'
            self.command(f"create database if not exists {self.address.database}{self.on_cluster}")
            with self.failing():
                self.has_database = self._enter()

    @property
    def has_positions(self) -> bool:
        """Whether its text index can keep positions, so that it finds phrases by itself."""
        return self.version >= POSITIONS

    def failing(self) -> Failing:
        """Within it, what the client says is said as ArchiveError or Cancelled."""
        return Failing(self)

    def ask(self, sql: str, values: Values | None = None, **settings: int | str) -> list[tuple[Any, ...]]:
        """The rows that a question finds; texts come as bytes. Asked again once where the connection broke."""
        return self.told(sql, values, **settings)[1]

    def told(
        self, sql: str, values: Values | None = None, **settings: int | str
    ) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
        """(names of the columns, rows) that a question finds."""
        self.listen()
        with self.failing():
            try:
                return self._told(sql, values, settings)
            except driver().driver.exceptions.OperationalError as error:
                self.listen()
                if _is_timeout(error):
                    raise
                self._renew()
                return self._told(sql, values, settings)

    def _told(
        self, sql: str, values: Values | None, settings: Mapping[str, int | str]
    ) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
        given: dict[str, Any] = {**_READING, "max_execution_time": self.seconds, **settings}
        if self._is_remote:
            self._asked = given["query_id"] = f"rejoinder-{uuid4()}"
        try:
            found = self._client.query(
                sql, parameters=dict(values or {}), settings=given, query_formats={"String": "bytes"}
            )
        finally:
            self._asked = ""
        self.listen()
        return found.column_names, found.result_rows

    def _renew(self) -> None:
        with suppress(*_kinds()):  # whatever ails the broken connection: it is given up
            self._client.close()
        self._client = self._connect(self.address)
        self._enter()

    def command(self, sql: str) -> None:
        """Do something that gives no rows."""
        with self.failing():
            self._client.command(sql)

    def insert(self, table: str, columns: Sequence[str], types: Sequence[str], data: Sequence[Any], token: str) -> None:
        """Put rows (given by columns) into a table. The same token a second time puts nothing in."""
        self._send(f"{self.address.database}.{table}", columns, types, data, token)

    def _send(self, table: str, columns: Sequence[str], types: Sequence[str], data: Sequence[Any], token: str) -> None:
        settings = {
            "insert_deduplication_token": token,
            "insert_deduplicate": 1,
            "distributed_foreground_insert": 1,
        }
        with self.failing():
            self._client.insert(
                table,
                data,
                column_names=list(columns),
                column_type_names=list(types),
                column_oriented=True,
                settings=settings,
            )
        gc.collect(0)  # the client leaves each batch behind in a ring: ten million posts came to 5 GB

    def begin(self) -> None:
        """A new question begins: whatever was cancelled before is past."""
        self._cancelled = False

    def listen(self) -> None:
        """Raises Cancelled where somebody called `cancel` since the question began."""
        if self._cancelled:
            raise Cancelled("The question was cancelled.")

    def cancel(self) -> None:
        """Interrupt the question that is being asked: the server is told by a connection of its own.

        Whoever cancels draws a screen and can't wait for a network, so that is done by a thread.
        """
        self._cancelled = True
        if self._asked:
            Thread(target=self._kill, args=(self._asked,), name="cancelling", daemon=True).start()

    def _kill(self, asked: str) -> None:
        """Have the server stop a question, by its id."""
        with self._killing, suppress(*_kinds()):  # else the question ends by itself, and its asker is told in any case
            self._killer = self._killer or self._connect(self.address)
            for _ in range(_KILLS):  # the first may come before the question has
                self._killer.command("KILL QUERY WHERE query_id = {id:String} ASYNC", parameters={"id": asked})
                time.sleep(_PAUSE)
                if self._asked != asked:
                    return

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()
        if self._killer is not None:
            self._killer.close()


def _is_timeout(error: BaseException) -> bool:
    """Whether the server was silent for too long: asked again, it would be as long again."""
    cause: BaseException | None = error
    while cause is not None:
        if "timed out" in str(cause).lower() and "connect" not in str(cause).lower():
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _version(text: str) -> tuple[int, int]:
    major, minor = (int(part) for part in text.split(".")[:2])
    return major, minor


class Failing(AbstractContextManager["Failing"]):
    """Says what the client says as ArchiveError, with the way out, or as Cancelled."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, Exception) and not isinstance(error, RejoinderError) and isinstance(error, _kinds()):
            self._server.listen()
            raise said(error, self._server.address) from error


@cache
def _kinds() -> tuple[type[BaseException], ...]:
    exceptions = driver().driver.exceptions
    return exceptions.Error, OSError


def said(error: Exception, address: Address) -> RejoinderError:
    """An error of the client, as a person is told it."""
    found = _CODE.search(str(error))
    code = int(found[1] or found[2]) if found else 0
    where = f"{address.host}:{address.port}"
    if code == 394:
        return Cancelled("The question was cancelled.")
    message, advice = _SAID.get(code, ("", ""))
    if message:
        return ArchiveError(message.format(where=where, user=address.user, database=address.database), advice)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ArchiveError(
            f"Nobody vouches for the certificate of {where}.",
            "Where your own authority signed it, name its file: REJOINDER_CLICKHOUSE_CA=ca.pem",
        )
    if not code and not isinstance(error, driver().driver.exceptions.OperationalError | OSError):
        return ArchiveError(
            f"{where} answers, but not as ClickHouse does.", "Is this its HTTP port (8123, with TLS 8443)?"
        )
    if not code:
        return ArchiveError(
            f"The server {where} does not answer.",
            "Is it running, and is this its HTTP port (8123, with TLS 8443)? Over SSH: ssh -L 8123:localhost:8123 host",
        )
    first = "".join(sign if sign.isprintable() else " " for sign in str(error).split("\n", 1)[0][:300])
    return ArchiveError(f"The server {where} can't do this: {first}", "Its own log says more.")


_RIGHTS = "An archive is read with SELECT on its database; an import needs CREATE, INSERT and DROP there too."
_NO_SHARD = (
    "A shard of the cluster does not answer, so the answer would not be whole.",
    "Wait for it, then try again.",
)
_LOGIN = (
    "The server {where} does not let {user} in.",
    "Is the user in the address right, and the password in REJOINDER_CLICKHOUSE_PASSWORD (or …_FILE)?",
)
_SAID = {
    60: ("The archive in {database} was written anew and cleared away meanwhile.", "Open it again."),
    81: ("There is no database {database} on {where}.", "An import makes it: rejoinder import ADDRESS EXPORT"),
    159: (f"The server gave up after {_SECONDS} seconds.", "Ask for less: a time span, or one more word."),
    160: ("The server expects this to take too long.", "Ask for less: a time span, or one more word."),
    164: ("The user {user} may only read on {where}.", _RIGHTS),
    192: _LOGIN,
    193: _LOGIN,
    194: _LOGIN,
    209: _NO_SHARD,
    210: _NO_SHARD,
    241: ("The server {where} has not enough memory for this.", "Ask for less: a time span, or one more word."),
    243: ("The disk of the server {where} is full.", "Nothing was changed. Make room there and import again."),
    252: ("The server {where} can't keep up with what it is given.", "Nothing was changed. Import again later."),
    279: _NO_SHARD,
    497: ("The user {user} lacks a right on {where}.", _RIGHTS),
    516: _LOGIN,
    519: _NO_SHARD,
}
"""By ClickHouse's error codes (src/Common/ErrorCodes.cpp)."""
