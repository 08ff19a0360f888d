"""What an export is turned into: posts, accounts, likes, sources and problems, as frozen Structs without any I/O.

Times are integer milliseconds since 1970-01-01T00:00:00Z (`None` = unknown). Ids are text, as the platform writes
them. The native JSON Lines form is the union `Record`, tagged by `type`; `rejoinder schema` prints its JSON Schema.
Text here is already plain: entities resolved, links expanded, control bytes cleaned (see formats/prose.py).
"""

from __future__ import annotations

from typing import Literal

import msgspec

Clock = Literal["platform", "observed", "claimed", "day"]
"""Whose time it is: the platform's, a collector's, the client's claim, or only a day."""
Precision = Literal["millisecond", "second", "minute", "day", "month", "year", "unknown"]
TextStatus = Literal["verbatim", "partial", "paraphrase", "absent", "hidden"]
"""`hidden`: the archive keeps the text of this deleted post, but does not show it (no export says so)."""
Visibility = Literal["public", "unlisted", "followers", "direct", "circle", "community"]
MentionKind = Literal["typed", "inherited", "relayed"]
MediaKind = Literal["image", "video", "gif", "audio", "file"]
DeletedText = Literal["keep-marked", "hide-text", "erase"]
"""What an archive does with the words of deleted posts: shows them marked, keeps them unseen, does not keep them."""
ProblemKind = Literal["unreadable", "private", "unloaded"]
"""Why a piece did not come in: it can't be read, was not meant for everybody, or was not loaded by its collector."""


