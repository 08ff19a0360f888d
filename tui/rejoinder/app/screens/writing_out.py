"""`w`: the posts of the filter, with their codes, into a file; browsing goes on meanwhile."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from rejoinder.app.screens.coding import Coding, Screen
from rejoinder.app.screens.searching import Searching
from rejoinder.archive.protocol import Archive
from rejoinder.counting import counted
from rejoinder.errors import RejoinderError, UsageError

HELP = ".csv .jsonl .md .html   may follow: --ids-only  --coarse-time  --pseudonyms KEYFILE   Enter writes   Esc"
EVERY = 5_000
"""Posts between two words of progress."""


class WritingOut:
    """Asks for the file, and writes it in a thread of its own over a connection of its own."""

    def __init__(self, screen: Screen, archive: Archive, searching: Searching, coding: Coding) -> None:
        self._screen = screen
        self._archive = archive
        self._searching = searching
        self._coding = coding

    def action_export(self, count: int | None = None) -> None:
        query = self._searching.filter.text
        word = re.sub(r"\W+", "-", query).strip("-")[:40]
        name = "-".join(part for part in (Path(self._archive.path).stem, word) if part)
        self._coding.ask("Write to:", f"{name}.csv", HELP, (), self._begin)

    def _begin(self, text: str) -> None:
        """Raises UsageError for a line that can't be understood."""
        from rejoinder.app.exporting import Wishes, format_of

        file, options = parsed(text)
        desk = self._coding.desk
        wishes = Wishes(
            file=file,
            format=format_of(file, None),
            review=desk.review.path if desk.review.exists() else None,
            ids_only="--ids-only" in options,
            coarse_time="--coarse-time" in options,
            pseudonyms=Path(key).expanduser() if (key := options.get("--pseudonyms")) else None,
            only=desk.reviewer if desk.blind else "",
        )
        self._screen.say(f"Writing {file} {self._screen.look.glyphs.more}")
        search = self._searching.filter
        deliver = self._screen.app.call_later

        def work() -> None:
            from rejoinder.app.coded import codes_for
            from rejoinder.app.exporting import export
            from rejoinder.app.siding import with_sides
            from rejoinder.archive.conditions import Coded
            from rejoinder.archive.opening import open_archive
            from rejoinder.archive.resolving import answering

            try:
                archive = open_archive(Path(self._archive.path))
                codes = codes_for(archive, str(wishes.review or ""), desk.reviewer)
                asked = answering(archive, {Coded: codes.resolve})
                condition = with_sides(search.query.condition, archive.path)
                rows = export(asked, condition, search.text, wishes, self._progress(deliver, file))
                archive.close()
                deliver(self._screen.say, f"{counted(rows, 'row')} in {file}")
            except RejoinderError as error:
                deliver(self._screen.fail, error)

        Thread(target=work, name="export", daemon=True).start()

    def _progress(self, deliver: Callable[..., object], file: Path) -> Callable[[int], None]:
        def told(done: int) -> None:
            if done % EVERY < 500:
                deliver(self._screen.say, f"Writing {file}   {done:,} posts")

        return told


def parsed(text: str) -> tuple[Path, dict[str, str]]:
    """The file and the options of a line as `ferry.csv --pseudonyms key`. Raises UsageError."""
    try:
        file, *rest = shlex.split(text)
    except ValueError:
        raise UsageError("To which file?", "For example ferry.csv") from None
    options: dict[str, str] = {}
    while rest:
        option = rest.pop(0)
        if option not in ("--ids-only", "--coarse-time", "--pseudonyms"):
            raise UsageError(
                f"There is no {option} here.", "There are --ids-only, --coarse-time, --pseudonyms KEYFILE."
            )
        if option == "--pseudonyms" and not rest:
            raise UsageError("--pseudonyms wants the file of its key.", "One that is not there is made.")
        options[option] = rest.pop(0) if option == "--pseudonyms" else "yes"
    return Path(file).expanduser(), options
