"""The post that an ActivityPub note makes: text, content warning, poll, media, whom it names, what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rejoinder.formats.export import Export, Member
from rejoinder.formats.hypertext import read, text_of
from rejoinder.formats.mastodon.activities import Activity, Note, address, several
from rejoinder.formats.mastodon.addresses import PLATFORM, handle, mentions, writer
from rejoinder.formats.moments import iso_moment, iso_time
from rejoinder.formats.prose import choice, line, plain
from rejoinder.permalinks import permalink
from rejoinder.records import Deletion, Link, Media, MediaKind, Mention, Origin, Post, Reading, Ref, Visibility

_KINDS: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
_MEDIA = "media_attachments/"


class Files:
    """The media files of an export, by the part of their names that posts know."""

    def __init__(self, export: Export) -> None:
        found = [member for member in export.members if _MEDIA in member.name]
        self._members = {member.name[member.name.index(_MEDIA) :]: member for member in found}

    def find(self, url: str) -> Member | None:
        """The member that holds the file of this address; a server's name may stand before the folder."""
        at = url.find(_MEDIA)
        return self._members.get(url[at:]) if at >= 0 else None


def post(note: Note, author: Ref, seen_by: Visibility, files: Files, origin: Origin) -> Post:
    """The post that a note makes; it must have an id and a text."""
    text, links = read(note.content or "")
    if note.name and note.type not in ("Note", "Question"):
        text = f"{plain(note.name)}\n\n{text}".strip()  # an Article's or a Video's title
    options = poll(note)
    identity = line(note.id or "")
    parent = address(note.in_reply_to)
    tags = several(note.tag)
    keys = note.quote, note.quote_uri, note.quote_url, note.misskey_quote
    quote = next(filter(None, map(address, keys)), None) or _quoted(tags)
    time, precision = iso_moment(note.published or "")
    page = address(note.url)
    return Post(
        id=identity,
        platform=PLATFORM,
        author=author.id,
        handle=author.handle,
        name=author.name,
        time=time,
        precision=precision,
        text=f"{text}\n\n{options}".strip() if options else text,
        reply_to=line(parent) if parent else None,
        reply_author=writer(parent),
        quote=line(quote) if quote else None,
        quote_author=writer(quote),
        conversation=line(note.conversation) if note.conversation else None,
        mentions=_mentions(tags, text, parent is not None),
        tags=tuple(_hashtags(tags)),
        links=tuple(map(Link, links)),
        media=tuple(_media(note.attachment, files)),
        language=next((line(key) for key in note.content_map if key != "und"), None) if note.content_map else None,
        edited=_edited(note),
        sensitive=note.sensitive is True,
        warning=text_of(note.summary) or None if note.summary else None,
        visibility=seen_by,
        permalink=line(page) if page and page != permalink(PLATFORM, author.handle, identity) else None,
        origin=origin,
        poll=bool(options),
    )


def gone(activity: Activity, origin: Origin) -> Iterator[Reading]:
    """Word that a post was deleted."""
    note = activity.object
    identity = note if isinstance(note, str) else note.id if note is not None else None
    if identity:
        told = note.deleted if isinstance(note, Note) else None
        yield Deletion(PLATFORM, line(identity), iso_time(told or activity.published or ""), origin)


def _edited(note: Note) -> int | None:
    return iso_time(note.updated) or 0 if note.updated and note.updated != note.published else None


def poll(note: Note) -> str:
    """The choices of a poll, one on a line, with their votes."""
    choices = several(note.one_of) or several(note.any_of)
    return "\n".join(choice(each.get("name"), _votes(each)) for each in choices if isinstance(each, dict))


def _votes(told: dict[str, Any]) -> Any:
    replies = told.get("replies")
    return replies.get("totalItems") if isinstance(replies, dict) else None


def _of_type(tags: list[Any], kind: str) -> Iterator[dict[str, Any]]:
    return (tag for tag in tags if isinstance(tag, dict) and tag.get("type") == kind)


def _quoted(tags: list[Any]) -> str | None:
    """What a link to an object quotes (FEP-e232): one that says so, or stands in the text behind `RE:`."""
    for tag in _of_type(tags, "Link"):
        name = tag.get("name")
        is_named = isinstance(name, str) and name.startswith("RE:")
        if is_named or any(isinstance(rel, str) and "quote" in rel for rel in several(tag.get("rel"))):
            return address(tag.get("href"))
    return None


def _mentions(tags: list[Any], text: str, is_reply: bool) -> tuple[Mention, ...]:
    named = []
    for tag in _of_type(tags, "Mention"):
        uri, name = tag.get("href"), tag.get("name")
        uri = line(uri) if isinstance(uri, str) else None
        shown = line(name).lstrip("@") if isinstance(name, str) else ""
        named.append((uri, shown if "@" in shown else handle(uri or "") or shown or None))
    return mentions(named, text, is_reply) if named else ()


def _hashtags(tags: list[Any]) -> Iterator[str]:
    for tag in _of_type(tags, "Hashtag"):
        name = tag.get("name")
        if isinstance(name, str) and (word := line(name).lstrip("#")):
            yield word


def _media(attachment: Any, files: Files) -> Iterator[Media]:
    for each in several(attachment):
        if isinstance(each, dict) and each.get("type") in ("Document", "Image", "Video", "Audio"):
            kind, url, alt = each.get("mediaType"), address(each.get("url")), each.get("name")
            general = kind.partition("/")[0] if isinstance(kind, str) else str(each["type"]).lower()
            file = files.find(url) if url else None
            yield Media(
                "gif" if kind == "image/gif" else _KINDS.get(general, "file"),
                line(url) if url else None,
                file.name if file else None,
                plain(alt) if isinstance(alt, str) and alt else None,
                file.size if file else None,
            )
