"""A letter taken apart: its headers decoded, its text in whatever charset it is, the names of what is attached."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_tz
from typing import NamedTuple, cast

from rejoinder.formats.hypertext import text_of
from rejoinder.formats.prose import line

_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_BLANK = re.compile(rb"\r?\n\r?\n")
_WANTED = frozenset((b"from", b"date", b"subject", b"message-id", b"in-reply-to", b"references"))
_WANTED |= {b"content-type", b"content-transfer-encoding"}
_ESCAPED = re.compile(r"^>(>*From )", re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>()\",;:]+(?:@| at )[^\s<>()\",;:]+")
_COMMENT = re.compile(r"\(([^()]*)\)\s*$")
_STAMP = re.compile(rb"\b([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}):(\d{2})(?::(\d{2}))?[^\n]*?(\d{4})\s*$")
_NAMES = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_CODED_SPACE = re.compile(r"\?=\s+=\?")


class Attached(NamedTuple):
    """A part of a letter that is not its text."""

    type: str
    name: str


class Letter(NamedTuple):
    """What a letter says, still to be cleaned."""

    headers: dict[bytes, bytes]
    text: str
    attached: tuple[Attached, ...]


def taken_apart(data: bytes) -> Letter:
    """A letter from its separator line on."""
    start = data.find(b"\n") + 1
    blank = _BLANK.search(data, max(start - 1, 0))
    end = blank.start() + 1 if blank else len(data)
    headers: dict[bytes, bytes] = {}
    for found in _HEADER.finditer(data, start, end):
        name = found[1].lower()
        if name in _WANTED:
            headers.setdefault(name, _FOLD.sub(b" ", found[2]).strip())
    kind = headers.get(b"content-type", b"").lower()
    coded = headers.get(b"content-transfer-encoding", b"7bit").lower()
    if kind.startswith((b"multipart/", b"text/html", b"message/")) or coded.startswith((b"base64", b"quoted")):
        return _by_parts(data[start:], headers)
    text = decoded(data[blank.end() :] if blank else b"", _charset(kind))
    return Letter(headers, _unescaped(text), ())


def _unescaped(text: str) -> str:
    """`>From ` at the start of a line was put there by whoever wrote the mailbox."""
    return _ESCAPED.sub(r"\1", text) if ">From " in text else text


def _by_parts(data: bytes, headers: dict[bytes, bytes]) -> Letter:
    message = message_from_bytes(data)
    plain: list[str] = []
    html: list[str] = []
    attached: list[Attached] = []
    for part in _leaves(message):
        kind, name = part.get_content_type(), _filename(part)
        if name or not kind.startswith("text/") or part.get_content_disposition() == "attachment":
            attached.append(Attached(kind, name))
        else:
            text = decoded(_content(part), _parameter(part))
            (html if kind == "text/html" else plain).append(text)
    text = "\n".join(plain) if plain else "\n".join(map(text_of, html))
    return Letter(headers, _unescaped(text), tuple(attached))


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, without recursion: parts nest as deeply as whoever sent them likes."""
    pending = [message]
    while pending:
        part = pending.pop()
        inside = part.get_payload()
        if isinstance(inside, list):
            pending.extend(reversed(cast("list[Message]", inside)))
        else:
            yield part


def _content(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (binascii.Error, ValueError, LookupError):
        found = None
    return found if isinstance(found, bytes) else b""


def _filename(part: Message) -> str:
    try:
        return header((part.get_filename() or "").encode("utf-8", "surrogateescape"))
    except (ValueError, LookupError, TypeError, MessageError):
        return ""


def _parameter(part: Message) -> str:
    try:
        return str(part.get_param("charset", "") or "")
    except (ValueError, LookupError, TypeError, MessageError):
        return ""


def _charset(kind: bytes) -> str:
    found = re.search(rb"charset\s*=\s*[\"']?([^\s;\"']+)", kind)
    return found[1].decode("ascii", "replace") if found else ""


def decoded(data: bytes, charset: str) -> str:
    """Text in the charset it says, else in UTF-8, else in Windows' Latin-1: half of all lists say nothing."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(name) if name else data.decode("utf-8")
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return data.decode("latin-1")


def header(value: bytes) -> str:
    """A header as text on one line, its encoded words (RFC 2047) resolved."""
    text = decoded(value, "utf-8")
    if "=?" not in text:
        return line(text).strip()
    try:
        parts = decode_header(_CODED_SPACE.sub("?==?", text))
    except (HeaderParseError, binascii.Error, ValueError):
        return line(text).strip()
    words = [word if isinstance(word, str) else decoded(word, charset or "") for word, charset in parts]
    return line("".join(words)).strip()


def sender(value: bytes) -> tuple[str | None, str | None]:
    """(address, name) of a From header, in either of the two ways people write it; `at` is Pipermail's @. An address
    that a list has made unreadable stays as it is, whole: parts of it would make one person of two."""
    text = header(value)
    bracket = re.search(r"<([^<>]*)>", text)
    comment = _COMMENT.search(text)
    shown = bracket[1] if bracket else text[: comment.start()] if comment else text
    shown = shown.strip()
    address = shown.replace(" at ", "@", 1).lower() if _ADDRESS.fullmatch(shown) or "@" in shown else None
    name = text[: bracket.start()] if bracket else comment[1] if comment else ""
    name = name.strip(" \t\"'")
    return address, name if name and name.lower() != address else None


def moment(value: bytes) -> int | None:
    """Milliseconds of a Date header (RFC 2822); None where it is no date. Without a zone it is UTC."""
    try:
        found = parsedate_tz(value.decode("latin-1"))
        if found is None:
            return None
        time = datetime(*found[:6], tzinfo=UTC).timestamp() - (found[9] or 0)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return int(time) * 1000


def stamp(data: bytes) -> int | None:
    """Milliseconds of the date in a separator line, which has no zone."""
    found = _STAMP.search(data.partition(b"\n")[0].rstrip())
    month = _MONTHS.get(found[1]) if found else None
    if found is None or month is None:
        return None
    day, hour, minute, second, year = (int(part or 0) for part in found.groups()[1:])
    try:
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        return None
