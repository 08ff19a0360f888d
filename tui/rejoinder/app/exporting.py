"""An export of posts with their codes: the joiner of archive, review and reports, for `w` and `rejoinder export`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from rejoinder import __version__
from rejoinder.archive.canonical import print_condition
from rejoinder.archive.conditions import Condition
from rejoinder.archive.fingerprint import fingerprint
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.errors import RejoinderError, UsageError
from rejoinder.reports import convokit, exports, tables
from rejoinder.reports.pseudonyms import Pseudonyms, read_key
from rejoinder.reports.tables import About, Said
from rejoinder.review import custody
from rejoinder.review.codebook import LATER, MARK
from rejoinder.review.folder import Review
from rejoinder.review.journal import open_all

Format = Literal["csv", "jsonl", "md", "html", "convokit"]
FORMATS: tuple[str, ...] = get_args(Format)
PAGE = 500


class Wishes(msgspec.Struct, frozen=True):
    """What an export is to hold, and in which form."""

    file: Path
    format: str
    review: Path | None = None
    ids_only: bool = False
    pseudonyms: Path | None = None
    coarse_time: bool = False
    deleted: bool = False
    """With the words of deleted posts: the archive was opened so."""
    only: str = ""
    """The codes of this reviewer alone: who works blind must not see others'."""


def format_of(file: Path, named: str | None) -> str:
    """The form: as it is named, else by the file's ending. Raises UsageError."""
    if str(file) == "-":
        raise UsageError("An export is a file.", "Name one; rejoinder search ARCHIVE QUERY --json writes to stdout.")
    found = named or file.suffix.removeprefix(".").lower()
    found = {"markdown": "md", "htm": "html", "json": "jsonl", "ndjson": "jsonl"}.get(found, found)
    if found not in FORMATS:
        raise UsageError(f"What is {file.name} to be?", f"Its ending, or --format, is one of: {', '.join(FORMATS)}.")
    return found


def export(
    archive: Archive, condition: Condition, query: str, wishes: Wishes, told: Callable[[int], None] = lambda n: None
) -> int:
    """Write the posts that meet a condition; `told` hears now and then how many are done. How many rows.

    Raises RejoinderError where the file can't be written; then nothing stands under its name.
    """
    if wishes.coarse_time and wishes.format == "convokit":
        raise UsageError("ConvoKit wants seconds.", "Leave --coarse-time out, or write another form.")
    if wishes.ids_only and wishes.format == "convokit":
        raise UsageError("ConvoKit wants texts.", "Leave --ids-only out, or write another form.")
    said, head = _said(wishes)
    about = msgspec.structs.replace(
        head,
        query=query,
        absolute=print_condition(condition),
        archive=Path(archive.path).stem,
        fingerprint=fingerprint(archive),
        variables=tuple(_variables(said, wishes)),
        made=custody.iso(time.time_ns() // 1_000_000),
    )
    if wishes.pseudonyms is not None:
        about = _without_names(about, archive, wishes)
    rows = _rows(archive, condition, wishes, said, told)
    try:
        if wishes.format == "convokit":
            count = convokit.write(wishes.file, about, rows)
        else:
            count = exports.write(wishes.file, wishes.format, about, rows)
    except OSError as error:
        raise RejoinderError(
            f"{wishes.file} can't be written: {error.strerror}.", "Make room, or choose another place."
        ) from None
    if wishes.review is not None:
        files = [wishes.file] if wishes.file.is_file() else sorted(wishes.file.iterdir())
        what = f"{count:,} rows" + (", pseudonymised" if wishes.pseudonyms else "")
        custody.add(wishes.review, "export", what, files)
    return count


def _rows(
    archive: Archive,
    condition: Condition,
    wishes: Wishes,
    said: Mapping[str, list[Said]],
    told: Callable[[int], None],
) -> Iterator[dict[str, Any]]:
    """The posts as rows, in the timeline's order."""
    hashes = {source.name: source.fingerprint for source in archive.sources()}
    names = _pseudonyms(archive, wishes)
    done = 0
    entries = _walk(archive, condition)
    while batch := list(islice(entries, PAGE)):
        roots = _roots(archive, batch)
        for entry in batch:
            post = entry.exported(wishes.deleted)
            row = tables.row(post, roots.get(entry.conversation), entry.replies_here, entry.origins, hashes)
            if wishes.review is not None:
                row = tables.coded(row, said.get(f"{post.platform}:{post.id}", ()))
            if wishes.ids_only:
                row = next(tables.ids_alone((row,)))
            if names is not None:
                row = names.row(row)
            yield tables.coarse(row) if wishes.coarse_time else row
        done += len(batch)
        told(done)


def _walk(archive: Archive, condition: Condition) -> Iterator[Entry]:
    at = None
    while page := archive.page(condition, at, "newer", PAGE):
        yield from page
        at = page[-1].place


def _roots(archive: Archive, batch: list[Entry]) -> dict[int, str]:
    """The ids of the roots of these posts' conversations."""
    keys = {entry.conversation for entry in batch if entry.conversation != entry.key}
    found = {entry.key: entry.post.id for entry in archive.posts(sorted(key for key in keys if key > 0))}
    for key in (key for key in keys if key < 0):
        ghost = archive.ghost(key)
        if ghost is not None:
            found[key] = ghost.id
    return found


def _said(wishes: Wishes) -> tuple[dict[str, list[Said]], About]:
    """Every code of the review by post, and the head as far as the review tells it. Private marks stay private."""
    about = About(
        "", "", "", "", __version__, "", wishes.format,
        pseudonyms=wishes.pseudonyms is not None, coarse_time=wishes.coarse_time, ids_only=wishes.ids_only,
        deleted="with their words" if wishes.deleted else "the words of deleted posts are left out",
    )  # fmt: skip
    if wishes.review is None:
        return {}, about
    review = Review(wishes.review).check()
    paths = [review.journal_path(wishes.only)] if wishes.only else review.journals()
    journals, wrong = open_all(path for path in paths if path.exists())
    if wrong:
        raise wrong[0]
    found: dict[str, list[Said]] = {}
    for journal in journals:
        for code in journal.codes():
            if code.variable not in (MARK, LATER):
                said = Said(code.reviewer, code.variable, code.value, code.time, code.codebook, code.queue, code.open)
                found.setdefault(code.post, []).append(said)
        journal.close()
    reviewers = tuple(journal.reviewer for journal in journals)
    book = review.codebook()
    return found, msgspec.structs.replace(
        about, review=review.path.name, codebook=book.hash, reviewers=reviewers, verdict=book.verdict.name
    )


def _variables(said: Mapping[str, list[Said]], wishes: Wishes) -> list[str]:
    """The columns of the codes: the codebook's own first, then those that only older codebooks had."""
    if wishes.review is None:
        return []
    names = [variable.name for variable in Review(wishes.review).codebook().variables]
    used = {code.variable for codes in said.values() for code in codes}
    return [*names, *sorted(used - set(names))]


def _without_names(about: About, archive: Archive, wishes: Wishes) -> About:
    """A query or a name of the archive can name an account too."""
    names = _pseudonyms(archive, wishes)
    assert names is not None
    return msgspec.structs.replace(
        about,
        query=names.text(about.query),
        absolute=names.text(about.absolute),
        archive=names.text(about.archive),
        review=names.text(about.review),
    )


def _pseudonyms(archive: Archive, wishes: Wishes) -> Pseudonyms | None:
    if wishes.pseudonyms is None:
        return None
    handles, accounts = archive.account_names()
    return Pseudonyms(read_key(wishes.pseudonyms), handles, accounts, lambda word: bool(archive.find(word)))
