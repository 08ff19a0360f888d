"""The reviewer's signs in the gutters of timeline and chain, for the posts in hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rejoinder.app.desk import Desk, name_of
from rejoinder.app.glyphs import Glyphs
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.protocol import Entry, Key
from rejoinder.errors import ReviewError
from rejoinder.review.acts import PostName


class Signing:
    """Looks signs up when posts come, and again when something was said of them."""

    def __init__(self, desk: Desk, timeline: Timeline, chain: ReplyChain, glyphs: Glyphs) -> None:
        self._desk = desk
        self._timeline = timeline
        self._chain = chain
        self._glyphs = glyphs
        self._signs: dict[Key, str] = {}
        timeline.reviewed = chain.reviewed = self._signs

    def learn(self, entries: Sequence[Entry]) -> None:
        """Posts that are about to be shown. A journal that can't be read shows nothing; the first act says why."""
        try:
            self._signs.update(self._desk.signs(entries, self._glyphs))
        except ReviewError:
            return

    def changed(self, posts: Collection[PostName] | None = None) -> None:
        """Something was said of these posts, or (None) somebody else looks."""
        entries = [entry for entry in self._timeline.loaded.entries if posts is None or name_of(entry) in posts]
        keys = [entry.key for entry in entries]
        if posts is None:
            self._signs.clear()
        else:
            here = self._chain.entry
            entries += [here] if here is not None and name_of(here) in posts and here.key not in keys else []
        for entry in entries:
            self._signs.pop(entry.key, None)
        self.learn(entries)
        if posts is None or len(keys) > 3:
            self._timeline.refresh()
        else:
            for key in keys:
                self._timeline.sign_changed(key)
        if self._chain.display:
            self._chain.refresh()
