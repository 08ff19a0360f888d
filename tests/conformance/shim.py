"""ClickHouse's HTTP interface over chDB, on loopback: the engine is the real one, and so is the client that asks it.

`python -m tests.conformance.shim PORT FOLDER [readonly] [password=WORD] [tls=CERTIFICATE]` serves until it is stopped.
chDB answers one question at a time. One that holds the comment `/* wait */` waits until `KILL QUERY` names it, as one
that takes long would.
"""

from __future__ import annotations

import base64
import io
import re
import ssl
import sys
import tempfile
import threading
import zlib
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CONFIG = Path(__file__).with_name("cluster.xml")
_NO_SETTINGS = {
    *("database", "query", "query_id", "session_id", "compress", "enable_http_compression"),
    *("client_protocol_version", "default_format", "wait_end_of_query", "quota_key", "role"),
    *("cancel_http_readonly_queries_on_client_close", "http_headers_progress_interval_ms"),
}
_INSERT = re.compile(rb"\s*insert\s+into\s+(\S+)\s*(\([^)]*\))?\s*(?:values\s*)?format\s+(\w+)\s*", re.IGNORECASE)
_FORMAT = re.compile(r"\sformat\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_CODE = re.compile(r"Code: (\d+)")


def _inflated(encoding: str | None, body: bytes) -> bytes:
    if encoding == "gzip":
        return zlib.decompress(body, 31)
    if encoding == "lz4":
        import lz4.frame

        with lz4.frame.open(io.BytesIO(body)) as frames:  # one frame a block: `decompress` reads the first alone
            return bytes(frames.read())
    if encoding == "zstd":
        import zstandard

        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


def _fields(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a form."""
    form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    return {
        str(part.get_param("name", header="Content-Disposition")): part.get_payload(decode=True).decode()
        for part in form.iter_parts()
    }


class Engine:
    """chDB, one question at a time."""

    def __init__(self, folder: str, is_read_only: bool) -> None:
        import chdb

        self._connection = chdb.connect(f"{folder}?config-file={CONFIG}")
        if is_read_only:
            self._connection.query("set readonly = 2")
        self._lock = threading.Lock()
        self.killed: dict[str, threading.Event] = {}

    def answer(self, asked: dict[str, str], text: bytes) -> tuple[bytes, str]:
        """(rows, their format) of a question or an insert."""
        form = asked.get("default_format", "TabSeparated")
        values = {name[6:]: value for name, value in asked.items() if name.startswith("param_")}
        if text.startswith(b"KILL QUERY"):
            self.killed.setdefault(values["id"], threading.Event()).set()
            return b"", form
        if b"/* wait */" in text:
            self._wait(asked["query_id"])
        with self._lock:
            self._connection.query(f"use {asked.get('database') or 'default'}")
            for name, value in asked.items():
                if name not in _NO_SETTINGS and not name.startswith("param_"):
                    self._connection.query(f"set {name} = '{value}'")
            insert = _INSERT.match(text)
            if insert:
                self._insert(insert, text[insert.end() :])
                return b"", form
            sql = text.decode()
            named = _FORMAT.search(sql)
            if named:
                form, sql = named[1], sql[: named.start()]
            found = self._connection.query(sql, form, **({"params": values} if values else {})).bytes()
            return bytes(found or b""), form

    def _wait(self, query: str) -> None:
        self.killed.setdefault(query, threading.Event()).wait(60)
        raise RuntimeError("Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)")

    def _insert(self, insert: re.Match[bytes], data: bytes) -> None:
        with tempfile.NamedTemporaryFile(suffix=".bin") as file:
            file.write(data)
            file.flush()
            into = f"{insert[1].decode()} {(insert[2] or b'').decode()}"
            self._connection.query(f"insert into {into} select * from file('{file.name}', '{insert[3].decode()}')")


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    engine: Engine
    password = ""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        body = self._body()
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/form-data"):  # long values leave the address
            self._answer(b"", _fields(kind, body))
        else:
            self._answer(_inflated(self.headers.get("Content-Encoding"), body))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, body: bytes, fields: dict[str, str] | None = None) -> None:
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query, keep_blank_values=True)) | (fields or {})
        if address.path == "/ping":
            return self._send(200, b"Ok.\n", "TabSeparated")
        if self.password and self.password != self._told_password():
            told = b"Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)"
            return self._send(403, told, "TabSeparated", "516")
        text = b"\n".join(part for part in (asked.get("query", "").encode(), body) if part)
        try:
            return self._send(200, *self.engine.answer(asked, text))
        except RuntimeError as error:
            code = _CODE.search(str(error))
            return self._send(500, str(error).encode(), "TabSeparated", code[1] if code else "1")

    def _told_password(self) -> str:
        _, _, told = self.headers.get("Authorization", "").partition("Basic ")
        return base64.b64decode(told).decode().partition(":")[2]

    def _send(self, status: int, body: bytes, form: str, code: str = "") -> None:
        self.send_response(status)
        headers = {"Content-Length": str(len(body)), "X-ClickHouse-Timezone": "UTC", "X-ClickHouse-Format": form}
        headers |= {"X-ClickHouse-Summary": "{}"} | ({"X-ClickHouse-Exception-Code": code} if code else {})
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def main() -> None:
    """Serve."""
    options = dict(word.partition("=")[::2] for word in sys.argv[3:])
    Handler.engine = Engine(sys.argv[2], "readonly" in options)
    Handler.password = options.get("password", "")
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    if "tls" in options:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["tls"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
