"""Gaps of a capture: a collector that was down is told from people who were silent."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from rejoinder.app.contact_pane import covered
from rejoinder.app.meetings import End, meet
from rejoinder.archive.capture import MINUTE, gaps, shortest_gap, silences, told
from rejoinder.archive.opening import open_archive
from rejoinder.cli.following import Follower
from rejoinder.cli.importing import import_paths
from rejoinder.reports.contacts import coverage_row

START = 1_700_000_040_000
assert START % MINUTE == 0


def counted(*counts: int) -> list[tuple[int, int]]:
    starts = [START + n * MINUTE for n in range(len(counts) + 1)]
    return [((begin - START) // MINUTE, (end - START) // MINUTE) for begin, end in silences(starts, counts)]


def test_empty_minutes_of_a_busy_capture_are_a_gap() -> None:
    assert counted(9, 8, 0, 0, 0, 7, 9) == [(2, 5)]
    assert counted(*[8] * 50, *[0] * 30, *[8] * 50, *[0] * 40, 8) == [(50, 80), (130, 170)]


def test_one_empty_minute_and_the_silence_at_both_ends_are_none() -> None:
    assert counted(9, 0, 9) == []
    assert counted(0, 0, 0, 9, 9, 0, 0) == []
    assert counted() == counted(0, 0) == []


def test_a_capture_that_brings_little_has_no_gaps_that_could_be_told_from_silence() -> None:
    assert counted(1, 0, 0, 0, 0, 0, 1, 0, 1) == []
    assert shortest_gap(0.001, 10_000) is None


@pytest.mark.parametrize("rate", [1.5, 4.0, 20.0])
def test_chance_alone_hardly_ever_makes_a_gap(rate: float) -> None:
    dice, found = random.Random(4), 0
    for _ in range(40):
        counts = [0] * 600
        at = 0.0
        while (at := at + dice.expovariate(rate)) < 600:
            counts[int(at)] += 1
        found += len(counted(*counts))
    assert found <= 2


def test_gaps_are_found_in_what_was_followed_alone(tmp_path: Path) -> None:
    def lines(first: int, minutes: list[int]) -> bytes:
        posts = (
            {
                "type": "post",
                "id": str(first + n * 10 + k),
                "platform": "test",
                "time": START + n * MINUTE + k * 1000,
                "author": "ada",
                "handle": "ada",
                "mentions": [{"id": "ben", "handle": "ben"}],
            }
            for n in minutes
            for k in range(9)
        )
        return b"".join(msgspec.json.encode(post) + b"\n" for post in posts)

    capture, kept = tmp_path / "stream.jsonl", tmp_path / "stream.rejoinder"
    capture.write_bytes(lines(0, [0, 1, 2]))
    Follower(kept, [str(capture)]).begin()
    with capture.open("ab") as file:
        file.write(lines(0, [50, 51]))
    follower = Follower(kept, [str(capture)])
    follower.begin()
    archive = follower.tail.joined()
    assert [(begin - START, end - START) for begin, end in gaps(archive)] == [(3 * MINUTE, 50 * MINUTE)]
    assert told(gaps(archive)) == "1 gap in the capture, 47 min"
    ((one,), (two,)) = (archive.parties_named(name) for name in ("ada", "ben"))
    meeting = meet(archive, End((one,)), End((two,)))
    assert "1 gap in the capture, 47 min" in covered(meeting.a, meeting.coverage[0])
    row = coverage_row(meeting.coverage[0])
    assert row["capture_gaps"] == [["2023-11-14T22:17:00Z", "2023-11-14T23:04:00Z"]]
    archive.close()
    other = tmp_path / "filling.jsonl"
    other.write_bytes(lines(10**6, list(range(3, 50))))
    import_paths(kept, [other])
    again = follower.tail.joined()
    assert told(gaps(again)) == "1 gap in the capture, 47 min"
    again.close()
    import_paths(tmp_path / "plain.rejoinder", [capture])
    plain = open_archive(tmp_path / "plain.rejoinder")
    assert gaps(plain) == []
    plain.close()
