"""The folder of a review: codebook, queues, journals, custody log; where each lies and how it begins."""

from __future__ import annotations

import re
from pathlib import Path

from rejoinder.errors import ReviewError, UsageError
from rejoinder.folders import private_folder
from rejoinder.review import codebook as codebooks
from rejoinder.review import custody, queues
from rejoinder.review.codebook import Codebook
from rejoinder.review.journal import Journal
from rejoinder.review.tables import SUFFIX

ENDING = ".review"
_NAME = re.compile(r"[\w][\w .@+-]{0,63}")


class Review:
    """A review's folder. Nothing is read before it is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is such a review."""
        return (self.path / "codebook.toml").is_file()

    def begin(self) -> None:
        """Make the folder with the default codebook where there is none. Raises ReviewError."""
        try:
            private_folder(self.path)
            private_folder(self.path / "queues")
            if not self.exists():
                codebooks.write_default(self.path / "codebook.toml")
                custody.add(self.path, "begin", f"codebook {codebooks.DEFAULT.hash[:12]}")
        except OSError as error:
            raise ReviewError(f"{self.path} can't be made: {error.strerror}.", "Check your rights there.") from error

    def check(self) -> Review:
        """Itself; raises ReviewError where there is no review."""
        if not self.exists():
            raise ReviewError(
                f"There is no review {self.path}.", "R in the app begins one, or: rejoinder review assign"
            )
        return self

    def codebook(self) -> Codebook:
        """What is asked; the default where there is no folder yet."""
        return codebooks.read(self.path / "codebook.toml") if self.exists() else codebooks.DEFAULT

    def journal_path(self, reviewer: str) -> Path:
        """Where the journal of a reviewer lies. Raises UsageError for what is no name."""
        return self.path / (checked_name(reviewer) + SUFFIX)

    def journals(self) -> list[Path]:
        """The journals there are, by name."""
        return sorted(path for path in self.path.glob(f"*{SUFFIX}") if not path.name.startswith("."))

    def queue_path(self, name: str) -> Path:
        """Where a queue lies."""
        return self.path / "queues" / (name + queues.SUFFIX)

    def queues(self) -> list[Path]:
        """The queues there are, the one made last at the end."""
        found = (self.path / "queues").glob(f"*{queues.SUFFIX}")
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def new_queue_name(self, word: str) -> str:
        """A name for a new queue that none has."""
        stem = re.sub(r"\W+", "-", word).strip("-")[:40] or "all"
        taken = {path.name.removesuffix(queues.SUFFIX) for path in self.queues()}
        return next(name for n in range(1, 1_000_000) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)

    def doubles(self, journals: list[Journal]) -> list[str]:
        """Reviewers of whom there are two journals that are not copies of each other: a warning."""
        files: dict[str, set[str]] = {}
        for journal in journals:
            files.setdefault(journal.reviewer, set()).add(journal.meta.get("file", ""))
        return sorted(name for name, ids in files.items() if len(ids) > 1)


def beside(archive: Path) -> Path:
    """The folder of the review that belongs to an archive file."""
    return archive.with_name(archive.name.removesuffix(".rejoinder") + ENDING)


def checked_name(reviewer: str) -> str:
    """The name of a reviewer, as it is. Raises UsageError for what is none."""
    if not _NAME.fullmatch(reviewer):
        raise UsageError(f"{reviewer!r} is no name for a reviewer.", "Letters, digits, blanks and . @ + - make one.")
    return reviewer
