"""Statuses as the Mastodon API gives them: one, a list, JSON Lines, or a context; of forks and other servers too.

https://docs.joinmastodon.org/entities/Status/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member
from rejoinder.formats.hypertext import read as read_html
from rejoinder.formats.mastodon.addresses import PLATFORM, host, mentions
from rejoinder.formats.moments import iso_moment, iso_time
from rejoinder.formats.prose import choice, line, plain
from rejoinder.permalinks import permalink
from rejoinder.records import Link, Media, MediaKind, Origin, Post, Reading, Ref, Visibility

TITLE = "Mastodon API statuses"
_NAME = re.compile(r"\.(?:json|jsonl|ndjson|jl|txt)$")
_KINDS: dict[str | None, MediaKind] = {"image": "image", "video": "video", "gifv": "gif", "audio": "audio"}
_SEEN_BY: dict[str | None, Visibility] = {"unlisted": "unlisted", "private": "followers", "direct": "direct"}


class Person(msgspec.Struct, gc=False):
    """account, mentions[]; `acct` has no host for accounts of the server that was asked."""

    id: str | None = None
    acct: str | None = None
    url: str | None = None
    uri: str | None = None
    display_name: str | None = None


class Named(msgspec.Struct, gc=False):
    """tags[], poll.options[], application"""

    name: str | None = None
    title: str | None = None
    votes_count: int | None = None


class Poll(msgspec.Struct, gc=False):
    """poll"""

    options: tuple[Named, ...] = ()


class Attachment(msgspec.Struct, gc=False):
    """media_attachments[]"""

    type: str | None = None
    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class Status(msgspec.Struct, gc=False):
    """A status."""

    id: str | None = None
    uri: str | None = None
    url: str | None = None
    created_at: str | None = None
    edited_at: str | None = None
    content: str | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    reblog: Status | None = None
    quote: Any = None
    mentions: tuple[Person, ...] | None = None
    tags: tuple[Named, ...] | None = None
    media_attachments: tuple[Attachment, ...] | None = None
    poll: Poll | None = None
    application: Named | None = None
    favourites_count: int | None = None
    reblogs_count: int | None = None
    replies_count: int | None = None
    quotes_count: int | None = None
    account: Person | None = None


class Answer(Status, gc=False):
    """A top-level object: a status, the context of one, or what a search found."""

    ancestors: tuple[Status, ...] | None = None
    descendants: tuple[Status, ...] | None = None
    statuses: tuple[Status, ...] | None = None


class Lists(msgspec.Struct, gc=False):
    """What of an answer holds others, unread."""

    ancestors: tuple[msgspec.Raw, ...] = ()
    descendants: tuple[msgspec.Raw, ...] = ()
    statuses: tuple[msgspec.Raw, ...] = ()


_decoder = msgspec.json.Decoder(Answer)
_inner = partial(decoding.listed, lists=msgspec.json.Decoder(Lists))


def recognise(export: Export) -> bool:
    """Whether the files hold statuses: with a `uri`, and an account that has an `acct`."""
    return export.is_all(members(export), _is_ours)


def members(export: Export) -> list[Member]:
    """The members that may hold statuses."""
    return export.like(_NAME)


def _is_ours(export: Export, name: str) -> bool:
    answer = decoding.first_value(export, name, _decoder, _inner)
    return answer is not None and any(map(_is_status, _statuses(answer)))


def _is_status(view: Status) -> bool:
    return bool(view.uri and view.account and view.account.acct and view.content is not None)


def _statuses(answer: Answer) -> Iterable[Status]:
    if answer.uri is not None or (answer.ancestors is None and answer.statuses is None):
        return (answer,)
    return (*(answer.ancestors or ()), *(answer.descendants or ()), *(answer.statuses or ()))


def read(export: Export) -> Iterator[Reading]:
    """Posts in file order; what they boost or quote comes first, as context."""
    server = _Server(export)
    left_out, member = 0, ""
    for batch in decoding.batches(export, members(export), _decoder, inner=_inner):
        yield from batch.problems
        member = batch.member
        for position, answer in zip(batch.positions, batch.values, strict=True):
            for view in _statuses(answer):
                if _SEEN_BY.get(view.visibility) in ("followers", "direct") and not export.choices.include_private:
                    left_out += 1
                elif _is_status(view):
                    yield from server.posts(view, Origin("", member, position), context=False)
                else:
                    yield decoding.problem("This is no status: it has no uri, account or text.", member, position)
    yield from decoding.private(left_out, member)


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the line or element, which may hold several statuses."""
    return decoding.raw(export, member, position)


