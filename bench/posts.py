"""Made-up posts as Twitter's API v1.1 writes them, as many as wanted, oldest first; the same for the same number.

`python -m bench.posts NUMBER FILE`. What counts for a benchmark is like what is known of real ones: accounts, words and
tags by Zipf's law, a third of the posts replies, one conversation of thousands, parents that are missing, mentions,
links and pictures as t.co addresses with right offsets, quotes, reposts, times from 2006 on and the ids of those times.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from bench.vocabulary import LANGUAGES, SHARES, words

Ints = npt.NDArray[np.int64]
CHUNK = 50_000
LARGEST = 2_000
"""Replies that are led into one conversation, where there are posts enough; with what answers them it has 3,000."""
_FIRST, _LAST = 1_142_899_200_000, 1_767_225_600_000
_EPOCH = 1_288_834_974_657
_TAGS = 4_000
_MISSING, _NONE = -2, -1
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write(number: int, path: Path) -> None:
    """Write so many posts, one a line."""
    town = _Town(number)
    with path.open("wb", 1 << 20) as file:
        for low in range(0, number, CHUNK):
            file.write(b"".join(town.lines(low, min(number, low + CHUNK))))


class _Town:
    """All that is decided for the whole: who, when, in answer to what; the words are drawn chunk by chunk."""

    def __init__(self, number: int) -> None:
        chance = self._chance = np.random.default_rng(number)
        self._accounts = max(1_000, number // 100)
        time = np.sort(_FIRST + ((_LAST - _FIRST) * chance.random(number) ** 0.62).astype(np.int64))
        self._time = time - time % 1000
        count = np.arange(number)
        flake = (self._time - _EPOCH) << 22 | count & 0x3FFFFF
        self._id = np.where(self._time < _EPOCH, 20 + 7 * count, flake)
        self._author = self._zipf(self._accounts, number, 0.95)
        self._parent = _parents(chance, number)
        self._vocabulary = {language: words(language) for language in LANGUAGES}
        self._names = [
            f"{word[:9]}{n % 90 or ''}_{n:x}"[:15] for n, word in enumerate(islice(self._endless(), self._accounts))
        ]
        self._names[:3] = ["newsdesk", "alice", "bob"]
        self._tags = ["news", *self._vocabulary["en"][60 : 60 + _TAGS]]
        self._speaks = chance.choice(len(LANGUAGES), self._accounts, p=SHARES)
        self._speaks[:3] = 0
        self._quotable: list[dict[str, Any]] = []

    def person(self, account: int) -> dict[str, Any]:
        """An account as its posts, and those that name it, show it."""
        name = self._names[account]
        return {"id_str": str(10_000 + account), "id": 10_000 + account, "screen_name": name, "name": name.title()}

    def _endless(self) -> Iterator[str]:
        own = self._vocabulary["en"][80:]
        while True:
            yield from own

    def _zipf(self, kinds: int, many: int, slope: float) -> Ints:
        """So many numbers below `kinds`, the small ones often."""
        weight = np.cumsum(1 / (np.arange(kinds) + 3.7) ** slope)
        return np.searchsorted(weight, self._chance.random(many) * weight[-1])

    def lines(self, low: int, high: int) -> Iterator[bytes]:
        """The posts with these numbers."""
        many = high - low
        lengths = np.minimum(self._chance.gamma(1.8, 5.5, many).astype(np.int64) + 1, 45)
        language = np.where(self._chance.random(many) < 0.93, self._speaks[self._author[low:high]], 0)
        drawn = {n: iter(self._words(n, int(lengths[language == n].sum()) * (1 + (n == 3)))) for n in range(6)}
        dice = self._chance.random((many, 8)).tolist()
        named, tagged = self._zipf(self._accounts, many, 0.95).tolist(), self._zipf(len(self._tags), many, 1.0).tolist()
        likes = self._chance.pareto(0.9, many).astype(np.int64).tolist()
        for n, (length, tongue, roll) in enumerate(zip(lengths.tolist(), language.tolist(), dice, strict=True)):
            own = [next(drawn[tongue]) for _ in range(length * (1 + (tongue == 3)))]
            post = _Draft(self, low + n, LANGUAGES[tongue], roll)
            yield msgspec.json.encode(post.made(own, named[n], self._tags[tagged[n]], likes[n])) + b"\n"

    def _words(self, language: int, many: int) -> list[str]:
        own = self._vocabulary[LANGUAGES[language]]
        return [own[n] for n in self._zipf(len(own), many, 1.0).tolist()]


def _parents(chance: np.random.Generator, number: int) -> Ints:
    """For each post the number of the one it replies to, mostly a recent one; missing ones and none are negative."""
    own = np.arange(number)
    recent = own - 1 - chance.exponential(400, number).astype(np.int64)
    dice = chance.random(number)
    parent = np.where(dice < 0.36, np.maximum(recent, 0), np.where(dice < 0.38, _MISSING, _NONE))
    parent[0] = _NONE
    root, size = number // 2, min(LARGEST, number // 20)
    members = np.sort(chance.choice(np.arange(root + 1, min(number, root + 8 * size)), size, replace=False))
    back = np.minimum(chance.exponential(200, size).astype(np.int64), np.arange(size))
    parent[members] = np.where((dice[members] < 0.4) | (back == 0), root, members[np.arange(size) - back])
    return parent


class _Draft:
    """One post while its text grows, with the entities that point into it."""

    def __init__(self, town: _Town, number: int, language: str, roll: list[float]) -> None:
        self._town, self._number, self._language, self._roll = town, number, language, roll
        self._text = ""
        self._entities: dict[str, list[dict[str, Any]]] = {
            "hashtags": [],
            "user_mentions": [],
            "urls": [],
            "symbols": [],
        }
        self._media: list[dict[str, Any]] = []

    def made(self, own: list[str], named: int, tag: str, likes: int) -> dict[str, Any]:
        """The object, from its words, an account and a tag that it may name, and its likes."""
        town, roll, number = self._town, self._roll, self._number
        parent, author, id = int(town._parent[number]), int(town._author[number]), int(town._id[number])
        to = named if parent == _MISSING else int(town._author[parent]) if parent >= 0 else -1
        if to >= 0 and to != author:
            self._mention(to)
        self._append(html.escape(self._sentence(own), quote=False))
        if roll[0] < 0.14 and named not in (author, to):
            self._mention(named)
        if roll[1] < 0.16:
            self._point("hashtags", f"#{tag}", text=tag)
        if roll[2] < 0.15:
            self._link(f"https://example.org/{int(roll[2] * 1e9):x}/story")
        quoted = self._chosen(roll[3], 0.03)
        if quoted:
            self._link(f"https://twitter.com/{quoted['user']['screen_name']}/status/{quoted['id_str']}")
        if roll[4] < 0.16:
            self._picture(id, town._names[author], own, roll[4])
        post = self._post(id, author, parent, to, likes)
        if quoted:
            post |= {"is_quote_status": True, "quoted_status_id_str": quoted["id_str"], "quoted_status": quoted}
        elif parent == _NONE and (original := self._chosen(roll[3] - 0.03, 0.03)):
            self._repost(post, original)
        elif parent == _NONE and not self._media and len(town._quotable) < 2_000 and roll[5] < 0.1:
            town._quotable.append(dict(post))
        return post

    def _chosen(self, roll: float, share: float) -> dict[str, Any] | None:
        known = self._town._quotable
        return known[int(roll / share * len(known))] if known and 0 <= roll < share else None

    def _sentence(self, own: list[str]) -> str:
        if self._language == "ja":
            return "".join(own)
        roll, middle = self._roll[6], len(own) // 2
        if roll < 0.3:
            own[middle] += "," if roll < 0.2 else ".\n\n" if roll < 0.22 else "."
        elif roll > 0.9:
            own[-1] += " 😂" if roll > 0.95 else " & <3" if roll > 0.94 else "!!"
        text = " ".join(own)
        return text.capitalize() if self._roll[7] > 0.6 else text

    def _append(self, piece: str) -> tuple[int, int]:
        start = len(self._text) + bool(self._text)
        self._text = f"{self._text} {piece}" if self._text else piece
        return start, len(self._text)

    def _point(self, kind: str, piece: str, **fields: Any) -> None:
        self._entities[kind].append({**fields, "indices": self._append(piece)})

    def _mention(self, account: int) -> None:
        self._point("user_mentions", f"@{self._town._names[account]}", **self._town.person(account))

    def _link(self, address: str) -> None:
        short = f"https://t.co/{self._number:x}{len(self._entities['urls'])}u"
        self._point("urls", short, url=short, expanded_url=address, display_url=address[8:38])

    def _picture(self, id: int, name: str, own: list[str], roll: float) -> None:
        short, kind = f"https://t.co/{self._number:x}m", "photo" if roll < 0.12 else "video"
        medium = {
            "id_str": str(id + 1),
            "type": kind,
            "url": short,
            "expanded_url": f"https://twitter.com/{name}/status/{id}/{kind}/1",
            "display_url": f"pic.twitter.com/{self._number:x}",
            "media_url_https": f"https://media.example/{self._number:x}.jpg",
            "indices": self._append(short),
        }
        self._media = [medium | {"ext_alt_text": " ".join(own[:5])} if roll < 0.05 else medium]

    def _post(self, id: int, author: int, parent: int, to: int, likes: int) -> dict[str, Any]:
        town = self._town
        answered = parent != _NONE
        above = str(int(town._id[parent])) if parent >= 0 else str(id - (id >> 10) - 1)
        post: dict[str, Any] = {
            "created_at": _written(int(town._time[self._number])),
            "id": id,
            "id_str": str(id),
            "full_text": self._text,
            "truncated": False,
            "display_text_range": [0, len(self._text)],
            "entities": self._entities,
            "source": '<a href="https://client.example" rel="nofollow">Client</a>',
            "in_reply_to_status_id_str": above if answered else None,
            "in_reply_to_user_id_str": town.person(to)["id_str"] if answered else None,
            "in_reply_to_screen_name": town._names[to] if answered else None,
            "user": town.person(author),
            "is_quote_status": False,
            "retweet_count": likes // 5,
            "favorite_count": likes,
            "lang": self._language,
        }
        if self._media:
            post["extended_entities"] = {"media": self._media}
            post["entities"] = self._entities | {"media": self._media}
        return post

    def _repost(self, post: dict[str, Any], original: dict[str, Any]) -> None:
        """Make of the post one that only passes on another."""
        name = original["user"]["screen_name"]
        self._entities = _no_entities()
        self._text = "RT"
        self._point("user_mentions", f"@{name}", **original["user"])
        post.pop("extended_entities", None)
        post |= {
            "full_text": f"{self._text}: {original['full_text']}",
            "entities": self._entities,
            "retweeted_status": original,
        }


def _no_entities() -> dict[str, list[dict[str, Any]]]:
    return {"hashtags": [], "user_mentions": [], "urls": [], "symbols": []}


def _written(time: int) -> str:
    """A time in ms as the API writes it, in no locale's words."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)
    day, month = _WEEKDAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment:%d %H:%M:%S} +0000 {moment.year}"


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
