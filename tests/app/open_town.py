"""Opens the app on the invented town: `python -m tests.app.open_town [POSTS | odd] [ignore] [hang] [fail]`."""

from __future__ import annotations

import signal
import sys
import time

from tests.app.memory_archive import MemoryArchive
from tests.app.town import odd_town, town


class HangingArchive(MemoryArchive):
    """Leaves no question of the close unanswered for a minute."""

    def close(self) -> None:
        time.sleep(60)


class FailingArchive(MemoryArchive):
    """Has a mistake in it, with a post's words in the exception and in its variables."""

    def seek(self, *args: object, **options: object) -> None:  # type: ignore[override]
        secret = "the words of a post"
        raise KeyError(secret)


def main(words: list[str]) -> int:
    """Open the app; `ignore` begins with SIGHUP ignored as nohup does it, `hang` and `fail` pick an archive."""
    if "ignore" in words:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from rejoinder.app.start import run

    made = HangingArchive if "hang" in words else FailingArchive if "fail" in words else MemoryArchive
    posts = odd_town(60) if "odd" in words else town(int(words[0]) if words else 200)
    return run(made(posts, path="harbour.rejoinder"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
