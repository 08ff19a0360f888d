"""What is said of a pair below the list of contacts: its picture, its events with their evidence, its coverage."""

from __future__ import annotations

from collections.abc import Iterator

from rejoinder.acts import Coverage, Event
from rejoinder.app.contact_table import after, day
from rejoinder.app.glyphs import Glyphs
from rejoinder.app.lanes import lanes, legend
from rejoinder.app.layout import Line
from rejoinder.app.meetings import End, Meeting
from rejoinder.app.wrapping import safe, wrap
from rejoinder.archive.capture import told
from rejoinder.counting import counted
from rejoinder.reports.contacts import month

_SAID = {"witnessed": "witnessed", "inferred": "inferred", "bounded": "bounded by its dates"}


ONLY_CONTEXT = "Of {who} only posts that others quote or repost are here: whether it answered before cannot be known."


def pane(meeting: Meeting, width: int, glyphs: Glyphs) -> list[Line]:
    """All lines for a pair."""
    lines: list[Line] = [*lanes(meeting, width, glyphs)]
    if lines:
        lines += [((" " * 17 + legend(glyphs), "dim"),), ()]
    lines += [line for words, ink in sentences(meeting) for line in _wrapped(words, ink, width)]
    return lines


def sentences(meeting: Meeting) -> Iterator[tuple[str, str]]:
    """(sentence, ink), the answers first."""
    a, b, told = meeting.a, meeting.b, meeting.history
    ways = [(a, b, told.a_to_b), (b, a, told.b_to_a)]
    ways.sort(key=lambda each: -each[2].answer.unanswered if each[2].answer else 0)
    for who, whom, way in ways:
        if way.answer is not None:
            yield f"{who.label} answers {whom.label}: {_event(way.answer)}{after(way.answer)}", ""
            yield "  " + evidence(way.answer), "dim"
            if not who.is_collected:
                yield f"  {ONLY_CONTEXT.format(who=who.label)}", ""
        elif whom_addressed(meeting, who) and not who.is_here:
            yield f"No post of {who.label} is in this archive: whether it answered cannot be known.", ""
    yield f"coverage: {covered(a, meeting.coverage[0])} · {covered(b, meeting.coverage[1])}", "dim"
    for who, whom, way in ways:
        for event, name in ((way.first_address, "first addresses"), (way.first_reply, "first replies to")):
            if event is not None and not (way.answer and name != "first addresses" and event.act == way.answer.act):
                how = f" ({event.act.kind})" if name == "first addresses" else ""
                yield f"{who.label} {name} {whom.label}{how}: {_event(event)} · {evidence(event)}", "dim"
        for event in way.resumed:
            yield f"{who.label} replies again to {whom.label}: {_event(event)} · {evidence(event)}", "dim"
    if told.turns:
        several = f", {len(told.exchanges):,} exchanges" if len(told.exchanges) > 1 else ""
        yield f"longest exchange: {told.turns} turns{several}", "dim"
    yield from ((words, "dim") for words in _likes(meeting))


def whom_addressed(meeting: Meeting, end: End) -> bool:
    """Whether the other one addressed this one."""
    way = meeting.history.b_to_a if end is meeting.a else meeting.history.a_to_b
    return way.addresses > 0


def _event(event: Event) -> str:
    words = day(event.act)
    return words + (" (dated before what it replies to)" if event.contradicted else "")


def evidence(event: Event) -> str:
    """`witnessed · clock platform · capture, 2 sources that agree · post 20`."""
    parts = [_SAID[event.verdict], f"clock: {event.clock}"]
    witness = event.attested
    if witness is not None:
        count = "1 source" if witness.sources == 1 else f"{witness.sources} sources"
        same = "" if witness.sources == 1 else " that agree" if witness.agree else " whose texts differ"
        parts.append(f"{witness.by}, {count}{same}")
    return " · ".join([*parts, f"post {event.act.post}"])


def _likes(meeting: Meeting) -> Iterator[str]:
    for who, whom in ((meeting.a, meeting.b), (meeting.b, meeting.a)):
        likes = [act for act in meeting.history.acts if act.kind == "like" and act.source in who.numbers]
        undated = [act for act in likes if not act.dated]
        if likes:
            words = f"{who.label} likes {len(likes):,} of {whom.label}'s posts"
            yield words + (f", {len(undated):,} of the likes undated" if undated else "")


def covered(end: End, coverage: Coverage) -> str:
    """`mira_o 2019-03 – 2022-02, nothing in 2020-08, 3 parents missing`."""
    if not coverage.posts:
        return f"{end.label}: no posts here"
    parts = [f"{end.label} {_span(coverage)}"]
    gaps = coverage.gaps
    if gaps:
        shown = [month(first) if first == last else f"{month(first)} to {month(last)}" for first, last in gaps[:3]]
        parts.append(f"nothing in {', '.join(shown)}" + _more(len(gaps) - 3))
    else:
        parts.append("no gap")
    if coverage.missing_parents:
        parts.append(f"{counted(coverage.missing_parents, 'parent')} missing")
    if coverage.context == coverage.posts:
        parts.append("only posts that others quote or repost")
    if coverage.missed:
        parts.append(told(coverage.missed))
    if coverage.undated:
        parts.append(f"{counted(coverage.undated, 'post')} undated")
    return ", ".join(parts)


def _more(gaps: int) -> str:
    return f" and {gaps:,} more gap{'' if gaps == 1 else 's'}" if gaps > 0 else ""


def _span(coverage: Coverage) -> str:
    if not coverage.months:
        return "undated"
    first, last = month(coverage.months[0]), month(coverage.months[-1])
    return first if first == last else f"{first} to {last}"


def _wrapped(words: str, ink: str, width: int) -> Iterator[Line]:
    words = safe(words)
    for start, end in wrap(words, width):
        yield ((words[start:end], ink),)
