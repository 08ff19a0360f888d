"""What is done to an archive goes into the custody log of the review beside it, where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rejoinder.records import Source
    from rejoinder.review.custody import Deed


def log_deed(archive: Path, deed: Deed, what: str = "", sources: Sequence[Source] = ()) -> None:
    """Add a deed, with the exports that it was about. Raises ReviewError where the log can't be written."""
    if not archive.with_name(archive.name.removesuffix(".rejoinder") + ".review").is_dir():
        return
    from rejoinder.review import custody
    from rejoinder.review.folder import Review, beside

    review = Review(beside(archive))
    if review.exists():
        items = [custody.Item(source.name, source.fingerprint, source.size) for source in sources]
        custody.add(review.path, deed, what, items=items)
