"""What a person sees of an unexpected error: one sentence and the name of a log file, never a traceback.

The log holds places in the code, not values: an exception's own message may quote a post, so it is left out.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder import __version__
from rejoinder.folders import folder, private_file

if TYPE_CHECKING:
    from types import TracebackType

LOG_NAME = "crash.log"


def write_log(error: BaseException) -> Path | None:
    """Append where the error came from to the private log; None where even that can't be written."""
    try:
        path = private_file(folder("state") / LOG_NAME)
        with path.open("a", encoding="utf-8") as log:
            log.write(describe(error))
    except OSError:
        return None
    return path


def describe(error: BaseException) -> str:
    """Time, version, kind of error and the code places that it passed, without any message or value."""
    import traceback  # 5 ms that nobody pays for until something goes wrong

    lines = [f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} rejoinder {__version__} {sys.version.split()[0]}"]
    chain: BaseException | None = error
    while chain is not None:
        lines.append(f"  {type(chain).__module__}.{type(chain).__qualname__}")
        frames = traceback.extract_tb(chain.__traceback__)
        lines.extend(f"    {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)
        chain = chain.__cause__ or chain.__context__
    return "\n".join(lines) + "\n"


def tell(error: BaseException) -> str:
    """Log the error and give the sentence for the person."""
    path = write_log(error)
    where = f"Where it happened is in {path}." if path else "The log could not be written either."
    return f"Something unexpected went wrong ({type(error).__name__}). {where}"


def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For `sys.excepthook`: the sentence goes to stderr, the places to the log."""
    if issubclass(kind, KeyboardInterrupt):
        return
    print("rejoinder: " + tell(error.with_traceback(trace)), file=sys.stderr)
