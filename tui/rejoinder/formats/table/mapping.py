"""What the columns of a table are: told by the user, known for layouts that many have, or proposed from the header."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from rejoinder.errors import UsageError

FIELDS = (
    *("id", "text", "title", "author", "handle", "name", "time", "reply_to", "reply_author", "reply_author_id"),
    *("conversation", "quote", "repost", "is_repost", "kind", "likes", "reposts", "replies", "quotes", "language"),
    *("app", "permalink", "deleted", "mentions", "tags", "links"),
)
SETTINGS = ("platform", "zone", "dates", "precision", "separator", "escaped")
DATES = ("auto", "dmy", "mdy")
PRECISIONS = ("", "second", "minute", "day")
FILE = "@file"
"""Stands for the name of the file, without its ending: of tables that have one file for each author."""
_PART = re.compile(r"""\s*([A-Za-z_]+)\s*=\s*('[^']*'|"[^"]*"|`[^`]*`|[^,]*)\s*(?:,|$)""")


class Layout(msgspec.Struct, frozen=True):
    """A mapping. A column is named, or (of a table without a header) numbered from 1; a value in quotes stands for
    itself in every row, `@file` for the name of the file."""

    columns: dict[str, str] = {}
    platform: str = "table"
    zone: str = "UTC"
    """Of times that are written without one."""
    dates: str = "auto"
    """`dmy` or `mdy` for dates such as 03/04/2017, or a form of strptime's."""
    precision: str = ""
    """How exact times are, where they are written more exactly than they are."""
    separator: str = ""
    escaped: bool = False
    """The text has &amp; for &, as Twitter's does."""


READY: Mapping[str, Layout] = {
    "ira": Layout(
        {"id": "tweet_id", "handle": "author", "text": "content", "language": "language", "time": "publish_date",
         "kind": "post_type", "permalink": "article_url"},
        platform="twitter", dates="mdy", precision="minute", escaped=True,
    ),
    "ira-by-author": Layout(
        {"handle": "author_id", "text": "content", "language": "language", "time": "publish_date", "kind": "post_type"},
        platform="twitter", dates="mdy", precision="minute", escaped=True,
    ),
    "trump": Layout(
        {"id": "id_str", "handle": "'realDonaldTrump'", "text": "text", "time": "created_at", "likes": "favorite_count",
         "reposts": "retweet_count", "is_repost": "is_retweet", "reply_author_id": "in_reply_to_user_id_str",
         "app": "source"},
        platform="twitter", dates="%m-%d-%Y %H:%M:%S", escaped=True,
    ),
    "trump-v2": Layout(
        {"id": "id", "handle": "'realDonaldTrump'", "text": "text", "time": "date", "likes": "favorites",
         "reposts": "retweets", "is_repost": "isRetweet", "deleted": "isDeleted", "app": "device"},
        platform="twitter", escaped=True,
    ),
    "snscrape-csv": Layout(
        {"id": "Tweet Id", "handle": "Username", "text": "Text", "time": "Datetime"}, platform="twitter", escaped=True
    ),
}  # fmt: skip
"""FiveThirtyEight's tweets of the Internet Research Agency (as published, and cut by author), the two Trump archives,
and the four columns that people wrote with snscrape."""

_LIKELY: Mapping[str, Sequence[str]] = {
    "id": ("tweetid", "idstr", "statusid", "postid", "messageid", "commentid", "uri", "id"),
    "text": ("fulltext", "rawcontent", "text", "content", "body", "message", "tweet", "post", "comment"),
    "title": ("title", "subject"),
    "author": ("userid", "authorid", "useridstr", "did"),
    "handle": (
        *("screenname", "userscreenname", "username", "userusername", "authorusername", "handle", "account"),
        *("author", "user", "from", "by"),
    ),
    "name": ("displayname", "userdisplayname", "username", "authorname", "fullname", "name"),
    "time": (
        *("createdat", "datetime", "publishdate", "publishedat", "postedat", "timestamp", "created", "createdutc"),
        *("published", "date", "time"),
    ),
    "reply_to": (
        *("inreplytostatusidstr", "inreplytostatusid", "inreplytotweetid", "inreplytoid", "replytoid", "parentid"),
        *("replyto", "parent"),
    ),
    "reply_author": ("inreplytoscreenname", "inreplytouser", "inreplytousername"),
    "reply_author_id": ("inreplytouseridstr", "inreplytouserid"),
    "conversation": ("conversationid", "threadid"),
    "likes": ("favoritecount", "likecount", "likes", "favorites", "favourites", "favouritescount", "score"),
    "reposts": ("retweetcount", "repostcount", "reblogscount", "retweets", "reposts", "shares", "sharecount"),
    "replies": ("replycount", "repliescount", "numcomments", "replies"),
    "is_repost": ("isretweet", "isrepost"),
    "language": ("lang", "language"),
    "permalink": ("permalink", "tweeturl", "url"),
    "deleted": ("isdeleted", "deleted"),
    "mentions": ("mentions",),
    "tags": ("hashtags", "tags"),
}
"""Names that columns have in the wild (letters and digits alone, lower case), the likeliest first."""


