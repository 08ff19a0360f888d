"""`rejoinder review …`: queues for reviewers, how far they are and agree, what they did, and copies of it all."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from rejoinder import __version__
from rejoinder.cli.arguments import ARCHIVE, ReviewFolder
from rejoinder.cli.output import json_lines, note, number, say
from rejoinder.counting import counted
from rejoinder.errors import ReviewError, UsageError

if TYPE_CHECKING:
    from rejoinder.archive.protocol import Archive
    from rejoinder.review.folder import Review
    from rejoinder.review.journal import Journal
    from rejoinder.review.queues import Order

FOLDER = click.argument("folder", type=ReviewFolder())
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group("review")
def review_command() -> None:
    """Assign queues to reviewers, and see how far they are, how they agree and what they did.

    FOLDER is the folder of a review: case.review lies beside case.rejoinder. Reviewing itself is R in the app.
    """


@review_command.command("assign")
@ARCHIVE
@click.option("--to", "reviewers", required=True, help="Names with commas between them: ada,ben.")
@click.option("--query", default="", help="The posts to review, in the language of the search; all without it.")
@click.option("--n", "most", type=click.IntRange(min=1), help="So many of them, by lot.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same queues.")
@click.option("--overlap", default=0, show_default=True, type=click.IntRange(min=0), help="Posts that everybody gets.")
@click.option("--order", type=click.Choice(["time", "conversation", "random"]), default="time", show_default=True)
@click.option(
    "--open", "is_open", is_flag=True, help="Let the reviewers see each other's codes; they work blind otherwise."
)
@click.option("--disagreements", metavar="VARIABLE", help="Instead of a query: the posts on which reviewers differ.")
@click.option("--name", help="What the queues are called.")
@click.option("--review", "folder", type=ReviewFolder(), help="The review's folder, if not beside ARCHIVE.")
def assign(
    archive_name: str, reviewers: str, query: str, most: int | None, seed: int, overlap: int, order: str,
    is_open: bool, disagreements: str | None, name: str | None, folder: Path | None,
) -> None:  # fmt: skip
    """Freeze queues: which posts, in which order, for whom. Each reviewer's `R` then offers theirs."""
    from rejoinder.app.review_queue import by_conversation
    from rejoinder.archive.canonical import print_condition
    from rejoinder.archive.fingerprint import fingerprint
    from rejoinder.cli.asking import parse
    from rejoinder.cli.naming import open_named
    from rejoinder.review import custody, queues
    from rejoinder.review.folder import Review, beside, checked_name

    archive = open_named(archive_name, review=str(folder or ""))
    review = Review(folder or beside(Path(archive.path)))
    names = [checked_name(each.strip()) for each in reviewers.split(",") if each.strip()]
    if not names:
        raise UsageError("To whom?", "--to ada,ben")
    review.begin()
    condition = parse(archive, query).condition
    posts = differing(review, disagreements) if disagreements else _in_order(archive, condition, order, by_conversation)
    posts = queues.sample(posts, most, seed)
    if not posts:
        raise ReviewError("No post is to be assigned.", "Try the query with rejoinder search.")
    shares = queues.shared_out(posts, names, overlap, seed)
    files = []
    for reviewer, share in shares.items():
        head = queues.Head(
            name=review.new_queue_name(f"{name or query or disagreements or 'all'} {reviewer}"), query=query,
            absolute=print_condition(condition), order=cast("Order", order), reviewer=reviewer,
            blind=not is_open and not disagreements, adjudicates=disagreements or "", seed=seed, overlap=overlap,
            archive=Path(archive.path).stem, fingerprint=fingerprint(archive), codebook=review.codebook().hash,
            made=custody.iso(time.time_ns() // 1_000_000), tool=__version__,
        )  # fmt: skip
        mixed = queues.shuffled(share, seed) if order == "random" else share
        queues.write(review.queue_path(head.name), queues.Queue(head, tuple(mixed)))
        files.append(review.queue_path(head.name))
        say(f"{reviewer:<12} {number(len(share)):>9} posts  {files[-1]}")
    custody.add(review.path, "assign", f"{len(posts):,} posts to {', '.join(names)}", files)
    note(f"Each of them opens it so: rejoinder open {archive_name} --review {review.path} --as NAME, then R")


def _in_order(archive: Archive, condition: Any, order: str, by_conversation: Any) -> list[str]:
    keys = archive.keys(condition)
    return list(archive.names_of(by_conversation(archive, keys) if order == "conversation" else keys))


def differing(review: Review, variable: str) -> list[str]:
    """The posts on which the independent codes of a variable differ."""
    from rejoinder.review.agreement import disagreements

    found = review.codebook().variable(variable)
    if found is None:
        raise UsageError(f"The codebook has no variable {variable}.", _variables(review))
    journals = _journals(review)
    return disagreements(journals, found)


@review_command.command("agreement")
@FOLDER
@click.option("--variable", help="Only this one.")
@JSON
def agreement(folder: Path, variable: str | None, as_json: bool) -> None:
    """Tell how far the reviewers agree: percent, Cohen's kappa, Krippendorff's alpha with a 95 % interval.

    Only independent acts count: what was decided with the codes of others in sight, or to settle a disagreement, is
    left out. Not decided and put off is missing; unsure is a value like others.
    """
    from rejoinder.review.agreement import agreement as agree
    from rejoinder.review.folder import Review

    review = Review(folder).check()
    if variable and review.codebook().variable(variable) is None:
        raise UsageError(f"The codebook has no variable {variable}.", _variables(review))
    found = agree(_journals(review), review.codebook(), variable)
    if as_json:
        json_lines(msgspec.structs.asdict(each) for each in found)
        return
    say(f"{'':<24}{'reviewers':>10}{'posts':>8}{'overlap':>9}{'percent':>9}{'kappa':>8}{'alpha':>8}   95 % interval")
    for each in found:
        low, high = each.low, each.high
        interval = f"{low:.3f} to {high:.3f}" if low is not None and high is not None else ""
        say(
            f"{each.variable[:23]:<24}{len(each.reviewers):>10}{each.units:>8,}{each.overlap:>9,}"
            f"{_figure(each.percent, '.1f'):>9}{_figure(each.kappa):>8}{_figure(each.alpha):>8}   {interval}".rstrip()
        )
    for each in found:
        said = [f"{each.unsure:,} unsure in the overlap"] if each.unsure else []
        said += [f"{each.put_off:,} put off (missing)"] if each.put_off else []
        said += [f"{each.left_out:,} not independent, left out"] if each.left_out else []
        if said:
            note(f"{each.variable}: {', '.join(said)}")


def _figure(value: float | None, form: str = ".3f") -> str:
    return "–" if value is None else format(value, form)


@review_command.command("log")
@click.argument("path", type=ReviewFolder(exists=True))
@JSON
def log(path: Path, as_json: bool) -> None:
    """Print one act a line, of one journal or of a review's folder: time, reviewer, post, variable, value."""
    from rejoinder.review.folder import Review
    from rejoinder.review.journal import Journal

    journals = _journals(Review(path).check()) if path.is_dir() else [Journal(path)]
    lines = (line for journal in journals for line in _acts(journal))
    if as_json:
        json_lines(lines)
        return
    for line in lines:
        value = str(line["value"]).replace("\n", " ¶ ") if line["value"] is not None else "(erased)"
        sign = "" if line["set"] else "not "
        kind = "" if line["kind"] == "code" else f"  ({line['kind']} of {line['of']})"
        say(
            f"{line['time']}  {line['reviewer']}  {line['post'] or '(erased)'}  {line['variable']}  {sign}{value}{kind}"
        )


def _acts(journal: Journal) -> Iterator[dict[str, Any]]:
    from rejoinder.review.custody import iso

    for act in journal.acts():
        for change in act.changes:
            yield {
                "act": act.number, "time": iso(act.time), "reviewer": journal.reviewer, "post": change.post,
                "variable": change.variable, "value": change.value, "set": change.on, "was": change.was,
                "kind": act.kind, "of": act.of, "queue": act.queue, "codebook": act.codebook, "open": act.open,
            }  # fmt: skip


@review_command.command("status")
@FOLDER
@JSON
def status(folder: Path, as_json: bool) -> None:
    """Tell how far each reviewer and each queue is, and whether anything is amiss with the files."""
    from rejoinder.review import custody
    from rejoinder.review.folder import Review
    from rejoinder.review.journal import open_all

    review = Review(folder).check()
    journals, wrong = open_all(review.journals())
    verdict = review.codebook().verdict.name
    decided = {journal.reviewer: journal.decided(verdict) for journal in journals}
    rows = [
        {
            "reviewer": journal.reviewer, "acts": journal.last, "decided": len(decided[journal.reviewer]),
            **dict(journal.values_used(verdict)), "drafts": len(journal.drafts()),
        }
        for journal in journals
    ]  # fmt: skip
    lines = list(_queues(review, decided))
    amiss = [error.message for error in wrong]
    amiss += [f"There are two journals of {name} with different contents." for name in review.doubles(journals)]
    amiss += [f"The clock went back {n} times in the journal of {j.reviewer}; the order of acts is their numbers'."
              for j in journals if (n := j.backward_clocks())]  # fmt: skip
    amiss += [f"{custody.NAME}: {words}" for words in custody.amiss(review.path)]
    if as_json:
        json_lines([*rows, *lines, *({"amiss": words} for words in amiss)])
        return
    say(f"{review.path.name}: codebook {review.codebook().hash[:12]}")
    for row in rows:
        rest = ", ".join(f"{value} {name}" for name, value in list(row.items())[3:] if value)
        say(f"  {row['reviewer']:<16} {row['acts']:>8,} acts  {row['decided']:>8,} decided   {rest}")
    for line in lines:
        blind = "  blind" if line["blind"] else ""
        say(f"  queue {line['queue']:<24} {line['reviewer']:<12} {line['decided']:>8,} of {line['posts']:,}{blind}")
    for words in amiss:
        note(words)


def _queues(review: Review, decided: dict[str, dict[str, str]]) -> Iterator[dict[str, Any]]:
    from rejoinder.review import queues

    for path in review.queues():
        queue = queues.read(path)
        done = sum(post in decided.get(queue.head.reviewer, {}) for post in queue.posts)
        yield {
            "queue": queue.head.name, "reviewer": queue.head.reviewer, "posts": len(queue), "decided": done,
            "blind": queue.head.blind, "query": queue.head.query, "absolute": queue.head.absolute,
            "seed": queue.head.seed, "overlap": queue.head.overlap, "made": queue.head.made,
        }  # fmt: skip


@review_command.command("backup")
@FOLDER
@click.argument("file", type=click.Path(path_type=Path))
def backup(folder: Path, file: Path) -> None:
    """Write the whole review into FILE.zip, each journal as of one moment, though it may be in use."""
    from rejoinder.review import custody, importing
    from rejoinder.review.folder import Review

    review = Review(folder).check()
    count = importing.backup(review, file)
    custody.add(review.path, "backup", f"{count} files", [file])
    note(f"{count} files in {file}")


@review_command.command("import")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(folder: Path, file: Path) -> None:
    """Take the codes of an export's JSON Lines into the journals of their reviewers; nothing is said twice."""
    from rejoinder.review import custody, importing
    from rejoinder.review.folder import Review

    review = Review(folder)
    review.begin()
    done = importing.import_codes(review, file)
    custody.add(review.path, "import", f"{done.codes:,} codes", [file])
    note(
        f"{counted(done.codes, 'code')} of {', '.join(done.reviewers) or 'nobody'}, {number(done.known)} known already."
    )
    if done.unknown:
        note(f"Not in this review's codebook, and so in no figure: {', '.join(done.unknown)}.")
    for problem in done.problems[:20]:
        note(f"  {problem}")
    if done.problems:
        raise ReviewError(f"{number(len(done.problems))} lines could not be read.", "The others are in.")


def _journals(review: Review) -> Sequence[Journal]:
    """The journals that can be read; the others are told."""
    from rejoinder.review.journal import open_all

    journals, wrong = open_all(review.journals())
    for error in wrong:
        note(error.message)
    for name in review.doubles(journals):
        note(f"There are two journals of {name} with different contents: take one of them out of the folder.")
    return journals


def _variables(review: Review) -> str:
    return "There are: " + ", ".join(variable.name for variable in review.codebook().variables)
