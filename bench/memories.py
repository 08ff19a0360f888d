"""Peers that hold all posts in memory: VisiData, and a plain list of msgspec Structs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.environments import environment, missing
from bench.figures import Figure
from bench.import_bench import MEMORY, SPEED
from bench.meter import measure
from bench.query_bench import COUNT, FROM, MONTHS, REGEX

_VISIDATA = """
import sys, visidata
sheet = visidata.vd.openPath(visidata.Path(sys.argv[1]), filetype="jsonl")
sheet.ensureLoaded()
visidata.vd.sync()
assert sheet.rows
"""
_STRUCTS = """
import collections, gc, json, msgspec, re, sys, time
class User(msgspec.Struct, gc=False):
    screen_name: str
class Post(msgspec.Struct, gc=False):
    id_str: str
    created_at: str
    full_text: str
    user: User
started = time.perf_counter()
gc.disable()
decode = msgspec.json.Decoder(Post).decode
with open(sys.argv[1], "rb", 1 << 20) as file:
    posts = [decode(line) for line in file]
taken = {"import": time.perf_counter() - started}
word, odd = re.compile(r"\\bthe\\b", re.I).search, re.compile("p(eo|ea)ple").search
def newest(test):
    return [post for post in reversed(posts) if test(post.full_text)][:50]
asked = {
    sys.argv[2]: lambda: sum(1 for post in posts if word(post.full_text)),
    sys.argv[3]: lambda: sum(1 for post in posts if post.user.screen_name == "alice" and word(post.full_text)),
    sys.argv[4]: lambda: newest(odd),
    sys.argv[5]: lambda: collections.Counter(post.created_at[4:7] + post.created_at[26:] for post in posts),
}
for what, ask in asked.items():
    started = time.perf_counter()
    ask()
    taken[what] = time.perf_counter() - started
print(json.dumps(taken))
"""


def visidata(posts: Path, count: int) -> Iterator[Figure]:
    """VisiData: all of the file in memory, asked through its own package."""
    home = environment("visidata")
    if home is None:
        yield missing("VisiData", SPEED, "pip install visidata")
        return
    try:
        done = measure([str(home / "python"), "-c", _VISIDATA, str(posts)])
    except RuntimeError as error:
        yield Figure(SPEED, "VisiData", None, "", f"it failed: {error}")
        return
    yield Figure(SPEED, "VisiData", count / done.wall, "posts/s", "at every opening")
    yield Figure(MEMORY, "VisiData", done.memory, "MB")


def structs(posts: Path, count: int) -> Iterator[Figure]:
    """A list of Structs of four fields: the fastest way to hold posts in Python; asked in the same process."""
    done = measure([sys.executable, "-c", _STRUCTS, str(posts), COUNT, FROM, REGEX, MONTHS])
    taken = json.loads(done.out)
    yield Figure(SPEED, "msgspec list", count / taken.pop("import"), "posts/s", "at every opening")
    yield Figure(MEMORY, "msgspec list", done.memory, "MB")
    for what, seconds in taken.items():
        yield Figure(what, "msgspec list", seconds * 1000, "ms")
