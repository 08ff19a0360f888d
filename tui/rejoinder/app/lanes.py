"""The two-lane picture of a pair, in characters: what A does to B above, what B does to A below, silence to scale.

Every kind of act has a sign of its own, so that nothing hangs on colour. In one cell the weightier sign stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from rejoinder.acts import Act, Event, Way
from rejoinder.app.glyphs import Glyphs
from rejoinder.app.layout import Line
from rejoinder.app.meetings import Meeting
from rejoinder.app.wrapping import cells, cut
from rejoinder.reports.dossier import at_once

LABEL = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000
_APART = 9
"""Cells between two dates on the axis, at least."""
_STEPS = ((0, 1), (0, 6), (0, 24), (0, 7 * 24), (1, 0), (3, 0), (12, 0), (24, 0), (60, 0), (120, 0))
"""(months, hours) between two dates of the axis."""


def lanes(meeting: Meeting, width: int, glyphs: Glyphs) -> list[Line]:
    """Axis, lane of A, lane of B; nothing where no act has a time."""
    told = meeting.history
    shown = [act for act in told.acts if act.time is not None]
    room = width - LABEL - 1
    if not shown or room < 10:
        return []
    scale = Scale(shown, room)
    signs = signs_of(glyphs)
    ends = (meeting.a, meeting.b)
    made: list[Line] = [((" " * LABEL, ""), (scale.axis(), "dim"))]
    for end, way in zip(ends, (told.a_to_b, told.b_to_a), strict=True):
        own = [act for act in shown if act.source in end.numbers]
        label = cut(end.label, LABEL - 3, glyphs.more)
        made.append(
            (
                (label + " " * (LABEL - 3 - cells(label)) + f" {glyphs.onward} ", ""),
                *_lane(own, way, scale, signs, glyphs),
            )
        )
    return made


def signs_of(glyphs: Glyphs) -> dict[str, str]:
    """The sign of each kind of act, the weightiest last."""
    return {
        "repost": glyphs.lane_repost,
        "mention": glyphs.lane_mention,
        "quote": glyphs.lane_quote,
        "reply": glyphs.lane_reply,
        "like": glyphs.lane_like,
        "answer": glyphs.answer,
    }


def legend(glyphs: Glyphs) -> str:
    """What the signs mean."""
    return "  ".join(f"{sign} {kind}" for kind, sign in reversed(signs_of(glyphs).items()))


class Scale:
    """From times to cells. Where all acts are of one moment, or one day, they stand in their order instead."""

    def __init__(self, acts: Sequence[Act], room: int) -> None:
        times = [act.time for act in acts if act.time is not None]
        self.low, self.high, self.room = min(times), max(times), room
        self._is_day = all(act.precision == "day" for act in acts)
        self.is_order = self.high - self.low < 1000 or (self.high - self.low < _DAY and self._is_day)
        self._places = {self._name(act): n for n, act in enumerate(acts)}
        self._most = max(1, len(acts) - 1)

    def _name(self, act: Act) -> tuple[str, int, int]:
        return act.kind, act.key, act.source

    def cell(self, act: Act) -> int:
        """The cell of an act."""
        if self.is_order:
            return round(self._places[self._name(act)] * min(self.room - 1, 8 * self._most) / self._most)
        return self.at(act.time or 0)

    def at(self, time: int) -> int:
        """The cell of a time."""
        return round((time - self.low) * (self.room - 1) / max(1, self.high - self.low))

    def axis(self) -> str:
        """Dates above the cells that they begin at."""
        if self.is_order:
            return at_once(self.low, self._is_day, len(self._places) > 1)[: self.room]
        line = [" "] * self.room
        end = -1
        for cell, label in self._dates():
            if cell > end and cell + len(label) <= self.room:
                line[cell : cell + len(label)] = label
                end = cell + len(label)
        return "".join(line)

    def _dates(self) -> Iterator[tuple[int, str]]:
        for months, hours in _STEPS:
            ticks = list(_ticks(self.low, self.high, months, hours, self.room // _APART + 2))
            if len(ticks) <= max(1, self.room // _APART):
                if not ticks:
                    ticks = [self.low]
                yield from ((self.at(tick), _date(tick, months, hours)) for tick in ticks)
                return
        yield 0, _date(self.low, 12)


def _ticks(low: int, high: int, months: int, hours: int, most: int) -> Iterator[int]:
    """The beginnings of stretches of time within a span, not many more than `most`."""
    moment = _EPOCH + timedelta(milliseconds=low)
    if months:
        number = (moment.year * 12 + moment.month - 1) // months * months
        for n in range(most + 2):
            year, month = divmod(number + n * months, 12)
            if not 1 <= year <= 9999:
                return
            at = int((datetime(year, month + 1, 1, tzinfo=UTC) - _EPOCH).total_seconds() * 1000)
            if low <= at <= high:
                yield at
            elif at > high:
                return
    else:
        step = hours * 3_600_000
        first = -(-low // step) * step
        yield from range(first, min(high + 1, first + step * (most + 2)), step)


def _date(time: int, months: int, hours: int = 24) -> str:
    moment = _EPOCH + timedelta(milliseconds=time)
    if months >= 12:
        return f"{moment.year}"
    if months:
        return f"{moment:%Y-%m}"
    return f"{moment:%Y-%m-%d}" if hours >= 24 else f"{moment:%d} {moment:%H:%M}"


def _lane(
    acts: Sequence[Act], way: Way, scale: Scale, signs: dict[str, str], glyphs: Glyphs
) -> Iterator[tuple[str, str]]:
    """The runs of one lane: signs, and a dotted line where an answer was waited for."""
    weights = list(signs)
    lane, inks = [" "] * scale.room, [""] * scale.room
    answer = way.answer
    if answer is not None and answer.since is not None and answer.since.time is not None and not scale.is_order:
        for cell in range(scale.at(answer.since.time), scale.cell(answer.act) if answer.act.time is not None else 0):
            lane[cell], inks[cell] = glyphs.silence, "dim"
    for kind, act in sorted(((_kind(act, answer), act) for act in acts), key=lambda each: weights.index(each[0])):
        cell = scale.cell(act)
        lane[cell] = signs[kind]
        inks[cell] = "strong" if kind == "answer" else "" if kind in ("reply", "like") else "dim"
    start = 0
    for cell in range(1, scale.room + 1):
        if cell == scale.room or inks[cell] != inks[start]:
            yield "".join(lane[start:cell]), inks[start]
            start = cell


def _kind(act: Act, answer: Event | None) -> str:
    return "answer" if answer is not None and act == answer.act else act.kind
