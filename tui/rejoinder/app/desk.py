"""The reviewer's desk: who reviews, the journal that is written, whose codes are in sight. It knows no terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rejoinder.app.glyphs import Glyphs
from rejoinder.archive.protocol import Entry, Key
from rejoinder.errors import ReviewError, UsageError
from rejoinder.folders import folder, private_file
from rejoinder.review import codebook as codebooks
from rejoinder.review import queues
from rejoinder.review.acts import Code, PostName, post_name
from rejoinder.review.blind import is_blind
from rejoinder.review.codebook import MARK, Codebook, Value
from rejoinder.review.folder import Review, checked_name
from rejoinder.review.journal import Journal, open_all
from rejoinder.review.pen import Pen
from rejoinder.review.queues import Queue

PINNED = "123456789"


def name_of(entry: Entry) -> PostName:
    """The name of a post that holds in every archive."""
    return post_name(entry.post.platform, entry.post.id)


class Desk:
    """One review, at which one reviewer sits. Nothing is written, and no lock taken, before the first act."""

    def __init__(
        self,
        review: Review,
        reviewer: str,
        own_keys: Mapping[str, str],
        look_again: Callable[[str], None] = lambda reviewer: None,
    ) -> None:
        """`look_again` is told who looks when other codes may have come in sight."""
        self.review = review
        self.reviewer = reviewer or remembered_name()
        self._own_keys = dict(own_keys)
        self._look_again = look_again
        self._codebook: Codebook | None = None
        self._pen: Pen | None = None
        self._own: Journal | None = None
        self._others: list[Journal] | None = None
        self._blind: bool | None = None
        self._used: tuple[Journal, list[str]] | None = None
        self.warnings: list[str] = []
        """What is wrong with journals of this review, in words."""

    # Who

    def sit_down(self, name: str) -> None:
        """This is who reviews from now on; it is remembered. Raises UsageError for what is no name."""
        self.reviewer = checked_name(name)
        self.close()
        self._look_again(name)
        try:
            private_file(_name_file()).write_text(name + "\n", "utf-8")
        except OSError:
            return  # a full or read-only disk: it is asked again the next time

    # What is asked

    @property
    def codebook(self) -> Codebook:
        """The codebook, with the reviewer's own keys."""
        if self._codebook is None:
            self._codebook = codebooks.rekeyed(self.review.codebook(), self._own_keys)
        return self._codebook

    def pinned(self) -> list[tuple[str, str]]:
        """(digit, tag): those of the codebook, then the reviewer's own in the order of their first use."""
        tags = self.codebook.tags
        if tags is None:
            return []
        found = [(value.key, value.name) for value in tags.values if value.key in PINNED and value.key]
        known = {name for _, name in found}
        free = [digit for digit in PINNED if digit not in {key for key, _ in found}]
        used = [name for name in self._used_tags(tags.name) if name not in known]
        return found + list(zip(free, used, strict=False))

    def _used_tags(self, variable: str) -> list[str]:
        """In the order of their first use. That order is asked for once: it is wanted anew after every decision."""
        if self.own is None:
            return []
        if self._used is None or self._used[0] is not self.own:
            self._used = (self.own, [name for name, _ in self.own.values_used(variable)])
        standing = self.own.values_standing(variable)
        order = [name for name in self._used[1] if name in standing]
        order += [name for name in standing if name not in order]
        self._used = (self.own, order)
        return order

    # Reading and writing

    @property
    def pen(self) -> Pen:
        """The journal, to be written. Raises ReviewError: another window writes it, or it can't be written."""
        if self._pen is None:
            self.review.begin()
            pen = Pen(self.review.journal_path(self.reviewer), self.reviewer, self.codebook)
            if self._own is not None:
                self._own.close()
            self._pen = self._own = pen
            pen.open = bool(self.others)
        return self._pen

    @property
    def own(self) -> Journal | None:
        """The reviewer's journal, to be read; None where there is none yet."""
        if self._own is None and self.reviewer and self.review.exists():
            path = self.review.journal_path(self.reviewer)
            self._own = Journal(path) if path.exists() else None
        return self._own

    @property
    def blind(self) -> bool:
        """Whether the codes of others are kept from this reviewer."""
        if self._blind is None:
            self._blind = bool(self.reviewer) and self.review.exists() and is_blind(self.review, self.reviewer)
        return self._blind

    @property
    def others(self) -> list[Journal]:
        """The journals of others, as far as they may be seen."""
        if self._others is None:
            self._others = []
            if not self.blind and self.review.exists():
                own = self.review.journal_path(self.reviewer) if self.reviewer else None
                self._others, wrong = open_all(path for path in self.review.journals() if path != own)
                doubles = self.review.doubles([*self._others, *([self.own] if self.own else [])])
                self.warnings = [error.message for error in wrong]
                self.warnings += [f"There are two journals of {name} with different contents." for name in doubles]
        return self._others

    def look_again(self) -> None:
        """A queue was begun or is done: whose codes may be seen is asked anew."""
        for journal in self._others or ():
            journal.close()
        self._others = self._blind = None
        self._look_again(self.reviewer)
        if self._pen is not None:
            self._pen.open = bool(self.others)

    def close(self) -> None:
        """Let every file go."""
        for journal in (self._own, *(self._others or ())):
            if journal is not None:
                journal.close()
        self._pen = self._own = self._others = self._blind = None

    # What is shown

    def codes(self, entry: Entry) -> list[Code]:
        """Everything that is said of a post, by whomever is in sight; private marks only one's own."""
        name = name_of(entry)
        found = self.own.codes_of([name]) if self.own is not None else []
        for other in self.others:
            found += [code for code in other.codes_of([name]) if code.variable not in (MARK, codebooks.LATER)]
        return found

    def signs(self, entries: Sequence[Entry], glyphs: Glyphs) -> dict[Key, str]:
        """The reviewer's sign of each of these posts that has one."""
        if self.own is None or not entries:
            return {}
        keys = {name_of(entry): entry.key for entry in entries}
        said: dict[PostName, dict[str, str]] = {}
        for name, variable, value in self.own.standing(list(keys)):
            said.setdefault(name, {})[variable] = value
        return {keys[name]: sign for name, values in said.items() if (sign := self.sign(values, glyphs))}

    def sign(self, values: Mapping[str, str], glyphs: Glyphs) -> str:
        """One cell: the verdict's sign, else the mark's, else that something else was said."""
        verdict = self.codebook.verdict
        if (name := values.get(verdict.name)) is not None:
            return sign_of(verdict.value(name) or Value(name), glyphs)
        if MARK in values:
            return "*"
        return glyphs.noted if values.keys() - {codebooks.LATER} else ""

    # Queues

    def queues(self) -> list[Path]:
        """The queues of this reviewer, the newest first."""
        if not self.review.exists():
            return []
        found = []
        for path in reversed(self.review.queues()):
            try:
                if queues.read_head(path).reviewer in ("", self.reviewer):
                    found.append(path)
            except ReviewError as error:
                self.warnings.append(error.message)
        return found

    def is_done(self, queue: Queue) -> bool:
        """Whether everything in a queue is decided."""
        decided = self.own.decided(self.codebook.verdict.name).keys() if self.own is not None else set()
        return set(queue.posts) <= decided


def sign_of(value: Value, glyphs: Glyphs) -> str:
    """A value's sign in one cell; in ASCII its twin, or the first letter of its name."""
    sign = value.sign or value.name[:1]
    if glyphs.bar.isascii() and not sign.isascii():
        return "-" if sign == "−" else value.name[:1] if value.name[:1].isascii() else "?"
    return sign


def remembered_name() -> str:
    """Who reviewed here last; empty where nobody did."""
    try:
        return checked_name(_name_file().read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError, UsageError):
        return ""


def _name_file() -> Path:
    return folder("state") / "reviewer"
