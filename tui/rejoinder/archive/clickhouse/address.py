"""Where a ClickHouse archive is: `clickhouse://user@host:port/database?tls=yes&cluster=name`, and the password to it.

The password is never part of the address, for addresses stand in histories and process lists: it comes from the
environment (`REJOINDER_CLICKHOUSE_PASSWORD`) or from a file that only its owner may read
(`REJOINDER_CLICKHOUSE_PASSWORD_FILE`). `REJOINDER_CLICKHOUSE_CA` names a file of the authorities that vouch for
a server whose certificate no public one has signed.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

from rejoinder.errors import ArchiveError, UsageError

SCHEME = "clickhouse://"
_PLAIN, _TLS = 8123, 8443
_FORM = "It reads clickhouse://user@host:port/database (then perhaps ?tls=yes or ?cluster=NAME)."
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_YES = {"yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}


class Address(msgspec.Struct, frozen=True):
    """A database on a server, as a user of it."""

    host: str
    port: int
    database: str
    user: str = "default"
    tls: bool = False
    cluster: str = ""
    """The servers' own name for the cluster over which posts are spread; empty where one server keeps all."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        options = "&".join([*(["tls=yes"] if self.tls else []), *([f"cluster={self.cluster}"] if self.cluster else [])])
        return f"{SCHEME}{quote(self.user, safe='')}@{host}:{self.port}/{self.database}" + (
            f"?{options}" if options else ""
        )

    @property
    def name(self) -> str:
        """A file name that stands for it: `reddit@db.example.org`."""
        server = self.host.replace(":", "-") + (f"-{self.port}" if self.port not in (_PLAIN, _TLS) else "")
        return f"{self.database}@{server}"

    @property
    def is_exposed(self) -> bool:
        """Whether posts and password cross a network that anybody may read."""
        return not self.tls and not _is_here(self.host)


def parse(word: str) -> Address:
    """The address that a person wrote. Raises UsageError, saying what is amiss."""
    if not word.startswith(SCHEME):
        raise UsageError(f"{word} is no address of a ClickHouse archive.", _FORM)
    try:
        parts = urlsplit(word)
        port = parts.port
    except ValueError as error:
        raise UsageError("This address can't be read.", _FORM) from error
    if parts.password is not None:
        raise UsageError(
            "A password does not belong into an address: it would stand in histories and lists of processes.",
            "Set REJOINDER_CLICKHOUSE_PASSWORD, or REJOINDER_CLICKHOUSE_PASSWORD_FILE to a file that holds it.",
        )
    database = unquote(parts.path).strip("/")
    if not unquote(word).isprintable():
        raise UsageError("An address holds no control signs.", _FORM)
    if not parts.hostname or not _NAME.fullmatch(database):
        raise UsageError(f"{word} names no {'database' if parts.hostname else 'server'} that can be.", _FORM)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls, cluster = _tls(options.pop("tls", ""), port), options.pop("cluster", "")
    if options or (cluster and not _NAME.fullmatch(cluster)):
        raise UsageError(f"An address can't ask for this: {next(iter(options), 'cluster')}.", _FORM)
    return Address(
        parts.hostname, port or (_TLS if tls else _PLAIN), database, unquote(parts.username or "default"), tls, cluster
    )


def _tls(said: str, port: int | None) -> bool:
    if not said:
        return port in (_TLS, 443)
    if said.lower() not in _YES:
        raise UsageError(f"tls={said} is neither yes nor no.", _FORM)
    return _YES[said.lower()]


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def password() -> str:
    """The password from the environment or a private file; empty where none is set. Raises ArchiveError."""
    told = os.environ.get("REJOINDER_CLICKHOUSE_PASSWORD")
    if told is not None:
        return told
    name = os.environ.get("REJOINDER_CLICKHOUSE_PASSWORD_FILE")
    if not name:
        return ""
    path = Path(name).expanduser()
    try:
        if path.stat().st_mode & 0o077:
            raise ArchiveError(f"Others may read the password file {path}.", f"Make it yours alone: chmod 600 {path}")
        return path.read_text().rstrip("\n")
    except OSError as error:
        raise ArchiveError(
            f"The password file {path} can't be read: {error.strerror}.",
            "REJOINDER_CLICKHOUSE_PASSWORD_FILE names it.",
        ) from error


def authorities() -> str:
    """The file of certificates to trust instead of the public ones; empty where none is named. Raises ArchiveError."""
    name = os.environ.get("REJOINDER_CLICKHOUSE_CA", "")
    if name and not os.access(Path(name).expanduser(), os.R_OK):
        raise ArchiveError(f"There is no file {name} of certificates.", "REJOINDER_CLICKHOUSE_CA names it.")
    return str(Path(name).expanduser()) if name else ""
