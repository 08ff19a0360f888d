"""Drafts become records: ids, mentions of three kinds, tags, links, media, languages and counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from town.cast import CAST, NUMBER
from town.draft import Draft
from town.passing import Liked

PLATFORM = "harbour"
_MENTION = re.compile(r"(?<!\w)@(\w+)")
_LEADING = re.compile(r"(?:@\w+[, ]+)*")
_TAG = re.compile(r"(?<![\w&])#(\w+)")
_LINK = re.compile(r"https://\S+[\w/]")
_SCRIPTS = (
    ("ja", r"[\u3040-\u30ff\u4e00-\u9fff]"),
    ("ar", r"[\u0600-\u06ff]"),
    ("he", r"[\u0590-\u05ff]"),
    ("el", r"[\u0370-\u03ff\u1f00-\u1fff]"),
)
_ENGLISH = re.compile(r"\b(the|is|and|you|with|of|that|for|she|to|it|we)\b", re.IGNORECASE)
Record = dict[str, Any]


def number(posts: list[Draft]) -> None:
    """Ids rise with time, with gaps for the rest of the network."""
    at = 20_000
    for place, post in enumerate(posts):
        at += 3 + (place * 7919 + post.time) % 11
        post.id = str(at)


def language(post: Draft) -> str | None:
    """By script; between Latin letters by the author, unless it is plainly English."""
    letters = sum(c.isalpha() for c in post.text)
    if letters < 2:
        return None
    for code, script in _SCRIPTS:
        if len(re.findall(script, post.text)) > letters * 0.3:
            return code
    own = CAST[post.who].language
    return own if own in ("de", "es", "tr") and len(_ENGLISH.findall(post.text)) < 2 else "en"


def mentions(post: Draft) -> list[Record]:
    """Relayed in a repost or after `via`; inherited at the start of a reply, if it stands above already; else typed."""
    above = {p.who for p in post.chain()[1:]}
    above |= set(_MENTION.findall(post.parent.text)) if post.parent else set()
    lead = _LEADING.match(post.text).end()  # type: ignore[union-attr]
    found: list[Record] = []
    for match in _MENTION.finditer(post.text):
        handle, kind = match[1], "typed"
        if post.repost is not None or post.text[: match.start()].endswith(("via ", "RT ", "HT ")):
            kind = "relayed"
        elif post.parent is not None and match.start() < lead and handle in above:
            kind = "inherited"
        named = {"id": NUMBER[handle], "handle": handle} if handle in NUMBER else {"handle": handle}
        found.append({**named, "kind": kind} if kind != "typed" else named)
    return found


def _ref(who: str) -> Record:
    return {"id": NUMBER[who], "handle": who} if who in NUMBER else {"handle": who}


def _relations(post: Draft) -> Record:
    found: Record = {"conversation": post.chain()[-1].id or post.id}
    if post.parent is not None:
        whom = post.parent.who.strip("?")
        if post.parent.id:
            found["reply_to"] = post.parent.id
        else:
            found["conversation"] = post.id
        if whom:
            found["reply_author"] = _ref(whom)
    for name, other in (("quote", post.quote), ("repost", post.repost)):
        if other is not None:
            found |= {name: other.id, f"{name}_author": _ref(other.who)}
    if post.repost is not None:
        found["is_repost"] = True
    return found


def _marks(post: Draft) -> Record:
    found: Record = {}
    if alt := post.marks.get("photo"):
        found["media"] = [{"kind": "image", "url": f"https://harbour.example/media/{post.id}.jpg", "alt": alt}]
    for name in ("edited", "deleted"):
        if name in post.marks:
            found[name] = int(post.marks[name] or 0) * 1000
    if "sensitive" in post.marks or "cw" in post.marks:
        found["sensitive"] = True
    if "cw" in post.marks:
        found["warning"] = post.marks["cw"]
    if "context" in post.marks:
        found["context"] = True
    if post.who in ("wx_skerry", "causeway_bot"):
        found["app"] = "tide-mast"
    return found


def tell(posts: list[Draft], likes: dict[int, int], given: list[Liked]) -> Iterable[Record]:
    """The posts in the order of time, as native records."""
    replies = Counter(id(p.parent) for p in posts if p.parent and not p.ghost)
    quoted = Counter(id(p.quote) for p in posts if p.quote)
    passed = Counter(id(p.repost) for p in posts if p.repost)
    named = Counter(id(like.post) for like in given)
    for post in posts:
        if post.ghost:
            continue
        key, extra = id(post), int(post.marks.get("reposts", 0))
        yield {
            "type": "post", "id": post.id, "platform": PLATFORM, "author": NUMBER[post.who], "handle": post.who,
            "name": CAST[post.who].name, "time": post.time * 1000, "text": post.text,
            **_relations(post), **_lists(post), **_marks(post),
            "likes": 0 if post.repost else max(likes.get(key, 0), named[key]),
            "reposts": max(passed[key], extra), "replies": replies[key],
            **({"quotes": quoted[key]} if quoted[key] else {}),
        }  # fmt: skip


def _lists(post: Draft) -> Record:
    found: Record = {
        "mentions": mentions(post),
        "tags": _TAG.findall(_LINK.sub("", post.text)),
        "links": [{"url": url} for url in _LINK.findall(post.text)],
        "language": language(post),
    }
    return {name: value for name, value in found.items() if value}
