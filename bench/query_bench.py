"""How soon an open archive answers: pages, first hits, counts, chains; and a whole process that counts a word."""

from __future__ import annotations

import contextlib
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rejoinder.archive import conditions as c
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive
from rejoinder.archive.tally import BY, By
from rejoinder.errors import Cancelled

RUNS = 15
COMMON = "the"
_EVERYTHING = c.Everything()


def run(path: Path) -> list[str]:
    """The table's lines: first answer and median, in ms. Counts are asked of a newly opened archive each time."""
    archive = open_archive(path)
    largest = max((archive.conversation(key) for key in _some_roots(archive)), key=len)
    deepest = max((node.key for node in largest if node.key > 0), key=lambda key: len(archive.ancestors(key)))
    chance = random.Random(5)
    rare = _rare_word(archive)
    word = c.Words((COMMON,))
    both = c.all_of([word, c.Words(("you",))])
    first, last = archive.figures().first or 0, archive.figures().last or 0
    bins = [first + (last + 1 - first) * at // 200 for at in range(201)]
    top_tag, spoken = _top(archive, "tag"), _spoken(archive)
    from_word = c.all_of([c.From(_busiest(archive)), word])
    lines = [
        _line("page at a random place", lambda: _page_somewhere(archive, chance)),
        _line(f"first 50 hits of `{COMMON}`", lambda: archive.page(word, None, "older", 50)),
        _line("first 50 hits of a rare word", lambda: archive.page(c.Words((rare,)), None, "older", 50)),
        _line("first 50 hits of th*", lambda: archive.page(c.Words(("th",), True), None, "older", 50)),
        _line("first 50 hits of two words", lambda: archive.page(both, None, "older", 50)),
        _line("first 50 hits of from: and a word", lambda: archive.page(from_word, None, "older", 50)),
        _line("first 50 hits of the top tag", lambda: archive.page(top_tag, None, "older", 50)),
        _line("first 50 hits of lang: has:media", lambda: archive.page(spoken, None, "older", 50)),
        _line("first 50 posts with 100 likes", lambda: archive.page(c.Numbers("likes", 100), None, "older", 50)),
        _line(f"exact count of `{COMMON}`", lambda: _fresh_count(path, word)),
        _line(r"count of /\bthe\b/, all texts read", lambda: _fresh_count(path, c.Pattern(r"\bthe\b")), 2),
        _line("count of parent:(the)", lambda: _fresh_count(path, c.Parent(word)), 5),
        _line("count of conv:(the)", lambda: _fresh_count(path, c.Beside(word)), 5),
        _line("histogram of everything, 200 bins", lambda: archive.histogram(_EVERYTHING, bins)),
        _line(f"histogram of `{COMMON}`, 200 bins", lambda: archive.histogram(word, bins)),
        *(_line(f"tally of `{COMMON}` by {by}", lambda by=by: _fresh_tally(path, word, by), 5) for by in BY),
        _line(f"conversation of {len(largest):,} posts", lambda: archive.conversation(largest[0].key)),
        _line("its replies and deepest chain", lambda: (archive.replies(largest[0].key), archive.ancestors(deepest))),
        _line("open and first page", lambda: _opened(path)),
        _line(f"process: search --count {COMMON}", lambda: _process(path)),
        _stopping(path),
    ]
    archive.close()
    return lines


def _line(name: str, ask: Callable[[], object], runs: int = RUNS) -> str:
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return f"{name:<34} first {taken[0]:8.2f} ms   median {statistics.median(taken):8.2f} ms"


def _some_roots(archive: Archive) -> list[int]:
    """Conversations worth looking at: those of the newest posts with many replies."""
    answered = archive.page(c.Numbers("replies", 20), None, "newer", 200)
    return sorted({entry.conversation for entry in answered})


def _rare_word(archive: Archive) -> str:
    """A word of which there are only a few."""
    from rejoinder.archive.text import tokens

    for entry in archive.page(_EVERYTHING, None, "newer", 500):
        for token in tokens(entry.post.text):
            if archive.count(c.Words((token,))).n <= 3:
                return token
    return "qwertyuiop"


def _page_somewhere(archive: Archive, chance: random.Random) -> None:
    at = archive.seek(_EVERYTHING, fraction=chance.random())
    archive.page(_EVERYTHING, at, "newer", 50)


def _top(archive: Archive, by: By) -> c.Condition:
    """The posts of the row that has the most."""
    return archive.tally(_EVERYTHING, by, limit=1)[0].condition or _EVERYTHING


def _busiest(archive: Archive) -> str:
    return archive.tally(_EVERYTHING, "account", limit=1)[0].label


def _spoken(archive: Archive) -> c.Condition:
    """Posts with media in the second most used language."""
    language = archive.tally(_EVERYTHING, "language")[:2][-1].condition
    return c.all_of([language or _EVERYTHING, c.Has("media")])


def _fresh_tally(path: Path, condition: c.Condition, by: By) -> None:
    archive = open_archive(path)
    archive.tally(condition, by)
    archive.close()


def _fresh_count(path: Path, condition: c.Condition) -> None:
    archive = open_archive(path)
    archive.count(condition)
    archive.close()


def _stopping(path: Path) -> str:
    """How long a question goes on after it is not wanted any more, at its worst."""
    archive = open_archive(path)
    worst = 0.0
    for condition in (c.Pattern(r"\bthe\b"), c.Beside(c.Words((COMMON,))), c.Not(c.Words(("th",), True))):
        for delay in (0.005, 0.02, 0.1):
            thread = threading.Thread(target=_until_cancelled, args=(archive, condition))
            thread.start()
            time.sleep(delay)
            asked = time.perf_counter()
            archive.cancel()
            thread.join()
            worst = max(worst, time.perf_counter() - asked)
    archive.close()
    return f"{'a search is stopped within':<34} worst {worst * 1000:8.2f} ms"


def _until_cancelled(archive: Archive, condition: c.Condition) -> None:
    with contextlib.suppress(Cancelled):
        archive.count(condition)


def _opened(path: Path) -> None:
    archive = open_archive(path)
    archive.page(_EVERYTHING, None, "older", 50)
    archive.close()


def _process(path: Path) -> None:
    command = [sys.executable, "-m", "rejoinder", "search", str(path), COMMON, "--count"]
    subprocess.run(command, stdout=subprocess.PIPE, check=True)


if __name__ == "__main__":
    print("\n".join(run(Path(sys.argv[1]))))