def parsed(told: str) -> Layout:
    """The mapping that `--map` gives: in words, or the path of a TOML file. Raises UsageError where it is none."""
    if told in READY:
        return READY[told]
    if "=" not in told or told.endswith(".toml"):
        return _checked(*_from_file(Path(told)))
    columns: dict[str, str] = {}
    settings: dict[str, str] = {}
    at = 0
    while at < len(told):
        found = _PART.match(told, at)
        if found is None:
            raise UsageError(
                f"This mapping can't be understood from here: {told[at:]}", "As in: id=tweet_id,text=content"
            )
        at = found.end()
        key, value = found[1], found[2].strip()
        if key in SETTINGS:
            settings[key] = value.strip("'\"")
        else:
            columns[key] = value.strip("`")
    return _checked(columns, settings)


def _from_file(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        names = ", ".join(READY)
        raise UsageError(
            f"The mapping {path} can't be read: {error}.",
            f"Give columns (id=tweet_id,text=content), a TOML file with a table [columns], or one of: {names}.",
        ) from error
    columns = table.pop("columns", {})
    if not isinstance(columns, dict):
        raise UsageError(f"The mapping {path} has no table [columns].", 'As in: [columns] text = "content"')
    return {key: str(value) for key, value in columns.items()}, {key: str(value) for key, value in table.items()}


def _checked(columns: dict[str, str], settings: dict[str, str]) -> Layout:
    for key in (*columns, *settings):
        if key not in FIELDS and key not in SETTINGS:
            raise UsageError(f"There is no field called {key}.", "The fields are: " + ", ".join((*FIELDS, *SETTINGS)))
    if not columns.get("text") and not columns.get("title"):
        raise UsageError("A mapping must say which column is the text.", "As in: id=tweet_id,text=content")
    zone = settings.get("zone", "UTC")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"There is no time zone called {zone}.", "As in: zone=Europe/Berlin") from error
    dates, platform = settings.get("dates", "auto"), settings.get("platform", "table")
    if dates not in DATES and "%" not in dates:
        raise UsageError(f"Dates can't be read as {dates}.", f"One of {', '.join(DATES)}, or as in %d.%m.%Y %H:%M.")
    separator = settings.get("separator", "").replace("tab", "\t").replace("\\t", "\t")
    if len(separator) > 1:
        raise UsageError(f"The separator is one character, not {separator}.", "As in: separator=;")
    escaped = settings.get("escaped", "true" if platform == "twitter" else "false").lower() == "true"
    precision = settings.get("precision", "")
    if precision not in PRECISIONS:
        raise UsageError(f"There is no precision called {precision}.", "One of: " + ", ".join(PRECISIONS[1:]))
    return Layout(columns, platform, zone, dates, precision, separator, escaped)


def ready(header: Iterable[str]) -> tuple[str, Layout] | None:
    """The known layout (name and mapping) whose columns this header has: the one with the most."""
    have = set(header)
    fitting = [(name, layout) for name, layout in READY.items() if _named(layout) <= have]
    return max(fitting, key=lambda each: len(_named(each[1])), default=None)


def _named(layout: Layout) -> set[str]:
    return {column for column in layout.columns.values() if not column.startswith(("'", '"', "@"))}


def proposed(header: Iterable[str]) -> Layout | None:
    """What the columns probably are, by their names; None where none seems to be the text. It is shown before use."""
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(list(header))}
    columns: dict[str, str] = {}
    for field, likely in _LIKELY.items():
        found = next((plain[name] for name in likely if name in plain), None)
        if found is not None and found not in columns.values():
            columns[field] = found
    return Layout(columns) if "text" in columns else None


def written(layout: Layout) -> str:
    """A mapping as `--map` takes it; `parsed` makes the same of it."""
    told = {field: _named_so(column) for field, column in layout.columns.items()}
    usual = _checked(layout.columns, {"platform": layout.platform})
    for setting in SETTINGS:
        value = getattr(layout, setting)
        if value != getattr(Layout() if setting == "platform" else usual, setting):
            word = str(value).lower() if isinstance(value, bool) else "tab" if value == "\t" else value
            told[setting] = f"'{word}'" if "," in word else word
    return ",".join(f"{field}={value}" for field, value in told.items())


def _named_so(column: str) -> str:
    """A column's name as it stands in a mapping: in backquotes where a comma would cut it."""
    quoted = column.startswith(("'", '"'))
    return f"`{column}`" if not quoted and ("," in column or column != column.strip()) else column
