"""How a terminal draws: the parameters of SGR sequences made canonical, and the shortest way from one pen to another.

A pen is a string: SGR parameters in a fixed order (`1;36`; nothing is the terminal's own look), and after a tab the
address of the link (OSC 8) that is being written. ECMA-48 8.3.117 and xterm's control sequences name the parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

PLAIN = ""
RESET = "\x1b[m"
_LINK = "\t"
_ON = {
    "1": "weight", "2": "faint", "3": "slant", "4": "line", "21": "line", "5": "blink", "6": "blink", "7": "reverse",
    "8": "hidden", "9": "strike", "51": "frame", "52": "frame", "53": "over",
}  # fmt: skip
_OFF = {
    "22": ("weight", "faint"), "23": ("slant",), "24": ("line",), "25": ("blink",), "27": ("reverse",),
    "28": ("hidden",), "29": ("strike",), "39": ("ink",), "49": ("paper",), "54": ("frame",), "55": ("over",),
}  # fmt: skip
_ORDER = (
    "weight", "faint", "slant", "line", "blink", "reverse", "hidden", "strike", "frame", "over", "ink", "paper",
)  # fmt: skip
_SEEN_ON_SPACE = frozenset(("line", "reverse", "strike", "frame", "over", "paper"))


class _Traits(NamedTuple):
    """A pen taken apart: the SGR parameters of each trait, and the link."""

    sgr: dict[str, str]
    link: str


@lru_cache(4096)
def after(pen: str, parameters: str) -> str:
    """The pen after an SGR sequence with these parameters; unknown ones are kept out of it."""
    traits, link = _traits(pen)
    traits = dict(traits)
    for number, whole in _numbers(parameters):
        if number in ("", "0"):
            traits.clear()
        elif number in _OFF:
            for ended in _OFF[number]:
                traits.pop(ended, None)
        elif (trait := _trait(number)) is not None:
            traits[trait] = whole
    return _join(traits, link)


def linked(pen: str, address: str) -> str:
    """The pen inside a link to this address; without an address the link ends."""
    return _join(_traits(pen).sgr, address)


@lru_cache(4096)
def shows_on_space(pen: str) -> bool:
    """Whether a space drawn with this pen can be told from one that is drawn with none."""
    traits, link = _traits(pen)
    return bool(link) or not _SEEN_ON_SPACE.isdisjoint(traits)


@lru_cache(16384)
def change(old: str, new: str) -> str:
    """The shortest sequences that make the new pen of the old one."""
    was, now = _traits(old), _traits(new)
    link = f"\x1b]8;;{now.link}\x1b\\" if was.link != now.link else ""
    if was.sgr == now.sgr:
        return link
    if not now.sgr:
        return RESET + link
    whole = ";".join(now.sgr[trait] for trait in _ORDER if trait in now.sgr)
    ways = [f"\x1b[{';' if was.sgr else ''}{whole}m"]
    if was.sgr.keys() <= now.sgr.keys():
        more = (now.sgr[trait] for trait in _ORDER if trait in now.sgr and was.sgr.get(trait) != now.sgr[trait])
        ways.append(f"\x1b[{';'.join(more)}m")
    return min(ways, key=len) + link


@lru_cache(4096)
def _traits(pen: str) -> _Traits:
    sgr, _, link = pen.partition(_LINK)
    traits: dict[str, str] = {}
    for number, whole in _numbers(sgr) if sgr else ():
        if trait := _trait(number):
            traits[trait] = whole
    return _Traits(traits, link)


def _numbers(parameters: str) -> Iterator[tuple[str, str]]:
    """Each parameter with those that belong to it: (`38`, `38;5;200`), (`4`, `4:3`), (`1`, `1`)."""
    numbers = parameters.split(";")
    at = 0
    while at < len(numbers):
        number, size = numbers[at], 1
        if number in ("38", "48"):
            size = 3 if numbers[at + 1 : at + 2] == ["5"] else 5
        yield number.partition(":")[0], ";".join(numbers[at : at + size])
        at += size


def _trait(number: str) -> str | None:
    """What a parameter is about."""
    if number in _ON:
        return _ON[number]
    if len(number) == 2 and number[0] in "39" and number[1] in "012345678":
        return "ink"
    return (
        "paper"
        if number[:-1] in ("4", "10") and number[-1:] in ("012345678" if len(number) == 2 else "01234567")
        else None
    )


def _join(traits: dict[str, str], link: str) -> str:
    sgr = ";".join(traits[trait] for trait in _ORDER if trait in traits)
    return sgr + _LINK + link if link else sgr
