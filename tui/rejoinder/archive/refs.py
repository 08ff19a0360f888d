"""Whom and what the posts of a stage point at, beside their parents: the acts of their authors, as rows of `refs`."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence

from rejoinder.archive.body import kept
from rejoinder.archive.bylines import Bylines, Named
from rejoinder.archive.staged import INHERITED, QUOTE, REF, REPOST, halves
from rejoinder.archive.text import fold_handle
from rejoinder.records import Mention, Post, Ref

_REPOSTED = re.compile(r"RT @(\w+)(?:[:\s]|$)")
_ref = struct.Struct("<" + "".join(letter for _, letter in REF)).pack


class Refs:
    """Writes them down."""

    def __init__(self, bylines: Bylines, put: Callable[[bytes], object]) -> None:
        self._bylines, self._put = bylines, put

    def acts(self, post: Post, row: int, named: Sequence[Named], addressee: int) -> None:
        """Whom the author names, quotes, reposts. What a repost holds are another's acts."""
        if post.is_repost or post.repost is not None:
            self._act(post, row, REPOST, post.repost, post.repost_author)
            return
        for byline, kind, _, _ in named:
            if kind != INHERITED or byline != addressee:
                self._put(_ref(row, kind, byline, 0, -1))
        if post.quote is not None or post.quote_author is not None:
            self._act(post, row, QUOTE, post.quote, post.quote_author)
        if post.text[:4] == "RT @" and (match := _REPOSTED.match(post.text)):
            self._put(_ref(row, REPOST, self._reposted(post, match.group(1)), 0, -1))

    def _reposted(self, post: Post, handle: str) -> int:
        """The byline of whom a manual repost (`RT @name:`) names: with the id, where the post's mentions tell it."""
        folded = fold_handle(handle)
        told = (each for each in post.mentions if each.handle and fold_handle(each.handle) == folded)
        mention = next(told, Mention(handle=handle))
        return self._bylines.of(post.platform, mention.id, mention.handle, None)[0]

    def _act(self, post: Post, row: int, kind: int, id: str | None, ref: Ref | None) -> None:
        byline = -1 if ref is None else self._bylines.of(post.platform, ref.id, ref.handle, ref.name)[0]
        low, half = (0, -1) if id is None else halves(kept(id))
        self._put(_ref(row, kind, byline, low, half))
