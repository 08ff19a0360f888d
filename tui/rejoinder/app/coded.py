"""What reviewers said as a search: `verdict:`, `tag:`, `note:`, `by:`, `marked:`, `disagree:` made to posts.

The joiner of review and archive for the app and the command line; it knows no terminal.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import Archive
from rejoinder.archive.resolving import resolved
from rejoinder.archive.tally import By, Tallied
from rejoinder.errors import ReviewError
from rejoinder.review.agreement import disagreements
from rejoinder.review.blind import is_blind
from rejoinder.review.codebook import MARK, Variable
from rejoinder.review.folder import Review
from rejoinder.review.journal import Journal, open_all


class Codes:
    """Finds posts by their codes. All of it is asked in one thread, that of the archive."""

    def __init__(self, archive: Archive, review: Review, reviewer: str) -> None:
        """`reviewer` is who looks: empty where it is not known, and then every journal is read."""
        self._archive = archive
        self._review = review
        self._reviewer = reviewer
        self._journals: dict[Path, _Keyed] = {}
        self._known: dict[c.Coded, tuple[object, c.Condition]] = {}
        self._blind: bool | None = None

    def look_again(self, reviewer: str) -> None:
        """Somebody else looks, or a queue was begun or finished: whose codes may be seen is asked anew."""
        self._reviewer, self._blind = reviewer, None

    def prepare(self) -> None:
        """Look the posts of every journal up, before the first search asks for them: 0.3 s for 100,000."""
        for each in self._in_sight():
            each.learn()

    def resolve(self, condition: c.Coded) -> c.Condition:
        """The posts that it means, at this moment."""
        journals = self._in_sight()
        stamp = tuple((each.journal.path, each.journal.last) for each in journals)
        before = self._known.get(condition)
        if before is not None and before[0] == stamp:
            return before[1]
        found = self._found(condition, journals)
        self._known[condition] = (stamp, found)
        return found

    def tally(self, condition: c.Condition, by: By, limit: int = 0) -> list[Tallied]:
        """Matching posts counted by what was said of them, the most first; a last row counts those without."""
        journals, codebook = self._in_sight(), self._review.codebook()
        field: c.CodeField = {"verdict": "verdict", "code": "tag"}.get(by, "by")  # type: ignore[assignment]
        if field == "by":
            labels = [each.journal.reviewer for each in journals]
        else:
            variable = codebook.verdict if field == "verdict" else codebook.tags
            used = (each.journal.values_used(variable.name) for each in journals) if variable else ()
            labels = [value for values in used for value, _ in values]
        rows = [self._row(condition, label, c.Coded(field, label)) for label in dict.fromkeys(labels)]
        rows = sorted((row for row in rows if row.n), key=lambda row: (-row.n, row.label))[: limit or None]
        said = [row.condition for row in rows if row.condition is not None]
        left = self._row(condition, "", c.Not(c.Any(tuple(said))) if said else c.Everything())
        return [*rows, *([left] if left.n else [])]

    def _row(self, condition: c.Condition, label: str, meaning: c.Condition) -> Tallied:
        known = resolved(c.all_of((condition, meaning)), {c.Coded: self.resolve})
        return Tallied(label, self._archive.count(known).n, meaning if label else None)

    def _found(self, condition: c.Coded, journals: Sequence[_Keyed]) -> c.Condition:
        codebook, value = self._review.codebook(), condition.value
        match condition.field:
            case "verdict":
                return _valued(journals, codebook.verdict, value)
            case "tag":
                return _valued(journals, codebook.tags, value) if codebook.tags else c.among(())
            case "code":
                name, _, value = value.partition("=")
                variable = codebook.variable(name)
                return _valued(journals, variable, value) if variable else c.among(())
            case "note":
                return self._noted(journals, value)
            case "by":
                return _among(each.keys(each.journal.numbers_coded()) for each in journals if each.is_of(value))
            case "marked":
                own = [each for each in journals if not self._reviewer or each.is_of(self._reviewer)]
                marked = _among(each.keys(each.journal.numbers_with(MARK)) for each in own)
                return marked if value == "yes" else c.Not(marked)
            case "disagree":
                variable = codebook.verdict if value in ("yes", "any") else codebook.variable(value)
                found = disagreements([each.journal for each in journals], variable) if variable else []
                return c.among(self._archive.keys_of(found))

    def _noted(self, journals: Sequence[_Keyed], words: str) -> c.Condition:
        if words in ("any", "none"):
            noted = _among(each.keys(each.journal.numbers_with("note")) for each in journals)
            return c.Not(noted) if words == "none" else noted
        return _among(each.keys(each.journal.numbers_noted(words)) for each in journals)

    def _in_sight(self) -> list[_Keyed]:
        """The journals that may be read: a blind reviewer's own alone."""
        if not self._review.exists():
            return []
        if self._blind is None:
            self._blind = bool(self._reviewer) and is_blind(self._review, self._reviewer)
        paths = self._review.journals()
        if self._blind:
            paths = [path for path in paths if path == self._review.journal_path(self._reviewer)]
        journals, _ = open_all(path for path in paths if path not in self._journals)
        self._journals.update((journal.path, _Keyed(journal, self._archive)) for journal in journals)
        return [self._journals[path] for path in paths if path in self._journals]


def _valued(journals: Sequence[_Keyed], variable: Variable, value: str) -> c.Condition:
    """Posts with this value of a variable, with any, or with none."""
    wanted = None if value in ("any", "none") else value
    found = _among(each.keys(each.journal.numbers_with(variable.name, wanted)) for each in journals)
    return c.Not(found) if value == "none" else found


def _among(keys: Iterable[Iterable[int]]) -> c.Condition:
    lists = list(keys)
    if len(lists) == 1:  # one value of one journal names no post twice
        return c.Among(array("q", sorted(lists[0])))
    return c.among({key for each in lists for key in each})


class _Keyed:
    """A journal, and the archive's keys of the posts that it knows: each is looked up once."""

    def __init__(self, journal: Journal, archive: Archive) -> None:
        self.journal = journal
        self._archive = archive
        self._keys = array("q", [0])

    def is_of(self, reviewer: str) -> bool:
        return self.journal.reviewer.casefold() == reviewer.casefold()

    def keys(self, numbers: Sequence[int]) -> list[int]:
        """The keys of these posts of the journal; those that are not in the archive are left out."""
        if numbers and max(numbers) >= len(self._keys):
            self.learn()
        keys = self._keys
        return [key for number in numbers if (key := keys[number])]

    def learn(self) -> None:
        """Posts that the journal has met since."""
        names = self.journal.names(len(self._keys) - 1)
        if not names:
            return
        found = self._archive.keys_of([name or "" for _, name in names])
        self._keys.extend([0] * (names[-1][0] + 1 - len(self._keys)))
        for (number, _), key in zip(names, found, strict=True):
            self._keys[number] = key


def codes_for(archive: Archive, folder: str, reviewer: str) -> Codes:
    """The codes of the review in this folder, or beside the archive where none is named. ReviewError if it is none."""
    from rejoinder.review.folder import beside

    review = Review(Path(folder).expanduser()) if folder else Review(beside(Path(archive.path)))
    if folder and not review.exists():
        raise ReviewError(f"There is no review {folder}.", "R in the app begins one.")
    return Codes(archive, review, reviewer)
