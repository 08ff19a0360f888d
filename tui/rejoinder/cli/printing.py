"""A post as a few plain lines for a person who reads a pipe."""

from __future__ import annotations

from textwrap import indent

from rejoinder.archive.protocol import Entry
from rejoinder.records import Ghost
from rejoinder.reports.jsonl import iso

_NOTES = {
    "partial": "[partly quoted] ",
    "paraphrase": "[paraphrase] ",
    "absent": "[no wording known]",
    "hidden": "[not shown]",
}


def block(entry: Entry) -> str:
    """Time, account, id; then the text; then what else there is. Ends with an empty line."""
    post = entry.post
    handle = f" @{post.handle}" if post.handle and entry.author.name else ""
    head = f"{moment(post.time, post.precision)}  {entry.author.label}{handle}  {post.platform}:{post.id}"
    lines = [head + _reply(entry), indent(_text(entry), "    ")]
    lines.extend(f"    [{media.kind}{': ' + media.alt if media.alt else ''}]" for media in post.media)
    return "\n".join(line for line in lines if line.strip()) + "\n"


def line(entry: Entry, width: int = 100) -> str:
    """One line: time, account and the beginning of the text."""
    words = " ".join(_text(entry).split())
    text = words if len(words) <= width else words[: width - 1] + "…"
    return f"{moment(entry.post.time, entry.post.precision)}  {entry.author.label}  {text}"


def ghost_line(ghost: Ghost) -> str:
    """What is known of a post that is not here."""
    who = f"@{ghost.handle}" if ghost.handle else ghost.author or "unknown account"
    return f"{moment(ghost.time, 'second')}  {who}  {ghost.platform}:{ghost.id}  (not in this archive)"


def moment(time: int | None, precision: str) -> str:
    """A time as far as it is known."""
    text = iso(time)
    if text is None:
        return "time unknown"
    return text[: {"day": 10, "month": 7, "year": 4}.get(precision, len(text))]


def _text(entry: Entry) -> str:
    post = entry.post
    warning = f"[warning: {post.warning}] " if post.warning else ""
    deleted = "[deleted] " if post.deleted is not None else ""
    return deleted + warning + _NOTES.get(post.text_status, "") + post.text


def _reply(entry: Entry) -> str:
    if not entry.post.reply_to and not entry.post.reply_author:
        return ""
    who = entry.addressee.label if entry.addressee else "a post that is not here"
    return f"  ↰ {who}"
