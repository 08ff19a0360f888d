"""The contact's signs in the gutters of timeline and chain: answers, and posts of exchanges of three turns or more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rejoinder.app.glyphs import Glyphs
from rejoinder.app.questions import Questions
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.protocol import Archive, ContactSign, Entry, Key
from rejoinder.contacts.exchanges import CONVERSATION

MOST = 20_000
"""Signs remembered; then they are looked up anew."""


class ContactSigns:
    """Looks the signs of posts up after they are shown: the first frame waits for none of them."""

    def __init__(
        self, archive: Archive, questions: Questions, timeline: Timeline, chain: ReplyChain, glyphs: Glyphs
    ) -> None:
        self._archive, self._questions, self._timeline, self._chain = archive, questions, timeline, chain
        self._glyphs = glyphs
        self._signs: dict[Key, str] = {}
        self._asked: set[Key] = set()
        self._wanted: list[Key] = []
        timeline.signs = chain.signs = self._signs

    def learn(self, entries: Sequence[Entry]) -> None:
        """Posts that are about to be shown."""
        if len(self._asked) > MOST:
            self._asked.clear()
            self._signs.clear()
        self._wanted += [entry.key for entry in entries if entry.key not in self._asked]
        if self._wanted:
            keys = tuple(self._wanted)
            self._questions.ask("signs", lambda: (keys, self._archive.contact_signs(keys)), self._take)

    def _take(self, found: tuple[Sequence[Key], Mapping[Key, ContactSign]]) -> None:
        keys, signs = found
        self._asked.update(keys)
        self._wanted = [key for key in self._wanted if key not in self._asked]
        fresh = {key: self._sign(sign) for key, sign in signs.items()}
        self._signs.update((key, sign) for key, sign in fresh.items() if sign)
        for key in fresh:
            self._timeline.sign_changed(key)
        if fresh and self._chain.display:
            self._chain.refresh()

    def _sign(self, sign: ContactSign) -> str:
        if sign.unanswered is not None:
            return self._glyphs.answer
        return self._glyphs.exchange if (sign.turns or 0) >= CONVERSATION else ""
