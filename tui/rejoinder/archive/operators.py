"""The operators of the search line, one entry each: how it is written, what it is for, and the condition it yields.

To add one, add an entry to `OPERATORS`: help, README, man page, completion and the nearest-name hint read this table.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rejoinder.archive import conditions as c
from rejoinder.archive import values as v
from rejoinder.errors import QueryError


class Operator(msgspec.Struct, frozen=True):
    """One operator. `help` has no full stop."""

    name: str
    example: str
    help: str
    read: v.Reader
    also: tuple[tuple[str, v.Reader], ...] = ()
    """Other spellings; some read their value in another way."""
    shown: tuple[str, ...] = ()
    """How help shows the other spellings, where not just `name:`."""
    values: tuple[str, ...] = ()
    """All the values there are, where they are few."""
    nested: Callable[[c.Condition], c.Condition] | None = None
    """What a search in parentheses after the colon means, where one may stand."""


class Row(msgspec.Struct, frozen=True):
    """A line of help, of the README's table, of completion. `aliases` are shown with their colon."""

    name: str
    example: str
    help: str
    aliases: tuple[str, ...]
    values: tuple[str, ...]


_KINDS: dict[str, v.Meaning] = {
    **dict.fromkeys(("reply", "replies"), c.Is("reply")),
    **dict.fromkeys(
        ("repost", "reposts", "retweet", "retweets", "nativeretweets", "boost", "reblog"),
        c.Is("repost"),
    ),
    **dict.fromkeys(("quote", "quotes"), c.Is("quote")),
    "root": c.Is("root"),
    "context": c.Is("context"),
    "edited": c.Is("edited"),
    "deleted": c.Is("deleted"),
    "sensitive": c.Is("sensitive"),
}
_PARTS: dict[str, v.Meaning] = {
    "media": c.Has("media"),
    **dict.fromkeys(("image", "images", "picture", "pictures", "photo", "photos", "twimg"), c.Has("image")),
    **dict.fromkeys(("video", "videos", "native_video", "video_link"), c.Has("video")),
    **dict.fromkeys(("link", "links", "embed"), c.Has("link")),
    "alt": c.Has("alt"),
    **dict.fromkeys(("mention", "mentions"), c.Has("mention")),
    **dict.fromkeys(("tag", "tags", "hashtag", "hashtags"), c.Has("tag")),
    **dict.fromkeys(("poll", "polls"), c.Has("poll")),
    "replies": c.Has("replies"),
}
_KIND_NAMES = ("reply", "repost", "quote", "root", "context", "edited", "deleted", "sensitive")
_PART_NAMES = ("media", "image", "video", "link", "alt", "mention", "tag", "poll", "replies")
_FILTER_NAMES = ("replies", "retweets", "quote", "links", "media", "images", "videos", "hashtags", "mentions")
_ORDERS: dict[str, v.Meaning] = {
    **dict.fromkeys(("new", "newest", "latest"), v.Order("new")),
    **dict.fromkeys(("old", "oldest"), v.Order("old")),
    **dict.fromkeys(("likes", "top"), v.Order("likes")),
    "replies": v.Order("replies"),
    "conversation": v.Order("conversation"),
}
_ORDER_NAMES = ("new", "old", "likes", "replies", "conversation")

