"""Whether a reviewer works blind: as long as an assigned queue of theirs that says so is not done."""

from __future__ import annotations

from rejoinder.errors import ReviewError
from rejoinder.review import queues
from rejoinder.review.folder import Review
from rejoinder.review.journal import Journal


def is_blind(review: Review, reviewer: str) -> bool:
    """Whether the codes of others must not be shown to this reviewer. An unreadable file does not open them."""
    heads = []
    for path in review.queues():
        try:
            head = queues.read_head(path)
        except ReviewError:
            continue
        if head.blind and head.reviewer == reviewer:
            heads.append(path)
    if not heads:
        return False
    path = review.journal_path(reviewer)
    if not path.exists():
        return True
    try:
        journal = Journal(path)
        decided = journal.decided(review.codebook().verdict.name).keys()
        journal.close()
    except ReviewError:
        return True
    return any(not decided >= set(queues.read(path).posts) for path in heads)
