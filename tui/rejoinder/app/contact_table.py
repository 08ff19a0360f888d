"""The table of contacts in words, and the sentences about an event: for the screen, the command line and reports."""

from __future__ import annotations

from rejoinder.acts import Act, ActKind, Event
from rejoinder.app.meetings import Meeting

NOTHING = "Nobody answered anybody in this archive. Those who were not answered: --one-way."
ONE_ACCOUNT = "This archive holds one account's posts: answers by others are not in it."
LETTERS: dict[ActKind, str] = {"reply": "r", "quote": "q", "mention": "m", "repost": "p", "like": "l"}
"""What stands behind the day of a first address."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def answering(meeting: Meeting) -> tuple[str, str]:
    """(who waited, who answered) of the answer that more addresses waited for, as `a` and `b`."""
    a, b = (_weight(way.answer) for way in (meeting.history.a_to_b, meeting.history.b_to_a))
    if meeting.history.a_to_b.answer is None and meeting.history.b_to_a.answer is None:
        a, b = (meeting.history.b_to_a.addresses, 0), (meeting.history.a_to_b.addresses, 0)
    return ("b", "a") if a > b else ("a", "b")


def _weight(answer: Event | None) -> tuple[int, int]:
    return (0, 0) if answer is None else (answer.unanswered, (answer.silence or 0) // 1000)


def day(act: Act | None) -> str:
    """The day of an act as far as it is known: `2019-04-02`, `2019-04`, `undated`."""
    if act is None:
        return ""
    if act.time is None or not act.dated:
        return "undated"
    from rejoinder.reports.jsonl import iso

    return (iso(act.time) or "undated")[: {"month": 7, "year": 4}.get(act.precision, 10)]


def span(seconds: int | None) -> str:
    """A stretch of time in its largest unit: `681 d`, `5 h`, `12 min`, `40 s`; with a minus where dates contradict."""
    if seconds is None:
        return ""
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    for unit, size in (("d", _DAY), ("h", _HOUR), ("min", _MINUTE)):
        if seconds >= size:
            return f"{sign}{seconds // size:,} {unit}"
    return f"{sign}{seconds} s"


def waited(event: Event | None) -> str:
    """How long an answer was waited for; of two dates without a time of day, not more than is known."""
    if event is None or event.silence is None:
        return ""
    acts = (event.act, event.since or event.act)
    if abs(event.silence) < _DAY * 1000 and any(act.precision == "day" for act in acts):
        return "same day" if event.silence < 1000 else "a day"
    return span(event.silence // 1000)


def heading() -> str:
    """The names of the columns."""
    return _columns(
        "A", "B", "A to B", "B to A", "first address", "answer", "waited", "unanswered", "turns", "likes", "habit of B"
    )


def line(meeting: Meeting) -> str:
    """One row: A waited, B answered (or has not, in this archive)."""
    waiting, answered = answering(meeting)
    ends = {"a": meeting.a, "b": meeting.b}
    ways = {"a": meeting.history.a_to_b, "b": meeting.history.b_to_a}
    first, answer = ways[waiting].first_address, ways[answered].answer
    about = "" if answer is None or ends[answered].is_collected else "~"
    told = day(answer.act) if answer else "" if ends[answered].is_here else "no posts"
    return _columns(
        ends[waiting].label,
        ends[answered].label,
        f"{ways[waiting].addresses:,}",
        f"{ways[answered].addresses:,}",
        f"{day(first.act)} {LETTERS[first.act.kind]}" if first else "",
        told,
        waited(answer),
        f"{about}{answer.unanswered:,}" if answer else f"{ways[waiting].addresses:,}",
        str(meeting.history.turns or ""),
        str(ways["a"].likes + ways["b"].likes or ""),
        habit(ends[answered].answered, ends[answered].addressed),
    )


def habit(answered: int, addressed: int) -> str:
    """`12 of 4,310`: how many of the posts that addressed an account it replied to, in this archive."""
    return f"{answered:,} of {addressed:,}" if addressed else ""


def _columns(*cells: str) -> str:
    widths = (-20, -20, 6, 6, -13, -10, 8, 10, 5, 5, 14)
    padded = (f"{cell[: abs(w)]:<{-w}}" if w < 0 else f"{cell:>{w}}" for cell, w in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def news(who: str, whom: str, answer: Event) -> str:
    """A new first answer, in a line."""
    return f"{day(answer.act)}  {who} answered {whom}{after(answer)}  ({answer.verdict})"


def after(answer: Event) -> str:
    """`, after 214 unanswered in 681 d`."""
    silence = waited(answer)
    silence = f" on the {silence}" if silence == "same day" else f" in {silence}" if silence else ""
    return f", after {answer.unanswered:,} unanswered{silence}"
