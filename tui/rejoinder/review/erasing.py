"""What a review says of posts that are to be forgotten, taken out of every file of it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack

import msgspec

from rejoinder.review import queues
from rejoinder.review.acts import PostName
from rejoinder.review.folder import Review
from rejoinder.review.pen import Pen


def erase(review: Review, posts: Collection[PostName]) -> int:
    """Take these posts out of journals, drafts and queues; entries without content stay. How many codes' posts it was.

    Raises ReviewError where a journal is being written elsewhere: then close that window, and forget again.
    """
    if not review.exists():
        return 0
    codebook = review.codebook()
    with ExitStack() as open_ones:  # all of them before the first is changed
        pens = []
        for path in review.journals():
            pens.append(Pen(path, path.name.removesuffix(".journal"), codebook))
            open_ones.callback(pens[-1].close)
        found = sum(pen.erase(posts) for pen in pens)
    gone = set(posts)
    for path in review.queues():
        queue = queues.read(path)
        left = tuple(post for post in queue.posts if post not in gone)
        if len(left) < len(queue):
            queues.write(path, msgspec.structs.replace(queue, posts=left))
    return found
