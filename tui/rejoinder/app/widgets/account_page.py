"""The account card: who somebody is in this archive, under which names, from when to when, and what is missing."""

from __future__ import annotations

from rejoinder.app.account_card import Card, facts
from rejoinder.app.layout import Line, Look
from rejoinder.app.post_lines import fact
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.page import Page
from rejoinder.app.wrapping import safe


class AccountPage(Page):
    """A fact a line, as in the post in full."""

    DEFAULT_CSS = "AccountPage { width: 1fr; height: 1fr; }"

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(look, inks, "Account", id=id)
        self._card: Card | None = None

    def take(self, card: Card) -> None:
        """What is known."""
        self._card = card
        self.renew(top=True)

    def lay(self, width: int) -> list[Line]:
        if self._card is None:
            return [(), ((f"being looked up {self.look.glyphs.more}", "dim"),)]
        lines: list[Line] = [()]
        for label, value in facts(self._card, self.look.zone):
            lines.extend(fact(label, safe(value), width))
        return lines
