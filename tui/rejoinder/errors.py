"""The errors that reach a person: a message and one line of advice."""


class RejoinderError(Exception):
    """Something went wrong that a person can understand; the edges (command line, app) show it and exit 1."""

    exit_code = 1

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class UsageError(RejoinderError):
    """The request itself was wrong (a bad value, an impossible pair of options): exit code 2."""

    exit_code = 2


class QueryError(UsageError):
    """The search line can't be understood; `column` counts code points from 1."""

    def __init__(self, message: str, column: int, advice: str = "") -> None:
        super().__init__(message, advice)
        self.column = column


class FormatError(RejoinderError):
    """An export can't be opened or recognised at all (one bad record is a `Problem`, not this)."""


class ArchiveError(RejoinderError):
    """An archive file is missing, foreign, newer than this version, damaged, or can't be written."""


class ReviewError(RejoinderError):
    """A review's folder, codebook, queue or journal is missing, damaged, of a newer version, or can't be written."""


class Cancelled(RejoinderError):
    """The question was interrupted by `cancel()`; nobody needs to be told."""
