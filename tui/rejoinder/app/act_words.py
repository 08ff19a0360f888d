"""What an act did, in a few words for the screen; no Textual in it."""

from __future__ import annotations

from rejoinder.app.desk import sign_of
from rejoinder.app.glyphs import Glyphs
from rejoinder.app.layout import Look
from rejoinder.app.moments import CLOCKED, clock, short_date
from rejoinder.app.wrapping import safe
from rejoinder.archive.protocol import Entry
from rejoinder.review.acts import Act, Change
from rejoinder.review.codebook import LATER, MARK, Codebook


def change_words(change: Change, codebook: Codebook, glyphs: Glyphs) -> str:
    """`+ include`, `#cost`, `#cost off`, `* mark`, `note`, `later`."""
    off = "" if change.on else " off"
    if change.variable == MARK:
        return f"* mark{off}"
    if change.variable == LATER:
        return f"later{off}"
    variable = codebook.variable(change.variable)
    if variable is None or change.value is None:
        return safe(change.variable) + off
    if variable.kind == "many":
        return f"#{safe(change.value)}{off}"
    if variable.kind == "text":
        return f"{variable.name}{off}"
    value = variable.value(change.value)
    sign = f"{sign_of(value, glyphs)} " if value is not None else ""
    return f"{sign}{safe(change.value)}{off}"


def act_words(act: Act, codebook: Codebook, glyphs: Glyphs) -> str:
    """All that one act did; of a range, to how many posts."""
    told = list(dict.fromkeys(change_words(change, codebook, glyphs) for change in act.changes))
    posts = {change.post for change in act.changes}
    shown = told[:3] + ([glyphs.more] if len(told) > 3 else [])
    if len(told) > 1 and told[-1] == "later off":
        shown = told[:-1][:3]
    return " ".join(shown) + (f"  {len(posts):,} posts" if len(posts) > 1 else "")


def post_words(entry: Entry, look: Look) -> str:
    """`@mira_o 14:07`, with the day where the clock alone says little."""
    face = entry.author
    who = "@" + safe(face.handle) if face.handle else safe(face.label)
    moment = look.zone.local(entry.post.time) if entry.post.time is not None else None
    if moment is None or entry.post.precision not in CLOCKED:
        return who
    return f"{who} {clock(entry.post, look.zone)}"


def dated_words(entry: Entry, look: Look) -> str:
    """`@mira_o 3 Jun 2021 14:07`."""
    moment = look.zone.local(entry.post.time) if entry.post.time is not None else None
    day = f"{short_date(moment)} " if moment is not None else ""
    who, _, time = post_words(entry, look).partition(" ")
    return f"{who} {day}{time}".rstrip()
