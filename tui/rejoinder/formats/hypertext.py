"""HTML of a post made plain text, with the addresses it links to; nothing of it is ever rendered or run.

What the platforms write is a small part of HTML: paragraphs, line breaks, links, lists, quotes, code. Everything else
is taken for the text inside of it. Scripts, styles and comments are left out whole.
"""

from __future__ import annotations

import re
from html import unescape

from rejoinder.formats.prose import line, plain

_TAGS = re.compile(r"<(/?[A-Za-z][^<>]*+|![^<>]*+)>")
"""No `<` or `>` inside (the platforms escape them in values): so a tag ends where it ends, damaged or not."""
_NAME = re.compile(r"/?[a-z][a-z0-9]*")
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n]+")
_LEFT_OUT = frozenset(("script", "style", "head", "template"))
_PARAGRAPHS = frozenset(("p", "/p", "ul", "/ul", "ol", "/ol", "/pre", "pre", "div", "/div", "table", "/table"))
_PARAGRAPHS |= {f"{end}h{level}" for end in ("", "/") for level in range(1, 7)}
_MANY_BREAKS = re.compile(r"\n{3,}")


def text_of(html: str) -> str:
    """The text of some HTML, cleaned."""
    return read(html)[0]


def read(html: str) -> tuple[str, tuple[str, ...]]:
    """The text of some HTML, cleaned, and the addresses of its links but those of mentions and hashtags, in order."""
    if "<" not in html:
        return plain(unescape(html) if "&" in html else html).strip("\n "), ()
    reader = _Reader()
    parts = _TAGS.split(html)
    reader.text(parts[0])
    for number in range(1, len(parts), 2):
        reader.tag(parts[number])
        if parts[number + 1]:
            reader.text(parts[number + 1])
    return reader.finished()


class _Reader:
    """What is read so far; a paragraph's break is written only when more text follows."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._links: list[str] = []
        self._breaks = 0
        self._at_edge = False
        self._quoted = 0
        self._kept_space = 0
        self._silent = ""
        self._quote_inline = False
        self._href: str | None = None
        self._anchor = 0

    def text(self, text: str) -> None:
        if self._silent or self._quote_inline:
            return
        if not self._kept_space and ("\n" in text or "\r" in text):
            text = _SPACE.sub(" ", text)
            if not self._parts or self._breaks:
                text = text.lstrip(" ")
        if "&" in text:
            text = unescape(text)
        if not text:
            return
        if self._breaks:
            self._break()
        elif self._quoted and not self._parts:
            self._parts.append("> ")
        if self._quoted and "\n" in text:
            text = text.replace("\n", "\n> ")
        self._parts.append(text)

    def _break(self) -> None:
        sign = "> " if self._quoted else ""
        if self._parts:
            between = "" if self._at_edge else sign
            self._parts.append(f"\n{between}" * (self._breaks - 1) + "\n" + sign)
        elif sign:
            self._parts.append(sign)
        self._breaks, self._at_edge = 0, False

    def tag(self, tag: str) -> None:
        found = _NAME.match(tag.lower())
        name = found.group() if found else ""
        if self._silent:
            if name == "/" + self._silent:
                self._silent = ""
        elif name in _PARAGRAPHS:
            self._paragraph(name, tag)
        elif name == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif name == "a":
            self._open(tag)
        elif name == "/a":
            self._close()
        elif name in ("li", "/li"):
            self._breaks = max(self._breaks, 1)
            if name == "li":
                self.text("- ")
        elif name == "blockquote":
            self._breaks, self._quoted, self._at_edge = 2, self._quoted + 1, True
        elif name == "/blockquote":
            self._breaks, self._quoted, self._at_edge = 2, max(self._quoted - 1, 0), True
        elif name in _LEFT_OUT:
            self._silent = name

    def _paragraph(self, name: str, tag: str) -> None:
        self._breaks = 2
        if name == "p":
            self._quote_inline = "quote-inline" in tag  # "RE: address", for programs that can't show a quote
        elif name == "/p":
            self._quote_inline = False
        elif name == "pre":
            self._kept_space += 1
        elif name == "/pre":
            self._kept_space = max(self._kept_space - 1, 0)

    def _open(self, tag: str) -> None:
        found = _HREF.search(tag)
        kind = _CLASS.search(tag)
        classes = kind.group(1).split() if kind else ()
        self._href = None
        if found is None or self._quote_inline or "mention" in classes or "hashtag" in classes:
            return
        self._href = line(unescape(found.group(1) or found.group(2) or found.group(3) or ""))
        self._anchor = len(self._parts)

    def _close(self) -> None:
        """A link ends: what was shown cut short is shown whole."""
        href, self._href = self._href, None
        if not href:
            return
        self._links.append(href)
        shown = "".join(self._parts[self._anchor :])
        words = shown.lstrip("\n> ")
        if words.endswith(("...", "…")) and href.startswith(words.rstrip(".…")) and words.rstrip(".…"):
            self._parts[self._anchor :] = [shown[: len(shown) - len(words)] + href]

    def finished(self) -> tuple[str, tuple[str, ...]]:
        text = plain("".join(self._parts)).strip("\n ")
        return _MANY_BREAKS.sub("\n\n", text), tuple(self._links)
