"""Note tweets of an X archive: the whole texts of its long posts, in a file of their own under ids of their own."""

from __future__ import annotations

import re

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, stem
from rejoinder.formats.moments import iso_time
from rejoinder.formats.twitter.times import api_time
from rejoinder.formats.twitter.views import Address, Entities, Extended, Named, Tag, Tweet

_FILE = re.compile(r"^note-tweet(?:-part\d+)?\.js$")
_CUT = re.compile(r"\s*…?\s*(?:https?://t\.co/\w+)?\s*$")
_IS_CUT = re.compile(r"…\s*(?:https?://t\.co/\w+\s*)*$")
_NAMES = re.compile(r"(?:@\w+\s+)+")
COMMON = 40
"""How many characters a long post and its note must share from the start: the post is cut at 280."""


class Place(msgspec.Struct, gc=False, rename="camel"):
    """core.urls[], core.mentions[], core.hashtags[]"""

    expanded_url: str | None = None
    short_url: str | None = None
    screen_name: str | None = None
    text: str = ""


class Core(msgspec.Struct, gc=False):
    """noteTweet.core; its text is not escaped."""

    text: str = ""
    urls: tuple[Place, ...] = ()
    mentions: tuple[Place, ...] = ()
    hashtags: tuple[Place, ...] = ()


class Note(msgspec.Struct, gc=False, rename="camel"):
    """noteTweet"""

    created_at: str = ""
    core: Core | None = None

    def replace(self, view: Tweet) -> None:
        """Give a post the note's text (escaped, as that of tweets is) and entities; @names before it stay."""
        core = self.core or Core()
        old = view.entities or Entities()
        before = "" if begins(core.text, view.full_text or "") else _names(view.full_text or "")
        handles = {name.screen_name.lower() for name in old.user_mentions or () if name.screen_name}
        written = {url.short_url for url in core.urls}
        more = [found.screen_name for found in core.mentions if (found.screen_name or "").lower() not in handles]
        view.extended_tweet = Extended(
            full_text=before + escaped(core.text),
            entities=Entities(
                hashtags=tuple(Tag(tag.text) for tag in core.hashtags),
                user_mentions=(
                    *(Named(name.screen_name, name.id_str) for name in old.user_mentions or ()),
                    *(Named(handle) for handle in more),
                ),
                urls=(
                    *(Address(url.short_url, url.expanded_url, (0, 0)) for url in core.urls),
                    *(url for url in old.urls or () if url.url not in written and not _leads_to(view, url)),
                ),
                media=old.media,
            ),
            extended_entities=view.extended_entities,
        )


class Element(msgspec.Struct, gc=False, rename="camel"):
    """An element of note-tweet.js"""

    note_tweet: Note | None = None


_decoder = msgspec.json.Decoder(Element, strict=False)


class Notes:
    """The notes of an archive by the second in which they were written."""

    def __init__(self) -> None:
        self._by_second: dict[int, list[Note]] = {}

    def add(self, note: Note) -> None:
        """One more note; one without a date or a text is of no use."""
        time = iso_time(note.created_at)
        if time is not None and note.core and note.core.text:
            self._by_second.setdefault(time // 1000, []).append(note)

    def pop(self, view: Tweet) -> Note | None:
        """The note of a post: of the same second, and with the post's text as its beginning. Ids tell nothing: a note's
        differs from its post's."""
        text = view.full_text or ""
        if not self._by_second or not view.created_at or not _IS_CUT.search(text):
            return None  # a post that is not cut may have a note too (bold letters), without the link of its quote
        notes = self._by_second.get((api_time(view.created_at) or 0) // 1000)
        for note in notes or ():
            if note.core and (begins(note.core.text, text) or begins(note.core.text, text[len(_names(text)) :])):
                return note
        return None


def _leads_to(view: Tweet, url: Address) -> bool:
    """Whether a link leads to its own post: where a long post is cut, one does."""
    return (url.expanded_url or "").endswith(f"/status/{view.id_str}")


def escaped(text: str) -> str:
    """Text with the three entities that tweets are written with."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _names(text: str) -> str:
    """The @names before a reply's own words, which its note leaves out."""
    match = _NAMES.match(text)
    return match.group() if match else ""


def begins(note: str, text: str) -> bool:
    """Whether a post's (escaped, perhaps cut) text is the beginning of a note's, or all of it."""
    whole = escaped(note).strip()
    start = _CUT.sub("", text).strip()
    # a link near the cut may be written otherwise in the two, so a long common beginning is enough
    return bool(start) and (whole.startswith(start) or (len(start) >= COMMON and whole[:COMMON] == start[:COMMON]))


def read_notes(export: Export, folder: str) -> Notes:
    """The notes of the archive in this folder. What is broken among them only leaves its post cut as it is."""
    notes = Notes()
    files = [m for m in export.members if _FILE.match(stem(m.name)) and m.name.rpartition("/")[0] == folder]
    for element in decoding.beside(export, files, _decoder) if files else ():
        if element.note_tweet:
            notes.add(element.note_tweet)
    return notes
