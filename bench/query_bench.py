"""How soon an open archive answers, and a whole process that counts a word: medians in ms.

Each question is asked as a person does, by a line of the search language. Counts and sets of hits are asked of a newly
opened archive each time, since an archive remembers what it has counted.
"""

from __future__ import annotations

import contextlib
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import OURS, Figure, line
from rejoinder.archive import conditions as c
from rejoinder.archive.conditions import Condition, Everything
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive
from rejoinder.archive.query import parse
from rejoinder.archive.tally import BY, By, edges
from rejoinder.errors import Cancelled, QueryError

RUNS = 15
VISITS = 800
"""Random places of a filter after which an archive knows the posts of nearly all windows of 65,536."""
EVERYTHING = Everything()
COUNT, PHRASE, BOTH, FROM, FIRST = (
    "count of a common word",
    "count of a phrase",
    "count of two words",
    "count of an account's word",
    "first 50 hits of a common word",
)
REGEX, WHOLE, MONTHS = "first 50 hits of a regex", "whole process that counts a word", "histogram by month"
SEARCHES = {
    FIRST: "the",
    "first 50 hits of a rare word": "day year",
    "first 50 hits of a phrase": '"of the"',
    "first 50 hits of two words": "the you",
    "first 50 hits of a two-letter prefix": "th*",
    "first 50 hits of an account's word": "from:alice the",
    "first 50 hits of a tag": "#news",
    "first 50 hits of language and media": "lang:ja has:media",
    REGEX: "/p(eo|ea)ple/",
}
COUNTS = {
    COUNT: "the",
    PHRASE: '"of the"',
    BOTH: "the you",
    FROM: "from:alice the",
    "count of a two-letter prefix": "th*",
    "count of language and media": "lang:ja has:media",
    "count of a regex, all texts read": "/p(eo|ea)ple/",
    "count of replies to a word's posts": "parent:(the)",
    "count of posts in a word's conversations": "conv:(the)",
}


def figures(path: Path) -> Iterator[Figure]:
    """All of the questions."""
    archive = open_archive(path)
    yield asked("open and first page", lambda: _opened(path))
    yield from _pages(archive)
    for what, query in SEARCHES.items():
        yield from _if_known(what, query, lambda each: archive.page(each, None, "older", 50))
    for what, query in COUNTS.items():
        yield from _if_known(what, query, lambda each: _fresh(path, lambda fresh: fresh.count(each)))
    yield from _chains(archive)
    yield from _charts(path, archive)
    archive.close()
    yield _stopping(path)
    yield asked(WHOLE, lambda: _process(path), "search --count, from exec to exit")


def condition(query: str) -> Condition:
    """What a line of the search bar means."""
    return parse(query, now=0).condition


def asked(what: str, ask: Callable[[], object], note: str = "", runs: int = RUNS) -> Figure:
    """The median of so many answers to a question."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return Figure(what, OURS, statistics.median(taken), "ms", note)


def _if_known(what: str, query: str, ask: Callable[[Condition], object]) -> Iterator[Figure]:
    """The question, unless the language does not know it, or the archive finds it too dear."""
    try:
        each = condition(query)
        yield asked(what, lambda: ask(each), query, 5 if "(" in query else RUNS)
    except QueryError as error:
        yield Figure(what, OURS, None, "ms", error.message)


def _pages(archive: Archive) -> Iterator[Figure]:
    chance = random.Random(5)
    word = condition("the")
    hits = archive.count(word).n

    def page(each: Condition) -> None:
        at = archive.seek(each, fraction=chance.random())
        archive.page(each, at, "newer", 50)

    yield asked("page at a random place", lambda: page(EVERYTHING))
    yield asked("page of a filter at a random place", lambda: page(word), f"of {hits:,} hits")
    for _ in range(VISITS):
        page(word)
    yield asked("page of a filter at a random place, its ids in", lambda: page(word), f"after {VISITS} others")
    place = archive.seek(word, fraction=0.5)
    yield asked("page of a filter next to a place", lambda: archive.page(word, place, "newer", 50))
    yield asked("next hit", lambda: archive.page(word, place, "newer", 1))
    yield asked("previous hit", lambda: archive.page(word, place, "older", 1))


def _chains(archive: Archive) -> Iterator[Figure]:
    answered = archive.page(condition("min_replies:20"), None, "newer", 200) if _knows("min_replies:20") else []
    answered = answered or archive.page(condition("is:reply"), None, "newer", 2_000)
    roots = sorted({entry.conversation for entry in answered})
    largest = max((archive.conversation(key) for key in roots), key=len)
    deepest = max((node.key for node in largest if node.key > 0), key=lambda key: len(archive.ancestors(key)))
    yield asked("a conversation's skeleton", lambda: archive.conversation(largest[0].key), f"of {len(largest):,} posts")
    yield asked(
        "its deepest chain", lambda: archive.ancestors(deepest), f"of {len(archive.ancestors(deepest)):,} posts"
    )


def _knows(query: str) -> bool:
    try:
        condition(query)
    except QueryError:
        return False
    return True


def _charts(path: Path, archive: Archive) -> Iterator[Figure]:
    """The time strip and a tally, of everything and of a search."""
    known = archive.figures()
    months = edges(known.first or 0, (known.last or 0) + 1, "month")
    word = condition("the")
    yield asked(MONTHS, lambda: _fresh(path, lambda fresh: fresh.histogram(EVERYTHING, months)))
    yield asked("histogram of a search", lambda: _fresh(path, lambda fresh: fresh.histogram(word, months)), "the")
    yield asked(
        "tally of everything by account", lambda: _fresh(path, lambda fresh: fresh.tally(EVERYTHING, "account"))
    )
    for by in BY:
        yield asked(
            f"tally of a search by {by}", lambda by=by: _fresh(path, lambda fresh: fresh.tally(word, by)), "the", 5
        )


def _stopping(path: Path) -> Figure:
    """How long a question goes on after it is not wanted any more, at its worst."""
    archive = open_archive(path)
    worst = 0.0
    for condition in (c.Pattern(r"\bthe\b"), c.Beside(c.Words(("the",))), c.Not(c.Words(("th",), True))):
        for delay in (0.005, 0.02, 0.1):
            thread = threading.Thread(target=_until_cancelled, args=(archive, condition))
            thread.start()
            time.sleep(delay)
            asked = time.perf_counter()
            archive.cancel()
            thread.join()
            worst = max(worst, time.perf_counter() - asked)
    archive.close()
    return Figure("a search is stopped within, at worst", OURS, worst * 1000, "ms")


def _until_cancelled(archive: Archive, condition: c.Condition) -> None:
    with contextlib.suppress(Cancelled, QueryError):
        archive.count(condition)


def _tally(each: Condition, by: By) -> Callable[[Archive], object]:
    return lambda archive: archive.tally(each, by)


def _fresh(path: Path, ask: Callable[[Archive], object]) -> None:
    archive = open_archive(path)
    ask(archive)
    archive.close()


def _opened(path: Path) -> None:
    _fresh(path, lambda archive: archive.page(EVERYTHING, None, "older", 50))


def _process(path: Path) -> None:
    command = [str(Path(sys.executable).with_name("rejoinder")), "search", str(path), "the", "--count"]
    subprocess.run(command, stdout=subprocess.PIPE, check=True)


if __name__ == "__main__":
    for found in figures(Path(sys.argv[1])):
        print(line(found))