OPERATORS = (
    Operator(
        "from",
        "from:ada",
        "written by this account (handle or id)",
        v.account(c.From),
        also=(("author", v.account(c.From)), ("did", v.account(lambda id: c.From(f"did:{id}")))),
        shown=("author:",),
    ),
    Operator("to", "to:ada", "a reply to this account", v.account(c.To)),
    Operator(
        "mentions",
        "mentions:ada",
        "names this account in its text",
        v.account(c.Mentions),
        also=(("mention", v.account(c.Mentions)),),
        shown=("@ada",),
    ),
    Operator(
        "between",
        "between:ada,ben",
        "one of the two replies to the other, quotes, names or reposts it",
        v.two_accounts,
    ),
    Operator("side", "side:dockers", "written by a member of this side (S in the app)", v.name(c.Side)),
    Operator(
        "first",
        "first:answer",
        "the first reply of one account to another, or the first answer to one that had addressed it",
        v.one_of({"reply": c.First("reply"), "answer": c.First("answer")}, ("reply", "answer")),
        values=("reply", "answer"),
    ),
    Operator("unanswered", "unanswered:>5", "an answer that so many addresses had waited for", v.number("unanswered")),
    Operator("exchange", "exchange:3", "in an exchange of so many turns or more", v.turns),
    Operator(
        "since",
        "since:2013-10-22",
        "on this date or later; a date is 2013, 2013-10, 2013-10-22T14:00, or -2w (h d w m y) before the last post",
        v.since,
        also=(("after", v.since), ("since_time", v.since_second)),
        shown=("after:", "since_time:"),
    ),
    Operator(
        "until",
        "until:2013-11",
        "before this date",
        v.until,
        also=(("before", v.until), ("until_time", v.until_second)),
        shown=("before:", "until_time:"),
    ),
    Operator("on", "on:2013-10-22", "on this day, or in this month or year; on:-3d is one day", v.on),
    Operator("during", "during:2013-10", "in all of this time; during:-2w is the last two weeks", v.during),
    Operator("hashtag", "hashtag:news", "carries this hashtag", v.tag, shown=("#news",)),
    Operator(
        "is",
        "is:reply",
        f"of this kind: {', '.join(_KIND_NAMES)}",
        v.one_of(_KINDS, _KIND_NAMES),
        also=(
            ("filter", v.one_of({**_PARTS, **_KINDS}, _FILTER_NAMES)),
            ("exclude", v.not_of(v.one_of({**_PARTS, **_KINDS}, _FILTER_NAMES))),
            ("include", v.one_of(dict.fromkeys(("nativeretweets", "retweets"), c.Everything()), ("nativeretweets",))),
        ),
        shown=("filter:replies", "filter:retweets"),
        values=_KIND_NAMES,
    ),
    Operator(
        "parent",
        "parent:(from:ada)",
        "a reply whose parent is found by the search in ( ); parent:missing: the parent is not in the archive",
        v.one_of({"missing": c.ParentMissing()}, ("missing", "a search in parentheses")),
        also=(("in_reply_to_status_id", v.reply_to), ("in_reply_to_tweet_id", v.reply_to)),
        shown=("~<(ferry)",),
        values=("missing",),
        nested=c.Parent,
    ),
    Operator(
        "child",
        "child:(ferry)",
        "has a direct reply that is found by the search in ( )",
        v.only_nested,
        shown=("~>(ferry)",),
        nested=c.Child,
    ),
    Operator(
        "conv",
        "conv:(ferry)",
        "in a conversation that holds a post found by the search in ( )",
        v.only_nested,
        shown=("~(ferry)",),
        nested=c.Beside,
    ),
    Operator(
        "above",
        "above:(ferry)",
        "somewhere above a post that is found by the search in ( )",
        v.only_nested,
        nested=c.Above,
    ),
    Operator(
        "near",
        "near:(ferry)",
        f"at most {c.PLACES} places in the timeline from a post that is found by the search in ( )",
        v.only_nested,
        nested=c.Near,
    ),
    Operator(
        "has",
        "has:image",
        f"holds this: {', '.join(_PART_NAMES)}",
        v.one_of(_PARTS, _PART_NAMES),
        shown=("filter:links", "filter:media"),
        values=_PART_NAMES,
    ),
    Operator(
        "likes",
        "likes:>10",
        "liked so often; a number is 5, >5, >=5, <5, <=5 or 2..9",
        v.number("likes"),
        also=(("min_faves", v.at_least("likes")), ("min_likes", v.at_least("likes"))),
        shown=("min_faves:",),
    ),
    Operator(
        "reposts",
        "reposts:2..9",
        "reposted so often",
        v.number("reposts"),
        also=(("min_retweets", v.at_least("reposts")), ("retweets", v.number("reposts"))),
        shown=("min_retweets:",),
    ),
    Operator(
        "replies",
        "replies:>=5",
        "with so many replies in this archive",
        v.number("replies"),
        also=(("min_replies", v.at_least("replies")),),
        shown=("min_replies:",),
    ),
    Operator("depth", "depth:>3", "with so many posts above it; depth:0 begins a conversation", v.number("depth")),
    Operator("lang", "lang:ar", "in this language, as the platform says", v.language, also=(("language", v.language),)),
    Operator("source", "source:2024.zip", "from a source with this in its name", v.name(c.FromSource)),
    Operator("platform", "platform:twitter", "of this platform", v.name(lambda platform: c.Platform(platform.lower()))),
    Operator("url", "url:example.org", "links to this host or one below it", v.host, also=(("domain", v.host),)),
    Operator("id", "id:20", "the post of this id or address; several with commas", v.ids),
    Operator(
        "conversation",
        "conversation:20",
        "in the conversation of the post with this id or address",
        v.conversation,
        also=(("conversation_id", v.conversation),),
    ),
    Operator(
        "verdict",
        "verdict:include",
        "a reviewer's verdict; none: nobody gave one, any: somebody did",
        v.coded("verdict"),
        values=("include", "exclude", "unsure", "none", "any"),
    ),
    Operator("tag", "tag:safety", "a reviewer's tag; none: without, any: with one", v.coded("tag")),
    Operator("note", "note:quay", "a reviewer's note holds this; any: there is one", v.coded("note")),
    Operator("by", "by:ada", "said something of by this reviewer", v.coded("by")),
    Operator("marked", "marked:yes", "marked by the reviewer", v.coded("marked", ("yes", "no")), values=("yes", "no")),
    Operator(
        "disagree", "disagree:verdict", "the reviewers differ on this variable of the codebook", v.coded("disagree")
    ),
    Operator("code", "code:stance=pro", "any variable of the codebook with this value", v.coded("code")),
    Operator(
        "order",
        "order:likes",
        f"sorted so, in a filter: {', '.join(_ORDER_NAMES)}",
        v.one_of(_ORDERS, _ORDER_NAMES),
        values=_ORDER_NAMES,
    ),
)

READERS: dict[str, v.Reader] = {
    **{name: read for operator in OPERATORS for name, read in operator.also},
    **{operator.name: operator.read for operator in OPERATORS},
}
"""Every spelling of every operator."""
NESTED: dict[str, Callable[[c.Condition], c.Condition]] = {
    operator.name: operator.nested for operator in OPERATORS if operator.nested is not None
}
"""The operators after whose colon a search in parentheses may stand."""


def rows() -> tuple[Row, ...]:
    """Every operator, in the order of the help."""
    return tuple(
        Row(o.name, o.example, o.help, o.shown or tuple(f"{name}:" for name, _ in o.also), o.values) for o in OPERATORS
    )


def reader(name: str, column: int) -> v.Reader:
    """What reads the value of this operator (case ignored). Raises QueryError with the nearest name."""
    found = READERS.get(name.lower())
    if found is None:
        near = v.nearest(name.lower(), READERS)
        hint = f"Did you mean {near}:? " if near else ""
        raise QueryError(f"{name}: is no operator.", column, f'{hint}Quotes make words of it: "{name}:…"')
    return found
