"""Accounts, hashtags and links that a post names, read from its text where an export has no entities.

The rules are those of the platform, as twitter-text's conformance cases state them; tests/formats/test_entities.py runs
the cases and lists where this module differs, with the reason. The one large difference: a link is taken for one only
with `http://` or `https://` before it, for without a list of all top-level domains `notes.txt` would be one too.

Names are looked for with the library `regex`, which knows scripts; it takes 20 ms to import, so only such exports pay.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_LETTER = r"[\p{L}\p{M}]"
_SPECIAL = r"_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
"""What may stand in a hashtag beside letters and digits: joiners, Hebrew and Tibetan signs, dashes, middle dots."""
_MENTION = r"""
    (?<= ^ | [^a-zA-Z0-9_!\#$%&*@＠] | (?:^|[^a-zA-Z0-9_+~.\-])[rR][tT]:? )
    [@＠] (?P<name>[a-zA-Z0-9_]{1,20}+)
    (?! [@＠] | (?! [a-zA-Z] ) \p{Latin} | :// )
"""
_TAG = rf"""
    (?<= ^ | [\ufe0e\ufe0f] | [^&\p{{L}}\p{{M}}\p{{Nd}}{_SPECIAL}] | \p{{So}}\p{{M}} )
    [\#＃] (?![\ufe0f\u20e3])
    (?P<name> [\p{{L}}\p{{M}}\p{{Nd}}{_SPECIAL}]*+ )
    (?! [\#＃] | :// )
"""
_LABEL = r"[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}_\-]{0,61}[\p{L}\p{M}\p{N}])?"
_DOMAIN = r"[\p{L}\p{M}\p{N}✪](?:[\p{L}\p{M}\p{N}✪\-]{0,61}[\p{L}\p{M}\p{N}✪])?"
_PATH = r"[a-zA-Z0-9\p{Cyrillic}\p{Latin}!*';:=+,.$%\#\[\]\-\u2013_~@|&?/()]"
_LAST = r"[a-zA-Z0-9\p{Cyrillic}\p{Latin}=\#/+\-_&?)]"
_LINK = rf"""
    (?<! [A-Za-z0-9@＠$\#＃] )
    https?://
    (?:
        (?: t\.co/[a-zA-Z0-9]{{1,40}}+ (?![a-zA-Z0-9]) (?: \?{_PATH}*{_LAST} )? )
      | (?! t\.co/ )
        (?: {_LABEL}\. )* (?! xn--[^a-z0-9\-.]* [^\x00-\x7f] ) {_DOMAIN}
        \. (?: [a-zA-Z]{{2,}}+ | (?![a-zA-Z])\p{{L}}{{2,}}+ )
        (?! [\-_@] ) (?: :[0-9]+ )?
        (?: [/?] (?: {_PATH}*{_LAST} )? )?
    )
"""


@cache
def _compiled(pattern: str) -> Any:
    import regex

    return regex.compile(pattern, regex.VERBOSE | regex.IGNORECASE)


def named_in(text: str) -> list[str]:
    """Handles that the text names, without @, in their order."""
    if "@" not in text and "＠" not in text:
        return []
    return [found["name"] for found in _compiled(_MENTION).finditer(_without_links(text))]


def tags_in(text: str) -> list[str]:
    """Hashtags, without #, in their order: such as hold a letter."""
    if "#" not in text and "＃" not in text:
        return []
    found = (each["name"] for each in _compiled(_TAG).finditer(_without_links(text)))
    return [name for name in found if _compiled(_LETTER).search(name)]


def links_in(text: str) -> list[str]:
    """Addresses that begin with http:// or https://, in their order."""
    if "://" not in text:
        return []
    return [_closed(found[0]) for found in _compiled(_LINK).finditer(text)]


def _without_links(text: str) -> str:
    """The text with spaces for its links: what stands in an address is no name."""
    return _compiled(_LINK).sub(lambda found: " " * len(found[0]), text) if "://" in text else text


def _closed(link: str) -> str:
    """The link without a parenthesis that the text around it opened."""
    while link.endswith(")") and link.count("(") < link.count(")"):
        link = link[:-1]
    return link
