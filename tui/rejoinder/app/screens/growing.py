"""An archive that grows while it is open: new posts come in below, and the reader's place stays where it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import time as clock
from typing import Protocol

from rejoinder.app.chain_frame import lasting
from rejoinder.app.first_answers import first_answers
from rejoinder.app.layout import Run
from rejoinder.app.questions import Questions
from rejoinder.app.screens.reading import Reader
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.archive.protocol import Archive, Key
from rejoinder.errors import RejoinderError

DAY = 86_400_000


class Source(Protocol):
    """What brings more posts; both functions are called in another thread."""

    def start(self, grown: Callable[[], object], failed: Callable[[RejoinderError], object]) -> None: ...

    def stop(self) -> None: ...


class Growing:
    """Takes in what has come: asks for the posts around the cursor again, or goes along with the newest."""

    def __init__(
        self,
        archive: Archive,
        questions: Questions,
        reader: Reader,
        timeline: Timeline,
        say: Callable[[str], None],
        counted: Callable[[], None],
    ) -> None:
        """`counted` asks for the figures anew."""
        self._archive, self._questions = archive, questions
        self._renew: Callable[[], Sequence[Key]] | None = None
        self._source: Source | None = None
        self._reader, self._timeline = reader, timeline
        self._say, self._counted = say, counted
        self.along = False
        """Whether the cursor goes along with the newest post."""
        self.new = 0
        """Posts that have come and were not looked at."""
        self._behind = ""

    def grow(self, renew: Callable[[], Sequence[Key]], source: Source) -> None:
        """The archive grows from now on: `renew` reads through it as it has become and tells which posts are new."""
        self._renew, self._source = renew, source

    def start(self, call: Callable[..., object], failed: Callable[[RejoinderError], object]) -> None:
        """Begin to listen; `call` runs a function in the app's own thread."""
        if self._source is not None:
            self._source.start(lambda: call(self.grown), lambda error: call(failed, error))

    def stop(self) -> None:
        """Listen no more."""
        if self._source is not None:
            self._source.stop()

    def grown(self) -> None:
        """More has come."""
        if self._renew is not None:
            self._questions.ask("grown", self._renew, self._take)

    def _take(self, keys: Sequence[Key]) -> None:
        if not keys:
            return
        self._questions.ask("news", lambda: first_answers(self._archive, keys), self._announce)
        entry = self._timeline.entry
        key = None if self.along or entry is None else entry.key

        def arrived() -> None:
            self.new = 0 if self.along else self.new + len(keys)
            self._counted()

        self._reader.narrow(self._reader.condition, key, arrived, self._reader.order)

    def _announce(self, answers: Sequence[str]) -> None:
        """One quiet line; of several the last, and how many there were."""
        if answers:
            more = f" ({len(answers):,} first answers have come)" if len(answers) > 1 else ""
            self._say(answers[-1] + more)

    def newest(self, time: int | None) -> None:
        """The time of the newest post (ms): how far the capture is behind the clock, while it is less than a day."""
        lag = clock() * 1000 - time if time is not None and self._source is not None else DAY
        self._behind = f"{lasting(max(0, int(lag)))} behind" if lag < DAY else ""

    def told(self, dot: str) -> Sequence[Run]:
        """What the title says of the posts that have come since the last was looked at."""
        if self.new and self._timeline.at_end:
            self.new = 0
        words = "going along" if self.along else f"{self.new:,} new {dot} F goes along" if self.new else ""
        told = f" {dot} ".join(part for part in (self._behind, words) if part)
        return ((told + "  ", "accent"),) if told else ()

    def action_follow(self, count: int | None = None) -> None:
        """Go along, or stay from now on."""
        if self._source is None:
            self._say("Nothing grows here; rejoinder open --follow PATH reads on.")
            return
        self.along = not self.along
        if self.along:
            self.new = 0
            self._reader.to_end("newer")
        self._say("Going along with the newest post; F stays." if self.along else "Staying here while posts come.")
