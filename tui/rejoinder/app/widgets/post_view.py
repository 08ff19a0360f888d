"""The post in full: its whole text, and every fact that the archive knows of it, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from rejoinder.app.layout import Line, Look
from rejoinder.app.post_lines import full
from rejoinder.app.widgets.card import Inks
from rejoinder.app.widgets.page import Page
from rejoinder.archive.protocol import Entry
from rejoinder.review.acts import Code


class PostView(Page):
    """Shows one post; its motions scroll."""

    DEFAULT_CSS = "PostView { width: 1fr; height: 1fr; }"

    def __init__(self, look: Look, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(look, inks, "Post", id=id)
        self._entry: Entry | None = None
        self.codes: Callable[[Entry], Sequence[Code]] = lambda entry: ()
        """What reviewers say of a post."""

    def show(self, entry: Entry) -> None:
        """Another post, from its beginning; the same one again stays where it is."""
        same = self._entry is not None and self._entry.key == entry.key
        self._entry = entry
        self.renew(top=not same)

    @property
    def entry(self) -> Entry | None:
        """The post that is shown."""
        return self._entry

    def lay(self, width: int) -> list[Line]:
        if self._entry is None:
            return []
        return full(self._entry, msgspec.structs.replace(self.look, width=width), self.codes(self._entry))