class _Server:
    """What makes a server's own numbers into names that hold everywhere.

    A parent is told by the number it has on the server that was asked. Where the export holds the parent, its `uri` is
    that parent's name; else its address in that server's API, if the export shows which server it was.
    """

    def __init__(self, export: Export) -> None:
        self._uris: dict[str, tuple[str, Person]] = {}
        hosts = set()
        for answer in decoding.beside(export, members(export), _decoder, _inner):
            for view in _statuses(answer):
                for each in (view, view.reblog):
                    if each is not None and each.id and each.uri and each.account and each.account.acct:
                        self._uris[each.id] = (line(each.uri), each.account)
                        if "@" not in each.account.acct:
                            hosts.add(host(each.account.url or each.uri))
        self._host = hosts.pop() if len(hosts) == 1 else ""

    def posts(self, view: Status, origin: Origin, context: bool) -> Iterator[Post]:
        """The post that a status makes, behind those that it boosts or quotes."""
        quoted = _quoted(view)
        for inner in (view.reblog, quoted):
            if inner is not None and _is_status(inner):
                yield from self.posts(inner, origin, context=True)
        yield self._post(view, quoted, origin, context)

    def _post(self, view: Status, quoted: Status | None, origin: Origin, context: bool) -> Post:
        shown = view.reblog if view.reblog is not None and _is_status(view.reblog) else view
        text, links = read_html(shown.content or "")
        if shown.poll is not None:
            text = "\n".join((f"{text}\n", *(choice(each.title, each.votes_count) for each in shown.poll.options)))
        identity = line(view.uri or "")
        author = face(view.account)
        time, precision = iso_moment(view.created_at or "")
        parent, reply_author = self._parent(view)
        is_repost = view.reblog is not None
        page = line(view.url) if view.url else None
        return Post(
            id=identity,
            platform=PLATFORM,
            author=author.id,
            handle=author.handle,
            name=author.name,
            time=time,
            precision=precision,
            text=text,
            reply_to=parent,
            reply_author=reply_author,
            quote=line(quoted.uri) if quoted and quoted.uri else None,
            quote_author=face(quoted.account) if quoted else None,
            repost=line(view.reblog.uri or "") or None if view.reblog else None,
            repost_author=face(view.reblog.account) if view.reblog else None,
            is_repost=is_repost,
            mentions=_mentions(shown, text, view.in_reply_to_id is not None),
            tags=tuple(line(tag.name) for tag in shown.tags or () if tag.name),
            links=tuple(map(Link, links)),
            media=tuple(map(_medium, shown.media_attachments or ())),
            language=line(shown.language) if shown.language else None,
            likes=None if is_repost else view.favourites_count,
            reposts=None if is_repost else view.reblogs_count,
            replies=None if is_repost else view.replies_count,
            quotes=None if is_repost else view.quotes_count,
            edited=iso_time(view.edited_at) or 0 if view.edited_at else None,
            sensitive=shown.sensitive is True,
            warning=plain(shown.spoiler_text) if shown.spoiler_text else None,
            visibility=_SEEN_BY.get(view.visibility, "public"),
            context=context,
            app=line(view.application.name) if view.application and view.application.name else None,
            permalink=page if page and page != permalink(PLATFORM, author.handle, identity) else None,
            origin=origin,
            poll=shown.poll is not None,
        )

    def _parent(self, view: Status) -> tuple[str | None, Ref | None]:
        """The name of the parent post, and its author: who is named with the number that the reply gives."""
        if view.in_reply_to_id is None:
            return None, None
        known = self._uris.get(view.in_reply_to_id)
        if known is not None:
            return known[0], face(known[1])
        people = (*(view.mentions or ()), *((view.account,) if view.account else ()))
        told = view.in_reply_to_account_id
        author = next((person for person in people if person.id == told), None) if told else None
        asked = host(view.account.url or "") if view.account and "@" not in (view.account.acct or "@") else self._host
        number = line(view.in_reply_to_id)
        name = f"https://{asked}/api/v1/statuses/{number}" if asked else f"status:{number}"
        return name, face(author) if author else None


def face(person: Person | None) -> Ref:
    """The account, by the URI that its server gives it, and `name@host`."""
    if person is None:
        return Ref()
    acct = line(person.acct or "")
    home = host(person.url or person.uri or "")
    handle = acct if "@" in acct or not home else f"{acct}@{home}"
    own = person.uri or (f"https://{home}/users/{acct.partition('@')[0]}" if _is_plain(person, home, acct) else None)
    return Ref(line(own) if own else None, handle or None, line(person.display_name) if person.display_name else None)


def _is_plain(person: Person, home: str, acct: str) -> bool:
    """Whether an account's page is Mastodon's own `https://host/@name`, which shows what its URI is."""
    return bool(home) and person.url == f"https://{home}/@{acct.partition('@')[0]}"


def _quoted(view: Status) -> Status | None:
    """The quoted status: inside of `quote`, or (in forks) the quote itself."""
    if not isinstance(view.quote, dict):
        return None
    inner = view.quote.get("quoted_status") or view.quote
    try:
        found = msgspec.convert(inner, Status)
    except msgspec.ValidationError:
        return None
    return found if found.uri else None


def _mentions(view: Status, text: str, is_reply: bool) -> tuple[Any, ...]:
    people = [face(person) for person in view.mentions or ()]
    return mentions([(person.id, person.handle) for person in people], text, is_reply) if people else ()


def _medium(view: Attachment) -> Media:
    address = view.remote_url or view.url
    alt = plain(view.description) if view.description else None
    return Media(_KINDS.get(view.type, "file"), line(address) if address else None, alt=alt)
