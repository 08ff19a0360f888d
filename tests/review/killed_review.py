"""A scripted review that tells each act once it is durable, as the screen would: it is there to be killed.

`python -m tests.review.killed_review JOURNAL ACTS SEED`
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from rejoinder.review.acts import fold
from rejoinder.review.codebook import BUILT_IN, DEFAULT, MARK, YES
from rejoinder.review.journal import Journal
from rejoinder.review.pen import Pen

POSTS = 400


def main(path: Path, acts: int, seed: int) -> None:
    """Go on with the review until so many acts stand in the journal; each is told on standard output when durable."""
    dice = random.Random(seed)
    pen = Pen(path, "ada", DEFAULT)
    tags = DEFAULT.tags
    assert tags is not None
    while pen.last < acts:
        post = [f"x:{dice.randrange(POSTS)}"]
        kind = dice.random()
        if kind < 0.6:
            act = pen.set(post, DEFAULT.verdict, dice.choice(["include", "exclude", "unsure"]), "q")
        elif kind < 0.75:
            act = pen.add(post, tags, dice.choice(["cost", "safety"]), on=dice.random() < 0.7)
        elif kind < 0.82:
            act = pen.set(post, BUILT_IN["note"], f"words {dice.random()}\nand more")
        elif kind < 0.86:
            act = pen.set([f"x:{n}" for n in range(dice.randrange(2, 60))], BUILT_IN[MARK], YES)
        elif kind < 0.95:
            act = pen.undo()
        else:
            act = pen.redo()
        if act is not None:
            os.write(1, f"{act.number}\n".encode())
    pen.close()


def kill_once(path: Path, acts: int, seed: int, after: float) -> tuple[int, int]:
    """Let the script run for so many seconds, kill it with SIGKILL; (the last act told, acts in the journal).

    Raises AssertionError where an act that was told is not there, or the table is not the fold of the acts.
    """
    command = [sys.executable, "-m", "tests.review.killed_review", str(path), str(acts), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        told = first + process.stdout.read()
    whole = told[: told.rfind(b"\n") + 1].split()
    last = int(whole[-1]) if whole else 0
    journal = Journal(path)
    numbers = [act.number for act in journal.acts()]
    assert numbers == list(range(1, len(numbers) + 1)), "an act is missing in the midst"
    assert len(numbers) >= last, f"act {last} was shown and is lost: the journal ends at {len(numbers)}"
    standing: dict[tuple[str, str], set[str]] = {}
    for code in journal.codes():
        standing.setdefault((code.post, code.variable), set()).add(code.value)
    assert standing == fold([change for act in journal.acts() for change in act.changes])
    assert journal.ask("pragma integrity_check") == [("ok",)]
    journal.close()
    return last, len(numbers)


def kill_often(folder: Path, times: int, acts: int, seconds: float) -> dict[str, int]:
    """Kill a review of so many acts so many times, at random moments; a review that is done begins anew."""
    dice = random.Random(11)
    figures = {"kills": 0, "acts shown": 0, "acts lost": 0, "durable but not yet shown": 0, "reviews done": 0}
    path, before = folder / "0.journal", 0
    for n in range(times):
        last, there = kill_once(path, acts, n, dice.random() * seconds)
        figures["kills"] += 1
        figures["acts shown"] += max(0, last - before)
        figures["durable but not yet shown"] += there - max(last, before)
        before = there
        if there >= acts:
            figures["reviews done"] += 1
            path, before = folder / f"{n + 1}.journal", 0
    return figures


if __name__ == "__main__":
    if sys.argv[1] == "often":
        print(kill_often(Path(sys.argv[2]), int(sys.argv[3]), 2_000, float(sys.argv[4])))
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
