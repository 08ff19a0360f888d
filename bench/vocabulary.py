"""The invented words of the benchmark's posts: six languages, each with its own letters, common words first."""

from __future__ import annotations

import random
from collections.abc import Callable

_COMMON = {
    "en": "the to and of a in is you for it on that my with this be at are not have just so but me all was we what if "
    "they up do no can when out about from how new good day time people think know today",
    "es": "de la que el en y los no se del las un por con una para es lo me más está también año",
    "de": "der die und in den von zu das mit sich auf für ist im dem nicht ein eine auch über schön",
    "ja": "の に は て た が を 今日 です ます 日本 天気 仕事 写真 東京 好き",
    "ko": "이 그 나 너 것 수 오늘 정말 좋은 사람 우리 지금",
    "ar": "في من على أن إلى هذا ما لا كل يوم",
}
_ONSETS = ["b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "pl", "sh", "th"]
_NUCLEI = ["a", "e", "i", "o", "u", "ea", "ou", "an", "er", "in", "on", "es"]
LANGUAGES = tuple(_COMMON)
SHARES = (0.60, 0.12, 0.08, 0.12, 0.04, 0.04)
"""How much of the posts is in each language."""


def words(language: str, many: int = 60_000) -> list[str]:
    """The vocabulary of a language, the commonest words first; always the same."""
    chance = random.Random(f"words of {language}")
    make = _MAKERS.get(language, _syllables)
    found = dict.fromkeys(_COMMON[language].split())
    if language == "ja":
        many = 6_000
    while len(found) < many:
        found[make(chance)] = None
    return list(found)


def _syllables(chance: random.Random) -> str:
    count = 1 + min(int(chance.expovariate(0.7)), 4)
    return "".join(chance.choice(_ONSETS) + chance.choice(_NUCLEI) for _ in range(count + (chance.random() < 0.6)))


def _sign(chance: random.Random) -> str:
    return chr(chance.randrange(0x3042, 0x3090) if chance.random() < 0.3 else chance.randrange(0x4E00, 0x6E00))


def _hangul(chance: random.Random) -> str:
    return "".join(chr(0xAC00 + 28 * chance.randrange(399)) for _ in range(chance.randrange(2, 5)))


def _arabic(chance: random.Random) -> str:
    return "".join(chance.choice("ابتثجحخدذرزسشصضطظعغفقكلمنهوي") for _ in range(chance.randrange(3, 7)))


_MAKERS: dict[str, Callable[[random.Random], str]] = {"ja": _sign, "ko": _hangul, "ar": _arabic}
