"""A post before it has an id: who, when, what, and what hangs above it; the marks at the end of a line of the words."""

from __future__ import annotations

from dataclasses import dataclass, field

from town.cast import CAST


@dataclass(eq=False)
class Draft:
    """A post to be. Times in seconds. A ghost takes an id and is not written out."""

    time: int
    who: str
    text: str = ""
    parent: Draft | None = None
    quote: Draft | None = None
    repost: Draft | None = None
    marks: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    id: str = ""

    @property
    def ghost(self) -> bool:
        """Known only because others answer it."""
        return "ghost" in self.marks

    @property
    def known(self) -> bool:
        """Its author has an account in this archive."""
        return self.who in CAST

    def chain(self) -> list[Draft]:
        """From the post itself up to the root."""
        above, here = [], self
        while here is not None:
            above.append(here)
            here = here.parent  # type: ignore[assignment]
        return above


def split_marks(line: str) -> tuple[str, dict[str, str]]:
    """`text ~photo an empty quay ~likes 12` as the text and its marks."""
    text, *marks = line.split(" ~")
    if text.startswith("~"):
        text, marks = "", [text[1:], *marks]
    pairs = (mark.strip().partition(" ") for mark in marks)
    return text.strip(), {name: value for name, _, value in pairs}