class Ref(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An account as another record names it: an id, a handle, or both."""

    id: str | None = None
    handle: str | None = None
    name: str | None = None


class Mention(msgspec.Struct, frozen=True, omit_defaults=True, gc=False, cache_hash=True):
    """An account named in a post. `inherited`: a leading @name of a reply; `relayed`: in a repost or after RT, via."""

    id: str | None = None
    handle: str | None = None
    kind: MentionKind = "typed"


class Link(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A link of a post, expanded as far as the export knows; `title` where the export has one."""

    url: str
    title: str | None = None


class Media(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A picture, film or file of a post. `file` is the member of the export that holds it, if it does, `size` that
    member's bytes."""

    kind: MediaKind = "image"
    url: str | None = None
    file: str | None = None
    alt: str | None = None
    size: int | None = None


class Origin(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a record was read: the source's name, the member in it and the position (line or element, from 1)."""

    source: str = ""
    member: str = ""
    position: int = 0


class Post(msgspec.Struct, frozen=True, omit_defaults=True, gc=False, tag_field="type", tag="post"):
    """One post, as one source tells it."""

    id: str
    platform: str
    author: str | None = None
    """The author's account id on the platform."""
    handle: str | None = None
    """The author's handle as then, without @."""
    name: str | None = None
    """The author's display name as then."""
    time: int | None = None
    clock: Clock = "platform"
    precision: Precision = "second"
    text: str = ""
    text_status: TextStatus = "verbatim"
    reply_to: str | None = None
    """Id of the parent post on the same platform."""
    reply_author: Ref | None = None
    """The account replied to, as the data says (there may be an account and no post)."""
    reply_asserted: bool = False
    """The link to the parent is asserted by a secondary source, not by the platform's data."""
    quote: str | None = None
    quote_author: Ref | None = None
    repost: str | None = None
    """Id of the post that this one reposts; the text is then the original's."""
    repost_author: Ref | None = None
    is_repost: bool = False
    """A repost, even where the export gives no id of the original (X archives: `RT @name:`)."""
    conversation: str | None = None
    """The platform's own conversation id, where it gives one."""
    mentions: tuple[Mention, ...] = ()
    tags: tuple[str, ...] = ()
    """Hashtags without #, as written."""
    links: tuple[Link, ...] = ()
    media: tuple[Media, ...] = ()
    language: str | None = None
    """BCP 47 as the platform says; None where it says nothing or 'und'."""
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    edited: int | None = None
    """Time of the last edit in ms (0 where only the fact is known)."""
    versions: tuple[str, ...] = ()
    """Ids of all versions of an edited post, oldest first."""
    deleted: int | None = None
    """Time of deletion in ms (0 where only the fact is known)."""
    sensitive: bool = False
    warning: str | None = None
    """The content warning's words."""
    visibility: Visibility = "public"
    context: bool = False
    """Here only because another post quotes, reposts or includes it."""
    app: str | None = None
    """The client program the post was sent with."""
    permalink: str | None = None
    """Only where it can't be made from platform, handle and id."""
    origin: Origin = Origin()
    other_time: int | None = None
    """What the second clock says, where an export tells two: the observed time of a post that stands at the claimed
    one, or the claimed time of one that stands at the observed."""
    poll: bool = False
    """It asks its readers to choose; the choices stand in the text, where an export tells them."""


class Account(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="account"):
    """What an export says of an account."""

    platform: str
    id: str | None = None
    handle: str | None = None
    name: str | None = None
    created: int | None = None
    bio: str | None = None
    owner: bool = False
    """The export is this account's own."""
    handles: tuple[tuple[str, int | None, int | None], ...] = ()
    """Earlier handles: (handle, from ms, until ms)."""
    gone: int | None = None
    """When it was deleted, deactivated or taken down, in ms (0 where only the fact is known): what it wrote until then
    counts as deleted."""
    back: int | None = None
    """When it was seen to be there (again)."""


class Like(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="like"):
    """One account's like of one post. `until` bounds an undated like (the day of the export)."""

    platform: str
    post: str
    account: Ref
    time: int | None = None
    until: int | None = None
    text: str | None = None
    """The liked post's text, where the export carries it."""
    permalink: str | None = None
    origin: Origin = Origin()


class Deletion(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="deletion"):
    """Word that a post was deleted (a stream's notice, a list of deleted ids); the post itself comes from elsewhere."""

    platform: str
    post: str
    time: int | None = None
    """When, in ms; None where only the fact is known."""
    origin: Origin = Origin()


class Source(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="source"):
    """One imported export (or, in native JSON Lines, a citation of where the posts after it come from)."""

    name: str
    """File or folder name, never the whole path."""
    format: str = ""
    title: str = ""
    """What a secondary source is: a citation, a URL."""
    path: str = ""
    size: int = 0
    fingerprint: str = ""
    """SHA-256 (hex) of the file, or of the sorted `name size sha256` list of a folder's read files."""
    modified: int = 0
    """When the file (of a folder: its newest file) was last changed, in ns: to see a change without reading again."""
    imported: int | None = None
    """When, in ms."""
    tool: str = ""
    """Version of Rejoinder that read it."""
    part: tuple[int, int] | None = None
    """Of a file that was followed while it grew: the first byte and the number of bytes that were read."""
    include_private: bool = False
    """Posts that were not meant for everybody were read too."""
    accounts: str = ""
    """The path of the table `id,handle` that gave accounts their handles."""
    accounts_fingerprint: str = ""
    """SHA-256 (hex) of that table."""
    mapping: str = ""
    """Which column of a table is what, in the words of `--map`."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="problem"):
    """A piece of an export that did not come in: where, why, and (cleaned, cut) what stood there.

    Only what could not be read is amiss; the other kinds tell what is missing, and how many posts that are.
    """

    reason: str
    origin: Origin = Origin()
    excerpt: str = ""
    kind: ProblemKind = "unreadable"
    posts: int = 0
    """0 where their number is not known; of unreadable ones (else one each) how many pieces this stands for."""


Record = Post | Account | Like | Deletion | Source
"""What the native JSON Lines form holds."""
Reading = Post | Account | Like | Deletion | Source | Problem
"""What a format yields."""


class Ghost(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post that is known only because others reply to it."""

    id: str
    platform: str
    author: str | None = None
    handle: str | None = None
    time: int | None = None
    """Decoded from the id (Twitter, Mastodon, Bluesky); None where it carries no time."""
    replies: int = 0
    """Replies to it that are in this archive."""
    permalink: str | None = None


def hidden(post: Post) -> Post:
    """A deleted post without its words: what readers of an archive that hides them see, and what exports give."""
    return msgspec.structs.replace(
        post,
        text="",
        text_status="hidden" if post.text else post.text_status,
        tags=(),
        links=(),
        media=(),
        warning=None,
        poll=False,
    )


def erased(post: Post) -> Post:
    """What is left of a deleted post where its words are not kept: its place among the others."""
    return msgspec.structs.replace(
        hidden(post),
        text_status="absent",
        mentions=(),
        language=None,
        app=None,
        permalink=None,
        sensitive=False,
        poll=False,
    )
