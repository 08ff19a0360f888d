"""Mailing lists: mailbox files (mbox) and the monthly files of Pipermail, alone or many in a zip.

A parent is what In-Reply-To names, else the last of References that is in the export, else the last of them (RFC 5322
says that it is the parent's). Subjects are never matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from rejoinder.errors import FormatError
from rejoinder.formats import decoding
from rejoinder.formats.export import Damaged, Export, Member, stem
from rejoinder.formats.mail.headers import Attached, header, moment, sender, stamp, taken_apart
from rejoinder.formats.mail.letters import SEPARATOR, letters
from rejoinder.formats.prose import addresses, line, plain
from rejoinder.formats.search import Cut, find
from rejoinder.records import Clock, Link, Media, MediaKind, Origin, Post, Precision, Reading

TITLE = "Mailing list (mbox, Pipermail)"
PLATFORM = "mail"
_NAME = re.compile(r"\.(?:txt|mbox|mbx|mail|mboxrd|eml)$|^[^.]+$")
_ID = re.compile(r"<([^<>\s]+)>")
_OWN = re.compile(rb"^Message-I[dD]:\s*<([^<>\s]+)>", re.MULTILINE)
_REPLY = re.compile(r"^(?:re|aw|sv|antw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_SCRUBBED = re.compile(
    r"^Name: ([^\n]*)\nType: ([^\n]*)\nSize: [^\n]*\nDesc: ([^\n]*)\nURL: <?([^\s<>]+)>?", re.MULTILINE
)
_KINDS: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
_DAY = 86_400_000


def recognise(export: Export) -> bool:
    """Whether a file begins with a letter; in a folder each mailbox is an export of its own."""
    return not export.is_folder and bool(members(export))


def members(export: Export) -> list[Member]:
    """The files that begin with a letter."""
    named = export.members if export.is_single else [each for each in export.members if _NAME.search(stem(each.name))]
    return [member for member in named if member.size and _is_mailbox(export, member.name)]


def _is_mailbox(export: Export, name: str) -> bool:
    try:
        head = export.head(name, 4096).lstrip(b"\xef\xbb\xbf\r\n")
    except FormatError:
        return False
    return head.startswith(b"From ") and SEPARATOR.match(head) is not None


def read(export: Export) -> Iterator[Reading]:
    """Letters in file order."""
    reader = _Reader(export)
    for member, mine in decoding.dealt(export, members(export)):
        try:
            for first, found, trouble in letters(export, member, mine):
                if trouble:
                    yield decoding.problem(trouble, member.name, first, found[0])
                    continue
                for position, data in enumerate(found, first):
                    yield reader.post(data, Origin("", member.name, position))
        except Damaged as error:
            yield decoding.problem(error.message, member.name, 0)


def raw(export: Export, member: str, position: int) -> bytes:
    """The letter, from its separator line on. Raises FormatError where it is not there (any more)."""
    named = next((each for each in export.members if each.name == member), None)

    def cut() -> Cut:
        return ((first, found) for first, found, _ in (letters(export, named, lambda _: True) if named else ()))

    found = find(export, (member,), position, cut)
    if found is None:
        raise FormatError(f"There is no letter {position} in {member} of {export.name} (any more).")
    return found


class _Reader:
    """Makes posts of letters; knows the ids of all letters in the export, once one asks for them."""

    def __init__(self, export: Export) -> None:
        self._export = export

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every Message-ID in the export; read once more, by the few exports that have letters without In-Reply-To."""
        found: set[str] = set()
        aside = self._export.aside()
        for member in members(aside):
            try:
                for _, some, _ in letters(aside, member, lambda _: True):
                    for letter in some:
                        if own := _OWN.search(letter, 0, 20_000):
                            found.add(line(own[1].decode("utf-8", "replace")))
            except Damaged:
                continue
        return frozenset(found)

    def post(self, data: bytes, origin: Origin) -> Post:
        """The post that a letter makes; one without a Message-ID is named by where it lies."""
        headers, text, attached = taken_apart(data)
        identity = _first(header(headers.get(b"message-id", b"")))
        place = origin.member if self._export.is_single else f"{self._export.name}/{origin.member}"
        identity = identity or line(f"{place}#{origin.position}")
        parent = self._parent(headers, identity)
        handle, name = sender(headers.get(b"from", b""))
        subject = header(headers.get(b"subject", b""))
        time, clock, precision = _moment(headers.get(b"date", b""), data)
        text = plain(text).strip("\n ")
        if subject and not (parent and _REPLY.match(_without_list(subject))):
            text = f"{subject}\n\n{text}".rstrip()
        return Post(
            id=identity,
            platform=PLATFORM,
            handle=handle,
            name=name,
            time=time,
            clock=clock,
            precision=precision,
            text=text,
            reply_to=parent,
            links=tuple(map(Link, addresses(text))),
            media=(*map(_medium, attached), *_scrubbed(text)),
            origin=origin,
        )

    def _parent(self, headers: dict[bytes, bytes], own: str) -> str | None:
        parent = _first(header(headers.get(b"in-reply-to", b"")))
        if parent is None and b"references" in headers:
            above = [each for each in _ID.findall(header(headers[b"references"])) if each != own]
            known = [each for each in above if each in self._known]
            parent = (known or above or [None])[-1]
        return None if parent == own else parent


def _first(text: str) -> str | None:
    found = _ID.search(text)
    return found[1] if found else None


def _without_list(subject: str) -> str:
    """The subject without the list's own mark: `[R-pkg-devel] Re: …`."""
    return re.sub(r"^\s*(?:\[[^\[\]]{1,40}\]\s*)+", "", subject)


def _moment(date: bytes, data: bytes) -> tuple[int | None, Clock, Precision]:
    """What the writer's clock says; the list's own date where that is none, or lies more than two days before it."""
    claimed, observed = moment(date) if date else None, stamp(data)
    if claimed is not None and (observed is None or claimed <= observed + 2 * _DAY):
        return claimed, "claimed", "second"
    if observed is not None:
        return observed, "observed", "second"
    return None, "claimed", "unknown"


def _medium(attached: Attached) -> Media:
    return Media(_KINDS.get(attached.type.partition("/")[0], "file"), alt=attached.name or attached.type)


def _scrubbed(text: str) -> Iterator[Media]:
    """What Pipermail took out of a letter and left an address of."""
    if "scrubbed..." not in text:
        return
    for found in _SCRUBBED.finditer(text):
        name, kind, told, url = found.groups()
        shown = next((each for each in (name, told) if each and each != "not available"), None)
        yield Media(_KINDS.get(kind.partition("/")[0], "file"), url, alt=shown)
