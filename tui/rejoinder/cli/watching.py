"""`rejoinder contacts --watch`: each first answer as it comes, by an import or in the tail of what is followed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rejoinder.app.configuration import configure
from rejoinder.app.contact_table import news
from rejoinder.app.first_answers import answering
from rejoinder.app.meetings import End, Meeting, meet, written
from rejoinder.app.reporting import row
from rejoinder.app.settings import resumed_after
from rejoinder.archive.opening import locate
from rejoinder.archive.tail import Tail
from rejoinder.cli.contacts import found
from rejoinder.cli.naming import one_account, open_named
from rejoinder.cli.output import json_lines, say

if TYPE_CHECKING:
    from rejoinder.acts import Event
    from rejoinder.archive.protocol import Archive, Key
    from rejoinder.archive.sqlite.joined import JoinedArchive

_PATIENCE = 1.0
"""Seconds between two looks."""
Identity = tuple[str, ...]
"""An answer by the names of who answered, "", and whom: they stay through imports, as account numbers do not."""
_Found = tuple[Meeting, End, End, "Event"]


def watch(name: str, as_json: bool, asked: dict[str, Any]) -> None:
    """A line for each answer that was not there at the first look; ended by Ctrl-C."""
    open_named(name).close()  # says what is wrong with the name
    watcher = Watcher(locate(name), as_json, asked)
    while True:
        watcher.look()
        time.sleep(_PATIENCE)


class Watcher:
    """Looks at an archive, and at the tail beside it, again and again."""

    def __init__(self, path: Path, as_json: bool, asked: dict[str, Any]) -> None:
        """`asked` are the options of `contacts.found`."""
        self._path, self._tail = path, Tail(path)
        self._as_json, self._asked = as_json, asked
        self._stamps: tuple[object, object] = (None, None)
        self._archive: JoinedArchive | None = None
        self._known: set[Identity] | None = None

    def look(self) -> None:
        """Print what has come since the last look; the first prints nothing."""
        before, now = self._stamps, (_stamp(self._path), _stamp(self._tail.path))
        if now == before or now[0] is None:
            return
        self._stamps = now
        if self._archive is None or now[0] != before[0]:
            self.close()
            self._archive = self._tail.joined()
            self._take(_answers(found(self._archive, **self._asked)), is_first=self._known is None)
        else:
            self._take(self._grown(self._archive, self._archive.renew()))

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive is not None:
            self._archive.close()

    def _grown(self, archive: Archive, keys: Sequence[Key]) -> Iterator[_Found]:
        """Answers of the tail. Two accounts, or sides, are looked at whole; of all pairs those that the posts are of:
        pairs are ranked by the sealed archive, which does not know the tail."""
        if self._asked["pair"] or self._asked["sides_file"]:
            yield from _answers(found(archive, **self._asked))
            return
        only = one_account(archive, self._asked["account"]).number if self._asked["account"] else None
        for who, whom, event in answering(archive, keys):
            if only in (None, who.account, whom.account) and event.unanswered >= self._asked["min_unanswered"]:
                one, other = (End((party,)) for party in archive.parties([who.account, whom.account]))
                resumed = resumed_after(configure().settings)
                yield meet(archive, one, other, resumed=resumed), one, other, event

    def _take(self, answers: Iterator[_Found], is_first: bool = False) -> None:
        known = self._known if self._known is not None else set()
        for meeting, who, whom, answer in answers:
            identity = (*_names(who), "", *_names(whom))
            if not is_first and identity not in known:
                self._print(meeting, who, whom, answer)
            known.add(identity)
        self._known = known

    def _print(self, meeting: Meeting, who: End, whom: End, answer: Event) -> None:
        if self._as_json:
            json_lines([row(meeting)])
        else:
            say(news(who.label, whom.label, answer))
        sys.stdout.flush()


def _answers(meetings: Iterator[Meeting]) -> Iterator[_Found]:
    for meeting in meetings:
        told = meeting.history
        for way, who, whom in ((told.a_to_b, meeting.a, meeting.b), (told.b_to_a, meeting.b, meeting.a)):
            if way.answer is not None:
                yield meeting, who, whom, way.answer


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is replaced."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_mtime_ns, state.st_ino


def _names(end: End) -> list[str]:
    return [written(party) for party in end.parties]
