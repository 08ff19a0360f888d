"""ConvoKit corpora: a folder, zip or tar with utterances, speakers and conversations, in the old and the new names.

Fields: https://convokit.cornell.edu/documentation/data_format.html. A corpus made from Reddit shows it in the data
beside its utterances; its posts are then Reddit's, under Reddit's own ids, so that they meet those of a dump.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from rejoinder.formats import decoding
from rejoinder.formats.export import Export, Member, stem
from rejoinder.formats.moments import epoch, iso_time
from rejoinder.formats.prose import line, plain, unescaped
from rejoinder.records import Account, Origin, Post, Problem, Reading

TITLE = "ConvoKit corpus"
_UTTERANCES = re.compile(r"^utterances(?:\.jsonl?|-\d+\.jsonl?)$")
_BESIDE = re.compile(r"^(?:speakers|users|conversations|index|corpus)\.json$")


class Utterance(msgspec.Struct, gc=False):
    """One utterance; `user`, `root` and the hyphen are the older names."""

    id: str | int | None = None
    speaker: str | None = None
    user: str | None = None
    conversation_id: str | int | None = None
    root: str | int | None = None
    reply_to: str | int | None = None
    reply_to_hyphen: str | int | None = msgspec.field(default=None, name="reply-to")
    timestamp: str | int | float | None = None
    text: str | None = None
    meta: dict[str, Any] | None = None


_decoder = msgspec.json.Decoder(Utterance)
_speakers = msgspec.json.Decoder(dict[str, Any])


def recognise(export: Export) -> bool:
    """Whether there are utterances, with another file of a corpus beside them or in the form that only they have."""
    found = members(export)
    if not found or len({member.name.rpartition("/")[0] for member in found}) > 1:
        return False
    return all(_is_ours(export, member.name) for member in found)


def members(export: Export) -> list[Member]:
    """The files of utterances."""
    if export.is_single:
        return export.members
    return [member for member in export.members if member.size and _UTTERANCES.match(stem(member.name))]


def _is_ours(export: Export, name: str) -> bool:
    view = decoding.first_value(export, name, _decoder)
    if view is None or view.id is None or (view.speaker or view.user) is None:
        return False
    beside = any(_BESIDE.match(stem(member.name)) for member in export.members)
    return beside or ((view.conversation_id or view.root) is not None and b'"meta"' in export.head(name))


def read(export: Export) -> Iterator[Reading]:
    """Utterances in file order, then what the corpus says of its speakers' names."""
    for batch in decoding.batches(export, members(export), _decoder):
        yield from batch.problems
        for position, view in zip(batch.positions, batch.values, strict=True):
            yield _reading(view, Origin("", batch.member, position))
    if export.share[0] == 0:
        yield from _accounts(export)


def raw(export: Export, member: str, position: int) -> bytes:
    """The bytes of the utterance."""
    return decoding.raw(export, member, position)


def _reading(view: Utterance, origin: Origin) -> Post | Problem:
    if view.id is None or view.id == "":
        return decoding.problem("This utterance has no id.", origin.member, origin.position)
    meta = view.meta
    is_reddit = meta is not None and "subreddit" in meta and ("permalink" in meta or "top_level_comment" in meta)
    return _reddit(view, origin) if is_reddit else _post(view, origin)


def _post(view: Utterance, origin: Origin) -> Post:
    time, status = _time(view.timestamp), view.text is not None
    return Post(
        id=line(str(view.id)),
        platform="convokit",
        handle=_name(view),
        time=time,
        clock="claimed",
        precision="second" if time is not None else "unknown",
        text=plain(view.text or ""),
        text_status="verbatim" if status else "absent",
        reply_to=_id(view.reply_to) or _id(view.reply_to_hyphen),
        conversation=_id(view.conversation_id) or _id(view.root),
        origin=origin,
    )


def _reddit(view: Utterance, origin: Origin) -> Post:
    """A corpus writes Reddit's ids without their kinds: the conversation's is a submission's, all others comments'."""
    root = _id(view.conversation_id) or _id(view.root)
    above = _id(view.reply_to) or _id(view.reply_to_hyphen)
    meta = view.meta or {}
    words = view.text or ""
    gone = words in ("[deleted]", "[removed]")
    subreddit, score = meta.get("subreddit"), meta.get("score")
    time = _time(view.timestamp)
    return Post(
        id=_full(line(str(view.id)), root),
        platform="reddit",
        handle=_name(view),
        time=time,
        precision="second" if time is not None else "unknown",
        text="" if gone else plain(unescaped(words)),
        text_status="absent" if gone or view.text is None else "partial" if above is None else "verbatim",
        reply_to=_full(above, root) if above else None,
        conversation=f"t3_{root}" if root else None,
        tags=(line(subreddit),) if isinstance(subreddit, str) else (),
        likes=score if isinstance(score, int) else None,
        deleted=0 if gone else None,
        origin=origin,
    )


def _full(id: str, root: str | None) -> str:
    return id if id[:3] in ("t1_", "t3_") else f"t3_{id}" if id == root else f"t1_{id}"


def _name(view: Utterance) -> str | None:
    """The speaker; "[deleted]" stands for everybody who is gone, and is nobody."""
    name = view.speaker if view.speaker is not None else view.user
    return None if not name or name == "[deleted]" else line(name)


def _id(told: str | int | None) -> str | None:
    return None if told is None or told == "" else line(str(told))


def _time(told: str | int | float | None) -> int | None:
    """Seconds as a rule, sometimes as text, sometimes a date."""
    time = epoch(told)
    return iso_time(told) if time is None and isinstance(told, str) else time


def _accounts(export: Export) -> Iterator[Account]:
    """Speakers that have a name beside the one they are known by."""
    beside = [member for member in export.members if stem(member.name) in ("speakers.json", "users.json")]
    for table in decoding.beside(export, beside, _speakers):
        for handle, told in table.items():
            meta = told.get("meta", told) if isinstance(told, dict) else None
            name = meta.get("name") or meta.get("screen_name") if isinstance(meta, dict) else None
            if isinstance(name, str) and name and name != handle:
                yield Account("convokit", handle=line(handle), name=line(name))
