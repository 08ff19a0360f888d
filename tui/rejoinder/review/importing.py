"""Codes out of an export's JSON Lines, back into a journal; and a copy of a whole review as one file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from rejoinder.errors import ReviewError
from rejoinder.folders import private_file
from rejoinder.review.acts import Change, post_name
from rejoinder.review.codebook import Codebook
from rejoinder.review.folder import Review
from rejoinder.review.journal import Journal
from rejoinder.review.pen import Pen


class Imported(msgspec.Struct):
    """What an import did."""

    codes: int = 0
    """New in a journal."""
    known: int = 0
    """There already."""
    reviewers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """Variables that this review's codebook does not have: their codes are kept, and count in no figure."""
    problems: tuple[str, ...] = ()


class _Code(msgspec.Struct):
    reviewer: str
    variable: str
    value: str
    open: bool = False


class _Line(msgspec.Struct):
    platform: str
    id: str
    codes: list[_Code] = []


def import_codes(review: Review, path: Path) -> Imported:
    """Each reviewer's codes into the journal of that name, as one act a journal: undoing it takes all back.

    What the journal says already is not said again; of a variable of one value the journal's own word stands.
    Raises ReviewError where the file can't be read or a journal is being written elsewhere.
    """
    found, problems = _read(path)
    done = Imported(reviewers=tuple(sorted(found)), problems=tuple(problems))
    codebook = review.codebook()
    named = {line[1] for lines in found.values() for line in lines}
    done.unknown = tuple(sorted(name for name in named if codebook.variable(name) is None))
    for reviewer, lines in found.items():
        pen = Pen(review.journal_path(reviewer), reviewer, codebook)
        try:
            for is_open in (False, True):
                pen.open = is_open
                changes = list(_new(pen, codebook, [line for line in lines if line[3] == is_open]))
                if changes:
                    pen.record(changes)
                done.codes += len(changes)
            done.known += len(lines)
        finally:
            pen.close()
    done.known -= done.codes
    return done


def _new(pen: Pen, codebook: Codebook, lines: list[tuple[str, str, str, bool]]) -> Iterator[Change]:
    standing: dict[tuple[str, str], set[str]] = {}
    for name, variable, value in pen.standing(sorted({line[0] for line in lines})):
        standing.setdefault((name, variable), set()).add(value)
    for name, variable, value, _ in lines:
        there = standing.setdefault((name, variable), set())
        known = codebook.variable(variable)
        if value in there or (there and (known is None or known.kind != "many")):
            continue
        there.add(value)
        yield Change(name, variable, value)


def _read(path: Path) -> tuple[dict[str, list[tuple[str, str, str, bool]]], list[str]]:
    """(post, variable, value, open) by reviewer, and what could not be read."""
    found: dict[str, list[tuple[str, str, str, bool]]] = {}
    problems: list[str] = []
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                try:
                    _take(raw, found)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    problems.append(f"line {number}: {error}")
    except OSError as error:
        raise ReviewError(f"{path} can't be read: {error.strerror}.", "It is a .jsonl of rejoinder export.") from None
    return found, problems


def _take(raw: bytes, found: dict[str, list[tuple[str, str, str, bool]]]) -> None:
    if not raw.strip() or _is_head(raw):
        return
    line = msgspec.json.decode(raw, type=_Line)
    for code in line.codes:
        name = post_name(line.platform, line.id)
        found.setdefault(code.reviewer, []).append((name, code.variable, code.value, code.open))


def _is_head(raw: bytes) -> bool:
    head: dict[str, Any] = msgspec.json.decode(raw, type=dict[str, Any])
    if head.get("type") != "export":
        return False
    if int(head.get("version") or 1) > 1:
        raise ReviewError("The file was written by a newer Rejoinder.", "Install the newer one to read it.")
    return True


def backup(review: Review, path: Path, files: Iterable[Path] | None = None) -> int:
    """Everything of a review as one zip, journals as they stand at one moment each. How many files."""
    kept = sorted(files) if files is not None else sorted(each for each in review.path.rglob("*") if each.is_file())
    kept = [each for each in kept if not each.name.startswith(".") and not each.name.endswith("-journal")]
    draft = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(private_file(draft), "w", zipfile.ZIP_DEFLATED) as made:
            for each in kept:
                name = str(each.relative_to(review.path.parent))
                made.writestr(name, _whole(each) if each.suffix == ".journal" else each.read_bytes())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ReviewError(
            f"{path} can't be written: {error.strerror}.", "Make room, or choose another place."
        ) from None
    return len(kept)


def _whole(path: Path) -> bytes:
    """A journal's bytes as of its last act, though it may be written meanwhile."""
    journal = Journal(path)
    try:
        return journal.connection.serialize("main")
    finally:
        journal.close()
